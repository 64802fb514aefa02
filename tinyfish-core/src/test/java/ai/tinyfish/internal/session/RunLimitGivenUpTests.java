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

package ai.tinyfish.internal.session;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import ai.tinyfish.OpenRuns;
import ai.tinyfish.ReactiveTinyFishClient;
import ai.tinyfish.TinyFishClient;
import ai.tinyfish.agent.RunHandle;
import ai.tinyfish.error.TinyFishConnectionException;
import ai.tinyfish.error.TinyFishTooManyRunsException;
import ai.tinyfish.run.AgentRun;
import ai.tinyfish.testing.InBackground;
import ai.tinyfish.testing.Interrupted;
import ai.tinyfish.testing.Operation;
import ai.tinyfish.testing.RecordingListener;
import ai.tinyfish.testing.Samples;
import ai.tinyfish.testing.Soon;
import ai.tinyfish.testing.server.HeldRuns;
import io.micrometer.observation.tck.TestObservationRegistry;
import io.micrometer.observation.tck.TestObservationRegistryAssert;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.reactivestreams.Subscription;
import reactor.core.Disposable;
import reactor.core.publisher.BaseSubscriber;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * Runs that are given up while they wait for others to end.
 */
class RunLimitGivenUpTests {

	private static final Duration SOON = Duration.ofSeconds(20);

	private final RecordingListener listener = new RecordingListener();

	private final TestObservationRegistry observations = TestObservationRegistry.create();

	private final OpenRuns registry = OpenRuns.limitedTo(1, SOON);

	@ParameterizedTest
	@EnumSource(names = { "RUN", "STREAM" })
	void anInterruptEndsTheWait(Operation how) throws Exception {
		try (HeldRuns server = new HeldRuns(); TinyFishClient client = blocking(server)) {
			CompletableFuture<AgentRun> first = held(client, server);
			Interrupted interrupted = Interrupted.during(() -> how.call(client), () -> this.registry.waiting() == 1);
			assertThat(interrupted.flag()).isTrue();
			assertThat(interrupted.thrown()).isInstanceOf(TinyFishTooManyRunsException.class)
				.hasMessageContaining("Interrupted")
				.hasMessageContaining("nothing was sent");
			assertGivenUp(server, client, first);
			assertThat(this.listener.errors()).singleElement().isSameAs(interrupted.thrown());
		}
		assertPublishedOnce();
	}

	@Test
	void aStreamsOwnListenerReceivesTheSameAsItsCaller() throws Exception {
		RecordingListener own = new RecordingListener();
		try (HeldRuns server = new HeldRuns(); TinyFishClient client = blocking(server)) {
			CompletableFuture<AgentRun> first = held(client, server);
			Interrupted interrupted = Interrupted.during(() -> client.agent().stream(Samples.request(), own),
					() -> this.registry.waiting() == 1);
			assertThat(own.errors()).singleElement().isSameAs(interrupted.thrown());
			assertGivenUp(server, client, first);
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "RUN", "STREAM", "START" })
	void cancellingTheSubscriptionEndsTheWait(Operation how) throws Exception {
		try (HeldRuns server = new HeldRuns();
				TinyFishClient client = blocking(server);
				ReactiveTinyFishClient reactive = reactive(server)) {
			CompletableFuture<AgentRun> first = held(client, server);
			Disposable subscription = how.publish(reactive).subscribe();
			assertThat(this.registry.waiting()).isEqualTo(1);
			subscription.dispose();
			assertThat(this.registry.waiting()).isZero();
			assertGivenUp(server, client, first);
		}
		assertThat(this.listener.errors()).singleElement()
			.asInstanceOf(InstanceOfAssertFactories.THROWABLE)
			.isInstanceOf(TinyFishTooManyRunsException.class)
			.hasMessageContaining("Cancelled");
		assertPublishedOnce();
	}

	@ParameterizedTest
	@EnumSource(names = { "RUN", "STREAM", "START" })
	void aSubscriptionThatIsCancelledAtOnceKeepsNoPlace(Operation how) throws Exception {
		try (HeldRuns server = new HeldRuns();
				TinyFishClient client = blocking(server);
				ReactiveTinyFishClient reactive = Samples.reactiveClient(server.baseUrl())
					.openRuns(this.registry)
					.runListener(this.listener)
					.observationRegistry(this.observations)
					.maxOpenStreams(1)
					.build()) {
			for (int i = 0; i < 2; i++) {
				how.publish(reactive).subscribe(new BaseSubscriber<Object>() {
					@Override
					protected void hookOnSubscribe(Subscription subscription) {
						subscription.cancel();
					}
				});
				assertThat(this.registry.inFlight()).isZero();
			}
			assertThat(server.requests()).isEmpty();
			server.letGo(1);
			assertThat(client.agent().run(Samples.request()).isCompleted()).isTrue();
		}
		assertThat(this.listener.errors()).hasSize(2)
			.allSatisfy((ex) -> assertThat(ex).isInstanceOf(TinyFishConnectionException.class)
				.hasMessageContaining("no run was started"));
		TestObservationRegistryAssert.assertThat(this.observations)
			.hasNumberOfObservationsWithNameEqualTo("tinyfish.run.wait", 0)
			.hasNumberOfObservationsWithNameEqualTo("tinyfish.run", 3);
		TestObservationRegistryAssert.assertThat(this.observations).doesNotHaveAnyRemainingCurrentObservation();
	}

	@Test
	void cancellingTheHandleEndsTheWait() throws Exception {
		try (HeldRuns server = new HeldRuns(); TinyFishClient client = blocking(server)) {
			CompletableFuture<AgentRun> first = held(client, server);
			RunHandle handle = client.agent().start(Samples.request());
			assertThat(this.registry.waiting()).isEqualTo(1);
			handle.cancel();
			Throwable failure = InBackground.failure(handle.result());
			assertThat(failure).isInstanceOf(TinyFishTooManyRunsException.class)
				.hasMessageContaining("Cancelled")
				.hasMessageContaining("nothing was sent");
			assertThat(InBackground.failure(handle.started())).isSameAs(failure);
			assertThat(catchThrowable(handle::await)).isSameAs(failure);
			assertThat(handle.runId()).isNull();
			// again, which changes nothing
			handle.cancel();
			assertGivenUp(server, client, first);
		}
		assertPublishedOnce();
	}

	@Test
	void thePlacesOfThoseThatWereGivenUpAreNotWaitedFor() throws Exception {
		try (HeldRuns server = new HeldRuns(); TinyFishClient client = blocking(server)) {
			CompletableFuture<AgentRun> first = held(client, server);
			List<RunHandle> handles = List.of(client.agent().start(Samples.request().withTag("1")),
					client.agent().start(Samples.request().withTag("2")),
					client.agent().start(Samples.request().withTag("3")));
			handles.get(0).cancel();
			handles.get(1).cancel();
			assertThat(this.registry.waiting()).isEqualTo(1);
			server.letGo(2);
			InBackground.value(first);
			assertThat(InBackground.value(handles.get(2).result()).isCompleted()).isTrue();
			assertThat(server.goals()).hasSize(2);
		}
	}

	/**
	 * Nothing was sent, and the next run gets the place.
	 */
	private void assertGivenUp(HeldRuns server, TinyFishClient client, CompletableFuture<AgentRun> first)
			throws Exception {
		assertThat(this.registry.waiting()).isZero();
		assertThat(this.registry.inFlight()).isEqualTo(1);
		server.letGo(2);
		InBackground.value(first);
		Soon.until(() -> this.registry.inFlight() == 0);
		assertThat(server.requests()).hasSize(1);
		assertThat(client.agent().run(Samples.request()).isCompleted()).isTrue();
		assertThat(this.registry.inFlight()).isZero();
	}

	private void assertPublishedOnce() {
		// closing the client has delivered all
		assertThat(this.listener.errors()).hasSize(1);
		assertThat(this.listener.calls()).filteredOn("finished"::equals).hasSize(2);
		TestObservationRegistryAssert.assertThat(this.observations)
			.hasNumberOfObservationsWithNameEqualTo("tinyfish.run.wait", 1)
			.hasObservationWithNameEqualTo("tinyfish.run.wait")
			.that()
			.hasBeenStarted()
			.hasBeenStopped()
			.hasLowCardinalityKeyValue("outcome", "CANCELLED")
			.hasParentObservationContextMatching((parent) -> parent.getName().equals("tinyfish.run"));
	}

	private CompletableFuture<AgentRun> held(TinyFishClient client, HeldRuns server) {
		CompletableFuture<AgentRun> run = client.agent().start(Samples.request()).result();
		Soon.until(() -> server.goals().size() == 1);
		return run;
	}

	private TinyFishClient blocking(HeldRuns server) {
		return Samples.client(server.baseUrl())
			.openRuns(this.registry)
			.runListener(this.listener)
			.observationRegistry(this.observations)
			.build();
	}

	private ReactiveTinyFishClient reactive(HeldRuns server) {
		return Samples.reactiveClient(server.baseUrl())
			.openRuns(this.registry)
			.runListener(this.listener)
			.observationRegistry(this.observations)
			.build();
	}

}
