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
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import ai.tinyfish.OpenRuns;
import ai.tinyfish.TinyFishClient;
import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.agent.RunContext;
import ai.tinyfish.agent.TinyFishRunListener;
import ai.tinyfish.agent.event.CompleteEvent;
import ai.tinyfish.agent.event.ProgressEvent;
import ai.tinyfish.agent.event.StartedEvent;
import ai.tinyfish.error.TinyFishException;
import ai.tinyfish.run.AgentRun;
import ai.tinyfish.settings.AbandonPolicy;
import ai.tinyfish.support.RunControl;
import ai.tinyfish.testing.BothClients;
import ai.tinyfish.testing.ClientKind;
import ai.tinyfish.testing.Operation;
import ai.tinyfish.testing.Seeds;
import ai.tinyfish.testing.Soon;
import ai.tinyfish.testing.server.ScriptedServer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * Many submissions while runs are to be taken no more, at any moment. The seed is logged,
 * and {@code -Dtinyfish.test.seed=<seed>} repeats it as far as threads and sockets allow.
 */
@BothClients
class StopRunsStressTests {

	private static final Logger logger = LoggerFactory.getLogger(StopRunsStressTests.class);

	private static final int ROUNDS = 20;

	private static final int CALLERS = 6;

	private static final int MOST_RUNS = 1000;

	private final ExecutorService callers = Executors.newCachedThreadPool();

	@Parameter
	@Nullable ClientKind kind;

	@ParameterizedTest(name = "seed {0}")
	@MethodSource(Seeds.ALL)
	void eachSubmissionIsRefusedOrReportedOnceBeforeTheStopCompletes(long seed) throws Exception {
		logger.info("Seed {}", seed);
		Random random = new Random(seed);
		try (QuickRuns server = new QuickRuns()) {
			for (int round = 0; round < ROUNDS; round++) {
				stop(server, random, seed, round);
			}
		}
		finally {
			this.callers.shutdownNow();
		}
	}

	private void stop(QuickRuns server, Random random, long seed, int round) throws Exception {
		boolean limited = random.nextBoolean();
		Duration patience = Duration.ofMillis(random.nextBoolean() ? 0 : random.nextInt(30));
		AbandonPolicy onClose = random.nextBoolean() ? AbandonPolicy.CANCEL : AbandonPolicy.LEAVE;
		String description = "%s, round %d: limited %s, patience %s, %s".formatted(Seeds.describe(seed), round, limited,
				patience, onClose);
		OpenRuns registry = limited ? OpenRuns.limitedTo(3, Duration.ofMinutes(1)) : OpenRuns.unlimited();
		Endings endings = new Endings();
		Set<String> refused = ConcurrentHashMap.newKeySet();
		List<CompletableFuture<AgentRun>> runs = new CopyOnWriteArrayList<>();
		try (TinyFishClient client = this.kind.client(server.baseUrl())
			.openRuns(registry)
			.runListener(endings)
			.onClose(onClose)
			.eventThreads(2)
			.build()) {
			List<CompletableFuture<Void>> submitting = new ArrayList<>();
			for (int caller = 0; caller < CALLERS; caller++) {
				int number = caller;
				submitting.add(CompletableFuture
					.runAsync(() -> submitUntilRefused(client, round + "-" + number, runs, refused), this.callers));
			}
			int submitted = random.nextInt(24);
			Soon.until(() -> runs.size() >= submitted);
			CompletableFuture<Void> stopped = ((RunControl) registry).stop(patience);
			stopped.get(20, TimeUnit.SECONDS);
			Map<String, List<String>> before = endings.copy();
			for (CompletableFuture<Void> caller : submitting) {
				caller.get(20, TimeUnit.SECONDS);
			}
			for (CompletableFuture<AgentRun> run : runs) {
				Throwable failure = catchThrowable(() -> run.get(20, TimeUnit.SECONDS));
				assertThat(failure instanceof TimeoutException).as(description).isFalse();
			}
			assertThat(registry.inFlight()).as(description).isZero();
			assertThat(registry.waiting()).as(description).isZero();
			assertThat(endings.copy()).as(description + ": nothing is published afterwards").isEqualTo(before);
			assertThat(before).as(description).doesNotContainKeys(refused.toArray(String[]::new));
			assertThat(server.goals()).as(description).doesNotContain(refused.toArray(String[]::new));
			assertThat(before).as(description)
				.allSatisfy((goal, calls) -> assertThat(calls).endsWith("end").containsOnlyOnce("end"));
			assertThat(server.goals().stream().filter((goal) -> goal.startsWith(round + "-")))
				.as(description + ": each run that was sent has its ending")
				.allMatch(before::containsKey);
		}
		assertThat(endings.copy()).as(description)
			.allSatisfy((goal, calls) -> assertThat(calls).containsOnlyOnce("end"));
	}

	private static void submitUntilRefused(TinyFishClient client, String caller, List<CompletableFuture<AgentRun>> runs,
			Set<String> refused) {
		for (int n = 0; n < MOST_RUNS; n++) {
			AgentRequest request = AgentRequest.of("https://shop.example/item", caller + "-" + n);
			try {
				switch (n % 3) {
					case 0 -> runs.add(client.agent().start(request).result());
					case 1 -> client.agent().run(request);
					default -> client.agent().stream(request).await();
				}
			}
			catch (TinyFishException ex) {
				// its listeners are notified as well
			}
			catch (IllegalStateException ex) {
				refused.add(request.goal());
				return;
			}
		}
	}

	/**
	 * Events of each run, by its goal.
	 */
	private static final class Endings implements TinyFishRunListener {

		private final Map<String, List<String>> calls = new ConcurrentHashMap<>();

		@Override
		public void started(RunContext context, StartedEvent event) {
			add(context, "started");
		}

		@Override
		public void progress(RunContext context, ProgressEvent event) {
			add(context, "progress");
		}

		@Override
		public void finished(RunContext context, CompleteEvent event) {
			add(context, "end");
		}

		@Override
		public void error(RunContext context, TinyFishException exception) {
			add(context, "end");
		}

		private void add(RunContext context, String call) {
			this.calls.computeIfAbsent(String.valueOf(context.goal()), (goal) -> new CopyOnWriteArrayList<>())
				.add(call);
		}

		Map<String, List<String>> copy() {
			Map<String, List<String>> copy = new ConcurrentHashMap<>();
			this.calls.forEach((goal, endings) -> copy.put(goal, List.copyOf(endings)));
			return copy;
		}

	}

	/**
	 * A service whose runs take a few milliseconds.
	 */
	private static final class QuickRuns implements AutoCloseable {

		private static final Pattern GOAL = Pattern.compile("\"goal\":\"([^\"]*)\"");

		private final ConcurrentLinkedQueue<String> goals = new ConcurrentLinkedQueue<>();

		private final ScriptedServer server;

		QuickRuns() {
			this.server = new ScriptedServer((exchange) -> {
				String request = exchange.request();
				Matcher matcher = GOAL.matcher(request);
				if (!matcher.find()) {
					exchange.answer(200, "application/json", Operation.CANCEL.success());
					return;
				}
				String goal = matcher.group(1);
				this.goals.add(goal);
				String run = "\"run_id\":\"run-" + goal + "\",\"status\":\"COMPLETED\",\"result\":{}}";
				boolean stream = request.startsWith("POST /v1/automation/run-sse ");
				if (stream) {
					exchange.startStream();
					exchange.event("{\"type\":\"STARTED\",\"run_id\":\"run-" + goal + "\"}");
				}
				for (int i = 0; i < 3; i++) {
					TimeUnit.MILLISECONDS.sleep(goal.hashCode() & 3);
					if (stream) {
						exchange.event("{\"type\":\"PROGRESS\",\"run_id\":\"run-" + goal + "\",\"purpose\":\"x\"}");
					}
				}
				if (stream) {
					exchange.event("{\"type\":\"COMPLETE\"," + run);
				}
				else {
					exchange.answer(200, "application/json", "{" + run);
				}
			});
		}

		ConcurrentLinkedQueue<String> goals() {
			return this.goals;
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
