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

import java.time.Instant;
import java.util.List;

import ai.tinyfish.internal.json.Lists;
import ai.tinyfish.internal.request.Descriptions;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/**
 * Usage record of a search.
 *
 * @param id the id of the record, or null if the service does not say
 * @param requestId the id of the request, or null if the service does not say
 * @param query the search query, or null if the service does not say
 * @param statusCode the HTTP status of its response, or null if the service does not say
 * @param resultCount the number of its results, or null if the service does not say
 * @param results the results; empty if they are not kept
 * @param cached whether the response came from a cache, or null if the service does not
 * say
 * @param responseSizeBytes the size of the response in bytes, or null if the service does
 * not say
 * @param createdAt the time of the search, or null if the service does not say
 * @since 0.1.0
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record SearchUsage(@JsonProperty("id") @Nullable Long id, @JsonProperty("request_id") @Nullable String requestId,
		@JsonProperty("query") @Nullable String query, @JsonProperty("status_code") @Nullable Integer statusCode,
		@JsonProperty("result_count") @Nullable Long resultCount, @JsonProperty("results") List<SearchResult> results,
		@JsonProperty("cached") @Nullable Boolean cached,
		@JsonProperty("response_size_bytes") @Nullable Long responseSizeBytes,
		@JsonProperty("created_at") @Nullable Instant createdAt) {

	/**
	 * Create a new record.
	 * @param id the id of the record, or null if the service does not say
	 * @param requestId the id of the request, or null if the service does not say
	 * @param query the search query, or null if the service does not say
	 * @param statusCode the HTTP status of its response, or null if the service does not
	 * say
	 * @param resultCount the number of its results, or null if the service does not say
	 * @param results the results; null is read as nothing
	 * @param cached whether the response came from a cache, or null
	 * @param responseSizeBytes the size of the response in bytes, or null
	 * @param createdAt the time of the search, or null if the service does not say
	 */
	public SearchUsage {
		results = Lists.copyOf(results);
	}

	@Override
	public String toString() {
		return Descriptions.of(this);
	}

}
