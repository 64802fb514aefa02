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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import ai.tinyfish.OpenRuns;
import ai.tinyfish.TinyFishClient;
import ai.tinyfish.run.AgentRun;
import ai.tinyfish.testing.BothClients;
import ai.tinyfish.testing.ClientKind;
import ai.tinyfish.testing.InBackground;
import ai.tinyfish.testing.Operation;
import ai.tinyfish.testing.RecordingListener;
import ai.tinyfish.testing.Samples;
import ai.tinyfish.testing.Soon;
import ai.tinyfish.testing.server.RunServer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A run that is followed on one client and awaited on another has one ending for the
 * listeners, if the clients know of each other's runs.
 */
@BothClients
class SharedEndingTests {

	private static final Duration SOON = Duration.ofSeconds(20);

	@Parameter
	ClientKind kind;

	private RecordingListener listener;

	private CountDownLatch finish;

	@BeforeEach
	void reset() {
		this.listener = new RecordingListener();
		this.finish = new CountDownLatch(1);
	}

	@Test
	void isPublishedOnceIfTheStreamIsFirst() throws Exception {
		OpenRuns registry = OpenRuns.unlimited();
		try (RunServer server = server();
				TinyFishClient starting = client(server, registry);
				TinyFishClient awaiting = client(server, registry)) {
			streamThenAwait(starting, awaiting);
		}
		assertPublished(1);
	}

	@Test
	void isPublishedOnceIfTheWaitIsFirst() throws Exception {
		OpenRuns registry = OpenRuns.unlimited();
		try (RunServer server = server();
				TinyFishClient starting = client(server, registry);
				TinyFishClient awaiting = client(server, registry)) {
			awaitThenStream(starting, awaiting);
		}
		assertPublished(1);
	}

	@Test
	void isPublishedOnceForADerivedClient() throws Exception {
		try (RunServer server = server();
				TinyFishClient root = client(server, null);
				TinyFishClient derived = root.mutate().build()) {
			streamThenAwait(root, derived);
		}
		assertPublished(1);
	}

	@Test
	void isPublishedOnceForTheClientThatAnotherIsDerivedFrom() throws Exception {
		try (RunServer server = server();
				TinyFishClient root = client(server, null);
				TinyFishClient derived = root.mutate().build()) {
			awaitThenStream(derived, root);
		}
		assertPublished(1);
	}

	@Test
	void isPublishedTwiceIfTheClientsDoNotKnowOfEachOther() throws Exception {
		try (RunServer server = server();
				TinyFishClient starting = client(server, null);
				TinyFishClient awaiting = client(server, null)) {
			streamThenAwait(starting, awaiting);
		}
		assertPublished(2);
	}

	private void streamThenAwait(TinyFishClient starting, TinyFishClient awaiting) throws Exception {
		this.finish.countDown();
		InBackground.value(InBackground.submit(starting, Operation.START, Samples.request()));
		assertThat(awaiting.runs().await("run-1", SOON).isCompleted()).isTrue();
	}

	private void awaitThenStream(TinyFishClient starting, TinyFishClient awaiting) throws Exception {
		CompletableFuture<AgentRun> run = InBackground.submit(starting, Operation.START, Samples.request());
		Soon.until(() -> this.listener.calls().contains("started"));
		assertThat(awaiting.runs().await("run-1", SOON).isCompleted()).isTrue();
		this.finish.countDown();
		assertThat(InBackground.value(run).isCompleted()).isTrue();
	}

	private void assertPublished(int times) {
		// closing the clients has delivered all
		assertThat(this.listener.calls()).filteredOn("finished"::equals).hasSize(times);
		assertThat(this.listener.errors()).isEmpty();
	}

	private RunServer server() {
		return new RunServer((exchange) -> {
			exchange.startStream();
			exchange.event(Samples.STARTED);
			this.finish.await(20, TimeUnit.SECONDS);
			exchange.event(Samples.COMPLETE);
		}, RunServer.ended("COMPLETED"));
	}

	private TinyFishClient client(RunServer server, @Nullable OpenRuns registry) {
		return this.kind.client(server.baseUrl())
			.openRuns(registry)
			.runListener(this.listener)
			.pollTolerance(SOON)
			.build();
	}

}
