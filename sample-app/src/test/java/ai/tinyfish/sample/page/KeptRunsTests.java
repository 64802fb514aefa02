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

package ai.tinyfish.sample.page;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

import ai.tinyfish.sample.SampleApplication;
import ai.tinyfish.simulator.TinyFishSimulator;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The runs on the page after a restart.
 */
class KeptRunsTests {

	private static final Duration SOON = Duration.ofSeconds(60);

	@AutoClose
	private final TinyFishSimulator service = TinyFishSimulator.builder().pace(Duration.ofMillis(50)).start();

	@TempDir
	private Path directory;

	private final HttpClient http = HttpClient.newHttpClient();

	@Test
	void runsWithAKeyAreReadBackWithTheirCostAndFollowed() throws Exception {
		Path file = this.directory.resolve("runs.txt");
		String[] settings = { "--tinyfish.base-url=" + this.service.baseUrl(),
				"--tinyfish.api-key=" + this.service.apiKey(), "--tinyfish.budget.price-per-step=0.016",
				"--tinyfish.run.shutdown-timeout=100ms", "--sample.runs-file=" + file };
		try (ConfigurableApplicationContext first = start(settings)) {
			submit(first, "goal=Secret+books&recording=true");
			await().atMost(SOON).until(() -> card(first, "Secret books").contains("0.064 USD"));
			submit(first, "goal=Stays+%5Bnever%5D");
			await().atMost(SOON).until(() -> card(first, "Stays [never]").contains("badge running"));
		}
		List<String> ids = Files.readAllLines(file);
		assertThat(ids).hasSize(2).allMatch((id) -> id.matches("[A-Za-z0-9-]+"));
		// the service has forgotten one, and another program has written to the file
		Files.write(file, List.of(ids.get(0), "../" + ids.get(0), "forgotten", ids.get(1)));
		try (ConfigurableApplicationContext second = start(settings)) {
			await().atMost(SOON).until(() -> card(second, "Stays [never]").contains("badge running"));
			await().atMost(SOON).until(() -> card(second, "Secret books").contains("<img "));
			assertThat(card(second, "Secret books"))
				.contains("badge completed", "Goal achieved", "4 steps", "0.064 USD",
						"/runs/" + ids.get(0) + "#recording", "does not name the URL")
				.doesNotContain("This run as Java");
			assertThat(get(second, "/").body().split("class=\"row\" ")).hasSize(3);
			post(second, "/board/cards/" + ids.get(1) + "/cancel", "");
			await().atMost(SOON).until(() -> card(second, "Stays [never]").contains("badge cancelled"));
		}
	}

	@Test
	void simulatedRunsAreNotKept() throws Exception {
		Path file = this.directory.resolve("runs.txt");
		Files.write(file, List.of("earlier"));
		try (ConfigurableApplicationContext sample = start("--tinyfish.simulator.enabled=true",
				"--tinyfish.simulator.pace=1ms", "--sample.runs-file=" + file)) {
			submit(sample, "goal=Simulated+books");
			await().atMost(SOON).until(() -> card(sample, "Simulated books").contains("badge completed"));
		}
		assertThat(file).hasContent("earlier");
	}

	private static ConfigurableApplicationContext start(String... settings) {
		return new SpringApplicationBuilder(SampleApplication.class)
			.run(Stream.concat(Stream.of("--server.port=0"), Stream.of(settings)).toArray(String[]::new));
	}

	private void submit(ConfigurableApplicationContext sample, String form) throws Exception {
		assertThat(post(sample, "/board/runs", "url=https%3A%2F%2Fbooks.example&" + form)).isEqualTo(204);
	}

	private String card(ConfigurableApplicationContext sample, String goal) throws Exception {
		String row = Stream.of(get(sample, "/").body().split("class=\"row\" "))
			.filter((text) -> text.contains(goal))
			.findFirst()
			.orElse("");
		return row.isEmpty() ? "" : get(sample, "/board/cards/" + PageHttp.id(row)).body();
	}

	private int post(ConfigurableApplicationContext sample, String path, String form) throws Exception {
		return this.http
			.send(request(sample, path).header("HX-Request", "true")
				.header("Content-Type", "application/x-www-form-urlencoded")
				.POST(HttpRequest.BodyPublishers.ofString(form))
				.build(), HttpResponse.BodyHandlers.discarding())
			.statusCode();
	}

	private HttpResponse<String> get(ConfigurableApplicationContext sample, String path) throws Exception {
		return this.http.send(request(sample, path).build(), HttpResponse.BodyHandlers.ofString());
	}

	private static HttpRequest.Builder request(ConfigurableApplicationContext sample, String path) {
		String port = sample.getEnvironment().getProperty("local.server.port");
		return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).timeout(SOON);
	}

}
