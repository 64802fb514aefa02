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
import java.net.URISyntaxException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;

import ai.tinyfish.simulator.internal.api.ApiException;
import ai.tinyfish.simulator.internal.api.ApiException.Issue;
import ai.tinyfish.simulator.internal.api.BoundedLog;
import ai.tinyfish.simulator.internal.api.Fields;
import ai.tinyfish.simulator.internal.api.HttpAnswer;
import ai.tinyfish.simulator.internal.api.Json;
import ai.tinyfish.simulator.internal.area.FetchedPage.Options;
import ai.tinyfish.simulator.internal.run.Submission;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Fetch API with made-up pages.
 */
final class FetchApi {

	private static final int MAX_URLS = 10;

	private static final int MAX_SELECTORS = 20;

	private static final int MAX_SELECTOR_LENGTH = 1000;

	private static final int MAX_TIMEOUT = 110_000;

	private static final List<String> FLAGS = List.of("page_metadata", "include_etag_and_last_modified");

	private final Usage<Fetch> usage = new Usage<>(Fetch::at, (fetch) -> fetch.document.path("status").stringValue(),
			Fetch::document);

	private final BoundedLog<Fetch> fetches = new BoundedLog<>(Usage.MAX_KEPT);

	private final AtomicLong ids = new AtomicLong();

	private final Clock clock;

	private final Sites sites;

	FetchApi(Clock clock, Sites sites) {
		this.clock = clock;
		this.sites = sites;
	}

	/**
	 * Fetch pages.
	 * @param origin the origin that the client sent, or {@code null}
	 */
	HttpAnswer fetch(byte[] body, @Nullable String origin) {
		List<Issue> issues = new ArrayList<>();
		Fields fields = Fields.of(body, issues);
		List<String> urls = fields.requiredTexts("urls", MAX_URLS);
		if (issues.isEmpty()) {
			checkAbsolute(urls, fields);
		}
		Options options = options(fields);
		checkConditions(urls, fields);
		if (!issues.isEmpty()) {
			throw ApiException.invalidInput(issues);
		}
		ObjectNode answer = Json.object();
		ArrayNode results = answer.putArray("results");
		ArrayNode errors = answer.putArray("errors");
		String requestId = UUID.randomUUID().toString();
		for (String url : urls) {
			FetchedPage page = FetchedPage.of(URI.create(url), options, this.sites);
			ObjectNode document = page.document();
			(page.error() == null ? results : errors).add(document);
			Instant now = this.clock.instant();
			ObjectNode usage = Json.object().put("id", "fr-" + this.ids.incrementAndGet());
			page.describe(document, usage);
			usage.put("request_origin", (origin != null) ? origin : "api").put("request_id", requestId);
			this.fetches.add(new Fetch(usage.put("created_at", Usage.text(now)), now));
		}
		return HttpAnswer.ok(answer);
	}

	HttpAnswer usage(Map<String, List<String>> query) {
		return HttpAnswer.ok(this.usage.page(this.fetches.entries(), query, Set.of("completed", "failed")));
	}

	private static void checkAbsolute(List<String> urls, Fields fields) {
		for (int i = 0; i < urls.size(); i++) {
			if (!isAbsolute(urls.get(i))) {
				fields.itemIssue("invalid_format", "urls", i, "Items of \"urls\" must be absolute URLs");
			}
		}
	}

	private static void checkConditions(List<String> urls, Fields fields) {
		for (String name : List.of("if_none_match", "if_modified_since")) {
			if (fields.has(name) && urls.size() > 1) {
				fields.issue("custom", name, "Field \"%s\" needs exactly one URL".formatted(name));
			}
		}
	}

	private static Options options(Fields fields) {
		String format = fields.oneOf("format", Set.of("markdown", "html", "json"));
		Boolean links = fields.flag("links");
		Boolean images = fields.flag("image_links");
		Boolean head = fields.flag("include_html_head");
		FLAGS.forEach(fields::flag);
		fields.integer("ttl", 0, Integer.MAX_VALUE);
		fields.integer("per_url_timeout_ms", 1, MAX_TIMEOUT);
		List.of("purpose", "if_none_match", "if_modified_since").forEach(fields::text);
		List<String> included = fields.someTexts("include_selectors", MAX_SELECTORS, MAX_SELECTOR_LENGTH);
		List<String> excluded = fields.someTexts("exclude_selectors", MAX_SELECTORS, MAX_SELECTOR_LENGTH);
		Fields proxy = fields.object("proxy_config");
		if (proxy != null) {
			proxy.oneOf("country_code", Submission.COUNTRIES);
		}
		return new Options((format != null) ? format : "markdown", Boolean.TRUE.equals(links),
				Boolean.TRUE.equals(images), Boolean.TRUE.equals(head), included, excluded);
	}

	private static boolean isAbsolute(String url) {
		try {
			return new URI(url).isAbsolute();
		}
		catch (URISyntaxException ex) {
			return false;
		}
	}

	/**
	 * Page that was requested.
	 *
	 * @param document its entry in the list, without the content
	 */
	private record Fetch(ObjectNode document, Instant at) {

	}

}
