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

package ai.tinyfish.spring.test.cassette;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.simulator.Scenario;
import ai.tinyfish.simulator.TinyFishSimulator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Application that is killed while it records runs.
 */
@Tag("jvms")
@Timeout(120)
class KilledRecordingTests {

	private static final int THREADS = 4;

	private static final int RUNS = 50;

	@TempDir
	private Path directory;

	@Test
	void runsThatHadEndedAreReplayed() throws Exception {
		try (TinyFishSimulator service = TinyFishSimulator.builder()
			.apiKey(CassetteContext.KEY)
			.pace(Duration.ZERO)
			.start()) {
			service.given("price", Scenario.builder().steps("x".repeat(10_000)).result(Map.of("price", 640)).build());
			Process process = record(service.baseUrl());
			try {
				await().atMost(Duration.ofMinutes(1)).pollInterval(Duration.ofMillis(1)).until(() -> {
					// a process that is killed leaves what others read before
					TinyFishSimulator.builder().cassette(file());
					return ended().size() >= RUNS || !process.isAlive();
				});
			}
			finally {
				process.destroyForcibly();
			}
			assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
		}
		assertThat(ended()).hasSizeGreaterThanOrEqualTo(RUNS);
		try (CassetteContext context = CassetteContext.replaying(file())) {
			assertThat(ended())
				.allSatisfy((goal) -> assertThat(context.client().agent().run(request(goal)).result().toMap())
					.containsEntry("price", 640));
		}
	}

	private Process record(String baseUrl) throws IOException {
		ProcessBuilder builder = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
				"-Xmx256m", "-cp", System.getProperty("java.class.path"), Application.class.getName(),
				file().toString(), baseUrl)
			.redirectError(ProcessBuilder.Redirect.INHERIT)
			.redirectOutput(output().toFile());
		builder.environment().keySet().removeIf((name) -> name.startsWith("TINYFISH_"));
		return builder.start();
	}

	/**
	 * Return the goals of the runs whose outcome the application had received.
	 */
	private List<String> ended() throws IOException {
		String output = Files.readString(output());
		// the last line may be incomplete
		return output.substring(0, output.lastIndexOf('\n') + 1)
			.lines()
			.filter((line) -> line.startsWith(Application.GOAL))
			.toList();
	}

	private static AgentRequest request(String goal) {
		return AgentRequest.of("https://shop.example/", goal);
	}

	private Path file() {
		return this.directory.resolve("prices.json");
	}

	private Path output() {
		return this.directory.resolve("output.txt");
	}

	/** Records runs until it is killed, and prints their goals. */
	static final class Application {

		static final String GOAL = "Find price ";

		private Application() {
		}

		public static void main(String... args) {
			CassetteContext context = CassetteContext.start(Path.of(args[0]), (fields) -> {
			}, List.of("tinyfish.cassette.mode=record", "CI=false", "tinyfish.base-url=" + args[1],
					"tinyfish.api-key=" + CassetteContext.KEY));
			IntStream.range(0, THREADS).forEach((thread) -> new Thread(() -> {
				for (int i = 0;; i++) {
					String goal = GOAL + thread + "-" + i;
					context.client().agent().run(request(goal));
					System.out.println(goal);
				}
			}).start());
		}

	}

}
