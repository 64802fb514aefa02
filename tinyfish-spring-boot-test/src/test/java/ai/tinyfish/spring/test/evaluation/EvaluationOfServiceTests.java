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

package ai.tinyfish.spring.test.evaluation;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;

import ai.tinyfish.TinyFishClient;
import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.run.AgentRun;
import ai.tinyfish.simulator.TinyFishSimulator;
import ai.tinyfish.spring.test.Launch;
import ai.tinyfish.spring.test.TestApplication;
import ai.tinyfish.spring.test.cassette.TinyFishCassette;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.junit.platform.launcher.listeners.TestExecutionSummary;
import org.opentest4j.TestAbortedException;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

import static ai.tinyfish.spring.test.TinyFishAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Evaluations of a service, whose runs are billed. A simulator that is not that of the
 * application takes the place of the service.
 */
@SpringBootTest(webEnvironment = WebEnvironment.NONE, classes = TestApplication.class)
class EvaluationOfServiceTests {

	private static final TinyFishSimulator service = TinyFishSimulator.builder().pace(Duration.ofMillis(5)).start();

	@Autowired
	TinyFishClient client;

	@DynamicPropertySource
	static void service(DynamicPropertyRegistry properties) {
		properties.add("tinyfish.base-url", service::baseUrl);
		properties.add("tinyfish.api-key", service::apiKey);
	}

	@AfterAll
	static void close() {
		service.close();
	}

	@BeforeEach
	void reset() {
		service.reset();
	}

	@Test
	void withoutThePropertyTheTestIsSkipped() {
		assertThatExceptionOfType(TestAbortedException.class).isThrownBy(() -> evaluation(this.client, "book").run())
			.withMessageContaining("billed")
			.withMessageContaining("-Dtinyfish.evaluation=true");
		assertThat(service).hasStartedNoRuns();
	}

	@Test
	void withoutALimitItIsRefused() {
		assertThatIllegalStateException().isThrownBy(() -> Evaluation.of("A", () -> "value").repetitions(5).run())
			.withMessageContaining("set maxSteps or maxCost");
	}

	@Test
	void limitOfTheCostNeedsAPrice() {
		TestExecutionSummary summary = Launch.summaryOf(false, WithoutPrice.class);
		assertThat(summary.getFailures()).singleElement()
			.satisfies((failure) -> assertThat(failure.getException())
				.hasMessageContaining("set tinyfish.budget.price-per-step"));
		assertThat(service).hasStartedNoRuns();
	}

	@Test
	void withThePropertyRunsAreMadeAlsoByTestsThatRunInParallel() {
		Launch.classes(true, Allowed.class);
		assertThat(service).hasStartedRuns(24);
	}

	@ParameterizedTest
	@ValueSource(classes = { Replayed.class, ReplayedMethod.class })
	void replayedRunsAreRefused(Class<?> replayed) {
		TestExecutionSummary summary = Launch.summaryOf(false, replayed);
		assertThat(summary.getFailures()).singleElement()
			.satisfies((failure) -> assertThat(failure.getException()).hasMessageContaining("@TinyFishCassette"));
	}

	private static Evaluation<AgentRun> evaluation(TinyFishClient client, String goal) {
		AgentRequest request = AgentRequest.of("https://shop.example/", goal).withOutputType(Book.class);
		return Evaluation.of("A", () -> client.agent().start(request).await()).repetitions(12).maxSteps(2000);
	}

	private static void evaluate(TinyFishClient client, String goal) {
		EvaluationReport report = evaluation(client, goal).run();
		List<String> ids = service.journal()
			.runs()
			.stream()
			.filter((run) -> run.request().goal().equals(goal))
			.map((run) -> run.id())
			.toList();
		assertThat(ids).hasSize(12);
		assertThat(JsonMapper.shared().readTree(report.write()).at("/candidates/0/calls"))
			.extracting((call) -> call.at("/runs/0").asString())
			.containsExactlyInAnyOrderElementsOf(ids);
	}

	@SpringBootTest(webEnvironment = WebEnvironment.NONE, classes = TestApplication.class,
			properties = "tinyfish.evaluation=true")
	static class Allowed {

		@DynamicPropertySource
		static void properties(DynamicPropertyRegistry properties) {
			service(properties);
		}

		@Test
		void books(@Autowired TinyFishClient client) {
			evaluate(client, "Find a book");
		}

		@Test
		void records(@Autowired TinyFishClient client) {
			evaluate(client, "Find a record");
		}

	}

	@SpringBootTest(webEnvironment = WebEnvironment.NONE, classes = TestApplication.class,
			properties = "tinyfish.evaluation=true")
	static class WithoutPrice {

		@DynamicPropertySource
		static void properties(DynamicPropertyRegistry properties) {
			service(properties);
		}

		@Test
		void cost(@Autowired TinyFishClient client) {
			evaluation(client, "Find a book").maxCost(BigDecimal.ONE).run();
		}

	}

	@SpringBootTest(webEnvironment = WebEnvironment.NONE, classes = TestApplication.class)
	@TinyFishCassette("prices")
	static class Replayed {

		@Test
		void books(@Autowired TinyFishClient client) {
			evaluation(client, "Find a book").run();
		}

	}

	@SpringBootTest(webEnvironment = WebEnvironment.NONE, classes = TestApplication.class)
	static class ReplayedMethod {

		@Test
		@TinyFishCassette("prices")
		void books(@Autowired TinyFishClient client) {
			evaluation(client, "Find a book").run();
		}

	}

	record Book(String title) {

	}

}
