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

package ai.tinyfish.browser;

import java.time.Duration;
import java.util.stream.Stream;

import ai.tinyfish.internal.area.BrowserCalls;
import ai.tinyfish.internal.request.WireForm;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class BrowserSessionRequestTests {

	static Stream<Arguments> invalid() {
		return Stream.of(row("url must not be blank", () -> BrowserSessionRequest.builder().url(" ")),
				row("url must not have spaces", () -> BrowserSessionRequest.builder().url("a b.example")),
				row("timeout must be from 5 to 86400 seconds",
						() -> BrowserSessionRequest.builder().timeout(Duration.ofSeconds(4))),
				row("timeout must be from 5 to 86400 seconds",
						() -> BrowserSessionRequest.builder().timeout(Duration.ofDays(1).plusMillis(1))),
				row("timeout must be whole seconds",
						() -> BrowserSessionRequest.builder().timeout(Duration.ofMillis(5001))));
	}

	@ParameterizedTest(name = "{0} {index}")
	@MethodSource("invalid")
	void badInputIsRefusedWithTheFieldAndTheProblem(String message, Runnable change) {
		assertThatIllegalArgumentException().isThrownBy(change::run).withMessage(message);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", " ", "\t", ".", "..", "a\nb", "a\u0000", "\u007f", "a\u0085b", "a\ud800b" })
	void anIdThatCouldLeadElsewhereIsRefused(String id) {
		assertThatIllegalArgumentException().isThrownBy(() -> BrowserCalls.close(id))
			.withMessageStartingWith("sessionId must");
	}

	@Test
	void theLimitsThemselvesAreAllowed() {
		assertThat(WireForm.of(BrowserSessionRequest.builder().timeout(Duration.ofSeconds(5)).build()))
			.containsEntry("timeout_seconds", 5);
		assertThat(WireForm.of(BrowserSessionRequest.builder().timeout(Duration.ofDays(1)).build()))
			.containsEntry("timeout_seconds", 86_400);
	}

	@Test
	void nullRemovesASettingAndABuiltRequestDoesNotChange() {
		BrowserSessionRequest request = BrowserSessionRequest.builder()
			.url("a.example")
			.timeout(Duration.ofMinutes(1))
			.build();
		assertThat(request.toBuilder().url(null).timeout(null).build()).isEqualTo(BrowserSessionRequest.defaults())
			.hasSameHashCodeAs(BrowserSessionRequest.defaults());
		assertThat(WireForm.of(request)).hasSize(2);
	}

	@Test
	void describesItselfWithoutThePasswordInItsUrl() {
		assertThat(BrowserSessionRequest.builder().url("https://me:pass@a.example").build())
			.hasToString("BrowserSessionRequest[url=https://***@a.example, timeoutSeconds=null]");
		assertThat(BrowserSessionRequest.builder().url("me:pass@a.example/b").build())
			.hasToString("BrowserSessionRequest[url=***@a.example/b, timeoutSeconds=null]");
		assertThat(BrowserSessionRequest.builder().url("a.example/b@c").build())
			.hasToString("BrowserSessionRequest[url=a.example/b@c, timeoutSeconds=null]");
		assertThat(BrowserSessionRequest.defaults())
			.hasToString("BrowserSessionRequest[url=null, timeoutSeconds=null]");
	}

	private static Arguments row(String message, Runnable change) {
		return Arguments.of(message, change);
	}

}
