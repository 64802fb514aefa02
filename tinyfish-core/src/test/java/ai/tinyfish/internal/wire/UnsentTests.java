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

package ai.tinyfish.internal.wire;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import ai.tinyfish.OpenRuns;
import ai.tinyfish.ReactiveTinyFishClient;
import ai.tinyfish.TinyFishClient;
import ai.tinyfish.agent.RunHandle;
import ai.tinyfish.error.TinyFishConnectionException;
import ai.tinyfish.error.TinyFishException;
import ai.tinyfish.error.TinyFishTimeoutException;
import ai.tinyfish.support.RunControl;
import ai.tinyfish.testing.BothClients;
import ai.tinyfish.testing.ClientKind;
import ai.tinyfish.testing.Interrupted;
import ai.tinyfish.testing.MoreTime;
import ai.tinyfish.testing.Operation;
import ai.tinyfish.testing.RecordingListener;
import ai.tinyfish.testing.RetryHandler;
import ai.tinyfish.testing.Samples;
import ai.tinyfish.testing.Soon;
import ai.tinyfish.testing.server.DeadPort;
import ai.tinyfish.testing.server.ScriptedServer;
import ai.tinyfish.testing.server.ScriptedServer.Exchange;
import io.micrometer.observation.ObservationRegistry;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.Disposable;

import org.springframework.http.HttpRequest;
import org.springframework.http.client.support.HttpRequestWrapper;
import org.springframework.web.reactive.function.client.ClientRequest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * Runs given up before the head of their request is written: nothing was sent, and the
 * caller and all listeners learn this. The service accepts connections and never answers
 * the TLS handshake.
 */
@BothClients(always = true)
class UnsentTests {

	private static final Duration BRIEF = Duration.ofMillis(200);

	private static final String NOTHING = "(?s).*(nothing was sent|nothing was started|no run was started).*";

	@Parameter
	ClientKind kind;

	private RecordingListener listener = new RecordingListener();

	private ScriptedServer server;

	@BeforeEach
	void start() {
		this.server = new ScriptedServer(Exchange::silence);
	}

	@AfterEach
	void stop() {
		Soon.until(() -> this.server.openConnections() == 0);
		this.server.close();
	}

	@ParameterizedTest
	@EnumSource(names = { "RUN", "QUEUE", "QUEUEALL", "STREAM", "START", "BROWSER_CREATE", "GET" })
	void aTimeoutBeforeTheRequestIsSentIsRetriedAndStartsNothing(Operation operation) throws Exception {
		MoreTime.whereTooLittle(BRIEF, (timeout) -> {
			this.listener = new RecordingListener();
			CountDownLatch retried = new CountDownLatch(1);
			ObservationRegistry observations = ObservationRegistry.create();
			observations.observationConfig().observationHandler(new RetryHandler(retried));
			try (TinyFishClient client = builder().timeout(timeout)
				.maxRetries(1)
				.observationRegistry(observations)
				.build()) {
				Throwable thrown = catchThrowable(() -> operation.call(client));
				if (thrown.getMessage().contains("failed before")) {
					// there was no time to connect
					throw MoreTime.tooLittle();
				}
				assertUnsent(operation, thrown);
				assertThat(thrown).isInstanceOf(TinyFishTimeoutException.class);
				// the timeout of a browser includes its retries
				assertThat(retried.getCount()).isEqualTo((operation == Operation.BROWSER_CREATE) ? 1 : 0);
			}
		});
	}

	@ParameterizedTest
	@EnumSource(names = { "STREAM", "START" })
	void aDeadlineBeforeTheRequestIsSentStartsNothing(Operation operation) {
		try (TinyFishClient client = builder().runTimeout(BRIEF).build()) {
			Throwable thrown = catchThrowable(() -> operation.call(client));
			assertUnsent(operation, thrown);
			assertThat(thrown).isInstanceOf(TinyFishTimeoutException.class).hasMessageContaining("did not end within");
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "RUN", "QUEUE", "QUEUEALL", "STREAM", "BROWSER_CREATE", "GET" })
	void aCallerThatGivesUpBeforeTheRequestIsSentHasStartedNothing(Operation operation) throws Exception {
		if (this.kind == ClientKind.REACTIVE) {
			cancel(operation);
			return;
		}
		try (TinyFishClient client = builder().build()) {
			Interrupted interrupted = Interrupted.during(() -> operation.call(client), this::isConnecting);
			assertUnsent(operation, interrupted.thrown());
			assertThat(interrupted.thrown()).hasMessageContaining("nterrupted");
			assertThat(interrupted.flag()).isTrue();
		}
	}

	/** With the longest wait of an interrupted thread, ten seconds. */
	@Test
	@Tag("slow")
	void aCancelOfAnInterruptedThreadIsTriedOn() throws Exception {
		try (TinyFishClient client = Samples.client(baseUrl()).build()) {
			Interrupted interrupted = Interrupted.during(() -> client.runs().cancel("run-1"), this::isConnecting);
			assertThat(interrupted.thrown()).isInstanceOf(TinyFishTimeoutException.class)
				.hasMessageContaining("interrupted");
			assertThat(interrupted.flag()).isTrue();
			assertThat(this.server.requests()).isEmpty();
		}
	}

	private void cancel(Operation operation) {
		try (ReactiveTinyFishClient client = Samples.reactiveClient(baseUrl()).runListener(this.listener).build()) {
			Disposable subscription = operation.publish(client).subscribe();
			Soon.until(this::isConnecting);
			subscription.dispose();
			assertReportedUnsent(operation);
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "START", "CANCEL" })
	void cancellingTheMonoBeforeTheRequestIsSentStartsNothing(Operation operation) {
		cancel(operation);
	}

	@Test
	void cancellingAHandleBeforeTheRequestIsSentStartsNothing() {
		try (TinyFishClient client = Samples.client(baseUrl()).runListener(this.listener).build()) {
			RunHandle handle = client.agent().start(Samples.request());
			Soon.until(this::isConnecting);
			handle.cancel();
			assertUnsent(Operation.START, catchThrowable(handle::await));
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "RUN", "QUEUE", "QUEUEALL", "STREAM", "START" })
	void requestThatConnectsWhenTheApplicationStopsIsNotSent(Operation operation) throws Exception {
		OpenRuns registry = OpenRuns.unlimited();
		try (TinyFishClient client = builder().openRuns(registry).build()) {
			List<@Nullable Throwable> thrown = new ArrayList<>();
			Thread caller = new Thread(() -> thrown.add(catchThrowable(() -> operation.call(client))));
			caller.start();
			Soon.until(this::isConnecting);
			((RunControl) registry).stop(Duration.ofMinutes(5)).get(20, TimeUnit.SECONDS);
			caller.join(20_000);
			assertUnsent(operation, thrown.get(0));
			assertThat(thrown.get(0)).hasMessageContaining("application stopped");
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "RUN", "STREAM" })
	void anEarlierRequestOfAnInterceptorCounts(Operation operation) {
		try (DeadPort dead = new DeadPort();
				ScriptedServer answering = new ScriptedServer((exchange) -> exchange.answer(500, "text/html", "no"))) {
			URI nowhere = URI.create(dead.baseUrl());
			TinyFishClient.Builder builder = this.kind.client(answering.baseUrl())
				.maxRetries(0)
				.customizeWebClient((web) -> web.filter((request, next) -> next.exchange(request)
					.flatMap((answer) -> answer.releaseBody()
						.then(next.exchange(ClientRequest.from(request).url(nowhere).build())))));
			if (this.kind == ClientKind.BLOCKING) {
				builder.customizeRestClient((rest) -> rest.requestInterceptor((request, body, execution) -> {
					execution.execute(request, body).close();
					return execution.execute(elsewhere(request, nowhere), body);
				}));
			}
			try (TinyFishClient client = builder.build()) {
				assertThat(catchThrowable(() -> operation.call(client)))
					.isInstanceOf(operation.unknown(TinyFishConnectionException.class))
					.hasStackTraceContaining("could not connect");
			}
			assertThat(answering.requests()).hasSize(1);
		}
	}

	private static HttpRequest elsewhere(HttpRequest request, URI uri) {
		return new HttpRequestWrapper(request) {
			@Override
			public URI getURI() {
				return uri;
			}
		};
	}

	private TinyFishClient.Builder builder() {
		return this.kind.client(baseUrl()).runListener(this.listener);
	}

	private String baseUrl() {
		return this.server.baseUrl().replace("http:", "https:");
	}

	private boolean isConnecting() {
		return this.server.openConnections() == 1;
	}

	private void assertUnsent(Operation operation, @Nullable Throwable thrown) {
		assertThat(thrown).as("%s", operation)
			.isInstanceOf(TinyFishConnectionException.class)
			.hasMessageMatching(NOTHING)
			.matches((ex) -> ex instanceof TinyFishException known && !known.mayHaveStartedRun());
		assertReportedUnsent(operation);
		assertThat(this.listener.errors())
			.allSatisfy((received) -> assertThat(received).hasMessage(thrown.getMessage()));
	}

	private void assertReportedUnsent(Operation operation) {
		Soon.until(() -> this.listener.errors().size() == operation.submissions());
		assertThat(this.listener.errors())
			.allSatisfy((received) -> assertThat(received).isInstanceOf(TinyFishConnectionException.class)
				.hasMessageMatching(NOTHING)
				.matches((ex) -> !ex.mayHaveStartedRun()));
		assertThat(this.server.requests()).isEmpty();
	}

}
