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

package ai.tinyfish.internal.call;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

import ai.tinyfish.TinyFishClient;
import ai.tinyfish.error.TinyFishAuthenticationException;
import ai.tinyfish.error.TinyFishBadRequestException;
import ai.tinyfish.error.TinyFishConflictException;
import ai.tinyfish.error.TinyFishInsufficientCreditsException;
import ai.tinyfish.error.TinyFishNotFoundException;
import ai.tinyfish.error.TinyFishPermissionDeniedException;
import ai.tinyfish.error.TinyFishRateLimitException;
import ai.tinyfish.error.TinyFishRequestTimeoutException;
import ai.tinyfish.error.TinyFishServerException;
import ai.tinyfish.error.TinyFishStatusException;
import ai.tinyfish.error.TinyFishUnprocessableEntityException;
import ai.tinyfish.testing.BothClients;
import ai.tinyfish.testing.ClientKind;
import ai.tinyfish.testing.FourOperations;
import ai.tinyfish.testing.Operation;
import ai.tinyfish.testing.Samples;
import com.github.tomakehurst.wiremock.core.WireMockConfiguration;
import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/**
 * Results of answers that are not a success, on every operation.
 */
@BothClients(always = true)
class StatusWireTests {

	@RegisterExtension
	static WireMockExtension server = WireMockExtension.newInstance()
		.options(WireMockConfiguration.wireMockConfig().dynamicPort())
		.build();

	@Parameter
	ClientKind kind;

	private TinyFishClient client;

	@BeforeEach
	void createClient() {
		this.client = this.kind.client(server.baseUrl()).maxRetries(0).build();
	}

	@AfterEach
	void closeClient() {
		this.client.close();
	}

	static Stream<Arguments> statuses() {
		return Stream.of(Arguments.of(400, "INVALID_INPUT", TinyFishBadRequestException.class),
				Arguments.of(401, "INVALID_API_KEY", TinyFishAuthenticationException.class),
				Arguments.of(402, "INSUFFICIENT_CREDITS", TinyFishInsufficientCreditsException.class),
				Arguments.of(403, "FORBIDDEN", TinyFishPermissionDeniedException.class),
				Arguments.of(403, "INSUFFICIENT_CREDITS", TinyFishInsufficientCreditsException.class),
				Arguments.of(404, "NOT_FOUND", TinyFishNotFoundException.class),
				Arguments.of(408, "REQUEST_TIMEOUT", TinyFishRequestTimeoutException.class),
				Arguments.of(409, "CONFLICT", TinyFishConflictException.class),
				Arguments.of(418, "TEAPOT", TinyFishStatusException.class),
				Arguments.of(422, "INVALID_INPUT", TinyFishUnprocessableEntityException.class),
				Arguments.of(429, "RATE_LIMIT_EXCEEDED", TinyFishRateLimitException.class),
				Arguments.of(500, "INTERNAL_ERROR", TinyFishServerException.class),
				Arguments.of(502, "INTERNAL_ERROR", TinyFishServerException.class),
				Arguments.of(503, "service_busy", TinyFishServerException.class));
	}

	@ParameterizedTest(name = "{0} {1}")
	@MethodSource("statuses")
	void everyOperationMapsTheStatus(int status, String code, Class<? extends TinyFishStatusException> type) {
		server.stubFor(any(anyUrl()).willReturn(aResponse().withStatus(status)
			.withHeader("Content-Type", "application/json")
			.withHeader("Retry-After", "7")
			.withBody("{\"error\":{\"code\":\"" + code
					+ "\",\"message\":\"Said so\",\"details\":[{\"path\":[\"url\"]}]}}")));
		// all operations read it in the same place
		List<Operation> operations = (status == 404) ? List.of(Operation.values()) : FourOperations.ALL;
		for (Operation operation : operations) {
			TinyFishStatusException ex = catchThrowableOfType(TinyFishStatusException.class,
					() -> operation.call(this.client));
			assertThat(ex).as("%s", operation).isExactlyInstanceOf(type);
			assertThat(ex.status()).isEqualTo(status);
			assertThat(ex.code()).isEqualTo(code);
			assertThat(ex.details()).isEqualTo("[{\"path\":[\"url\"]}]");
			assertThat(ex.retryAfter()).isEqualTo(Duration.ofSeconds(7));
			assertThat(ex).hasMessageContaining("Said so").hasMessageContaining(String.valueOf(status));
			assertThat(ex.runId()).isEqualTo(operation.runId());
		}
		server.verify(operations.size(), anyRequestedFor(anyUrl()));
	}

	@Test
	void anythingInPlaceOfTheEnvelopeIsTolerated() {
		assertThat(failure("{\"code\":\"X\",\"message\":\"flat\"}").code()).isEqualTo("X");
		assertThat(failure("{\"code\":\"X\",\"message\":\"flat\"}")).hasMessageContaining("flat");
		assertThat(failure("{\"error\":\"bare\"}")).hasMessageContaining("bare");
		assertThat(failure("{\"error\":{\"message\":\"only\",\"retry_after\":3}}").retryAfter())
			.isEqualTo(Duration.ofSeconds(3));
		assertThat(failure("<html>Bad day</html>").response().body()).isEqualTo("<html>Bad day</html>");
		assertThat(failure("<html>Bad day</html>").code()).isNull();
		assertThat(failure("").response().body()).isNull();
		assertThat(failure("[1,2]").status()).isEqualTo(400);
		assertThat(failure("null").status()).isEqualTo(400);
		assertThat(failure("{\"error\":null}").status()).isEqualTo(400);
		assertThat(failure("{\"error\":{\"code\":{\"a\":1},\"message\":{\"a\":1}}}").code()).isNull();
	}

	@Test
	void onlyAnErrorCodeIsTheServicesOwnAnswer() {
		assertThat(failure(Samples.envelope("INVALID_INPUT", "No")).isFromService()).isTrue();
		assertThat(failure("{\"code\":\"X\",\"message\":\"flat\"}").isFromService()).isTrue();
		assertThat(failure("{\"error\":{\"code\":404,\"message\":\"No route\"}}").isFromService()).isFalse();
		assertThat(failure(Samples.envelope("404", "No route")).isFromService()).isFalse();
		assertThat(failure(Samples.envelope("", "No route")).isFromService()).isFalse();
		assertThat(failure("{\"message\":\"Not found\"}").isFromService()).isFalse();
		assertThat(failure("<html>Bad day</html>").isFromService()).isFalse();
	}

	@Test
	void keptTextOfAnAnswerIsCutAndHasNoControlCharacters() {
		TinyFishStatusException ex = failure(
				"{\"error\":{\"code\":\"X\",\"message\":\"a\\r\\nb" + "c".repeat(5000) + "\"}}");
		assertThat(ex.getMessage()).contains("a b").doesNotContain("\n").hasSizeLessThan(1200);
		assertThat(failure("x".repeat(100_000)).response().body()).hasSize(8 * 1024);
	}

	@Test
	void aKeyThatTheServerEchoesIsNotKept() {
		TinyFishStatusException ex = failure("{\"error\":{\"code\":\"X" + Samples.KEY + "\",\"message\":\"Key "
				+ Samples.KEY + " is bad\",\"details\":\"" + Samples.KEY + "\"}}");
		assertThat(ex.getMessage() + ex.code() + ex.details() + ex.response()).doesNotContain(Samples.KEY);
	}

	private TinyFishStatusException failure(String body) {
		server.stubFor(any(anyUrl()).willReturn(aResponse().withStatus(400).withBody(body)));
		return catchThrowableOfType(TinyFishStatusException.class, () -> this.client.runs().get("run-1"));
	}

}
