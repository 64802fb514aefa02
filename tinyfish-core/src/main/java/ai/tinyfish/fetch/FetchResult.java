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

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import ai.tinyfish.internal.json.Lists;
import ai.tinyfish.internal.request.Descriptions;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

import org.springframework.util.StringUtils;

/**
 * One page that was fetched.
 *
 * @param url the page as requested; empty if the response lacks it
 * @param finalUrl where redirects led to, or null
 * @param title its title, or null
 * @param description its own description of itself, or null
 * @param language its language, as a code such as {@code en}, or null
 * @param author the author, or null
 * @param publishedDate when it was published, as text, or null
 * @param formatText the form of its content as received, or null
 * @param content the content, never null: empty where nothing could be extracted, and
 * where the page was not modified
 * @param links the pages that it links to, if they were requested
 * @param imageLinks the images on it, if they were requested
 * @param latencyMs how long it took, in milliseconds, or null
 * @param pageMetadata the metadata in its head, by the service's names, if that was
 * requested
 * @param notModified true where the page is still the one that the request's condition
 * names, or null where that is not said
 * @param etag the name of this state of the page in a later request's
 * {@link FetchRequest.Builder#ifNoneMatch(String) condition}, if it was requested, or
 * null
 * @param lastModified when the page was last modified, in the words of its server, for a
 * later request's {@link FetchRequest.Builder#ifModifiedSince(String) condition}, if it
 * was requested, or null
 * @param unmatchedSelectors the selectors of the request that match nothing
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record FetchResult(@JsonProperty("url") String url, @JsonProperty("final_url") @Nullable String finalUrl,
		@JsonProperty("title") @Nullable String title, @JsonProperty("description") @Nullable String description,
		@JsonProperty("language") @Nullable String language, @JsonProperty("author") @Nullable String author,
		@JsonProperty("published_date") @Nullable String publishedDate,
		@JsonProperty("format") @Nullable String formatText, @JsonProperty("text") PageContent content,
		@JsonProperty("links") List<String> links, @JsonProperty("image_links") List<String> imageLinks,
		@JsonProperty("latency_ms") @Nullable Double latencyMs,
		@JsonProperty("page_metadata") Map<String, PageContent> pageMetadata,
		@JsonProperty("not_modified") @Nullable Boolean notModified, @JsonProperty("etag") @Nullable String etag,
		@JsonProperty("last_modified") @Nullable String lastModified,
		@JsonProperty("unmatched_selectors") List<String> unmatchedSelectors) {

	/**
	 * Create a new result.
	 * @param url the page as requested; null is read as an empty text
	 * @param finalUrl where redirects led to, or null
	 * @param title its title, or null
	 * @param description its own description of itself, or null
	 * @param language its language, or null
	 * @param author the author, or null
	 * @param publishedDate when it was published, or null
	 * @param formatText the form of its content, or null
	 * @param content the content; null is read as nothing
	 * @param links the pages that it links to; null is read as none
	 * @param imageLinks the images on it; null is read as none
	 * @param latencyMs how long it took, in milliseconds, or null
	 * @param pageMetadata the metadata in its head; null is read as nothing
	 * @param notModified whether it is still the one that a condition names, or null
	 * @param etag the name of this state of the page, or null
	 * @param lastModified when it was last modified, or null
	 * @param unmatchedSelectors the selectors that match nothing; null is read as none
	 */
	public FetchResult {
		url = (url != null) ? url : "";
		content = (content != null) ? content : PageContent.empty();
		links = Lists.copyOf(links);
		imageLinks = Lists.copyOf(imageLinks);
		pageMetadata = (pageMetadata != null) ? Collections.unmodifiableMap(new LinkedHashMap<>(pageMetadata))
				: Map.of();
		unmatchedSelectors = Lists.copyOf(unmatchedSelectors);
	}

	/**
	 * Return the form of the content.
	 * @return the form, or null if the response lacks it
	 */
	public @Nullable FetchFormat format() {
		return StringUtils.hasText(this.formatText) ? FetchFormat.of(this.formatText) : null;
	}

	/**
	 * Return the content of the page as Markdown or HTML.
	 * @return the text, or null where there is none or the content is JSON
	 */
	public @Nullable String text() {
		return this.content.text();
	}

	/**
	 * Return the content of the page as JSON: the tree of the document, where that was
	 * requested.
	 * @return JSON text, {@code null} (as text) where there is nothing
	 */
	public String json() {
		return this.content.json();
	}

	@Override
	public String toString() {
		return Descriptions.of(this);
	}

}
