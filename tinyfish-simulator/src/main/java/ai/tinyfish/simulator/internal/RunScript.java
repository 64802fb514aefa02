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
 * What happens in a run.
 *
 * @param steps the purpose of each step, in order
 * @param resultJson the result as JSON on one line, or {@code null} for none
 * @param failure why the run fails, or {@code null} if it completes
 * @param pace the time that each step takes
 */
public record RunScript(List<String> steps, @Nullable String resultJson, @Nullable Failure failure, Duration pace) {

	/**
	 * The most steps that the API lets a run take; it also bounds what a stream holds.
	 */
	public static final int MAX_STEPS = 500;

	/**
	 * Copies the steps.
	 */
	public RunScript {
		steps = List.copyOf(steps);
		if (steps.size() > MAX_STEPS) {
			throw new IllegalArgumentException("A run has at most " + MAX_STEPS + " steps");
		}
	}

	/**
	 * Stops the run where the request said so.
	 */
	RunScript cappedAt(int maxSteps) {
		if (this.steps.size() <= maxSteps) {
			return this;
		}
		Failure tooLong = new Failure("MAX_STEPS_EXCEEDED", "The run was stopped after " + maxSteps + " steps");
		return new RunScript(this.steps.subList(0, maxSteps), null, tooLong, this.pace);
	}

}
