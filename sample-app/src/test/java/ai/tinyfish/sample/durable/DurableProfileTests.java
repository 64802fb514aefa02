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
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

import ai.tinyfish.durable.DurableRun;
import ai.tinyfish.durable.DurableRunQuery;
import ai.tinyfish.durable.DurableRunState;
import ai.tinyfish.durable.DurableRuns;
import ai.tinyfish.simulator.Scenario;
import ai.tinyfish.simulator.TinyFishSimulator;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.ActiveProfiles;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The profile "durable" over HTTP.
 */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT,
		properties = { "tinyfish.simulator.enabled=true", "tinyfish.simulator.pace=5ms",
				"tinyfish.durable.interval=200ms", "spring.datasource.url=jdbc:h2:mem:sample" })
@ActiveProfiles("durable")
@DirtiesContext
@TestMethodOrder(OrderAnnotation.class)
class DurableProfileTests {

	private static final Duration SOON = Duration.ofSeconds(60);

	private final HttpClient http = HttpClient.newHttpClient();

	@LocalServerPort
	private int port;

	@Autowired
	private DurableRuns runs;

	@Autowired
	private TinyFishSimulator simulator;

	@Test
	void runsOfThePageAndOfCurlEndAndThePageShowsThem() throws Exception {
		assertThat(send(request("/")).body()).contains("Submit 20", "Simulated: no key, no cost");
		HttpResponse<String> curl = submit(3);
		assertThat(curl.statusCode()).isEqualTo(202);
		assertThat(curl.body()).contains("\"state\":\"ACCEPTED\"");
		assertThat(send(
				request("/board/durable-runs").header("HX-Request", "true").POST(HttpRequest.BodyPublishers.noBody()))
			.statusCode()).isEqualTo(204);
		await().atMost(SOON).until(() -> states().size() == 23 && states().stream().allMatch("DONE"::equals));
		assertThat(this.simulator.journal().runs()).filteredOn((run) -> run.request().goal().contains("[steps:60]"))
			.hasSize(23);
		// a later browser sees the rows of the database
		await().atMost(SOON).until(() -> panel().contains("23 DONE"));
		assertThat(panel()).contains("<code>kill -9 " + ProcessHandle.current().pid() + "</code>");
		assertThat(send(request("/durable-runs")).body()).contains("\"state\":\"DONE\"");
	}

	@Test
	void formOfAnotherSiteSubmitsNothing() throws Exception {
		HttpRequest.Builder form = request("/board/durable-runs")
			.header("Content-Type", "application/x-www-form-urlencoded")
			.POST(HttpRequest.BodyPublishers.ofString("count=20"));
		assertThat(send(form).statusCode()).isBetween(400, 499);
	}

	@Test
	@Order(Integer.MAX_VALUE)
	void numberOfRunsHasABound() throws Exception {
		for (int count : List.of(-1, 0, 101, Integer.MAX_VALUE)) {
			HttpResponse<String> refused = submit(count);
			assertThat(refused.statusCode()).as("%d", count).isEqualTo(400);
			assertThat(refused.body()).contains("count must be from 1 to 100");
		}
		this.simulator.given("books", Scenario.builder().neverEnds().build());
		assertThat(submit(100).statusCode()).isEqualTo(202);
		assertThat(submit(100).statusCode()).isEqualTo(202);
		HttpResponse<String> refused = submit(1);
		assertThat(refused.statusCode()).isEqualTo(429);
		assertThat(refused.body()).contains("At most 200 runs may be open");
		HttpResponse<String> ofThePage = send(
				request("/board/durable-runs").header("HX-Request", "true").POST(HttpRequest.BodyPublishers.noBody()));
		assertThat(ofThePage.statusCode()).isEqualTo(429);
		assertThat(ofThePage.body()).startsWith("At most 200 runs may be open");
	}

	private HttpResponse<String> submit(int count) throws Exception {
		return send(request("/durable-runs").header("Content-Type", "application/json")
			.POST(HttpRequest.BodyPublishers.ofString("{\"count\": " + count + "}")));
	}

	private List<String> states() {
		return this.runs.list(DurableRunQuery.all())
			.data()
			.stream()
			.map(DurableRun::state)
			.map(DurableRunState::name)
			.toList();
	}

	private String panel() throws Exception {
		HttpResponse<Stream<String>> events = this.http.send(request("/board/events").build(),
				HttpResponse.BodyHandlers.ofLines());
		try (Stream<String> lines = events.body()) {
			return String.join("\n",
					lines.dropWhile((line) -> !line.equals("event:durable"))
						.takeWhile((line) -> !line.isEmpty())
						.toList());
		}
	}

	private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
		return this.http.send(request.build(), HttpResponse.BodyHandlers.ofString());
	}

	private HttpRequest.Builder request(String path) {
		return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + this.port + path)).timeout(SOON);
	}

}
