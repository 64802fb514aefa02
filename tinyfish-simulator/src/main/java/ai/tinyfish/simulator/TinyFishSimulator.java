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

package ai.tinyfish.simulator;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;

import ai.tinyfish.simulator.internal.Failure;
import ai.tinyfish.simulator.internal.RunScript;
import ai.tinyfish.simulator.internal.RunSnapshot;
import ai.tinyfish.simulator.internal.ServerSettings;
import ai.tinyfish.simulator.internal.SimulatorServer;
import ai.tinyfish.simulator.internal.Submission;

/**
 * A local TinyFish API on the loopback address. Runs live by themselves: they wait, work
 * step by step and end, whether or not somebody watches.
 * <p>
 * What happens in a run is decided by the scenario given last that fits, then by marks in
 * the goal such as {@code [fail]}, and else the run completes with a result that says it
 * is simulated.
 * <p>
 * Safe for use by several threads.
 */
public final class TinyFishSimulator implements AutoCloseable {

	/** The key that is let in unless another is set. */
	public static final String DEFAULT_API_KEY = "sk-tinyfish-simulator";

	private final List<ScenarioSelector> selectors;

	private final GoalScenarios goalScenarios;

	private final Duration pace;

	private final String apiKey;

	private final SimulatorServer server;

	private TinyFishSimulator(Builder builder) {
		this.selectors = new CopyOnWriteArrayList<>(builder.selectors);
		this.pace = builder.pace;
		this.goalScenarios = new GoalScenarios(builder.pace);
		this.apiKey = builder.apiKey;
		this.server = new SimulatorServer(new ServerSettings(builder.port, builder.apiKey, builder.heartbeat,
				builder.queueDelay, builder.failedRunStatus, builder.maxRuns), this::script);
	}

	/**
	 * Starts a simulator on a free port, with the default key.
	 * @return the simulator, which accepts requests
	 */
	public static TinyFishSimulator start() {
		return builder().start();
	}

	/**
	 * Creates a builder.
	 * @return the builder
	 */
	public static Builder builder() {
		return new Builder();
	}

	/**
	 * Returns the base url for a client.
	 * @return the address, such as {@code http://127.0.0.1:49152}
	 */
	public String baseUrl() {
		return this.server.baseUrl();
	}

	/**
	 * Returns the port.
	 * @return the port that is listened on
	 */
	public int port() {
		return this.server.port();
	}

	/**
	 * Returns the key that is let in.
	 * @return the key
	 */
	public String apiKey() {
		return this.apiKey;
	}

	/**
	 * Gives a scenario to the runs submitted from now on whose goal contains a text. It
	 * comes before all that was given earlier.
	 * @param goalPart the text, in any case
	 * @param scenario the scenario
	 * @return this simulator
	 */
	public TinyFishSimulator given(String goalPart, Scenario scenario) {
		return given(goalContains(goalPart, scenario));
	}

	/**
	 * Lets a selector choose the scenario of the runs submitted from now on. It comes
	 * before all that was given earlier.
	 * @param selector the selector
	 * @return this simulator
	 */
	public TinyFishSimulator given(ScenarioSelector selector) {
		this.selectors.add(0, selector);
		return this;
	}

	/**
	 * Returns what the simulator has seen up to now.
	 * @return the journal, which does not change
	 */
	public SimulatorJournal journal() {
		List<SimulatedRun> runs = this.server.runs().stream().map(TinyFishSimulator::view).toList();
		return new SimulatorJournal(this.server.runsCreated(), runs, this.server.openStreams(),
				this.server.droppedStreams(), this.server.requests());
	}

	/**
	 * Stops all runs, closes all connections and ends all threads, within a few seconds.
	 * Further calls do nothing.
	 */
	@Override
	public void close() {
		this.server.close();
	}

	@Override
	public String toString() {
		return "TinyFishSimulator[" + baseUrl() + "]";
	}

	private RunScript script(Submission submission) {
		SimulatorRequest request = view(submission);
		for (ScenarioSelector selector : this.selectors) {
			Scenario scenario = selector.select(request);
			if (scenario != null) {
				return scenario.toScript(this.pace);
			}
		}
		return this.goalScenarios.select(request).toScript(this.pace);
	}

	private static ScenarioSelector goalContains(String goalPart, Scenario scenario) {
		String part = goalPart.toLowerCase(Locale.ROOT);
		return (request) -> request.goal().toLowerCase(Locale.ROOT).contains(part) ? scenario : null;
	}

	private static SimulatorRequest view(Submission submission) {
		return new SimulatorRequest(submission.endpoint().label(), submission.goal(), submission.url(),
				submission.browserProfile(), submission.proxyCountryCode(), submission.maxSteps());
	}

	private static SimulatedRun view(RunSnapshot run) {
		Failure failure = run.failure();
		return new SimulatedRun(run.id(), SimulatedRun.Status.valueOf(run.state().name()), view(run.submission()),
				run.createdAt(), run.startedAt(), run.finishedAt(), run.steps().size(), run.resultJson(),
				(failure != null) ? failure.code() : null);
	}

	/**
	 * Builds and starts a {@link TinyFishSimulator}.
	 */
	public static final class Builder {

		private final List<ScenarioSelector> selectors = new ArrayList<>();

		private int port;

		private String apiKey = DEFAULT_API_KEY;

		private Duration pace = Duration.ofMillis(300);

		private Duration heartbeat = Duration.ofSeconds(5);

		private Duration queueDelay = Duration.ZERO;

		private int failedRunStatus = 500;

		private int maxRuns = 10_000;

		private Builder() {
		}

		/**
		 * Sets the port.
		 * @param port the port, or 0 (the default) for a free one
		 * @return this builder
		 * @throws IllegalArgumentException unless it is from 0 to 65535
		 */
		public Builder port(int port) {
			check(port >= 0 && port <= 65535, "The port must be from 0 to 65535");
			this.port = port;
			return this;
		}

		/**
		 * Sets the key that is let in.
		 * @param apiKey the key, in visible ASCII
		 * @return this builder
		 * @throws IllegalArgumentException if it is empty or no header could carry it
		 */
		public Builder apiKey(String apiKey) {
			check(!apiKey.isEmpty() && apiKey.chars().allMatch((ch) -> ch > 32 && ch < 127),
					"The API key must consist of visible ASCII characters");
			this.apiKey = apiKey;
			return this;
		}

		/**
		 * Sets the time that each step of a run takes, where its scenario does not say.
		 * @param pace the time, zero or more; 300 ms unless set
		 * @return this builder
		 * @throws IllegalArgumentException if it is negative
		 */
		public Builder pace(Duration pace) {
			check(!pace.isNegative(), "The pace must not be negative");
			this.pace = pace;
			return this;
		}

		/**
		 * Sets the time between the heartbeats of an event stream.
		 * @param heartbeat the time, above zero; 5 s unless set
		 * @return this builder
		 * @throws IllegalArgumentException if it is zero or negative
		 */
		public Builder heartbeat(Duration heartbeat) {
			check(!heartbeat.isNegative() && !heartbeat.isZero(), "The heartbeat must be above zero");
			this.heartbeat = heartbeat;
			return this;
		}

		/**
		 * Sets how long runs are PENDING before they begin.
		 * @param queueDelay the time, zero (the default) or more
		 * @return this builder
		 * @throws IllegalArgumentException if it is negative
		 */
		public Builder queueDelay(Duration queueDelay) {
			check(!queueDelay.isNegative(), "The queue delay must not be negative");
			this.queueDelay = queueDelay;
			return this;
		}

		/**
		 * Sets the HTTP status with which {@code POST /v1/automation/run} answers a run
		 * that failed. Both have been seen; the body is the run either way.
		 * @param status 500 (the default) or 200
		 * @return this builder
		 * @throws IllegalArgumentException if it is another number
		 */
		public Builder failedRunStatus(int status) {
			check(status == 200 || status == 500, "The status of a failed run must be 200 or 500");
			this.failedRunStatus = status;
			return this;
		}

		/**
		 * Sets how many runs are kept. Beyond it, those that ended first are forgotten;
		 * runs that go on are always kept.
		 * @param maxRuns the number, at least 1; 10,000 unless set
		 * @return this builder
		 * @throws IllegalArgumentException if it is below 1
		 */
		public Builder maxRuns(int maxRuns) {
			check(maxRuns >= 1, "At least one run must be kept");
			this.maxRuns = maxRuns;
			return this;
		}

		/**
		 * Gives a scenario to the runs whose goal contains a text. It comes before all
		 * that was given earlier.
		 * @param goalPart the text, in any case
		 * @param scenario the scenario
		 * @return this builder
		 */
		public Builder given(String goalPart, Scenario scenario) {
			return given(goalContains(goalPart, scenario));
		}

		/**
		 * Lets a selector choose scenarios. It comes before all that was given earlier.
		 * @param selector the selector
		 * @return this builder
		 */
		public Builder given(ScenarioSelector selector) {
			this.selectors.add(0, selector);
			return this;
		}

		/**
		 * Starts the simulator.
		 * @return the simulator, which accepts requests
		 * @throws IllegalStateException if the port cannot be had
		 */
		public TinyFishSimulator start() {
			return new TinyFishSimulator(this);
		}

		private static void check(boolean condition, String message) {
			if (!condition) {
				throw new IllegalArgumentException(message);
			}
		}

	}

}
