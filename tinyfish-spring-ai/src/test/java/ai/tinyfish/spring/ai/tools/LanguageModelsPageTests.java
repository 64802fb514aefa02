/*
 * Copyright 2026 the original author or authors.
 *
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * You may obtain a copy of the License at
 *
 *      https://www.apache.org/licenses/LICENSE-2.0
 *
 * Unless required by applicable law or agreed to in writing, software
 * distributed under the License is distributed on an "AS IS" BASIS,
 * WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied.
 * See the License for the specific language governing permissions and
 * limitations under the License.
 */

package ai.tinyfish.spring.ai.tools;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.error.ApiErrorResponse;
import ai.tinyfish.error.TinyFishConnectionException;
import ai.tinyfish.error.TinyFishException;
import ai.tinyfish.error.TinyFishStatusException;
import ai.tinyfish.error.TinyFishTooManyRunsException;
import ai.tinyfish.run.AgentRun;
import ai.tinyfish.run.GoalVerdict;
import ai.tinyfish.run.RunStatus;
import ai.tinyfish.run.TinyFishGoalMissedException;
import ai.tinyfish.run.TinyFishResultMappingException;
import ai.tinyfish.run.TinyFishRunFailedException;
import ai.tinyfish.run.TinyFishRunOutcomeUnknownException;
import ai.tinyfish.run.TinyFishRunTimeoutException;
import ai.tinyfish.settings.AllowedHosts;
import ai.tinyfish.spring.boot.budget.TinyFishBudgetExceededException;
import ai.tinyfish.spring.boot.budget.TinyFishBudgetUnavailableException;
import ai.tinyfish.spring.test.TestRun;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

import org.springframework.ai.chat.model.ToolContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * The pages about language models and the MCP server: their code is run, and their texts
 * for models are those that models receive.
 */
class LanguageModelsPageTests {

	private static final Path SOURCES = Path.of("src/test/java");

	private final String page = Files.readString(Path.of("../docs/language-models.md"));

	private final String mcpPage = Files.readString(Path.of("../docs/mcp.md"));

	LanguageModelsPageTests() throws IOException {
	}

	@Test
	void theirCodeIsRun() throws IOException {
		try (Stream<Path> files = Files.walk(SOURCES)) {
			String sources = files.filter((file) -> file.toString().endsWith(".java"))
				.map(LanguageModelsPageTests::read)
				.map(LanguageModelsPageTests::normalize)
				.reduce("", String::concat);
			String testing = read(Path.of("../docs/testing.md"));
			String tests = testing.substring(testing.indexOf("## Language models"), testing.indexOf("## Events"));
			assertThat(blocks(this.page + this.mcpPage + tests, "java")).hasSizeGreaterThan(8)
				.allSatisfy((block) -> assertThat(sources).contains(normalize(block)));
		}
	}

	@Test
	void theirDependenciesAndVersionsAreThoseOfTheBuild() {
		String parent = read(Path.of("../pom.xml"));
		String known = normalize(parent + read(Path.of("../tinyfish-bom/pom.xml")) + read(Path.of("pom.xml")));
		List<String> dependencies = blocks(this.page + this.mcpPage, "xml").stream()
			.flatMap((block) -> find(block, "<dependency>\\s*(<groupId>.*?</artifactId>)").stream())
			// the BOM itself, and a starter for a model, of which the build uses none
			.filter((dependency) -> !dependency
				.matches("(?s).*<artifactId>(tinyfish-bom|spring-ai-starter-model-.*)<.*"))
			.toList();
		assertThat(dependencies).hasSize(6)
			.allSatisfy((dependency) -> assertThat(known).contains(normalize(dependency)));
		String pom = normalize(blocks("xml").get(0));
		assertThat(pom).contains("spring-boot-starter-parent</artifactId>" + version(parent, "spring-boot"),
				"spring-ai-bom</artifactId>" + version(parent, "spring-ai"),
				"tinyfish-bom</artifactId><version>" + find(parent, "<version>(.*?)<").get(0) + "<");
		assertThat(this.page).contains("`langchain4j-core` " + find(version(parent, "langchain4j"), ">(.*?)<").get(0));
	}

	private static String version(String parent, String name) {
		return "<version>" + find(parent, "<" + name + "\\.version>(.*?)<").get(0) + "<";
	}

	@Test
	void filesOfClientsAreJson() {
		assertThat(blocks(this.mcpPage, "json")).hasSizeGreaterThan(3)
			.allSatisfy((file) -> assertThat(ToolArguments.MAPPER.readTree(file).isObject()).isTrue());
	}

	/**
	 * The other lines are those of the number of runs.
	 */
	@Test
	void itHasTheTextsThatTheModelReceivesAboutFailures() {
		assertThat(blocks("text").get(1).lines().skip(2)).containsExactlyElementsOf(received().values());
	}

	private static Map<String, String> received() {
		Map<String, String> received = new LinkedHashMap<>();
		AgentRun run = TestRun.completed().runId("run-1").agentRun();
		received.put("10,000 other conversations have runs in progress",
				received(LanguageModelsPageTests::openInClosedLedger));
		received.put("the outcome is unknown", received(new TinyFishRunOutcomeUnknownException("", null, "run-1")));
		received.put("the same, and the run has no id",
				received(new TinyFishRunOutcomeUnknownException("", null, null)));
		received.put("the run exceeded its deadline", received(new TinyFishRunTimeoutException("", null, "run-1")));
		received.put("the run failed", received(new TinyFishRunFailedException("run-1", RunStatus.FAILED,
				TestRun.failed("SITE_BLOCKED", "Access denied").agentRun().error())));
		received.put("the run was cancelled",
				received(new TinyFishRunFailedException("run-1", RunStatus.CANCELLED, null)));
		received.put("an agent method missed its goal",
				received(new TinyFishGoalMissedException(run, GoalVerdict.missed("A captcha"))));
		received.put("its result does not fit the return type",
				received(new TinyFishResultMappingException("", null, "run-1", "$", List.class, "{}")));
		received.put("a URL at another host",
				received(() -> ToolHosts.NONE.and("", List.of("shop.example")).check("https://other.example")));
		received.put("the same, by `tinyfish.allowed-hosts`",
				received(() -> AllowedHosts.of("shop.example").check("url", "https://other.example")));
		received.put("the budget is used up",
				received(new TinyFishBudgetExceededException("tinyfish.budget.runs-per-day", BigDecimal.ONE,
						BigDecimal.ONE, BigDecimal.ONE, null, Instant.parse("2026-12-01T00:00:00Z"))));
		received.put("the budget cannot be checked",
				received(new TinyFishBudgetUnavailableException("", new IllegalStateException("Secret"))));
		received.put("`tinyfish.run.max-in-flight` is reached", received(new TinyFishTooManyRunsException("", 1)));
		received.put("a run id that no tool has given", received(() -> new RunLedger(1).get("run-2")));
		received.put("an argument is missing", received(() -> ToolArguments.of("{}").text("goal")));
		received.put("an argument is too long", received(() -> ToolArguments.of(longText()).text("goal")));
		received.put("a URL has white space", received(() -> ToolArguments.of("{\"url\": \"a b\"}").url("url")));
		received.put("status 401", received(status(401)));
		received.put("status 402", received(status(402)));
		received.put("status 403", received(status(403)));
		received.put("status 429", received(status(429)));
		received.put("another status below 500", received(status(422)));
		received.put("a status from 500, and no run may exist", received(status(503)));
		received.put("no connection", received(new TinyFishConnectionException("", null).withoutRun()));
		received.put("anything else, which is logged", received(new IllegalStateException("Secret")));
		return received;
	}

	private static void openInClosedLedger() {
		RunLedger ledger = new RunLedger(1);
		ledger.close();
		ledger.open(AgentRequest.of("https://shop.example", "price"), (run) -> ToolArguments.MAPPER.createObjectNode());
	}

	private static String longText() {
		return "{\"goal\": \"" + "a".repeat(10_001) + "\"}";
	}

	private static TinyFishException status(int status) {
		return TinyFishStatusException.of("", ApiErrorResponse.of(status, "CODE", ""), null).withoutRun();
	}

	private static String received(RuntimeException exception) {
		return received(() -> {
			throw exception;
		});
	}

	private static String received(Runnable failing) {
		TinyFishTool tool = new TinyFishTool(new ToolSchema().define("failing", "Fails"), TinyFishTool.Effect.READ) {

			@Override
			ObjectNode answer(ToolArguments arguments, ToolContext context) {
				failing.run();
				throw new AssertionError();
			}

		};
		return catchThrowable(() -> tool.call("{}")).getMessage();
	}

	private List<String> blocks(String language) {
		return blocks(this.page, language);
	}

	private static List<String> blocks(String text, String language) {
		return find(text, "^```" + language + "\\n(.*?)^```$");
	}

	private static List<String> find(String text, String pattern) {
		return Pattern.compile(pattern, Pattern.DOTALL | Pattern.MULTILINE)
			.matcher(text)
			.results()
			.map((match) -> match.group(1))
			.toList();
	}

	private static String normalize(String code) {
		return code.replace("this.", "").replaceAll("\\s+", "");
	}

	private static String read(Path file) {
		try {
			return Files.readString(file);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
