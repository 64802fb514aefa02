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
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import ai.tinyfish.OpenRuns;
import ai.tinyfish.TinyFishClient;
import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.agent.QueuedBatch;
import ai.tinyfish.error.TinyFishConnectionException;
import ai.tinyfish.run.AgentRun;
import ai.tinyfish.run.QueuedRun;
import ai.tinyfish.support.RunControl;
import ai.tinyfish.testing.BothClients;
import ai.tinyfish.testing.ClientKind;
import ai.tinyfish.testing.InBackground;
import ai.tinyfish.testing.NamedHandler;
import ai.tinyfish.testing.Operation;
import ai.tinyfish.testing.RecordingListener;
import ai.tinyfish.testing.Samples;
import ai.tinyfish.testing.Soon;
import ai.tinyfish.testing.server.HeldRuns;
import ai.tinyfish.testing.server.ScriptedServer;
import io.micrometer.observation.ObservationRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Submissions that are about to be sent when runs are to be taken no more. Observation
 * handlers are called at those moments, and say so.
 */
@BothClients
class StopRaceTests {

	private static final Duration LONG = Duration.ofMinutes(5);

	@Parameter
	ClientKind kind;

	private final RecordingListener listener = new RecordingListener();

	@ParameterizedTest
	@EnumSource(names = { "RUN", "STREAM", "START" })
	void oneThatIsAboutToWaitForItsPlaceLeavesNone(Operation how) throws Exception {
		OpenRuns registry = OpenRuns.limitedTo(1, LONG);
		AtomicBoolean waits = new AtomicBoolean();
		ObservationRegistry observations = ObservationRegistry.create();
		observations.observationConfig().observationHandler(new NamedHandler("tinyfish.run.wait", () -> {
			if (waits.compareAndSet(false, true)) {
				((RunControl) registry).stop(LONG);
			}
		}, null));
		try (HeldRuns server = new HeldRuns();
				TinyFishClient client = builder(server.baseUrl(), registry).observationRegistry(observations).build()) {
			CompletableFuture<AgentRun> first = InBackground.submit(client, Operation.START,
					Samples.request().withTag("first"));
			Soon.until(() -> server.goals().size() == 1);
			CompletableFuture<AgentRun> second = InBackground.submit(client, how, Samples.request().withTag("second"));
			assertThat(InBackground.failure(second)).isInstanceOf(TinyFishConnectionException.class)
				.hasMessageContaining("no run was started");
			server.letGo(1);
			assertThat(InBackground.value(first).isCompleted()).isTrue();
			((RunControl) registry).stop(LONG).get(20, TimeUnit.SECONDS);
			assertThat(registry.inFlight()).isZero();
			assertThat(registry.waiting()).isZero();
			assertThat(server.goals()).hasSize(1);
		}
		assertThat(this.listener.errors()).hasSize(1);
		assertThat(this.listener.runs()).hasSize(1);
	}

	@ParameterizedTest
	@EnumSource(names = { "RUN", "STREAM", "START" })
	void oneWhosePlaceBecomesFreeMeanwhileDoesNotKeepIt(Operation how) throws Exception {
		OpenRuns registry = OpenRuns.limitedTo(1, LONG);
		ObservationRegistry observations = ObservationRegistry.create();
		try (HeldRuns server = new HeldRuns()) {
			List<CompletableFuture<AgentRun>> first = new CopyOnWriteArrayList<>();
			observations.observationConfig().observationHandler(new NamedHandler("tinyfish.run.wait", () -> {
				((RunControl) registry).stop(LONG);
				server.letGo(1);
				Soon.until(() -> first.get(0).isDone());
			}, null));
			try (TinyFishClient client = builder(server.baseUrl(), registry).observationRegistry(observations)
				.build()) {
				first.add(InBackground.submit(client, Operation.START, Samples.request().withTag("first")));
				Soon.until(() -> server.goals().size() == 1);
				CompletableFuture<AgentRun> second = InBackground.submit(client, how,
						Samples.request().withTag("second"));
				assertThat(InBackground.failure(second)).isInstanceOf(TinyFishConnectionException.class)
					.hasMessageContaining("no run was started");
				((RunControl) registry).stop(LONG).get(20, TimeUnit.SECONDS);
				assertThat(registry.inFlight()).isZero();
				assertThat(server.goals()).hasSize(1);
			}
		}
		assertThat(this.listener.errors()).hasSize(1);
	}

	@Test
	void oneThatWasNoticedTooLateIsRefused() throws Exception {
		OpenRuns registry = OpenRuns.unlimited();
		List<CompletableFuture<Void>> stopped = new CopyOnWriteArrayList<>();
		ObservationRegistry observations = ObservationRegistry.create();
		AtomicInteger open = new AtomicInteger();
		observations.observationConfig().observationHandler(new NamedHandler("tinyfish.run", () -> {
			open.incrementAndGet();
			if (stopped.isEmpty()) {
				stopped.add(((RunControl) registry).stop(Duration.ZERO));
				stopped.get(0).join();
			}
		}, open::decrementAndGet));
		try (ScriptedServer server = Operation.answering();
				TinyFishClient client = builder(server.baseUrl(), registry).observationRegistry(observations).build()) {
			for (Operation how : List.of(Operation.RUN, Operation.STREAM, Operation.START)) {
				((RunControl) registry).resume();
				stopped.clear();
				assertThatIllegalStateException().as("%s", how)
					.isThrownBy(() -> how.call(client))
					.withMessageContaining("stopping");
				assertThat(server.requests()).isEmpty();
				assertThat(registry.inFlight()).isZero();
			}
		}
		assertThat(open).hasValue(0);
		assertThat(this.listener.calls()).isEmpty();
	}

	@Test
	void theRunsOfEarlierHundredsAreNotLost() throws Exception {
		OpenRuns registry = OpenRuns.unlimited();
		List<CompletableFuture<Void>> stopped = new CopyOnWriteArrayList<>();
		try (ScriptedServer server = new ScriptedServer((exchange) -> {
			stopped.add(((RunControl) registry).stop(LONG));
			exchange.answer(200, "application/json",
					IntStream.range(0, 100)
						.mapToObj((i) -> "\"run-" + i + "\"")
						.collect(Collectors.joining(",", "{\"run_ids\":[", "],\"error\":null}")));
		}); TinyFishClient client = builder(server.baseUrl(), registry).build()) {
			List<AgentRequest> requests = Stream.generate(Samples::request).limit(250).toList();
			QueuedBatch batch = client.agent().queueAll(requests);
			assertThat(batch.accepted()).extracting(QueuedRun::runId).hasSize(100).contains("run-99");
			assertThat(batch.isComplete()).isFalse();
			assertThat(batch.refused()).hasSize(100);
			assertThat(batch.cause()).isInstanceOf(TinyFishConnectionException.class)
				.hasMessageContaining("no run was started");
			assertThat(batch.unsent()).hasSize(50);
			assertThat(server.requests()).hasSize(1);
			stopped.get(0).get(20, TimeUnit.SECONDS);
		}
		assertThat(this.listener.calls()).isEmpty();
	}

	@ParameterizedTest
	@EnumSource(names = { "RUN", "STREAM", "START" })
	void listenersThatCannotBeHadCostNoPlace(Operation how) {
		OpenRuns registry = OpenRuns.limitedTo(1, Duration.ZERO);
		AtomicBoolean failing = new AtomicBoolean(true);
		AtomicInteger open = new AtomicInteger();
		ObservationRegistry observations = ObservationRegistry.create();
		observations.observationConfig()
			.observationHandler(new NamedHandler("tinyfish.run", open::incrementAndGet, open::decrementAndGet));
		try (ScriptedServer server = Operation.answering();
				TinyFishClient client = this.kind.client(server.baseUrl())
					.openRuns(registry)
					.observationRegistry(observations)
					.maxOpenStreams(1)
					.runListeners(() -> {
						if (failing.get()) {
							throw new IllegalStateException("not now");
						}
						return List.of(this.listener);
					})
					.build()) {
			assertThatIllegalStateException().isThrownBy(() -> how.call(client)).withMessage("not now");
			assertThat(server.requests()).isEmpty();
			assertThat(registry.inFlight()).isZero();
			assertThat(open).hasValue(0);
			failing.set(false);
			assertThat(how.call(client)).isNotNull();
		}
	}

	private TinyFishClient.Builder builder(String baseUrl, OpenRuns registry) {
		return this.kind.client(baseUrl).openRuns(registry).runListener(this.listener);
	}

}
