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

package ai.tinyfish.simulator.internal.area;

import java.time.Duration;
import java.util.List;
import java.util.Map;

import ai.tinyfish.simulator.TinyFishSimulator;
import ai.tinyfish.simulator.testing.Api;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

class BrowserSessionTests {

	@AutoClose
	private final TinyFishSimulator simulator = TinyFishSimulator.start();

	private final Api api = new Api(this.simulator);

	@Test
	void sessionIsCreatedWithAddressesOfItsOwn() {
		Api.Reply reply = this.api.post("/v1/browser", "{}");
		assertThat(reply.status()).isEqualTo(201);
		assertThat(reply.body()).containsOnlyKeys("session_id", "cdp_url", "base_url");
		assertThat(reply.text("session_id")).startsWith("tf-");
		assertThat(reply.text("cdp_url")).startsWith("ws://127.0.0.1:").contains(reply.text("session_id"));
		assertThat(reply.text("base_url")).startsWith(this.simulator.baseUrl()).contains(reply.text("session_id"));
		assertThat(open("{}")).isNotEqualTo(reply.text("session_id"));
	}

	@Test
	void pagesAreListedBelowTheSessionsOwnRootWithoutAKey() {
		Api.Reply created = this.api.post("/v1/browser", "{\"url\": \"shop.example/a\"}");
		String path = created.text("base_url").substring(this.simulator.baseUrl().length()) + "/pages";
		Api.Reply pages = this.api.send(this.api.withoutKey(path));
		assertThat(pages.status()).isEqualTo(200);
		assertThat(pages.raw()).startsWith("[{\"url\":\"https://shop.example/a\",\"devtoolsFrontendUrl\":\"http");
		this.api.delete("/v1/browser/" + created.text("session_id"));
		assertThat(this.api.send(this.api.withoutKey(path)).status()).isEqualTo(404);
		assertThat(this.api.send(this.api.withoutKey("/browser/unknown/pages")).status()).isEqualTo(404);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "{}", "{\"url\": \"tinyfish.example\"}", "{\"url\": \"https://a.example/b?c=d\"}",
			"{\"timeout_seconds\": null}", "{\"timeout_seconds\": 5}", "{\"timeout_seconds\": 86400}",
			"{\"api_integration\": \"n8n\"}" })
	void rightBodyIsAccepted(String body) {
		assertThat(this.api.post("/v1/browser", body).status()).isEqualTo(201);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			{"url": 1}                   | url
			{"url": null}                | url
			{"url": ""}                  | url
			{"url": "a b"}               | url
			{"url": "ftp://a.example"}   | url
			{"timeout_seconds": 4}       | timeout_seconds
			{"timeout_seconds": 86401}   | timeout_seconds
			{"timeout_seconds": 5.5}     | timeout_seconds
			{"timeout_seconds": "60"}    | timeout_seconds
			""")
	void invalidFieldIsNamed(String body, String path) {
		Api.Reply reply = this.api.post("/v1/browser", body);
		assertThat(reply.status()).isEqualTo(400);
		assertThat(reply.errorCode()).isEqualTo("INVALID_INPUT");
		assertThat(reply.wrongFields()).containsExactly(path);
		assertThat(items("")).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = { "[]", "{", "null" })
	void bodyWithoutAnObjectIsRefused(String body) {
		assertThat(this.api.post("/v1/browser", body).status()).isEqualTo(400);
	}

	@Test
	void sessionEndsWithoutABodyAndMayBeEndedAgain() {
		String id = open("{}");
		for (int i = 0; i < 2; i++) {
			Api.Reply reply = this.api.delete("/v1/browser/" + id);
			assertThat(reply.status()).isEqualTo(204);
			assertThat(reply.raw()).isEmpty();
			assertThat(reply.headers().firstValue("content-type")).isEmpty();
		}
		Object end = items("").get(0).get("end_time");
		this.api.delete("/v1/browser/" + id);
		assertThat(items("").get(0)).containsEntry("end_time", end);
		assertThat(this.simulator.journal().requests("DELETE /v1/browser/{id}")).isEqualTo(3);
	}

	@Test
	void unknownSessionIsNotFound() {
		Api.Reply reply = this.api.delete("/v1/browser/tf-unknown");
		assertThat(reply.status()).isEqualTo(404);
		assertThat(reply.errorCode()).isEqualTo("NOT_FOUND");
	}

	@Test
	void usageListsSessionsThatRun() {
		String ended = open("{}");
		String runs = open("{}");
		this.api.delete("/v1/browser/" + ended);
		Api.Reply usage = this.api.get("/v1/browser/usage");
		assertThat(usage.body()).containsOnlyKeys("items", "total", "limit", "page", "total_pages", "has_more")
			.containsEntry("total", 2);
		assertThat(usage.list("items")).extracting((item) -> item.get("session_id")).containsExactly(runs, ended);
		assertThat(usage.list("items").get(0))
			.containsOnlyKeys("session_id", "user_id", "sub_user_id", "mode", "start_time", "end_time", "duration_ms",
					"proxy_trg_rx_bytes", "proxy_trg_tx_bytes", "status", "created_at", "updated_at")
			.containsEntry("status", "running")
			.containsEntry("mode", "tf-browser")
			.containsEntry("end_time", null)
			.containsEntry("duration_ms", null);
		assertThat(usage.list("items").get(1)).containsEntry("status", "ended")
			.hasEntrySatisfying("duration_ms", (millis) -> assertThat((Integer) millis).isNotNegative());
		assertThat(ids("?status=running")).containsExactly(runs);
		assertThat(ids("?status=ended")).containsExactly(ended);
		assertThat(ids("?session_id=" + ended)).containsExactly(ended);
		assertThat(ids("?session_id=unknown")).isEmpty();
		assertThat(ids("?limit=1&page=2")).containsExactly(ended);
		assertThat(ids("?start_after=2999-01-01T00:00:00Z")).isEmpty();
	}

	@Test
	void sessionEndsByItselfWhenItsTimeIsOver() {
		long begin = System.nanoTime();
		String id = open("{\"timeout_seconds\": 5}");
		List<String> running = ids("?status=running");
		// on a machine that stood still its time may be over
		if (System.nanoTime() - begin < Duration.ofSeconds(5).toNanos()) {
			assertThat(running).containsExactly(id);
		}
		await().atMost(Duration.ofSeconds(30)).until(() -> ids("?status=ended").contains(id));
		assertThat(items("").get(0)).containsEntry("duration_ms", 5000);
		assertThat(this.api.delete("/v1/browser/" + id).status()).isEqualTo(204);
		assertThat(items("").get(0)).containsEntry("duration_ms", 5000);
	}

	@ParameterizedTest
	@CsvSource({ "status=created, status", "status=completed, status", "limit=1001, limit", "page=0, page",
			"start_after=x, start_after" })
	void wrongUsageParameterIsNamed(String query, String parameter) {
		Api.Reply reply = this.api.get("/v1/browser/usage?" + query);
		assertThat(reply.status()).isEqualTo(400);
		assertThat(reply.wrongFields()).containsExactly(parameter);
	}

	private String open(String body) {
		return this.api.post("/v1/browser", body).text("session_id");
	}

	private List<Map<String, Object>> items(String query) {
		return this.api.get("/v1/browser/usage" + query).list("items");
	}

	private List<String> ids(String query) {
		return items(query).stream().map((item) -> (String) item.get("session_id")).toList();
	}

}
