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

import ai.tinyfish.error.TinyFishApiException;
import ai.tinyfish.error.TinyFishInsufficientCreditsException;
import ai.tinyfish.error.TinyFishPermissionDeniedException;
import ai.tinyfish.usage.UsagePage;
import ai.tinyfish.usage.UsageQuery;

/**
 * Operations that search the web. Every operation may be repeated, so that failures are
 * retried.
 *
 * @since 0.1.0
 */
public interface SearchOperations {

	/**
	 * Search the web with the service's defaults ({@code GET /v1/search}).
	 * @param query the search query
	 * @return the first page of results
	 * @throws IllegalArgumentException if the query is blank
	 * @throws TinyFishInsufficientCreditsException if the account is out of credit
	 * @throws TinyFishPermissionDeniedException if the account may not search
	 * @throws TinyFishApiException if there is no usable response
	 */
	default SearchPage query(String query) {
		return query(SearchRequest.of(query));
	}

	/**
	 * Search the web ({@code GET /v1/search}). For the next page, use the same request
	 * with the next {@link SearchRequest.Builder#page(Integer) page}.
	 * @param request the search
	 * @return a page of results
	 * @throws TinyFishInsufficientCreditsException if the account is out of credit
	 * @throws TinyFishPermissionDeniedException if the account may not search
	 * @throws TinyFishApiException if there is no usable response
	 */
	SearchPage query(SearchRequest request);

	/**
	 * Read the first page of the account's searches ({@code GET /v1/search/usage}).
	 * @return the first page
	 * @throws TinyFishApiException if there is no usable response
	 */
	default UsagePage<SearchUsage> usage() {
		return usage(UsageQuery.all());
	}

	/**
	 * Read one page of the account's searches ({@code GET /v1/search/usage}).
	 * @param query the conditions and the page
	 * @return the page
	 * @throws IllegalArgumentException if the query has a condition for other records
	 * @throws TinyFishApiException if there is no usable response
	 */
	UsagePage<SearchUsage> usage(UsageQuery query);

}
