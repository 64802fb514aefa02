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
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import ai.tinyfish.simulator.internal.api.ApiException;
import ai.tinyfish.simulator.internal.api.Json;
import ai.tinyfish.simulator.internal.shop.WebPage;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Page of an address as it is fetched, or the error instead of it.
 *
 * @param error the error code, or {@code null}
 */
record FetchedPage(URI url, Options options, WebPage page, @Nullable String error) {

	private static final Set<String> ERRORS = Set.of("target_http_error", "page_not_found", "target_unreachable",
			"timeout", "bot_blocked", "empty_content", "invalid_redirect_url", "proxy_error", "selector_not_matched",
			"conditional_unsupported");

	private static final Map<String, Integer> STATUSES = Map.of("target_http_error", 503, "page_not_found", 404);

	/** Addresses of this machine and of private networks. */
	private static final Pattern FORBIDDEN = Pattern.compile(
			"localhost|\\[.*|127\\..*|10\\..*|192\\.168\\..*|172\\.(1[6-9]|2\\d|3[01])\\..*|169\\.254\\..*|0\\..*");

	/**
	 * Fetch a page.
	 * @throws ApiException if a selector is not valid
	 */
	static FetchedPage of(URI url, Options options, Sites sites) {
		String given = sites.given(url);
		try {
			WebPage page = WebPage.of((given != null) ? given : sites.page(url), finalUrl(url), options.included(),
					options.excluded());
			return new FetchedPage(url, options, page, error(url, page, given != null));
		}
		catch (IllegalArgumentException | IllegalStateException ex) {
			throw new ApiException(422, "INVALID_INPUT", "A selector is not valid CSS");
		}
	}

	/**
	 * Return the address after redirects: the same one, with a path.
	 */
	static String finalUrl(URI url) {
		return "".equals(url.getRawPath()) ? url + "/" : url.toString();
	}

	/**
	 * Return the page or the error as in the answer.
	 */
	ObjectNode document() {
		ObjectNode document = Json.object().put("url", this.url.toString());
		if (this.error != null) {
			document.put("error", this.error);
			return STATUSES.containsKey(this.error) ? document.put("status", STATUSES.get(this.error)) : document;
		}
		document.put("final_url", finalUrl(this.url)).put("title", this.page.title());
		document.put("description", this.page.description()).put("language", this.page.language());
		document.putNull("author").putNull("published_date");
		document.put("format", this.options.format()).set("text", text());
		if (this.options.links()) {
			this.page.links().forEach(document.putArray("links")::add);
		}
		if (this.options.imageLinks()) {
			this.page.images().forEach(document.putArray("image_links")::add);
		}
		return document.put("latency_ms", 100 + Math.floorMod(this.url.toString().hashCode(), 400));
	}

	/**
	 * Add an answer to the list of fetched pages, in which texts and links are numbers.
	 * @param answer the page or the error as in the answer
	 */
	void describe(ObjectNode answer, ObjectNode usage) {
		usage.put("url", this.url.toString()).put("final_url", answer.path("final_url").asString(this.url.toString()));
		for (String name : List.of("title", "description", "language", "author", "published_date", "latency_ms")) {
			usage.set(name, answer.get(name));
		}
		JsonNode text = answer.get("text");
		usage.put("text_length", (text == null) ? null
				: Integer.valueOf((text.isString() ? text.stringValue() : Json.write(text)).length()));
		usage.put("format", this.options.format()).put("links_count", answer.path("links").size());
		usage.put("image_links_count", answer.path("image_links").size());
		usage.put("status", (this.error == null) ? "completed" : "failed").put("error", this.error);
	}

	private static @Nullable String error(URI url, WebPage page, boolean given) {
		String scheme = url.getScheme().toLowerCase(Locale.ROOT);
		String host = Objects.requireNonNullElse(url.getHost(), "").toLowerCase(Locale.ROOT);
		if (!scheme.equals("http") && !scheme.equals("https") || host.isEmpty() || FORBIDDEN.matcher(host).matches()) {
			return "invalid_url";
		}
		if (host.endsWith(".invalid")) {
			return "target_unreachable";
		}
		String path = Objects.requireNonNullElse(url.getPath(), "");
		String last = path.substring(path.lastIndexOf('/') + 1);
		if (ERRORS.contains(last) && !given) {
			return last;
		}
		if (!page.matched()) {
			return "selector_not_matched";
		}
		return page.blocks().isEmpty() ? "empty_content" : null;
	}

	private JsonNode text() {
		return switch (this.options.format()) {
			case "json" -> {
				ObjectNode root = Json.object().put("type", "document");
				ArrayNode children = root.putArray("children");
				for (WebPage.Block block : this.page.blocks()) {
					boolean heading = block.level() > 0;
					ObjectNode child = children.addObject().put("type", heading ? "heading" : "paragraph");
					(heading ? child.put("level", block.level()) : child).put("text", block.text());
				}
				yield root;
			}
			case "html" -> JsonNodeFactory.instance.stringNode(this.options.htmlHead()
					? "<html>%s<body>%s</body></html>".formatted(this.page.head(), this.page.html())
					: this.page.html());
			default -> JsonNodeFactory.instance
				.stringNode(this.page.blocks().stream().map(WebPage.Block::markdown).collect(Collectors.joining("\n")));
		};
	}

	/**
	 * Options for the content of pages.
	 *
	 * @param format {@code markdown}, {@code html} or {@code json}
	 * @param links whether links are wanted
	 * @param imageLinks whether the addresses of images are wanted
	 * @param htmlHead whether HTML is to be a whole document
	 * @param included the selectors of the content, or none for all
	 * @param excluded the selectors of the elements to leave out
	 */
	record Options(String format, boolean links, boolean imageLinks, boolean htmlHead, List<String> included,
			List<String> excluded) {
	}

}
