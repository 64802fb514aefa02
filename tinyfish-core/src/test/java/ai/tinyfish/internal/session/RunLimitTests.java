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
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;

import ai.tinyfish.OpenRuns;
import ai.tinyfish.TinyFishClient;
import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.agent.AgentStream;
import ai.tinyfish.error.TinyFishConnectionException;
import ai.tinyfish.error.TinyFishTooManyRunsException;
import ai.tinyfish.error.TinyFishTooManyStreamsException;
import ai.tinyfish.run.AgentRun;
import ai.tinyfish.settings.AbandonPolicy;
import ai.tinyfish.testing.BothClients;
import ai.tinyfish.testing.ClientKind;
import ai.tinyfish.testing.InBackground;
import ai.tinyfish.testing.Operation;
import ai.tinyfish.testing.OwnThreads;
import ai.tinyfish.testing.RecordingListener;
import ai.tinyfish.testing.Samples;
import ai.tinyfish.testing.Soon;
import ai.tinyfish.testing.server.HeldRuns;
import ai.tinyfish.testing.server.ScriptedServer;
import io.micrometer.observation.tck.TestObservationRegistry;
import io.micrometer.observation.tck.TestObservationRegistryAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

/**
 * No more runs are in flight than may be: waits, refusals, and clients that share the
 * limit.
 */
@BothClients
class RunLimitTests {

	private static final Duration SOON = Duration.ofSeconds(20);

	@Parameter
	ClientKind kind;

	private final RecordingListener listener = new RecordingListener();

	private final TestObservationRegistry observations = TestObservationRegistry.create();

	@ParameterizedTest
	@EnumSource(names = { "RUN", "STREAM", "START" })
	void thoseThatWaitAreSentInTheOrderInWhichTheyCame(Operation how) throws Exception {
		OpenRuns registry = OpenRuns.limitedTo(1, SOON);
		try (HeldRuns server = new HeldRuns(); TinyFishClient client = client(server, registry)) {
			List<CompletableFuture<AgentRun>> runs = new ArrayList<>();
			List<String> goals = new ArrayList<>();
			for (int i = 0; i < 6; i++) {
				int before = i;
				runs.add(submit(client, how, i));
				goals.add("goal-" + i);
				Soon.until(() -> registry.inFlight() == 1 && registry.waiting() == before);
			}
			server.letGo(6);
			for (CompletableFuture<AgentRun> run : runs) {
				InBackground.value(run);
			}
			assertThat(server.goals()).isEqualTo(goals);
			assertThat(server.most()).isEqualTo(1);
			assertEmpty(registry);
		}
		assertWaits(5, "ADMITTED");
	}

	@ParameterizedTest
	@EnumSource(names = { "RUN", "STREAM", "START" })
	void withoutAWaitWhatFindsNoPlaceIsRefused(Operation how) throws Exception {
		OpenRuns registry = OpenRuns.limitedTo(1, Duration.ZERO);
		try (HeldRuns server = new HeldRuns(); TinyFishClient client = client(server, registry)) {
			CompletableFuture<AgentRun> first = held(client, server, how);
			TinyFishTooManyRunsException ex = catchThrowableOfType(TinyFishTooManyRunsException.class,
					() -> how.call(client));
			assertThat(ex.limit()).isEqualTo(1);
			assertThat(ex).hasMessageContaining("nothing was sent");
			assertThat(registry.waiting()).isZero();
			server.letGo(1);
			InBackground.value(first);
			assertThat(server.requests()).hasSize(1);
		}
		TestObservationRegistryAssert.assertThat(this.observations)
			.hasNumberOfObservationsWithNameEqualTo("tinyfish.run.wait", 0)
			.hasNumberOfObservationsWithNameEqualTo("tinyfish.run", 1);
		// the first one's alone: closing has delivered all
		assertThat(this.listener.calls()).filteredOn((call) -> !call.equals("started")).containsExactly("finished");
	}

	@ParameterizedTest
	@EnumSource(names = { "RUN", "STREAM", "START" })
	void aRunThatWaitsTooLongFailsOnceAndNothingIsSent(Operation how) throws Exception {
		OpenRuns registry = OpenRuns.limitedTo(1, Duration.ofMillis(80));
		try (HeldRuns server = new HeldRuns(); TinyFishClient client = client(server, registry)) {
			CompletableFuture<AgentRun> first = held(client, server, how);
			TinyFishTooManyRunsException ex = catchThrowableOfType(TinyFishTooManyRunsException.class,
					() -> how.call(client));
			assertThat(ex.limit()).isEqualTo(1);
			assertThat(ex).hasMessageContaining("PT0.08S").hasMessageContaining("nothing was sent");
			assertThat(registry.waiting()).isZero();
			assertThat(registry.inFlight()).isEqualTo(1);
			server.letGo(1);
			InBackground.value(first);
			assertThat(server.requests()).hasSize(1);
			assertEmpty(registry);
		}
		assertThat(this.listener.errors()).singleElement().isInstanceOf(TinyFishTooManyRunsException.class);
		assertWaits(1, "REJECTED");
	}

	@ParameterizedTest
	@EnumSource(names = { "RUN", "STREAM", "START" })
	void closingTheClientEndsTheWaitsAndSendsNothing(Operation how) throws Exception {
		OpenRuns registry = OpenRuns.limitedTo(1, SOON);
		try (HeldRuns server = new HeldRuns()) {
			TinyFishClient client = client(server, registry);
			submit(client, Operation.START, 0);
			Soon.until(() -> server.goals().size() == 1);
			List<CompletableFuture<AgentRun>> waiting = new ArrayList<>();
			for (int i = 1; i <= 5; i++) {
				waiting.add(submit(client, how, i));
			}
			Soon.until(() -> registry.waiting() == 5);
			client.close();
			for (CompletableFuture<AgentRun> run : waiting) {
				assertNotStarted(InBackground.failure(run));
			}
			assertThat(server.goals()).containsExactly("goal-0");
			assertEmpty(registry);
			Soon.until(() -> OwnThreads.names().isEmpty());
			Soon.untilAsserted(() -> assertThat(this.listener.errors()).hasSize(6)
				.filteredOn(TinyFishConnectionException.class::isInstance)
				.hasSize(5));
		}
		assertWaits(5, "REJECTED");
	}

	/**
	 * A run that is cancelled by the closing has its ending while the client can still
	 * make calls: its place is not for those who wait.
	 */
	@ParameterizedTest
	@EnumSource(names = { "RUN", "STREAM", "START" })
	void aPlaceThatClosingFreesIsNotTaken(Operation how) throws Exception {
		OpenRuns registry = OpenRuns.limitedTo(2, SOON);
		try (ScriptedServer server = new ScriptedServer((exchange) -> {
			String request = exchange.request();
			if (request.startsWith("POST /v1/runs/batch/cancel ")) {
				// each by itself
				exchange.answer(404, "application/json", Samples.envelope("NOT_FOUND", "No such call"));
				return;
			}
			if (request.contains("/cancel ")) {
				boolean quick = request.startsWith("POST /v1/runs/quick/");
				if (!quick) {
					// keeps the client from being closed until the place was free
					Soon.until(() -> !this.listener.runs().isEmpty());
					exchange.awaitClientClose(Duration.ofMillis(150));
				}
				exchange.answer(200, "application/json",
						"{\"run_id\":\"" + (quick ? "quick" : "slow") + "\",\"status\":\"CANCELLED\"}");
				return;
			}
			exchange.startStream();
			exchange.event("{\"type\":\"STARTED\",\"run_id\":\""
					+ (request.contains("\"goal\":\"goal-0\"") ? "quick" : "slow") + "\"}");
			exchange.silence();
		})) {
			TinyFishClient client = builder(server.baseUrl(), registry).onClose(AbandonPolicy.CANCEL).build();
			submit(client, Operation.START, 0);
			CompletableFuture<AgentRun> slow = submit(client, Operation.START, 1);
			Soon.until(() -> this.listener.calls().stream().filter("started"::equals).count() == 2);
			CompletableFuture<AgentRun> waiting = submit(client, how, 2);
			Soon.until(() -> registry.waiting() == 1);
			client.close();
			assertNotStarted(InBackground.failure(waiting));
			assertThat(InBackground.value(slow).statusText()).isEqualTo("CANCELLED");
			assertThat(server.requests()).noneMatch((request) -> request.contains("\"goal\":\"goal-2\""));
			assertEmpty(registry);
		}
	}

	@Test
	void aRunWhoseTurnComesWhenTooManyStreamsAreOpenGivesItsPlaceBack() throws Exception {
		OpenRuns registry = OpenRuns.limitedTo(1, SOON);
		try (HeldRuns server = new HeldRuns();
				TinyFishClient client = builder(server.baseUrl(), registry).maxOpenStreams(1).build();
				TinyFishClient other = client.mutate().openRuns(null).build()) {
			CompletableFuture<AgentRun> first = held(client, server, Operation.RUN);
			CompletableFuture<AgentRun> waiting = submit(client, Operation.START, 1);
			Soon.until(() -> registry.waiting() == 1);
			// takes the only place for a stream, and none in the registry
			AgentStream stream = other.agent().stream(request(2));
			Soon.until(() -> server.goals().size() == 2);
			server.letGo(1);
			InBackground.value(first);
			assertThat(InBackground.failure(waiting)).isInstanceOf(TinyFishTooManyStreamsException.class);
			assertEmpty(registry);
			assertThat(server.goals()).containsExactly("goal-0", "goal-2");
			server.letGo(2);
			assertThat(stream.await().isCompleted()).isTrue();
			assertThat(client.agent().run(request(3)).isCompleted()).isTrue();
		}
		assertThat(this.listener.errors()).singleElement().isInstanceOf(TinyFishTooManyStreamsException.class);
	}

	@Test
	void queueingIsNotLimited() throws Exception {
		OpenRuns registry = OpenRuns.limitedTo(1, Duration.ZERO);
		try (HeldRuns server = new HeldRuns(); TinyFishClient client = client(server, registry)) {
			CompletableFuture<AgentRun> first = held(client, server, Operation.START);
			assertThat(client.agent().queue(request(1)).isAccepted()).isTrue();
			assertThat(registry.inFlight()).isEqualTo(1);
			server.letGo(1);
			InBackground.value(first);
		}
	}

	@Test
	void clientsOfEitherKindThatHaveTheSameRegistryShareTheLimit() throws Exception {
		OpenRuns registry = OpenRuns.limitedTo(1, SOON);
		try (HeldRuns server = new HeldRuns();
				TinyFishClient blocking = Samples.client(server.baseUrl()).openRuns(registry).build();
				TinyFishClient same = client(server, registry)) {
			CompletableFuture<AgentRun> first = held(blocking, server, Operation.START);
			CompletableFuture<AgentRun> second = submit(same, Operation.START, 1);
			CompletableFuture<AgentRun> third = submit(blocking, Operation.START, 2);
			assertThat(registry.waiting()).isEqualTo(2);
			server.letGo(3);
			for (CompletableFuture<AgentRun> run : List.of(first, second, third)) {
				InBackground.value(run);
			}
			assertThat(server.goals()).containsExactly("goal-0", "goal-1", "goal-2");
			assertThat(server.most()).isEqualTo(1);
		}
	}

	@Test
	void theClosingOfOneClientLetsThoseOfAnotherIn() throws Exception {
		OpenRuns registry = OpenRuns.limitedTo(1, SOON);
		try (HeldRuns server = new HeldRuns(); TinyFishClient other = client(server, registry)) {
			TinyFishClient client = client(server, registry);
			submit(client, Operation.START, 0);
			Soon.until(() -> server.goals().size() == 1);
			CompletableFuture<AgentRun> waiting = submit(other, Operation.START, 1);
			assertThat(registry.waiting()).isEqualTo(1);
			client.close();
			server.letGo(2);
			assertThat(InBackground.value(waiting).isCompleted()).isTrue();
		}
	}

	@Test
	void derivedClientsShareTheLimit() throws Exception {
		OpenRuns registry = OpenRuns.limitedTo(1, Duration.ZERO);
		try (HeldRuns server = new HeldRuns();
				TinyFishClient root = client(server, registry);
				TinyFishClient derived = root.mutate().apiKey("sk-derived-0123456789").build();
				TinyFishClient fromDerived = derived.mutate().build()) {
			CompletableFuture<AgentRun> first = held(derived, server, Operation.STREAM);
			for (TinyFishClient client : List.of(root, derived, fromDerived)) {
				assertThat(catchThrowableOfType(TinyFishTooManyRunsException.class,
						() -> client.agent().run(Samples.request())))
					.isNotNull();
			}
			server.letGo(2);
			InBackground.value(first);
			assertThat(root.agent().run(Samples.request()).isCompleted()).isTrue();
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "RUN", "STREAM", "START" })
	void aRunThatTheServiceHasNoRoomForYetKeepsItsPlaceUntilItHas(Operation how) {
		OpenRuns registry = OpenRuns.limitedTo(1, Duration.ZERO);
		List<Integer> places = new CopyOnWriteArrayList<>();
		try (ScriptedServer server = new ScriptedServer((exchange) -> {
			places.add(registry.inFlight());
			if (places.size() < 3) {
				exchange.answer(429, "application/json",
						Samples.envelope("RATE_LIMIT_EXCEEDED", "Too many pending runs"));
			}
			else {
				exchange.answer(200, how.contentType(), how.success());
			}
		}); TinyFishClient client = builder(server.baseUrl(), registry).build()) {
			assertThat(((AgentRun) how.call(client)).isCompleted()).isTrue();
			assertThat(places).containsExactly(1, 1, 1);
			assertEmpty(registry);
		}
	}

	@Test
	void withoutALimitNothingWaits() throws Exception {
		OpenRuns registry = OpenRuns.unlimited();
		try (HeldRuns server = new HeldRuns(); TinyFishClient client = client(server, registry)) {
			List<CompletableFuture<AgentRun>> runs = new ArrayList<>();
			for (int i = 0; i < 20; i++) {
				runs.add(submit(client, Operation.START, i));
			}
			Soon.until(() -> server.goals().size() == 20);
			assertThat(registry.inFlight()).isEqualTo(20);
			assertThat(registry.waiting()).isZero();
			server.letGo(20);
			for (CompletableFuture<AgentRun> run : runs) {
				InBackground.value(run);
			}
			assertEmpty(registry);
		}
	}

	@ParameterizedTest
	@ValueSource(ints = { 0, -1 })
	void aLimitThatIsNotPositiveIsRefused(int limit) {
		assertThatIllegalArgumentException().isThrownBy(() -> OpenRuns.limitedTo(limit, SOON))
			.withMessageContaining("maxInFlight")
			.withMessageContaining(String.valueOf(limit));
	}

	@Test
	void aNegativeWaitIsRefused() {
		assertThatIllegalArgumentException().isThrownBy(() -> OpenRuns.limitedTo(1, Duration.ofMillis(-1)))
			.withMessageContaining("maxWait");
	}

	/**
	 * A run that takes a place.
	 */
	private static CompletableFuture<AgentRun> held(TinyFishClient client, HeldRuns server, Operation how) {
		CompletableFuture<AgentRun> run = submit(client, how, 0);
		Soon.until(() -> server.goals().size() == 1);
		return run;
	}

	private static CompletableFuture<AgentRun> submit(TinyFishClient client, Operation how, int number) {
		return InBackground.submit(client, how, request(number));
	}

	private static AgentRequest request(int number) {
		return AgentRequest.of("https://shop.example/item", "goal-" + number);
	}

	private static void assertNotStarted(Throwable failure) {
		assertThat(failure).isInstanceOf(TinyFishConnectionException.class).hasMessageContaining("no run was started");
	}

	private void assertWaits(int count, String outcome) {
		TestObservationRegistryAssert.assertThat(this.observations)
			.hasNumberOfObservationsWithNameEqualTo("tinyfish.run.wait", count)
			.doesNotHaveAnyRemainingCurrentObservation()
			.hasHandledContextsThatSatisfy((contexts) -> assertThat(contexts)
				.filteredOn((context) -> "tinyfish.run.wait".equals(context.getName()))
				.allSatisfy((context) -> {
					assertThat(context.getLowCardinalityKeyValue("outcome").getValue()).isEqualTo(outcome);
					assertThat(context.getParentObservation().getContextView().getName()).isEqualTo("tinyfish.run");
				}));
	}

	private static void assertEmpty(OpenRuns registry) {
		Soon.until(() -> registry.inFlight() == 0 && registry.waiting() == 0);
	}

	private TinyFishClient client(HeldRuns server, OpenRuns registry) {
		return builder(server.baseUrl(), registry).build();
	}

	private TinyFishClient.Builder builder(String baseUrl, OpenRuns registry) {
		return this.kind.client(baseUrl)
			.openRuns(registry)
			.runListener(this.listener)
			.observationRegistry(this.observations);
	}

}
