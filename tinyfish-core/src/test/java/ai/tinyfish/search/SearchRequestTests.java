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
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

import ai.tinyfish.internal.request.WireForm;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.entry;

class SearchRequestTests {

	private static final String NO_DATES = "recency, afterDate and beforeDate cannot be combined with the domainType"
			+ " research_paper: use pubYearMin and pubYearMax";

	private static final String SECRET = "not-for-messages";

	static Stream<Arguments> invalid() {
		return Stream.of(row("query must not be blank", (b) -> b.query(" ")),
				row("query must not be blank", (b) -> b.query(null)),
				row("location must not be blank", (b) -> b.location("")),
				row("language must not be blank", (b) -> b.language(" ")),
				row("page must be from 0 to 10", (b) -> b.page(-1)),
				row("page must be from 0 to 10", (b) -> b.page(11)),
				row("purpose must not be blank", (b) -> b.purpose(" ")),
				row("purpose must not be longer than 2000 characters", (b) -> b.purpose(SECRET.repeat(200))),
				row("includeDomains must not be empty", (b) -> b.includeDomains(List.of())),
				row("includeDomains must not have blank entries", (b) -> b.includeDomains(List.of("a", " "))),
				row("includeDomains must not have blank entries", (b) -> b.includeDomains(Arrays.asList("a", null))),
				row("excludeDomains must not have commas or spaces in its entries",
						(b) -> b.excludeDomains(List.of(SECRET + ",b"))),
				row("excludeDomains must not have commas or spaces in its entries",
						(b) -> b.excludeDomains(List.of(SECRET + " b"))),
				row("recency must be from 1 to 5256000 minutes", (b) -> b.recency(Duration.ZERO)),
				row("recency must be from 1 to 5256000 minutes", (b) -> b.recency(Duration.ofMinutes(-1))),
				row("recency must be from 1 to 5256000 minutes", (b) -> b.recency(Duration.ofMinutes(5_256_001))),
				row("recency must be from 1 to 5256000 minutes", (b) -> b.recency(Duration.ofSeconds(Long.MAX_VALUE))),
				row("recency must be whole minutes", (b) -> b.recency(Duration.ofSeconds(90))),
				row("afterDate must have a year of four digits", (b) -> b.afterDate(LocalDate.of(999, 1, 1))),
				row("beforeDate must have a year of four digits", (b) -> b.beforeDate(LocalDate.of(10_000, 1, 1))),
				row("afterDate must not be later than beforeDate",
						(b) -> b.afterDate(LocalDate.of(2026, 1, 2)).beforeDate(LocalDate.of(2026, 1, 1))),
				row("pubYearMin must not be greater than pubYearMax", (b) -> b.pubYearMin(2026).pubYearMax(999)),
				row("pubYearMin must be from 0 to 9999", (b) -> b.pubYearMin(-1)),
				row("pubYearMax must be from 0 to 9999", (b) -> b.pubYearMax(10_000)),
				row("recency cannot be combined with afterDate or beforeDate",
						(b) -> b.recency(Duration.ofHours(1)).afterDate(LocalDate.of(2026, 1, 2))),
				row("recency cannot be combined with afterDate or beforeDate",
						(b) -> b.beforeDate(LocalDate.of(2026, 1, 2)).recency(Duration.ofHours(1))),
				row(NO_DATES, (b) -> b.domainType(SearchDomainType.RESEARCH_PAPER).recency(Duration.ofHours(1))),
				row(NO_DATES, (b) -> b.domainType(SearchDomainType.RESEARCH_PAPER).afterDate(LocalDate.of(2026, 1, 2))),
				row(NO_DATES,
						(b) -> b.domainType(SearchDomainType.of("research_paper"))
							.beforeDate(LocalDate.of(2026, 1, 2))),
				row("pubYearMin and pubYearMax need the domainType research_paper", (b) -> b.pubYearMin(2000)),
				row("pubYearMin and pubYearMax need the domainType research_paper",
						(b) -> b.domainType(SearchDomainType.NEWS).pubYearMax(2000)),
				row("fetch must consist of maps, collections, texts, numbers and booleans",
						(b) -> b.fetch(Map.of("a", new Object()))));
	}

	@ParameterizedTest(name = "{0} {index}")
	@MethodSource("invalid")
	void badInputIsRefusedWithTheFieldAndTheProblem(String message, UnaryOperator<SearchRequest.Builder> change) {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> change.apply(SearchRequest.builder().query("records")).build())
			.withMessage(message)
			.withMessageNotContaining(SECRET)
			.withNoCause();
	}

	@Test
	void theLimitsThemselvesAreAllowed() {
		LocalDate day = LocalDate.of(2026, 1, 1);
		SearchRequest request = SearchRequest.builder()
			.query("q")
			.page(0)
			.purpose("p".repeat(2000))
			.recency(Duration.ofMinutes(5_256_000))
			.build();
		assertThat(WireForm.ofQuery(request)).contains(entry("recency_minutes", "5256000"), entry("page", "0"));
		assertThat(WireForm.ofQuery(SearchRequest.builder().query("q").afterDate(day).beforeDate(day).build()))
			.contains(entry("after_date", "2026-01-01"), entry("before_date", "2026-01-01"));
		SearchRequest.Builder papers = SearchRequest.builder().query("q").domainType(SearchDomainType.RESEARCH_PAPER);
		assertThat(WireForm.ofQuery(papers.pubYearMin(0).pubYearMax(9999).build())).contains(entry("pub_year_min", "0"),
				entry("pub_year_max", "9999"));
		assertThat(WireForm.ofQuery(papers.pubYearMin(2026).pubYearMax(2026).build()))
			.contains(entry("pub_year_min", "2026"), entry("pub_year_max", "2026"));
	}

	@Test
	void nullTakesASettingAway() {
		SearchRequest request = SearchRequest.builder()
			.query("q")
			.location("US")
			.language("en")
			.page(1)
			.purpose("p")
			.includeDomains(List.of("a"))
			.excludeDomains(List.of("b"))
			.domainType(SearchDomainType.RESEARCH_PAPER)
			.pubYearMin(1)
			.pubYearMax(2)
			.includeThumbnail(false)
			.fetch(Map.of())
			.build();
		assertThat(WireForm.ofQuery(request)).hasSize(12);
		SearchRequest.Builder emptied = request.toBuilder()
			.recency(Duration.ofMinutes(1))
			.afterDate(LocalDate.of(2026, 1, 1))
			.beforeDate(LocalDate.of(2026, 1, 1))
			.location(null)
			.language(null)
			.page(null)
			.purpose(null)
			.includeDomains(null)
			.excludeDomains(null)
			.recency(null)
			.afterDate(null)
			.beforeDate(null)
			.domainType(null)
			.pubYearMin(null)
			.pubYearMax(null)
			.includeThumbnail(null)
			.fetch(null);
		assertThat(emptied.build()).isEqualTo(SearchRequest.of("q")).hasSameHashCodeAs(SearchRequest.of("q"));
	}

	@Test
	void builtRequestDoesNotChange() {
		SearchRequest.Builder builder = SearchRequest.builder().query("q").page(1);
		SearchRequest first = builder.build();
		SearchRequest second = builder.page(2).build();
		assertThat(first).isEqualTo(SearchRequest.builder().query("q").page(1).build()).isNotEqualTo(second);
		assertThat(first.toBuilder().page(2).build()).isEqualTo(second);
		assertThat(second).hasToString("SearchRequest[query=q, page=2]");
	}

	@Test
	void kindsOfPagesAreOpen() {
		assertThat(SearchDomainType.of(" news ")).isEqualTo(SearchDomainType.NEWS)
			.hasSameHashCodeAs(SearchDomainType.NEWS)
			.isNotEqualTo(SearchDomainType.WEB);
		assertThat(WireForm.ofQuery(SearchRequest.builder().query("q").domainType(SearchDomainType.of("maps")).build()))
			.containsEntry("domain_type", "maps");
		assertThatIllegalArgumentException().isThrownBy(() -> SearchDomainType.of(" "))
			.withMessage("SearchDomainType must not be blank");
	}

	private static Arguments row(String message, UnaryOperator<SearchRequest.Builder> change) {
		return Arguments.of(message, change);
	}

}
