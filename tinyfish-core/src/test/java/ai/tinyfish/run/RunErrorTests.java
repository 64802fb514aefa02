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

package ai.tinyfish.run;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import ai.tinyfish.error.ApiErrorResponse;
import ai.tinyfish.internal.json.Json;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link RunError}.
 */
class RunErrorTests {

	@Test
	void readsABareMessage() {
		assertThat(read("\"The page never loaded\"")).isEqualTo(RunError.of(null, "The page never loaded"));
	}

	@Test
	void aMessageInPlaceOfTheCodeIsRefused() {
		assertThatIllegalArgumentException().isThrownBy(() -> RunError.of("Access denied", "SITE_BLOCKED"))
			.withMessage("code must have no spaces; the message follows it");
		assertThatIllegalArgumentException()
			.isThrownBy(() -> ApiErrorResponse.of(429, "Slow down", "RATE_LIMIT_EXCEEDED"));
	}

	@Test
	void readsAMessageInAnObject() {
		assertThat(read("{\"message\":\"Broke\"}")).isEqualTo(RunError.of(null, "Broke"));
	}

	@Test
	void keepsWhatItHasNoComponentFor() {
		RunError error = read("{\"message\":\"Broke\",\"details\":[{\"path\":[\"a\",1]}],\"new\":null}");
		assertThat(error.additionalProperties()).containsOnlyKeys("details", "new")
			.containsEntry("details", List.of(Map.of("path", List.of("a", 1))));
		assertThat(error).isNotEqualTo(read("{\"message\":\"Broke\"}"));
		assertThat(error.toString()).contains("details").doesNotContain("path");
		assertThat(RunError.builder()
			.message("m")
			.additionalProperties(Map.of("code", "x"))
			.build()
			.additionalProperties()).isEmpty();
	}

	@Test
	void hasAMessageEvenWhereTheServiceGivesNone() {
		assertThat(read("{\"code\":\"SITE_BLOCKED\"}").message()).isEqualTo("SITE_BLOCKED");
		assertThat(read("{}").message()).isEmpty();
		assertThat(read("{\"message\":null}").message()).isEmpty();
		assertThat(read("{\"message\":{\"a\":1},\"code\":\"C\"}").message()).isEqualTo("C");
	}

	@ParameterizedTest
	@CsvSource({ "BILLING_FAILURE,BILLING_FAILURE", "agent_failure,AGENT_FAILURE", "WEATHER,UNKNOWN" })
	void keepsTheCategoryAsReceived(String text, ErrorCategory category) {
		RunError error = read("{\"message\":\"m\",\"category\":\"" + text + "\"}");
		assertThat(error.categoryText()).isEqualTo(text);
		assertThat(error.category()).isEqualTo(category);
	}

	@ParameterizedTest
	@CsvSource(quoteCharacter = '`', value = { "60,60000", "1.5,1500", "0,0", "`\"60\"`,60000", "null,", "-1,", "1e99,",
			"`\"soon\"`,", "true,", "[60],", "{}," })
	void readsSecondsToWait(String json, Long expectedMillis) {
		assertThat(read("{\"message\":\"m\",\"retry_after\":" + json + "}").retryAfter())
			.isEqualTo((expectedMillis != null) ? Duration.ofMillis(expectedMillis) : null);
	}

	private static RunError read(String json) {
		return Json.read(json.getBytes(StandardCharsets.UTF_8), RunError.class);
	}

}
