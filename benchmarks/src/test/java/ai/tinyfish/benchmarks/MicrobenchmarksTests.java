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

import java.util.Map;

import org.junit.jupiter.api.Test;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Each benchmark runs. How long it takes is not looked at.
 */
class MicrobenchmarksTests {

	private final Printed printed = new Printed();

	@Test
	void everyMicrobenchmarkRuns() throws Exception {
		Map<String, Samples> results = Microbenchmarks.run(1,
				new OptionsBuilder().forks(0)
					.warmupIterations(0)
					.measurementIterations(1)
					.measurementTime(TimeValue.milliseconds(1)),
				this.printed.out());

		assertThat(results).containsOnlyKeys("EventPartsBenchmark.jsonToRecord", "EventPartsBenchmark.jsonTokens",
				"EventPartsBenchmark.parserCutEvents", "EventPartsBenchmark.parserManyInChunk",
				"EventPartsBenchmark.parserOneInChunk", "EventStreamBenchmark.client, perChunk 1",
				"EventStreamBenchmark.client, perChunk 64", "EventStreamBenchmark.webClient, perChunk 1",
				"EventStreamBenchmark.webClient, perChunk 64", "RunsGetBenchmark.client",
				"RunsGetBenchmark.reactiveClient", "RunsGetBenchmark.restClientOnJdk",
				"RunsGetBenchmark.restClientOnReactor", "RunsGetBenchmark.webClient", "WebAgentBenchmark.agentRequest",
				"WebAgentBenchmark.agentResult", "WebAgentBenchmark.byHandRequest", "WebAgentBenchmark.byHandResult");
		assertThat(results.values()).allSatisfy((samples) -> assertThat(samples.min()).isNotNegative());
		assertThat(this.printed.text()).contains("| RunsGetBenchmark.client |");
	}

}
