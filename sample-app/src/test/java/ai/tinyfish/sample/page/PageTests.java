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

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

import ai.tinyfish.simulator.TinyFishSimulator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.annotation.DirtiesContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The page over HTTP. What a browser makes of it is tested in the module browser-tests.
 */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT,
		properties = { "tinyfish.simulator.enabled=true", "tinyfish.simulator.pace=20ms" })
@DirtiesContext
class PageTests {

	private static final Duration SOON = Duration.ofSeconds(60);

	private final HttpClient http = HttpClient.newHttpClient();

	@LocalServerPort
	private int port;

	@Autowired
	private TinyFishSimulator simulator;

	@Test
	void pageHasTheFormThePresetsAndTheCode() throws Exception {
		HttpResponse<String> page = get("/");
		assertThat(page.statusCode()).isEqualTo(200);
		assertThat(page.body()).contains("Simulated: no key, no cost", "value=\"https://books.toscrape.com\"",
				"List the 3 cheapest books", "Five shops, two at a time", "Site blocked", "Deadline");
		assertThat(page.body()).contains("public interface Shop {", "class RunLog {", "class ShopController {",
				"max-in-flight: 2");
		assertThat(page.body()).doesNotContain("Licensed under", "import ai.tinyfish");
	}

	@Test
	void everythingThatThePageLoadsIsServedHere() throws Exception {
		String page = get("/").body();
		List<String> loaded = Stream.of(page.split("(?:src|href)=\""))
			.skip(1)
			.map((part) -> part.split("\"")[0])
			.filter((address) -> address.startsWith("/"))
			.toList();
		assertThat(loaded).hasSize(3);
		for (String address : loaded) {
			assertThat(get(address).statusCode()).as(address).isEqualTo(200);
		}
		assertThat(page).doesNotContain("src=\"http", "href=\"http");
	}

	@ParameterizedTest
	@ValueSource(strings = { "/", "/page.css", "/runs" })
	void nothingElseMayBeLoadedOrFramed(String path) throws Exception {
		assertThat(get(path).headers().firstValue("Content-Security-Policy")).hasValueSatisfying(
				(policy) -> assertThat(policy).startsWith("default-src 'none'; script-src 'self'; style-src 'self';")
					.contains("frame-src http://127.0.0.1:*;", "frame-ancestors 'none'"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "/board/runs", "/board/presets/SHOPS", "/board/cards/page-1/cancel" })
	void formOfAnotherSiteStartsNothing(String path) throws Exception {
		long before = this.simulator.journal().runsCreated();
		HttpRequest form = HttpRequest.newBuilder(uri(path))
			.header("Content-Type", "application/x-www-form-urlencoded")
			.POST(HttpRequest.BodyPublishers.ofString("url=https%3A%2F%2Fbooks.example&goal=Read"))
			.build();
		assertThat(this.http.send(form, HttpResponse.BodyHandlers.discarding()).statusCode()).isBetween(400, 499);
		assertThat(this.simulator.journal().runsCreated()).isEqualTo(before);
	}

	@Test
	void anotherHostIsRefused() throws IOException {
		try (Socket socket = new Socket("127.0.0.1", this.port)) {
			socket.setSoTimeout((int) SOON.toMillis());
			OutputStream output = socket.getOutputStream();
			output.write("GET / HTTP/1.1\r\nHost: rebound.example\r\nConnection: close\r\n\r\n"
				.getBytes(StandardCharsets.US_ASCII));
			output.flush();
			BufferedReader answer = new BufferedReader(new InputStreamReader(socket.getInputStream()));
			assertThat(answer.readLine()).startsWith("HTTP/1.1 421");
		}
	}

	@Test
	void eventStreamBeginsWithTheCardsAndHasEachChange() throws Exception {
		try (Stream<String> lines = events()) {
			assertThat(
					post("/board/runs", "url=https%3A%2F%2Fbooks.example&goal=Read+%3Cb%3Eit%3C%2Fb%3E").statusCode())
				.isEqualTo(204);
			List<String> names = lines.filter((line) -> line.startsWith("event:"))
				.takeWhile((name) -> !name.startsWith("event:actions-page-"))
				.toList();
			assertThat(names.get(0)).isEqualTo("event:board");
			assertThat(names.stream().map((name) -> name.replaceFirst("-page-\\d+", ""))).contains("event:card",
					"event:state", "event:live", "event:steps", "event:result");
		}
		// who comes later gets the cards with their history
		try (Stream<String> lines = events()) {
			String board = String.join("\n", lines.takeWhile((line) -> !line.isEmpty()).toList());
			assertThat(board).contains("Read &lt;b&gt;it&lt;/b&gt;", "Reading the page").doesNotContain("<b>it");
		}
	}

	@Test
	void refusalIsSaidAndLeavesNoCard() throws Exception {
		HttpResponse<String> refused = post("/board/runs", "url=ftp%3A%2F%2Fbooks.example&goal=Leave+no+card");
		assertThat(refused.statusCode()).isEqualTo(400);
		assertThat(refused.body()).contains("url");
		try (Stream<String> lines = events()) {
			assertThat(String.join("\n", lines.takeWhile((line) -> !line.isEmpty()).toList()))
				.doesNotContain("Leave no card");
		}
		assertThat(post("/board/presets/NO_SUCH", "").statusCode()).isEqualTo(400);
		assertThat(post("/board/cards/no-such/cancel", "").statusCode()).isEqualTo(204);
	}

	@Test
	void oldCardsMakeRoomAndThoseOfRunsInFlightStay() throws Exception {
		post("/board/runs", "url=https%3A%2F%2Fbooks.example&goal=Stay+%5Bnever%5D");
		await().atMost(SOON).until(() -> this.simulator.journal().runsByGoal().containsKey("Stay [never]"));
		for (int i = 0; i < 45; i++) {
			post("/board/runs", "url=https%3A%2F%2Fbooks.example&goal=Old+" + i);
			String goal = "Old " + i;
			await().atMost(SOON).until(() -> this.simulator.journal().runsByGoal().containsKey(goal));
		}
		try (Stream<String> lines = events()) {
			String board = String.join("\n", lines.takeWhile((line) -> !line.isEmpty()).toList());
			assertThat(board).contains("Stay [never]", "Old 44").doesNotContain(">Old 1<");
			assertThat(board.split("<article").length - 1).isLessThanOrEqualTo(42);
		}
		String card = card("Stay [never]");
		assertThat(post("/board/cards/" + card + "/cancel", "").statusCode()).isEqualTo(204);
	}

	private String card(String goal) throws Exception {
		try (Stream<String> lines = events()) {
			String board = String.join("\n", lines.takeWhile((line) -> !line.isEmpty()).toList());
			return board.replaceFirst("(?s).*id=\"goal-([^\"]+)\">" + java.util.regex.Pattern.quote(goal) + ".*", "$1");
		}
	}

	private Stream<String> events() throws Exception {
		return this.http
			.send(HttpRequest.newBuilder(uri("/board/events")).timeout(SOON).build(),
					HttpResponse.BodyHandlers.ofLines())
			.body();
	}

	private HttpResponse<String> get(String path) throws Exception {
		return this.http.send(HttpRequest.newBuilder(uri(path)).timeout(SOON).build(),
				HttpResponse.BodyHandlers.ofString());
	}

	private HttpResponse<String> post(String path, String form) throws Exception {
		return this.http.send(HttpRequest.newBuilder(uri(path))
			.timeout(SOON)
			.header("HX-Request", "true")
			.header("Content-Type", "application/x-www-form-urlencoded")
			.POST(HttpRequest.BodyPublishers.ofString(form))
			.build(), HttpResponse.BodyHandlers.ofString());
	}

	private URI uri(String path) {
		return URI.create("http://127.0.0.1:" + this.port + path);
	}

}
