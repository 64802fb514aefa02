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

package ai.tinyfish.internal.poll;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

import ai.tinyfish.internal.json.Json;
import ai.tinyfish.internal.redaction.Secrets;
import ai.tinyfish.run.RunError;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link RunRedaction}.
 */
class RunRedactionTests {

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void redactsEachTextOfAnErrorWhetherOrNotItWasReadBefore(boolean readBefore) {
		String json = """
				{"code":1234567890,"message":"a (secret) word","category":"x-hidden-value","retry_after":30,
				 "help_url":"https://h.example/hidden-value","new":{"list":["hidden-value",1234567890,7]}}""";
		RunError error = Json.read(json.getBytes(StandardCharsets.UTF_8), RunError.class);
		if (readBefore) {
			assertThat(error.toString()).contains("1234567890", "hidden-value");
		}
		Secrets secrets = Secrets.of(List.of("hidden-value", "1234567890", "(secret)"), "key", List.of());
		RunError redacted = RunRedaction.redact(error, secrets);
		assertThat(redacted.code()).isEqualTo("***");
		assertThat(redacted.message()).isEqualTo("a *** word");
		assertThat(redacted.categoryText()).isEqualTo("x-***");
		assertThat(redacted.helpUrl()).isEqualTo("https://h.example/***");
		assertThat(redacted.retryAfter()).isEqualTo(Duration.ofSeconds(30));
		assertThat(redacted.additionalProperties()).hasToString("{new={list=[***, ***, 7]}}");
	}

}
