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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import ai.tinyfish.agent.RunContext;
import ai.tinyfish.agent.TinyFishRunListener;
import ai.tinyfish.agent.event.ProgressEvent;
import ai.tinyfish.internal.lifecycle.CloseBudget;
import ai.tinyfish.internal.session.RunLimiter;
import ai.tinyfish.internal.session.SharedRuns;
import ai.tinyfish.testing.Seeds;
import ch.qos.logback.classic.Level;
import io.micrometer.observation.ObservationRegistry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The events of many runs on executors that do as they please. The seed is logged, and
 * {@code -Dtinyfish.test.seed=<seed>} repeats it as far as threads allow.
 */
class ListenerQueueStressTests {

	private static final Logger logger = LoggerFactory.getLogger(ListenerQueueStressTests.class);

	private static final int RUNS = 40;

	private static final int EVENTS = 300;

	private final SharedRuns runs = new SharedRuns(RunLimiter.unlimited());

	private final ExecutorService pool = Executors.newFixedThreadPool(3);

	private final ch.qos.logback.classic.Logger executorLogger = (ch.qos.logback.classic.Logger) LoggerFactory
		.getLogger(EventExecutor.class);

	@BeforeEach
	void logNoRefusals() {
		this.executorLogger.setLevel(Level.ERROR);
	}

	@AfterEach
	void stopThreads() {
		this.executorLogger.setLevel(null);
		this.pool.shutdownNow();
	}

	static Stream<Arguments> buffersAndSeeds() {
		return Stream.of(1, 7, Integer.MAX_VALUE)
			.flatMap((buffer) -> Seeds.all().mapToObj((seed) -> Arguments.of(buffer, seed)));
	}

	/**
	 * As with connections, each thread brings the events of several runs.
	 */
	@ParameterizedTest
	@MethodSource("buffersAndSeeds")
	void nothingIsLostOrOutOfOrderWithAnyExecutor(int buffer, long seed) throws Exception {
		logger.info("Seed {}", seed);
		Map<String, List<Integer>> received = new LinkedHashMap<>();
		Map<String, AtomicInteger> inside = new LinkedHashMap<>();
		List<String> overlaps = new CopyOnWriteArrayList<>();
		Recorder recorder = new Recorder(received, inside, overlaps);
		Moody executor = new Moody(this.pool, new Random(seed));
		Map<String, ListenerQueue> queues = new LinkedHashMap<>();
		List<EventExecutor> used = new ArrayList<>();
		try {
			for (int i = 0; i < RUNS; i++) {
				received.put("run-" + i, new CopyOnWriteArrayList<>());
				inside.put("run-" + i, new AtomicInteger());
				// one that refused a task is not used again
				used.add(new EventExecutor(executor, 1));
				queues.put("run-" + i, queue(used.get(i), buffer, recorder));
			}
			List<Thread> feeders = feeders(queues);
			feeders.forEach(Thread::start);
			for (Thread feeder : feeders) {
				feeder.join(60_000);
			}
			await().atMost(Duration.ofSeconds(60))
				.untilAsserted(() -> assertThat(received).as(Seeds.describe(seed))
					.allSatisfy((run, numbers) -> assertThat(numbers).endsWith(EVENTS)));
			this.runs.stop(Duration.ZERO, Set.of()).get(20, TimeUnit.SECONDS);
		}
		finally {
			used.forEach((events) -> events.close(new CloseBudget()));
		}
		assertThat(overlaps).as(Seeds.describe(seed)).isEmpty();
		assertThat(received).as(Seeds.describe(seed))
			.allSatisfy((run, numbers) -> assertThat(numbers).startsWith(0).isSorted().doesNotHaveDuplicates());
		long delivered = received.values().stream().mapToLong(List::size).sum();
		long dropped = this.runs.counters().progress().sum();
		assertThat(delivered + dropped).as(Seeds.describe(seed)).isEqualTo(RUNS * (EVENTS + 1L));
		if (buffer == Integer.MAX_VALUE) {
			assertThat(dropped).isZero();
		}
		assertThat(executor.moods).as("each mood was met").hasSize(Mood.values().length);
	}

	private List<Thread> feeders(Map<String, ListenerQueue> queues) {
		List<Thread> feeders = new ArrayList<>();
		for (int part = 0; part < 4; part++) {
			int first = part;
			feeders.add(new Thread(
					() -> IntStream.rangeClosed(0, EVENTS)
						.forEach((n) -> IntStream.range(0, RUNS)
							.filter((run) -> run % 4 == first)
							.forEach((run) -> add(queues.get("run-" + run), entry("run-" + run, n)))),
					"feeder-" + part));
		}
		return feeders;
	}

	private ListenerQueue queue(EventExecutor events, int buffer, TinyFishRunListener listener) {
		return new ListenerQueue(this.runs.delivery(events, buffer), CallerContext.ofThread(ObservationRegistry.NOOP),
				List.of(listener));
	}

	/** The first and the last happen once in a run. */
	private static ListenerQueue.Entry entry(String runId, int n) {
		RunContext context = RunContext.builder().runId(runId).build();
		ListenerQueue.Kind kind = (n == 0 || n == EVENTS) ? ListenerQueue.Kind.MILESTONE : ListenerQueue.Kind.PROGRESS;
		ProgressEvent event = new ProgressEvent(runId, null, String.valueOf(n), null);
		return new ListenerQueue.Entry("PROGRESS", context, kind, 0, (listener) -> listener.progress(context, event));
	}

	private enum Mood {

		POOL, CALLER, THREAD, REFUSE, CALLER_AND_REFUSE, LATER

	}

	/**
	 * An executor that queues, refuses, runs on the caller's thread or starts threads, as
	 * it comes.
	 */
	private static final class Moody implements Executor {

		private final Set<Mood> moods = ConcurrentHashMap.newKeySet();

		private final ExecutorService pool;

		private final Random random;

		/** Each mood once, before it is as it comes. */
		private final Queue<Mood> first;

		Moody(ExecutorService pool, Random random) {
			this.pool = pool;
			this.random = random;
			List<Mood> moods = Arrays.asList(Mood.values());
			Collections.shuffle(moods, random);
			this.first = new ConcurrentLinkedQueue<>(moods);
		}

		@Override
		public void execute(Runnable task) {
			Mood next = this.first.poll();
			Mood mood = (next != null) ? next : Mood.values()[this.random.nextInt(Mood.values().length)];
			this.moods.add(mood);
			switch (mood) {
				case POOL -> this.pool.execute(task);
				case CALLER -> task.run();
				case THREAD -> new Thread(task).start();
				case REFUSE -> throw new RejectedExecutionException("not now");
				case CALLER_AND_REFUSE -> {
					task.run();
					throw new RejectedExecutionException("not now");
				}
				case LATER -> this.pool.execute(() -> this.pool.execute(task));
			}
		}

	}

	private static final class Recorder implements TinyFishRunListener {

		private final Map<String, List<Integer>> received;

		private final Map<String, AtomicInteger> inside;

		private final List<String> overlaps;

		Recorder(Map<String, List<Integer>> received, Map<String, AtomicInteger> inside, List<String> overlaps) {
			this.received = received;
			this.inside = inside;
			this.overlaps = overlaps;
		}

		@Override
		public void progress(RunContext context, ProgressEvent event) {
			String run = String.valueOf(context.runId());
			if (this.inside.get(run).incrementAndGet() != 1) {
				this.overlaps.add(run);
			}
			if (Thread.currentThread().getName().startsWith("feeder-")) {
				this.overlaps.add("on the thread that reads");
			}
			this.received.get(run).add(Integer.valueOf(String.valueOf(event.purpose())));
			this.inside.get(run).decrementAndGet();
		}

	}

	private static void add(ListenerQueue queue, ListenerQueue.Entry entry) {
		if (queue.append(entry)) {
			queue.dispatch();
		}
	}

}
