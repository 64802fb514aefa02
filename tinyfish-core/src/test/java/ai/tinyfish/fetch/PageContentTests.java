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

package ai.tinyfish.fetch;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class PageContentTests {

	@Test
	void aJsonStringIsText() {
		PageContent content = PageContent.ofJson(" \"a\\n\\u00e4\" ");
		assertThat(content.text()).isEqualTo("a\nä");
		assertThat(content.json()).isEqualTo("\"a\\nä\"");
		assertThat(content.isEmpty()).isFalse();
	}

	@ParameterizedTest
	@ValueSource(strings = { "{\"a\":[1.10,1e400,null]}", "[1]", "true", "1.10" })
	void otherJsonIsKeptAsItIs(String json) {
		PageContent content = PageContent.ofJson(json);
		assertThat(content.json()).isEqualTo(json);
		assertThat(content.text()).isNull();
		assertThat(content.isEmpty()).isFalse();
		assertThat(content).isEqualTo(PageContent.ofJson(" " + json + " "))
			.hasSameHashCodeAs(PageContent.ofJson(json))
			.isNotEqualTo(PageContent.empty())
			.hasToString(json);
	}

	@Test
	void nullIsNothing() {
		assertThat(PageContent.ofJson("null")).isSameAs(PageContent.empty());
		assertThat(PageContent.empty().isEmpty()).isTrue();
		assertThat(PageContent.empty().text()).isNull();
		assertThat(PageContent.empty().json()).isEqualTo("null");
	}

	@ParameterizedTest
	@ValueSource(strings = { "", " ", "{", "a", "{} {}", "\"a", "[1,]" })
	void otherContentThanOneJsonValueIsRefused(String json) {
		assertThatIllegalArgumentException().isThrownBy(() -> PageContent.ofJson(json))
			.withMessageStartingWith("json ");
	}

	@Test
	void describesItselfShortly() {
		assertThat(PageContent.ofJson("\"" + "x".repeat(10_000) + "\"").toString()).hasSizeLessThan(110)
			.endsWith("...");
	}

}
