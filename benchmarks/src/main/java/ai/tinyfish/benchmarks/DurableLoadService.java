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

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Random;

import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.simulator.Scenario;
import ai.tinyfish.simulator.SimulatorJournal;
import ai.tinyfish.simulator.SimulatorRequest;
import ai.tinyfish.simulator.TinyFishSimulator;

/**
 * The service: the simulator, which ends runs at random times with random outcomes. No
 * run ends before all should be open.
 */
final class DurableLoadService implements AutoCloseable {

	private static final String GOAL = "Find the price of product ";

	/** Of each ten runs. */
	private static final int COMPLETED = 7;

	private static final int FAILED = 2;

	private final int[] endings;

	private final int[] outcomes;

	private final TinyFishSimulator simulator;

	private volatile Instant firstEnding = Instant.MAX;

	/**
	 * Start it.
	 * @param runs the number of runs
	 * @param duration the time in which they end
	 * @param seed decides when and how each run ends
	 */
	DurableLoadService(int runs, Duration duration, long seed) {
		Random random = new Random(seed);
		this.endings = random.ints(runs, 0, Math.toIntExact(duration.toMillis())).toArray();
		this.outcomes = random.ints(runs, 0, 10).toArray();
		this.simulator = TinyFishSimulator.builder()
			// it would forget runs before they are polled
			.maxRuns(2 * runs)
			// the calls are counted
			.maxRequests(Integer.MAX_VALUE)
			.given(this::scenario)
			.start();
	}

	/**
	 * Return the request for a run.
	 */
	static AgentRequest request(int number) {
		return AgentRequest.of("https://shop.example/products/" + number, GOAL + number);
	}

	private Scenario scenario(SimulatorRequest request) {
		int number = Integer.parseInt(request.goal().substring(GOAL.length()));
		Duration rest = Duration.between(Instant.now(), this.firstEnding.plusMillis(this.endings[number]));
		Scenario.Builder scenario = Scenario.builder()
			.steps()
			.pace(Duration.ZERO)
			.endsAfter(rest.isNegative() ? Duration.ZERO : rest);
		int outcome = this.outcomes[number];
		if (outcome < COMPLETED) {
			return scenario.result(Map.of("product", number, "price", "19.99", "description",
					"Sturdy, and in stock in three colours. ".repeat(1 + number % 60)))
				.build();
		}
		return (outcome < COMPLETED + FAILED) ? scenario.fails("SITE_BLOCKED", "The site refused the browser").build()
				: scenario.cancelled().build();
	}

	/**
	 * Set when the first run may end. This has to be set before the first submission.
	 */
	void firstEnding(Instant firstEnding) {
		this.firstEnding = firstEnding;
	}

	String baseUrl() {
		return this.simulator.baseUrl();
	}

	SimulatorJournal journal() {
		return this.simulator.journal();
	}

	@Override
	public void close() {
		this.simulator.close();
	}

}
