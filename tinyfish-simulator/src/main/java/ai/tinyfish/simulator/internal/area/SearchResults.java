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

import java.util.List;
import java.util.Locale;

import ai.tinyfish.simulator.internal.api.Json;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Made-up results of a search. The same search always has the same results.
 */
final class SearchResults {

	private static final int PAGE_SIZE = 10;

	private static final int TOTAL = 25;

	private static final int MAX_SLUG = 60;

	private static final List<String> HOSTS = List.of("encyclopedia.example", "www.guides.example", "news.example",
			"shop.example", "forum.example");

	private SearchResults() {
	}

	static boolean fails(String query) {
		return query.toLowerCase(Locale.ROOT).contains("[fail]");
	}

	static ArrayNode of(Request request) {
		ArrayNode results = JsonNodeFactory.instance.arrayNode();
		List<String> hosts = (request.included().isEmpty() ? HOSTS : request.included()).stream()
			.filter((host) -> request.excluded().stream().noneMatch((domain) -> isWithin(host, domain)))
			.toList();
		if (hosts.isEmpty() || request.query().toLowerCase(Locale.ROOT).contains("[empty]")) {
			return results;
		}
		int first = request.page() * PAGE_SIZE + 1;
		for (int position = first; position < first + PAGE_SIZE && position <= TOTAL; position++) {
			results.add(result(request, position, hosts.get((position - 1) % hosts.size())));
		}
		return results;
	}

	private static ObjectNode result(Request request, int position, String host) {
		String url = "https://" + host + "/" + slug(request.query()) + "-" + position;
		ObjectNode result = Json.object().put("position", position).put("site_name", host);
		result.put("title", request.query().strip() + ", page " + position + " of " + host);
		result.put("snippet", "A simulated result for " + request.query().strip()).put("url", url);
		if (request.type().equals("news")) {
			result.put("date", request.date()).put("publisher", host);
		}
		if (request.type().equals("research_paper")) {
			result.putArray("authors").add("First Author").add("Second Author");
			result.put("venue", "Simulated Proceedings").put("year", request.year());
			result.put("cited_by_count", TOTAL - position).put("pdf_url", url + ".pdf");
		}
		if (request.thumbnails()) {
			result.put("thumbnail_url", url + ".jpg");
		}
		return result;
	}

	private static boolean isWithin(String host, String domain) {
		return ("." + host).toLowerCase(Locale.ROOT).endsWith("." + domain.toLowerCase(Locale.ROOT));
	}

	private static String slug(String query) {
		String slug = query.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-").replaceAll("^-|-$", "");
		return slug.isEmpty() ? "result" : slug.substring(0, Math.min(slug.length(), MAX_SLUG));
	}

	/**
	 * Validated search.
	 *
	 * @param query the query
	 * @param page the page, from 0
	 * @param type {@code web}, {@code news} or {@code research_paper}
	 * @param thumbnails whether thumbnails are wanted
	 * @param included the only domains, or none for all
	 * @param excluded the domains to leave out
	 * @param date the date of news
	 * @param year the year of papers
	 */
	record Request(String query, int page, String type, boolean thumbnails, List<String> included,
			List<String> excluded, String date, int year) {
	}

}
