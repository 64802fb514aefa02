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

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The page of a run whose record is hostile, or not there.
 */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT,
		properties = { "tinyfish.api-key=key", "tinyfish.retry.max-retries=0", "tinyfish.budget.price-per-step=0.016" })
@DirtiesContext
class RunPageTests {

	private static final String PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+A8AAQUBAScY42YAAAAASUVORK5CYII=";

	private static final Map<String, String> records = new ConcurrentHashMap<>();

	private static final AtomicInteger reads = new AtomicInteger();

	private static final HttpServer service = start();

	private final HttpClient http = HttpClient.newHttpClient();

	@LocalServerPort
	private int port;

	private static HttpServer start() {
		try {
			HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
			server.createContext("/v1/runs/", RunPageTests::answer);
			server.start();
			return server;
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static void answer(HttpExchange exchange) throws IOException {
		reads.incrementAndGet();
		String id = exchange.getRequestURI().getPath().replaceFirst(".*/", "");
		String found = records.get(id);
		byte[] body = (found != null) ? found.getBytes(StandardCharsets.UTF_8)
				: "{\"error\":{\"code\":\"NOT_FOUND\",\"message\":\"<b>Run not found</b>\"}}"
					.getBytes(StandardCharsets.UTF_8);
		exchange.getResponseHeaders().set("Content-Type", "application/json");
		boolean broken = id.equals("broken") || (id.equals("heavy") && exchange.getRequestURI().getQuery() != null);
		exchange.sendResponseHeaders(broken ? 500 : (found != null) ? 200 : 404, body.length);
		exchange.getResponseBody().write(body);
		exchange.close();
	}

	@AfterAll
	static void stop() {
		service.stop(0);
	}

	@DynamicPropertySource
	static void connection(DynamicPropertyRegistry properties) {
		properties.add("tinyfish.base-url", () -> "http://127.0.0.1:" + service.getAddress().getPort());
	}

	@Test
	void nothingOfARecordIsMarkup() throws Exception {
		String hostile = "\"</code></pre><script>alert(1)</script><img src=x onerror=alert(1)>\"";
		records.put("hostile", """
				{"run_id": "hostile", "status": "COMPLETED", "goal": %1$s, "created_at": "2026-01-14T10:30:00Z",
				 "started_at": "2026-01-14T10:30:00Z", "finished_at": "2026-01-14T10:30:09.5Z", "num_of_steps": 3,
				 "result": {"items": [{%1$s: %1$s}]}, "output_schema": {"type": %1$s},
				 "schema_validation": {"valid": false, "re_prompt_attempts": 0, "errors":
				   [{"path": %1$s, "expected": "x", "received": "y", "message": %1$s}]},
				 "steps": [
				   {"id": "1", "timestamp": "2026-01-14T10:30:01.2Z", "status": "COMPLETED", "action": %1$s,
				    "screenshot": %1$s, "duration": null},
				   {"id": "2", "timestamp": null, "status": "COMPLETED", "action": null,
				    "screenshot": "data:image/svg+xml;base64,PHN2Zy8+", "duration": %1$s},
				   {"id": "3", "timestamp": "2026-01-14T10:30:04Z", "status": "COMPLETED", "action": "Last",
				    "screenshot": "data:image/png;base64,%2$s", "duration": "1s"}]}
				""".formatted(hostile, PNG));
		HttpResponse<String> page = page("/runs/hostile");
		assertThat(page.statusCode()).isEqualTo(200);
		assertThat(page.body()).doesNotContain("<script>", "<img src=x", "svg+xml")
			.contains("&lt;script&gt;alert(1)", "1.2 s", "Goal missed", "3 \u00d7 0.016 = 0.048 USD<",
					"2026-01-14 10:30:00 UTC", "<dt>Duration</dt><dd>9.5 s<", "took 1s", "x1=\"12.6%\"", "x1=\"42.1%\"",
					"Live: each run is billed", "Not in the record");
		assertThat(page.body().split("<img ")).hasSize(2);
		HttpResponse<String> picture = page("/runs/hostile/pictures/3");
		assertThat(picture.headers().firstValue("Content-Type")).hasValue("image/png");
		assertThat(page("/runs/hostile/pictures/1").statusCode()).isEqualTo(404);
		assertThat(page("/runs/hostile/pictures/2").statusCode()).isEqualTo(404);
		HttpResponse<String> json = page("/runs/hostile.json");
		assertThat(json.headers().firstValue("Content-Type")).hasValue("application/json");
		assertThat(json.body()).contains("\"run_id\":\"hostile\"");
		HttpResponse<String> csv = page("/runs/hostile.csv");
		assertThat(csv.headers().map()).extractingByKey("Content-Type").asString().contains("text/csv;charset=UTF-8");
		assertThat(csv.headers().map()).extractingByKey("Content-Disposition")
			.asString()
			.contains("attachment; filename=\"run-hostile.csv\"");
		assertThat(csv.body()).isEqualTo((hostile.substring(1, hostile.length() - 1) + "\r\n").repeat(2));
	}

	@Test
	void picturesAreBoundedAndReadOnce() throws Exception {
		String steps = IntStream.range(0, 600).mapToObj((i) -> """
				{"id": "%d", "timestamp": null, "status": "COMPLETED", "action": "Step", "duration": null,
				 "screenshot": "data:image/png;base64,%s"}""".formatted(i, PNG)).collect(Collectors.joining(","));
		records.put("long", record("long", "\"text\"", steps));
		int before = reads.get();
		String page = page("/runs/long").body();
		assertThat(page.split("<img ")).hasSize(501);
		assertThat(page.split(" id=\"step-")).hasSize(501);
		assertThat(page).contains("long/pictures/500\"", "<details open").doesNotContain("long.csv", "<table");
		for (String step : List.of("1", "257", "500")) {
			assertThat(page("/runs/long/pictures/" + step).statusCode()).isEqualTo(200);
		}
		assertThat(page("/runs/long/pictures/501").statusCode()).isEqualTo(404);
		assertThat(reads).hasValue(before + 1);
		assertThat(page("/runs/long.csv").statusCode()).isEqualTo(404);
	}

	@Test
	void pictureIsReadAgainIfItIsNoLongerKept() throws Exception {
		records.put("again", record("again", "{}", """
				{"id": "1", "timestamp": null, "status": "RUNNING", "action": "Step", "duration": null,
				 "screenshot": "data:image/png;base64,%s"}""".formatted(PNG)));
		assertThat(page("/runs/again/pictures/1").statusCode()).isEqualTo(200);
		int before = reads.get();
		assertThat(page("/runs/again/pictures/1").statusCode()).isEqualTo(200);
		assertThat(reads).hasValue(before);
	}

	@Test
	void recordThatCannotBeReadWithScreenshotsIsShownWithoutThem() throws Exception {
		records.put("heavy", record("heavy", "{}", """
				{"id": "1", "timestamp": null, "status": "COMPLETED", "action": "Step", "duration": null,
				 "screenshot": null}"""));
		HttpResponse<String> page = page("/runs/heavy");
		assertThat(page.statusCode()).isEqualTo(200);
		assertThat(page.body()).contains("id=\"step-1\"").doesNotContain("<img");
	}

	@Test
	void addressOfARecordingIsReadAnewForEachRequest() throws Exception {
		String filmed = record("filmed", "{}", "").replace("\"result\"", "\"video_url\": \"%s\", \"result\"");
		records.put("filmed", filmed.formatted("https://videos.example/1?signature=a%7Cb"));
		HttpResponse<String> page = page("/runs/filmed");
		assertThat(page.body()).contains("src=\"filmed/recording\"").doesNotContain("videos.example");
		assertThat(page.headers().firstValue("Content-Security-Policy"))
			.hasValueSatisfying((policy) -> assertThat(policy).contains("media-src 'self' https:;"));
		HttpResponse<String> first = page("/runs/filmed/recording");
		assertThat(first.statusCode()).isEqualTo(302);
		assertThat(first.headers().firstValue("Location")).hasValue("https://videos.example/1?signature=a%7Cb");
		assertThat(first.headers().firstValue("Cache-Control")).hasValue("no-store");
		records.put("filmed", filmed.formatted("https://videos.example/2"));
		assertThat(page("/runs/filmed/recording").headers().firstValue("Location"))
			.hasValue("https://videos.example/2");
		records.put("unseen", record("unseen", "{}", ""));
		assertThat(page("/runs/unseen").body()).doesNotContain("Recording");
		assertThat(page("/runs/unseen/recording").statusCode()).isEqualTo(404);
	}

	@Test
	void liveViewIsShownUntilTheRunEnds() throws Exception {
		String watched = record("watched", "null", "").replace("\"result\"",
				"\"streaming_url\": \"https://live.example/1\", \"result\"");
		records.put("watched", watched.replace("COMPLETED", "RUNNING"));
		assertThat(page("/runs/watched").body()).contains("<iframe src=\"https://live.example/1\"");
		records.put("watched", watched);
		assertThat(page("/runs/watched").body()).doesNotContain("live.example");
	}

	@Test
	void runThatIsNotThereIsAPageForBrowsersAndAProblemForOthers() throws Exception {
		HttpResponse<String> page = page("/runs/no-such");
		assertThat(page.statusCode()).isEqualTo(404);
		assertThat(page.headers().firstValue("Content-Type")).hasValue("text/html;charset=UTF-8");
		assertThat(page.body()).contains("<h1>There is no such run</h1>", "&lt;b&gt;Run not found")
			.doesNotContain("<b>");
		HttpResponse<String> problem = get("/runs/no-such", "*/*");
		assertThat(problem.statusCode()).isEqualTo(404);
		assertThat(problem.headers().firstValue("Content-Type")).hasValue("application/problem+json");
		assertThat(page("/runs/no.such").statusCode()).isEqualTo(400);
		assertThat(page("/runs/no-such.csv").statusCode()).isEqualTo(404);
		assertThat(page("/runs/no-such/pictures/1").statusCode()).isEqualTo(404);
		assertThat(page("/runs/broken").statusCode()).isEqualTo(502);
	}

	private static String record(String id, String result, String steps) {
		return """
				{"run_id": "%s", "status": "COMPLETED", "goal": "Read", "created_at": "2026-01-14T10:30:00Z",
				 "started_at": null, "finished_at": null, "num_of_steps": 1, "result": %s, "steps": [%s]}"""
			.formatted(id, result, steps);
	}

	private HttpResponse<String> page(String path) throws Exception {
		return get(path, "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8");
	}

	private HttpResponse<String> get(String path, String accept) throws Exception {
		return this.http.send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + this.port + path))
			.timeout(Duration.ofSeconds(60))
			.header("Accept", accept)
			.build(), HttpResponse.BodyHandlers.ofString());
	}

}
