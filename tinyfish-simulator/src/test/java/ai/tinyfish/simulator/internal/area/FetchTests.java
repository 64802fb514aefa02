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

import java.net.http.HttpRequest.BodyPublishers;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import ai.tinyfish.simulator.Scenario;
import ai.tinyfish.simulator.TinyFishSimulator;
import ai.tinyfish.simulator.testing.Api;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class FetchTests {

	private static final String PAGE = """
			<html lang="de"><head><title>Teas</title><meta name="description" content="All teas"></head><body>
			<nav><a href="/basket">Basket</a></nav><h1>Teas</h1>
			<table><tbody><tr><td>Green <b>tea</b><br>from Uji</td><td>5</td></tr></tbody></table>
			<ul><li>one</li><li>two</li></ul>
			<footer><a href="https://b.example/">B</a><img src="img/tea.png"><script>draw()</script></footer>""";

	@AutoClose
	private final TinyFishSimulator simulator = TinyFishSimulator.start();

	private final Api api = new Api(this.simulator);

	@Test
	void eachUrlHasAResultOrAnError() {
		Api.Reply reply = fetch("""
				{"urls": ["https://a.example", "https://a.example/x/page_not_found", "https://b.example/y?q=1"]}""");
		assertThat(reply.status()).isEqualTo(200);
		assertThat(reply.body()).containsOnlyKeys("results", "errors");
		assertThat(reply.list("results")).hasSize(2);
		assertThat(reply.list("results").get(0))
			.containsOnlyKeys("url", "final_url", "title", "description", "language", "author", "published_date",
					"format", "text", "latency_ms")
			.containsEntry("url", "https://a.example")
			.containsEntry("final_url", "https://a.example/")
			.containsEntry("title", "A simulated page of a.example")
			.containsEntry("format", "markdown")
			.containsEntry("author", null);
		assertThat((String) reply.list("results").get(0).get("text")).startsWith("# A simulated page of a.example\n");
		assertThat(reply.list("results").get(1)).containsEntry("final_url", "https://b.example/y?q=1");
		assertThat(reply.list("errors")).containsExactly(
				Map.of("url", "https://a.example/x/page_not_found", "error", "page_not_found", "status", 404));
	}

	@ParameterizedTest
	@CsvSource({ "https://a.example/target_http_error, target_http_error, 503",
			"https://a.example/page_not_found, page_not_found, 404",
			"https://a.example/target_unreachable?x=1, target_unreachable,",
			"https://nowhere.invalid, target_unreachable,", "https://a.example/timeout, timeout,",
			"https://a.example/bot_blocked, bot_blocked,", "https://a.example/empty_content, empty_content,",
			"https://a.example/invalid_redirect_url, invalid_redirect_url,",
			"https://a.example/proxy_error, proxy_error,",
			"https://a.example/selector_not_matched, selector_not_matched,",
			"https://a.example/conditional_unsupported, conditional_unsupported,", "ftp://a.example/x, invalid_url,",
			"mailto:someone@a.example, invalid_url,", "http://localhost:8080/x, invalid_url,",
			"http://127.0.0.1/x, invalid_url,", "http://10.1.2.3/x, invalid_url,", "http://192.168.0.1, invalid_url,",
			"http://172.20.0.1/, invalid_url,", "http://169.254.169.254/latest, invalid_url,",
			"http://[::1]/, invalid_url," })
	void urlCanAskForItsError(String url, String error, Integer status) {
		Api.Reply reply = fetch("{\"urls\": [\"" + url + "\"]}");
		assertThat(reply.status()).isEqualTo(200);
		assertThat(reply.list("results")).isEmpty();
		assertThat(reply.list("errors")).singleElement().satisfies((entry) -> {
			assertThat(entry).containsEntry("url", url).containsEntry("error", error);
			assertThat(entry.get("status")).isEqualTo(status);
		});
	}

	@Test
	void formatDecidesWhatTheTextIs() {
		assertThat((String) text("html")).startsWith("<h1>A simulated page");
		assertThat((String) result("{U, \"format\": \"html\", \"include_html_head\": true}").get("text"))
			.startsWith("<html><head>")
			.contains("<title>A simulated page of a.example</title>");
		Map<?, ?> json = (Map<?, ?>) text("json");
		assertThat(json.get("type")).isEqualTo("document");
		assertThat(((List<?>) json.get("children")).subList(0, 2))
			.isEqualTo(List.of(Map.of("type", "heading", "level", 1, "text", "A simulated page of a.example"),
					Map.of("type", "paragraph", "text", "This page is simulated. Nothing was fetched.")));
	}

	@Test
	void linksComeOnRequest() {
		assertThat(result("{U, \"links\": true}")).doesNotContainKey("image_links")
			.containsEntry("links", List.of("https://a.example/", "https://a.example/about"));
		assertThat(result("{U, \"image_links\": true, \"links\": false}")).doesNotContainKey("links")
			.containsEntry("image_links", List.of("https://a.example/logo.png"));
	}

	@Test
	void sameUrlAlwaysGivesTheSamePage() {
		String body = body("{U, \"links\": true}");
		assertThat(fetch(body).raw()).isEqualTo(fetch(body).raw());
	}

	@Test
	void pagesHaveTheProductsOfRuns() {
		assertThat((String) text("markdown")).contains("\n## Winters of Moss\n", "6.80 GBP")
			.doesNotContain("Home", "About");
		assertThat(result("{U, \"include_selectors\": [\"[itemprop=price]\"]}").get("text")).asString()
			.startsWith("12.90\n\n8.50\n\n18.75\n");
	}

	@Test
	void pageChangesWithTheResultOfTheScenario() {
		this.simulator.given("teas", Scenario.completed(List.of(Map.of("sku", "A<1", "price", 5))),
				Scenario.completed(List.of(Map.of("sku", "B2", "price", 6))));
		Object before = text("markdown");
		String run = "{\"url\": \"https://a.example/x\", \"goal\": \"List the teas\"}";
		this.api.post("/v1/automation/run-async", run);
		Object second = text("markdown");
		assertThat(second).isNotEqualTo(before).isEqualTo(text("markdown"));
		assertThat((String) second).contains("- sku: B2\n", "- price: 6\n").doesNotContain("Winters of Moss", "A<1");
		this.api.post("/v1/automation/run-async", run);
		assertThat(text("markdown")).as("the last scenario is that of all further runs").isEqualTo(second);
		this.simulator.given("teas", Scenario.completed(List.of(Map.of("sku", "A<1", "price", 7))));
		assertThat((String) text("markdown")).contains("- sku: A<1\n", "- price: 7\n").doesNotContain("B2");
		assertThat((String) text("html")).contains("<li>sku: A&lt;1</li>");
		this.simulator.reset();
		assertThat(text("markdown")).isEqualTo(before);
	}

	@Test
	void pageHasTheResultsOfAllGoalsAtItsUrl() {
		this.simulator.given("teas", Scenario.completed("green"))
			.given("cups", Scenario.completed("white"))
			.given("pots", Scenario.failed("SITE_BLOCKED", "No"));
		for (String goal : List.of("teas", "cups", "pots", "teas")) {
			this.api.post("/v1/automation/run-async",
					"{\"url\": \"https://a.example/x\", \"goal\": \"%s\"}".formatted(goal));
		}
		assertThat((String) text("markdown")).endsWith("fetched.\n\ngreen\n\nwhite\n");
	}

	@Test
	void pageCanBeGivenAndChanged() {
		this.simulator.page("https://a.example", PAGE);
		Map<String, Object> page = fetch("{\"urls\": [\"https://a.example/\"], \"links\": true, \"image_links\": true}")
			.list("results")
			.get(0);
		assertThat(page).containsEntry("title", "Teas")
			.containsEntry("description", "All teas")
			.containsEntry("language", "de")
			.containsEntry("text", "# Teas\n\nGreen tea\n\nfrom Uji\n\n5\n\n- one\n\n- two\n")
			.containsEntry("links", List.of("https://a.example/basket", "https://b.example/"))
			.containsEntry("image_links", List.of("https://a.example/img/tea.png"));
		this.simulator.page("https://a.example/", "<p>Sold out");
		assertThat(fetch("{\"urls\": [\"https://a.example\"]}").list("results").get(0)).containsEntry("text",
				"Sold out\n");
		this.simulator.page("https://a.example/timeout", "<p>No fault");
		assertThat(fetch("{\"urls\": [\"https://a.example/timeout\"]}").list("results")).hasSize(1);
		this.simulator.page("https://a.example/x", " <script>draw()</script> ");
		assertThat(fetch(body("{U}")).list("errors").get(0)).containsEntry("error", "empty_content");
		this.simulator.reset();
		assertThat((String) text("markdown")).startsWith("# A simulated page of a.example");
	}

	@ParameterizedTest
	@ValueSource(strings = { "teas", "/teas", "ftp://a.example/x", "http:///x", "https://a b" })
	void pageNeedsAnAbsoluteUrl(String url) {
		assertThatIllegalArgumentException().isThrownBy(() -> this.simulator.page(url, "<p>x"));
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			textBlock = """
					"include_selectors": ["table"]                               | <table><tbody><tr><td>Green <b>tea</b><br>from Uji</td><td>5</td></tr></tbody></table>
					"include_selectors": ["td", "table", "td"]                   | <table><tbody><tr><td>Green <b>tea</b><br>from Uji</td><td>5</td></tr></tbody></table>
					"include_selectors": ["nav a"]                               | <a href="/basket">Basket</a>
					"include_selectors": ["h9", "li:first-child"]                | <li>one</li>
					"include_selectors": ["ul"], "exclude_selectors": ["li + li"]| <ul><li>one</li></ul>
					"exclude_selectors": ["table", "ul"]                         | <h1>Teas</h1>
					""")
	void elementsOfSelectorsComeAsTheyAre(String selectors, String html) {
		this.simulator.page("https://a.example/x", PAGE);
		assertThat(result("{U, \"format\": \"html\", " + selectors + "}").get("text")).isEqualTo(html);
	}

	@Test
	void selectorsWithoutAnElementAreAnError() {
		Api.Reply reply = fetch(body("{U, \"include_selectors\": [\"table.teas\", \"#teas\"]}"));
		assertThat(reply.list("results")).isEmpty();
		assertThat(reply.list("errors"))
			.containsExactly(Map.of("url", "https://a.example/x", "error", "selector_not_matched"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "include_selectors", "exclude_selectors" })
	void invalidCssIsRefusedForTheCall(String name) {
		Api.Reply reply = fetch(body("{U, \"" + name + "\": [\"main\", \"td[\"]}"));
		assertThat(reply.status()).isEqualTo(422);
		assertThat(reply.errorCode()).isEqualTo("INVALID_INPUT");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			{}                                                | urls
			{"urls": null}                                    | urls
			{"urls": "https://a.example"}                     | urls
			{"urls": []}                                      | urls
			{"urls": [1]}                                     | urls.0
			{"urls": ["https://a.example", ""]}               | urls.1
			{"urls": ["https://a.example", "a.example"]}      | urls.1
			{"urls": ["https://a b"]}                         | urls.0
			{U, "format": "pdf"}                              | format
			{U, "format": null}                               | format
			{U, "links": "yes"}                               | links
			{U, "image_links": 1}                             | image_links
			{U, "include_html_head": "no"}                    | include_html_head
			{U, "page_metadata": 1}                           | page_metadata
			{U, "include_etag_and_last_modified": 1}          | include_etag_and_last_modified
			{U, "ttl": -1}                                    | ttl
			{U, "ttl": 1.5}                                   | ttl
			{U, "per_url_timeout_ms": 0}                      | per_url_timeout_ms
			{U, "per_url_timeout_ms": 110001}                 | per_url_timeout_ms
			{U, "purpose": 1}                                 | purpose
			{U, "if_none_match": 1}                           | if_none_match
			{U, "if_modified_since": 1}                       | if_modified_since
			{U, "include_selectors": []}                      | include_selectors
			{U, "include_selectors": "main"}                  | include_selectors
			{U, "include_selectors": TOO_MANY}                | include_selectors
			{U, "exclude_selectors": [""]}                    | exclude_selectors.0
			{U, "exclude_selectors": TOO_MANY}                | exclude_selectors
			{U, "include_selectors": ["main", "TOO_LONG"]}    | include_selectors.1
			{U, "exclude_selectors": ["TOO_LONG"]}            | exclude_selectors.0
			{TWO, "if_none_match": "e"}                       | if_none_match
			{TWO, "if_modified_since": "yesterday"}           | if_modified_since
			{U, "proxy_config": "US"}                         | proxy_config
			{U, "proxy_config": {"country_code": "ZZ"}}       | proxy_config.country_code
			""")
	void invalidFieldIsNamed(String body, String path) {
		Api.Reply reply = fetch(body(body).replace("TOO_MANY", selectors(21))
			.replace("TOO_LONG", "x".repeat(1001))
			.replace("TWO", "\"urls\": [\"https://a.example\", \"https://b.example\"]"));
		assertThat(reply.status()).isEqualTo(400);
		assertThat(reply.errorCode()).isEqualTo("INVALID_INPUT");
		assertThat(reply.wrongFields()).containsExactly(path);
		assertThat(this.api.get("/v1/fetch/usage").list("items")).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = { "{U, \"ttl\": 0, \"per_url_timeout_ms\": 110000, \"purpose\": \"x\"}",
			"{U, \"page_metadata\": true, \"include_etag_and_last_modified\": true, \"if_none_match\": \"e\"}",
			"{U, \"proxy_config\": {\"country_code\": \"JP\"}, \"if_modified_since\": \"yesterday\"}",
			"{U, \"include_selectors\": [\"h1\", MORE], \"exclude_selectors\": MANY}",
			"{U, \"api_integration\": \"n8n\"}", "{U, \"wait_for\": {\"idle\": true}}" })
	void rightFieldsAreAccepted(String body) {
		assertThat(fetch(body(body).replace("MANY", selectors(20))
			.replace("[\"h1\", MORE]", "[\"h1\", " + selectors(19).substring(1))).list("results")).hasSize(1);
	}

	@Test
	void tenUrlsAreTheMost() {
		assertThat(fetch("{\"urls\": " + urls(10) + "}").list("results")).hasSize(10);
		assertThat(fetch("{\"urls\": " + urls(11) + "}").wrongFields()).containsExactly("urls");
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "[]", "{", "null" })
	void bodyWithoutAnObjectIsRefused(String body) {
		assertThat(fetch(body).status()).isEqualTo(400);
	}

	@Test
	void usageListsEachUrlNewestFirst() {
		fetch("{\"urls\": [\"https://a.example\", \"https://a.example/timeout\"], \"links\": true}");
		this.api.send(this.api.request("/v1/fetch")
			.header("X-TF-Request-Origin", "tinyfish-java")
			.POST(BodyPublishers.ofString("{\"urls\": [\"https://b.example/\"], \"format\": \"json\"}")));
		Api.Reply usage = this.api.get("/v1/fetch/usage");
		assertThat(usage.body()).containsEntry("total", 3);
		List<Map<String, Object>> items = usage.list("items");
		assertThat(items).extracting((item) -> item.get("url"))
			.containsExactly("https://b.example/", "https://a.example/timeout", "https://a.example");
		assertThat(items).allSatisfy((item) -> assertThat(item).containsOnlyKeys("id", "url", "final_url", "title",
				"description", "language", "author", "published_date", "format", "status", "request_origin",
				"request_id", "text_length", "links_count", "image_links_count", "latency_ms", "created_at", "error"));
		assertThat(items.get(0)).containsEntry("request_origin", "tinyfish-java").containsEntry("format", "json");
		assertThat(items.get(1)).containsEntry("status", "failed")
			.containsEntry("error", "timeout")
			.containsEntry("request_origin", "api")
			.containsEntry("title", null);
		assertThat(items.get(2)).containsEntry("status", "completed")
			.containsEntry("links_count", 2)
			.containsEntry("error", null)
			.containsEntry("request_id", items.get(1).get("request_id"));
		assertThat(this.api.get("/v1/fetch/usage?status=failed").list("items")).hasSize(1);
		assertThat(this.api.get("/v1/fetch/usage?status=completed&limit=1").body()).containsEntry("total", 2)
			.containsEntry("has_more", true);
	}

	private Api.Reply fetch(String body) {
		return this.api.post("/v1/fetch", body);
	}

	private Map<String, Object> result(String body) {
		return fetch(body(body)).list("results").get(0);
	}

	private Object text(String format) {
		return result("{U, \"format\": \"" + format + "\"}").get("text");
	}

	private static String body(String body) {
		return body.replace("{U", "{\"urls\": [\"https://a.example/x\"]");
	}

	private static String urls(int count) {
		return IntStream.range(0, count)
			.mapToObj((i) -> "\"https://a.example/" + i + "\"")
			.collect(Collectors.joining(", ", "[", "]"));
	}

	private static String selectors(int count) {
		return IntStream.range(0, count).mapToObj((i) -> "\"#s" + i + "\"").collect(Collectors.joining(", ", "[", "]"));
	}

}
