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

package ai.tinyfish.internal.area;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

import ai.tinyfish.internal.call.ApiCall;
import ai.tinyfish.internal.json.Json;
import ai.tinyfish.internal.request.WireForm;
import ai.tinyfish.search.SearchPage;
import ai.tinyfish.search.SearchRequest;
import ai.tinyfish.search.SearchUsage;
import ai.tinyfish.usage.UsagePage;
import ai.tinyfish.usage.UsageQuery;
import tools.jackson.core.type.TypeReference;

/**
 * The calls about searches, described once.
 */
final class SearchCalls {

	private SearchCalls() {
	}

	static ApiCall<SearchPage> query(SearchRequest request) {
		Objects.requireNonNull(request, "request must not be null");
		return ApiCall.get("search.query", "/v1/search", (body) -> Json.readList(body, SearchPage.class, "results"))
			.query(params(request))
			.build();
	}

	private static Map<String, String> params(SearchRequest request) {
		Map<String, String> params = new LinkedHashMap<>();
		WireForm.of(request).forEach((name, value) -> params.put(name, param(value)));
		return params;
	}

	private static String param(Object value) {
		if (value instanceof List<?> items) {
			return items.stream().map(String::valueOf).collect(Collectors.joining(","));
		}
		return (value instanceof Map) ? new String(Json.write(value), StandardCharsets.UTF_8) : String.valueOf(value);
	}

	static ApiCall<UsagePage<SearchUsage>> usage(UsageQuery query) {
		return UsageCalls.list("search.usage", "/v1/search/usage", query, new TypeReference<UsagePage<SearchUsage>>() {
		});
	}

}
