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

package ai.tinyfish.internal.http;

import ai.tinyfish.http.RequestOptions;
import org.junit.jupiter.api.Test;

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
		assertThat(Secrets.of(PLAIN, KEY, NONE).redact("Key " + KEY + " and " + KEY)).isEqualTo("Key *** and ***");
		assertThat(Secrets.of(PLAIN, KEY, NONE).redact("pass")).isEqualTo("pass");
	}

	@Test
	void theSecretsOfACallAreTakenOutTheLongestFirst() {
		assertThat(Secrets.of(CALL, KEY, NONE).redact("<pass\"word\\\n><pass><" + KEY + ">"))
			.isEqualTo("<***><***><***>");
	}

	@Test
	void aSecretIsKnownAsItStandsInJson() {
		assertThat(Secrets.of(CALL, KEY, NONE).redact("{\"a\":\"pass\\\"word\\\\\\n\"}")).isEqualTo("{\"a\":\"***\"}");
	}

	@Test
	void aSecretIsKnownAsItStandsInJsonOfAsciiOnly() {
		ApiCall<String> call = ApiCall.post("a.b", "/v1/a", (body) -> "")
			.secret("Schl\u00fcssel\"\ud83d\udd11")
			.build();
		assertThat(Secrets.of(call, KEY, NONE).redact("{\"a\":\"Schl\\u00fcssel\\\"\\ud83d\\udd11\"}"))
			.isEqualTo("{\"a\":\"***\"}");
		assertThat(Secrets.of(call, KEY, NONE).redact("{\"a\":\"Schl\\u00FCssel\\\"\\uD83D\\uDD11\"}"))
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
		assertThat(Secrets.of(call, KEY, options).redact("Basic dXNlcjpwYXNz== session 0123456789 lang de"))
			.isEqualTo("Basic ***== session *** lang de");
	}

	@Test
	void theBeginningOfASecretAtTheEndIsTakenOutWhereItIsLongEnoughToTell() {
		assertThat(Secrets.of(PLAIN, KEY, NONE).redact("cut sk-0123")).isEqualTo("cut ***");
		assertThat(Secrets.of(PLAIN, KEY, NONE).redact("cut sk-")).isEqualTo("cut sk-");
		assertThat(Secrets.of(PLAIN, KEY, NONE).redact("sk-0123 is not at the end"))
			.isEqualTo("sk-0123 is not at the end");
	}

}
