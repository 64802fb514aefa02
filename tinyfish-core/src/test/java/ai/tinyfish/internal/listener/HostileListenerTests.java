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

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

import ai.tinyfish.OpenRuns;
import ai.tinyfish.TinyFishClient;
import ai.tinyfish.agent.RunContext;
import ai.tinyfish.agent.event.CompleteEvent;
import ai.tinyfish.agent.event.StartedEvent;
import ai.tinyfish.run.AgentRun;
import ai.tinyfish.support.RunControl;
import ai.tinyfish.testing.BothClients;
import ai.tinyfish.testing.ClientKind;
import ai.tinyfish.testing.Operation;
import ai.tinyfish.testing.RecordingListener;
import ai.tinyfish.testing.Samples;
import ai.tinyfish.testing.Soon;
import ai.tinyfish.testing.server.ScriptedServer;
import io.micrometer.context.ContextRegistry;
import io.micrometer.context.ThreadLocalAccessor;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Listeners receive the outcome, and the context of their own caller alone, whichever
 * other parts of an application fail.
 */
@BothClients
class HostileListenerTests {

	private static final String FIRST = "test.first";

	private static final String SECOND = "test.second";

	private static final ThreadLocal<@Nullable String> tenant = new InheritableThreadLocal<>();

	private static final ThreadLocal<@Nullable String> unregistered = new InheritableThreadLocal<>();

	@Parameter
	ClientKind kind;

	private final List<String> seen = new CopyOnWriteArrayList<>();

	private final RecordingListener listener = new RecordingListener() {

		@Override
		public void finished(RunContext context, CompleteEvent event) {
			HostileListenerTests.this.seen.add(tenant.get() + " " + unregistered.get());
			super.finished(context, event);
		}

	};

	@AfterEach
	void forget() {
		ContextRegistry.getInstance().removeThreadLocalAccessor(FIRST);
		ContextRegistry.getInstance().removeThreadLocalAccessor(SECOND);
		tenant.remove();
		unregistered.remove();
	}

	@Test
	void anExceptionThatCannotBePrintedKeepsNoListenerFromTheOutcome() {
		OpenRuns registry = OpenRuns.unlimited();
		RecordingListener failing = new RecordingListener() {
			@Override
			public void started(RunContext context, StartedEvent event) {
				throw new IllegalStateException() {
					@Override
					public String getMessage() {
						throw new UnsupportedOperationException("thrown on purpose");
					}
				};
			}
		};
		try (ScriptedServer server = Operation.answering();
				TinyFishClient client = this.kind.client(server.baseUrl())
					.openRuns(registry)
					.runListener(failing)
					.runListener(this.listener)
					.build()) {
			Operation.START.call(client);
			Soon.until(() -> this.listener.runs().size() == 1);
		}
		assertThat(this.listener.calls()).containsExactly("started", "finished");
		assertThat(((RunControl) registry).counts().failedListenerCalls()).isEqualTo(1);
	}

	@Test
	void anObservationHandlerThatCannotBeLinkedKeepsNoListenerFromTheOutcome() {
		ObservationRegistry observations = ObservationRegistry.create();
		observations.observationConfig().observationHandler(new ObservationHandler<Observation.Context>() {
			@Override
			public void onScopeOpened(Observation.Context context) {
				if (Thread.currentThread().getName().startsWith("tinyfish-events")) {
					throw new NoSuchMethodError("thrown on purpose");
				}
			}

			@Override
			public boolean supportsContext(Observation.Context context) {
				return "caller".equals(context.getName());
			}
		});
		try (ScriptedServer server = Operation.answering();
				TinyFishClient client = this.kind.client(server.baseUrl())
					.observationRegistry(observations)
					.runListener(this.listener)
					.build()) {
			Observation.createNotStarted("caller", observations).observe(() -> Operation.START.call(client));
			Soon.until(() -> this.listener.runs().size() == 1);
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "RUN", "STREAM", "START" })
	void anObservationHandlerThatFailsWithAnErrorTakesNoEnding(Operation operation) {
		OpenRuns registry = OpenRuns.limitedTo(1, Duration.ZERO);
		ObservationRegistry observations = ObservationRegistry.create();
		observations.observationConfig().observationHandler(new ObservationHandler<Observation.Context>() {

			@Override
			public void onScopeClosed(Observation.Context context) {
				throw new AssertionError("thrown on purpose");
			}

			@Override
			public void onStop(Observation.Context context) {
				throw new NoSuchMethodError("thrown on purpose");
			}

			@Override
			public boolean supportsContext(Observation.Context context) {
				return String.valueOf(context.getName()).startsWith("tinyfish.");
			}

		});
		try (ScriptedServer server = Operation.answering();
				TinyFishClient client = this.kind.client(server.baseUrl())
					.observationRegistry(observations)
					.openRuns(registry)
					.runListener(this.listener)
					.build()) {
			for (int run = 1; run <= 2; run++) {
				int runs = run;
				assertThat(operation.call(client)).isInstanceOf(AgentRun.class);
				Soon.until(() -> this.listener.runs().size() == runs && registry.inFlight() == 0);
			}
		}
		assertThat(this.listener.errors()).isEmpty();
	}

	@Test
	void anExecutorWithoutAThreadLeftKeepsNoListenerFromTheOutcome() {
		AtomicInteger tasks = new AtomicInteger();
		ExecutorService pool = Executors.newSingleThreadExecutor();
		// from the second task on, which is when a run gives way to others
		Executor exhausted = (task) -> {
			if (tasks.incrementAndGet() > 1) {
				throw new OutOfMemoryError("unable to create native thread: thrown on purpose");
			}
			pool.execute(task);
		};
		try (ScriptedServer server = ScriptedServer.streaming((exchange) -> {
			exchange.send(("data: " + Samples.STARTED + "\n\n"));
			exchange.send(("data: " + Samples.PROGRESS + "\n\n").repeat(200));
			exchange.event(Samples.COMPLETE);
		});
				TinyFishClient client = this.kind.client(server.baseUrl())
					.runListener(this.listener)
					.eventExecutor(exhausted)
					.build()) {
			client.agent().start(Samples.request()).await();
			Soon.until(() -> this.listener.runs().size() == 1);
		}
		finally {
			pool.shutdownNow();
		}
		assertThat(tasks).hasValueGreaterThan(1);
	}

	@Test
	void anExecutorThatCannotBeLinkedKeepsNoListenerFromTheOutcome() {
		try (ScriptedServer server = Operation.answering();
				TinyFishClient client = this.kind.client(server.baseUrl())
					.runListener(this.listener)
					.eventExecutor((task) -> {
						throw new NoClassDefFoundError("thrown on purpose");
					})
					.build()) {
			assertThat(Operation.START.call(client)).isInstanceOf(AgentRun.class);
			Soon.until(() -> this.listener.runs().size() == 1);
		}
		assertThat(this.listener.calls()).containsExactly("started", "finished");
	}

	@Test
	void threadsInheritNothingOfTheCallerWhoCausedThem() {
		ContextRegistry.getInstance().registerThreadLocalAccessor(new Accessor(FIRST, tenant));
		runOfAcmeAndOneWithoutATenant(unregistered);
		assertThat(this.seen).containsExactly("acme null", "null null");
	}

	@Test
	void valuesOfAFailingAccessorDoNotReachTheNextRun() {
		ContextRegistry.getInstance().registerThreadLocalAccessor(new Accessor(FIRST, tenant));
		ThreadLocal<@Nullable String> other = new ThreadLocal<>();
		ContextRegistry.getInstance().registerThreadLocalAccessor(new Accessor(SECOND, other) {
			@Override
			public void setValue(String value) {
				throw new IllegalStateException("thrown on purpose");
			}
		});
		runOfAcmeAndOneWithoutATenant(other);
		assertThat(this.seen.get(1)).isEqualTo("null null");
	}

	private void runOfAcmeAndOneWithoutATenant(ThreadLocal<@Nullable String> other) {
		try (ScriptedServer server = Operation.answering();
				TinyFishClient client = this.kind.client(server.baseUrl())
					.eventThreads(1)
					.runListener(this.listener)
					.build()) {
			tenant.set("acme");
			other.set("of acme");
			Operation.RUN.call(client);
			Soon.until(() -> this.seen.size() == 1);
			tenant.remove();
			other.remove();
			Operation.RUN.call(client);
			Soon.until(() -> this.seen.size() == 2);
		}
	}

	private static class Accessor implements ThreadLocalAccessor<String> {

		private final String key;

		private final ThreadLocal<@Nullable String> value;

		Accessor(String key, ThreadLocal<@Nullable String> value) {
			this.key = key;
			this.value = value;
		}

		@Override
		public Object key() {
			return this.key;
		}

		@Override
		public @Nullable String getValue() {
			return this.value.get();
		}

		@Override
		public void setValue(String value) {
			this.value.set(value);
		}

		@Override
		public void setValue() {
			this.value.remove();
		}

	}

}
