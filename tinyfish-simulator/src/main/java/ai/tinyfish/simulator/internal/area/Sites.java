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

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

import ai.tinyfish.simulator.internal.api.Html;
import ai.tinyfish.simulator.internal.api.Json;
import ai.tinyfish.simulator.internal.shop.Shop;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Pages of all addresses: those that were given, or else pages with the data that runs
 * return.
 */
final class Sites {

	private static final String PAGE = """
			<html lang="en"><head><title>%1$s</title><meta name="description" content="%2$s"></head>
			<body><h1>%1$s</h1><p>%2$s</p><main>%3$s</main>
			<footer><a href="/">Home</a> <a href="/about">About</a> <img alt="" src="/logo.png"></footer></body></html>
			""";

	private final Map<String, String> given = new ConcurrentHashMap<>();

	private final Function<String, List<String>> results;

	/**
	 * Create sites without given pages.
	 * @param results the results, as JSON, that runs at an address have by their
	 * scenarios
	 */
	Sites(Function<String, List<String>> results) {
		this.results = results;
	}

	void give(URI url, String html) {
		this.given.put(FetchedPage.finalUrl(url), html);
	}

	@Nullable String given(URI url) {
		return this.given.get(FetchedPage.finalUrl(url));
	}

	/**
	 * Return the page with the results of runs at an address, or else with the shop.
	 */
	String page(URI url) {
		StringBuilder content = new StringBuilder();
		for (String result : this.results.apply(url.toString())) {
			content.append("<section>")
				.append(html(Json.parse(result.getBytes(StandardCharsets.UTF_8))))
				.append("</section>");
		}
		return PAGE.formatted("A simulated page of " + Html.escape(String.valueOf(url.getHost())),
				"This page is simulated. Nothing was fetched.", content.isEmpty() ? Shop.bundled().content() : content);
	}

	private static String html(JsonNode node) {
		if (!node.isContainer()) {
			return Html.escape(node.asString());
		}
		StringBuilder list = new StringBuilder("<ul>");
		node.forEachEntry((name, value) -> list.append("<li>")
			.append(Html.escape(name))
			.append(": ")
			.append(html(value))
			.append("</li>"));
		if (node.isArray()) {
			node.forEach((value) -> list.append("<li>").append(html(value)).append("</li>"));
		}
		return list.append("</ul>").toString();
	}

}
