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

import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

import org.springframework.ai.chat.model.ToolContext;
import org.springframework.ai.tool.ToolCallback;

import static ai.tinyfish.spring.ai.tools.ToolFixture.answer;
import static ai.tinyfish.spring.ai.tools.ToolFixture.failure;
import static org.assertj.core.api.Assertions.assertThat;

class SearchAndFetchToolTests {

	private final ToolFixture fixture = new ToolFixture();

	private final ToolContext conversation = this.fixture.conversation();

	@AfterEach
	void close() {
		this.fixture.close();
	}

	@Test
	void searchGivesTitlesUrlsAndSnippets() {
		JsonNode answer = answer(this.fixture.tools().search(), Map.of("query", "java books"), this.conversation);
		assertThat(answer.path("content_source").stringValue()).isEqualTo("web search");
		assertThat(answer.path("content").size()).isEqualTo(10);
		assertThat(answer.path("content").get(0).propertyNames()).contains("title", "url", "snippet");
	}

	@Test
	void failedSearchIsReported() {
		assertThat(failure(this.fixture.tools().search(), Map.of("query", "[fail]"), this.conversation))
			.isEqualTo("The service failed, and nothing was started. It may help to call it again later.");
		assertThat(failure(this.fixture.tools().search(), Map.of(), this.conversation))
			.isEqualTo("Bad arguments, nothing was sent: query must be a text that is not blank");
	}

	@Test
	void pageIsReadAsMarkdown() {
		JsonNode answer = answer(this.fixture.tools().fetch(), Map.of("url", "https://shop.example/books"),
				this.conversation);
		assertThat(answer.path("content_source").stringValue()).startsWith("https://shop.example/books");
		assertThat(answer.path("content").stringValue()).isNotBlank();
		assertThat(this.fixture.paid()).isZero();
	}

	@Test
	void pageThatCannotBeReadIsReported() {
		assertThat(failure(this.fixture.tools().fetch(), Map.of("url", "https://shop.example/page_not_found"),
				this.conversation))
			.isEqualTo("The page could not be read: \"page_not_found\".");
	}

	@ParameterizedTest
	@ValueSource(strings = { "https://shop.example/a b", "https://shop.example/a\tb", "https://shop.example/a\u00a0b" })
	void urlWithWhiteSpaceIsABadArgument(String url) {
		for (ToolCallback tool : List.of(this.fixture.tools().fetch(), this.fixture.tools().agent())) {
			assertThat(failure(tool, Map.of("url", url, "goal", "x"), this.conversation))
				.isEqualTo("Bad arguments, nothing was sent: url must not have white space: write a space as %20");
		}
		assertThat(this.fixture.simulator.journal().requests()).isEmpty();
	}

	@Test
	void argumentsHaveAMaximumLength() {
		String query = "a".repeat(500);
		assertThat(answer(this.fixture.tools().search(), Map.of("query", query), this.conversation).has("content"))
			.isTrue();
		assertThat(failure(this.fixture.tools().search(), Map.of("query", query + "a"), this.conversation))
			.isEqualTo("Bad arguments, nothing was sent: query must have at most 500 characters");
		assertThat(failure(this.fixture.tools().fetch(), Map.of("url", "https://shop.example/" + "a".repeat(2028)),
				this.conversation))
			.isEqualTo("Bad arguments, nothing was sent: url must have at most 2048 characters");
		assertThat(this.fixture.simulator.journal().requests()).hasSize(1);
	}

	@Test
	void pagesOfOtherHostsAreNotRead() {
		assertThat(failure(this.fixture.tools().fetch(), Map.of("url", "https://evil.example/"), this.conversation))
			.startsWith("Refused, nothing was sent: ");
		assertThat(this.fixture.simulator.journal().requests("POST /v1/fetch")).isZero();
	}

}
