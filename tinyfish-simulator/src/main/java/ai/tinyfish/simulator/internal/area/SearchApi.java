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

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;

import ai.tinyfish.simulator.internal.api.ApiException;
import ai.tinyfish.simulator.internal.api.BoundedLog;
import ai.tinyfish.simulator.internal.api.HttpAnswer;
import ai.tinyfish.simulator.internal.api.Json;
import ai.tinyfish.simulator.internal.api.Parameters;
import ai.tinyfish.simulator.internal.area.SearchResults.Request;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Search API with made-up results.
 */
final class SearchApi {

	private static final int MAX_PURPOSE = 2000;

	private static final int MAX_PAGE = 10;

	/** Ten years. */
	private static final int MAX_RECENCY = 5_256_000;

	private static final int FIRST_YEAR = 0;

	private static final int LAST_YEAR = 9999;

	private final Usage<Search> usage = new Usage<>(Search::at, Search::state, Search::document);

	private final BoundedLog<Search> searches = new BoundedLog<>(Usage.MAX_KEPT);

	private final AtomicLong ids = new AtomicLong();

	private final Clock clock;

	SearchApi(Clock clock) {
		this.clock = clock;
	}

	HttpAnswer search(Map<String, List<String>> query) {
		Request request = read(new Parameters(query));
		if (SearchResults.fails(request.query())) {
			this.searches.add(new Search(this.ids.incrementAndGet(), request.query(), 500, null, 0, now()));
			throw new ApiException(500, "INTERNAL_ERROR", "The search failed, because its query contains [fail]");
		}
		ArrayNode results = SearchResults.of(request);
		ObjectNode body = Json.object().put("query", request.query());
		body.set("results", results);
		body.put("total_results", results.size()).put("page", request.page());
		this.searches
			.add(new Search(this.ids.incrementAndGet(), request.query(), 200, results, Json.bytes(body).length, now()));
		return HttpAnswer.ok(body);
	}

	HttpAnswer usage(Map<String, List<String>> query) {
		return HttpAnswer.ok(this.usage.page(this.searches.entries(), query, Set.of("completed", "failed")));
	}

	private Instant now() {
		return this.clock.instant();
	}

	private static Request read(Parameters parameters) {
		String query = parameters.requiredText("query");
		parameters.text("location", Integer.MAX_VALUE);
		parameters.text("language", Integer.MAX_VALUE);
		parameters.text("purpose", MAX_PURPOSE);
		Integer page = parameters.integer("page", 0, MAX_PAGE);
		String type = parameters.oneOf("domain_type", Set.of("web", "news", "research_paper"));
		String thumbnails = parameters.oneOf("include_thumbnail", Set.of("true", "false"));
		List<String> included = parameters.domains("include_domains");
		List<String> excluded = parameters.domains("exclude_domains");
		String date = date(parameters, "research_paper".equals(type));
		int year = year(parameters, "research_paper".equals(type));
		checkFetch(parameters);
		parameters.verify();
		return new Request(query, (page != null) ? page : 0, (type != null) ? type : "web", "true".equals(thumbnails),
				included, excluded, date, year);
	}

	private static String date(Parameters parameters, boolean papers) {
		Integer recency = parameters.integer("recency_minutes", 1, MAX_RECENCY);
		LocalDate after = parameters.date("after_date");
		LocalDate before = parameters.date("before_date");
		boolean byDate = parameters.has("after_date") || parameters.has("before_date");
		if (parameters.has("recency_minutes") && byDate) {
			parameters.issue("custom", "recency_minutes", "cannot be combined with after_date or before_date");
		}
		if (after != null && before != null && after.isAfter(before)) {
			parameters.issue("custom", "after_date", "must not be later than before_date");
		}
		if (papers && (parameters.has("recency_minutes") || byDate)) {
			parameters.issue("custom", "domain_type", "research_paper cannot be combined with dates");
		}
		if (recency != null) {
			return recency + " minutes ago";
		}
		LocalDate bound = (after != null) ? after : before;
		return (bound != null) ? bound.toString() : "Jan 15, 2026";
	}

	private static int year(Parameters parameters, boolean papers) {
		Integer min = parameters.integer("pub_year_min", FIRST_YEAR, LAST_YEAR);
		Integer max = parameters.integer("pub_year_max", FIRST_YEAR, LAST_YEAR);
		for (String name : List.of("pub_year_min", "pub_year_max")) {
			if (!papers && parameters.has(name)) {
				parameters.issue("custom", name, "needs the domain_type research_paper");
			}
		}
		if (min != null && max != null && min > max) {
			parameters.issue("custom", "pub_year_min", "must not be above pub_year_max");
		}
		int year = Math.min(2024, (max != null) ? max : LAST_YEAR);
		return Math.max(year, (min != null) ? min : FIRST_YEAR);
	}

	private static void checkFetch(Parameters parameters) {
		String fetch = parameters.raw("fetch");
		JsonNode node = (fetch != null) ? Json.read(fetch.getBytes(StandardCharsets.UTF_8)) : null;
		if (fetch != null && (node == null || !node.isObject())) {
			parameters.issue("invalid_type", "fetch", "must be a JSON object");
		}
	}

	/**
	 * Record of a search.
	 */
	private record Search(long id, String query, int status, @Nullable ArrayNode results, int bytes, Instant at) {

		private String state() {
			return (this.status == 200) ? "completed" : "failed";
		}

		private ObjectNode document() {
			ObjectNode document = Json.object().put("id", this.id);
			document.put("request_id",
					UUID.nameUUIDFromBytes(Json.write(this.id).getBytes(StandardCharsets.UTF_8)).toString());
			document.put("query", this.query).put("status_code", this.status);
			document.put("result_count", (this.results != null) ? this.results.size() : 0);
			document.set("results", this.results);
			document.put("cached", (this.results != null) ? Boolean.FALSE : null);
			document.put("response_size_bytes", (this.results != null) ? Integer.valueOf(this.bytes) : null);
			return document.put("created_at", Usage.text(this.at));
		}

	}

}
