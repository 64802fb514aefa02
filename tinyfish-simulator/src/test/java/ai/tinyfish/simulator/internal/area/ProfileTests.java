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
import java.time.Instant;
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

class ProfileTests {

	private static final String PROFILES = "/v1/profiles";

	private static final String SHOP = "{\"url\": \"https://shop.example/login?next=a\"}";

	@AutoClose
	private final TinyFishSimulator simulator = TinyFishSimulator.start();

	private final Api api = new Api(this.simulator);

	@Test
	void profileIsCreatedEmptyAndListed() {
		assertThat(this.api.get(PROFILES).body()).isEqualTo(Map.of("profiles", List.of()));
		Api.Reply created = this.api.post(PROFILES, "{\"name\": \"Shop\", \"proxy_country_code\": \"NL\"}");
		assertThat(created.status()).isEqualTo(200);
		assertThat(created.body())
			.containsOnlyKeys("id", "name", "proxy_country_code", "fingerprint_seed", "domain_count", "signed_in_sites",
					"created_at", "updated_at", "is_default")
			.containsEntry("name", "Shop")
			.containsEntry("proxy_country_code", "NL")
			.containsEntry("domain_count", 0)
			.containsEntry("is_default", false);
		assertThat(created.text("id")).startsWith("prof_");
		assertThat(this.api.get(PROFILES).list("profiles")).containsExactly(created.body());
	}

	@Test
	void onlyTheLatestDefaultIsTheDefault() {
		String first = create("{\"name\": \"a\", \"set_as_default\": true}");
		assertThat(profile(first)).containsEntry("is_default", true);
		String second = create("{\"name\": \"a\", \"set_as_default\": true, \"proxy_country_code\": null}");
		create("{\"name\": \"a\"}");
		assertThat(profile(first)).containsEntry("is_default", false);
		assertThat(profile(second)).containsEntry("is_default", true);
		assertThat(this.api.get(PROFILES).list("profiles")).hasSize(3);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			{}                                            | name
			{"name": ""}                                  | name
			{"name": " "}                                 | name
			{"name": 1}                                   | name
			{"name": "a", "proxy_country_code": "XX"}     | proxy_country_code
			{"name": "a", "proxy_country_code": "us"}     | proxy_country_code
			{"name": "a", "set_as_default": "yes"}        | set_as_default
			{"name": "a", "set_as_default": null}         | set_as_default
			""")
	void invalidFieldOfAProfileIsNamed(String body, String field) {
		Api.Reply reply = this.api.post(PROFILES, body);
		assertThat(reply.status()).isEqualTo(400);
		assertThat(reply.errorCode()).isEqualTo("INVALID_INPUT");
		assertThat(reply.wrongFields()).containsExactly(field);
	}

	@Test
	void nameHasAHundredCharactersAtMost() {
		assertThat(this.api.post(PROFILES, "{\"name\": \"" + "n".repeat(100) + "\"}").status()).isEqualTo(200);
		assertThat(this.api.post(PROFILES, "{\"name\": \"" + "n".repeat(101) + "\"}").wrongFields())
			.containsExactly("name");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			{"url": "shop.example"}            | url
			{"url": "ftp://shop.example"}      | url
			{"url": null}                      | url
			{"timeout_seconds": 4}             | timeout_seconds
			{"timeout_seconds": 86401}         | timeout_seconds
			{"timeout_seconds": "60"}          | timeout_seconds
			""")
	void invalidFieldOfASessionIsNamed(String body, String field) {
		String id = create("{\"name\": \"Shop\"}");
		assertThat(this.api.post(PROFILES + "/" + id + "/setup-session", body).wrongFields()).containsExactly(field);
	}

	@Test
	void sessionHasAddressesOfItsOwn() {
		String id = create("{\"name\": \"Shop\"}");
		Api.Reply session = this.api.post(PROFILES + "/" + id + "/setup-session", SHOP);
		assertThat(session.status()).isEqualTo(200);
		assertThat(session.body())
			.containsOnlyKeys("session_id", "cdp_url", "base_url", "viewer_url", "timeout_seconds", "expires_at")
			.containsEntry("timeout_seconds", 900);
		String sessionId = session.text("session_id");
		assertThat(session.text("cdp_url")).startsWith("ws://127.0.0.1:").contains(sessionId);
		assertThat(session.text("viewer_url")).startsWith(this.simulator.baseUrl()).contains(sessionId);
		assertThat(Instant.parse(session.text("expires_at"))).isAfter(Instant.now());
		assertThat(pages(session)).contains("https://shop.example/login?next=a");
		assertThat(this.api.post(PROFILES + "/" + id + "/setup-session").status()).as("without a body").isEqualTo(200);
	}

	@Test
	void savedSessionIsInItsProfileAndHasEnded() {
		String id = create("{\"name\": \"Shop\"}");
		Api.Reply session = this.api.post(PROFILES + "/" + id + "/setup-session", SHOP);
		Api.Reply saved = send(id, "save", session.text("session_id"));
		assertThat(saved.status()).isEqualTo(200);
		assertThat(saved.body()).containsOnlyKeys("domains_updated", "domains_failed", "cookie_count", "pages_captured")
			.containsEntry("domains_updated", List.of("shop.example"))
			.containsEntry("domains_failed", List.of())
			.containsEntry("cookie_count", 3)
			.containsEntry("pages_captured", 1);
		assertThat(profile(id)).containsEntry("domain_count", 1)
			.hasEntrySatisfying("updated_at", (time) -> assertThat(Instant.parse((String) time))
				.isAfterOrEqualTo(Instant.parse((String) profile(id).get("created_at"))));
		assertThat(send(id, "save", session.text("session_id")).errorCode()).isEqualTo("NOT_FOUND");
		assertThat(send(id, "setup-session/cancel", session.text("session_id")).status()).isEqualTo(404);
		assertThat(this.api.send(this.api.withoutKey("/browser/" + session.text("session_id") + "/pages")).status())
			.isEqualTo(404);
		// the same site again is one site
		Api.Reply again = this.api.post(PROFILES + "/" + id + "/setup-session", SHOP);
		send(id, "save", again.text("session_id"));
		assertThat(profile(id)).containsEntry("domain_count", 1);
	}

	@Test
	void cancelledSessionChangesNothing() {
		String id = create("{\"name\": \"Shop\"}");
		Map<String, Object> before = profile(id);
		String session = this.api.post(PROFILES + "/" + id + "/setup-session", SHOP).text("session_id");
		Api.Reply cancelled = send(id, "setup-session/cancel", session);
		assertThat(cancelled.status()).isEqualTo(200);
		assertThat(cancelled.body()).isEmpty();
		assertThat(send(id, "save", session).status()).isEqualTo(404);
		assertThat(profile(id)).isEqualTo(before);
	}

	@Test
	void sessionBelongsToOneProfile() {
		String id = create("{\"name\": \"Shop\"}");
		String other = create("{\"name\": \"Bank\"}");
		String session = this.api.post(PROFILES + "/" + id + "/setup-session", "{}").text("session_id");
		assertThat(send(other, "save", session).status()).isEqualTo(404);
		assertThat(send(other, "setup-session/cancel", session).status()).isEqualTo(404);
		assertThat(send(id, "save", session).body()).containsEntry("domains_updated", List.of())
			.containsEntry("cookie_count", 0);
	}

	@Test
	void sessionEndsByItselfWhenItsTimeIsOver() {
		String id = create("{\"name\": \"Shop\"}");
		Api.Reply session = this.api.post(PROFILES + "/" + id + "/setup-session", "{\"timeout_seconds\": 5}");
		String path = "/browser/" + session.text("session_id") + "/pages";
		await().atMost(Duration.ofSeconds(30)).until(() -> this.api.send(this.api.withoutKey(path)).status() == 404);
		assertThat(send(id, "save", session.text("session_id")).status()).isEqualTo(404);
	}

	@ParameterizedTest
	@ValueSource(strings = { "setup-session", "save", "setup-session/cancel" })
	void unknownProfileIsNotFound(String action) {
		Api.Reply reply = send("prof_nobody", action, "tf-1");
		assertThat(reply.status()).isEqualTo(404);
		assertThat(reply.errorCode()).isEqualTo("NOT_FOUND");
	}

	@ParameterizedTest
	@ValueSource(strings = { "save", "setup-session/cancel" })
	void sessionHasToBeNamed(String action) {
		String path = PROFILES + "/" + create("{\"name\": \"Shop\"}") + "/" + action;
		assertThat(this.api.post(path, "{}").wrongFields()).containsExactly("session_id");
		assertThat(this.api.post(path, "{\"session_id\": 1}").wrongFields()).containsExactly("session_id");
	}

	@Test
	void walletHasAmountsAsTexts() {
		Api.Reply wallet = this.api.get("/v1/wallet");
		assertThat(wallet.status()).isEqualTo(200);
		assertThat(wallet.body())
			.containsOnlyKeys("available_balance", "currency", "as_of", "auto_reload", "pending_top_up", "rates",
					"agent_top_up_url")
			.containsEntry("available_balance", "25.0000")
			.containsEntry("currency", "USD")
			.containsEntry("auto_reload", Map.of("state", "off"))
			.containsEntry("pending_top_up", null);
		assertThat((List<?>) wallet.object("rates").get("meters")).hasSize(2)
			.allSatisfy((meter) -> assertThat((Map<?, ?>) meter).hasSize(4));
	}

	private String create(String body) {
		return this.api.post(PROFILES, body).text("id");
	}

	private Map<String, Object> profile(String id) {
		return this.api.get(PROFILES)
			.list("profiles")
			.stream()
			.filter((profile) -> id.equals(profile.get("id")))
			.findFirst()
			.orElseThrow();
	}

	private Api.Reply send(String id, String action, String sessionId) {
		return this.api.post(PROFILES + "/" + id + "/" + action, "{\"session_id\": \"" + sessionId + "\"}");
	}

	private String pages(Api.Reply session) {
		String path = session.text("base_url").substring(this.simulator.baseUrl().length()) + "/pages";
		Api.Reply pages = this.api.send(this.api.withoutKey(path));
		assertThat(pages.status()).isEqualTo(200);
		return pages.raw();
	}

}
