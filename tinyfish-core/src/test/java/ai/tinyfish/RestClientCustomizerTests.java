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
import java.util.concurrent.atomic.AtomicInteger;

import ai.tinyfish.error.TinyFishConnectionException;
import ai.tinyfish.support.RunControl;
import ai.tinyfish.testing.RecordingListener;
import ai.tinyfish.testing.Samples;
import org.junit.jupiter.api.Test;

import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.test.web.client.MockRestServiceServer;
import org.springframework.test.web.client.match.MockRestRequestMatchers;
import org.springframework.test.web.client.response.MockRestResponseCreators;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * The sources of the blocking client's RestClient.
 */
class RestClientCustomizerTests {

	@Test
	void customizersHaveTheLastWord() {
		AtomicInteger streams = new AtomicInteger();
		MockRestServiceServer[] mock = new MockRestServiceServer[1];
		try (TinyFishClient client = Samples.client("http://127.0.0.1:1")
			.customizeRestClient((builder) -> mock[0] = MockRestServiceServer.bindTo(builder).build())
			.customizeWebClient((builder) -> builder.filter((request, next) -> {
				streams.incrementAndGet();
				return next.exchange(request);
			}))
			.build()) {
			mock[0].expect(MockRestRequestMatchers.requestTo("http://127.0.0.1:1/v1/automation/run"))
				.andExpect(MockRestRequestMatchers.method(HttpMethod.POST))
				.andExpect(MockRestRequestMatchers.header("X-API-Key", Samples.KEY))
				.andExpect(MockRestRequestMatchers.jsonPath("$.goal").value("Read the price"))
				.andRespond(MockRestResponseCreators.withSuccess(Samples.RUN, MediaType.APPLICATION_JSON));
			assertThat(client.agent().run(Samples.request()).runId()).isEqualTo("run-1");
			mock[0].verify();
			assertThatExceptionOfType(RuntimeException.class)
				.isThrownBy(() -> client.agent().stream(Samples.request()));
			assertThat(streams).hasPositiveValue();
		}
	}

	@Test
	void anyExceptionOfAnInterceptorEndsTheSubmission() {
		OpenRuns registry = OpenRuns.limitedTo(1, Duration.ZERO);
		RecordingListener listener = new RecordingListener();
		try (TinyFishClient client = Samples.client("http://127.0.0.1:1")
			.openRuns(registry)
			.runListener(listener)
			.customizeRestClient((builder) -> builder.requestInterceptor((request, body, execution) -> {
				// as Kotlin code may
				throw RestClientCustomizerTests
					.<RuntimeException>unchecked(new GeneralSecurityException("thrown on purpose"));
			}))
			.build()) {
			assertThatExceptionOfType(TinyFishConnectionException.class)
				.isThrownBy(() -> client.agent().run(Samples.request()))
				.withMessageContaining("nothing was started");
			assertThatExceptionOfType(TinyFishConnectionException.class)
				.isThrownBy(() -> client.agent().queue(Samples.request()));
			assertThat(registry.inFlight()).isZero();
			assertThat(((RunControl) registry).stop(Duration.ofMinutes(5))).succeedsWithin(Duration.ofSeconds(20));
		}
		assertThat(listener.errors()).hasSize(2)
			.allSatisfy((ex) -> assertThat(ex).isInstanceOf(TinyFishConnectionException.class)
				.hasCauseInstanceOf(GeneralSecurityException.class));
	}

	@SuppressWarnings("unchecked")
	private static <X extends Throwable> X unchecked(Throwable ex) throws X {
		throw (X) ex;
	}

}
