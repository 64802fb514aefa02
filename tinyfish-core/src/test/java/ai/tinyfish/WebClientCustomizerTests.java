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

package ai.tinyfish;

import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.stream.Stream;

import ai.tinyfish.agent.RunHandle;
import ai.tinyfish.error.TinyFishConnectionException;
import ai.tinyfish.error.TinyFishException;
import ai.tinyfish.error.TinyFishTimeoutException;
import ai.tinyfish.run.TinyFishRunOutcomeUnknownException;
import ai.tinyfish.support.RunControl;
import ai.tinyfish.testing.RecordingListener;
import ai.tinyfish.testing.Samples;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.reactivestreams.Subscription;
import reactor.core.publisher.Mono;

import org.springframework.http.HttpStatus;
import org.springframework.web.reactive.function.client.ClientResponse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * The settings of the WebClient's customizers.
 */
class WebClientCustomizerTests {

	private static final Duration SOON = Duration.ofSeconds(20);

	@ParameterizedTest
	@MethodSource("failures")
	void anyExceptionOfAFilterEndsTheSubmission(Throwable failure) {
		OpenRuns registry = OpenRuns.limitedTo(1, Duration.ZERO);
		RecordingListener listener = new RecordingListener();
		try (ReactiveTinyFishClient client = ReactiveTinyFishClient.builder()
			.apiKey(Samples.KEY)
			.baseUrl("http://127.0.0.1:1")
			.openRuns(registry)
			.runListener(listener)
			.customizeWebClient((builder) -> builder.filter((request, next) -> {
				throw WebClientCustomizerTests.<RuntimeException>unchecked(failure);
			}))
			.build()) {
			assertThat(catchThrowable(() -> client.agent().run(Samples.request()).block(SOON))).isNotNull();
			assertThat(registry.inFlight()).isZero();
			assertThat(catchThrowable(() -> client.agent().queue(Samples.request()).block(SOON))).isNotNull();
			assertThat(catchThrowable(() -> client.agent().stream(Samples.request()).blockLast(SOON))).isNotNull();
			assertThat(registry.inFlight()).isZero();
			assertThat(((RunControl) registry).stop(Duration.ofMinutes(5))).succeedsWithin(SOON);
		}
		assertThat(listener.errors()).hasSize(3)
			.allSatisfy((ex) -> assertThat(ex).isInstanceOf(TinyFishConnectionException.class)
				.hasMessageContaining("nothing was started"));
	}

	/**
	 * The event loop of a connection refuses to cancel after it has ended with its
	 * client.
	 */
	@Test
	void anExchangeThatRefusesItsCancelStillEnds() {
		RecordingListener listener = new RecordingListener();
		Mono<ClientResponse> refusing = Mono.from((subscriber) -> subscriber.onSubscribe(new Subscription() {

			@Override
			public void request(long n) {
			}

			@Override
			public void cancel() {
				throw new RejectedExecutionException("event executor terminated");
			}

		}));
		try (TinyFishClient client = Samples.client("http://127.0.0.1:1")
			.runListener(listener)
			.customizeWebClient((builder) -> builder.exchangeFunction((request) -> refusing))
			.build();
				ReactiveTinyFishClient impatient = Samples.reactiveClient("http://127.0.0.1:1")
					.timeout(Duration.ofMillis(50))
					.runListener(listener)
					.customizeWebClient((builder) -> builder.exchangeFunction((request) -> refusing))
					.build()) {
			assertThat(catchThrowable(() -> impatient.runs().get("run-1").block(SOON)))
				.isInstanceOf(TinyFishTimeoutException.class);
			assertThat(catchThrowable(() -> impatient.agent().stream(Samples.request()).blockLast(SOON)))
				.isInstanceOf(TinyFishRunOutcomeUnknownException.class);
			RunHandle run = client.agent().start(Samples.request());
			run.cancel();
			assertThat(run.result()).failsWithin(SOON)
				.withThrowableOfType(ExecutionException.class)
				.withCauseInstanceOf(TinyFishException.class);
		}
		assertThat(listener.errors()).hasSize(2);
	}

	/**
	 * Spring's connector for Apache's client leaves the length out, which that client
	 * sets itself, only with this spelling. With two of them no request is sent.
	 */
	@Test
	void theLengthHasTheSpellingThatConnectorsOfApplicationsExpect() {
		Set<String> names = new HashSet<>();
		try (ReactiveTinyFishClient client = Samples.reactiveClient("http://127.0.0.1:1")
			.customizeWebClient((builder) -> builder.exchangeFunction((request) -> {
				names.addAll(request.headers().headerNames());
				return Mono.just(ClientResponse.create(HttpStatus.FORBIDDEN).build());
			}))
			.build()) {
			assertThat(catchThrowable(() -> client.agent().queue(Samples.request()).block(SOON)))
				.isInstanceOf(TinyFishException.class);
		}
		assertThat(names).contains("Content-Length");
	}

	static Stream<Throwable> failures() {
		return Stream.of(new IllegalStateException("thrown on purpose"),
				new GeneralSecurityException("as Kotlin code may"), new NoClassDefFoundError("thrown on purpose"));
	}

	@SuppressWarnings("unchecked")
	private static <X extends Throwable> X unchecked(Throwable ex) throws X {
		throw (X) ex;
	}

}
