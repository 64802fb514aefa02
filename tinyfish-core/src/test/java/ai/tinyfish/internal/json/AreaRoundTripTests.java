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

import java.lang.reflect.Method;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import ai.tinyfish.browser.BrowserUsage;
import ai.tinyfish.fetch.FetchError;
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
import ai.tinyfish.vault.ConnectedVault;
import ai.tinyfish.vault.DisconnectedVault;
import ai.tinyfish.vault.SyncedVault;
import ai.tinyfish.vault.VaultConnection;
import ai.tinyfish.vault.VaultItem;
import ai.tinyfish.wallet.Wallet;
import com.fasterxml.jackson.annotation.JsonAutoDetect.Visibility;
import com.fasterxml.jackson.annotation.JsonInclude.Include;
import com.fasterxml.jackson.annotation.JsonProperty;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.util.ClassUtils;
import org.springframework.util.ReflectionUtils;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Results of searches, pages, browser sessions and the vault go to JSON and back with
 * mappers that are not ours.
 */
class AreaRoundTripTests {

	private static final Instant NOW = Instant.parse("2026-03-02T08:00:00.123Z");

	private static final PageContent CONTENT = PageContent.ofJson("""
			{"b":1.10,"a":[1e400,null,"x",{"deep":0.1234567890123456789012345}],"text":"\\u00e4\\n"}""");

	private static final SearchResult RESULT = SearchResult.builder()
		.position(1)
		.siteName("s")
		.title("t")
		.snippet("p")
		.url("u")
		.date("d")
		.publisher("P")
		.authors(List.of("A", "B"))
		.venue("v")
		.year(2026)
		.citedByCount(3L)
		.pdfUrl("pdf")
		.thumbnailUrl("thumb")
		.fetch(CONTENT)
		.additionalProperties(Map.of("new", Map.of("a", List.of(1))))
		.build();

	private static final FetchResult PAGE = FetchResult.builder()
		.url("u")
		.finalUrl("f")
		.title("t")
		.description("d")
		.language("en")
		.author("a")
		.publishedDate("p")
		.formatText("json")
		.content(CONTENT)
		.links(List.of("l"))
		.imageLinks(List.of("i"))
		.latencyMs(1183.4)
		.pageMetadata(Map.of("k", CONTENT))
		.notModified(false)
		.etag("e")
		.lastModified("m")
		.unmatchedSelectors(List.of("s"))
		.additionalProperties(Map.of("new", "value"))
		.build();

	private static final VaultItem ITEM = new VaultItem("i", "c", "l", "v", List.of("d"),
			List.of(new VaultItem.Field("f", "l", "OTP")), true);

	static Stream<JsonMapper> mappers() {
		return Stream.of(JsonMapper.shared(), Json.mapper(),
				strict().propertyNamingStrategy(PropertyNamingStrategies.UPPER_SNAKE_CASE).build(),
				strict().changeDefaultPropertyInclusion((inclusion) -> inclusion.withValueInclusion(Include.NON_EMPTY))
					.disable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
					.build());
	}

	private static JsonMapper.Builder strict() {
		return JsonMapper.builder()
			.enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES,
					DeserializationFeature.FAIL_ON_IGNORED_PROPERTIES);
	}

	@ParameterizedTest
	@MethodSource("mappers")
	void everyRecordComesBackEqual(JsonMapper mapper) {
		for (Object value : List.of(RESULT, new SearchPage("q", List.of(RESULT), 5L, 1),
				new SearchPage(null, null, null, null),
				new SearchUsage(1L, "r", "q", 200, 1L, List.of(RESULT), false, 5_000_000_000L, NOW),
				new FetchResponse(List.of(PAGE),
						List.of(new FetchError("u", "timeout", 504, List.of("a"), List.of("b")))),
				new FetchUsage("i", "u", "f", "t", "d", "en", "a", "p", "html", "failed", "api", "r", 1L, 2L, 3L, 4.5,
						NOW, "e"),
				new BrowserUsage("s", "u", "v", "light", NOW, NOW, 1L, 2L, 3L, "ended", NOW, NOW),
				new ConnectedVault("c", true, "bitwarden", List.of(ITEM)), new DisconnectedVault("c", true),
				new SyncedVault(List.of(ITEM), new SyncedVault.Summary(1, 2, 3)),
				new VaultConnection("i", "1password", "connected", NOW),
				new Profile("p", "n", "DE", "f", 3, NOW, NOW, true, List.of("shop.example"), Map.of("new", List.of(1))),
				new SetupSession("p", "s", "c", "b", "v", Duration.ofSeconds(900), NOW),
				new SavedProfile(List.of("a"), List.of("b"), 1, 2, Map.of("next_step", "Run it")),
				new Wallet(new BigDecimal("-1.50"), "USD", NOW, new Wallet.AutoReload("on"),
						new Wallet.PendingTopUp(new BigDecimal("2.25"), NOW),
						new Wallet.Rates(List.of(new Wallet.Rate("l", new BigDecimal("0.016"), "USD", "step"))), "u",
						Map.of("plan", "\"pro\"", "limits", "{\"a\":[1e400,null,0.1234567890123456789012345]}")),
				CONTENT, PageContent.ofJson("\"text\""))) {
			String json = mapper.writeValueAsString(value);
			assertThat(mapper.readValue(json, value.getClass())).as(json).isEqualTo(value);
			JsonNode tree = mapper.valueToTree(value);
			assertThat(mapper.treeToValue(tree, value.getClass()).getClass()).isEqualTo(value.getClass());
		}
	}

	@ParameterizedTest
	@MethodSource("mappers")
	void aPageOfUsageComesBackEqual(JsonMapper mapper) {
		UsagePage<BrowserUsage> page = new UsagePage<>(
				List.of(new BrowserUsage("s", "u", "v", "light", NOW, NOW, 1L, 2L, 3L, "ended", NOW, NOW)), 1L, 2, 3,
				4L, true);
		String json = mapper.writeValueAsString(page);
		assertThat(mapper.readValue(json, new TypeReference<UsagePage<BrowserUsage>>() {
		})).as(json).isEqualTo(page);
	}

	@Test
	void everyFieldIsSetByItsBuilder() {
		for (Object value : List.of(RESULT, PAGE)) {
			for (Method accessor : value.getClass().getMethods()) {
				if (accessor.isAnnotationPresent(JsonProperty.class)) {
					assertThat(ReflectionUtils.invokeMethod(accessor, value)).as(accessor.toString())
						.isNotIn(null, "", List.of(), Map.of(), PageContent.empty());
					assertThat(value.getClass().getDeclaredClasses()).anyMatch(
							(builder) -> ClassUtils.hasMethod(builder, accessor.getName(), accessor.getReturnType()));
				}
			}
		}
		assertThat(PAGE.toBuilder().build()).isEqualTo(PAGE).hasSameHashCodeAs(PAGE);
		assertThat(PAGE.toBuilder().etag("other").build()).isNotEqualTo(PAGE);
		assertThat(RESULT.toBuilder().build()).isEqualTo(RESULT).hasSameHashCodeAs(RESULT);
		assertThat(SearchResult.builder().build()).isNotEqualTo(RESULT)
			.isEqualTo(JsonMapper.shared().readValue("{\"authors\":null}", SearchResult.class))
			.isNotEqualTo(JsonMapper.shared().readValue("{\"new\":1}", SearchResult.class));
	}

	@Test
	void aMapperThatSeesFieldsOfObjectsChangesNothing() {
		JsonMapper mapper = JsonMapper.builder()
			.changeDefaultVisibility((visibility) -> visibility.withFieldVisibility(Visibility.ANY))
			.build();
		for (Object value : List.of(RESULT, PAGE)) {
			String json = mapper.writeValueAsString(value);
			assertThat(json).isEqualTo(JsonMapper.shared().writeValueAsString(value));
			assertThat(mapper.readValue(json, value.getClass())).as(json).isEqualTo(value);
		}
	}

	@Test
	void theOrderAndTheNamesOfResultsAreKept() {
		assertThat(JsonMapper.shared().valueToTree(PAGE).propertyNames()).containsExactly("url", "final_url", "title",
				"description", "language", "author", "published_date", "format", "text", "links", "image_links",
				"latency_ms", "page_metadata", "not_modified", "etag", "last_modified", "unmatched_selectors", "new");
		assertThat(JsonMapper.shared().valueToTree(SearchResult.builder().build()).propertyNames()).containsExactly(
				"position", "site_name", "title", "snippet", "url", "date", "publisher", "authors", "venue", "year",
				"cited_by_count", "pdf_url", "thumbnail_url", "fetch");
	}

	@Test
	void namesOnTheWireAreKept() {
		assertThat(JsonMapper.shared()
			.writeValueAsString(new SetupSession("p", "s", null, null, null, Duration.ofMinutes(15), null)))
			.contains("\"timeout_seconds\":900,");
	}

}
