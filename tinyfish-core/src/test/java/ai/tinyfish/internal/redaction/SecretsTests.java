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

package ai.tinyfish.internal.redaction;

import java.nio.charset.StandardCharsets;

import ai.tinyfish.internal.call.ApiCall;
import ai.tinyfish.settings.RequestOptions;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class SecretsTests {

	private static final String KEY = "sk-0123456789";

	private static final ApiCall<String> CALL = ApiCall.post("a.b", "/v1/a", (body) -> "")
		.secret("pass")
		.secret("pass\"word\\\n")
		.build();

	private static final RequestOptions NONE = RequestOptions.none();

	private static final ApiCall<String> PLAIN = ApiCall.post("a.b", "/v1/a", (body) -> "").build();

	@Test
	void theKeyIsTakenOutOfEveryCall() {
		assertThat(secrets(PLAIN, KEY, NONE).redact("Key " + KEY + " and " + KEY)).isEqualTo("Key *** and ***");
		assertThat(secrets(PLAIN, KEY, NONE).redact("pass")).isEqualTo("pass");
	}

	@Test
	void theSecretsOfACallAreTakenOutTheLongestFirst() {
		assertThat(secrets(CALL, KEY, NONE).redact("<pass\"word\\\n><pass><" + KEY + ">")).isEqualTo("<***><***><***>");
	}

	@Test
	void aSecretIsKnownAsItStandsInJson() {
		assertThat(secrets(CALL, KEY, NONE).redact("{\"a\":\"pass\\\"word\\\\\\n\"}")).isEqualTo("{\"a\":\"***\"}");
	}

	@Test
	void theLongWordsOfHeadersAreSecretsAndABlankTextIsNot() {
		RequestOptions options = RequestOptions.builder()
			.header("Authorization", "Basic dXNlcjpwYXNz==")
			.header("Cookie", "session=0123456789; lang=de")
			.header("X-Empty", "")
			.build();
		ApiCall<String> call = ApiCall.post("a.b", "/v1/a", (body) -> "").secret(" ").secret("").build();
		assertThat(secrets(call, KEY, options).redact("Basic dXNlcjpwYXNz== session 0123456789 lang de"))
			.isEqualTo("Basic ***== session *** lang de");
	}

	@ParameterizedTest
	@CsvSource(quoteCharacter = '`', textBlock = """
			{"a":"sk-0123456789"}, {"a":"***"}
			{"a":"sk-0123456789sk-0123456789-"}, {"a":"******-"}
			{"a":"\\u0073k-012345678\\u0039\\n"}, {"a":"***\\n"}
			{"a":"\\u0073\\u006B\\u002d0123456789"}, {"a":"***"}
			{"a":"\\\\sk-0123456789"}, {"a":"\\\\***"}
			sk-0123456789, ***""")
	void theKeyIsTakenOutOfAnyText(String text, String redacted) {
		assertThat(withoutKey(text, KEY)).isEqualTo(redacted);
	}

	@ParameterizedTest
	@ValueSource(strings = { "{\"a\":\"sk-012345678\"}", "sk-", "\\u0073k-", "\\", "\\u", "\\u00", "{}", "",
			"\\\\u0073k-0123456789", "SK-0123456789", "\\uZZ73k-0123456789" })
	void textWithoutTheKeyIsNotCopied(String text) {
		assertThat(withoutKey(text, KEY)).isNull();
	}

	@ParameterizedTest
	@ValueSource(strings = { "run_id", "123456789012345" })
	void aKeyThatMayBeAWordOrANumberOfADocumentIsLeftInIt(String key) {
		assertThat(withoutKey("{\"run_id\":123456789012345}", key)).isNull();
	}

	@ParameterizedTest
	@CsvSource(textBlock = """
			sk/01234567\\89, sk\\/01234567\\\\89
			sk/01234567\\89, sk/01234567\\\\89
			sk-{0123456789}, sk-\\u007b0123456789\\u007D""")
	void theKeyIsTakenOutWithAnyEscapesInIt(String key, String written) {
		assertThat(withoutKey("{\"a\":\"" + written + "\"}", key)).isEqualTo("{\"a\":\"***\"}");
	}

	@ParameterizedTest
	@ValueSource(ints = { 1600, 8000 })
	void aLongKeyIsTakenOut(int length) {
		String key = "k".repeat(length);
		String escaped = "\\u006b" + "k".repeat(length - 1);
		assertThat(withoutKey("{\"a\":\"" + key + "\",\"b\":\"" + escaped + "\"}", key))
			.isEqualTo("{\"a\":\"***\",\"b\":\"***\"}");
	}

	private static @Nullable String withoutKey(String text, String key) {
		byte[] bytes = ("<" + text + ">").getBytes(StandardCharsets.UTF_8);
		byte[] redacted = secrets(PLAIN, key, NONE).withoutKey(bytes, 1, bytes.length - 2);
		return (redacted != null) ? new String(redacted, StandardCharsets.UTF_8) : null;
	}

	private static Secrets secrets(ApiCall<?> call, String apiKey, RequestOptions options) {
		return Secrets.of(call.secrets(), apiKey, options.headers().values());
	}

}
