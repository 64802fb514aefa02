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

package ai.tinyfish.simulator.internal;

import java.time.Duration;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * What happens in a run, and to those who watch it.
 *
 * @param steps the purpose of each step, in order
 * @param pace the time that each step takes
 * @param ending how the run ends
 * @param faults the faults that strike its streams and answers
 * @param unknownLooks how many looks do not find it at first
 * @param recordDelay how long those who ask for it do not see its ending
 * @param webhookDeliveries how often its webhook is told of the ending
 */
public record RunScript(List<String> steps, Duration pace, Ending ending, List<PlannedFault> faults, int unknownLooks,
		Duration recordDelay, int webhookDeliveries) {

	/**
	 * The most steps that the API lets a run take; it also bounds what a stream holds.
	 */
	public static final int MAX_STEPS = 500;

	/**
	 * Copies the collections.
	 */
	public RunScript {
		steps = List.copyOf(steps);
		faults = List.copyOf(faults);
		if (steps.size() > MAX_STEPS) {
			throw new IllegalArgumentException("A run has at most " + MAX_STEPS + " steps");
		}
	}

	/**
	 * Creates a script without faults for a run that ends by itself.
	 * @param steps the purpose of each step, in order
	 * @param resultJson the result as JSON on one line, or {@code null} for none
	 * @param failure why the run fails, or {@code null} if it completes
	 * @param pace the time that each step takes
	 */
	public RunScript(List<String> steps, @Nullable String resultJson, @Nullable Failure failure, Duration pace) {
		this(steps, pace, Ending.of(resultJson, failure), List.of(), 0, Duration.ZERO, 1);
	}

	/**
	 * Stops the run where the request said so.
	 */
	RunScript cappedAt(int maxSteps) {
		if (this.steps.size() <= maxSteps) {
			return this;
		}
		Failure tooLong = new Failure("MAX_STEPS_EXCEEDED", "The run was stopped after " + maxSteps + " steps");
		return new RunScript(this.steps.subList(0, maxSteps), this.pace, Ending.of(null, tooLong), this.faults,
				this.unknownLooks, this.recordDelay, this.webhookDeliveries);
	}

	/**
	 * How long it takes from one step to the next, or to the ending.
	 * @param taken the steps taken so far
	 * @return the time, or {@code null} if nothing more happens
	 */
	@Nullable Duration delayAfter(int taken) {
		if (taken < this.steps.size()) {
			return this.pace;
		}
		if (this.ending.state() == null) {
			return null;
		}
		return (this.ending.after() != null) ? this.ending.after() : this.pace;
	}

	/**
	 * How a run ends.
	 *
	 * @param state as what, or {@code null} if it never ends by itself
	 * @param resultJson the result as JSON on one line, or {@code null} for none
	 * @param failure why the run fails, or {@code null} if it does not
	 * @param after how long it takes after the last step, or {@code null} for the pace
	 */
	public record Ending(@Nullable RunState state, @Nullable String resultJson, @Nullable Failure failure,
			@Nullable Duration after) {

		/**
		 * An ending by itself.
		 * @param resultJson the result as JSON on one line, or {@code null} for none
		 * @param failure why the run fails, or {@code null} if it completes
		 * @return the ending
		 */
		public static Ending of(@Nullable String resultJson, @Nullable Failure failure) {
			return (failure != null) ? new Ending(RunState.FAILED, null, failure, null)
					: new Ending(RunState.COMPLETED, resultJson, null, null);
		}

		/**
		 * Changes the time that it takes.
		 * @param time the time after the last step, or {@code null} for the pace
		 * @return the ending
		 */
		public Ending in(@Nullable Duration time) {
			return new Ending(this.state, this.resultJson, this.failure, time);
		}

	}

}
