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
		assertThat(secrets(PLAIN, KEY, NONE, new RunSecrets()).redact("Key " + KEY + " and " + KEY))
			.isEqualTo("Key *** and ***");
		assertThat(secrets(PLAIN, KEY, NONE, new RunSecrets()).redact("pass")).isEqualTo("pass");
	}

	@Test
	void theSecretsOfACallAreTakenOutTheLongestFirst() {
		assertThat(secrets(CALL, KEY, NONE, new RunSecrets()).redact("<pass\"word\\\n><pass><" + KEY + ">"))
			.isEqualTo("<***><***><***>");
	}

	@Test
	void aSecretIsKnownAsItStandsInJson() {
		assertThat(secrets(CALL, KEY, NONE, new RunSecrets()).redact("{\"a\":\"pass\\\"word\\\\\\n\"}"))
			.isEqualTo("{\"a\":\"***\"}");
	}

	@Test
	void aSecretIsKnownAsItStandsInJsonOfAsciiOnly() {
		ApiCall<String> call = ApiCall.post("a.b", "/v1/a", (body) -> "")
			.secret("Schl\u00fcssel\"\ud83d\udd11")
			.build();
		assertThat(secrets(call, KEY, NONE, new RunSecrets()).redact("{\"a\":\"Schl\\u00fcssel\\\"\\ud83d\\udd11\"}"))
			.isEqualTo("{\"a\":\"***\"}");
		assertThat(secrets(call, KEY, NONE, new RunSecrets()).redact("{\"a\":\"Schl\\u00FCssel\\\"\\uD83D\\uDD11\"}"))
			.isEqualTo("{\"a\":\"***\"}");
	}

	@Test
	void theLongWordsOfHeadersAreSecretsAndABlankTextIsNone() {
		RequestOptions options = RequestOptions.builder()
			.header("Authorization", "Basic dXNlcjpwYXNz==")
			.header("Cookie", "session=0123456789; lang=de")
			.header("X-Empty", "")
			.build();
		ApiCall<String> call = ApiCall.post("a.b", "/v1/a", (body) -> "").secret(" ").secret("").build();
		assertThat(
				secrets(call, KEY, options, new RunSecrets()).redact("Basic dXNlcjpwYXNz== session 0123456789 lang de"))
			.isEqualTo("Basic ***== session *** lang de");
	}

	@Test
	void theBeginningOfASecretAtTheEndIsTakenOutWhereItIsLongEnoughToTell() {
		assertThat(secrets(PLAIN, KEY, NONE, new RunSecrets()).redact("cut sk-0123")).isEqualTo("cut ***");
		assertThat(secrets(PLAIN, KEY, NONE, new RunSecrets()).redact("cut sk-")).isEqualTo("cut sk-");
		assertThat(secrets(PLAIN, KEY, NONE, new RunSecrets()).redact("sk-0123 is not at the end"))
			.isEqualTo("sk-0123 is not at the end");
	}

	@Test
	void aTextThatIsWholeEndsInNoBeginningOfASecret() {
		Secrets secrets = secrets(PLAIN, KEY, NONE, new RunSecrets());
		assertThat(secrets.redactWhole("not cut sk-0123")).isEqualTo("not cut sk-0123");
		assertThat(secrets.redactWhole("n" + KEY + "m")).isEqualTo("n***m");
		assertThat(secrets.redactWhole("")).isEmpty();
		assertThat(secrets.redactWhole("x".repeat(64 * 1024 - 6) + KEY)).isEqualTo("x".repeat(64 * 1024 - 6) + "***");
	}

	@Test
	void inAnIdAShortSecretIsNoneUnlessItIsAll() {
		Secrets secrets = secrets(CALL, KEY, NONE, new RunSecrets());
		assertThat(secrets.redactId("pass_1")).isEqualTo("pass_1");
		assertThat(secrets.redactId("pass")).isEqualTo("***");
		assertThat(secrets.redactId("x" + KEY)).isEqualTo("x***");
	}

	@Test
	void aTextIsNotCutInsideACharacter() {
		String text = "x".repeat(64 * 1024 - 1);
		assertThat(secrets(CALL, KEY, NONE, new RunSecrets()).redact(text + "\ud83d\udd11")).isEqualTo(text);
	}

	@ParameterizedTest
	@ValueSource(strings = { "p@ss/w0rd+ \u00e4!x~y", "p%40ss%2Fw0rd%2B%20%C3%A4!x~y", "p%40ss%2fw0rd%2b%20%c3%a4!x~y",
			"p%40ss%2Fw0rd%2B+%C3%A4%21x%7Ey", "p%40ss%2Fw0rd%2B%20\u00e4%21x~y", "p%40ss%2Fw0rd+%20%E4!x~y",
			"p%40ss\\/w0rd%2B%20\\u00e4!x~y", "\\u0070%40ss%2Fw0rd%2B+%C3%A4%21x%7Ey" })
	void aSecretIsKnownAsItStandsInUrls(String spelled) {
		ApiCall<String> call = ApiCall.post("a.b", "/v1/a", (body) -> "").secret("p@ss/w0rd+ \u00e4!x~y").build();
		Secrets secrets = secrets(call, KEY, NONE, new RunSecrets());
		assertThat(secrets.redact("100% of <" + spelled + "> at 5%")).isEqualTo("100% of <***> at 5%");
		int cut = spelled.indexOf("w0rd") + 5;
		assertThat(secrets.redact("100% of <" + spelled.substring(0, cut))).isEqualTo("100% of <***");
		assertThat(secrets.redact("100% of <" + spelled.substring(0, cut + 1))).isEqualTo("100% of <***");
	}

	@Test
	void aSecretIsKnownWithTheSpacesOfForms() {
		ApiCall<String> call = ApiCall.post("a.b", "/v1/a", (body) -> "").secret("my pass word").build();
		assertThat(secrets(call, KEY, NONE, new RunSecrets()).redact("a=my+pass+word&b=my+pass"))
			.isEqualTo("a=***&b=***");
	}

	@Test
	void aLongTextIsCutAndTheSecretAtTheCutIsTakenOut() {
		Secrets secrets = secrets(CALL, KEY, NONE, new RunSecrets());
		String start = "x".repeat(64 * 1024 - 6);
		for (String spelled : new String[] { KEY, KEY + KEY, "sk-01%32" }) {
			assertThat(secrets.redact(start + spelled + "y".repeat(100_000))).hasSize(start.length() + 3)
				.endsWith("x***");
		}
		assertThat(secrets.redact(start + "yyyyyy")).isEqualTo(start + "yyyyyy");
	}

	@ParameterizedTest
	@CsvSource(quoteCharacter = '`', textBlock = """
			{"a":"sk-0123456789"}, {"a":"***"}
			{"a":"sk-0123456789sk-0123456789-"}, {"a":"******-"}
			{"a":"\\u0073k-012345678\\u0039\\n"}, {"a":"***\\n"}
			{"a":"\\u0073\\u006B\\u002d0123456789"}, {"a":"***"}
			{"a":"\\\\sk-0123456789"}, {"a":"\\\\***"}
			sk-0123456789, ***""")
	void theKeyIsTakenOutOfWhateverIsRead(String text, String redacted) {
		assertThat(withoutKey(text, KEY)).isEqualTo(redacted);
	}

	@ParameterizedTest
	@ValueSource(strings = { "{\"a\":\"sk-012345678\"}", "sk-", "\\u0073k-", "\\", "\\u", "\\u00", "{}", "",
			"\\\\u0073k-0123456789", "SK-0123456789", "\\uZZ73k-0123456789" })
	void whatIsNotTheKeyIsNotCopied(String text) {
		assertThat(withoutKey(text, KEY)).isNull();
	}

	@ParameterizedTest
	@ValueSource(strings = { "run_id", "123456789012345" })
	void aKeyThatMayBeAWordOrANumberOfADocumentIsLeftInIt(String key) {
		assertThat(withoutKey("{\"run_id\":123456789012345}", key)).isNull();
	}

	@Test
	void theSecretsOfARunAreKnownWhereverItIsRead() {
		RunSecrets memory = new RunSecrets();
		secrets(CALL, KEY, NONE, memory).remember("run-1");
		secrets(CALL, KEY, NONE, memory).remember(null);
		ApiCall<String> look = ApiCall.get("a.c", "/v1/a", (body) -> "").runId("run-1").build();
		assertThat(secrets(look, "sk-other", NONE, memory).redact("pass")).isEqualTo("***");
		assertThat(secrets(PLAIN, KEY, NONE, memory).redact("pass")).isEqualTo("pass");
		assertThat(secrets(PLAIN, KEY, NONE, memory).andOf("run-1").redact("pass")).isEqualTo("***");
		for (int i = 0; i < 10_000; i++) {
			secrets(PLAIN, KEY, NONE, memory).remember("other-" + i);
		}
		assertThat(memory.of("run-1")).isEmpty();
	}

	private static @Nullable String withoutKey(String text, String key) {
		byte[] bytes = ("<" + text + ">").getBytes(StandardCharsets.UTF_8);
		byte[] redacted = secrets(PLAIN, key, NONE, new RunSecrets()).withoutKey(bytes, 1, bytes.length - 2);
		return (redacted != null) ? new String(redacted, StandardCharsets.UTF_8) : null;
	}

	private static Secrets secrets(ApiCall<?> call, String apiKey, RequestOptions options, RunSecrets runSecrets) {
		return Secrets.of(call.secrets(), call.runIds(), apiKey, options.headers().values(), runSecrets);
	}

}
