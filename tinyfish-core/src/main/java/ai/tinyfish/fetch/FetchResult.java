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

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

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

import org.springframework.util.StringUtils;

/**
 * One page that was fetched. In later releases it may have further fields.
 *
 * @since 0.1.0
 */
@JsonAutoDetect(fieldVisibility = Visibility.NONE)
@JsonPropertyOrder({ "url", "final_url", "title", "description", "language", "author", "published_date", "format",
		"text", "links", "image_links", "latency_ms", "page_metadata", "not_modified", "etag", "last_modified",
		"unmatched_selectors" })
public final class FetchResult {

	private final JsonFields fields;

	private FetchResult(JsonFields fields) {
		this.fields = fields;
	}

	// a value that is not an object is read as null
	@JsonCreator(mode = JsonCreator.Mode.DELEGATING)
	static @Nullable FetchResult read(@Nullable JsonFields fields) {
		return (fields != null) ? new FetchResult(fields) : null;
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
	 * Return the URL of the page.
	 * @return the URL, empty if the response lacks it
	 */
	@JsonProperty("url")
	public String url() {
		return Objects.requireNonNullElse(this.fields.get("url", String.class), "");
	}

	/**
	 * Return the URL that redirects led to.
	 * @return the URL, or null if the service does not say
	 */
	@JsonProperty("final_url")
	public @Nullable String finalUrl() {
		return this.fields.get("final_url", String.class);
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
	 * Return the page's own description.
	 * @return the description, or null if the service does not say
	 */
	@JsonProperty("description")
	public @Nullable String description() {
		return this.fields.get("description", String.class);
	}

	/**
	 * Return the language of the page.
	 * @return a code such as {@code en}, or null if the service does not say
	 */
	@JsonProperty("language")
	public @Nullable String language() {
		return this.fields.get("language", String.class);
	}

	/**
	 * Return the author.
	 * @return the author, or null if the service does not say
	 */
	@JsonProperty("author")
	public @Nullable String author() {
		return this.fields.get("author", String.class);
	}

	/**
	 * Return when the page was published.
	 * @return a text, or null if the service does not say
	 */
	@JsonProperty("published_date")
	public @Nullable String publishedDate() {
		return this.fields.get("published_date", String.class);
	}

	/**
	 * Return the form of the content as received.
	 * @return the form, or null if the service does not say
	 */
	@JsonProperty("format")
	public @Nullable String formatText() {
		return this.fields.get("format", String.class);
	}

	/**
	 * Return the content.
	 * @return the content, never null: empty if nothing could be extracted, and if the
	 * page was not modified
	 */
	@JsonProperty("text")
	public PageContent content() {
		return Objects.requireNonNullElse(this.fields.get("text", PageContent.class, PageContent::ofNormalizedJson),
				PageContent.empty());
	}

	/**
	 * Return the pages that this one links to.
	 * @return the URLs; empty unless they were requested
	 */
	@JsonProperty("links")
	public List<String> links() {
		return this.fields.list("links", String.class);
	}

	/**
	 * Return the images on the page.
	 * @return the URLs; empty unless they were requested
	 */
	@JsonProperty("image_links")
	public List<String> imageLinks() {
		return this.fields.list("image_links", String.class);
	}

	/**
	 * Return how long the fetch took.
	 * @return the time in milliseconds, or null if the service does not say
	 */
	@JsonProperty("latency_ms")
	public @Nullable Double latencyMs() {
		return this.fields.get("latency_ms", Double.class);
	}

	/**
	 * Return the metadata in the head of the page.
	 * @return the metadata, keyed by the names of the service; empty unless it was
	 * requested
	 */
	@JsonProperty("page_metadata")
	public Map<String, PageContent> pageMetadata() {
		return this.fields.map("page_metadata", PageContent.class);
	}

	/**
	 * Return whether the page was not modified, by the condition of the request.
	 * @return whether it is, or null if the service does not say
	 */
	@JsonProperty("not_modified")
	public @Nullable Boolean notModified() {
		return this.fields.get("not_modified", Boolean.class);
	}

	/**
	 * Return the name of this state of the page, for the
	 * {@link FetchRequest.Builder#ifNoneMatch(String) condition} of a later request.
	 * @return the name, or null unless it was requested
	 */
	@JsonProperty("etag")
	public @Nullable String etag() {
		return this.fields.get("etag", String.class);
	}

	/**
	 * Return when the page was last modified, for the
	 * {@link FetchRequest.Builder#ifModifiedSince(String) condition} of a later request.
	 * @return the time in the words of the server of the page, or null unless it was
	 * requested
	 */
	@JsonProperty("last_modified")
	public @Nullable String lastModified() {
		return this.fields.get("last_modified", String.class);
	}

	/**
	 * Return the selectors of the request that match nothing.
	 * @return the selectors
	 */
	@JsonProperty("unmatched_selectors")
	public List<String> unmatchedSelectors() {
		return this.fields.list("unmatched_selectors", String.class);
	}

	/**
	 * Return the form of the content.
	 * @return the form, or null if the response lacks it
	 */
	public @Nullable FetchFormat format() {
		return StringUtils.hasText(formatText()) ? FetchFormat.of(formatText()) : null;
	}

	/**
	 * Return the content of the page as Markdown or HTML.
	 * @return the text, or null if there is no content or it is JSON
	 */
	public @Nullable String text() {
		return content().text();
	}

	/**
	 * Return the content of the page as JSON: the tree of the document, if it was
	 * requested.
	 * @return JSON text; the text {@code null} if there is no content
	 */
	public String json() {
		return content().json();
	}

	/**
	 * Return the properties without an accessor: those that this version does not know.
	 * In JSON they are next to the other fields.
	 * @return an unmodifiable map of plain JSON values (maps, lists, texts, numbers,
	 * booleans and null), keyed by JSON name; never null
	 */
	@JsonAnyGetter
	public Map<String, @Nullable Object> additionalProperties() {
		return this.fields.additional(FetchResult.class);
	}

	@Override
	public boolean equals(@Nullable Object other) {
		return other instanceof FetchResult that && JsonFields.valuesOf(this).equals(JsonFields.valuesOf(that));
	}

	@Override
	public int hashCode() {
		return JsonFields.valuesOf(this).hashCode();
	}

	@Override
	public String toString() {
		return Descriptions.of("FetchResult", JsonFields.valuesOf(this));
	}

	/**
	 * Builder of pages that were fetched. All values are optional.
	 */
	public static final class Builder {

		private final JsonFields fields;

		private Builder(JsonFields fields) {
			this.fields = fields;
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
		 * Set the URL that redirects led to.
		 * @param finalUrl the URL, or null if the service does not say
		 * @return this builder
		 */
		public Builder finalUrl(@Nullable String finalUrl) {
			return this.fields.set(this, "final_url", finalUrl);
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
		 * Set the page's own description.
		 * @param description the description, or null if the service does not say
		 * @return this builder
		 */
		public Builder description(@Nullable String description) {
			return this.fields.set(this, "description", description);
		}

		/**
		 * Set the language of the page.
		 * @param language a code such as {@code en}, or null if the service does not say
		 * @return this builder
		 */
		public Builder language(@Nullable String language) {
			return this.fields.set(this, "language", language);
		}

		/**
		 * Set the author.
		 * @param author the author, or null if the service does not say
		 * @return this builder
		 */
		public Builder author(@Nullable String author) {
			return this.fields.set(this, "author", author);
		}

		/**
		 * Set when the page was published.
		 * @param publishedDate a text, or null if the service does not say
		 * @return this builder
		 */
		public Builder publishedDate(@Nullable String publishedDate) {
			return this.fields.set(this, "published_date", publishedDate);
		}

		/**
		 * Set the form of the content as received.
		 * @param formatText the form, or null if the service does not say
		 * @return this builder
		 */
		public Builder formatText(@Nullable String formatText) {
			return this.fields.set(this, "format", formatText);
		}

		/**
		 * Set the content.
		 * @param content the content; null becomes an empty content
		 * @return this builder
		 */
		public Builder content(@Nullable PageContent content) {
			return this.fields.set(this, "text", content);
		}

		/**
		 * Set the pages that this one links to.
		 * @param links the list; null becomes an empty list
		 * @return this builder
		 */
		public Builder links(@Nullable List<String> links) {
			return this.fields.set(this, "links", Lists.copyOf(links));
		}

		/**
		 * Set the images on the page.
		 * @param imageLinks the list; null becomes an empty list
		 * @return this builder
		 */
		public Builder imageLinks(@Nullable List<String> imageLinks) {
			return this.fields.set(this, "image_links", Lists.copyOf(imageLinks));
		}

		/**
		 * Set how long the fetch took.
		 * @param latencyMs the time in milliseconds, or null if the service does not say
		 * @return this builder
		 */
		public Builder latencyMs(@Nullable Double latencyMs) {
			return this.fields.set(this, "latency_ms", latencyMs);
		}

		/**
		 * Set the metadata in the head of the page.
		 * @param pageMetadata the metadata; null becomes an empty map
		 * @return this builder
		 */
		public Builder pageMetadata(@Nullable Map<String, PageContent> pageMetadata) {
			return this.fields.set(this, "page_metadata",
					(pageMetadata != null) ? new LinkedHashMap<>(pageMetadata) : null);
		}

		/**
		 * Set whether the page was not modified, by the condition of the request.
		 * @param notModified true if it is, or null
		 * @return this builder
		 */
		public Builder notModified(@Nullable Boolean notModified) {
			return this.fields.set(this, "not_modified", notModified);
		}

		/**
		 * Set the name of this state of the page, for the
		 * {@link FetchRequest.Builder#ifNoneMatch(String) condition} of a later request.
		 * @param etag the name, or null unless it was requested
		 * @return this builder
		 */
		public Builder etag(@Nullable String etag) {
			return this.fields.set(this, "etag", etag);
		}

		/**
		 * Set when the page was last modified, for the
		 * {@link FetchRequest.Builder#ifModifiedSince(String) condition} of a later
		 * request.
		 * @param lastModified the time in the words of the server of the page, or null
		 * unless it was requested
		 * @return this builder
		 */
		public Builder lastModified(@Nullable String lastModified) {
			return this.fields.set(this, "last_modified", lastModified);
		}

		/**
		 * Set the selectors of the request that match nothing.
		 * @param unmatchedSelectors the list; null becomes an empty list
		 * @return this builder
		 */
		public Builder unmatchedSelectors(@Nullable List<String> unmatchedSelectors) {
			return this.fields.set(this, "unmatched_selectors", Lists.copyOf(unmatchedSelectors));
		}

		/**
		 * Set the properties without an accessor, which replace those that were set
		 * before. Properties of a field with an accessor are ignored.
		 * @param properties plain JSON values, keyed by JSON name
		 * @return this builder
		 */
		public Builder additionalProperties(Map<String, ? extends @Nullable Object> properties) {
			this.fields.setAdditional(FetchResult.class, properties);
			return this;
		}

		/**
		 * Create the object.
		 * @return a new object
		 */
		public FetchResult build() {
			return new FetchResult(this.fields.copy());
		}

	}

}
