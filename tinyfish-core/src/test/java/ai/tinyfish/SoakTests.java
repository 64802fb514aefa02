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

package ai.tinyfish;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;

import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.agent.RunContext;
import ai.tinyfish.agent.TinyFishRunListener;
import ai.tinyfish.agent.event.CompleteEvent;
import ai.tinyfish.error.TinyFishException;
import ai.tinyfish.run.AgentRun;
import ai.tinyfish.simulator.Scenario;
import ai.tinyfish.simulator.SimulatorJournal;
import ai.tinyfish.simulator.TinyFishSimulator;
import ai.tinyfish.testing.Samples;
import ai.tinyfish.testing.Seeds;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Five hundred runs over a service that breaks a fifth of its streams and a tenth of its
 * answers to those who look, confuses runs, and is late with the records of a tenth:
 * every run has one ending, which agrees with the service's own record, and none was
 * submitted twice.
 */
class SoakTests {

	private static final int RUNS = 500;

	/** How late the records of some runs are. */
	private static final Duration LATE = Duration.ofMillis(100);

	@ParameterizedTest(name = "seed {0}")
	@MethodSource(Seeds.ALL)
	void everyRunHasOneOutcomeAndNoneIsSubmittedTwice(long seed) {
		Map<String, List<Object>> endings = new ConcurrentHashMap<>();
		Map<String, Object> outcomes = new ConcurrentHashMap<>();
		try (TinyFishSimulator simulator = TinyFishSimulator.builder()
			.pace(Duration.ofMillis(5))
			.maxRuns(10 * RUNS)
			.maxRequests(100_000)
			.randomFaults(seed, 0.2, 0.1)
			.given("5.", Scenario.completed(Map.of("price", 7)).toBuilder().recordedAfter(LATE).build())
			.start()) {
			try (ReactiveTinyFishClient client = ReactiveTinyFishClient.builder()
				.apiKey(simulator.apiKey())
				.baseUrl(simulator.baseUrl())
				.retry(Samples.QUICK_RETRY)
				.timeout(Duration.ofSeconds(1))
				.streamIdleTimeout(Duration.ofMillis(500))
				.pollInterval(Duration.ofMillis(50))
				.maxPollInterval(Duration.ofMillis(200))
				.runListener(new Endings(endings))
				.build()) {
				Flux.fromStream(IntStream.range(0, RUNS).mapToObj((i) -> "Read page " + i + "."))
					.flatMap((goal) -> outcome(client, goal).doOnNext((outcome) -> outcomes.put(goal, outcome)), 200)
					.blockLast(Duration.ofMinutes(3));
			}
			SimulatorJournal journal = simulator.journal();
			assertThat(outcomes).as(Seeds.describe(seed)).hasSize(RUNS);
			assertThat(journal.faults()).as(Seeds.describe(seed)).hasSizeGreaterThan(RUNS / 10);
			outcomes.forEach((goal, outcome) -> {
				String description = Seeds.describe(seed) + ": " + goal + " " + outcome;
				assertThat(journal.runsByGoal().getOrDefault(goal, List.of())).as(description)
					.hasSizeLessThanOrEqualTo(1);
				assertThat(endings.get(goal)).as(description).hasSize(1);
				if (outcome instanceof AgentRun run && run.runId() != null) {
					assertThat(run.statusText()).as(description)
						.isEqualTo(String.valueOf(journal.outcome(run.runId())));
				}
				assertThat(endings.get(goal).get(0)).as(description).isEqualTo(outcome);
			});
			// the known facts of a run suffice to learn its ending
			assertThat(outcomes.values()).as(Seeds.describe(seed))
				.filteredOn((outcome) -> outcome instanceof TinyFishException failure && failure.runId() != null)
				.isEmpty();
		}
	}

	private static Mono<Object> outcome(ReactiveTinyFishClient client, String goal) {
		return client.agent()
			.stream(AgentRequest.of("https://shop.example/item", goal).withTag(goal))
			.ofType(CompleteEvent.class)
			.single()
			.<Object>map(CompleteEvent::run)
			.onErrorResume(TinyFishException.class, Mono::just);
	}

	private record Endings(Map<String, List<Object>> byTag) implements TinyFishRunListener {

		@Override
		public void finished(RunContext context, CompleteEvent event) {
			add(context, event.run());
		}

		@Override
		public void error(RunContext context, TinyFishException exception) {
			add(context, exception);
		}

		private void add(RunContext context, Object ending) {
			this.byTag.computeIfAbsent(String.valueOf(context.tag()), (tag) -> new CopyOnWriteArrayList<>())
				.add(ending);
		}

	}

}
