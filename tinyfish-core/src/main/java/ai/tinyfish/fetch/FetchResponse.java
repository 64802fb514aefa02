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

import java.util.List;

import ai.tinyfish.internal.json.Lists;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * Result of a request for pages. Each page is either among the results or among the
 * errors: a page that failed does not fail the request.
 *
 * @param results the pages that were fetched
 * @param errors the pages that were not fetched, and the reasons
 * @since 0.1.0
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record FetchResponse(@JsonProperty("results") List<FetchResult> results,
		@JsonProperty("errors") List<FetchError> errors) {

	/**
	 * Create a new response.
	 * @param results the pages that were fetched; null is read as none
	 * @param errors the pages that were not; null is read as none
	 */
	public FetchResponse {
		results = Lists.copyOf(results);
		errors = Lists.copyOf(errors);
	}

}
