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

package ai.tinyfish.internal.interceptor;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;

import ai.tinyfish.TinyFishClient;
import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.agent.ProxyConfig;
import ai.tinyfish.agent.QueuedBatch;
import ai.tinyfish.agent.RunSubmission;
import ai.tinyfish.agent.TinyFishRunInterceptor;
import ai.tinyfish.error.TinyFishBadRequestException;
import ai.tinyfish.error.TinyFishConnectionException;
import ai.tinyfish.error.TinyFishException;
import ai.tinyfish.run.AgentRun;
import ai.tinyfish.run.QueuedRun;
import ai.tinyfish.run.TinyFishRunOutcomeUnknownException;
import ai.tinyfish.run.TinyFishRunTimeoutException;
import ai.tinyfish.simulator.Fault;
import ai.tinyfish.simulator.FaultPoint;
import ai.tinyfish.simulator.Scenario;
import ai.tinyfish.support.RunControl;
import ai.tinyfish.testing.BothClients;
import ai.tinyfish.testing.MoreTime;
import ai.tinyfish.testing.Samples;
import ai.tinyfish.testing.Soon;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * Tests for interceptors: they are asked before anything is sent, and notified once of
 * the outcome.
 */
@BothClients
class RunInterceptorTests extends AbstractRunInterceptorTests {

	@ParameterizedTest
	@EnumSource
	void aChangedRequestIsSentAndItsOutcomeIsPublishedOnce(Form form) {
		Recording first = new Recording("first",
				(request) -> request.toBuilder().goal(request.goal() + ", twice").build());
		Recording second = new Recording("second", (request) -> request);
		try (TinyFishClient client = client(first, second)) {
			form.submit(client, Samples.request());
			Soon.until(() -> this.calls.size() == 4);
			assertThat(this.simulator.journal().submissions("Read the price, twice")).hasSize(1);
			assertThat(this.calls.subList(0, 2)).containsExactly("first asked: Read the price",
					"second asked: Read the price, twice");
			assertThat(this.calls.subList(2, 4)).containsExactlyInAnyOrder("first finished: Read the price, twice",
					"second finished: Read the price, twice");
			assertThat(first.submissions).extracting(RunSubmission::operation).containsOnly(form.operation);
			assertThat(first.submissions).extracting(RunSubmission::id).containsOnly(second.submissions.get(0).id());
			assertThat(first.run).satisfies((run) -> assertThat(run.isCompleted()).isTrue());
		}
	}

	@ParameterizedTest
	@EnumSource
	void aRefusalReachesTheCallerAndNothingIsSent(Form form) {
		RuntimeException refusal = new UnsupportedOperationException("Not on Sundays");
		Recording first = new Recording("first", (request) -> request);
		Recording never = new Recording("never", (request) -> request);
		try (TinyFishClient client = client(first, (submission) -> {
			throw refusal;
		}, never)) {
			assertThat(catchThrowable(() -> form.submit(client, Samples.request()))).isSameAs(refusal);
			Soon.until(() -> this.calls.size() == 2);
			assertThat(this.calls).containsExactly("first asked: Read the price", "first not sent: Read the price");
			assertThat(this.simulator.journal().received()).isEmpty();
			assertThat(this.listener.calls()).isEmpty();
			assertThat(this.registry.inFlight()).isZero();
		}
	}

	@Test
	void oneRefusalKeepsAllRequestsOfABatchFromBeingSent() {
		Recording recording = new Recording("first", (request) -> {
			if (request.goal().equals("goal-149")) {
				throw new UnsupportedOperationException("Too many");
			}
			return request;
		});
		try (TinyFishClient client = client(recording)) {
			List<AgentRequest> requests = IntStream.range(0, 150)
				.mapToObj((i) -> AgentRequest.of("https://shop.example/", "goal-" + i))
				.toList();
			assertThatThrownBy(() -> client.agent().queueAll(requests)).hasMessage("Too many");
			Soon.until(() -> this.calls.size() == 298);
			assertThat(this.calls).filteredOn((call) -> call.contains("not sent")).hasSize(149);
			assertThat(this.simulator.journal().received()).isEmpty();
		}
	}

	@Test
	void requestsOfALaterPartOfABatchAreNotSentIfTheFirstFails() {
		this.simulator.fault(FaultPoint.answerOf("POST /v1/automation/run-batch"), Fault.disconnect(), 1);
		Recording recording = new Recording("first", (request) -> request);
		try (TinyFishClient client = client(recording)) {
			List<AgentRequest> requests = IntStream.range(0, 101)
				.mapToObj((i) -> AgentRequest.of("https://shop.example/", "goal-" + i))
				.toList();
			QueuedBatch batch = client.agent().queueAll(requests);
			assertThat(batch.unsent()).hasSize(1);
			Soon.until(() -> this.calls.size() == 202);
			assertThat(this.calls).filteredOn((call) -> call.contains(" error: ")).hasSize(100);
			assertThat(this.calls).filteredOn((call) -> call.contains(" not sent: "))
				.containsExactly("first not sent: goal-100");
		}
	}

	@ParameterizedTest
	@EnumSource
	void aRunIsAskedAboutOnceHoweverOftenItIsSent(Form form) {
		this.simulator.fault(form.point, Fault.refusal(429, "RATE_LIMITED", "Slower"), 2);
		Recording recording = new Recording("first", (request) -> request);
		try (TinyFishClient client = client(recording)) {
			form.submit(client, Samples.request());
			Soon.until(() -> this.calls.size() == 2);
			assertThat(this.calls).containsExactly("first asked: Read the price", "first finished: Read the price");
		}
	}

	@ParameterizedTest
	@EnumSource
	void aRunThatTheServiceRefusesHasFailed(Form form) {
		this.simulator.fault(form.point, Fault.refusal(400, "INVALID_INPUT", "Not allowed"));
		Recording recording = new Recording("first", (request) -> request);
		try (TinyFishClient client = client(recording)) {
			assertThatThrownBy(() -> form.submit(client, Samples.request()))
				.isInstanceOf(TinyFishBadRequestException.class);
			Soon.until(() -> this.calls.size() == 2);
			assertThat(this.calls).endsWith("first error: Read the price");
			assertThat(recording.failure).isInstanceOf(TinyFishException.class);
		}
	}

	@ParameterizedTest
	@EnumSource
	void aRunWhoseAnswerIsLostHasFailedWithAnUnknownOutcome(Form form) {
		this.simulator.fault(form.point, Fault.disconnect());
		Recording recording = new Recording("first", (request) -> request);
		try (TinyFishClient client = client(recording)) {
			assertThatThrownBy(() -> form.submit(client, Samples.request())).isInstanceOf(TinyFishException.class);
			Soon.until(() -> this.calls.size() == 2);
			assertThat(this.calls).endsWith("first error: Read the price");
			assertThat(recording.failure).isInstanceOf(TinyFishRunOutcomeUnknownException.class);
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "STREAM", "START" })
	void aRunThatIsCancelledAtItsDeadlineHasFailedWithItsSteps(Form form) throws Exception {
		this.simulator.given("Read the price", Scenario.builder().steps("one step").neverEnds().build());
		MoreTime.whereTooLittle(Duration.ofMillis(500), (deadline) -> {
			Recording recording = new Recording("first", (request) -> request);
			try (TinyFishClient client = client(recording)) {
				TinyFishClient hurried = client.mutate().readOutcome(true).runTimeout(deadline).build();
				MoreTime.timeoutOf(() -> form.submit(hurried, Samples.request()));
				Soon.until(() -> recording.failure != null);
				assertThat(recording.failure).isInstanceOfSatisfying(TinyFishRunTimeoutException.class,
						(ex) -> assertThat(ex.run()).satisfies((run) -> assertThat(run.numOfSteps()).isNotNull()));
				assertThat(recording.run).isNull();
			}
		});
	}

	@ParameterizedTest
	@EnumSource
	void aRunThatCannotBeSentIsNotSent(Form form) {
		this.simulator.close();
		Recording recording = new Recording("first", (request) -> request);
		try (TinyFishClient client = client(recording)) {
			assertThatThrownBy(() -> form.submit(client, Samples.request()))
				.isInstanceOf(TinyFishConnectionException.class);
			Soon.until(() -> this.calls.size() == 2);
			assertThat(this.calls).endsWith("first not sent: Read the price");
		}
	}

	@ParameterizedTest
	@EnumSource
	void aRunThatIsNotAcceptedIsNotAskedAbout(Form form) {
		Recording recording = new Recording("first", (request) -> request);
		try (TinyFishClient client = client(recording)) {
			((RunControl) this.registry).stop(Duration.ZERO).join();
			assertThatThrownBy(() -> form.submit(client, Samples.request())).isInstanceOf(IllegalStateException.class);
			assertThat(this.calls).isEmpty();
			assertThat(this.simulator.journal().received()).isEmpty();
		}
	}

	@ParameterizedTest
	@EnumSource
	void aClientThatIsClosedMeanwhileFailsAsAClosedClientDoes(Form form) {
		AtomicReference<TinyFishClient> closed = new AtomicReference<>();
		Recording recording = new Recording("first", (request) -> {
			closed.get().close();
			return request;
		});
		try (TinyFishClient client = client(recording)) {
			closed.set(client);
			assertThatThrownBy(() -> form.submit(client, Samples.request()))
				.isExactlyInstanceOf(IllegalStateException.class)
				.hasMessage("This TinyFish client is closed");
			Soon.until(() -> this.calls.size() == 2);
			assertThat(this.calls).containsExactly("first asked: Read the price", "first not sent: Read the price");
			assertThat(this.simulator.journal().received()).isEmpty();
			assertThat(this.listener.calls()).isEmpty();
			assertThat(this.registry.inFlight()).isZero();
			Soon.until(() -> this.registry.list().isEmpty());
		}
	}

	@ParameterizedTest
	@EnumSource
	void anExceptionAfterwardsChangesNothing(Form form) {
		Recording recording = new Recording("first", (request) -> request);
		TinyFishRunInterceptor failing = new TinyFishRunInterceptor() {

			@Override
			public AgentRequest beforeRun(RunSubmission submission) {
				return submission.request();
			}

			@Override
			public void finished(RunSubmission submission, AgentRun run) {
				throw new IllegalStateException("The ledger is full");
			}

		};
		try (TinyFishClient client = client(failing, recording)) {
			form.submit(client, Samples.request());
			Soon.until(() -> this.calls.size() == 2);
			assertThat(this.calls).endsWith("first finished: Read the price");
			Soon.until(() -> ((RunControl) this.registry).counts().failedListenerCalls() == 1);
		}
	}

	@Test
	void aQueuedRunIsPublishedOnceHoweverOftenItIsAwaited() {
		Recording recording = new Recording("first", (request) -> request);
		try (TinyFishClient client = client(recording)) {
			QueuedRun queued = client.agent().queue(Samples.request());
			client.runs().await(queued, Duration.ofSeconds(20));
			client.runs().await(queued, Duration.ofSeconds(20));
			Soon.until(() -> this.calls.size() >= 2);
			client.agent().run(AgentRequest.of("https://shop.example/", "Read another"));
			Soon.until(() -> this.calls.contains("first finished: Read another"));
			assertThat(this.calls).filteredOn((call) -> call.endsWith("Read the price"))
				.containsExactly("first asked: Read the price", "first finished: Read the price");
		}
	}

	@Test
	void secretsOfAChangedRequestAreSent() {
		AgentRequest request = Samples.request()
			.toBuilder()
			.proxy(ProxyConfig.builder()
				.url("http://proxy.example:8080")
				.username("user")
				.password("proxy-password-0123")
				.build())
			.build();
		try (TinyFishClient client = client((submission) -> submission.request().toBuilder().goal("Changed").build())) {
			client.agent().run(request);
			assertThat(this.simulator.journal().submissions("Changed")).singleElement()
				.satisfies((sent) -> assertThat(sent.body()).contains("proxy-password-0123"));
		}
	}

	@Test
	void aNullRequestIsRefused() {
		try (TinyFishClient client = client((submission) -> null)) {
			assertThatThrownBy(() -> client.agent().run(Samples.request())).isInstanceOf(NullPointerException.class)
				.hasMessageContaining("returned null");
			assertThat(this.simulator.journal().received()).isEmpty();
		}
	}

	@Test
	void derivedClientsMayLeaveInterceptorsOut() {
		Recording recording = new Recording("first", (request) -> request);
		try (TinyFishClient client = client(recording)) {
			client.mutate().withoutRunInterceptors().build().agent().run(Samples.request());
			assertThat(this.calls).isEmpty();
			client.mutate().build().agent().run(Samples.request());
			Soon.until(() -> this.calls.size() == 2);
		}
	}

}
