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

package ai.tinyfish.spring.event;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import ai.tinyfish.OpenRuns;
import ai.tinyfish.ReactiveTinyFishClient;
import ai.tinyfish.TinyFishClient;
import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.agent.RunHandle;
import ai.tinyfish.simulator.Scenario;
import ai.tinyfish.simulator.TinyFishSimulator;
import ai.tinyfish.spring.boot.testing.BootContexts;
import ai.tinyfish.support.RunControl;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.event.EventListener;
import org.springframework.core.annotation.Order;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Very many runs at once, a few of which have listeners that misbehave.
 */
class ManyRunsTests {

	private static final int BUFFER = 16;

	private static final int THREADS = 4;

	private static final List<String> STEPS = steps(5);

	private static final List<String> MANY_STEPS = steps(100);

	@AutoClose
	private static final TinyFishSimulator simulator = TinyFishSimulator.builder()
		.pace(Duration.ofMillis(1))
		.given("Read", Scenario.builder().steps(STEPS).neverEnds().build())
		.given("Read a lot", Scenario.builder().steps(MANY_STEPS).neverEnds().build())
		.start();

	private final ApplicationContextRunner contextRunner = BootContexts.withTinyFish()
		.withPropertyValues("tinyfish.base-url=" + simulator.baseUrl(), "tinyfish.api-key=" + simulator.apiKey(),
				"tinyfish.stream.max-open=1100", "tinyfish.events.threads=" + THREADS,
				"tinyfish.events.buffer=" + BUFFER)
		.withBean(Recorder.class)
		.withBean(Misbehaving.class);

	/**
	 * All runs go on until they are cancelled, so that they are open at once however long
	 * it takes to start them.
	 */
	@ParameterizedTest
	@EnumSource
	void listenersThatMisbehaveHarmNoOtherRun(Client client) {
		this.contextRunner.run((context) -> {
			Recorder recorder = context.getBean(Recorder.class);
			Misbehaving misbehaving = context.getBean(Misbehaving.class);
			OpenRuns registry = context.getBean(OpenRuns.class);
			List<String> others = tags("other", client.runs - 3);
			try {
				client.start(context, request("Read a lot", "blocked"));
				client.start(context, request("Read", "slow"));
				client.start(context, request("Read", "throwing"));
				soon().until(() -> misbehaving.blocked.get() == 1 && misbehaving.slow.hasQueuedThreads());
				others.forEach((tag) -> client.start(context, request("Read", tag)));
				soon().until(() -> recorder.total(others) == others.size() * (2 + STEPS.size()));
				assertThat(simulator.journal().openStreams()).isEqualTo(client.runs);
				// the first is with the listener, and the second among those that wait
				int dropped = MANY_STEPS.size() - (BUFFER - 1);
				soon().until(() -> ((RunControl) registry).counts().droppedProgress() == dropped);
				recorder.cancelAll(context);
				soon().until(() -> recorder.ended(others) == others.size());
				soon().until(() -> recorder.ended(List.of("slow", "throwing")) == 2);
				Stream.concat(others.stream(), Stream.of("slow", "throwing"))
					.forEach((tag) -> recorder.assertWhole(tag, STEPS));
				soon().untilAsserted(() -> assertThat(((RunControl) registry).counts().failedListenerCalls())
					.isEqualTo(3 + STEPS.size()));
				soon()
					.untilAsserted(() -> assertThat(registry.inFlight()).as("no run waits for its listener").isZero());
				assertThat(recorder.of("blocked")).hasSize(1);
				// one more had to go for the ending
				soon().until(() -> ((RunControl) registry).counts().droppedProgress() == dropped + 1);
			}
			finally {
				misbehaving.release.countDown();
			}
			soon().until(() -> recorder.ended(List.of("blocked")) == 1);
			assertThat(recorder.of("blocked")).hasSize(1 + BUFFER);
			recorder.assertWhole("blocked", MANY_STEPS.subList(MANY_STEPS.size() - (BUFFER - 2), MANY_STEPS.size()));
			assertThat(recorder.progress("blocked").size() + ((RunControl) registry).counts().droppedProgress())
				.isEqualTo(MANY_STEPS.size());
			assertThat(recorder.threads).hasSizeLessThanOrEqualTo(THREADS)
				.allMatch((thread) -> thread.startsWith("tinyfish-events-"));
		});
		soon().until(() -> simulator.journal().openStreams() == 0);
	}

	@Test
	void asManyThatBlockAsThereAreThreadsDelayOthersAndLoseNothing() {
		this.contextRunner.run((context) -> {
			Recorder recorder = context.getBean(Recorder.class);
			Misbehaving misbehaving = context.getBean(Misbehaving.class);
			List<String> others = tags("other", 50);
			List<String> ids = new ArrayList<>();
			TinyFishClient client = context.getBean(TinyFishClient.class);
			try {
				for (int i = 0; i < THREADS; i++) {
					ids.add(id(client.agent().start(request("Read", "blocked"))));
				}
				soon().until(() -> misbehaving.blocked.get() == THREADS);
				List<RunHandle> handles = others.stream()
					.map((tag) -> client.agent().start(request("Read", tag)))
					.toList();
				for (RunHandle handle : handles) {
					ids.add(id(handle));
				}
				client.runs().cancelAll(ids);
				for (RunHandle handle : handles) {
					handle.await(Duration.ofSeconds(30));
				}
				assertThat(recorder.total(others)).isZero();
				assertThat(recorder.of("blocked")).hasSize(THREADS);
			}
			finally {
				misbehaving.release.countDown();
			}
			soon().until(() -> recorder.ended(others) == others.size());
			soon().until(() -> recorder.ended(List.of("blocked")) == THREADS);
			others.forEach((tag) -> recorder.assertOrdered(tag));
			assertThat(((RunControl) context.getBean(OpenRuns.class)).counts().droppedProgress()).isZero();
			assertThat(recorder.threads).hasSize(THREADS);
		});
	}

	private static String id(RunHandle handle) throws Exception {
		return handle.started().get(30, TimeUnit.SECONDS);
	}

	private static ConditionFactory soon() {
		return await().atMost(Duration.ofSeconds(60)).pollInterval(Duration.ofMillis(20));
	}

	private static List<String> steps(int count) {
		return IntStream.rangeClosed(1, count).mapToObj((n) -> "Step " + n).toList();
	}

	private static List<String> tags(String name, int count) {
		return IntStream.range(0, count).mapToObj((n) -> name + "-" + n).toList();
	}

	private static AgentRequest request(String goal, String tag) {
		return AgentRequest.of("https://shop.example/item", goal).withTag(tag);
	}

	enum Client {

		BLOCKING(1000) {
			@Override
			void start(ApplicationContext context, AgentRequest request) {
				context.getBean(TinyFishClient.class).agent().start(request);
			}
		},

		REACTIVE(200) {
			@Override
			void start(ApplicationContext context, AgentRequest request) {
				context.getBean(ReactiveTinyFishClient.class).agent().stream(request).subscribe();
			}
		};

		private final int runs;

		Client(int runs) {
			this.runs = runs;
		}

		abstract void start(ApplicationContext context, AgentRequest request);

	}

	/**
	 * Keeps all events by the tags of their runs. It is the first listener: those after a
	 * listener that throws receive nothing.
	 */
	static class Recorder {

		private final Map<String, List<TinyFishRunEvent>> events = new ConcurrentHashMap<>();

		private final Set<String> threads = ConcurrentHashMap.newKeySet();

		@Order(1)
		@EventListener
		void on(TinyFishRunEvent event) {
			this.threads.add(Thread.currentThread().getName());
			this.events.computeIfAbsent(String.valueOf(event.getTag()), (tag) -> new CopyOnWriteArrayList<>())
				.add(event);
		}

		List<TinyFishRunEvent> of(String tag) {
			return this.events.getOrDefault(tag, List.of());
		}

		int total(List<String> tags) {
			return tags.stream().mapToInt((tag) -> of(tag).size()).sum();
		}

		int ended(List<String> tags) {
			return (int) tags.stream().flatMap((tag) -> of(tag).stream()).filter(Recorder::isEnding).count();
		}

		List<String> progress(String tag) {
			return of(tag).stream()
				.filter(TinyFishRunProgressEvent.class::isInstance)
				.map((event) -> ((TinyFishRunProgressEvent) event).getPurpose())
				.toList();
		}

		/**
		 * End all runs that were started.
		 */
		void cancelAll(ApplicationContext context) {
			context.getBean(TinyFishClient.class)
				.runs()
				.cancelAll(this.events.values()
					.stream()
					.flatMap(List::stream)
					.filter(TinyFishRunStartedEvent.class::isInstance)
					.map(TinyFishRunEvent::getRunId)
					.toList());
		}

		/**
		 * Check that all events of a run came, in the order in which they were sent.
		 */
		void assertWhole(String tag, List<String> steps) {
			List<TinyFishRunEvent> received = of(tag);
			assertThat(received).as(tag).hasSize(3 + steps.size());
			assertThat(received.get(0)).as(tag).isInstanceOf(TinyFishRunStartedEvent.class);
			assertThat(received.get(1)).as(tag).isInstanceOf(TinyFishRunStreamingUrlEvent.class);
			assertThat(progress(tag)).as(tag).isEqualTo(steps);
			assertThat(received.get(received.size() - 1)).as(tag).isInstanceOf(TinyFishRunFinishedEvent.class);
			assertThat(received).as(tag)
				.extracting(TinyFishRunEvent::getRunId)
				.containsOnly(received.get(0).getRunId());
		}

		/**
		 * Check the order of the events of a run that may have ended before all its
		 * steps.
		 */
		void assertOrdered(String tag) {
			assertWhole(tag, STEPS.subList(0, progress(tag).size()));
		}

		private static boolean isEnding(TinyFishRunEvent event) {
			return event instanceof TinyFishRunFinishedEvent || event instanceof TinyFishRunErrorEvent;
		}

	}

	static class Misbehaving {

		/**
		 * Each event of the slow run waits until so many of other runs were published.
		 */
		private static final int PATIENCE = 50;

		private final CountDownLatch release = new CountDownLatch(1);

		private final AtomicInteger blocked = new AtomicInteger();

		private final AtomicInteger others = new AtomicInteger();

		private final Semaphore slow = new Semaphore(0);

		@Order(2)
		@EventListener
		void on(TinyFishRunEvent event) throws InterruptedException {
			switch (String.valueOf(event.getTag())) {
				case "blocked" -> {
					this.blocked.incrementAndGet();
					this.release.await(2, TimeUnit.MINUTES);
				}
				case "slow" -> this.slow.tryAcquire(2, TimeUnit.MINUTES);
				case "throwing" -> throw new IllegalStateException("thrown on purpose");
				default -> {
					if (this.others.incrementAndGet() % PATIENCE == 0) {
						this.slow.release();
					}
				}
			}
		}

	}

}
