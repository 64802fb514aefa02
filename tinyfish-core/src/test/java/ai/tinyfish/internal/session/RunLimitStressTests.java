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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import ai.tinyfish.OpenRuns;
import ai.tinyfish.ReactiveTinyFishClient;
import ai.tinyfish.TinyFishClient;
import ai.tinyfish.TinyFishClientBuilder;
import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.agent.RunContext;
import ai.tinyfish.agent.RunHandle;
import ai.tinyfish.agent.TinyFishRunListener;
import ai.tinyfish.agent.event.CompleteEvent;
import ai.tinyfish.error.TinyFishException;
import ai.tinyfish.run.AgentRun;
import ai.tinyfish.settings.AbandonPolicy;
import ai.tinyfish.testing.ClientKind;
import ai.tinyfish.testing.InBackground;
import ai.tinyfish.testing.Operation;
import ai.tinyfish.testing.Samples;
import ai.tinyfish.testing.Seeds;
import ai.tinyfish.testing.Soon;
import ai.tinyfish.testing.server.ScriptedServer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

/**
 * The limit on the runs in flight under many submissions at once, some of which are given
 * up at any moment.
 */
class RunLimitStressTests {

	private static final Logger logger = LoggerFactory.getLogger(RunLimitStressTests.class);

	private static final Duration SOON = Duration.ofSeconds(60);

	private static final int THREADS = 8;

	private static final int RUNS_PER_THREAD = 50;

	private static final int LIMIT = 5;

	private final OpenRuns registry = OpenRuns.limitedTo(LIMIT, SOON);

	private final Endings endings = new Endings();

	@ParameterizedTest(name = "seed {0}")
	@MethodSource(Seeds.ALL)
	void blockingCallersNeverHaveMoreThanTheLimitInFlight(long seed) throws Exception {
		try (CountingService service = new CountingService();
				TinyFishClient client = configure(Samples.client(service.baseUrl())).build()) {
			stress(seed, (random, goal) -> {
				AgentRequest request = request(goal);
				switch (random.nextInt(4)) {
					case 0 -> client.agent().run(request);
					case 1 -> client.agent().stream(request).await();
					case 2 -> client.agent().start(request);
					default -> {
						service.mayGo(goal);
						RunHandle handle = client.agent().start(request);
						if (random.nextBoolean()) {
							// long enough for some to be sent
							TimeUnit.MILLISECONDS.sleep(random.nextInt(20));
						}
						// may meet a run that has just ended
						catchThrowable(handle::cancel);
					}
				}
			});
			assertLimited(service, seed);
		}
	}

	@ParameterizedTest(name = "seed {0}")
	@MethodSource(Seeds.ALL)
	void reactiveCallersNeverHaveMoreThanTheLimitInFlight(long seed) throws Exception {
		try (CountingService service = new CountingService();
				ReactiveTinyFishClient client = configure(Samples.reactiveClient(service.baseUrl())).build()) {
			stress(seed, (random, goal) -> {
				AgentRequest request = request(goal);
				Flux<?> run = switch (random.nextInt(3)) {
					case 0 -> client.agent().run(request).flux();
					case 1 -> client.agent().stream(request);
					default -> client.agent().start(request).flux();
				};
				if (random.nextInt(3) > 0) {
					run.subscribe();
					return;
				}
				service.mayGo(goal);
				Disposable subscription = run.subscribe();
				if (random.nextBoolean()) {
					TimeUnit.MILLISECONDS.sleep(random.nextInt(20));
				}
				subscription.dispose();
			});
			assertLimited(service, seed);
		}
	}

	static Stream<Arguments> clientsAndSeeds() {
		return Stream.of(ClientKind.values())
			.flatMap((kind) -> Seeds.all().mapToObj((seed) -> Arguments.of(kind, seed)));
	}

	@ParameterizedTest
	@MethodSource("clientsAndSeeds")
	void closingAtAnyMomentLeavesNoPlaceTaken(ClientKind kind, long seed) throws Exception {
		logger.info("Seed {}", seed);
		Random random = new Random(seed);
		for (int n = 0; n < 10; n++) {
			OpenRuns registry = OpenRuns.limitedTo(2, SOON);
			Endings endings = new Endings();
			try (CountingService service = new CountingService()) {
				TinyFishClient client = kind.client(service.baseUrl())
					.openRuns(registry)
					.runListener(endings)
					.onClose(random.nextBoolean() ? AbandonPolicy.CANCEL : AbandonPolicy.LEAVE)
					.build();
				List<CompletableFuture<AgentRun>> runs = new ArrayList<>();
				for (int i = 0; i < 8; i++) {
					Operation how = List.of(Operation.RUN, Operation.STREAM, Operation.START).get(i % 3);
					runs.add(InBackground.submit(client, how, request(n + "-" + i)));
				}
				TimeUnit.MILLISECONDS.sleep(random.nextInt(25));
				client.close();
				for (CompletableFuture<AgentRun> run : runs) {
					Throwable failure = catchThrowable(() -> run.get(20, TimeUnit.SECONDS));
					assertThat(failure instanceof TimeoutException).as(Seeds.describe(seed)).isFalse();
				}
				Soon.until(() -> registry.inFlight() == 0 && registry.waiting() == 0);
				// one that came after the closing was refused, and none is published
				// twice
				assertThat(endings.ofRuns()).as(Seeds.describe(seed))
					.allSatisfy((goal, count) -> assertThat(count).as(goal).hasValue(1));
			}
		}
	}

	private void stress(long seed, Job job) throws Exception {
		logger.info("Seed {}", seed);
		List<Throwable> failures = new CopyOnWriteArrayList<>();
		List<CompletableFuture<Void>> threads = new ArrayList<>();
		for (int i = 0; i < THREADS; i++) {
			int number = i;
			CompletableFuture<Void> ended = new CompletableFuture<>();
			threads.add(ended);
			new Thread(() -> {
				Random random = new Random(seed + number);
				for (int n = 0; n < RUNS_PER_THREAD; n++) {
					String goal = number + "-" + n;
					Throwable failure = catchThrowable(() -> job.submit(random, goal));
					if (failure != null) {
						failures.add(failure);
					}
				}
				ended.complete(null);
			}, "stress-" + i).start();
		}
		for (CompletableFuture<Void> thread : threads) {
			thread.get(SOON.toSeconds(), TimeUnit.SECONDS);
		}
		assertThat(failures).as(Seeds.describe(seed)).isEmpty();
	}

	private void assertLimited(CountingService service, long seed) {
		await().atMost(SOON).until(() -> this.endings.count() >= THREADS * RUNS_PER_THREAD);
		await().atMost(SOON).until(() -> this.registry.inFlight() == 0 && this.registry.waiting() == 0);
		assertThat(this.endings.ofRuns()).as(Seeds.describe(seed))
			.hasSize(THREADS * RUNS_PER_THREAD)
			.allSatisfy((goal, endings) -> assertThat(endings).as(goal).hasValue(1));
		assertThat(service.most()).as(Seeds.describe(seed)).isPositive().isLessThanOrEqualTo(LIMIT);
	}

	private <B extends TinyFishClientBuilder<B>> B configure(B builder) {
		return builder.openRuns(this.registry).runListener(this.endings);
	}

	private static AgentRequest request(String goal) {
		return AgentRequest.of("https://shop.example/item", goal);
	}

	/**
	 * Submits a run, and may give it up.
	 */
	@FunctionalInterface
	private interface Job {

		void submit(Random random, String goal) throws Exception;

	}

	/**
	 * Counts the endings that it receives.
	 */
	private static final class Endings implements TinyFishRunListener {

		private final Map<String, AtomicInteger> ofRuns = new ConcurrentHashMap<>();

		private final AtomicInteger count = new AtomicInteger();

		@Override
		public void finished(RunContext context, CompleteEvent event) {
			count(context);
		}

		@Override
		public void error(RunContext context, TinyFishException exception) {
			count(context);
		}

		private void count(RunContext context) {
			this.ofRuns.computeIfAbsent(String.valueOf(context.goal()), (goal) -> new AtomicInteger())
				.incrementAndGet();
			this.count.incrementAndGet();
		}

		int count() {
			return this.count.get();
		}

		Map<String, AtomicInteger> ofRuns() {
			return this.ofRuns;
		}

	}

	/**
	 * A service whose runs take some milliseconds, and which counts those at once. Of
	 * runs that may be given up it cannot know when they are: these do not count.
	 */
	private static final class CountingService implements AutoCloseable {

		private static final Pattern GOAL = Pattern.compile("\"goal\":\"([^\"]*)\"");

		private final Set<String> mayGo = ConcurrentHashMap.newKeySet();

		private final ScriptedServer server;

		private int now;

		private int most;

		CountingService() {
			this.server = new ScriptedServer((exchange) -> {
				String request = exchange.request();
				Matcher matcher = GOAL.matcher(request);
				if (!matcher.find()) {
					exchange.answer(200, "application/json", Operation.CANCEL.success());
					return;
				}
				boolean counts = !this.mayGo.contains(matcher.group(1));
				String run = "\"run_id\":\"run-" + matcher.group(1) + "\",\"status\":\"COMPLETED\",\"result\":{}}";
				count(counts ? 1 : 0);
				boolean stream = request.startsWith("POST /v1/automation/run-sse ");
				if (stream) {
					exchange.startStream();
					exchange.event("{\"type\":\"STARTED\",\"run_id\":\"run-" + matcher.group(1) + "\"}");
				}
				TimeUnit.MILLISECONDS.sleep(5);
				count(counts ? -1 : 0);
				if (stream) {
					exchange.event("{\"type\":\"COMPLETE\"," + run);
				}
				else {
					exchange.answer(200, "application/json", "{" + run);
				}
			});
		}

		private synchronized void count(int more) {
			this.now += more;
			this.most = Math.max(this.most, this.now);
		}

		void mayGo(String goal) {
			this.mayGo.add(goal);
		}

		synchronized int most() {
			return this.most;
		}

		String baseUrl() {
			return this.server.baseUrl();
		}

		@Override
		public void close() {
			this.server.close();
		}

	}

}
