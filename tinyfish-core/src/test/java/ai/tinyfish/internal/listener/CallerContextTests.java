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

import java.net.URL;
import java.net.URLClassLoader;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

import ai.tinyfish.ReactiveTinyFishClient;
import ai.tinyfish.TinyFishClient;
import ai.tinyfish.agent.RunContext;
import ai.tinyfish.agent.RunHandle;
import ai.tinyfish.agent.event.CompleteEvent;
import ai.tinyfish.agent.event.StartedEvent;
import ai.tinyfish.error.TinyFishException;
import ai.tinyfish.testing.BothClients;
import ai.tinyfish.testing.ClientKind;
import ai.tinyfish.testing.LogCapture;
import ai.tinyfish.testing.Operation;
import ai.tinyfish.testing.RecordingListener;
import ai.tinyfish.testing.Samples;
import ai.tinyfish.testing.Soon;
import ai.tinyfish.testing.server.RunServer;
import ai.tinyfish.testing.server.ScriptedServer;
import io.micrometer.context.ContextRegistry;
import io.micrometer.context.ThreadLocalAccessor;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.MDC;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The caller's context on the threads of listeners.
 */
@BothClients
class CallerContextTests {

	private static final Duration SOON = Duration.ofSeconds(20);

	private static final String TENANT = "test.tenant";

	private static final ThreadLocal<@Nullable String> tenant = new ThreadLocal<>();

	@Parameter
	ClientKind kind;

	private final List<String> seen = new CopyOnWriteArrayList<>();

	private final RecordingListener listener = new RecordingListener() {

		@Override
		public void finished(RunContext context, CompleteEvent event) {
			CallerContextTests.this.seen.add(context.tag() + " " + tenant.get() + " " + MDC.get("request"));
			super.finished(context, event);
		}

	};

	@BeforeEach
	void registerTenant() {
		ContextRegistry.getInstance().registerThreadLocalAccessor(new TenantAccessor());
	}

	@AfterEach
	void removeTenant() {
		ContextRegistry.getInstance().removeThreadLocalAccessor(TENANT);
		tenant.remove();
		MDC.clear();
	}

	@ParameterizedTest
	@EnumSource(names = { "RUN", "STREAM", "START" })
	void itsThreadLocalValuesAndItsMdcAreThere(Operation operation) {
		try (ScriptedServer server = Operation.answering();
				TinyFishClient client = this.kind.client(server.baseUrl()).runListener(this.listener).build()) {
			tenant.set("acme");
			MDC.put("request", "r-1");
			operation.call(client);
			Soon.until(() -> this.seen.size() == 1);
			tenant.remove();
			MDC.clear();
			operation.call(client);
			Soon.until(() -> this.seen.size() == 2);
		}
		assertThat(this.seen).containsExactly("order-42 acme r-1", "order-42 null null");
	}

	@Test
	void alsoOfOneWhoAwaitsAQueuedRun() {
		try (RunServer server = new RunServer((exchange) -> {
		}, RunServer.ended("COMPLETED"));
				TinyFishClient client = this.kind.client(server.baseUrl()).runListener(this.listener).build()) {
			tenant.set("acme");
			client.runs().await("run-1", SOON);
			Soon.until(() -> this.seen.size() == 1);
		}
		assertThat(this.seen).containsExactly("null acme null");
	}

	@ParameterizedTest
	@EnumSource(names = { "RUN", "STREAM", "START" })
	void aSubscribersContextGoesBeforeItsThread(Operation operation) {
		try (ScriptedServer server = Operation.answering();
				ReactiveTinyFishClient client = Samples.reactiveClient(server.baseUrl())
					.runListener(this.listener)
					.build()) {
			tenant.set("of the thread");
			operation.publish(client).contextWrite((context) -> context.put(TENANT, "of the subscriber")).block(SOON);
			Soon.until(() -> this.seen.size() == 1);
		}
		assertThat(this.seen).containsExactly("order-42 of the subscriber null");
	}

	@Test
	void theRunAndItsTagAreInTheMdc() {
		List<Map<String, String>> mdc = new CopyOnWriteArrayList<>();
		RecordingListener recording = new RecordingListener() {

			@Override
			public void started(RunContext context, StartedEvent event) {
				mdc.add(MDC.getCopyOfContextMap());
			}

			@Override
			public void error(RunContext context, TinyFishException exception) {
				mdc.add(MDC.getCopyOfContextMap());
			}

		};
		MDC.put(RunContext.MDC_RUN_ID, "run of a caller that is a listener itself");
		try (ScriptedServer server = Operation.answering();
				TinyFishClient client = this.kind.client(server.baseUrl()).runListener(recording).build()) {
			Operation.START.call(client);
			Soon.until(() -> mdc.size() == 1);
		}
		try (ScriptedServer server = new ScriptedServer(
				(exchange) -> exchange.answer(401, "application/json", Samples.envelope("INVALID_API_KEY", "No")));
				TinyFishClient client = this.kind.client(server.baseUrl()).runListener(recording).build()) {
			RunHandle handle = client.agent().start(Samples.request().withTag(null));
			Soon.until(() -> handle.result().isDone() && mdc.size() == 2);
		}
		assertThat(mdc).containsExactly(Map.of(RunContext.MDC_RUN_ID, "run-1", RunContext.MDC_TAG, "order-42"),
				Map.of());
	}

	@Test
	void changesOfAListenerToTheMdcReachNoOther() {
		RecordingListener clearing = new RecordingListener() {

			@Override
			public void finished(RunContext context, CompleteEvent event) {
				MDC.clear();
				MDC.put("left", "behind");
			}

		};
		List<Map<String, String>> mdc = new CopyOnWriteArrayList<>();
		RecordingListener next = new RecordingListener() {

			@Override
			public void finished(RunContext context, CompleteEvent event) {
				mdc.add(MDC.getCopyOfContextMap());
			}

		};
		MDC.put("request", "r-1");
		try (ScriptedServer server = Operation.answering();
				TinyFishClient client = this.kind.client(server.baseUrl())
					.runListener(clearing)
					.runListener(next)
					.build()) {
			Operation.START.call(client);
			Soon.until(() -> mdc.size() == 1);
		}
		assertThat(mdc)
			.containsExactly(Map.of("request", "r-1", RunContext.MDC_RUN_ID, "run-1", RunContext.MDC_TAG, "order-42"));
	}

	@Test
	void valuesThatAListenerLeavesOnItsThreadReachNoOther() throws Exception {
		ClassLoader[] loader = new ClassLoader[1];
		ObservationRegistry observations = ObservationRegistry.create();
		observations.observationConfig().observationHandler((context) -> true);
		List<@Nullable Object> found = new CopyOnWriteArrayList<>();
		try (URLClassLoader ofListener = new URLClassLoader(new URL[0])) {
			RecordingListener leaving = new RecordingListener() {

				@Override
				public void finished(RunContext context, CompleteEvent event) {
					loader[0] = Thread.currentThread().getContextClassLoader();
					Thread.currentThread().setContextClassLoader(ofListener);
					tenant.set("of the listener");
					Observation.start("of the listener", observations).openScope();
				}

			};
			RecordingListener next = new RecordingListener() {

				@Override
				public void finished(RunContext context, CompleteEvent event) {
					found.addAll(List.of(Thread.currentThread().getContextClassLoader(), String.valueOf(tenant.get()),
							observations.getCurrentObservation().getContext().getName()));
				}

			};
			try (ScriptedServer server = Operation.answering();
					TinyFishClient client = this.kind.client(server.baseUrl())
						.observationRegistry(observations)
						.runListener(leaving)
						.runListener(next)
						.build()) {
				tenant.set("acme");
				Observation.createNotStarted("caller", observations).observe(() -> Operation.START.call(client));
				Soon.until(() -> found.size() == 3);
			}
		}
		assertThat(found).containsExactly(loader[0], "acme", "caller");
	}

	@Test
	void valuesThatATracerWritesToTheMdcAreThere() {
		ObservationRegistry observations = ObservationRegistry.create();
		observations.observationConfig().observationHandler(new ObservationHandler<Observation.Context>() {

			@Override
			public void onScopeOpened(Observation.Context context) {
				MDC.put("span", context.getName());
			}

			@Override
			public void onScopeClosed(Observation.Context context) {
				MDC.remove("span");
			}

			@Override
			public boolean supportsContext(Observation.Context context) {
				return "caller".equals(context.getName());
			}

		});
		List<@Nullable String> spans = new CopyOnWriteArrayList<>();
		RecordingListener recording = new RecordingListener() {

			@Override
			public void finished(RunContext context, CompleteEvent event) {
				spans.add(String.valueOf(MDC.get("span")));
			}

		};
		Observation caller = Observation.start("caller", observations);
		try (ScriptedServer server = Operation.answering();
				ReactiveTinyFishClient client = Samples.reactiveClient(server.baseUrl())
					.observationRegistry(observations)
					.runListener(recording)
					.build()) {
			client.agent()
				.run(Samples.request())
				.contextWrite((context) -> context.put("micrometer.observation", caller))
				.block(SOON);
			Soon.until(() -> spans.size() == 1);
		}
		assertThat(spans).containsExactly("caller");
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void anAccessorThatFailsKeepsNoListenerFromTheOutcome(boolean error) {
		ContextRegistry.getInstance().registerThreadLocalAccessor(new TenantAccessor() {
			@Override
			public void setValue(String value) {
				if (error) {
					throw new AssertionError("not even an Error");
				}
				throw new IllegalStateException("thrown on purpose");
			}
		});
		try (LogCapture log = new LogCapture();
				ScriptedServer server = Operation.answering();
				TinyFishClient client = this.kind.client(server.baseUrl()).runListener(this.listener).build()) {
			tenant.set("acme");
			MDC.put("request", "r-1");
			Operation.START.call(client);
			Soon.until(() -> this.seen.size() == 1);
			assertThat(log.runsOf("A thread-local value of the caller")).isNotEmpty().containsOnly("run-1");
		}
		assertThat(this.seen).containsExactly("order-42 null r-1");
	}

	private static class TenantAccessor implements ThreadLocalAccessor<String> {

		@Override
		public Object key() {
			return TENANT;
		}

		@Override
		public @Nullable String getValue() {
			return tenant.get();
		}

		@Override
		public void setValue(String value) {
			tenant.set(value);
		}

		@Override
		public void setValue() {
			tenant.remove();
		}

	}

}
