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

package ai.tinyfish.spring.ai.tools;

import ai.tinyfish.search.SearchPage;
import ai.tinyfish.search.SearchResult;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

import org.springframework.ai.chat.model.ToolContext;

/**
 * Tool that searches the web.
 */
final class SearchTool extends TinyFishTool {

	private final RunTools tools;

	SearchTool(RunTools tools) {
		super(new ToolSchema().text("query", "Text to search for")
			.define("web_search", "Searches the web. Returns titles, URLs and snippets of pages."), Effect.READ);
		this.tools = tools;
	}

	@Override
	ObjectNode answer(ToolArguments arguments, ToolContext context) {
		SearchPage page = this.tools.client().search().query(arguments.query("query"));
		ArrayNode results = ToolArguments.MAPPER.createArrayNode();
		for (SearchResult result : page.results()) {
			ObjectNode entry = results.addObject();
			put(entry, "title", result.title());
			put(entry, "url", result.url());
			put(entry, "snippet", result.snippet());
			put(entry, "date", result.date());
		}
		return this.tools.answers().withContent(ToolArguments.MAPPER.createObjectNode(), "web search", results);
	}

	private static void put(ObjectNode entry, String name, @Nullable String value) {
		if (value != null) {
			entry.put(name, value);
		}
	}

}
