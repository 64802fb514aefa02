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

package ai.tinyfish.internal.listener;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import ai.tinyfish.OpenRuns;
import ai.tinyfish.TinyFishClient;
import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.agent.RunContext;
import ai.tinyfish.agent.TinyFishRunListener;
import ai.tinyfish.agent.event.CompleteEvent;
import ai.tinyfish.agent.event.StartedEvent;
import ai.tinyfish.support.RunControl;
import ai.tinyfish.testing.BothClients;
import ai.tinyfish.testing.ClientKind;
import ai.tinyfish.testing.LogCapture;
import ai.tinyfish.testing.Operation;
import ai.tinyfish.testing.RecordingListener;
import ai.tinyfish.testing.Samples;
import ai.tinyfish.testing.Soon;
import ai.tinyfish.testing.server.ScriptedServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * On which threads listeners are called.
 */
@BothClients
class EventExecutorTests {

	@Parameter
	ClientKind kind;

	private final RecordingListener listener = new RecordingListener();

	@ParameterizedTest
	@EnumSource(names = { "RUN", "STREAM", "START" })
	void anExecutorThatRunsOnTheCallersThreadIsNotLetTo(Operation operation) {
		Set<Thread> submitters = ConcurrentHashMap.newKeySet();
		List<Thread> called = new CopyOnWriteArrayList<>();
		RecordingListener onThread = new RecordingListener() {
			@Override
			public void finished(RunContext context, CompleteEvent event) {
				called.add(Thread.currentThread());
			}
		};
		try (ScriptedServer server = Operation.answering();
				TinyFishClient client = this.kind.client(server.baseUrl())
					.runListener(this.listener)
					.runListener(onThread)
					.eventExecutor((task) -> {
						submitters.add(Thread.currentThread());
						task.run();
					})
					.build()) {
			operation.call(client);
			operation.call(client);
			Soon.until(() -> called.size() == 2);
		}
		assertThat(submitters).hasSize(1).doesNotContainAnyElementsOf(called);
		assertThat(called).allSatisfy((thread) -> assertThat(thread.getName()).startsWith("tinyfish-events-"));
		assertThat(this.listener.calls()).endsWith("finished");
	}

	@Test
	void threadsOfTheClientTakeOverFromAnExecutorThatRefusesATask() {
		AtomicBoolean refusing = new AtomicBoolean();
		ExecutorService executor = Executors.newSingleThreadExecutor();
		try (LogCapture log = new LogCapture();
				ScriptedServer server = Operation.answering();
				TinyFishClient client = this.kind.client(server.baseUrl())
					.runListener(this.listener)
					.eventExecutor((task) -> {
						if (refusing.get()) {
							throw new RejectedExecutionException("Full");
						}
						executor.execute(task);
					})
					.build()) {
			Operation.RUN.call(client);
			Soon.until(() -> this.listener.runs().size() == 1);
			refusing.set(true);
			Operation.RUN.call(client);
			Soon.until(() -> this.listener.runs().size() == 2);
			refusing.set(false);
			Operation.RUN.call(client);
			Soon.until(() -> this.listener.runs().size() == 3);
			assertThat(this.listener.threads()).last().asString().startsWith("tinyfish-events-");
			assertThat(log.lines()).filteredOn((line) -> line.contains("The event executor refused a task")).hasSize(1);
		}
		finally {
			executor.shutdownNow();
		}
	}

	@Test
	void closingTheClientWaitsForDeliveriesOfAGivenExecutor() throws Exception {
		CountDownLatch entered = new CountDownLatch(1);
		CountDownLatch release = new CountDownLatch(1);
		RecordingListener slow = new RecordingListener() {
			@Override
			public void finished(RunContext context, CompleteEvent event) {
				entered.countDown();
				awaitQuietly(release);
				super.finished(context, event);
			}
		};
		ExecutorService executor = Executors.newSingleThreadExecutor();
		try (ScriptedServer server = Operation.answering()) {
			TinyFishClient client = this.kind.client(server.baseUrl())
				.runListener(slow)
				.eventExecutor(executor)
				.build();
			Operation.RUN.call(client);
			assertThat(entered.await(20, TimeUnit.SECONDS)).isTrue();
			Thread closing = new Thread(client::close);
			closing.start();
			Soon.until(() -> closing.getState() == Thread.State.TIMED_WAITING
					|| closing.getState() == Thread.State.WAITING);
			release.countDown();
			closing.join(20_000);
			assertThat(closing.isAlive()).isFalse();
			assertThat(slow.runs()).hasSize(1);
			assertThat(executor.isShutdown()).isFalse();
		}
		finally {
			executor.shutdownNow();
		}
	}

	@Test
	void aListenerMayCloseTheClientOnAGivenExecutor() {
		ExecutorService executor = Executors.newSingleThreadExecutor();
		try (ScriptedServer server = Operation.answering()) {
			TinyFishClient[] client = new TinyFishClient[1];
			CountDownLatch closed = new CountDownLatch(1);
			client[0] = this.kind.client(server.baseUrl()).eventExecutor(executor).runListener(new RecordingListener() {
				@Override
				public void finished(RunContext context, CompleteEvent event) {
					client[0].close();
					closed.countDown();
				}
			}).build();
			Operation.RUN.call(client[0]);
			Soon.until(() -> closed.getCount() == 0);
		}
		finally {
			executor.shutdownNow();
		}
	}

	@Test
	void asManyListenersMayBlockAsThereAreThreads() {
		CountDownLatch release = new CountDownLatch(1);
		List<String> finished = new CopyOnWriteArrayList<>();
		RecordingListener blocking = new RecordingListener() {
			@Override
			public void started(RunContext context, StartedEvent event) {
				if ("blocking".equals(context.tag())) {
					awaitQuietly(release);
				}
				super.started(context, event);
			}

			@Override
			public void finished(RunContext context, CompleteEvent event) {
				finished.add(context.tag());
			}
		};
		try (ScriptedServer server = Operation.answering();
				TinyFishClient client = this.kind.client(server.baseUrl())
					.runListener(this.listener)
					.runListener(blocking)
					.eventThreads(2)
					.build()) {
			AgentRequest request = Samples.request();
			client.agent().start(request.withTag("blocking"));
			Soon.until(() -> this.listener.calls().size() == 1);
			for (int i = 0; i < 10; i++) {
				client.agent().start(request.withTag("quick"));
			}
			Soon.until(() -> finished.size() == 10);
			assertThat(finished).containsOnly("quick");
			release.countDown();
			Soon.until(() -> finished.contains("blocking"));
		}
		assertThat(Set.copyOf(this.listener.threads())).hasSizeLessThanOrEqualTo(2);
	}

	@Test
	void anInterruptFlagThatAListenerLeavesDoesNotReachTheNext() {
		List<Boolean> interrupted = new CopyOnWriteArrayList<>();
		TinyFishRunListener leaving = new RecordingListener() {
			@Override
			public void started(RunContext context, StartedEvent event) {
				Thread.currentThread().interrupt();
			}
		};
		TinyFishRunListener next = new RecordingListener() {
			@Override
			public void started(RunContext context, StartedEvent event) {
				interrupted.add(Thread.currentThread().isInterrupted());
			}
		};
		try (ScriptedServer server = Operation.answering();
				TinyFishClient client = this.kind.client(server.baseUrl())
					.runListener(leaving)
					.runListener(next)
					.build()) {
			Operation.START.call(client);
		}
		assertThat(interrupted).containsExactly(false);
	}

	@Test
	void aFailureIsLoggedWithRunAndEventAndCounted() {
		OpenRuns registry = OpenRuns.unlimited();
		RecordingListener failing = new RecordingListener() {
			@Override
			public void started(RunContext context, StartedEvent event) {
				throw new IllegalStateException("thrown on purpose");
			}

			@Override
			public void finished(RunContext context, CompleteEvent event) {
				throw new AssertionError("not even an Error");
			}
		};
		try (LogCapture log = new LogCapture()) {
			try (ScriptedServer server = Operation.answering();
					TinyFishClient client = this.kind.client(server.baseUrl())
						.openRuns(registry)
						.runListener(failing)
						.runListener(this.listener)
						.build()) {
				Operation.START.call(client);
			}
			assertThat(log.lines()).contains("A listener failed on STARTED of run run-1",
					"A listener failed on finished of run run-1");
		}
		assertThat(((RunControl) registry).counts().failedListenerCalls()).isEqualTo(2);
		assertThat(this.listener.calls()).containsExactly("started", "finished");
	}

	@Test
	void listenersThatAreGivenLaterMayNeedTheClient() {
		TinyFishClient[] client = new TinyFishClient[1];
		List<Object> looked = new CopyOnWriteArrayList<>();
		try (ScriptedServer server = Operation.answering()) {
			client[0] = this.kind.client(server.baseUrl()).runListeners(() -> {
				TinyFishClient needed = client[0];
				return List.of(new RecordingListener() {
					@Override
					public void finished(RunContext context, CompleteEvent event) {
						looked.add(needed.runs().get(String.valueOf(context.runId())));
					}
				}, this.listener);
			}).build();
			try (TinyFishClient closed = client[0]) {
				Operation.START.call(closed);
				Operation.RUN.call(closed);
				Soon.until(() -> looked.size() == 2 && this.listener.runs().size() == 2);
			}
		}
	}

	@Test
	void threadsBelongToTheClientThatOthersAreDerivedFrom() {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> this.kind.client("http://127.0.0.1").eventThreads(0).build())
			.withMessageContaining("eventThreads");
		try (ScriptedServer server = Operation.answering();
				TinyFishClient client = this.kind.client(server.baseUrl()).build()) {
			assertThatIllegalStateException().isThrownBy(() -> client.mutate().eventThreads(2))
				.withMessageContaining("eventThreads");
			assertThatIllegalStateException().isThrownBy(() -> client.mutate().eventExecutor(Runnable::run))
				.withMessageContaining("eventExecutor");
		}
	}

	private static void awaitQuietly(CountDownLatch latch) {
		try {
			latch.await(20, TimeUnit.SECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

}
