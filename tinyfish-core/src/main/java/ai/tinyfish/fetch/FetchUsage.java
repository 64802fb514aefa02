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

import java.time.Instant;

import ai.tinyfish.internal.request.Descriptions;
import ai.tinyfish.usage.UsageStatus;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

import org.springframework.util.StringUtils;

/**
 * Usage record of a fetch of one page, successful or not.
 *
 * @param id the id of the record, or null if the service does not say
 * @param url the page as requested, or null if the service does not say
 * @param finalUrl the URL that redirects led to, or null if the service does not say
 * @param title its title, or null if the service does not say
 * @param description its own description, or null if the service does not say
 * @param language its language, or null if the service does not say
 * @param author the author, or null if the service does not say
 * @param publishedDate when it was published, as text, or null if the service does not
 * say
 * @param formatText the form of its content as received, or null if the service does not
 * say
 * @param statusText the status as received, or null if the service does not say
 * @param requestOrigin the sender of the request, such as {@code api}, or null if the
 * service does not say
 * @param requestId the id of the request, or null if the service does not say
 * @param textLength the length of its content in characters, or null if the service does
 * not say
 * @param linksCount how many pages it links to, or null if the service does not say
 * @param imageLinksCount how many images are on it, or null if the service does not say
 * @param latencyMs how long it took, in milliseconds, or null if the service does not say
 * @param createdAt the time of the fetch, or null if the service does not say
 * @param error the reason of a failure, or null if it was successful
 * @since 0.1.0
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record FetchUsage(@JsonProperty("id") @Nullable String id, @JsonProperty("url") @Nullable String url,
		@JsonProperty("final_url") @Nullable String finalUrl, @JsonProperty("title") @Nullable String title,
		@JsonProperty("description") @Nullable String description, @JsonProperty("language") @Nullable String language,
		@JsonProperty("author") @Nullable String author, @JsonProperty("published_date") @Nullable String publishedDate,
		@JsonProperty("format") @Nullable String formatText, @JsonProperty("status") @Nullable String statusText,
		@JsonProperty("request_origin") @Nullable String requestOrigin,
		@JsonProperty("request_id") @Nullable String requestId, @JsonProperty("text_length") @Nullable Long textLength,
		@JsonProperty("links_count") @Nullable Long linksCount,
		@JsonProperty("image_links_count") @Nullable Long imageLinksCount,
		@JsonProperty("latency_ms") @Nullable Double latencyMs, @JsonProperty("created_at") @Nullable Instant createdAt,
		@JsonProperty("error") @Nullable String error) {

	/**
	 * Return the form of the content.
	 * @return the form, or null if the response lacks it
	 */
	public @Nullable FetchFormat format() {
		return StringUtils.hasText(this.formatText) ? FetchFormat.of(this.formatText) : null;
	}

	/**
	 * Return the status of the fetch.
	 * @return the status, {@link UsageStatus#UNKNOWN} if it is new or absent
	 */
	public UsageStatus status() {
		return UsageStatus.of(this.statusText);
	}

	@Override
	public String toString() {
		return Descriptions.of(this);
	}

}
