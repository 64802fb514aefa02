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

import ai.tinyfish.TinyFishClient;
import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.agent.AgentStream;
import ai.tinyfish.error.TinyFishStatusException;
import ai.tinyfish.run.AgentRun;
import ai.tinyfish.run.TinyFishRunTimeoutException;
import ai.tinyfish.testing.BothClients;
import ai.tinyfish.testing.ClientKind;
import ai.tinyfish.testing.InBackground;
import ai.tinyfish.testing.MoreTime;
import ai.tinyfish.testing.Operation;
import ai.tinyfish.testing.RecordingListener;
import ai.tinyfish.testing.Samples;
import ai.tinyfish.testing.Soon;
import ai.tinyfish.testing.server.RunServer;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

/**
 * A request may have a deadline of its own.
 */
@BothClients(always = true)
class RunTimeoutTests {

	private static final Duration SOON = Duration.ofSeconds(20);

	/** The run has to be known before. */
	private static final Duration DEADLINE = Duration.ofMillis(800);

	@Parameter
	ClientKind kind;

	@Test
	void aShorterDeadlineThanTheClientsHoldsAndWithoutOneTheClients() throws Exception {
		MoreTime.whereTooLittle(DEADLINE, (deadline) -> {
			try (RunServer server = new RunServer(RunServer.SILENT, RunServer.RUNNING);
					TinyFishClient client = client(server, SOON);
					TinyFishClient derived = client.mutate().runTimeout(deadline.plusMillis(1)).build()) {
				List<CompletableFuture<AgentRun>> shorter = submit(client, request(deadline));
				List<CompletableFuture<AgentRun>> without = submit(derived,
						request(deadline).toBuilder().runTimeout(null).build());
				shorter.forEach((run) -> assertCancelled(run, deadline));
				without.forEach((run) -> assertCancelled(run, deadline.plusMillis(1)));
				assertThat(server.cancels()).isEqualTo(4);
				assertThat(server.requests()).filteredOn((request) -> request.startsWith("POST /v1/automation/"))
					.hasSize(4)
					.allSatisfy((request) -> assertThat(request).doesNotContainIgnoringCase("timeout")
						.doesNotContain(deadline.toString()));
			}
		});
	}

	@Test
	void aLongerDeadlineThanTheClientsHolds() throws Exception {
		try (RunServer server = new RunServer((exchange) -> {
			exchange.startStream();
			exchange.event(Samples.STARTED);
			exchange.awaitClientClose(Duration.ofMillis(500));
			exchange.event(Samples.COMPLETE);
		}, RunServer.RUNNING); TinyFishClient client = client(server, Duration.ofMillis(150))) {
			for (CompletableFuture<AgentRun> run : submit(client, request(SOON))) {
				assertThat(InBackground.value(run).isCompleted()).isTrue();
			}
			assertThat(server.cancels()).isZero();
		}
	}

	@Test
	void theDeadlineHoldsWhileTheEndingIsAskedFor() throws Exception {
		MoreTime.whereTooLittle(DEADLINE, (deadline) -> {
			try (RunServer server = new RunServer((exchange) -> {
				exchange.startStream();
				exchange.event(Samples.STARTED);
			}, RunServer.RUNNING); TinyFishClient client = client(server, SOON)) {
				submit(client, request(deadline)).forEach((run) -> assertCancelled(run, deadline));
				if (server.looks() == 0) {
					throw MoreTime.tooLittle();
				}
				assertThat(server.cancels()).isEqualTo(2);
			}
		});
	}

	@Test
	void aRunIsCancelledAtItsDeadlineHoweverFarBehindItsReaderIs() throws Exception {
		MoreTime.whereTooLittle(DEADLINE, (deadline) -> {
			RecordingListener listener = new RecordingListener();
			try (RunServer server = new RunServer((exchange) -> {
				exchange.startStream();
				// more than a reader that reads nothing is sent ahead
				exchange
					.send(("data: " + Samples.STARTED + "\n\n") + ("data: " + Samples.PROGRESS + "\n\n").repeat(100));
				exchange.silence();
			}, RunServer.RUNNING);
					TinyFishClient client = this.kind.client(server.baseUrl()).runListener(listener).build();
					AgentStream unread = MoreTime.outcomeOf(() -> client.agent().stream(request(deadline)))) {
				await().atMost(SOON).until(() -> !listener.errors().isEmpty());
				MoreTime.requireKnown(listener.errors().get(0));
				assertThat(listener.errors()).singleElement()
					.asInstanceOf(InstanceOfAssertFactories.THROWABLE)
					.isInstanceOf(TinyFishRunTimeoutException.class)
					.hasMessageContaining("It was cancelled");
				assertThat(server.cancels()).isEqualTo(1);
				assertThat(catchThrowable(unread::await)).isSameAs(listener.errors().get(0));
			}
		});
	}

	@Test
	void aRunThatHadEndedAtItsDeadlineButCannotBeReadIsReportedAsEnded() throws Exception {
		MoreTime.whereTooLittle(DEADLINE, (deadline) -> {
			RecordingListener listener = new RecordingListener();
			try (RunServer server = new RunServer(RunServer.SILENT,
					(exchange, n) -> exchange.answer(401, "application/json",
							Samples.envelope("INVALID_API_KEY", "No")),
					(exchange) -> exchange.answer(200, "application/json",
							"{\"run_id\":\"run-1\",\"status\":\"COMPLETED\"}"));
					TinyFishClient root = client(server, SOON);
					TinyFishClient client = root.mutate().runListener(listener).build()) {
				for (CompletableFuture<AgentRun> run : submit(client, request(deadline))) {
					Throwable failure = InBackground.failure(run);
					MoreTime.requireKnown(failure);
					assertThat(failure).isInstanceOf(TinyFishRunTimeoutException.class)
						.hasMessageContaining("It had ended before as COMPLETED")
						.hasMessageContaining("runs().get(\"run-1\")");
					assertThat(failure.getMessage()).doesNotContain("may go on");
					assertThat(failure.getSuppressed()).hasAtLeastOneElementOfType(TinyFishStatusException.class);
				}
				assertThat(server.looks()).isPositive();
				Soon.until(() -> listener.errors().size() == 2);
			}
			assertThat(listener.runs()).isEmpty();
		});
	}

	private static void assertCancelled(CompletableFuture<AgentRun> run, Duration deadline) {
		Throwable failure = InBackground.failure(run);
		MoreTime.requireKnown(failure);
		assertThat(failure).isInstanceOf(TinyFishRunTimeoutException.class)
			.hasMessageContaining(deadline.toMillis() + " ms")
			.hasMessageContaining("It was cancelled");
	}

	/**
	 * Both ways at once, since each takes its time.
	 */
	private static List<CompletableFuture<AgentRun>> submit(TinyFishClient client, AgentRequest request) {
		return List.of(InBackground.submit(client, Operation.STREAM, request),
				InBackground.submit(client, Operation.START, request));
	}

	private static AgentRequest request(@Nullable Duration runTimeout) {
		return Samples.request().toBuilder().runTimeout(runTimeout).build();
	}

	private TinyFishClient client(RunServer server, Duration runTimeout) {
		return this.kind.client(server.baseUrl()).runTimeout(runTimeout).pollTolerance(SOON).build();
	}

}
