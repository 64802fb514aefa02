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
import java.util.List;
import java.util.Map;
import java.util.Objects;

import ai.tinyfish.internal.request.Checks;
import ai.tinyfish.internal.request.Descriptions;
import ai.tinyfish.internal.request.WireForm;
import org.jspecify.annotations.Nullable;

/**
 * Request for a search of the web. Immutable. Combinations that the service refuses,
 * according to TinyFish's own MCP server, are refused when the request is built.
 *
 * @since 0.1.0
 */
public final class SearchRequest {

	private static final WireForm EMPTY = WireForm.register(SearchRequest.class, (request) -> request.params);

	private static final int MAX_PAGE = 10;

	private static final int MAX_PURPOSE_LENGTH = 2000;

	private static final int MAX_RECENCY_MINUTES = 5_256_000;

	private static final int MAX_YEAR = 9999;

	/** The names of all parameters that have a setter. */
	private static final List<String> NAMES = List.of("query", "location", "language", "page", "purpose",
			"include_domains", "exclude_domains", "recency_minutes", "after_date", "before_date", "domain_type",
			"pub_year_min", "pub_year_max", "include_thumbnail", "fetch");

	private final WireForm params;

	private SearchRequest(WireForm params) {
		this.params = params;
	}

	/**
	 * Create a request for a search with the service's defaults.
	 * @param query the search query
	 * @return the request
	 * @throws IllegalArgumentException if the query is blank
	 */
	public static SearchRequest of(String query) {
		return builder().query(query).build();
	}

	/**
	 * Start a new request.
	 * @return a builder without any setting
	 */
	public static Builder builder() {
		return new Builder(EMPTY);
	}

	/**
	 * Start a new request from this one, such as for its next page.
	 * @return a builder with the settings of this request
	 */
	public Builder toBuilder() {
		return new Builder(this.params);
	}

	/**
	 * Return the text to search for.
	 * @return the query in words
	 */
	public String query() {
		return Objects.requireNonNull(this.params.text("query"));
	}

	/**
	 * Return the country that the results are for.
	 * @return the country code, or null if it follows from the language
	 */
	public @Nullable String location() {
		return this.params.text("location");
	}

	/**
	 * Return the language of the results.
	 * @return the language code, or null if it follows from the location
	 */
	public @Nullable String language() {
		return this.params.text("language");
	}

	/**
	 * Return the page of the results.
	 * @return the page, counted from 0, or null for the first
	 */
	public @Nullable Integer page() {
		return (Integer) this.params.get("page");
	}

	/**
	 * Return the purpose of the results.
	 * @return the purpose in words, or null if not set
	 */
	public @Nullable String purpose() {
		return this.params.text("purpose");
	}

	/**
	 * Return the domains that results are limited to.
	 * @return the domains, or null for any
	 */
	public @Nullable List<String> includeDomains() {
		return this.params.texts("include_domains");
	}

	/**
	 * Return the domains of which no results are returned.
	 * @return the domains, or null for none
	 */
	public @Nullable List<String> excludeDomains() {
		return this.params.texts("exclude_domains");
	}

	/**
	 * Return the largest age of the results.
	 * @return whole minutes, or null for any age
	 */
	public @Nullable Duration recency() {
		return this.params.read("recency_minutes", (Integer minutes) -> Duration.ofMinutes(minutes));
	}

	/**
	 * Return the day after which results were published.
	 * @return the day, or null for any
	 */
	public @Nullable LocalDate afterDate() {
		return (LocalDate) this.params.get("after_date");
	}

	/**
	 * Return the day before which results were published.
	 * @return the day, or null for any
	 */
	public @Nullable LocalDate beforeDate() {
		return (LocalDate) this.params.get("before_date");
	}

	/**
	 * Return the kind of pages to search.
	 * @return the kind, or null for the service's default
	 */
	public @Nullable SearchDomainType domainType() {
		return (SearchDomainType) this.params.get("domain_type");
	}

	/**
	 * Return the first year in which papers were published.
	 * @return the year, or null for any
	 */
	public @Nullable Integer pubYearMin() {
		return (Integer) this.params.get("pub_year_min");
	}

	/**
	 * Return the last year in which papers were published.
	 * @return the year, or null for any
	 */
	public @Nullable Integer pubYearMax() {
		return (Integer) this.params.get("pub_year_max");
	}

	/**
	 * Return whether results come with a picture.
	 * @return whether they do, or null for the service's default
	 */
	public @Nullable Boolean includeThumbnail() {
		return (Boolean) this.params.get("include_thumbnail");
	}

	/**
	 * Return whether and how the service also reads the pages that it finds.
	 * @return a JSON object, or null for no reading
	 */
	@SuppressWarnings("unchecked")
	public @Nullable Map<String, Object> fetch() {
		return (Map<String, Object>) this.params.get("fetch");
	}

	@Override
	public boolean equals(@Nullable Object other) {
		return this == other || (other instanceof SearchRequest that && this.params.equals(that.params));
	}

	@Override
	public int hashCode() {
		return this.params.hashCode();
	}

	/**
	 * Return a short description without secrets.
	 * @return the beginning of the query, and the page
	 */
	@Override
	public String toString() {
		return "SearchRequest[query=%s, page=%s]".formatted(Descriptions.text(query()), this.params.get("page"));
	}

	/**
	 * Builder for a {@link SearchRequest}. Only the query has to be set; null removes any
	 * other setting, so that the service's default applies.
	 */
	public static final class Builder {

		private final WireForm.Builder<Builder> params;

		private Builder(WireForm params) {
			this.params = params.toBuilder(this);
		}

		/**
		 * Set the text to search for.
		 * @param query the query in words
		 * @return this builder
		 */
		public Builder query(String query) {
			return this.params.set("query", query);
		}

		/**
		 * Set the country that the results are for.
		 * @param location a country code such as {@code US}, or null: then it follows
		 * from the language
		 * @return this builder
		 * @throws IllegalArgumentException if the code is blank
		 */
		public Builder location(@Nullable String location) {
			return this.params.set("location", Checks.optionalText("location", location));
		}

		/**
		 * Set the language of the results.
		 * @param language a language code such as {@code en}, or null: then it follows
		 * from the location
		 * @return this builder
		 * @throws IllegalArgumentException if the code is blank
		 */
		public Builder language(@Nullable String language) {
			return this.params.set("language", Checks.optionalText("language", language));
		}

		/**
		 * Set the page of the results.
		 * @param page from 0, the first, to 10, or null for the first
		 * @return this builder
		 * @throws IllegalArgumentException if the page is out of range
		 */
		public Builder page(@Nullable Integer page) {
			return this.params.set("page", Checks.optionalRange("page", page, 0, MAX_PAGE));
		}

		/**
		 * Set the purpose of the results, which helps the service to choose.
		 * @param purpose the purpose in words, at most 2000 characters, or null for none
		 * @return this builder
		 * @throws IllegalArgumentException if the text is blank or too long
		 */
		public Builder purpose(@Nullable String purpose) {
			Checks.that(purpose == null || purpose.length() <= MAX_PURPOSE_LENGTH,
					"purpose must not be longer than 2000 characters");
			return this.params.set("purpose", Checks.optionalText("purpose", purpose));
		}

		/**
		 * Limit the results to these domains.
		 * @param includeDomains at least one domain, or null for any
		 * @return this builder
		 * @throws IllegalArgumentException if the list is empty, or a domain is blank or
		 * has a comma or space
		 */
		public Builder includeDomains(@Nullable List<String> includeDomains) {
			return this.params.set("include_domains", domains("includeDomains", includeDomains));
		}

		/**
		 * Exclude results of these domains.
		 * @param excludeDomains at least one domain, or null for none
		 * @return this builder
		 * @throws IllegalArgumentException if the list is empty, or a domain is blank or
		 * has a comma or space
		 */
		public Builder excludeDomains(@Nullable List<String> excludeDomains) {
			return this.params.set("exclude_domains", domains("excludeDomains", excludeDomains));
		}

		/**
		 * Set the largest age of the results.
		 * @param recency whole minutes, from 1 to 5,256,000 (3650 days), or null for any
		 * age; neither with a date nor for {@link SearchDomainType#RESEARCH_PAPER}
		 * @return this builder
		 * @throws IllegalArgumentException if the duration is out of range or has a part
		 * of a minute
		 */
		public Builder recency(@Nullable Duration recency) {
			return this.params.set("recency_minutes",
					Checks.optionalUnits("recency", recency, Duration.ofMinutes(1), "minutes", 1, MAX_RECENCY_MINUTES));
		}

		/**
		 * Set the day after which results were published.
		 * @param afterDate the day, or null for any; neither with
		 * {@link #recency(Duration) recency} nor for
		 * {@link SearchDomainType#RESEARCH_PAPER}
		 * @return this builder
		 * @throws IllegalArgumentException if the year does not have four digits
		 */
		public Builder afterDate(@Nullable LocalDate afterDate) {
			return this.params.set("after_date", date("afterDate", afterDate));
		}

		/**
		 * Set the day before which results were published.
		 * @param beforeDate the day, or null for any; neither with
		 * {@link #recency(Duration) recency} nor for
		 * {@link SearchDomainType#RESEARCH_PAPER}
		 * @return this builder
		 * @throws IllegalArgumentException if the year does not have four digits
		 */
		public Builder beforeDate(@Nullable LocalDate beforeDate) {
			return this.params.set("before_date", date("beforeDate", beforeDate));
		}

		/**
		 * Set the kind of pages to search.
		 * @param domainType the kind, or null for the service's default
		 * @return this builder
		 */
		public Builder domainType(@Nullable SearchDomainType domainType) {
			return this.params.set("domain_type", domainType);
		}

		/**
		 * Set the first year in which papers were published.
		 * @param pubYearMin the year, from 0 to 9999, or null for any; needs
		 * {@link SearchDomainType#RESEARCH_PAPER}
		 * @return this builder
		 * @throws IllegalArgumentException if the year is out of range
		 */
		public Builder pubYearMin(@Nullable Integer pubYearMin) {
			return this.params.set("pub_year_min", Checks.optionalRange("pubYearMin", pubYearMin, 0, MAX_YEAR));
		}

		/**
		 * Set the last year in which papers were published.
		 * @param pubYearMax the year, from 0 to 9999, or null for any; needs
		 * {@link SearchDomainType#RESEARCH_PAPER}
		 * @return this builder
		 * @throws IllegalArgumentException if the year is out of range
		 */
		public Builder pubYearMax(@Nullable Integer pubYearMax) {
			return this.params.set("pub_year_max", Checks.optionalRange("pubYearMax", pubYearMax, 0, MAX_YEAR));
		}

		/**
		 * Set whether results come with a picture.
		 * @param includeThumbnail whether they do, or null for the service's default
		 * @return this builder
		 */
		public Builder includeThumbnail(@Nullable Boolean includeThumbnail) {
			return this.params.set("include_thumbnail", includeThumbnail);
		}

		/**
		 * Set whether and how the service also reads the pages that it finds. Their
		 * content is then {@link SearchResult#fetch()}. This client does not know the
		 * possible values: see the service's documentation.
		 * @param fetch a JSON object, which is sent as text, or null for no reading
		 * @return this builder
		 * @throws IllegalArgumentException if the map holds a value that is not JSON
		 */
		public Builder fetch(@Nullable Map<String, ?> fetch) {
			return this.params.setJson("fetch", "fetch", fetch);
		}

		/**
		 * Set a parameter that this version has no method for.
		 * @param name the name on the wire
		 * @param value a text, number or boolean, or a collection, which is sent with
		 * commas, or a map, which is sent as JSON; copied deeply
		 * @return this builder
		 * @throws IllegalArgumentException if the name is blank or has its own method, or
		 * the value is null or not JSON
		 */
		public Builder additionalProperty(String name, Object value) {
			return this.params.setAdditional(NAMES, name, value);
		}

		/**
		 * Build the request.
		 * @return the request
		 * @throws IllegalArgumentException naming the field that is missing or not valid,
		 * or the fields that cannot be combined
		 */
		public SearchRequest build() {
			WireForm form = this.params.build();
			Checks.text("query", form.text("query"));
			LocalDate after = (LocalDate) form.get("after_date");
			LocalDate before = (LocalDate) form.get("before_date");
			Checks.that(after == null || before == null || !after.isAfter(before),
					"afterDate must not be later than beforeDate");
			Integer min = (Integer) form.get("pub_year_min");
			Integer max = (Integer) form.get("pub_year_max");
			Checks.that(min == null || max == null || min <= max, "pubYearMin must not be greater than pubYearMax");
			boolean recent = form.get("recency_minutes") != null;
			boolean dated = after != null || before != null;
			Checks.that(!recent || !dated, "recency cannot be combined with afterDate or beforeDate");
			boolean papers = SearchDomainType.RESEARCH_PAPER.equals(form.get("domain_type"));
			Checks.that(!papers || (!recent && !dated),
					"recency, afterDate and beforeDate cannot be combined with the domainType research_paper:"
							+ " use pubYearMin and pubYearMax");
			Checks.that(papers || (min == null && max == null),
					"pubYearMin and pubYearMax need the domainType research_paper");
			return new SearchRequest(form);
		}

		private static @Nullable List<String> domains(String field, @Nullable List<String> domains) {
			List<String> copy = Checks.optionalTexts(field, domains, Integer.MAX_VALUE);
			Checks.that(
					copy == null
							|| String.join("", copy).chars().noneMatch((c) -> c == ',' || Character.isWhitespace(c)),
					field + " must not have commas or spaces in its entries");
			return copy;
		}

		private static @Nullable LocalDate date(String field, @Nullable LocalDate date) {
			Checks.that(date == null || (date.getYear() >= 1000 && date.getYear() <= 9999),
					field + " must have a year of four digits");
			return date;
		}

	}

}
