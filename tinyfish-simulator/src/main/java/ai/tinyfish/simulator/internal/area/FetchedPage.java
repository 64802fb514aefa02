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

import ai.tinyfish.simulator.internal.api.Json;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Made-up page of an address. The same address always gives the same page.
 */
final class FetchedPage {

	private static final Set<String> ERRORS = Set.of("target_http_error", "page_not_found", "target_unreachable",
			"timeout", "bot_blocked", "empty_content", "invalid_redirect_url", "proxy_error", "selector_not_matched",
			"conditional_unsupported");

	private static final Map<String, Integer> STATUSES = Map.of("target_http_error", 503, "page_not_found", 404);

	/** Addresses of this machine and of private networks. */
	private static final Pattern FORBIDDEN = Pattern.compile(
			"localhost|\\[.*|127\\..*|10\\..*|192\\.168\\..*|172\\.(1[6-9]|2\\d|3[01])\\..*|169\\.254\\..*|0\\..*");

	private static final String DESCRIPTION = "This page is simulated. Nothing was fetched.";

	private final URI url;

	private final String host;

	private final Options options;

	private final @Nullable String error;

	FetchedPage(URI url, Options options) {
		this.url = url;
		this.host = (url.getHost() != null) ? url.getHost().toLowerCase(Locale.ROOT) : "";
		this.options = options;
		this.error = findError();
	}

	/**
	 * Returns the error code, or {@code null}.
	 */
	@Nullable String error() {
		return this.error;
	}

	/**
	 * Return the page or the error as in the answer.
	 */
	ObjectNode document() {
		ObjectNode document = Json.object().put("url", this.url.toString());
		if (this.error != null) {
			document.put("error", this.error);
			if (STATUSES.containsKey(this.error)) {
				document.put("status", STATUSES.get(this.error));
			}
			return document;
		}
		document.put("final_url", finalUrl()).put("title", title()).put("description", DESCRIPTION);
		document.put("language", "en").putNull("author").putNull("published_date");
		document.put("format", this.options.format()).set("text", text());
		if (this.options.links()) {
			links().forEach(document.putArray("links")::add);
		}
		if (this.options.imageLinks()) {
			document.putArray("image_links").add(image());
		}
		return document.put("latency_ms", latency());
	}

	/**
	 * Add its fields in the list of fetched pages.
	 */
	void describe(ObjectNode document) {
		boolean failed = this.error != null;
		document.put("url", this.url.toString()).put("final_url", failed ? this.url.toString() : finalUrl());
		document.put("title", failed ? null : title()).put("description", failed ? null : DESCRIPTION);
		document.put("language", failed ? null : "en").putNull("author").putNull("published_date");
		document.put("format", this.options.format());
		JsonNode text = text();
		int length = text.isString() ? text.stringValue().length() : Json.write(text).length();
		document.put("text_length", failed ? null : Integer.valueOf(length));
		document.put("links_count", (!failed && this.options.links()) ? links().size() : 0);
		document.put("image_links_count", (!failed && this.options.imageLinks()) ? 1 : 0);
		document.put("latency_ms", failed ? null : Integer.valueOf(latency()));
	}

	private @Nullable String findError() {
		String scheme = this.url.getScheme().toLowerCase(Locale.ROOT);
		if (!scheme.equals("http") && !scheme.equals("https") || this.host.isEmpty()
				|| FORBIDDEN.matcher(this.host).matches()) {
			return "invalid_url";
		}
		if (this.host.endsWith(".invalid")) {
			return "target_unreachable";
		}
		String path = Objects.requireNonNullElse(this.url.getPath(), "");
		String last = path.substring(path.lastIndexOf('/') + 1);
		return ERRORS.contains(last) ? last : null;
	}

	private String finalUrl() {
		return this.url.getRawPath().isEmpty() ? this.url + "/" : this.url.toString();
	}

	private String title() {
		return "A simulated page of " + this.host;
	}

	private List<String> links() {
		return List.of("https://" + this.host + "/", "https://" + this.host + "/about");
	}

	private String image() {
		return "https://" + this.host + "/logo.png";
	}

	private int latency() {
		return 100 + Math.floorMod(this.url.toString().hashCode(), 400);
	}

	private JsonNode text() {
		return switch (this.options.format()) {
			case "json" -> {
				ObjectNode root = Json.object().put("type", "document");
				root.putArray("children")
					.add(Json.object().put("type", "heading").put("level", 1).put("text", title()))
					.add(Json.object().put("type", "paragraph").put("text", DESCRIPTION));
				yield root;
			}
			case "html" -> JsonNodeFactory.instance.stringNode(html());
			default -> JsonNodeFactory.instance.stringNode("# %s\n\n%s\n".formatted(title(), DESCRIPTION));
		};
	}

	private String html() {
		String content = "<h1>%s</h1><p>%s</p>".formatted(title(), DESCRIPTION);
		return this.options.htmlHead()
				? "<html><head><title>%s</title></head><body>%s</body></html>".formatted(title(), content) : content;
	}

	/**
	 * Options for the content of pages.
	 *
	 * @param format {@code markdown}, {@code html} or {@code json}
	 * @param links whether links are wanted
	 * @param imageLinks whether the addresses of images are wanted
	 * @param htmlHead whether HTML is to be a whole document
	 */
	record Options(String format, boolean links, boolean imageLinks, boolean htmlHead) {
	}

}
