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
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;

import ai.tinyfish.ReactiveTinyFishClient;
import ai.tinyfish.TinyFishClient;
import ai.tinyfish.agent.AgentStream;
import ai.tinyfish.agent.RunHandle;
import ai.tinyfish.agent.event.AgentEvent;
import ai.tinyfish.run.AgentRun;
import ai.tinyfish.run.QueuedRun;
import ai.tinyfish.run.RunStatus;
import ai.tinyfish.run.TinyFishRunOutcomeUnknownException;
import ai.tinyfish.settings.AbandonPolicy;
import ai.tinyfish.testing.Interrupted;
import ai.tinyfish.testing.OwnThreads;
import ai.tinyfish.testing.RecordingListener;
import ai.tinyfish.testing.Samples;
import ai.tinyfish.testing.Soon;
import ai.tinyfish.testing.server.Stage;
import ai.tinyfish.testing.server.StagedServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.Disposable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * Callers that are interrupted, and subscribers that cancel, however far the run has
 * come: their exceptions, the state of the run, and that nothing of it is left.
 */
class InterruptStageTests {

	private static final Duration SOON = Duration.ofSeconds(20);

	private final RecordingListener listener = new RecordingListener();

	static Stream<Arguments> stages() {
		return Stream.of(Stage.values())
			.flatMap((stage) -> Stream.of(AbandonPolicy.values()).map((onClose) -> Arguments.of(stage, onClose)));
	}

	@AfterEach
	void noThreadIsLeft() {
		Soon.until(() -> OwnThreads.names().isEmpty());
	}

	@ParameterizedTest
	@MethodSource("stages")
	void anInterruptClosesTheStreamThatIsAwaited(Stage stage, AbandonPolicy onClose) throws Exception {
		try (StagedServer server = new StagedServer(stage);
				TinyFishClient client = blocking(server).onClose(onClose).build()) {
			Interrupted interrupted = Interrupted.during(() -> client.agent().stream(Samples.request()).await(),
					() -> isAt(stage, server));
			assertUnknown(interrupted, stage);
			assertAbandoned(server, stage, onClose, () -> server.assertNoRunIsPolled(client));
		}
	}

	@ParameterizedTest
	@EnumSource(Stage.class)
	void anInterruptClosesTheStreamThatIsIterated(Stage stage) throws Exception {
		AtomicReference<AgentStream> stream = new AtomicReference<>();
		try (StagedServer server = new StagedServer(stage); TinyFishClient client = blocking(server).build()) {
			Interrupted interrupted = Interrupted.during(() -> {
				stream.set(client.agent().stream(Samples.request()));
				for (AgentEvent event : stream.get()) {
					assertThat(event.type()).isIn("STARTED", "PROGRESS");
				}
			}, () -> isAt(stage, server));
			assertUnknown(interrupted, stage);
			if (stream.get() != null) {
				// and so it stays
				assertThat(catchThrowable(stream.get()::await)).isSameAs(interrupted.thrown());
			}
			assertAbandoned(server, stage, AbandonPolicy.LEAVE, () -> server.assertNoRunIsPolled(client));
		}
	}

	@ParameterizedTest
	@EnumSource(Stage.class)
	void anInterruptLeavesARunInTheBackgroundAlone(Stage stage) throws Exception {
		try (StagedServer server = new StagedServer(stage); TinyFishClient client = blocking(server).build()) {
			RunHandle handle = client.agent().start(Samples.request());
			Interrupted interrupted = Interrupted.during(handle::await, () -> isAt(stage, server));
			assertUnknown(interrupted, stage);
			assertThat(interrupted.thrown()).hasMessageContaining("it goes on");
			assertThat(handle.result()).isNotDone();
			server.goOn();
			assertThat(handle.await(SOON).isCompleted()).isTrue();
			assertThat(server.submissions()).isEqualTo(1);
			assertThat(server.cancels()).isZero();
			Soon.until(() -> server.openStreams() == 0);
		}
		assertThat(this.listener.calls()).endsWith("finished").doesNotContain("error");
		assertThat(this.listener.runs()).hasSize(1);
	}

	@ParameterizedTest
	@EnumSource(names = { "BETWEEN_LOOKS", "DURING_A_LOOK" })
	void anInterruptEndsTheWaitForARun(Stage stage) throws Exception {
		try (StagedServer server = new StagedServer(stage); TinyFishClient client = blocking(server).build()) {
			Interrupted interrupted = Interrupted.during(() -> client.runs().await("run-1", SOON),
					server::hasReachedItsStage);
			assertUnknown(interrupted, stage);
			assertThat(interrupted.thrown()).hasMessageContaining("it goes on");
			server.assertNoRunIsPolled(client);
			assertNothingIsPublishedOrSent(server);
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "BETWEEN_LOOKS", "DURING_A_LOOK" })
	void anInterruptEndsTheWaitForManyRunsThoughTheirEndingsAreNotClosed(Stage stage) throws Exception {
		try (StagedServer server = new StagedServer(stage); TinyFishClient client = blocking(server).build()) {
			Interrupted interrupted = Interrupted.during(() -> {
				Iterator<AgentRun> endings = client.runs().awaitAll(threeRuns(), SOON).iterator();
				endings.next();
			}, server::hasReachedItsStage);
			assertThat(interrupted.thrown()).isInstanceOf(TinyFishRunOutcomeUnknownException.class)
				.hasMessageContaining("they go on");
			assertThat(interrupted.flag()).isTrue();
			server.assertNoRunIsPolled(client);
			assertNothingIsPublishedOrSent(server);
		}
	}

	@ParameterizedTest
	@MethodSource("stages")
	void cancellingTheFluxClosesItsStream(Stage stage, AbandonPolicy onClose) {
		try (StagedServer server = new StagedServer(stage);
				ReactiveTinyFishClient client = reactive(server).onClose(onClose).build()) {
			Disposable subscription = client.agent().stream(Samples.request()).subscribe();
			Soon.until(() -> isAt(stage, server));
			subscription.dispose();
			assertAbandoned(server, stage, onClose, () -> server.assertNoRunIsPolled(client));
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "BETWEEN_LOOKS", "DURING_A_LOOK" })
	void cancellingTheWaitForARunEndsIt(Stage stage) {
		try (StagedServer server = new StagedServer(stage); ReactiveTinyFishClient client = reactive(server).build()) {
			CompletableFuture<AgentRun> wait = client.runs().await("run-1", SOON).toFuture();
			Soon.until(server::hasReachedItsStage);
			wait.cancel(true);
			server.assertNoRunIsPolled(client);
			assertNothingIsPublishedOrSent(server);
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "BETWEEN_LOOKS", "DURING_A_LOOK" })
	void cancellingTheWaitForManyRunsEndsIt(Stage stage) {
		try (StagedServer server = new StagedServer(stage); ReactiveTinyFishClient client = reactive(server).build()) {
			Disposable wait = client.runs().awaitAll(threeRuns(), SOON).subscribe();
			Soon.until(server::hasReachedItsStage);
			wait.dispose();
			server.assertNoRunIsPolled(client);
			assertNothingIsPublishedOrSent(server);
		}
	}

	private boolean isAt(Stage stage, StagedServer server) {
		return server.hasReachedItsStage() && stage.isRunKnown() == this.listener.calls().contains("started");
	}

	private static void assertUnknown(Interrupted interrupted, Stage stage) {
		assertThat(interrupted.thrown())
			.isInstanceOfSatisfying(TinyFishRunOutcomeUnknownException.class,
					(ex) -> assertThat(ex.runId()).isEqualTo(stage.isRunKnown() ? "run-1" : null))
			.hasMessageContaining("Interrupted")
			.hasCauseInstanceOf(InterruptedException.class);
		assertThat(interrupted.flag()).isTrue();
	}

	/**
	 * Check what becomes of a run whose stream was closed early.
	 */
	private void assertAbandoned(StagedServer server, Stage stage, AbandonPolicy onClose, Runnable noRunIsPolled) {
		int cancels = (stage.isRunKnown() && onClose == AbandonPolicy.CANCEL) ? 1 : 0;
		Soon.until(() -> this.listener.errors().size() + this.listener.runs().size() == 1);
		Soon.until(() -> server.openStreams() == 0);
		if (stage.isRecovery()) {
			noRunIsPolled.run();
		}
		else {
			// that of the cancel may be used again
			Soon.until(() -> server.openConnections() == cancels);
		}
		assertThat(server.submissions()).isEqualTo(1);
		assertThat(server.cancels()).isEqualTo(cancels);
		assertThat(this.listener.errors()).hasSize(1 - cancels)
			.allMatch(TinyFishRunOutcomeUnknownException.class::isInstance);
		assertThat(this.listener.runs()).filteredOn((run) -> !StagedServer.isMarker(run))
			.extracting(AgentRun::status)
			.containsExactlyElementsOf((cancels == 1) ? List.of(RunStatus.CANCELLED) : List.of());
	}

	private void assertNothingIsPublishedOrSent(StagedServer server) {
		assertThat(server.submissions()).isZero();
		assertThat(server.cancels()).isZero();
		assertThat(this.listener.errors()).isEmpty();
		assertThat(this.listener.runs()).allMatch(StagedServer::isMarker);
	}

	private TinyFishClient.Builder blocking(StagedServer server) {
		return Samples.client(server.baseUrl()).runListener(this.listener).pollTolerance(SOON);
	}

	private ReactiveTinyFishClient.Builder reactive(StagedServer server) {
		return Samples.reactiveClient(server.baseUrl()).runListener(this.listener).pollTolerance(SOON);
	}

	private static List<QueuedRun> threeRuns() {
		return Stream.of("run-1", "run-2", "run-3").map(QueuedRun::of).toList();
	}

}
