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

package ai.tinyfish.internal.lifecycle;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;

import ai.tinyfish.TinyFishClient;
import ai.tinyfish.run.AgentRun;
import ai.tinyfish.run.QueuedRun;
import ai.tinyfish.run.TinyFishRunOutcomeUnknownException;
import ai.tinyfish.testing.BothClients;
import ai.tinyfish.testing.ClientKind;
import ai.tinyfish.testing.Operation;
import ai.tinyfish.testing.OwnThreads;
import ai.tinyfish.testing.RecordingListener;
import ai.tinyfish.testing.Soon;
import ai.tinyfish.testing.server.Stage;
import ai.tinyfish.testing.server.StagedServer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * A client that is closed, however far its runs have come: one outcome, one submission,
 * and nothing of it is left.
 */
@BothClients
class ClosedClientStageTests {

	private static final Duration SOON = Duration.ofSeconds(20);

	@Parameter
	ClientKind kind;

	private final RecordingListener listener = new RecordingListener();

	@ParameterizedTest
	@EnumSource(Stage.class)
	void theEndingOfAStreamIsUnknown(Stage stage) throws Exception {
		closedDuring(stage, Operation.STREAM);
	}

	@ParameterizedTest
	@EnumSource(Stage.class)
	void theEndingOfARunInTheBackgroundIsUnknown(Stage stage) throws Exception {
		closedDuring(stage, Operation.START);
	}

	private void closedDuring(Stage stage, Operation how) throws Exception {
		try (StagedServer server = new StagedServer(stage)) {
			TinyFishClient client = client(server);
			CompletableFuture<@Nullable Throwable> outcome = outcomeOf(() -> how.call(client));
			Soon.until(() -> server.hasReachedItsStage()
					&& stage.isRunKnown() == this.listener.calls().contains("started"));
			client.close();
			assertThat(outcome.get(20, TimeUnit.SECONDS))
				.isInstanceOfSatisfying(TinyFishRunOutcomeUnknownException.class,
						(ex) -> assertThat(ex.runId()).isEqualTo(stage.isRunKnown() ? "run-1" : null))
				.hasMessageContaining("client was closed");
			Soon.until(() -> !this.listener.errors().isEmpty());
			assertNothingIsLeft(server);
			assertThat(server.submissions()).isEqualTo(1);
			assertThat(server.cancels()).isZero();
		}
		assertThat(this.listener.calls()).filteredOn((call) -> call.equals("finished") || call.equals("error"))
			.containsExactly("error");
	}

	@ParameterizedTest
	@EnumSource(names = { "BETWEEN_LOOKS", "DURING_A_LOOK" })
	void theWaitForARunEnds(Stage stage) throws Exception {
		closedDuring(stage, (client) -> client.runs().await("run-1", SOON));
	}

	@ParameterizedTest
	@EnumSource(names = { "BETWEEN_LOOKS", "DURING_A_LOOK" })
	void theWaitForManyRunsEnds(Stage stage) throws Exception {
		List<QueuedRun> runs = Stream.of("run-1", "run-2", "run-3").map(QueuedRun::of).toList();
		closedDuring(stage, (client) -> {
			try (Stream<AgentRun> endings = client.runs().awaitAll(runs, SOON)) {
				endings.forEach((run) -> {
				});
			}
		});
	}

	private void closedDuring(Stage stage, Consumer<TinyFishClient> wait) throws Exception {
		try (StagedServer server = new StagedServer(stage)) {
			TinyFishClient client = client(server);
			CompletableFuture<@Nullable Throwable> outcome = outcomeOf(() -> wait.accept(client));
			Soon.until(server::hasReachedItsStage);
			client.close();
			assertThat(outcome.get(20, TimeUnit.SECONDS)).isInstanceOf(TinyFishRunOutcomeUnknownException.class)
				.hasMessageContaining("closed");
			assertNothingIsLeft(server);
			assertThat(server.submissions()).isZero();
			assertThat(server.cancels()).isZero();
		}
		assertThat(this.listener.runs()).isEmpty();
	}

	private void assertNothingIsLeft(StagedServer server) {
		Soon.until(() -> server.openConnections() == 0);
		Soon.until(() -> OwnThreads.names().isEmpty());
	}

	private TinyFishClient client(StagedServer server) {
		return this.kind.client(server.baseUrl())
			.runListener(this.listener)
			// no read is to find the end
			.pollInterval(SOON)
			.maxPollInterval(SOON)
			.pollTolerance(SOON)
			.build();
	}

	private static CompletableFuture<@Nullable Throwable> outcomeOf(Runnable call) {
		CompletableFuture<@Nullable Throwable> outcome = new CompletableFuture<>();
		new Thread(() -> outcome.complete(catchThrowable(call::run))).start();
		return outcome;
	}

}
