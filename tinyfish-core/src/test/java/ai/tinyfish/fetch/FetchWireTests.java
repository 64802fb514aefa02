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

package ai.tinyfish.fetch;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

import ai.tinyfish.TinyFishClient;
import ai.tinyfish.settings.ProxyCountryCode;
import ai.tinyfish.testing.BothClients;
import ai.tinyfish.testing.ClientKind;
import ai.tinyfish.testing.Operation;
import ai.tinyfish.testing.RequestParts;
import ai.tinyfish.testing.server.ScriptedServer;
import ai.tinyfish.usage.UsagePage;
import ai.tinyfish.usage.UsageQuery;
import ai.tinyfish.usage.UsageStatus;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

/**
 * Requests of fetches, and the results of their responses.
 */
@BothClients(always = true)
class FetchWireTests {

	@Parameter
	ClientKind kind;

	@Test
	void aUrlAloneIsTheOnlyField() {
		try (ScriptedServer server = answering(Operation.FETCH_GETCONTENTS.success());
				TinyFishClient client = this.kind.client(server.baseUrl()).build()) {
			client.fetch().getContents("https://a.example/?q=1");
			RequestParts request = RequestParts.of(server.requests().get(0));
			assertThat(request.method()).isEqualTo("POST");
			assertThat(request.path()).isEqualTo("/v1/fetch");
			assertThat(request.body()).isEqualTo("{\"urls\":[\"https://a.example/?q=1\"]}");
		}
	}

	@Test
	void everyFieldIsSentUnderItsName() {
		FetchRequest fetch = FetchRequest.builder()
			.urls(List.of("https://a.example"))
			.format(FetchFormat.JSON)
			.links(true)
			.imageLinks(false)
			.includeHtmlHead(true)
			.ttl(Duration.ZERO)
			.perUrlTimeout(Duration.ofSeconds(30))
			.purpose("To read")
			.pageMetadata(true)
			.includeSelectors(List.of("main", "#a > b"))
			.excludeSelectors(List.of("nav"))
			.ifNoneMatch("\"v1\"")
			.ifModifiedSince("Tue, 03 Mar 2026 08:00:00 GMT")
			.includeEtagAndLastModified(true)
			.proxyCountryCode(ProxyCountryCode.DE)
			.additionalProperty("screenshot", Map.of("full", true))
			.build();
		try (ScriptedServer server = answering(Operation.FETCH_GETCONTENTS.success());
				TinyFishClient client = this.kind.client(server.baseUrl()).integration("acme").build()) {
			client.fetch().getContents(fetch);
			assertThat(RequestParts.of(server.requests().get(0)).body()).isEqualTo("""
					{"urls":["https://a.example"],"format":"json","links":true,\
					"image_links":false,"include_html_head":true,"ttl":0,"per_url_timeout_ms":30000,\
					"purpose":"To read","page_metadata":true,"include_selectors":["main","#a > b"],\
					"exclude_selectors":["nav"],"if_none_match":"\\"v1\\"",\
					"if_modified_since":"Tue, 03 Mar 2026 08:00:00 GMT","include_etag_and_last_modified":true,\
					"proxy_config":{"country_code":"DE"},"screenshot":{"full":true},"api_integration":"acme"}""");
		}
	}

	@Test
	void failuresAreDataBesidePages() {
		String answer = """
				{"results":[{"url":"https://a.example","final_url":"https://a.example/x","title":"A","description":"B",
				 "language":"en","author":"C","published_date":"2026-01-02","format":"markdown","text":"# A\\n",
				 "links":["https://l.example"],"image_links":["https://i.example/1.png"],"latency_ms":1183.4,
				 "page_metadata":{"og:title":"A","n":1.10},"not_modified":false,"etag":"\\"v1\\"",
				 "last_modified":"Tue, 03 Mar 2026 08:00:00 GMT","unmatched_selectors":["nav"],"screenshot_url":"https://secret.example"},
				 {"url":"https://j.example","format":"json","text":{"type":"doc","n":1e400,"children":[]}}],
				 "errors":[{"url":"https://e.example","error":"target_http_error","status":404},
				 {"url":"https://s.example","error":"selector_not_matched","unmatched_selectors":["x"],
				  "candidate_selectors":["main"]},{"url":"https://w.example","error":"It went wrong"},
				 {"url":"https://c.example","error":"conditional_unsupported"}]}""";
		try (ScriptedServer server = answering(answer);
				TinyFishClient client = this.kind.client(server.baseUrl()).build()) {
			FetchResponse response = client.fetch().getContents("https://a.example");
			assertThat(response.results().get(0)).isEqualTo(FetchResult.builder()
				.url("https://a.example")
				.finalUrl("https://a.example/x")
				.title("A")
				.description("B")
				.language("en")
				.author("C")
				.publishedDate("2026-01-02")
				.formatText("markdown")
				.content(PageContent.ofJson("\"# A\\n\""))
				.links(List.of("https://l.example"))
				.imageLinks(List.of("https://i.example/1.png"))
				.latencyMs(1183.4)
				.pageMetadata(Map.of("og:title", PageContent.ofJson("\"A\""), "n", PageContent.ofJson("1.10")))
				.notModified(false)
				.etag("\"v1\"")
				.lastModified("Tue, 03 Mar 2026 08:00:00 GMT")
				.unmatchedSelectors(List.of("nav"))
				.additionalProperties(Map.of("screenshot_url", "https://secret.example"))
				.build());
			assertThat(response.results().get(0).additionalProperties())
				.containsExactly(entry("screenshot_url", "https://secret.example"));
			assertThat(response.results().get(0).toString()).contains("additionalProperties=[screenshot_url]")
				.doesNotContain("secret.example");
			assertThat(response.results().get(0).text()).isEqualTo("# A\n");
			assertThat(response.results().get(0).format()).isEqualTo(FetchFormat.MARKDOWN);
			FetchResult json = response.results().get(1);
			assertThat(json.text()).isNull();
			assertThat(json.json()).isEqualTo("{\"type\":\"doc\",\"n\":1e400,\"children\":[]}");
			assertThat(json.format()).isEqualTo(FetchFormat.JSON);
			assertThat(response.errors()).containsExactly(
					new FetchError("https://e.example", "target_http_error", 404, List.of(), List.of()),
					new FetchError("https://s.example", "selector_not_matched", null, List.of("x"), List.of("main")),
					new FetchError("https://w.example", "It went wrong", null, List.of(), List.of()),
					new FetchError("https://c.example", "conditional_unsupported", null, List.of(), List.of()));
			assertThat(response.errors()).extracting(FetchError::code)
				.containsExactly(FetchError.Code.TARGET_HTTP_ERROR, FetchError.Code.SELECTOR_NOT_MATCHED,
						FetchError.Code.UNKNOWN, FetchError.Code.CONDITIONAL_UNSUPPORTED);
		}
	}

	@Test
	void usageIsReadPageByPage() {
		String answer = """
				{"items":[{"id":"fr-1","url":"https://a.example","final_url":"https://a.example/x","title":"A",
				 "description":"B","language":"en","author":"C","published_date":"2026-01-02","format":"html",
				 "status":"failed","request_origin":"api","request_id":"r-1","text_length":17,"links_count":2,
				 "image_links_count":3,"latency_ms":250,"created_at":"2026-02-03T04:05:06.789Z","error":"timeout"}],
				 "total":1,"limit":100,"page":1,"total_pages":1,"has_more":false}""";
		try (ScriptedServer server = answering(answer);
				TinyFishClient client = this.kind.client(server.baseUrl()).build()) {
			UsagePage<FetchUsage> page = client.fetch()
				.usage(UsageQuery.builder().status(UsageStatus.FAILED).limit(1000).build());
			RequestParts request = RequestParts.of(server.requests().get(0));
			assertThat(request.path()).isEqualTo("/v1/fetch/usage");
			assertThat(request.query()).containsOnly(entry("status", "failed"), entry("limit", "1000"));
			assertThat(page.hasMore()).isFalse();
			FetchUsage usage = page.items().get(0);
			assertThat(usage).isEqualTo(new FetchUsage("fr-1", "https://a.example", "https://a.example/x", "A", "B",
					"en", "C", "2026-01-02", "html", "failed", "api", "r-1", 17L, 2L, 3L, 250.0,
					Instant.parse("2026-02-03T04:05:06.789Z"), "timeout"));
			assertThat(usage.status()).isEqualTo(UsageStatus.FAILED);
			assertThat(usage.format()).isEqualTo(FetchFormat.HTML);
		}
	}

	@Test
	void pagesMayBeFetchedElsewhere() {
		try (ScriptedServer fetch = new ScriptedServer((exchange) -> exchange.answer(200, "application/json",
				exchange.request().contains("/usage") ? Operation.FETCH_USAGE.success()
						: Operation.FETCH_GETCONTENTS.success()));
				TinyFishClient client = this.kind.client("http://127.0.0.1:1")
					.fetchBaseUrl(fetch.baseUrl() + "/base/")
					.build()) {
			client.fetch().getContents("https://a.example");
			client.fetch().usage();
			assertThat(fetch.requests()).extracting(RequestParts::target).containsExactly("/base/", "/base/usage");
		}
	}

	private static ScriptedServer answering(String body) {
		return new ScriptedServer((exchange) -> exchange.answer(200, "application/json", body));
	}

}
