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

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import ai.tinyfish.TinyFishClient;
import ai.tinyfish.agent.AgentStream;
import ai.tinyfish.run.AgentRun;
import ai.tinyfish.run.TinyFishRunOutcomeUnknownException;
import ai.tinyfish.settings.AbandonPolicy;
import ai.tinyfish.testing.ClientKind;
import ai.tinyfish.testing.InBackground;
import ai.tinyfish.testing.Operation;
import ai.tinyfish.testing.OwnThreads;
import ai.tinyfish.testing.RecordingListener;
import ai.tinyfish.testing.Samples;
import ai.tinyfish.testing.Soon;
import ai.tinyfish.testing.server.RunServer;
import ai.tinyfish.testing.server.ScriptedServer.Exchange;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;

/**
 * Closing clients does not wait for ever for a service that does not answer. All of them
 * are closed at once, since the waiting takes its time.
 */
class UnansweredCancelTests {

	@Test
	void closingEndsAfterSomeSecondsAndTheEndingsAreUnknown() throws Exception {
		try (RunServer server = new RunServer((exchange) -> {
			exchange.startStream();
			exchange.event(Samples.STARTED);
			exchange.silence();
		}, RunServer.ended("COMPLETED"), Exchange::silence)) {
			List<Closed> clients = new ArrayList<>();
			for (ClientKind kind : ClientKind.values()) {
				clients.add(new Closed(kind, server));
			}
			List<CompletableFuture<Void>> closing = clients.stream().map(Closed::close).toList();
			for (CompletableFuture<Void> close : closing) {
				assertThatNoException().isThrownBy(() -> close.get(25, TimeUnit.SECONDS));
			}
			for (Closed client : clients) {
				assertThat(InBackground.failure(client.open)).isInstanceOf(TinyFishRunOutcomeUnknownException.class);
				client.assertBothAreUnknown();
			}
			assertThat(server.cancels()).isEqualTo(4);
			assertThat(server.looks()).isZero();
			Soon.until(() -> OwnThreads.names().isEmpty());
			Soon.until(() -> server.openConnections() == 0);
		}
	}

	/**
	 * A client with a stream that is open, and one that was closed early.
	 */
	private static final class Closed {

		private final RecordingListener listener = new RecordingListener();

		private final TinyFishClient client;

		private final CompletableFuture<AgentRun> open;

		Closed(ClientKind kind, RunServer server) {
			this.client = kind.client(server.baseUrl())
				.onClose(AbandonPolicy.CANCEL)
				.runListener(this.listener)
				.build();
			this.open = InBackground.submit(this.client, Operation.START, Samples.request());
			AgentStream stream = this.client.agent().stream(Samples.request());
			stream.iterator().next();
			stream.close();
			Soon.until(() -> this.listener.calls().stream().filter("started"::equals).count() == 2);
		}

		CompletableFuture<Void> close() {
			CompletableFuture<Void> closed = new CompletableFuture<>();
			new Thread(() -> {
				this.client.close();
				closed.complete(null);
			}, "test-closer").start();
			return closed;
		}

		void assertBothAreUnknown() {
			Soon.until(() -> this.listener.errors().size() >= 2);
			assertThat(this.listener.errors()).hasSize(2)
				.allMatch(TinyFishRunOutcomeUnknownException.class::isInstance)
				.allMatch((error) -> "run-1".equals(error.runId()));
			assertThat(this.listener.runs()).isEmpty();
		}

	}

}
