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
import java.util.stream.Stream;

import ai.tinyfish.TinyFishClient;
import ai.tinyfish.error.TinyFishException;
import ai.tinyfish.error.TinyFishTimeoutException;
import ai.tinyfish.run.TinyFishRunOutcomeUnknownException;
import ai.tinyfish.run.TinyFishRunTimeoutException;
import ai.tinyfish.settings.AbandonPolicy;
import ai.tinyfish.testing.BothClients;
import ai.tinyfish.testing.ClientKind;
import ai.tinyfish.testing.Operation;
import ai.tinyfish.testing.OwnThreads;
import ai.tinyfish.testing.RecordingListener;
import ai.tinyfish.testing.Soon;
import ai.tinyfish.testing.server.Stage;
import ai.tinyfish.testing.server.StagedServer;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/**
 * A run that takes longer than it may, however far it has come: one outcome, one
 * submission, and nothing of it is left.
 */
@BothClients(always = true)
class DeadlineStageTests {

	private static final Duration SOON = Duration.ofSeconds(20);

	private static final Duration FIRST_DEADLINE = Duration.ofMillis(300);

	@Parameter
	ClientKind kind;

	@ParameterizedTest
	@EnumSource(Stage.class)
	void theDeadlineEndsTheWaitAndSaysWhatBecomesOfTheRun(Stage stage) {
		// beside each other, since all they do is wait
		List<CompletableFuture<Void>> rows = Stream.of(Operation.STREAM, Operation.START)
			.flatMap((how) -> Stream.of(AbandonPolicy.values())
				.map((onTimeout) -> CompletableFuture.runAsync(() -> row(stage, how, onTimeout),
						(task) -> new Thread(task).start())))
			.toList();
		rows.forEach(CompletableFuture::join);
		Soon.until(() -> OwnThreads.names().isEmpty());
	}

	private void row(Stage stage, Operation how, AbandonPolicy onTimeout) {
		Duration deadline = FIRST_DEADLINE;
		// on a machine that is busy it may pass too early
		while (!passesAt(stage, how, onTimeout, deadline)) {
			deadline = deadline.multipliedBy(2);
			assertThat(deadline).as("%s %s %s", stage, how, onTimeout).isLessThan(SOON);
		}
	}

	/**
	 * Let the deadline pass.
	 * @return false if it did before the stage was reached, which proves nothing
	 */
	private boolean passesAt(Stage stage, Operation how, AbandonPolicy onTimeout, Duration deadline) {
		RecordingListener listener = new RecordingListener();
		try (StagedServer server = new StagedServer(stage)) {
			try (TinyFishClient client = this.kind.client(server.baseUrl())
				.runListener(listener)
				.runTimeout(deadline)
				.onTimeout(onTimeout)
				.pollTolerance(SOON)
				.build()) {
				long begin = System.nanoTime();
				TinyFishException ex = catchThrowableOfType(TinyFishException.class, () -> how.call(client));
				Soon.until(() -> !listener.errors().isEmpty());
				if (!server.hasReachedItsStage(begin, deadline.multipliedBy(3).dividedBy(4))
						|| stage.isRunKnown() != listener.calls().contains("started")) {
					return false;
				}
				assertThat(listener.errors()).containsExactly(ex);
				assertOutcome(ex, stage, onTimeout, deadline);
				assertThat(server.submissions()).isEqualTo(1);
				int cancels = (stage.isRunKnown() && onTimeout == AbandonPolicy.CANCEL) ? 1 : 0;
				assertThat(server.cancels()).isEqualTo(cancels);
				Soon.until(() -> server.openStreams() == 0);
				if (stage.isRecovery()) {
					server.assertNoRunIsPolled(client);
				}
				else {
					// that of the cancel may be used again
					Soon.until(() -> server.openConnections() == cancels);
				}
			}
			Soon.until(() -> server.openConnections() == 0);
		}
		assertThat(listener.errors()).hasSize(1);
		assertThat(listener.runs()).allMatch(StagedServer::isMarker);
		return true;
	}

	private static void assertOutcome(TinyFishException ex, Stage stage, AbandonPolicy onTimeout, Duration deadline) {
		assertThat(ex).hasMessageContaining("did not end within " + deadline.toMillis() + " ms");
		if (!stage.isRunKnown()) {
			assertThat(ex).isInstanceOf(TinyFishRunOutcomeUnknownException.class)
				.hasCauseInstanceOf(TinyFishTimeoutException.class)
				.hasMessageContaining("runs().list");
			assertThat(ex.runId()).isNull();
			return;
		}
		assertThat(ex).isInstanceOf(TinyFishRunTimeoutException.class)
			.hasMessageContaining((onTimeout == AbandonPolicy.CANCEL) ? "It was cancelled" : "It was left running");
		assertThat(ex.runId()).isEqualTo("run-1");
	}

}
