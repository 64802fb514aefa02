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

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import ai.tinyfish.TinyFishClient;
import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.simulator.Scenario;
import ai.tinyfish.simulator.SimulatedRun;
import ai.tinyfish.simulator.TinyFishSimulator;
import ai.tinyfish.spring.test.Launch;
import ai.tinyfish.spring.test.TestApplication;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Evaluation in a JVM that is stopped by SIGTERM, as by the time limit of a job.
 */
@Tag("jvms")
@Timeout(120)
class StoppedEvaluationTests {

	private static final String CHILD = "tinyfish.test.stopped";

	@TempDir
	private Path directory;

	@Test
	void openRunsAreCancelledAndTheReportIsWritten() throws Exception {
		try (TinyFishSimulator service = TinyFishSimulator.builder().pace(Duration.ofMillis(5)).start()) {
			service.given("book", Scenario.completed("Tea"), Scenario.completed("Salt"),
					Scenario.builder().steps("a", "b").neverEnds().build());
			Process process = start(service);
			try {
				await().atMost(Duration.ofMinutes(1))
					.until(() -> !process.isAlive() || service.journal().runs(SimulatedRun.Status.RUNNING).size() == 2
							&& service.journal().runs().size() == 4);
				long begin = System.nanoTime();
				process.destroy();
				assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
				assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(10));
			}
			finally {
				process.destroyForcibly();
			}
			assertThat(service.journal().runs(SimulatedRun.Status.CANCELLED)).hasSize(2);
			assertThat(service.journal().runs()).hasSize(4);
		}
		JsonNode report = JsonMapper.shared().readTree(reports().get(0).toFile());
		assertThat(report.at("/used/runs").asInt()).isEqualTo(4);
		// those of the cancelled runs as well
		assertThat(report.at("/used/steps").asInt()).isLessThan(20);
		assertThat(report.at("/candidates/0/rate/known").asInt()).isEqualTo(2);
		assertThat(report.at("/candidates/0/notRun").asInt()).isEqualTo(8);
	}

	private List<Path> reports() throws IOException {
		try (Stream<Path> files = Files.list(this.directory.resolve("target/tinyfish/evaluations"))) {
			return files.filter((file) -> file.toString().endsWith(".json")).toList();
		}
	}

	private Process start(TinyFishSimulator service) throws IOException {
		ProcessBuilder builder = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
				"-Xmx256m", "-D" + CHILD + "=true", "-Dtinyfish.evaluation=true",
				"-Dtinyfish.base-url=" + service.baseUrl(), "-Dtinyfish.api-key=" + service.apiKey(), "-cp",
				System.getProperty("java.class.path"), Child.class.getName())
			.directory(this.directory.toFile())
			.redirectErrorStream(true)
			.redirectOutput(this.directory.resolve("output.txt").toFile());
		builder.environment().keySet().removeIf((name) -> name.startsWith("TINYFISH_"));
		return builder.start();
	}

	/** Runs the evaluation. */
	static final class Child {

		private Child() {
		}

		public static void main(String... args) {
			Launch.summaryOf(false, Books.class);
		}

	}

	@SpringBootTest(webEnvironment = WebEnvironment.NONE, classes = TestApplication.class)
	@EnabledIfSystemProperty(named = CHILD, matches = "true")
	static class Books {

		@Test
		void books(@Autowired TinyFishClient client) {
			AgentRequest request = AgentRequest.of("https://shop.example/", "Find a book").withOutputType(String.class);
			Evaluation.of("A", () -> client.agent().start(request).await()).repetitions(10).maxSteps(2000).run();
		}

	}

}
