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

package ai.tinyfish.benchmarks;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

import ai.tinyfish.benchmarks.CpuPerEvent.Subject;
import ai.tinyfish.benchmarks.OpenStreams.Side;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Each benchmark runs and counts what it should. How long anything takes is not looked
 * at.
 */
class BenchmarksTests {

	private final ByteArrayOutputStream printed = new ByteArrayOutputStream();

	private final PrintStream out = new PrintStream(this.printed, true, StandardCharsets.UTF_8);

	@Test
	void cpuPerEventReceivesAllEventsWithEachSubject() {
		Map<Integer, Map<Subject, Samples>> results = CpuPerEvent
			.run(List.of("events=1300", "per-chunk=7", "rounds=1", "warm-up=0"), this.out);

		assertThat(results).containsOnlyKeys(7);
		assertThat(results.values()).allSatisfy((figures) -> assertThat(figures)
			.containsOnlyKeys(Subject.TINYFISH, Subject.WEBCLIENT, Subject.RECEIVING, Subject.JSON)
			.allSatisfy((subject, samples) -> assertThat(samples.count()).isEqualTo(1)));
		assertThat(this.printed.toString(StandardCharsets.UTF_8)).contains("| the client |");
	}

	@Test
	void publishingReachesEachListener() {
		Map<Integer, Map<Subject, Samples>> results = CpuPerEvent
			.runPublishing(List.of("events=120", "runs=10", "per-chunk=7", "rounds=1", "warm-up=0"), this.out);

		assertThat(results).containsOnlyKeys(7);
		assertThat(results.values()).allSatisfy((figures) -> assertThat(figures)
			.containsOnlyKeys(Subject.TINYFISH, Subject.LISTENER, Subject.EVENT_LISTENER, Subject.CONDITIONAL)
			.allSatisfy((subject, samples) -> assertThat(samples.count()).isEqualTo(1)));
		assertThat(this.printed.toString(StandardCharsets.UTF_8)).contains("| an `@EventListener` |");
	}

	@Test
	void blockingStreamReceivesAllEvents() {
		Map<Integer, Map<Subject, Samples>> results = CpuPerEvent
			.runBlocking(List.of("events=1300", "per-chunk=7", "rounds=1", "warm-up=0"), this.out);

		assertThat(results).containsOnlyKeys(7);
		assertThat(results.values())
			.allSatisfy((figures) -> assertThat(figures).containsOnlyKeys(Subject.TINYFISH, Subject.BLOCKING)
				.allSatisfy((subject, samples) -> assertThat(samples.count()).isEqualTo(1)));
		assertThat(this.printed.toString(StandardCharsets.UTF_8)).contains("| the client's `AgentStream` |");
	}

	@Test
	void shortRunsCompleteOnEachSide() {
		Map<ShortRuns.Side, Samples> results = ShortRuns.run(List.of("runs=30", "at-once=5", "rounds=1", "warm-up=0"),
				this.out);

		assertThat(results).containsOnlyKeys(ShortRuns.Side.values());
		assertThat(results.values()).allSatisfy((samples) -> assertThat(samples.count()).isEqualTo(1));
		assertThat(this.printed.toString(StandardCharsets.UTF_8)).contains("| the client's `start` |");
	}

	@Test
	void openStreamsCompletesAllStreamsOfEachSide() {
		Map<Side, Map<String, Samples>> results = OpenStreams.run(List.of("streams=5,30", "events=2", "rounds=1"),
				this.out);

		assertThat(results).containsOnlyKeys(Side.values());
		assertThat(results.values()).allSatisfy((figures) -> {
			assertThat(figures).containsOnlyKeys("completed", "direct.5", "direct.30", "heap.5", "heap.30", "threads.5",
					"threads.30");
			assertThat(figures.get("completed").median()).isEqualTo(30);
			assertThat(figures.get("threads.30").median()).isPositive();
		});
		assertThat(this.printed.toString(StandardCharsets.UTF_8)).contains("| 30 | the client |");
	}

	@Test
	void closeLatencySeesEachStreamClosed() throws Exception {
		Map<String, Samples> results = CloseLatency.run(List.of("streams=3"), this.out);

		assertThat(results).hasSize(4);
		assertThat(results.values()).allSatisfy((samples) -> assertThat(samples.count()).isEqualTo(3));
		assertThat(this.printed.toString(StandardCharsets.UTF_8)).contains("| AgentStream.close() | 3 |");
	}

	@Test
	@Tag("processes")
	void durableLoadHandsOverEachOutcomeOnceAlthoughAnInstanceIsKilled() throws Exception {
		DurableLoadFigures figures = DurableLoad
			.run(List.of("runs=250", "instances=2", "interval=1", "rate=25", "hold=20", "kill=1"), this.out);

		assertThat(figures.defects()).isEmpty();
		assertThat(figures.handedOver()).isEqualTo(250);
		assertThat(figures.created()).isEqualTo(250);
		assertThat(figures.delays().count() + figures.killDelays().count()).isEqualTo(250);
		assertThat(figures.calls().max()).isPositive();
		assertThat(this.printed.toString(StandardCharsets.UTF_8)).contains("| ended and handed over | 250 | 250 |");
	}

	@Test
	void everyMicrobenchmarkRuns() throws Exception {
		Map<String, Samples> results = Microbenchmarks.run(1,
				new OptionsBuilder().forks(0)
					.warmupIterations(0)
					.measurementIterations(1)
					.measurementTime(TimeValue.milliseconds(1)),
				this.out);

		assertThat(results).containsOnlyKeys("EventPartsBenchmark.jsonToRecord", "EventPartsBenchmark.jsonTokens",
				"EventPartsBenchmark.parserCutEvents", "EventPartsBenchmark.parserManyInChunk",
				"EventPartsBenchmark.parserOneInChunk", "EventStreamBenchmark.client, perChunk 1",
				"EventStreamBenchmark.client, perChunk 64", "EventStreamBenchmark.webClient, perChunk 1",
				"EventStreamBenchmark.webClient, perChunk 64", "RunsGetBenchmark.client",
				"RunsGetBenchmark.reactiveClient", "RunsGetBenchmark.restClientOnJdk",
				"RunsGetBenchmark.restClientOnReactor", "RunsGetBenchmark.webClient", "WebAgentBenchmark.agentRequest",
				"WebAgentBenchmark.agentResult", "WebAgentBenchmark.byHandRequest", "WebAgentBenchmark.byHandResult");
		assertThat(results.values()).allSatisfy((samples) -> assertThat(samples.min()).isNotNegative());
		assertThat(this.printed.toString(StandardCharsets.UTF_8)).contains("| RunsGetBenchmark.client |");
	}

}
