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

package ai.tinyfish.spring.test.cassette;

import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class WrittenSecretsTests {

	@ParameterizedTest(name = "{0}")
	@CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
			as it is                             | p&ss/wörd  | "p&ss/wörd"
			escaped in a tag                     | p&ss/wörd  | "<name>p&amp;ss/wörd</name>"
			with numbers of characters           | p&ss/wörd  | "p&#38;ss&#x2F;w&#246;rd"
			percent encoded                      | p&ss/wörd  | "?q=p%26ss%2Fw%C3%B6rd"
			percent encoded in lower case        | p&ss/wörd  | "?q=p%26ss%2fw%c3%b6rd"
			percent encoded as a path            | p&ss/wörd  | "/p&ss/w%C3%B6rd"
			percent encoded in full              | p&ss/wörd  | "%70%26%73%73%2f%77%c3%b6%72%64"
			percent encoded twice                | p&ss/wörd  | "p%2526ss%252Fw%25C3%25B6rd"
			with a plus for a space              | pass word4 | "?q=pass+word4"
			with %20 for a space                 | pass word4 | "?q=pass%20word4"
			percent encoded, escaped in a tag    | p&ss "1"   | "p%26amp%3Bss%20%26quot%3B1%26quot%3B"
			JSON                                 | p"ss\\wörd | "p\\"ss\\\\w\\u00f6rd"
			JSON in a JSON text                  | p"ss\\wörd | "{\\"a\\": \\"p\\\\\\"ss\\\\\\\\wörd\\"}"
			escaped in a tag in a JSON text      | p"s&s      | "{\\"a\\": \\"p\\\\\\"s&amp;s\\"}"
			a slash that JSON may escape         | p&ss/wörd  | "p&ss\\/wörd"
			Base64                               | sk-key-4711 | "c2sta2V5LTQ3MTE="
			Base64 after one byte                | sk-key-4711 | "eHNrLWtleS00NzEx"
			Base64 after two bytes               | sk-key-4711 | "eHhzay1rZXktNDcxMXg="
			Base64 without padding               | sk-key-4711 | "Basic eHhzay1rZXktNDcxMQ"
			Base64 for URLs                      | ???>>>~~~  | "Pz8_Pj4-fn5-"
			Base64 in a path                     | sk-key-4711 | "/abc/c2sta2V5LTQ3MTE="
			Base64 between slashes               | hunter2secr3 | "v/aHVudGVyMnNlY3Iz/"
			Base64, percent encoded              | sk-key-4711 | "c2sta2V5LTQ3MTE%3D"
			Base64 of percent encoding           | p&ss/wörd  | "cCUyNnNzJTJmdyVjMyViNnJk"
			Base64 of JSON                       | p"ss\\wörd | "eyJhIjoicFwic3NcXHfDtnJkIn0="
			a name                               | sk-key-4711 | {"sk-key-4711": 1}""")

	void formsThatAreRecognized(String form, String secret, String json) {
		assertThat(WrittenSecrets.find("{\"result\": " + json + "}", Map.of("other", "another", secret, "a secret")))
			.as(form)
			.isEqualTo("a secret");
	}

	@ParameterizedTest
	@ValueSource(
			strings = { "SK-KEY-4711", "sk-key\\u00ad-4711", "1174-yek-ks", "sk-key-471", "736b2d6b65792d34373131" })
	void formsThatAreNot(String text) {
		assertThat(WrittenSecrets.find(text, Map.of("sk-key-4711", "a secret"))).isNull();
	}

	@Test
	void longTextWithFewLettersIsSearchedInSeconds() {
		String text = "\\\\u0026&amp;%25".repeat(70_000);
		assertThat(WrittenSecrets.find(text, Map.of("sk-key-4711", "a secret"))).isNull();
	}

}
