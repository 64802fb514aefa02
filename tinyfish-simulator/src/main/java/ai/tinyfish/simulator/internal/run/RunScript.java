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

package ai.tinyfish.simulator.internal.run;

import java.time.Duration;
import java.util.List;

import ai.tinyfish.simulator.internal.api.RunState;
import ai.tinyfish.simulator.internal.fault.PlannedFault;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * Script of a run and of the faults on its streams and answers.
 *
 * @param steps the purpose of each step, in order
 * @param pace the time that each step takes
 * @param outcome the outcome of the run
 * @param faults the faults to inject into its streams and answers
 * @param hiddenPolls the number of first polls that do not find the run
 * @param recordDelay the time for which polls do not show its outcome
 * @param webhookDeliveries the number of deliveries to its webhook
 */
public record RunScript(List<String> steps, Duration pace, PlannedOutcome outcome, List<PlannedFault> faults,
		int hiddenPolls, Duration recordDelay, int webhookDeliveries) {

	/**
	 * Limit of the API on the steps of a run, which also bounds the buffer of a stream.
	 */
	public static final int MAX_STEPS = 500;

	/**
	 * Copy the collections.
	 */
	public RunScript {
		steps = List.copyOf(steps);
		faults = List.copyOf(faults);
		if (steps.size() > MAX_STEPS && outcome.recorded() == null) {
			throw new IllegalArgumentException("A run has at most " + MAX_STEPS + " steps");
		}
	}

	/**
	 * Create a script without faults for a run that ends without a cancel.
	 * @param steps the purpose of each step, in order
	 * @param resultJson the result as JSON on one line, or {@code null} for none
	 * @param failure the failure of the run, or {@code null} if it completes
	 * @param pace the time that each step takes
	 */
	public RunScript(List<String> steps, @Nullable String resultJson, @Nullable RunFailure failure, Duration pace) {
		this(steps, pace, PlannedOutcome.of(resultJson, failure), List.of(), 0, Duration.ZERO, 1);
	}

	/**
	 * Return the script limited to the steps that the request allows.
	 */
	public RunScript cappedAt(int maxSteps) {
		if (this.steps.size() <= maxSteps) {
			return this;
		}
		RunFailure tooLong = new RunFailure("MAX_STEPS_EXCEEDED", "The run was stopped after " + maxSteps + " steps");
		return new RunScript(this.steps.subList(0, maxSteps), this.pace, PlannedOutcome.of(null, tooLong), this.faults,
				this.hiddenPolls, this.recordDelay, this.webhookDeliveries);
	}

	/**
	 * Return the time from one step to the next, or to the outcome.
	 * @param taken the steps taken so far
	 * @return the time, or {@code null} if nothing more happens
	 */
	@Nullable Duration delayAfter(int taken) {
		if (taken < this.steps.size()) {
			return this.pace;
		}
		if (this.outcome.state() == null) {
			return null;
		}
		return (this.outcome.after() != null) ? this.outcome.after() : this.pace;
	}

	/**
	 * Planned outcome of a run.
	 *
	 * @param state the final state, or {@code null} if it only ends by a cancel
	 * @param resultJson the result as JSON on one line, or {@code null} for none
	 * @param failure the failure of the run, or {@code null} if it does not
	 * @param after the time after the last step, or {@code null} for the pace
	 * @param recorded the words of the service about a recorded run: {@code events},
	 * {@code steps}, {@code times}, and fields of its documents; {@code null} for others
	 */
	public record PlannedOutcome(@Nullable RunState state, @Nullable String resultJson, @Nullable RunFailure failure,
			@Nullable Duration after, @Nullable ObjectNode recorded) {

		/** Outcome of a run that is cancelled. */
		public static final PlannedOutcome CANCELLED = new PlannedOutcome(RunState.CANCELLED, null, null, null, null);

		/**
		 * Create an outcome that needs no cancellation.
		 * @param resultJson the result as JSON on one line, or {@code null} for none
		 * @param failure the failure of the run, or {@code null} if it completes
		 * @return the outcome
		 */
		public static PlannedOutcome of(@Nullable String resultJson, @Nullable RunFailure failure) {
			return (failure != null) ? new PlannedOutcome(RunState.FAILED, null, failure, null, null)
					: new PlannedOutcome(RunState.COMPLETED, resultJson, null, null, null);
		}

		/**
		 * Return the outcome after another time.
		 * @param time the time after the last step, or {@code null} for the pace
		 * @return the outcome
		 */
		public PlannedOutcome in(@Nullable Duration time) {
			return new PlannedOutcome(this.state, this.resultJson, this.failure, time, this.recorded);
		}

	}

}
