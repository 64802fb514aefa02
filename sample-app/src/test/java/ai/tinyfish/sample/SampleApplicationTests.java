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

package ai.tinyfish.sample;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;

import ai.tinyfish.simulator.Scenario;
import ai.tinyfish.simulator.TinyFishSimulator;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.core.env.Environment;
import org.springframework.test.annotation.DirtiesContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The sample as a reader of the README uses it: without a key, over HTTP.
 */
// a key in the environment must not make this a live run
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT,
		properties = { "tinyfish.simulator.enabled=true", "tinyfish.simulator.pace=50ms",
				"management.endpoint.tinyfish.access=unrestricted" })
@ExtendWith(OutputCaptureExtension.class)
@DirtiesContext
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class SampleApplicationTests {

	private static final Duration SOON = Duration.ofSeconds(60);

	private final HttpClient http = HttpClient.newHttpClient();

	@Autowired
	private Environment environment;

	@Autowired
	private TinyFishSimulator simulator;

	/**
	 * First, as output during another test is not captured for this one.
	 */
	@Test
	@Order(1)
	void runsAGoalAtStartAndAnswersTheReadmesRequests(CapturedOutput output) throws Exception {
		connect();
		await().atMost(SOON).until(() -> output.getOut().contains("COMPLETED, goal ACHIEVED: List the"));
		assertThat(output.getOut()).contains("is simulated at http://127.0.0.1:",
				"The page:       http://localhost:" + uri("/").getPort(), "With curl:      curl -X POST localhost:",
				"With TinyFish:  stop, set TINYFISH_API_KEY");

		HttpResponse<String> started = post("/runs",
				"{\"url\": \"https://news.ycombinator.com\", \"goal\": \"Extract the top 5 headlines\"}");
		assertThat(started.statusCode()).isEqualTo(202);
		String runId = started.body().replaceAll(".*\"runId\":\"([^\"]+)\".*", "$1");

		HttpResponse<String> events = get("/runs/" + runId + "/events");
		assertThat(events.headers().firstValue("Content-Type"))
			.hasValueSatisfying((type) -> assertThat(type).startsWith("text/event-stream"));
		assertThat(events.body()).containsSubsequence("event:TinyFishRunStartedEvent", "event:TinyFishRunProgressEvent",
				"event:TinyFishRunFinishedEvent", "\"status\":\"COMPLETED\"");
		// a late browser sees the same
		assertThat(get("/runs/" + runId + "/events").body()).isEqualTo(withoutComments(events.body()));

		assertThat(get("/runs/" + runId).body()).contains("\"status\":\"COMPLETED\"").contains("\"result\":{");
		assertThat(get("/runs?status=COMPLETED").body()).contains(runId);
		assertThat(get("/actuator/metrics/tinyfish.run").body()).contains("\"name\":\"tinyfish.run\"")
			.contains("\"operation\"", "\"agent.start\"");
		assertThat(get("/actuator/metrics/tinyfish.client.calls").body()).contains("\"operation\"", "agent.start");
	}

	/**
	 * Start the first run, as the first browser does.
	 */
	private void connect() throws Exception {
		HttpRequest events = HttpRequest.newBuilder(uri("/board/events")).timeout(SOON).build();
		this.http.send(events, HttpResponse.BodyHandlers.ofInputStream()).body().close();
	}

	@Test
	@Order(2)
	void aGoalForgesNoLineOfTheLog(CapturedOutput output) throws Exception {
		post("/runs",
				"{\"url\": \"https://news.ycombinator.com\", \"goal\": \"Read\\r\\nforged \\u001b[31m\\u2028\\u202egoal\"}");
		await().atMost(SOON).until(() -> output.getOut().contains("forged") && output.getOut().contains("goal"));
		assertThat(output.getOut().lines()).filteredOn((line) -> line.contains("forged"))
			.isNotEmpty()
			.allSatisfy((line) -> {
				assertThat(line).contains("Read forged  [31m goal -> ");
				assertThat(line).doesNotContainPattern("[\\p{Cf}\\p{Zl}\\p{Zp}]");
			});
	}

	@Test
	void agentAnswersWithProducts() throws Exception {
		HttpResponse<String> products = post("/products", "{\"count\": 2}");
		assertThat(products.statusCode()).as(products.body()).isEqualTo(200);
		assertThat(products.body()).containsPattern("^\\[\\{.*\"name\":.*\"price\":.*\"currency\":.*\"inStock\":.*}]$");
		assertThat(post("/products", "{\"count\": \"many\"}").statusCode()).isEqualTo(400);
	}

	/**
	 * The commands of {@code docs/production.md}.
	 */
	@Test
	void operatorsSeeRunsAndCancelOne() throws Exception {
		this.simulator.given("List the cheapest books",
				Scenario.builder().steps("Opening books.toscrape.com").neverEnds().build());
		String page = Files.readString(Path.of("../docs/production.md"));
		List<String> starts = find(page, "curl -X POST localhost:8080/runs .*-d '(.+)'");
		List<String> reads = find(page, "(?m)^curl localhost:8080(/.+)$");
		List<String> cancels = find(page, "curl -X DELETE localhost:8080(/.+/).+");
		assertThat(List.of(starts.size(), reads.size(), cancels.size())).containsExactly(1, 2, 1);
		HttpResponse<String> started = post("/runs", starts.get(0));
		assertThat(started.statusCode()).isEqualTo(202);
		String runId = started.body().replaceAll(".*\"runId\":\"([^\"]+)\".*", "$1");
		String printed = find(page, "(?s)```json\\n(\\{\\n  \"openRuns\".+?)\\n```").get(0);
		await().atMost(SOON)
			.untilAsserted(() -> assertThat(comparable(get(reads.get(0)).body())).isEqualTo(comparable(printed)));
		assertThat(get(reads.get(0)).body()).contains("\"runId\":\"" + runId + "\"");
		assertThat(get(reads.get(1)).body()).contains("\"status\":\"UP\"");
		HttpResponse<String> cancelled = this.http.send(
				HttpRequest.newBuilder(uri(cancels.get(0) + runId)).timeout(SOON).DELETE().build(),
				HttpResponse.BodyHandlers.ofString());
		assertThat(cancelled.statusCode()).isEqualTo(200);
		await().atMost(SOON).until(() -> get("/runs/" + runId).body().contains("\"status\":\"CANCELLED\""));
		await().atMost(SOON).until(() -> !get(reads.get(0)).body().contains(runId));
	}

	@Test
	void namesTheProblemOfARequest() throws Exception {
		HttpResponse<String> badUrl = post("/runs", "{\"url\": \"ftp://x\", \"goal\": \"g\"}");
		assertThat(badUrl.statusCode()).isEqualTo(400);
		assertThat(badUrl.body()).contains("url");
		assertThat(get("/runs/not-there").statusCode()).isEqualTo(404);
		assertThat(get("/runs/not-there/events").statusCode()).isEqualTo(404);
	}

	@Test
	void listensOnTheAddressOfThisMachineAlone() {
		int port = uri("/").getPort();
		assertThat(accepts("127.0.0.1", port)).isTrue();
		// leads to this machine as well, and to those who listen on all addresses
		assertThat(accepts("127.0.0.2", port)).isFalse();
	}

	private static boolean accepts(String address, int port) {
		try (Socket socket = new Socket()) {
			socket.connect(new InetSocketAddress(address, port), 5000);
			return true;
		}
		catch (IOException ex) {
			return false;
		}
	}

	/**
	 * Return the state of the endpoint without the values that differ each time.
	 */
	private static String comparable(String state) {
		return JsonMapper.shared()
			.readTree(state)
			.toPrettyString()
			.replaceAll("\"(runId|age)\" : \"[^\"]+\"", "\"$1\" : \"\"");
	}

	private static List<String> find(String page, String command) {
		return Pattern.compile(command).matcher(page).results().map((match) -> match.group(1)).toList();
	}

	private static String withoutComments(String events) {
		return events.replaceAll("(?m)^:.*\\n\\n", "");
	}

	private HttpResponse<String> get(String path) throws IOException, InterruptedException {
		return this.http.send(HttpRequest.newBuilder(uri(path)).timeout(SOON).build(),
				HttpResponse.BodyHandlers.ofString());
	}

	private HttpResponse<String> post(String path, String body) throws IOException, InterruptedException {
		return this.http.send(HttpRequest.newBuilder(uri(path))
			.timeout(SOON)
			.header("Content-Type", "application/json")
			.POST(HttpRequest.BodyPublishers.ofString(body))
			.build(), HttpResponse.BodyHandlers.ofString());
	}

	private URI uri(String path) {
		return URI.create("http://127.0.0.1:" + this.environment.getProperty("local.server.port") + path);
	}

}
