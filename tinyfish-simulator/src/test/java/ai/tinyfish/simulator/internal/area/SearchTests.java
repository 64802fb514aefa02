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

import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
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

class SearchTests {

	@AutoClose
	private final TinyFishSimulator simulator = TinyFishSimulator.start();

	private final Api api = new Api(this.simulator);

	@Test
	void resultsAreDerivedFromTheQueryAndAlwaysTheSame() {
		Api.Reply reply = search("Best C++ books");
		assertThat(reply.body()).containsOnlyKeys("query", "results", "total_results", "page")
			.containsEntry("query", "Best C++ books")
			.containsEntry("total_results", 10)
			.containsEntry("page", 0);
		assertThat(reply.list("results")).hasSize(10).allSatisfy((result) -> {
			assertThat(result).containsOnlyKeys("position", "site_name", "snippet", "title", "url");
			assertThat((String) result.get("title")).contains("Best C++ books");
			URI url = URI.create((String) result.get("url"));
			assertThat(url.getHost()).isEqualTo(result.get("site_name")).endsWith(".example");
			assertThat(url.getPath()).startsWith("/best-c-books-");
		});
		assertThat(reply.list("results")).extracting((result) -> result.get("url")).doesNotHaveDuplicates();
		assertThat(search("Best C++ books").raw()).isEqualTo(reply.raw());
		assertThat(this.simulator.journal().requests("GET /v1/search")).isEqualTo(2);
		assertThat(this.simulator.journal().received().get(0).path()).startsWith("/v1/search?query=Best");
	}

	@Test
	void pagesGoOnUntilThereIsNoMore() {
		assertThat(positions("x&page=0")).startsWith(1).endsWith(10);
		assertThat(positions("x&page=1")).startsWith(11).endsWith(20);
		assertThat(positions("x&page=2")).startsWith(21).endsWith(25);
		assertThat(positions("x&page=3")).isEmpty();
		assertThat(positions("x&page=10")).isEmpty();
		assertThat(get("x&page=2").body()).containsEntry("page", 2).containsEntry("total_results", 5);
	}

	@Test
	void domainsAreHeldTo() {
		assertThat(hosts("x&include_domains=a.example,%20b.example")).containsOnly("a.example", "b.example");
		assertThat(hosts("x&exclude_domains=guides.example,shop.example"))
			.doesNotContain("www.guides.example", "shop.example")
			.contains("news.example");
		assertThat(hosts("x&include_domains=a.example&exclude_domains=A.example")).isEmpty();
	}

	@Test
	void newsHaveADateAndPapersHaveAuthors() {
		assertThat(get("x&domain_type=news&after_date=2026-01-02").list("results"))
			.allSatisfy((result) -> assertThat(result).containsEntry("date", "2026-01-02").containsKey("publisher"));
		assertThat(get("x&domain_type=news&recency_minutes=60").list("results"))
			.allSatisfy((result) -> assertThat(result).containsEntry("date", "60 minutes ago"));
		assertThat(get("x&domain_type=research_paper&pub_year_min=1990&pub_year_max=1995").list("results"))
			.allSatisfy((result) -> assertThat(result).containsEntry("year", 1995)
				.containsKeys("authors", "venue", "cited_by_count", "pdf_url"));
		assertThat(get("x&include_thumbnail=true").list("results"))
			.allSatisfy((result) -> assertThat((String) result.get("thumbnail_url")).endsWith(".jpg"));
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			page=1                                                     | query
			query=                                                     | query
			query=%20                                                  | query
			query=x&location=                                          | location
			query=x&language=%20                                       | language
			query=x&page=-1                                            | page
			query=x&page=11                                            | page
			query=x&page=one                                           | page
			query=x&page=99999999999                                   | page
			query=x&purpose=                                           | purpose
			query=x&purpose=LONG                                       | purpose
			query=x&include_domains=                                   | include_domains
			query=x&include_domains=a.example,                         | include_domains
			query=x&include_domains=https://a.example                  | include_domains
			query=x&exclude_domains=a.example,b                        | exclude_domains
			query=x&recency_minutes=0                                  | recency_minutes
			query=x&recency_minutes=5256001                            | recency_minutes
			query=x&recency_minutes=1.5                                | recency_minutes
			query=x&recency_minutes=60&after_date=2026-01-01           | recency_minutes
			query=x&recency_minutes=60&before_date=2026-01-01          | recency_minutes
			query=x&after_date=yesterday                               | after_date
			query=x&after_date=2026-13-01                              | after_date
			query=x&before_date=2026-01-01T00:00:00Z                   | before_date
			query=x&after_date=2026-01-02&before_date=2026-01-01       | after_date
			query=x&domain_type=images                                 | domain_type
			query=x&domain_type=research_paper&after_date=2026-01-01   | domain_type
			query=x&domain_type=research_paper&recency_minutes=5       | domain_type
			query=x&domain_type=research_paper&pub_year_min=-1         | pub_year_min
			query=x&domain_type=research_paper&pub_year_max=10000      | pub_year_max
			query=x&domain_type=research_paper&pub_year_max=now        | pub_year_max
			query=x&domain_type=research_paper&pub_year_min=2&pub_year_max=1 | pub_year_min
			query=x&pub_year_min=2000                                  | pub_year_min
			query=x&domain_type=news&pub_year_max=2000                 | pub_year_max
			query=x&include_thumbnail=yes                              | include_thumbnail
			query=x&fetch=true                                         | fetch
			query=x&fetch=%7B                                          | fetch
			""")
	void wrongParameterIsNamed(String query, String parameter) {
		Api.Reply reply = this.api.get("/v1/search?" + query.replace("LONG", "x".repeat(2001)));
		assertThat(reply.status()).isEqualTo(400);
		assertThat(reply.errorCode()).isEqualTo("INVALID_INPUT");
		assertThat(reply.wrongFields()).containsExactly(parameter);
		assertThat(this.api.get("/v1/search/usage").list("items")).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = { "location=US", "language=en", "location=fr&language=fr", "page=10", "recency_minutes=1",
			"recency_minutes=5256000", "after_date=2026-01-01&before_date=2026-01-01", "domain_type=web",
			"include_thumbnail=false", "fetch=%7B%22format%22:%22html%22%7D",
			"domain_type=research_paper&pub_year_min=0&pub_year_max=9999", "unknown=1", "purpose=LONG" })
	void rightParametersAreAccepted(String query) {
		assertThat(get("x&" + query.replace("LONG", "x".repeat(2000))).status()).isEqualTo(200);
	}

	@Test
	void marksInTheQueryBendTheSearch() {
		assertThat(search("nothing [empty]").body()).containsEntry("results", List.of())
			.containsEntry("total_results", 0);
		Api.Reply failed = search("broken [FAIL]");
		assertThat(failed.status()).isEqualTo(500);
		assertThat(failed.errorCode()).isEqualTo("INTERNAL_ERROR");
	}

	@Test
	void usageListsSearchesNewestFirst() {
		search("one");
		search("two [fail]");
		search("three [empty]");
		Api.Reply usage = this.api.get("/v1/search/usage");
		assertThat(usage.body()).containsOnlyKeys("items", "total", "limit", "page", "total_pages", "has_more")
			.containsEntry("total", 3)
			.containsEntry("limit", 100)
			.containsEntry("page", 1)
			.containsEntry("total_pages", 1)
			.containsEntry("has_more", false);
		assertThat(usage.list("items")).extracting((item) -> item.get("query"))
			.containsExactly("three [empty]", "two [fail]", "one");
		assertThat(usage.list("items")).allSatisfy((item) -> assertThat(item).containsOnlyKeys("id", "request_id",
				"query", "status_code", "result_count", "results", "cached", "response_size_bytes", "created_at"));
		Map<String, Object> one = usage.list("items").get(2);
		assertThat(one).containsEntry("id", 1).containsEntry("status_code", 200).containsEntry("result_count", 10);
		assertThat(one.get("results")).isEqualTo(search("one").body().get("results"));
		assertThat(usage.list("items").get(1)).containsEntry("status_code", 500)
			.containsEntry("results", null)
			.containsEntry("response_size_bytes", null);
	}

	@Test
	void usageIsFilteredAndPaged() {
		search("one");
		search("two [fail]");
		search("three");
		assertThat(queries("status=completed")).containsExactly("three", "one");
		assertThat(queries("status=failed")).containsExactly("two [fail]");
		assertThat(queries("limit=2")).containsExactly("three", "two [fail]");
		assertThat(queries("limit=2&page=2")).containsExactly("one");
		assertThat(queries("limit=2&page=3")).isEmpty();
		assertThat(queries("page=999999999&limit=1000")).isEmpty();
		assertThat(this.api.get("/v1/search/usage?limit=2").body()).containsEntry("total", 3)
			.containsEntry("total_pages", 2)
			.containsEntry("has_more", true);
		String first = (String) this.api.get("/v1/search/usage?page=3&limit=1").list("items").get(0).get("created_at");
		assertThat(Instant.parse(first)).isBeforeOrEqualTo(Instant.now());
		assertThat(queries("end_before=" + first)).isEmpty();
		assertThat(queries("end_before=2999-01-01T00:00:00%2B01:00")).hasSize(3);
		await().pollInterval(Duration.ofMillis(5)).until(() -> {
			search("later");
			return queries("start_after=" + first).contains("later");
		});
		assertThat(queries("start_after=" + first)).doesNotContain("one");
	}

	@ParameterizedTest
	@CsvSource({ "status=running, status", "limit=0, limit", "limit=1001, limit", "limit=x, limit", "page=0, page",
			"start_after=now, start_after", "end_before=2026-01-01, end_before" })
	void wrongUsageParameterIsNamed(String query, String parameter) {
		for (String path : List.of("/v1/search/usage?", "/v1/fetch/usage?")) {
			Api.Reply reply = this.api.get(path + query);
			assertThat(reply.status()).isEqualTo(400);
			assertThat(reply.wrongFields()).containsExactly(parameter);
		}
	}

	private Api.Reply search(String query) {
		return get(URLEncoder.encode(query, StandardCharsets.UTF_8));
	}

	private Api.Reply get(String query) {
		return this.api.get("/v1/search?query=" + query);
	}

	private List<Integer> positions(String query) {
		return get(query).list("results").stream().map((result) -> (Integer) result.get("position")).toList();
	}

	private List<String> hosts(String query) {
		return get(query).list("results").stream().map((result) -> (String) result.get("site_name")).toList();
	}

	private List<String> queries(String query) {
		return this.api.get("/v1/search/usage?" + query)
			.list("items")
			.stream()
			.map((item) -> (String) item.get("query"))
			.toList();
	}

}
