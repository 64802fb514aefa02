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

package ai.tinyfish.simulator.internal.chromium;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

import ai.tinyfish.simulator.CassetteRecorder;
import ai.tinyfish.simulator.TinyFishSimulator;
import ai.tinyfish.simulator.testing.Api;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * A session is a local browser, if one is installed.
 */
class ChromiumTests {

	private static final Duration PATIENCE = Duration.ofSeconds(60);

	@AutoClose
	private TinyFishSimulator simulator = TinyFishSimulator.start();

	private Api api = new Api(this.simulator);

	static boolean isThere() {
		return Files.isExecutable(Path.of("/usr/bin/chromium"));
	}

	@Test
	@EnabledIf("isThere")
	void aSessionIsARealBrowserThatShowsTheShopForAnyHost() throws Exception {
		Map<String, String> session = open("{\"url\": \"https://books.example/all\"}");
		try (Driver driver = new Driver(session.get("cdp_url"))) {
			assertThat(driver.call("Browser.getVersion", null, "{}").path("product").asString()).contains("Chrome");
			String page = driver.attach();
			await().atMost(PATIENCE)
				.until(() -> driver.evaluate(page, "document.title + location.href")
					.equals("The Paper Harbourhttps://books.example/all"));
			driver.call("Page.navigate", page, "{\"url\": \"http://other.example/\"}");
			await().atMost(PATIENCE)
				.until(() -> driver.evaluate(page, "document.title + location.href")
					.equals("The Paper Harbourhttp://other.example/"));
			// this machine is reached
			driver.call("Page.navigate", page, "{\"url\": \"" + this.simulator.baseUrl() + "/nothing\"}");
			await().atMost(PATIENCE)
				.until(() -> driver.evaluate(page, "document.body.innerText").contains("The simulator has nothing"));
			// nothing else is
			assertThat(driver.call("Page.navigate", page, "{\"url\": \"http://other.example:8080/\"}")
				.path("errorText")
				.asString()).contains("ERR_NAME_NOT_RESOLVED");
		}
	}

	@Test
	@EnabledIf("isThere")
	void largeMessagesArePassedThroughBothWays() throws Exception {
		try (Driver driver = new Driver(open("{}").get("cdp_url"))) {
			String page = driver.attach();
			assertThat(driver.evaluate(page, "'x'.repeat(5000000)")).hasSize(5_000_000);
			assertThat(driver.evaluate(page, "'" + "y".repeat(1_000_000) + "'")).hasSize(1_000_000);
		}
	}

	@Test
	@EnabledIf("isThere")
	void theBrowserEndsWithItsSessionAndWithTheSimulator() throws Exception {
		Map<String, String> first = open("{}");
		Driver driver = new Driver(first.get("cdp_url"));
		driver.attach();
		assertThat(this.simulator.journal().openBrowsers()).containsExactly(first.get("session_id"));
		this.api.delete("/v1/browser/" + first.get("session_id"));
		assertThat(driver.closed.get(20, TimeUnit.SECONDS)).isTrue();
		assertThat(this.simulator.journal().openBrowsers()).isEmpty();
		Driver second = new Driver(open("{}").get("cdp_url"));
		second.attach();
		this.simulator.reset();
		assertThat(second.closed.get(20, TimeUnit.SECONDS)).isTrue();
		Driver third = new Driver(open("{}").get("cdp_url"));
		third.attach();
		this.simulator.close();
		assertThat(third.closed.get(20, TimeUnit.SECONDS)).isTrue();
	}

	@Test
	@EnabledIf("isThere")
	void theBrowserEndsWithASessionThatTimesOutAndNotWhileAConnectionIsOpenAlsoTheSecondOne() throws Exception {
		Map<String, String> session = open("{\"timeout_seconds\": 5}");
		try (Driver first = new Driver(session.get("cdp_url"))) {
			first.attach();
		}
		try (Driver driver = new Driver(session.get("cdp_url"))) {
			String page = driver.attach();
			assertThat(driver.evaluate(page, "window.kept = 'kept'")).isEqualTo("kept");
			Set<ProcessHandle> before = ProcessHandle.current().children().collect(Collectors.toSet());
			try (Driver idle = new Driver(open("{\"timeout_seconds\": 5}").get("cdp_url"))) {
				idle.attach();
			}
			List<ProcessHandle> browser = ProcessHandle.current()
				.children()
				.filter((process) -> !before.contains(process))
				.toList();
			assertThat(browser).isNotEmpty().allMatch(ProcessHandle::isAlive);
			await().atMost(PATIENCE).until(() -> browser.stream().noneMatch(ProcessHandle::isAlive));
			// by now the first session would have timed out, too
			assertThat(this.simulator.journal().openBrowsers()).contains(session.get("session_id"));
			assertThat(driver.evaluate(page, "window.kept")).isEqualTo("kept");
		}
	}

	@Test
	void noBrowserIsStartedWhileTheSimulatorCloses(@TempDir Path directory) throws Exception {
		Path started = directory.resolve("started");
		Path program = Files.writeString(directory.resolve("chromium"), "#!/bin/sh\ntouch " + started);
		assertThat(program.toFile().setExecutable(true)).isTrue();
		CountDownLatch cancelled = new CountDownLatch(1);
		CountDownLatch closing = new CountDownLatch(1);
		CompletableFuture<Void> goOn = new CompletableFuture<>();
		this.simulator.close();
		this.simulator = TinyFishSimulator.builder()
			.chromium(program)
			.cassette(directory.resolve("runs.json"), (run) -> {
			}, (apiKey, body, request) -> new CassetteRecorder.Recording(CompletableFuture.completedFuture(""),
					new CompletableFuture<>(), () -> {
						cancelled.countDown();
						try {
							goOn.get();
						}
						catch (InterruptedException ex) {
							closing.countDown();
							goOn.join();
						}
						catch (ExecutionException ex) {
							throw new IllegalStateException(ex);
						}
					}))
			.start();
		this.api = new Api(this.simulator);
		String id = this.api.queue("Find the price");
		this.api.postAsync("/v1/runs/" + id + "/cancel", "");
		assertThat(cancelled.await(20, TimeUnit.SECONDS)).isTrue();
		CompletableFuture<Void> close = CompletableFuture.runAsync(this.simulator::close);
		try {
			assertThat(closing.await(20, TimeUnit.SECONDS)).isTrue();
			assertThatExceptionOfType(Exception.class).isThrownBy(() -> new Driver(open("{}").get("cdp_url")));
		}
		finally {
			goOn.complete(null);
		}
		assertThat(close).succeedsWithin(PATIENCE);
		assertThat(started).doesNotExist();
	}

	@Test
	void withoutABrowserConnectingSaysWhatToInstall() {
		this.simulator.close();
		this.simulator = TinyFishSimulator.builder().chromium(Path.of("/nowhere/chromium")).start();
		this.api = new Api(this.simulator);
		Map<String, String> session = open("{}");
		assertThatExceptionOfType(CompletionException.class).isThrownBy(() -> new Driver(session.get("cdp_url")))
			.satisfies((ex) -> assertThat(((WebSocketHandshakeException) ex.getCause()).getResponse().statusCode())
				.isEqualTo(501));
		String path = session.get("base_url").substring(this.simulator.baseUrl().length()) + "/cdp";
		assertThat(this.api.send(this.api.withoutKey(path)).raw()).contains("/nowhere/chromium", "apt-get install",
				"tinyfish.simulator.chromium");
	}

	private Map<String, String> open(String body) {
		Api.Reply reply = this.api.post("/v1/browser", body);
		return Map.of("session_id", reply.text("session_id"), "cdp_url", reply.text("cdp_url"), "base_url",
				reply.text("base_url"));
	}

	/**
	 * Connection of the Chrome DevTools Protocol.
	 */
	private static final class Driver implements WebSocket.Listener, AutoCloseable {

		private static final JsonMapper MAPPER = JsonMapper.shared();

		private final StringBuilder part = new StringBuilder();

		private final BlockingQueue<JsonNode> answers = new LinkedBlockingQueue<>();

		private final CompletableFuture<Boolean> closed = new CompletableFuture<>();

		private final WebSocket socket;

		private int count;

		Driver(String address) {
			this.socket = HttpClient.newHttpClient().newWebSocketBuilder().buildAsync(URI.create(address), this).join();
		}

		@Override
		public CompletionStage<?> onText(WebSocket webSocket, CharSequence data, boolean last) {
			this.part.append(data);
			if (last) {
				JsonNode message = MAPPER.readTree(this.part.toString());
				this.part.setLength(0);
				if (message.has("id")) {
					this.answers.add(message);
				}
			}
			webSocket.request(1);
			return null;
		}

		@Override
		public CompletionStage<?> onClose(WebSocket webSocket, int statusCode, String reason) {
			this.closed.complete(true);
			return null;
		}

		@Override
		public void onError(WebSocket webSocket, Throwable error) {
			this.closed.complete(true);
		}

		JsonNode call(String method, String session, String params) throws Exception {
			String about = (session != null) ? ",\"sessionId\":\"" + session + "\"" : "";
			this.socket
				.sendText(
						"{\"id\":%d,\"method\":\"%s\",\"params\":%s%s}".formatted(++this.count, method, params, about),
						true)
				.join();
			JsonNode answer = this.answers.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
			assertThat(answer).as(method).isNotNull();
			return answer.path("result");
		}

		String attach() throws Exception {
			for (JsonNode target : call("Target.getTargets", null, "{}").path("targetInfos")) {
				if (target.path("type").asString().equals("page")) {
					return call("Target.attachToTarget", null,
							"{\"targetId\":\"" + target.path("targetId").asString() + "\",\"flatten\":true}")
						.path("sessionId")
						.asString();
				}
			}
			throw new IllegalStateException("There is no page");
		}

		String evaluate(String session, String expression) throws Exception {
			return call("Runtime.evaluate", session, "{\"expression\":" + MAPPER.writeValueAsString(expression) + "}")
				.path("result")
				.path("value")
				.asString();
		}

		@Override
		public void close() {
			this.socket.abort();
		}

	}

}
