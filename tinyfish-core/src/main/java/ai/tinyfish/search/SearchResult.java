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

import java.util.List;
import java.util.Map;
import java.util.Objects;

import ai.tinyfish.fetch.PageContent;
import ai.tinyfish.internal.json.JsonFields;
import ai.tinyfish.internal.json.Lists;
import ai.tinyfish.internal.request.Descriptions;
import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.annotation.JsonAutoDetect.Visibility;
import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import org.jspecify.annotations.Nullable;

/**
 * One page that a search found. In later releases it may have further fields.
 *
 * @since 0.1.0
 */
@JsonAutoDetect(fieldVisibility = Visibility.NONE)
@JsonPropertyOrder({ "position", "site_name", "title", "snippet", "url", "date", "publisher", "authors", "venue",
		"year", "cited_by_count", "pdf_url", "thumbnail_url", "fetch" })
public final class SearchResult {

	private final JsonFields fields;

	private SearchResult(JsonFields fields) {
		this.fields = fields;
	}

	// a value that is not an object is read as null
	@JsonCreator(mode = JsonCreator.Mode.DELEGATING)
	static @Nullable SearchResult read(@Nullable JsonFields fields) {
		return (fields != null) ? new SearchResult(fields) : null;
	}

	/**
	 * Create a builder, such as for a test.
	 * @return a new builder without any value
	 */
	public static Builder builder() {
		return new Builder(new JsonFields());
	}

	/**
	 * Create a builder with the values of this object.
	 * @return a new builder
	 */
	public Builder toBuilder() {
		return new Builder(this.fields.copy());
	}

	/**
	 * Return the place among the results.
	 * @return the place, counted from 1, or null if the service does not say
	 */
	@JsonProperty("position")
	public @Nullable Integer position() {
		return this.fields.get("position", Integer.class);
	}

	/**
	 * Return the site that the page belongs to.
	 * @return the name of the site, or null if the service does not say
	 */
	@JsonProperty("site_name")
	public @Nullable String siteName() {
		return this.fields.get("site_name", String.class);
	}

	/**
	 * Return the title of the page.
	 * @return the title, or null if the service does not say
	 */
	@JsonProperty("title")
	public @Nullable String title() {
		return this.fields.get("title", String.class);
	}

	/**
	 * Return the piece of the text that matches.
	 * @return the piece, or null if the service does not say
	 */
	@JsonProperty("snippet")
	public @Nullable String snippet() {
		return this.fields.get("snippet", String.class);
	}

	/**
	 * Return the URL of the page.
	 * @return the URL, empty if the response lacks it
	 */
	@JsonProperty("url")
	public String url() {
		return Objects.requireNonNullElse(this.fields.get("url", String.class), "");
	}

	/**
	 * Return when the page was published.
	 * @return the time in the words of the service, such as {@code 2 days ago}, or null
	 * if the service does not say
	 */
	@JsonProperty("date")
	public @Nullable String date() {
		return this.fields.get("date", String.class);
	}

	/**
	 * Return the publisher of news.
	 * @return the publisher, or null if the service does not say
	 */
	@JsonProperty("publisher")
	public @Nullable String publisher() {
		return this.fields.get("publisher", String.class);
	}

	/**
	 * Return the authors of a research paper.
	 * @return the authors; empty for other pages
	 */
	@JsonProperty("authors")
	public List<String> authors() {
		List<String> authors = this.fields.list("authors", String.class);
		// one author may be a text
		String author = authors.isEmpty() ? this.fields.get("authors", String.class) : null;
		return (author != null) ? List.of(author) : authors;
	}

	/**
	 * Return where a research paper was published.
	 * @return the venue, or null if the service does not say
	 */
	@JsonProperty("venue")
	public @Nullable String venue() {
		return this.fields.get("venue", String.class);
	}

	/**
	 * Return the year in which a research paper was published.
	 * @return the year, or null if the service does not say
	 */
	@JsonProperty("year")
	public @Nullable Integer year() {
		return this.fields.get("year", Integer.class);
	}

	/**
	 * Return how often a research paper is cited.
	 * @return the number, or null if the service does not say
	 */
	@JsonProperty("cited_by_count")
	public @Nullable Long citedByCount() {
		return this.fields.get("cited_by_count", Long.class);
	}

	/**
	 * Return the URL of the PDF of a research paper.
	 * @return the URL, or null if the service does not say
	 */
	@JsonProperty("pdf_url")
	public @Nullable String pdfUrl() {
		return this.fields.get("pdf_url", String.class);
	}

	/**
	 * Return the URL of a picture of the page.
	 * @return the URL, or null unless it was requested
	 */
	@JsonProperty("thumbnail_url")
	public @Nullable String thumbnailUrl() {
		return this.fields.get("thumbnail_url", String.class);
	}

	/**
	 * Return the content that was read of the page.
	 * @return the content, never null: empty unless it was requested
	 */
	@JsonProperty("fetch")
	public PageContent fetch() {
		return Objects.requireNonNullElse(this.fields.get("fetch", PageContent.class), PageContent.empty());
	}

	/**
	 * Return the properties without an accessor: those that this version does not know.
	 * In JSON they are next to the other fields.
	 * @return an unmodifiable map of plain JSON values (maps, lists, texts, numbers,
	 * booleans and null), keyed by JSON name; never null
	 */
	@JsonAnyGetter
	public Map<String, @Nullable Object> additionalProperties() {
		return this.fields.additional(SearchResult.class);
	}

	@Override
	public boolean equals(@Nullable Object other) {
		return other instanceof SearchResult that && JsonFields.valuesOf(this).equals(JsonFields.valuesOf(that));
	}

	@Override
	public int hashCode() {
		return JsonFields.valuesOf(this).hashCode();
	}

	@Override
	public String toString() {
		return Descriptions.of("SearchResult", JsonFields.valuesOf(this));
	}

	/**
	 * Builder of search results. All values are optional.
	 */
	public static final class Builder {

		private final JsonFields fields;

		private Builder(JsonFields fields) {
			this.fields = fields;
		}

		/**
		 * Set the place among the results.
		 * @param position the place, counted from 1, or null if the service does not say
		 * @return this builder
		 */
		public Builder position(@Nullable Integer position) {
			return this.fields.set(this, "position", position);
		}

		/**
		 * Set the site that the page belongs to.
		 * @param siteName the name of the site, or null if the service does not say
		 * @return this builder
		 */
		public Builder siteName(@Nullable String siteName) {
			return this.fields.set(this, "site_name", siteName);
		}

		/**
		 * Set the title of the page.
		 * @param title the title, or null if the service does not say
		 * @return this builder
		 */
		public Builder title(@Nullable String title) {
			return this.fields.set(this, "title", title);
		}

		/**
		 * Set the piece of the text that matches.
		 * @param snippet the piece, or null if the service does not say
		 * @return this builder
		 */
		public Builder snippet(@Nullable String snippet) {
			return this.fields.set(this, "snippet", snippet);
		}

		/**
		 * Set the URL of the page.
		 * @param url the URL; null becomes an empty text
		 * @return this builder
		 */
		public Builder url(@Nullable String url) {
			return this.fields.set(this, "url", url);
		}

		/**
		 * Set when the page was published.
		 * @param date the time in the words of the service, such as {@code 2 days ago},
		 * or null if the service does not say
		 * @return this builder
		 */
		public Builder date(@Nullable String date) {
			return this.fields.set(this, "date", date);
		}

		/**
		 * Set the publisher of news.
		 * @param publisher the publisher, or null if the service does not say
		 * @return this builder
		 */
		public Builder publisher(@Nullable String publisher) {
			return this.fields.set(this, "publisher", publisher);
		}

		/**
		 * Set the authors of a research paper.
		 * @param authors the list; null becomes an empty list
		 * @return this builder
		 */
		public Builder authors(@Nullable List<String> authors) {
			return this.fields.set(this, "authors", Lists.copyOf(authors));
		}

		/**
		 * Set where a research paper was published.
		 * @param venue the venue, or null if the service does not say
		 * @return this builder
		 */
		public Builder venue(@Nullable String venue) {
			return this.fields.set(this, "venue", venue);
		}

		/**
		 * Set the year in which a research paper was published.
		 * @param year the year, or null if the service does not say
		 * @return this builder
		 */
		public Builder year(@Nullable Integer year) {
			return this.fields.set(this, "year", year);
		}

		/**
		 * Set how often a research paper is cited.
		 * @param citedByCount the number, or null if the service does not say
		 * @return this builder
		 */
		public Builder citedByCount(@Nullable Long citedByCount) {
			return this.fields.set(this, "cited_by_count", citedByCount);
		}

		/**
		 * Set the URL of the PDF of a research paper.
		 * @param pdfUrl the URL, or null if the service does not say
		 * @return this builder
		 */
		public Builder pdfUrl(@Nullable String pdfUrl) {
			return this.fields.set(this, "pdf_url", pdfUrl);
		}

		/**
		 * Set the URL of a picture of the page.
		 * @param thumbnailUrl the URL, or null unless it was requested
		 * @return this builder
		 */
		public Builder thumbnailUrl(@Nullable String thumbnailUrl) {
			return this.fields.set(this, "thumbnail_url", thumbnailUrl);
		}

		/**
		 * Set the content that was read of the page.
		 * @param fetch the content; null becomes an empty content
		 * @return this builder
		 */
		public Builder fetch(@Nullable PageContent fetch) {
			return this.fields.set(this, "fetch", fetch);
		}

		/**
		 * Set the properties without an accessor, which replace those that were set
		 * before. Properties of a field with an accessor are ignored.
		 * @param properties plain JSON values, keyed by JSON name
		 * @return this builder
		 */
		public Builder additionalProperties(Map<String, ? extends @Nullable Object> properties) {
			this.fields.setAdditional(SearchResult.class, properties);
			return this;
		}

		/**
		 * Create the object.
		 * @return a new object
		 */
		public SearchResult build() {
			return new SearchResult(this.fields.copy());
		}

	}

}
