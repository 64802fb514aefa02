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

import java.util.Objects;

import ai.tinyfish.fetch.FetchRequest;
import ai.tinyfish.fetch.FetchResponse;
import ai.tinyfish.fetch.FetchResult;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.StringNode;

import org.springframework.ai.chat.model.ToolContext;

/**
 * Tool that reads a page of the web.
 */
final class FetchTool extends TinyFishTool {

	private final RunTools tools;

	private final ToolHosts hosts;

	FetchTool(RunTools tools, ToolHosts hosts) {
		super(new ToolSchema().text("url", "Absolute http or https URL of the page")
			.define("web_fetch", "Reads a page of the web as Markdown."), Effect.READ);
		this.tools = tools;
		this.hosts = hosts;
	}

	@Override
	boolean takesUrl() {
		return true;
	}

	@Override
	ObjectNode answer(ToolArguments arguments, ToolContext context) {
		String url = arguments.url("url");
		this.hosts.check(url);
		FetchRequest request = ToolArguments.request(() -> FetchRequest.of(url));
		FetchResponse response = this.tools.client().fetch().getContents(request);
		if (response.results().isEmpty()) {
			throw new ToolFailure("The page could not be read"
					+ (response.errors().isEmpty() ? "" : ": " + FailureTexts.quote(response.errors().get(0).error()))
					+ ".");
		}
		FetchResult page = response.results().get(0);
		String source = Objects.requireNonNullElse(page.finalUrl(), url);
		if (!this.hosts.allows(source)) {
			throw new ToolFailure("The page leads to a host that is not allowed. Do not try other spellings of it.");
		}
		if (page.content().isEmpty()) {
			throw new ToolFailure("The page could not be read: it has no text.");
		}
		ObjectNode answer = ToolArguments.MAPPER.createObjectNode();
		if (page.title() != null) {
			answer.put("title", FailureTexts.line(page.title()));
		}
		return this.tools.answers()
			.withContent(answer, source, StringNode.valueOf(Objects.requireNonNullElse(page.text(), page.json())));
	}

}
