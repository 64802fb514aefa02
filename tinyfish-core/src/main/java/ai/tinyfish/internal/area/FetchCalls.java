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

import java.util.List;

import ai.tinyfish.fetch.FetchRequest;
import ai.tinyfish.fetch.FetchResponse;
import ai.tinyfish.fetch.FetchUsage;
import ai.tinyfish.internal.call.ApiCall;
import ai.tinyfish.internal.json.Json;
import ai.tinyfish.usage.UsagePage;
import ai.tinyfish.usage.UsageQuery;
import tools.jackson.core.type.TypeReference;

/**
 * The calls about pages, described once.
 */
final class FetchCalls {

	private FetchCalls() {
	}

	static ApiCall<FetchResponse> getContents(FetchRequest request, RequestBodies bodies) {
		ApiCall.Builder<FetchResponse> call = ApiCall.post("fetch.getContents", "/v1/fetch",
				(body) -> Json.readList(body, FetchResponse.class, "results", "errors"));
		bodies.write(call, request);
		List<String> urls = request.urls();
		for (int i = 0; i < urls.size(); i++) {
			call.opens("urls[" + i + "]", urls.get(i));
		}
		return call.build();
	}

	static ApiCall<UsagePage<FetchUsage>> usage(UsageQuery query) {
		return UsageCalls.list("fetch.usage", "/v1/fetch/usage", query, new TypeReference<UsagePage<FetchUsage>>() {
		});
	}

}
