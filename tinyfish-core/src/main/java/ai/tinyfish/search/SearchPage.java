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

import ai.tinyfish.internal.json.Lists;
import ai.tinyfish.internal.request.Descriptions;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/**
 * One page of the results of a search.
 *
 * @param query the search query, or null if the response lacks it
 * @param results the results, the best first
 * @param totalResults the total number of results, or null if the service does not say
 * @param page the number of this page, counted from 0
 * @since 0.1.0
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record SearchPage(@JsonProperty("query") @Nullable String query,
		@JsonProperty("results") List<SearchResult> results, @JsonProperty("total_results") @Nullable Long totalResults,
		@JsonProperty("page") Integer page) {

	/**
	 * Create a new page.
	 * @param query the search query, or null
	 * @param results the results; null is read as nothing
	 * @param totalResults the total number of results, or null
	 * @param page the number of this page; null is read as the first
	 */
	public SearchPage {
		results = Lists.copyOf(results);
		page = (page != null) ? page : Integer.valueOf(0);
	}

	@Override
	public String toString() {
		return Descriptions.of(this);
	}

}
