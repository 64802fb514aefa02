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

package ai.tinyfish.spring.boot.autoconfigure.observation;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

import ai.tinyfish.ReactiveTinyFishClient;
import ai.tinyfish.TinyFishClient;
import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.agent.RunHandle;
import ai.tinyfish.simulator.Scenario;
import ai.tinyfish.simulator.TinyFishSimulator;
import ai.tinyfish.spring.boot.testing.BootContexts;
import ai.tinyfish.spring.event.TinyFishRunErrorEvent;
import ai.tinyfish.spring.event.TinyFishRunEvent;
import ai.tinyfish.spring.event.TinyFishRunFinishedEvent;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.tracing.Span;
import io.micrometer.tracing.Tracer;
import io.micrometer.tracing.test.simple.SimpleSpan;
import io.micrometer.tracing.test.simple.SimpleTracer;
import io.micrometer.tracing.test.simple.SpansAssert;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.MDC;
import reactor.core.publisher.Mono;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.micrometer.observation.autoconfigure.ObservationAutoConfiguration;
import org.springframework.boot.micrometer.tracing.autoconfigure.MicrometerTracingAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.event.EventListener;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Spans of a listener belong to the trace in which its run was started.
 */
class ListenerTracingTests {

	private static final Duration SOON = Duration.ofSeconds(30);

	@AutoClose
	private static final TinyFishSimulator simulator = TinyFishSimulator.builder()
		.pace(Duration.ofMillis(5))
		.given("two steps", Scenario.builder().steps("Opening", "Reading").build())
		.given("endless", Scenario.builder().steps("Opening", "Waiting").neverEnds().build())
		.start();

	private final SimpleTracer tracer = new SimpleTracer();

	private final ApplicationContextRunner contextRunner = BootContexts.withTinyFish()
		.withConfiguration(
				AutoConfigurations.of(ObservationAutoConfiguration.class, MicrometerTracingAutoConfiguration.class))
		.withPropertyValues("tinyfish.base-url=" + simulator.baseUrl(), "tinyfish.api-key=" + simulator.apiKey(),
				"tinyfish.run.poll-interval=20ms")
		.withBean(Tracer.class, () -> this.tracer)
		.withBean(TracingListener.class);

	@ParameterizedTest
	@EnumSource
	void itsSpansDescendFromTheCallers(Submission submission) {
		this.contextRunner.run((context) -> assertSpansDescend(context, submission, false));
	}

	/**
	 * One test, since on each JDK there are to be as many.
	 */
	@Test
	@EnabledForJreRange(min = JRE.JAVA_21)
	void alsoOnVirtualThreads() {
		for (Submission submission : Submission.values()) {
			this.tracer.getSpans().clear();
			this.contextRunner.withPropertyValues("spring.threads.virtual.enabled=true")
				.run((context) -> assertSpansDescend(context, submission, true));
		}
	}

	@Test
	void threadThatEndsARunIsNotTakenForItsCaller() {
		this.contextRunner.run((context) -> {
			RunHandle[] handle = new RunHandle[1];
			Observation caller = inObservation(context, "caller",
					() -> handle[0] = context.getBean(TinyFishClient.class).agent().start(request("endless", "ended")));
			caller.stop();
			TracingListener listener = context.getBean(TracingListener.class);
			await().atMost(SOON).until(() -> listener.calls.size() == 4);
			Observation other = inObservation(context, "other", handle[0]::cancel);
			listener.awaitEndings(1);
			other.stop();
			assertThat(listener.calls).hasSize(5).allSatisfy((call) -> assertDescends(call, "caller"));
		});
	}

	@Test
	void runsOfDifferentCallersTakeTurnsOnAThread() {
		this.contextRunner.withPropertyValues("tinyfish.events.threads=1").run((context) -> {
			TracingListener listener = context.getBean(TracingListener.class);
			TinyFishClient client = context.getBean(TinyFishClient.class);
			List<RunHandle> handles = new ArrayList<>();
			for (String tag : List.of("first", "second", "unknown")) {
				AgentRequest request = request("endless", tag);
				if (tag.equals("unknown")) {
					handles.add(client.agent().start(request));
				}
				else {
					inObservation(context, "of " + tag, () -> handles.add(client.agent().start(request))).stop();
				}
				await().atMost(SOON).until(() -> listener.of(tag).size() == 4);
			}
			handles.forEach(RunHandle::cancel);
			listener.awaitEndings(3);
			assertThat(listener.calls).extracting(Call::thread).containsOnly(listener.calls.get(0).thread());
			assertThat(listener.of("first")).hasSize(5).allSatisfy((call) -> assertDescends(call, "of first"));
			assertThat(listener.of("second")).hasSize(5).allSatisfy((call) -> assertDescends(call, "of second"));
			assertThat(listener.of("unknown")).hasSize(5).allSatisfy((call) -> {
				assertThat(call.current()).isNull();
				assertThat(call.span().getParentId()).isNullOrEmpty();
				assertThat(call.observed().getParentId()).isNullOrEmpty();
			});
		});
	}

	@Test
	void nothingIsLeftOnTheThread() {
		ExecutorService executor = Executors.newSingleThreadExecutor();
		try {
			this.contextRunner.withBean("tinyFishEventExecutor", Executor.class, () -> executor).run((context) -> {
				MDC.put("request", "r-1");
				try {
					inObservation(context, "caller", () -> Submission.START.submit(context)).stop();
				}
				finally {
					MDC.remove("request");
				}
				TracingListener listener = context.getBean(TracingListener.class).awaitEndings(1);
				assertThat(listener.calls).isNotEmpty().allSatisfy((call) -> {
					assertDescends(call, "caller");
					assertThat(call.mdc()).containsEntry("request", "r-1");
				});
				Map<String, @Nullable Object> left = executor.submit(() -> {
					Map<String, @Nullable Object> found = new LinkedHashMap<>();
					found.put("observation", context.getBean(ObservationRegistry.class).getCurrentObservation());
					found.put("scope", context.getBean(ObservationRegistry.class).getCurrentObservationScope());
					found.put("span", this.tracer.currentSpan());
					found.put("mdc", MDC.get("request"));
					found.put("run", MDC.get("tinyfish.run.id"));
					found.put("tag", MDC.get("tinyfish.run.tag"));
					return found;
				}).get(20, TimeUnit.SECONDS);
				assertThat(left).hasSize(6).allSatisfy((name, value) -> assertThat(value).as(name).isNull());
			});
		}
		finally {
			executor.shutdownNow();
		}
	}

	private void assertSpansDescend(ApplicationContext context, Submission submission, boolean virtual) {
		Observation caller;
		if (submission.reactive) {
			caller = Observation.start("caller", context.getBean(ObservationRegistry.class));
			Mono.fromRunnable(() -> {
			})
				.then(submission.subscribe(context))
				.contextWrite((reactor) -> reactor.put("micrometer.observation", caller))
				.block(SOON);
		}
		else {
			caller = inObservation(context, "caller", () -> submission.submit(context));
		}
		caller.stop();
		TracingListener listener = context.getBean(TracingListener.class).awaitEndings(1);
		assertThat(listener.calls).hasSize(submission.events).allSatisfy((call) -> {
			assertDescends(call, "caller");
			assertThat(call.virtual()).isEqualTo(virtual);
		});
		SpansAssert.assertThat(List.copyOf(this.tracer.getSpans()))
			.hasNumberOfSpansWithNameEqualTo("caller", 1)
			.hasNumberOfSpansWithNameEqualTo("listener", submission.events);
	}

	private static Observation inObservation(ApplicationContext context, String name, Runnable task) {
		Observation observation = Observation.start(name, context.getBean(ObservationRegistry.class));
		observation.scoped(task);
		return observation;
	}

	private void assertDescends(Call call, String caller) {
		assertThat(ancestors(call.span())).as("span of %s", call.event()).contains(caller);
		assertThat(ancestors(call.observed())).as("observation of %s", call.event()).contains(caller);
	}

	/**
	 * The names of the spans that a span descends from.
	 */
	private List<String> ancestors(SimpleSpan span) {
		List<String> names = new ArrayList<>();
		String parent = span.getParentId();
		while (parent != null && !parent.isEmpty()) {
			String id = parent;
			SimpleSpan found = this.tracer.getSpans()
				.stream()
				.filter((candidate) -> candidate.getSpanId().equals(id))
				.findFirst()
				.orElseThrow();
			assertThat(found.getTraceId()).isEqualTo(span.getTraceId());
			names.add(found.getName());
			parent = found.getParentId();
		}
		return names;
	}

	private static AgentRequest request(String goal, String tag) {
		return AgentRequest.of("https://shop.example/item", goal).withTag(tag);
	}

	enum Submission {

		RUN(1, false) {
			@Override
			void submit(ApplicationContext context) {
				client(context).agent().run(REQUEST);
			}
		},

		STREAM(5, false) {
			@Override
			void submit(ApplicationContext context) {
				client(context).agent().stream(REQUEST).await();
			}
		},

		START(5, false) {
			@Override
			void submit(ApplicationContext context) {
				client(context).agent().start(REQUEST);
			}
		},

		QUEUE_AND_AWAIT(1, false) {
			@Override
			void submit(ApplicationContext context) {
				client(context).runs().await(client(context).agent().queue(REQUEST), SOON);
			}
		},

		REACTIVE_RUN(1, true) {
			@Override
			Mono<?> subscribe(ApplicationContext context) {
				return reactiveClient(context).agent().run(REQUEST);
			}
		},

		REACTIVE_STREAM(5, true) {
			@Override
			Mono<?> subscribe(ApplicationContext context) {
				return reactiveClient(context).agent().stream(REQUEST).then();
			}
		},

		REACTIVE_QUEUE_AND_AWAIT(1, true) {
			@Override
			Mono<?> subscribe(ApplicationContext context) {
				return reactiveClient(context).agent()
					.queue(REQUEST)
					.flatMap((queued) -> reactiveClient(context).runs().await(queued, SOON));
			}
		},

		REACTIVE_RUN_ON_THE_CALLERS_THREAD(1, false) {
			@Override
			void submit(ApplicationContext context) {
				reactiveClient(context).agent().run(REQUEST).subscribe();
			}
		},

		REACTIVE_STREAM_ON_THE_CALLERS_THREAD(5, false) {
			@Override
			void submit(ApplicationContext context) {
				reactiveClient(context).agent().stream(REQUEST).subscribe();
			}
		};

		private static final AgentRequest REQUEST = request("two steps", "order-42");

		private final int events;

		private final boolean reactive;

		Submission(int events, boolean reactive) {
			this.events = events;
			this.reactive = reactive;
		}

		/**
		 * Submit a run within the current observation of the thread.
		 */
		void submit(ApplicationContext context) {
			throw new UnsupportedOperationException();
		}

		/**
		 * Submit a run within the observation of the Reactor context.
		 */
		Mono<?> subscribe(ApplicationContext context) {
			throw new UnsupportedOperationException();
		}

		private static TinyFishClient client(ApplicationContext context) {
			return context.getBean(TinyFishClient.class);
		}

		private static ReactiveTinyFishClient reactiveClient(ApplicationContext context) {
			return context.getBean(ReactiveTinyFishClient.class);
		}

	}

	/**
	 * Actions of a listener, and the context on its thread.
	 *
	 * @param event the event that it received
	 * @param span a span that it started with the tracer
	 * @param observed the span of an observation that it started
	 * @param current the span that it found, or null
	 * @param thread the name of its thread
	 * @param virtual whether that is a virtual one
	 * @param mdc the MDC
	 */
	record Call(TinyFishRunEvent event, SimpleSpan span, SimpleSpan observed, @Nullable Span current, String thread,
			boolean virtual, Map<String, String> mdc) {

	}

	static class TracingListener {

		private final List<Call> calls = new CopyOnWriteArrayList<>();

		private final Tracer tracer;

		private final ObservationRegistry observations;

		TracingListener(Tracer tracer, ObservationRegistry observations) {
			this.tracer = tracer;
			this.observations = observations;
		}

		@EventListener
		void on(TinyFishRunEvent event) {
			Span current = this.tracer.currentSpan();
			Span span = this.tracer.nextSpan().name("listener").start();
			span.end();
			Span[] observed = new Span[1];
			Observation.createNotStarted("listener.observation", this.observations)
				.observe(() -> observed[0] = this.tracer.currentSpan());
			Thread thread = Thread.currentThread();
			boolean virtual = thread.getThreadGroup().getName().equals("VirtualThreads");
			this.calls.add(new Call(event, (SimpleSpan) span, (SimpleSpan) observed[0], current, thread.getName(),
					virtual, Map.copyOf(MDC.getCopyOfContextMap())));
		}

		List<Call> of(String tag) {
			return this.calls.stream().filter((call) -> tag.equals(call.event().getTag())).toList();
		}

		TracingListener awaitEndings(int count) {
			await().atMost(SOON)
				.until(() -> this.calls.stream()
					.map(Call::event)
					.filter((event) -> event instanceof TinyFishRunFinishedEvent
							|| event instanceof TinyFishRunErrorEvent)
					.count() == count);
			return this;
		}

	}

}
