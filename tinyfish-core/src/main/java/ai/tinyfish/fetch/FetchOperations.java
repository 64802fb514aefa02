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

import ai.tinyfish.error.TinyFishApiException;
import ai.tinyfish.error.TinyFishPermissionDeniedException;
import ai.tinyfish.usage.UsagePage;
import ai.tinyfish.usage.UsageQuery;

/**
 * Operations that fetch and read pages of the web. Every operation may be repeated, so
 * that failures are retried.
 *
 * @since 0.1.0
 */
public interface FetchOperations {

	/**
	 * Fetch one page as Markdown ({@code POST /v1/fetch}). If it fails, the response
	 * contains the reason; nothing is thrown.
	 * @param url an absolute http or https URL
	 * @return the page, or the reason for its failure
	 * @throws IllegalArgumentException if the url is not such a URL
	 * @throws TinyFishApiException if there is no usable response
	 */
	default FetchResponse getContents(String url) {
		return getContents(FetchRequest.of(url));
	}

	/**
	 * Fetch pages ({@code POST /v1/fetch}). If some of them fail, the response contains
	 * the reasons; nothing is thrown.
	 * @param request the pages, and the content to return of them
	 * @return the pages that were fetched, and the reasons for the others
	 * @throws TinyFishApiException if there is no usable response
	 */
	FetchResponse getContents(FetchRequest request);

	/**
	 * Read the first page of the account's fetches ({@code GET /v1/fetch/usage}).
	 * @return the first page
	 * @throws TinyFishPermissionDeniedException if the account may not fetch
	 * @throws TinyFishApiException if there is no usable response
	 */
	default UsagePage<FetchUsage> usage() {
		return usage(UsageQuery.all());
	}

	/**
	 * Read one page of the account's fetches ({@code GET /v1/fetch/usage}).
	 * @param query the conditions and the page
	 * @return the page
	 * @throws IllegalArgumentException if the query has a condition for other records
	 * @throws TinyFishPermissionDeniedException if the account may not fetch
	 * @throws TinyFishApiException if there is no usable response
	 */
	UsagePage<FetchUsage> usage(UsageQuery query);

}
