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

package ai.tinyfish.search;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

import ai.tinyfish.TinyFishClient;
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
 * Requests of searches, and the results of their responses.
 */
@BothClients(always = true)
class SearchWireTests {

	private static final String PAPER = """
			{"query":"records","total_results":31,"page":2,"results":[
			 {"position":1,"site_name":"journal.example","title":"On records","snippet":"We show ...",
			  "url":"https://journal.example/1","date":"3 days ago","publisher":"The Press","authors":["A","B"],
			  "venue":"Conf","year":2024,"cited_by_count":12,"pdf_url":"https://journal.example/1.pdf",
			  "thumbnail_url":"https://journal.example/1.png","fetch":{"text":"All of it","n":1.10},
			  "new":{"a":[1,"b",null]}}],"new":1}""";

	@Parameter
	ClientKind kind;

	@Test
	void aQueryAloneIsTheOnlyParameter() {
		try (ScriptedServer server = answering(Operation.SEARCH_QUERY.success());
				TinyFishClient client = this.kind.client(server.baseUrl()).integration("acme").build()) {
			client.search().query("c++ & <records> 100% {x} ä");
			RequestParts request = RequestParts.of(server.requests().get(0));
			assertThat(request.method()).isEqualTo("GET");
			assertThat(request.path()).isEqualTo("/v1/search");
			assertThat(request.query()).containsExactly(entry("query", "c++ & <records> 100% {x} ä"));
			assertThat(request.body()).isEmpty();
		}
	}

	@Test
	void everyParameterIsSentUnderItsName() {
		SearchRequest search = SearchRequest.builder()
			.query("records")
			.location("DE")
			.language("de")
			.page(10)
			.purpose("To compare, and more")
			.includeDomains(List.of("a.example", "b.example"))
			.excludeDomains(List.of("c.example"))
			.domainType(SearchDomainType.RESEARCH_PAPER)
			.pubYearMin(1999)
			.pubYearMax(2026)
			.includeThumbnail(true)
			.fetch(Map.of("format", "markdown"))
			.additionalProperty("safe", true)
			.additionalProperty("kinds", List.of("a", 2))
			.additionalProperty("options", Map.of("deep", List.of(1)))
			.build();
		try (ScriptedServer server = answering(Operation.SEARCH_QUERY.success());
				TinyFishClient client = this.kind.client(server.baseUrl()).build()) {
			client.search().query(search);
			assertThat(RequestParts.of(server.requests().get(0)).query()).containsOnly(entry("query", "records"),
					entry("location", "DE"), entry("language", "de"), entry("page", "10"),
					entry("purpose", "To compare, and more"), entry("include_domains", "a.example,b.example"),
					entry("exclude_domains", "c.example"), entry("domain_type", "research_paper"),
					entry("pub_year_min", "1999"), entry("pub_year_max", "2026"), entry("include_thumbnail", "true"),
					entry("fetch", "{\"format\":\"markdown\"}"), entry("safe", "true"), entry("kinds", "a,2"),
					entry("options", "{\"deep\":[1]}"));
		}
	}

	@Test
	void agesAndDaysAreSentUnderTheirNames() {
		try (ScriptedServer server = answering(Operation.SEARCH_QUERY.success());
				TinyFishClient client = this.kind.client(server.baseUrl()).build()) {
			client.search().query(SearchRequest.builder().query("records").recency(Duration.ofHours(2)).build());
			client.search()
				.query(SearchRequest.builder()
					.query("records")
					.afterDate(LocalDate.of(2025, 1, 31))
					.beforeDate(LocalDate.of(2026, 12, 1))
					.build());
			assertThat(RequestParts.of(server.requests().get(0)).query()).containsOnly(entry("query", "records"),
					entry("recency_minutes", "120"));
			assertThat(RequestParts.of(server.requests().get(1)).query()).containsOnly(entry("query", "records"),
					entry("after_date", "2025-01-31"), entry("before_date", "2026-12-01"));
		}
	}

	@Test
	void everythingThatIsFoundIsRead() {
		try (ScriptedServer server = answering(PAPER);
				TinyFishClient client = this.kind.client(server.baseUrl()).build()) {
			SearchPage page = client.search().query("records");
			assertThat(page.query()).isEqualTo("records");
			assertThat(page.totalResults()).isEqualTo(31);
			assertThat(page.page()).isEqualTo(2);
			SearchResult result = page.results().get(0);
			assertThat(result.fetch().json()).isEqualTo("{\"text\":\"All of it\",\"n\":1.10}");
			assertThat(result).isEqualTo(SearchResult.builder()
				.position(1)
				.siteName("journal.example")
				.title("On records")
				.snippet("We show ...")
				.url("https://journal.example/1")
				.date("3 days ago")
				.publisher("The Press")
				.authors(List.of("A", "B"))
				.venue("Conf")
				.year(2024)
				.citedByCount(12L)
				.pdfUrl("https://journal.example/1.pdf")
				.thumbnailUrl("https://journal.example/1.png")
				.fetch(result.fetch())
				.additionalProperties(result.additionalProperties())
				.build());
			assertThat(result.additionalProperties())
				.containsExactly(entry("new", Map.of("a", Arrays.asList(1, "b", null))));
			assertThat(result.toString()).contains("additionalProperties=[new]");
		}
	}

	@Test
	void countsMayBeLargerThanAnInteger() {
		try (ScriptedServer server = new ScriptedServer((exchange) -> exchange.answer(200, "application/json", """
				{"results":[{"url":"https://a.example","cited_by_count":6000000000}],"total_results":25270000000,
				 "data":[],"pagination":{"total":5000000000,"has_more":false},
				 "items":[],"total":7000000000,"total_pages":70000000}"""));
				TinyFishClient client = this.kind.client(server.baseUrl()).build()) {
			SearchPage page = client.search().query("records");
			assertThat(page.totalResults()).isEqualTo(25_270_000_000L);
			assertThat(page.results().get(0).citedByCount()).isEqualTo(6_000_000_000L);
			assertThat(client.search().usage().total()).isEqualTo(7_000_000_000L);
			assertThat(client.search().usage().totalPages()).isEqualTo(70_000_000L);
			assertThat(client.runs().list().pagination().total()).isEqualTo(5_000_000_000L);
		}
	}

	@Test
	void usageIsReadPageByPage() {
		String answer = """
				{"items":[{"id":7,"request_id":"r-1","query":"records","status_code":200,"result_count":1,
				 "results":[{"position":1,"site_name":"s","snippet":"t","title":"u","url":"https://v.example"}],
				 "cached":false,"response_size_bytes":5000000000,"created_at":"2026-02-03T04:05:06Z"}],
				 "total":101,"limit":1,"page":3,"total_pages":101,"has_more":true}""";
		UsageQuery query = UsageQuery.builder()
			.startAfter(Instant.parse("2026-01-01T00:00:00Z"))
			.endBefore(Instant.parse("2026-03-01T00:00:00.5Z"))
			.status(UsageStatus.COMPLETED)
			.limit(1)
			.page(3)
			.build();
		try (ScriptedServer server = answering(answer);
				TinyFishClient client = this.kind.client(server.baseUrl()).build()) {
			UsagePage<SearchUsage> page = client.search().usage(query);
			RequestParts request = RequestParts.of(server.requests().get(0));
			assertThat(request.path()).isEqualTo("/v1/search/usage");
			assertThat(request.query()).containsOnly(entry("start_after", "2026-01-01T00:00:00Z"),
					entry("end_before", "2026-03-01T00:00:00.500Z"), entry("status", "completed"), entry("limit", "1"),
					entry("page", "3"));
			assertThat(page)
				.extracting(UsagePage::total, UsagePage::limit, UsagePage::page, UsagePage::totalPages,
						UsagePage::hasMore)
				.containsExactly(101L, 1, 3, 101L, true);
			SearchUsage usage = page.items().get(0);
			assertThat(usage).isEqualTo(new SearchUsage(7L, "r-1", "records", 200, 1L, usage.results(), false,
					5_000_000_000L, Instant.parse("2026-02-03T04:05:06Z")));
			assertThat(usage.results()).extracting(SearchResult::url).containsExactly("https://v.example");
		}
	}

	@Test
	void theSearchMayBeElsewhere() {
		try (ScriptedServer search = new ScriptedServer((exchange) -> exchange.answer(200, "application/json",
				exchange.request().contains("/usage") ? Operation.SEARCH_USAGE.success()
						: Operation.SEARCH_QUERY.success()));
				TinyFishClient client = this.kind.client("http://127.0.0.1:1")
					.searchBaseUrl(search.baseUrl())
					.build()) {
			client.search().query("a b");
			client.search().usage(UsageQuery.builder().page(2).build());
			client.search().usage();
			assertThat(search.requests()).extracting(RequestParts::target)
				.containsExactly("/?query=a%20b", "/usage?page=2", "/usage");
		}
	}

	private static ScriptedServer answering(String body) {
		return new ScriptedServer((exchange) -> exchange.answer(200, "application/json", body));
	}

}
