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
import reactor.core.publisher.Mono;

/**
 * Operations that search the web, without blocking. Nothing is sent before there is a
 * subscriber; cancelling closes the connection. Every operation may be repeated, so that
 * failures are retried.
 *
 * @since 0.1.0
 */
public interface ReactiveSearchOperations {

	/**
	 * Search the web with the service's defaults ({@code GET /v1/search}).
	 * @param query the search query
	 * @return the first page of results, failing as {@link #query(SearchRequest)} does
	 * @throws IllegalArgumentException if the query is blank
	 */
	default Mono<SearchPage> query(String query) {
		return query(SearchRequest.of(query));
	}

	/**
	 * Search the web ({@code GET /v1/search}). For the next page, use the same request
	 * with the next {@link SearchRequest.Builder#page(Integer) page}.
	 * @param request the search
	 * @return a page of results. Fails with {@link TinyFishInsufficientCreditsException}
	 * if the account is out of credit, with {@link TinyFishPermissionDeniedException} if
	 * it may not search, and with {@link TinyFishApiException} if there is no usable
	 * response
	 */
	Mono<SearchPage> query(SearchRequest request);

	/**
	 * Read the first page of the account's searches ({@code GET /v1/search/usage}).
	 * @return the first page. Fails with {@link TinyFishApiException} if there is no
	 * usable response
	 */
	default Mono<UsagePage<SearchUsage>> usage() {
		return usage(UsageQuery.all());
	}

	/**
	 * Read one page of the account's searches ({@code GET /v1/search/usage}).
	 * @param query the conditions and the page
	 * @return the page
	 * @throws IllegalArgumentException if the query has a condition for other records.
	 * Fails with {@link TinyFishApiException} if there is no usable response
	 */
	Mono<UsagePage<SearchUsage>> usage(UsageQuery query);

}
