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

package ai.tinyfish.internal.json;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

import ai.tinyfish.browser.BrowserMode;
import ai.tinyfish.browser.BrowserUsage;
import ai.tinyfish.fetch.FetchError;
import ai.tinyfish.fetch.FetchFormat;
import ai.tinyfish.fetch.FetchResponse;
import ai.tinyfish.fetch.FetchResult;
import ai.tinyfish.fetch.FetchUsage;
import ai.tinyfish.fetch.PageContent;
import ai.tinyfish.profile.Profile;
import ai.tinyfish.profile.SavedProfile;
import ai.tinyfish.profile.SetupSession;
import ai.tinyfish.search.SearchPage;
import ai.tinyfish.search.SearchResult;
import ai.tinyfish.search.SearchUsage;
import ai.tinyfish.usage.UsagePage;
import ai.tinyfish.usage.UsageStatus;
import ai.tinyfish.vault.ConnectedVault;
import ai.tinyfish.vault.DisconnectedVault;
import ai.tinyfish.vault.SyncedVault;
import ai.tinyfish.vault.VaultConnection;
import ai.tinyfish.vault.VaultItem;
import ai.tinyfish.vault.VaultProvider;
import ai.tinyfish.wallet.Wallet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Reading the answers about searches, pages, browser sessions and the vault, with any
 * content.
 */
class AreaReadingTests {

	private static final String RESULT = """
			{"position":1,"site_name":"s","title":"t","snippet":"p","url":"https://a.example","date":"now",
			 "publisher":"P","authors":["A"],"venue":"V","year":2024,"cited_by_count":1,"pdf_url":"https://a.example/p",
			 "thumbnail_url":"https://a.example/t","fetch":{"text":"x"},"unknown":[{}]}""";

	private static final String FETCHED = """
			{"url":"https://a.example","final_url":"https://a.example/","title":"t","description":"d","language":"en",
			 "author":"A","published_date":"2026-01-01","format":"json","text":{"n":1},"links":["l"],"image_links":["i"],
			 "latency_ms":1.5,"page_metadata":{"a":"b"},"not_modified":false,"etag":"e","last_modified":"m",
			 "unmatched_selectors":["s"],"unknown":{}}""";

	private static final String ITEM = """
			{"itemId":"i","connectionId":"c","label":"l","vaultName":"v","domains":["d"],
			 "fieldMetadata":[{"fieldId":"f","label":"l","type":"OTP"}],"hasTotp":true,"unknown":1}""";

	/**
	 * Each document with all its fields.
	 */
	static Stream<Arguments> documents() {
		return Stream.of(row(new TypeReference<SearchPage>() {
		}, "{\"query\":\"q\",\"results\":[" + RESULT + "],\"total_results\":5,\"page\":2}"),
				row(new TypeReference<UsagePage<SearchUsage>>() {
				}, page("{\"id\":1,\"request_id\":\"r\",\"query\":\"q\",\"status_code\":200,\"result_count\":1,\"results\":["
						+ RESULT
						+ "],\"cached\":true,\"response_size_bytes\":9,\"created_at\":\"2026-01-01T00:00:00Z\"}")),
				row(new TypeReference<FetchResponse>() {
				}, "{\"results\":[" + FETCHED + "],\"errors\":[{\"url\":\"u\",\"error\":\"timeout\",\"status\":504,"
						+ "\"unmatched_selectors\":[\"a\"],\"candidate_selectors\":[\"b\"]}]}"),
				row(new TypeReference<UsagePage<FetchUsage>>() {
				}, page("""
						{"id":"f","url":"u","final_url":"v","title":"t","description":"d","language":"en","author":"A",
						 "published_date":"p","format":"html","status":"completed","request_origin":"api",
						 "request_id":"r","text_length":1,"links_count":2,"image_links_count":3,"latency_ms":4,
						 "created_at":"2026-01-01T00:00:00Z","error":"e"}""")),
				row(new TypeReference<UsagePage<BrowserUsage>>() {
				}, page("""
						{"session_id":"s","user_id":"u","sub_user_id":"v","mode":"stealth",
						 "start_time":"2026-01-01T00:00:00Z","end_time":"2026-01-01T00:00:00Z","duration_ms":1,
						 "proxy_trg_rx_bytes":2,"proxy_trg_tx_bytes":3,"status":"created",
						 "created_at":"2026-01-01T00:00:00Z","updated_at":"2026-01-01T00:00:00Z"}""")),
				row(new TypeReference<ConnectedVault>() {
				}, "{\"connectionId\":\"c\",\"connected\":true,\"provider\":\"bitwarden\",\"items\":[" + ITEM + "]}"),
				row(new TypeReference<DisconnectedVault>() {
				}, "{\"connectionId\":\"c\",\"disconnected\":true}"), row(new TypeReference<SyncedVault>() {
				}, "{\"items\":[" + ITEM + "],\"sync_summary\":{\"added\":1,\"updated\":2,\"removed\":3}}"),
				row(new TypeReference<VaultConnection>() {
				}, "{\"id\":\"i\",\"provider\":\"1password\",\"connectionStatus\":\"s\","
						+ "\"lastValidatedAt\":\"2026-04-10 12:00:00\"}"),
				row(new TypeReference<Profile>() {
				}, """
						{"id":"i","name":"n","proxy_country_code":"ES","fingerprint_seed":"f","domain_count":1,
						 "created_at":"2026-01-01T00:00:00Z","updated_at":"2026-01-01T00:00:00Z","is_default":true,
						 "signed_in_sites":["s"],"new":1}"""), row(new TypeReference<SetupSession>() {
				}, """
						{"profile_id":"p","session_id":"s","cdp_url":"c","base_url":"b","viewer_url":"v","timeout_seconds":9,
						 "expires_at":"2026-01-01T00:00:00Z"}"""),
				row(new TypeReference<SavedProfile>() {
				}, "{\"domains_updated\":[\"d\"],\"domains_failed\":[\"f\"],\"cookie_count\":1,\"pages_captured\":2,\"next_step\":\"n\"}"),
				row(new TypeReference<Wallet>() {
				}, """
						{"available_balance":"1.50","currency":"USD","as_of":"2026-01-01T00:00:00Z",
						 "auto_reload":{"state":"on"},"rates":{"meters":[{"label":"l","unit_amount":"0.1",
						 "currency":"USD","per":"step"}]},"pending_top_up":{"amount":2,
						 "started_at":"2026-01-01T00:00:00Z"},"agent_top_up_url":"u","unknown":{"a":1}}"""));
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource("documents")
	void everyFieldIsRead(String name, TypeReference<?> type, String json) throws Exception {
		assertEverythingIsThere(read(type, json));
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource("documents")
	void noFieldIsNeeded(String name, TypeReference<?> type, String json) throws Exception {
		assertNoListIsNull(read(type, "{}"));
	}

	/**
	 * Each field of each object, one after the other, is of each wrong shape.
	 */
	@ParameterizedTest(name = "{0}")
	@MethodSource("documents")
	void oneOddFieldCostsNothingElse(String name, TypeReference<?> type, String json) throws Exception {
		List<JsonNode> odd = Stream
			.of("null", "{}", "[]", "[null]", "[[]]", "[{\"a\":[1]}]", "{\"a\":{\"b\":[]}}", "\"\"", "\"x\"", "17",
					"-1", "1.5", "1e40", "123456789012345678901234567890", "true")
			.map((text) -> Json.mapper().readTree(text))
			.toList();
		int count = 0;
		for (int object = 0; object < objects(json).objects().size(); object++) {
			for (String field : List.copyOf(objects(json).objects().get(object).propertyNames())) {
				for (JsonNode value : odd) {
					Parsed parsed = objects(json);
					parsed.objects().get(object).set(field, value);
					assertNoListIsNull(read(type, parsed.document().toString()));
					count++;
				}
			}
		}
		assertThat(count).isGreaterThanOrEqualTo(2 * odd.size());
	}

	@Test
	void oneOddItemCostsOnlyItself() {
		SearchPage search = Json.read(bytes("{\"results\":[17,null,\"x\",[],{\"url\":\"https://a.example\"}]}"),
				SearchPage.class);
		assertThat(search.results()).extracting(SearchResult::url).containsExactly("https://a.example");
		FetchResponse fetch = Json.read(bytes("{\"results\":[null,{\"url\":\"a\"}],\"errors\":[[],{\"url\":\"b\"}]}"),
				FetchResponse.class);
		assertThat(fetch.results()).extracting(FetchResult::url).containsExactly("a");
		assertThat(fetch.errors()).extracting(FetchError::url).containsExactly("b");
	}

	@ParameterizedTest
	@CsvSource({ "900, PT15M", "0, PT0S", "null, ", "'\"900\"', PT15M", "\"x\", ", "1e40, ", "[9], " })
	void theTimeoutOfASetUpSessionIsInSeconds(String seconds, Duration timeout) {
		SetupSession session = Json.read(bytes("{\"session_id\":\"s\",\"timeout_seconds\":" + seconds + "}"),
				SetupSession.class);
		assertThat(session.sessionId()).isEqualTo("s");
		assertThat(session.timeout()).isEqualTo(timeout);
	}

	@Test
	void anAbsurdNumberInAPageCostsNothing() {
		FetchResponse fetch = Json
			.read(bytes("{\"results\":[{\"url\":\"a\",\"format\":\"json\",\"text\":{\"n\":1e9999999999},"
					+ "\"page_metadata\":{\"m\":1e9999999999}}]}"), FetchResponse.class);
		assertThat(fetch.results().get(0).json()).isEqualTo("{\"n\":1e9999999999}");
		assertThat(fetch.results().get(0).pageMetadata()).containsEntry("m", PageContent.ofJson("1e9999999999"));
	}

	@Test
	void authorsMayBeOneText() {
		assertThat(Json.read(bytes("{\"authors\":\"A and B\"}"), SearchResult.class).authors())
			.containsExactly("A and B");
	}

	@Test
	void theFirstPageOfASearchIsTheDefault() {
		assertThat(Json.read(bytes("{\"results\":[]}"), SearchPage.class).page()).isZero();
	}

	@Test
	void namesOfTheVaultInTheOtherSpellingAreReadToo() {
		VaultItem item = Json
			.read(bytes("{\"item_id\":\"i\",\"connection_id\":\"c\",\"vault_name\":\"v\",\"websites\":[\"d\"],"
					+ "\"field_metadata\":[{\"field_id\":\"f\"}],\"has_totp\":false}"), VaultItem.class);
		assertThat(item.itemId()).isEqualTo("i");
		assertThat(item.connectionId()).isEqualTo("c");
		assertThat(item.vaultName()).isEqualTo("v");
		assertThat(item.domains()).containsExactly("d");
		assertThat(item.fields().get(0).fieldId()).isEqualTo("f");
		assertThat(item.hasTotp()).isFalse();
	}

	@Test
	void numbersThatCountAreReadInEveryForm() {
		assertThat(Json.read(bytes("{\"added\":\"3\",\"updated\":4.0,\"removed\":1.5}"), SyncedVault.Summary.class))
			.isEqualTo(new SyncedVault.Summary(3, 4, null));
		for (String text : List.of("5000000000", "\"5000000000\"", "5000000000.0", "5e9")) {
			assertThat(Json.read(bytes("{\"duration_ms\":" + text + "}"), BrowserUsage.class).durationMs()).as(text)
				.isEqualTo(5_000_000_000L);
		}
		for (String text : List.of("1e30", "\"many\"", "0.5", "[]", "1e9999999999")) {
			assertThat(Json.read(bytes("{\"duration_ms\":" + text + "}"), BrowserUsage.class).durationMs()).as(text)
				.isNull();
		}
	}

	@Test
	void amountsAreReadInEveryFormToTheirLastDigit() {
		for (String text : List.of("12.3400", "\"12.3400\"", "\" 12.3400 \"", "123400e-4")) {
			assertThat(Json.read(bytes("{\"amount\":" + text + "}"), Wallet.PendingTopUp.class).amount()).as(text)
				.isEqualTo(new BigDecimal("12.3400"));
		}
		for (String text : List.of("1e9999999999", "\"1e30000\"", "1e-30000", "\"free\"", "\"\"", "true", "[]",
				"null")) {
			assertThat(Json.read(bytes("{\"amount\":" + text + ",\"started_at\":\"2026-01-01T00:00:00Z\"}"),
					Wallet.PendingTopUp.class))
				.as(text)
				.isEqualTo(new Wallet.PendingTopUp(null, Instant.parse("2026-01-01T00:00:00Z")));
		}
	}

	@Test
	void anAbsurdNumberThatIsNotKnownCostsNothing() {
		Wallet wallet = Json.read(bytes("{\"currency\":\"USD\",\"x\":[1e9999999999]}"), Wallet.class);
		assertThat(wallet.currency()).isEqualTo("USD");
		assertThat(wallet.additionalProperties()).containsOnlyKeys("x");
	}

	@Test
	void wordsThatAreNewAreKept() {
		Wallet.AutoReload reload = Json.read(bytes("{\"state\":\"sleeping\"}"), Wallet.AutoReload.class);
		assertThat(reload.state()).isEqualTo(Wallet.AutoReload.State.UNKNOWN);
		assertThat(reload.stateText()).isEqualTo("sleeping");
		BrowserUsage usage = Json.read(bytes("{\"mode\":\"turbo\",\"status\":\"paused\"}"), BrowserUsage.class);
		assertThat(usage.mode()).isEqualTo(BrowserMode.UNKNOWN);
		assertThat(usage.modeText()).isEqualTo("turbo");
		assertThat(usage.status()).isEqualTo(UsageStatus.UNKNOWN);
		assertThat(usage.statusText()).isEqualTo("paused");
		FetchUsage fetch = Json.read(bytes("{\"format\":\"pdf\",\"status\":\"odd\"}"), FetchUsage.class);
		assertThat(fetch.format()).isEqualTo(FetchFormat.of("pdf"));
		assertThat(fetch.formatText()).isEqualTo("pdf");
		assertThat(fetch.status()).isEqualTo(UsageStatus.UNKNOWN);
		assertThat(fetch.statusText()).isEqualTo("odd");
	}

	@ParameterizedTest
	@EnumSource
	void everyReasonIsKnownByItsCode(FetchError.Code code) {
		assertThat(FetchError.Code.of(code.name())).isEqualTo(code);
		assertThat(FetchError.Code.of(" " + code.name().toLowerCase(Locale.ROOT) + " ")).isEqualTo(code);
		assertThat(FetchError.Code.of(null)).isEqualTo(FetchError.Code.UNKNOWN);
	}

	@Test
	void everyWordIsKnown() {
		for (UsageStatus status : UsageStatus.values()) {
			assertThat(UsageStatus.of(status.name())).isEqualTo(status);
		}
		for (VaultItem.Field.Type type : VaultItem.Field.Type.values()) {
			assertThat(VaultItem.Field.Type.of(type.name())).isEqualTo(type);
		}
		assertThat(Stream.of("light", "stealth", "tf-browser").map(BrowserMode::of)).containsExactly(BrowserMode.LIGHT,
				BrowserMode.STEALTH, BrowserMode.TF_BROWSER);
		assertThat(Stream.of("1Password", "BITWARDEN", null).map(VaultProvider::of))
			.containsExactly(VaultProvider.ONE_PASSWORD, VaultProvider.BITWARDEN, VaultProvider.UNKNOWN);
		assertThat(UsageStatus.of(null)).isEqualTo(UsageStatus.UNKNOWN);
		assertThat(BrowserMode.of(null)).isEqualTo(BrowserMode.UNKNOWN);
		for (Wallet.AutoReload.State state : Wallet.AutoReload.State.values()) {
			assertThat(Wallet.AutoReload.State.of(state.name().toLowerCase(Locale.ROOT))).isEqualTo(state);
		}
		assertThat(VaultItem.Field.Type.of(null)).isEqualTo(VaultItem.Field.Type.UNKNOWN);
	}

	private static void assertEverythingIsThere(Object value) throws Exception {
		assertThat(value).isNotIn("", List.of(), Map.of(), PageContent.empty());
		for (Object part : parts(value)) {
			assertThat(part).as("%s", value).isNotNull();
			assertEverythingIsThere(part);
		}
	}

	private static void assertNoListIsNull(Object value) throws Exception {
		if (value instanceof Record data) {
			for (RecordComponent component : data.getClass().getRecordComponents()) {
				if (Collection.class.isAssignableFrom(component.getType()) || component.getType() == Map.class
						|| component.getType() == PageContent.class) {
					assertThat(component.getAccessor().invoke(data)).as("%s", component).isNotNull();
				}
			}
			assertThat(data.toString()).isNotNull();
		}
		for (Object part : parts(value)) {
			assertNoListIsNull(part);
		}
	}

	/**
	 * The components of a record, with the values of its other methods, or the items of a
	 * collection.
	 */
	private static List<Object> parts(Object value) throws IllegalAccessException, InvocationTargetException {
		List<Object> parts = new ArrayList<>();
		if (value instanceof Record) {
			for (Method method : value.getClass().getDeclaredMethods()) {
				if (method.getParameterCount() == 0 && !List.of("toString", "hashCode").contains(method.getName())) {
					parts.add(method.invoke(value));
				}
			}
			// the text of a content that is JSON
			if (value instanceof FetchResult result && result.text() == null) {
				parts.remove((Object) null);
			}
		}
		else if (value instanceof Collection<?> collection) {
			parts.addAll(collection);
		}
		else if (value instanceof Map<?, ?> map) {
			parts.addAll(map.values());
		}
		return parts;
	}

	private static Parsed objects(String json) {
		JsonNode document = Json.mapper().readTree(json);
		List<ObjectNode> objects = new ArrayList<>();
		collect(document, objects);
		return new Parsed(document, objects);
	}

	private static void collect(JsonNode node, List<ObjectNode> objects) {
		if (node instanceof ObjectNode object) {
			objects.add(object);
		}
		if (node instanceof ObjectNode || node instanceof ArrayNode) {
			node.forEach((child) -> collect(child, objects));
		}
	}

	private static Object read(TypeReference<?> type, String json) {
		return Json.read(bytes(json), type);
	}

	private static byte[] bytes(String json) {
		return json.getBytes(StandardCharsets.UTF_8);
	}

	private static String page(String item) {
		return "{\"items\":[" + item + "],\"total\":1,\"limit\":2,\"page\":3,\"total_pages\":4,\"has_more\":true}";
	}

	private static Arguments row(TypeReference<?> type, String json) {
		return Arguments.of(type.getType().getTypeName().replaceAll("[a-z]+\\.", ""), type, json);
	}

	private record Parsed(JsonNode document, List<ObjectNode> objects) {

	}

}
