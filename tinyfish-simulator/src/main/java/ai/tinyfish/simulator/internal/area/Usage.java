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

package ai.tinyfish.simulator.internal.area;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;

import ai.tinyfish.simulator.internal.api.Json;
import ai.tinyfish.simulator.internal.api.Parameters;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Usage list of an API, newest first.
 *
 * @param <T> the type of the entries
 */
final class Usage<T> {

	/** Number of entries that are remembered. */
	static final int MAX_KEPT = 10_000;

	private static final int DEFAULT_LIMIT = 100;

	private static final int MAX_LIMIT = 1000;

	private final Function<T, Instant> time;

	private final Function<T, String> status;

	private final Function<T, ObjectNode> document;

	/**
	 * Create a view.
	 * @param time when something was used
	 * @param status how it went
	 * @param document its JSON form
	 */
	Usage(Function<T, Instant> time, Function<T, String> status, Function<T, ObjectNode> document) {
		this.time = time;
		this.status = status;
		this.document = document;
	}

	ObjectNode page(List<T> all, Map<String, List<String>> query, Set<String> states) {
		return page(all, query, states, (entry) -> true);
	}

	ObjectNode page(List<T> all, Map<String, List<String>> query, Set<String> states, Predicate<T> filter) {
		Parameters parameters = new Parameters(query);
		Instant after = parameters.instant("start_after");
		Instant before = parameters.instant("end_before");
		String state = parameters.oneOf("status", states);
		Integer limit = parameters.integer("limit", 1, MAX_LIMIT);
		Integer page = parameters.integer("page", 1, Integer.MAX_VALUE);
		parameters.verify();
		List<T> found = all.stream()
			.filter(filter)
			.filter((entry) -> after == null || this.time.apply(entry).isAfter(after))
			.filter((entry) -> before == null || this.time.apply(entry).isBefore(before))
			.filter((entry) -> state == null || this.status.apply(entry).equals(state))
			.toList();
		return page(found, (limit != null) ? limit : DEFAULT_LIMIT, (page != null) ? page : 1);
	}

	private ObjectNode page(List<T> found, int limit, int page) {
		int total = found.size();
		int pages = (total + limit - 1) / limit;
		ObjectNode body = Json.object();
		ArrayNode items = body.putArray("items");
		for (long i = (page - 1L) * limit; i < Math.min((long) page * limit, total); i++) {
			items.add(this.document.apply(found.get((int) (total - 1 - i))));
		}
		return body.put("total", total)
			.put("limit", limit)
			.put("page", page)
			.put("total_pages", pages)
			.put("has_more", page < pages);
	}

	static @Nullable String text(@Nullable Instant instant) {
		return (instant != null) ? instant.toString() : null;
	}

}
