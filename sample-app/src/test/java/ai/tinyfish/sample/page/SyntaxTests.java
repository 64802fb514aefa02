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

package ai.tinyfish.sample.page;

import java.util.Objects;
import java.util.stream.Collectors;

import ai.tinyfish.sample.page.Syntax.Part;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Syntax}.
 */
class SyntaxTests {

	@Test
	void javaHasColours() {
		assertThat(coloured("""
				/** A {@link Shop}. */
				@WebAgent(url = "https://shop.example")
				interface Shop { // "all"
					String say(int times) { return "a \\" b"; }
				}""")).isEqualTo("comment:/** A {@link Shop}. */|annotation:@WebAgent|string:\"https://shop.example\"|"
				+ "keyword:interface|comment:// \"all\"|keyword:int|keyword:return|string:\"a \\\" b\"");
	}

	@Test
	void yamlHasColours() {
		assertThat(coloured("""
				# of the client
				tinyfish:
				  api-key: ${KEY:}
				  log: "on"
				"""))
			.isEqualTo("comment:# of the client|keyword:tinyfish|keyword:  api-key|keyword:  log|string:\"on\"");
	}

	@Test
	void commandHasColours() {
		assertThat(coloured("""
				curl https://shop.example \\
				  -H "X-API-Key: $KEY" \\
				  -d '{"a": "it'\\''s"}'
				""")).isEqualTo("string:\"X-API-Key: $KEY\"|string:'{\"a\": \"it'\\''s\"}'");
	}

	@Test
	void textBlockIsOneStringAndALongOneNeedsNoDeepStack() {
		String block = "\"\"\"\n  {\"a\" : \"" + "\\\\\"".repeat(200_000) + "\"}\"\"\"";
		assertThat(coloured("String a = " + block + ";")).isEqualTo("string:" + block);
		String literal = '"' + "\\\"".repeat(200_000) + '"';
		assertThat(coloured(literal)).isEqualTo("string:" + literal);
		String argument = "'" + "'\\''".repeat(200_000) + "'";
		assertThat(coloured("-d " + argument)).isEqualTo("string:" + argument);
	}

	@Test
	void filesBeginWithTheirCode() {
		assertThat(new CodeAtWork().files().get(1).code()).startsWith("@WebAgent(");
		assertThat(new CodeAtWork().files()).noneMatch((file) -> file.code().startsWith("/*"));
	}

	@Test
	void partsAreTheWholeText() {
		for (CodeAtWork.SourceFile file : new CodeAtWork().files()) {
			assertThat(file.parts().stream().map(Part::text).collect(Collectors.joining())).isEqualTo(file.code());
			assertThat(file.parts()).anyMatch((part) -> Objects.equals(part.kind(), "keyword"));
		}
	}

	private static String coloured(String code) {
		return Syntax.of(code)
			.stream()
			.filter((part) -> part.kind() != null)
			.map((part) -> part.kind() + ":" + part.text())
			.collect(Collectors.joining("|"));
	}

}
