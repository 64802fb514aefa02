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

package ai.tinyfish.sample.durable;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Pattern;

import ai.tinyfish.sample.SampleProcess;
import ai.tinyfish.simulator.SimulatorJournal;
import ai.tinyfish.simulator.TinyFishSimulator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The sample is killed while its runs are on the way, and started again.
 */
@Tag("processes")
class KilledSampleTests {

	private static final int RUNS = 20;

	private static final String RUNNING = "\"state\":\"RUNNING\"";

	private static final String DONE = "\"state\":\"DONE\"";

	private final HttpClient http = HttpClient.newHttpClient();

	@TempDir
	private Path directory;

	@Test
	void runsEndAfterTheSampleWasKilled() throws Exception {
		try (TinyFishSimulator simulator = TinyFishSimulator.builder().pace(Duration.ofMillis(50)).start()) {
			try (SampleProcess first = start("first", simulator)) {
				int port = first.port();
				assertThat(send(request(port, "/board/durable-runs").header("HX-Request", "true")
					.POST(HttpRequest.BodyPublishers.noBody())).statusCode()).isEqualTo(204);
				await().atMost(SampleProcess.PATIENCE).until(() -> count(port, RUNNING) + count(port, DONE) == RUNS);
				first.kill();
			}
			try (SampleProcess second = start("second", simulator)) {
				int port = second.port();
				await().atMost(SampleProcess.PATIENCE)
					.untilAsserted(() -> assertThat(count(port, DONE)).as(second.log()).isEqualTo(RUNS));
				assertThat(send(request(port, "/")).body()).contains("Submit 20");
			}
			SimulatorJournal journal = simulator.journal();
			assertThat(journal.runs()).filteredOn((run) -> run.request().goal().contains("[steps:60]")).hasSize(RUNS);
		}
	}

	private SampleProcess start(String name, TinyFishSimulator simulator) throws Exception {
		return SampleProcess.start(this.directory.resolve(name + ".log"), "--spring.profiles.active=durable",
				"--server.port=0", "--spring.datasource.url=jdbc:h2:file:" + this.directory.resolve("runs"),
				"--tinyfish.base-url=" + simulator.baseUrl(), "--tinyfish.api-key=" + simulator.apiKey(),
				"--tinyfish.durable.interval=500ms");
	}

	private int count(int port, String state) throws Exception {
		return (int) Pattern.compile(state, Pattern.LITERAL)
			.matcher(send(request(port, "/durable-runs")).body())
			.results()
			.count();
	}

	private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
		return this.http.send(request.build(), HttpResponse.BodyHandlers.ofString());
	}

	private HttpRequest.Builder request(int port, String path) {
		return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).timeout(SampleProcess.PATIENCE);
	}

}
