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
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import ai.tinyfish.simulator.internal.api.Html;
import ai.tinyfish.simulator.internal.api.Json;
import ai.tinyfish.simulator.internal.shop.Shop;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Pages of all addresses: those that were given, or else pages with the data that runs
 * return.
 *
 * @param given the HTML of the pages that were given, by their addresses
 * @param results the results, as JSON, that runs at an address have by their scenarios
 */
record Sites(Map<String, String> given, Function<String, List<String>> results) {

	private static final String PAGE = """
			<html lang="en"><head><title>%1$s</title><meta name="description" content="%2$s"></head>
			<body><h1>%1$s</h1><p>%2$s</p><main>%3$s</main>
			<footer><a href="/">Home</a> <a href="/about">About</a> <img alt="" src="/logo.png"></footer></body></html>
			""";

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
		String content = this.results.apply(url.toString())
			.stream()
			.map((result) -> "<section>" + html(Json.parse(result.getBytes(StandardCharsets.UTF_8))) + "</section>")
			.collect(Collectors.joining());
		return PAGE.formatted("A simulated page of " + Html.escape(String.valueOf(url.getHost())),
				"This page is simulated. Nothing was fetched.", content.isEmpty() ? Shop.bundled().content() : content);
	}

	private static String html(JsonNode node) {
		if (!node.isContainer()) {
			return Html.escape(node.asString());
		}
		Stream<String> parts = node.isArray() ? node.valueStream().map(Sites::html)
				: node.propertyStream().map((each) -> Html.escape(each.getKey()) + ": " + html(each.getValue()));
		return parts.map((part) -> "<li>" + part + "</li>").collect(Collectors.joining("", "<ul>", "</ul>"));
	}

}
