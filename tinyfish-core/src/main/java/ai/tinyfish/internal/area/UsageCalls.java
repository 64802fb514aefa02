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

import java.util.Map;
import java.util.Objects;
import java.util.Set;

import ai.tinyfish.internal.call.ApiCall;
import ai.tinyfish.internal.json.Json;
import ai.tinyfish.internal.request.Checks;
import ai.tinyfish.internal.request.WireForm;
import ai.tinyfish.usage.UsagePage;
import ai.tinyfish.usage.UsageQuery;
import tools.jackson.core.type.TypeReference;

/**
 * The calls that list usage, which only differ in their records. Conditions that do not
 * apply to the records of an area are refused, since the service would ignore them.
 */
final class UsageCalls {

	private UsageCalls() {
	}

	/**
	 * Describe a call that lists searches or fetches.
	 */
	static <T> ApiCall<UsagePage<T>> list(String operation, String path, UsageQuery query,
			TypeReference<UsagePage<T>> type) {
		ApiCall<UsagePage<T>> call = call(operation, path, query, type, Set.of("completed", "failed"),
				"status must be COMPLETED or FAILED for searches and fetches");
		Checks.that(query.sessionId() == null, "sessionId is for browser sessions only");
		return call;
	}

	/**
	 * Describe a call that lists browser sessions.
	 */
	static <T> ApiCall<UsagePage<T>> listSessions(String operation, String path, UsageQuery query,
			TypeReference<UsagePage<T>> type) {
		return call(operation, path, query, type, Set.of("running", "ended"),
				"status must be RUNNING or ENDED for browser sessions");
	}

	private static <T> ApiCall<UsagePage<T>> call(String operation, String path, UsageQuery query,
			TypeReference<UsagePage<T>> type, Set<String> statuses, String message) {
		Map<String, String> params = WireForm.ofQuery(Objects.requireNonNull(query, "query must not be null"));
		String status = params.get("status");
		Checks.that(status == null || statuses.contains(status), message);
		return ApiCall.get(operation, path, (body) -> Json.readList(body, type, "items")).query(params).build();
	}

}
