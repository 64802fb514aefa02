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

import ai.tinyfish.fetch.PageContent;
import ai.tinyfish.internal.json.Lists;
import ai.tinyfish.internal.request.Descriptions;
import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/**
 * One page that a search found.
 *
 * @param position its place among the results, counted from 1, or null
 * @param siteName the site that it belongs to, or null
 * @param title its title, or null
 * @param snippet the piece of its text that matches, or null
 * @param url where it is; empty if the response lacks it
 * @param date when it was published, in the service's words such as {@code 2 days ago},
 * or null
 * @param publisher the publisher of news, or null
 * @param authors the authors of research papers; empty otherwise
 * @param venue where it was published, of research papers, or null
 * @param year when it was published, of research papers, or null
 * @param citedByCount how often it is cited, of research papers, or null
 * @param pdfUrl where its PDF is, of research papers, or null
 * @param thumbnailUrl where a picture of it is, if that was requested, or null
 * @param fetch the content that was read of it, if that was requested; otherwise empty,
 * never null
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record SearchResult(@JsonProperty("position") @Nullable Integer position,
		@JsonProperty("site_name") @Nullable String siteName, @JsonProperty("title") @Nullable String title,
		@JsonProperty("snippet") @Nullable String snippet, @JsonProperty("url") String url,
		@JsonProperty("date") @Nullable String date, @JsonProperty("publisher") @Nullable String publisher,
		@JsonProperty("authors") @JsonFormat(
				with = JsonFormat.Feature.ACCEPT_SINGLE_VALUE_AS_ARRAY) List<String> authors,
		@JsonProperty("venue") @Nullable String venue, @JsonProperty("year") @Nullable Integer year,
		@JsonProperty("cited_by_count") @Nullable Long citedByCount, @JsonProperty("pdf_url") @Nullable String pdfUrl,
		@JsonProperty("thumbnail_url") @Nullable String thumbnailUrl, @JsonProperty("fetch") PageContent fetch) {

	/**
	 * Create a new result.
	 * @param position its place among the results, or null
	 * @param siteName the site that it belongs to, or null
	 * @param title its title, or null
	 * @param snippet the piece of its text that matches, or null
	 * @param url where it is; null is read as an empty text
	 * @param date when it was published, or null
	 * @param publisher the publisher, or null
	 * @param authors the authors; null is read as none
	 * @param venue where it was published, or null
	 * @param year when it was published, or null
	 * @param citedByCount how often it is cited, or null
	 * @param pdfUrl where its PDF is, or null
	 * @param thumbnailUrl where a picture of it is, or null
	 * @param fetch the content that was read of it; null is read as nothing
	 */
	public SearchResult {
		url = (url != null) ? url : "";
		authors = Lists.copyOf(authors);
		fetch = (fetch != null) ? fetch : PageContent.empty();
	}

	@Override
	public String toString() {
		return Descriptions.of(this);
	}

}
