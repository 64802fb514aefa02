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

package ai.tinyfish.spring.ai;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.agent.RunHandle;
import ai.tinyfish.error.ApiErrorResponse;
import ai.tinyfish.error.TinyFishConnectionException;
import ai.tinyfish.error.TinyFishStatusException;
import ai.tinyfish.error.TinyFishTooManyRunsException;
import ai.tinyfish.run.AgentRun;
import ai.tinyfish.run.GoalVerdict;
import ai.tinyfish.run.TinyFishGoalNotAchievedException;
import ai.tinyfish.run.TinyFishResultMappingException;
import ai.tinyfish.run.TinyFishRunOutcomeUnknownException;
import ai.tinyfish.run.TinyFishRunTimeoutException;
import ai.tinyfish.spring.boot.AllowedHosts;
import ai.tinyfish.spring.boot.budget.TinyFishBudgetExceededException;
import ai.tinyfish.spring.test.TestRun;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

import org.springframework.ai.chat.model.ToolContext;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.io.ByteArrayResource;
import org.springframework.core.io.ClassPathResource;
import org.springframework.util.unit.DataSize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;

/**
 * The page about language models: its code is run, and what it says that models are told
 * is what they are told.
 */
class LanguageModelsPageTests {

	private static final Path SOURCES = Path.of("src/test/java");

	private final String page = Files.readString(Path.of("../docs/language-models.md"));

	LanguageModelsPageTests() throws IOException {
	}

	@Test
	void itsCodeIsRun() throws IOException {
		try (Stream<Path> files = Files.walk(SOURCES)) {
			String sources = files.filter((file) -> file.toString().endsWith(".java"))
				.map(LanguageModelsPageTests::read)
				.map(LanguageModelsPageTests::normalize)
				.reduce("", String::concat);
			assertThat(blocks("java")).hasSizeGreaterThan(8)
				.allSatisfy((block) -> assertThat(sources).contains(normalize(block)));
		}
	}

	@Test
	void itsDependencyAndVersionsAreThoseOfTheBuild() {
		String parent = read(Path.of("../pom.xml"));
		String known = normalize(read(Path.of("../tinyfish-bom/pom.xml")) + read(Path.of("pom.xml")));
		assertThat(blocks("xml").stream().flatMap((block) -> find(block, "(<groupId>.*?</artifactId>)").stream()))
			.isNotEmpty()
			.allSatisfy((dependency) -> assertThat(known).contains(normalize(dependency)));
		assertThat(find(this.page, "(?:Spring AI|`langchain4j-core`) (\\d+\\.\\d+\\.\\d+)"))
			.containsExactlyElementsOf(find(parent, "<(?:spring-ai|langchain4j)\\.version>(.*?)<"));
	}

	@Test
	void itsPropertiesAreThoseOfTheModule() throws IOException {
		List<String> names = find(
				new ClassPathResource("META-INF/spring-configuration-metadata.json",
						TinyFishTools.class.getClassLoader())
					.getContentAsString(StandardCharsets.UTF_8),
				"\"name\": \"(tinyfish\\.tools\\.[a-z.-]+)\"");
		assertThat(names).hasSizeGreaterThan(4);
		assertThat(find(this.page, "`(tinyfish\\.tools\\.[a-z.-]+)[`=]")).isNotEmpty().isSubsetOf(names);
		Binder binder = new Binder(ConfigurationPropertySources.from(new YamlPropertySourceLoader().load("page",
				new ByteArrayResource(blocks("yaml").get(0).getBytes(StandardCharsets.UTF_8)))));
		assertThat(binder.bind("tinyfish.tools", TinyFishToolsProperties.class).get()).usingRecursiveComparison()
			.ignoringFields("allowedHosts")
			.as("defaults")
			.isEqualTo(new Binder().bindOrCreate("tinyfish.tools", Bindable.of(TinyFishToolsProperties.class)));
	}

	@Test
	void itSaysWhatTheModelIsTold() {
		String table = this.page.substring(this.page.indexOf("## What the model is told"),
				this.page.indexOf("## Repeated calls"));
		List<String> rows = told().entrySet()
			.stream()
			.map((entry) -> "| " + entry.getKey() + " | " + entry.getValue() + " |")
			.toList();
		assertThat(find(table, "^(\\| [^\\n]*\\|)$").stream().skip(1)).containsExactlyElementsOf(rows);
	}

	private static Map<String, String> told() {
		Map<String, String> told = new LinkedHashMap<>();
		AgentRun run = TestRun.completed().runId("run-1").agentRun();
		told.put("the goal was not reached", goal(run, GoalVerdict.notAchieved("A captcha")));
		told.put("nobody checked it", goal(run, GoalVerdict.unknown()));
		told.put("a call returns before the run has ended", next(Optional.of("run-1")));
		told.put("the same, and the run has no id yet", next(Optional.empty()));
		told.put("the outcome is unknown", text(new TinyFishRunOutcomeUnknownException("", null, "run-1")));
		told.put("the same, and the run has no id", text(new TinyFishRunOutcomeUnknownException("", null, null)));
		told.put("the run exceeded its deadline", text(new TinyFishRunTimeoutException("", null, "run-1")));
		told.put("the run failed",
				text(FailureTexts.ended(TestRun.failed("SITE_BLOCKED", "Access denied").runId("run-1").agentRun())));
		told.put("the run was cancelled", text(FailureTexts.ended(TestRun.cancelled().runId("run-1").agentRun())));
		told.put("an agent method missed its goal",
				text(new TinyFishGoalNotAchievedException(run, GoalVerdict.notAchieved("A captcha"))));
		told.put("its result does not fit the return type",
				text(new TinyFishResultMappingException("", null, "run-1", "$", List.class, "{}")));
		told.put("the conversation has no run left", refused(() -> noRunLeft()));
		told.put("a URL at another host",
				refused(() -> new ToolHosts(List.of("shop.example"), null).check("https://other.example")));
		told.put("the same, by the rules for all runs",
				refused(() -> new AllowedHosts("", List.of("shop.example")).check("https://other.example")));
		told.put("the budget is used up", text(overBudget()));
		told.put("`tinyfish.run.max-in-flight` is reached", text(new TinyFishTooManyRunsException("", 1)));
		told.put("a run id that no tool has given", refused(() -> new RunLedger(1).get("run-2")));
		told.put("an argument is missing", refused(() -> ToolArguments.of("{}").text("goal")));
		told.put("status 401", text(status(401)));
		told.put("status 402", text(status(402)));
		told.put("status 403", text(status(403)));
		told.put("status 429", text(status(429)));
		told.put("another status below 500", text(status(422)));
		told.put("a status from 500, and no run may exist", text(status(503)));
		told.put("no connection", text(new TinyFishConnectionException("", null)));
		told.put("anything else, which is logged", refused(() -> new BrokenTool().call("{}")));
		return told;
	}

	private static String goal(AgentRun run, GoalVerdict verdict) {
		return answers(verdict).of(ledgerRun(), run).path("goal").stringValue("");
	}

	private static String next(Optional<String> runId) {
		RunHandle handle = mock(RunHandle.class);
		given(handle.runId()).willReturn(runId);
		given(handle.result()).willReturn(new CompletableFuture<>());
		LedgerRun run = ledgerRun();
		run.started(handle);
		return answers(GoalVerdict.unknown()).goesOn(run).path("next").stringValue("");
	}

	private static Answers answers(GoalVerdict verdict) {
		return new Answers((run) -> verdict, DataSize.ofKilobytes(1));
	}

	private static LedgerRun ledgerRun() {
		return new RunLedger(1).open(AgentRequest.of("https://shop.example", "Goal"), RunTools::result);
	}

	private static void noRunLeft() {
		RunLedger ledger = new RunLedger(3);
		for (int i = 0; i < 4; i++) {
			ledger.open(AgentRequest.of("https://shop.example", "Goal " + i), RunTools::result);
		}
	}

	private static TinyFishBudgetExceededException overBudget() {
		TinyFishBudgetExceededException exception = mock(TinyFishBudgetExceededException.class);
		given(exception.nextDay()).willReturn(Instant.parse("2026-12-01T00:00:00Z"));
		return exception;
	}

	private static TinyFishStatusException status(int status) {
		return TinyFishStatusException.of("", ApiErrorResponse.of(status, "CODE", ""), null);
	}

	private static String refused(Runnable call) {
		return text((RuntimeException) catchThrowable(call::run));
	}

	private static String text(RuntimeException exception) {
		return Optional.ofNullable(FailureTexts.of(exception))
			.map(Throwable::getMessage)
			.orElseGet(exception::getMessage);
	}

	private List<String> blocks(String language) {
		return find(this.page, "^```" + language + "\\n(.*?)^```$");
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

	/**
	 * Tool that fails for a reason of its own.
	 */
	private static final class BrokenTool extends TinyFishTool {

		BrokenTool() {
			super(new ToolSchema().define("broken", "Broken"), Effect.READ);
		}

		@Override
		ObjectNode answer(ToolArguments arguments, ToolContext context) {
			throw new IllegalStateException("Secret");
		}

	}

}
