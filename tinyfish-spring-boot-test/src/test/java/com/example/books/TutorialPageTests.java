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

package com.example.books;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import ai.tinyfish.TinyFishClient;
import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.run.GoalVerdict;
import ai.tinyfish.simulator.Fault;
import ai.tinyfish.simulator.FaultPoint;
import ai.tinyfish.simulator.Scenario;
import ai.tinyfish.simulator.TinyFishSimulator;
import ai.tinyfish.spring.boot.autoconfigure.TinyFishProperties;
import ai.tinyfish.spring.boot.autoconfigure.TinyFishProperties.SimulatorMode;
import ai.tinyfish.spring.event.TinyFishRunFinishedEvent;
import ai.tinyfish.spring.test.AutoConfigureTinyFishSimulator;
import ai.tinyfish.spring.test.RunEventRecorder;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.core.ParameterizedTypeReference;
import org.springframework.core.env.MutablePropertySources;
import org.springframework.core.io.ByteArrayResource;
import org.springframework.http.MediaType;
import org.springframework.web.client.RestClient;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The tutorial: each of its Java files is one of these, its request is answered, and its
 * other files fit the project.
 */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
@AutoConfigureTinyFishSimulator
class TutorialPageTests {

	private static final Path PAGE = Path.of("../docs/tutorial.md");

	private static final Path SOURCES = Path.of("src/test/java/com/example/books");

	@LocalServerPort
	int port;

	@Test
	void itsJavaFilesAreThese() throws IOException {
		List<String> files;
		try (Stream<Path> sources = Files.list(SOURCES)) {
			files = sources.filter((source) -> !source.endsWith(getClass().getSimpleName() + ".java"))
				.map(TutorialPageTests::withoutLicense)
				.toList();
		}
		assertThat(blocks("java")).map(TutorialPageTests::oneLine).containsExactlyInAnyOrderElementsOf(files);
	}

	@Test
	void itsRequestIsAnswered(TinyFishSimulator simulator) throws IOException {
		simulator.given("cheapest", BooksTests.EMMA);
		MatchResult request = Pattern.compile("curl -X POST localhost:8080(/books) .*-d '([^']+)'")
			.matcher(Files.readString(PAGE))
			.results()
			.findFirst()
			.orElseThrow();
		List<Map<String, Object>> books = RestClient.create("http://127.0.0.1:" + port)
			.post()
			.uri(request.group(1))
			.contentType(MediaType.APPLICATION_JSON)
			.body(request.group(2))
			.retrieve()
			.body(new ParameterizedTypeReference<>() {
			});
		assertThat(books).containsExactly(Map.of("name", "Emma", "price", 9.5));
	}

	@Test
	void itsHandlerSaysWhetherARunMayExist(TinyFishSimulator simulator) {
		simulator.given("cheapest", Scenario.failed("SITE_BLOCKED", "No"));
		assertThat(problem()).contains("\"mayHaveStartedRun\":true", "SITE_BLOCKED");
		simulator.fault(FaultPoint.beforeHeaders(), Fault.refusal(403, "FORBIDDEN", "No subscription"), 1);
		assertThat(problem()).contains("\"mayHaveStartedRun\":false", "No subscription");
	}

	private String problem() {
		return RestClient.create("http://127.0.0.1:" + port)
			.post()
			.uri("/books")
			.contentType(MediaType.APPLICATION_JSON)
			.body(Map.of("count", 3))
			.exchange((request, response) -> {
				assertThat(response.getStatusCode().value()).isEqualTo(502);
				return new String(response.getBody().readAllBytes(), StandardCharsets.UTF_8);
			});
	}

	@Test
	void aRunWhoseGoalMayBeReachedPasses(@Autowired TinyFishClient tinyFish, @Autowired RunReport report,
			@Autowired RunEventRecorder events) {
		String runId = tinyFish.agent().start(AgentRequest.of("https://shop.example/", "Look around")).await().runId();
		assertThat(events.await(TinyFishRunFinishedEvent.class).getVerdict()).isEqualTo(GoalVerdict.unknown());
		assertThat(report.problems()).noneMatch((problem) -> problem.startsWith(runId));
	}

	@Test
	void itsOwnScenarioAnswers(@Autowired TinyFishClient tinyFish) {
		assertThat(tinyFish.agent().run(AgentRequest.of("https://jobs.example/", "List the jobs")).result().json())
			.contains("Baker");
	}

	@Test
	void itsPropertiesTurnTheSimulatorOnWithoutAKey() throws IOException {
		MutablePropertySources sources = new MutablePropertySources();
		new YamlPropertySourceLoader()
			.load("page", new ByteArrayResource(block("yaml").getBytes(StandardCharsets.UTF_8)))
			.forEach(sources::addLast);
		TinyFishProperties properties = new Binder(ConfigurationPropertySources.from(sources))
			.bind("tinyfish", TinyFishProperties.class)
			.get();
		assertThat(properties.simulator().enabled()).isEqualTo(SimulatorMode.AUTO);
	}

	@Test
	void itsPomFitsTheProject() throws IOException {
		String project = Files.readString(Path.of("../pom.xml"));
		String pom = block("xml");
		assertThat(find(pom, "<parent>.*?<version>(.*?)</version>"))
			.containsExactly(find(project, "<spring-boot.version>(.*?)</spring-boot.version>").get(0));
		String version = find(project, "<version>(.*?)</version>").get(0);
		List<String> dependencies = find(pom, "<dependency>(.*?)</dependency>").stream()
			.filter((dependency) -> dependency.contains("<groupId>ai.tinyfish</groupId>"))
			.toList();
		assertThat(dependencies).hasSize(4).first().asString().contains("<artifactId>tinyfish-bom<", version);
		assertThat(dependencies).allSatisfy((dependency) -> assertThat(project)
			.contains("<module>" + find(dependency, "<artifactId>(.*?)</artifactId>").get(0) + "</module>"));
	}

	private static String block(String language) throws IOException {
		return blocks(language).get(0);
	}

	private static List<String> blocks(String language) throws IOException {
		return find(Files.readString(PAGE), "```" + language + "\\n(.*?)```");
	}

	private static List<String> find(String text, String pattern) {
		return Pattern.compile(pattern, Pattern.DOTALL).matcher(text).results().map((match) -> match.group(1)).toList();
	}

	private static String withoutLicense(Path file) {
		try {
			String source = Files.readString(file);
			return oneLine(source.substring(source.indexOf("package ")));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static String oneLine(String text) {
		return text.replaceAll("\\s+", " ").trim();
	}

}
