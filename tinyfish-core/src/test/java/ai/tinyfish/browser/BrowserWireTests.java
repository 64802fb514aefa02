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

package ai.tinyfish.browser;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

import ai.tinyfish.TinyFishClient;
import ai.tinyfish.error.TinyFishConnectionException;
import ai.tinyfish.error.TinyFishNotFoundException;
import ai.tinyfish.error.TinyFishServerException;
import ai.tinyfish.error.TinyFishStatusException;
import ai.tinyfish.internal.json.Json;
import ai.tinyfish.testing.BothClients;
import ai.tinyfish.testing.ClientKind;
import ai.tinyfish.testing.Operation;
import ai.tinyfish.testing.RequestParts;
import ai.tinyfish.testing.Samples;
import ai.tinyfish.testing.server.ScriptedServer;
import ai.tinyfish.testing.server.ScriptedServer.Exchange;
import ai.tinyfish.usage.UsagePage;
import ai.tinyfish.usage.UsageQuery;
import ai.tinyfish.usage.UsageStatus;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.assertj.core.api.Assertions.entry;

/**
 * Requests of the calls about browser sessions, and the results of their responses.
 */
@BothClients(always = true)
class BrowserWireTests {

	private static final String SESSION = """
			{"session_id":"br-1","cdp_url":"wss://b.example/secret/cdp","base_url":"https://b.example/secret","new":1}""";

	@Parameter
	ClientKind kind;

	@Test
	void withoutSettingsTheBodyHasTheTimeoutOfTheClientAndTheAnswerIs201() {
		try (ScriptedServer server = answering(201, SESSION);
				TinyFishClient client = this.kind.client(server.baseUrl()).build()) {
			RemoteBrowser remote = client.browser().create();
			assertThat(remote.sessionId()).isEqualTo("br-1");
			assertThat(remote.cdpUrl()).isEqualTo("wss://b.example/secret/cdp");
			assertThat(remote.baseUrl()).isEqualTo("https://b.example/secret");
			assertThat(remote.toString()).contains("br-1").doesNotContain("secret");
			RequestParts request = RequestParts.of(server.requests().get(0));
			assertThat(request.method()).isEqualTo("POST");
			assertThat(request.path()).isEqualTo("/v1/browser");
			assertThat(request.body()).isEqualTo("{\"timeout_seconds\":300}");
		}
	}

	@Test
	void everyFieldIsSentUnderItsName() {
		try (ScriptedServer server = answering(201, SESSION);
				TinyFishClient client = this.kind.client(server.baseUrl()).integration("acme").build()) {
			client.browser()
				.create(BrowserSessionRequest.builder()
					.url("shop.example")
					.timeout(Duration.ofMinutes(5))
					.additionalProperty("viewport", List.of(1280, 720))
					.build());
			assertThat(RequestParts.of(server.requests().get(0)).body())
				.isEqualTo("{\"url\":\"shop.example\",\"timeout_seconds\":300,\"viewport\":[1280,720],"
						+ "\"api_integration\":\"acme\"}");
		}
	}

	@Test
	void aSessionThatMayHaveBeenStartedIsNotRequestedAgainAndTheFailureIsReported() {
		try (ScriptedServer server = new ScriptedServer(Exchange::reset);
				TinyFishClient client = this.kind.client(server.baseUrl()).build()) {
			assertThatExceptionOfType(TinyFishConnectionException.class).isThrownBy(() -> client.browser().create())
				.withMessageContaining("browser.create")
				.withMessageNotContaining("run");
			assertThat(server.requests()).hasSize(1);
		}
		try (ScriptedServer server = new ScriptedServer((exchange) -> exchange.answer(502, "text/html", "<html>"));
				TinyFishClient client = this.kind.client(server.baseUrl()).build()) {
			assertThatExceptionOfType(TinyFishServerException.class).isThrownBy(() -> client.browser().create());
			assertThat(server.requests()).hasSize(1);
		}
	}

	@Test
	void aSessionThatTheServiceSaysIsNotThereIsAskedForAgain() {
		try (ScriptedServer server = new ScriptedServer((exchange) -> exchange.answer(502, "application/json",
				Samples.envelope("INTERNAL_ERROR", "No browser")));
				TinyFishClient client = this.kind.client(server.baseUrl()).build()) {
			assertThatExceptionOfType(TinyFishServerException.class).isThrownBy(() -> client.browser().create())
				.withMessageContaining("No browser");
			assertThat(server.requests()).hasSize(3);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "\"session_id\":\"\",\"cdp_url\":\"wss://b.example/cdp\"",
			"\"session_id\":{},\"cdp_url\":\"wss://b.example/cdp\"", "\"session_id\":\"br-1\",\"cdp_url\":\" \"",
			"\"session_id\":\"br-1\",\"cdp_url\":[]" })
	void anAnswerWithAnEmptyIdOrAddressIsRefused(String fields) {
		try (ScriptedServer server = answering(201, "{" + fields + "}");
				TinyFishClient client = this.kind.client(server.baseUrl()).build()) {
			assertThatExceptionOfType(TinyFishStatusException.class).isThrownBy(() -> client.browser().create())
				.withMessageContaining("it has no ");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "..", "br\\u0007" })
	void anAnswerWithAnIdThatCannotBeClosedIsRefused(String id) {
		try (ScriptedServer server = answering(201,
				"{\"session_id\":\"" + id + "\",\"cdp_url\":\"wss://b.example/cdp\"}");
				TinyFishClient client = this.kind.client(server.baseUrl()).build()) {
			assertThatExceptionOfType(TinyFishStatusException.class).isThrownBy(() -> client.browser().create())
				.withMessageContaining("session_id");
		}
	}

	@Test
	void anAnswerWithoutTheAddressOfASessionIsRefusedAndKeepsTheId() {
		try (ScriptedServer server = answering(201, "{\"session_id\":\"br-1\",\"cdp_url\":null}");
				TinyFishClient client = this.kind.client(server.baseUrl()).build()) {
			assertThatExceptionOfType(TinyFishStatusException.class).isThrownBy(() -> client.browser().create())
				.withMessageContaining("cdp_url")
				.satisfies((ex) -> assertThat(ex.response().body()).contains("br-1"));
			assertThat(server.requests()).filteredOn((request) -> request.startsWith("POST ")).hasSize(1);
		}
	}

	@Test
	void closingIsDoneWith204AndMayBeRepeated() {
		try (ScriptedServer server = new ScriptedServer(
				(exchange) -> exchange.send("HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n"));
				TinyFishClient client = this.kind.client(server.baseUrl()).integration("acme").build()) {
			client.browser().close("tf-1.2:3");
			client.browser().close("tf-1.2:3");
			assertThat(server.requests()).hasSize(2).allSatisfy((request) -> {
				assertThat(request).startsWith("DELETE /v1/browser/tf-1.2%3A3 HTTP/1.1\r\n")
					.doesNotContainIgnoringCase("content-type");
				assertThat(RequestParts.of(request).body()).isEmpty();
			});
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "a/b", "../x", "a/../../runs", "a%2fb", "%2e%2e", "a b", " a ", "\u00e4\u20ac\ud83d\udd11",
			"{id}", "{0}", "a;b", "...", "a?b=c#d", "a\\b", "a+b&c=d", "@:~!$'()*,", "\"<>^`|" })
	void aSessionIsClosedByAnyIdOfTheService(String id) {
		try (ScriptedServer server = new ScriptedServer((exchange) -> {
			if (exchange.request().startsWith("POST ")) {
				String json = new String(Json.write(Map.of("session_id", id, "cdp_url", "wss://b.example/cdp")),
						StandardCharsets.UTF_8);
				exchange.answer(201, "application/json", json);
			}
			else {
				exchange.send("HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n");
			}
		}); TinyFishClient client = this.kind.client(server.baseUrl()).build()) {
			client.browser().close(client.browser().create().sessionId());
			assertThat(segment(server.requests().get(1), "/v1/browser/")).isEqualTo(id);
		}
	}

	/**
	 * The one segment that follows a path, decoded.
	 */
	private static String segment(String request, String path) {
		String target = RequestParts.target(request);
		assertThat(target).startsWith(path);
		String segment = target.substring(path.length());
		assertThat(segment).matches("[A-Za-z0-9%._~-]+").isNotIn(".", "..");
		return URLDecoder.decode(segment, StandardCharsets.UTF_8);
	}

	@Test
	void closingTakesAnyAnswerOfSuccessButAPage() {
		for (String body : new String[] { "", "{}", "{\"closed\":true}", "null", "true" }) {
			try (ScriptedServer server = answering(200, body);
					TinyFishClient client = this.kind.client(server.baseUrl()).build()) {
				assertThatNoException().as(body).isThrownBy(() -> client.browser().close("br-1"));
			}
		}
		for (String body : new String[] { "<html>Log in</html>", "{", "{} {}" }) {
			try (ScriptedServer server = answering(200, body);
					TinyFishClient client = this.kind.client(server.baseUrl()).build()) {
				assertThatExceptionOfType(TinyFishStatusException.class).as(body)
					.isThrownBy(() -> client.browser().close("br-1"));
			}
		}
	}

	@Test
	void aSessionThatIsNotThereCannotBeClosed() {
		try (ScriptedServer server = answering(404, Samples.envelope("NOT_FOUND", "No such session"));
				TinyFishClient client = this.kind.client(server.baseUrl()).build()) {
			assertThatExceptionOfType(TinyFishNotFoundException.class).isThrownBy(() -> client.browser().close("br-1"));
			assertThat(server.requests()).hasSize(1);
		}
	}

	@Test
	void usageIsReadPageByPage() {
		String answer = """
				{"items":[{"session_id":"br-1","user_id":"u-1","sub_user_id":"s-1","mode":"tf-browser",
				 "start_time":"2026-02-03T04:05:06Z","end_time":"2026-02-03T04:15:06Z","duration_ms":600000,
				 "proxy_trg_rx_bytes":5000000000,"proxy_trg_tx_bytes":17,"status":"ended",
				 "created_at":"2026-02-03T04:05:00Z","updated_at":"2026-02-03T04:15:07Z"}],
				 "total":1,"limit":5,"page":2,"total_pages":2,"has_more":false}""";
		try (ScriptedServer server = answering(200, answer);
				TinyFishClient client = this.kind.client(server.baseUrl()).build()) {
			UsagePage<BrowserUsage> page = client.browser()
				.usage(UsageQuery.builder()
					.sessionId("br-1")
					.startAfter(Instant.parse("2026-01-01T00:00:00Z"))
					.endBefore(Instant.parse("2026-03-01T00:00:00Z"))
					.status(UsageStatus.ENDED)
					.limit(5)
					.page(2)
					.build());
			RequestParts request = RequestParts.of(server.requests().get(0));
			assertThat(request.path()).isEqualTo("/v1/browser/usage");
			assertThat(request.query()).containsOnly(entry("session_id", "br-1"),
					entry("start_after", "2026-01-01T00:00:00Z"), entry("end_before", "2026-03-01T00:00:00Z"),
					entry("status", "ended"), entry("limit", "5"), entry("page", "2"));
			BrowserUsage usage = page.items().get(0);
			assertThat(usage)
				.isEqualTo(new BrowserUsage("br-1", "u-1", "s-1", "tf-browser", Instant.parse("2026-02-03T04:05:06Z"),
						Instant.parse("2026-02-03T04:15:06Z"), 600_000L, 5_000_000_000L, 17L, "ended",
						Instant.parse("2026-02-03T04:05:00Z"), Instant.parse("2026-02-03T04:15:07Z")));
			assertThat(usage.mode()).isEqualTo(BrowserMode.TF_BROWSER);
			assertThat(usage.status()).isEqualTo(UsageStatus.ENDED);
		}
	}

	@Test
	void usageIsNotReadWithAConditionForOtherRecords() {
		UsageQuery completed = UsageQuery.builder().status(UsageStatus.COMPLETED).build();
		UsageQuery created = UsageQuery.builder().status(UsageStatus.CREATED).build();
		UsageQuery running = UsageQuery.builder().status(UsageStatus.RUNNING).build();
		UsageQuery session = UsageQuery.builder().sessionId("br-1").build();
		try (ScriptedServer server = answering(200, Operation.BROWSER_USAGE.success());
				TinyFishClient client = this.kind.client(server.baseUrl()).build()) {
			for (UsageQuery query : List.of(completed, created)) {
				assertThatIllegalArgumentException().isThrownBy(() -> client.browser().usage(query))
					.withMessage("status must be RUNNING or ENDED for browser sessions");
			}
			for (UsageQuery query : List.of(running, created)) {
				assertThatIllegalArgumentException().isThrownBy(() -> client.search().usage(query))
					.withMessage("status must be COMPLETED or FAILED for searches and fetches");
				assertThatIllegalArgumentException().isThrownBy(() -> client.fetch().usage(query))
					.withMessage("status must be COMPLETED or FAILED for searches and fetches");
			}
			assertThatIllegalArgumentException().isThrownBy(() -> client.search().usage(session))
				.withMessage("sessionId is for browser sessions only");
			assertThatIllegalArgumentException().isThrownBy(() -> client.fetch().usage(session))
				.withMessage("sessionId is for browser sessions only");
			assertThat(server.requests()).isEmpty();
		}
	}

	@Test
	void browsersMayBeElsewhere() {
		try (ScriptedServer browser = new ScriptedServer((exchange) -> exchange.answer(200, "application/json",
				exchange.request().contains("/usage") ? Operation.BROWSER_USAGE.success() : SESSION));
				TinyFishClient client = this.kind.client("http://127.0.0.1:1")
					.browserBaseUrl(browser.baseUrl())
					.build()) {
			client.browser().create();
			client.browser().close("br-1");
			client.browser().usage(UsageQuery.builder().sessionId("a b").build());
			assertThat(browser.requests()).extracting(RequestParts::target)
				.containsExactly("/", "/br-1", "/usage?session_id=a%20b");
		}
	}

	private static ScriptedServer answering(int status, String body) {
		return new ScriptedServer((exchange) -> exchange.answer(status, "application/json", body));
	}

}
