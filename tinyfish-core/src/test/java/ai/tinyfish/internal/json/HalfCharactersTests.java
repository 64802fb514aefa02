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

package ai.tinyfish.internal.json;

import java.nio.charset.StandardCharsets;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link HalfCharacters}.
 */
class HalfCharactersTests {

	// a tilde stands for a backslash, as Java's compiler reads escapes itself
	@ParameterizedTest
	@CsvSource({ "~ud83d,~ufffd", "~uDE00,~ufffd", "a~ud83d~ud83d~ude00z,a~ufffd~ud83d~ude00z",
			"~ude00~ud83d,~ufffd~ufffd", "~~~ud83d~n,~~~ufffd~n", "~ud83d~u0041,~ufffd~u0041",
			"~ud83d~~ude00,~ufffd~~ude00" })
	void halvesAreReplaced(String text, String expected) {
		byte[] bytes = bytes("[[" + text + "]]");
		byte[] before = bytes.clone();
		assertThat(HalfCharacters.replaced(bytes, 2, bytes.length - 4)).isEqualTo(bytes(expected));
		assertThat(bytes).isEqualTo(before);
	}

	@ParameterizedTest
	@ValueSource(
			strings = { "", "ud83d", "~~ud83d", "~~~~ude00", "~ud83d~ude00", "~u00e9", "~ud83", "~udxyz", "~", "~n~t" })
	void wholeCharactersAndInvalidEscapesAreLeft(String text) {
		byte[] bytes = bytes(text);
		assertThat(HalfCharacters.replaced(bytes, 0, bytes.length)).isNull();
	}

	private static byte[] bytes(String text) {
		return text.replace('~', '\\').getBytes(StandardCharsets.UTF_8);
	}

}
