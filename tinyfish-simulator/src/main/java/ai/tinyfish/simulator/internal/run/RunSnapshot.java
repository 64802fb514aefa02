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
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;

import ai.tinyfish.simulator.internal.api.RunState;
import ai.tinyfish.simulator.internal.fault.FaultEffect;
import ai.tinyfish.simulator.internal.fault.FaultEffect.AnotherRun;
import ai.tinyfish.simulator.internal.fault.FaultEffect.Unfinished;
import ai.tinyfish.simulator.internal.schema.SchemaReport;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * Snapshot of a run.
 *
 * @param id the run id
 * @param number its place in the order of creation, from 1
 * @param submission the request
 * @param state the state
 * @param createdAt when it was accepted
 * @param startedAt when the agent began, or {@code null}
 * @param finishedAt when it ended, or {@code null}
 * @param steps the steps so far
 * @param streamingUrl the address of the live view, {@code null} unless running
 * @param resultJson the result as JSON, or {@code null}
 * @param failure the failure, or {@code null}
 * @param schemaReport the validation of its result, or {@code null} if there is no schema
 * @param videoUrl the address of the recording, or {@code null}
 * @param recorded the words of the service about a recorded run that has ended, else
 * {@code null}
 */
public record RunSnapshot(String id, long number, Submission submission, RunState state, Instant createdAt,
		@Nullable Instant startedAt, @Nullable Instant finishedAt, List<Step> steps, @Nullable String streamingUrl,
		@Nullable String resultJson, @Nullable RunFailure failure, @Nullable SchemaReport schemaReport,
		@Nullable String videoUrl, @Nullable ObjectNode recorded) {

	static RunSnapshot pending(String id, long number, Submission submission, Instant createdAt) {
		return new RunSnapshot(id, number, submission, RunState.PENDING, createdAt, null, null, List.of(), null, null,
				null, null, null, null);
	}

	/**
	 * Return the number of steps taken.
	 * @return the number, or {@code null} while the run has not ended, or if only the
	 * service knows it
	 */
	public @Nullable Integer numOfSteps() {
		return (this.state.ended() && this.recorded == null) ? this.steps.size() : null;
	}

	RunSnapshot begun(Instant now, String liveView) {
		return new RunSnapshot(this.id, this.number, this.submission, RunState.RUNNING, this.createdAt, now, null,
				List.of(), liveView, null, null, null, null, null);
	}

	RunSnapshot stepped(Instant now, String action) {
		List<Step> next = closeLastStep(now, RunState.COMPLETED);
		next.add(new Step("evt_" + this.number + "_" + (next.size() + 1), now, RunState.RUNNING, action, null));
		return new RunSnapshot(this.id, this.number, this.submission, this.state, this.createdAt, this.startedAt, null,
				List.copyOf(next), this.streamingUrl, null, null, null, null, null);
	}

	RunSnapshot ended(Instant now, SimulatedOutcome outcome) {
		return new RunSnapshot(this.id, this.number, this.submission, outcome.state(), this.createdAt, this.startedAt,
				now, List.copyOf(closeLastStep(now, outcome.state())), null, outcome.resultJson(), outcome.failure(),
				outcome.schemaReport(), outcome.videoUrl(), outcome.recorded());
	}

	/**
	 * Return the run that the document or event affected by a fault shows.
	 * @param effect the effect of the fault
	 * @return this run, unless the effect shows something else
	 */
	public RunSnapshot shownWith(FaultEffect effect) {
		if (effect instanceof AnotherRun) {
			return another();
		}
		return (effect instanceof Unfinished unfinished) ? unfinished(unfinished.state()) : this;
	}

	private RunSnapshot unfinished(RunState shown) {
		return new RunSnapshot(this.id, this.number, this.submission, shown, this.createdAt,
				(shown != RunState.PENDING) ? this.startedAt : null, null, this.steps, this.streamingUrl, null, null,
				null, null, null);
	}

	/**
	 * Return a run that does not exist, with another id and result.
	 */
	private RunSnapshot another() {
		return new RunSnapshot(UUID.randomUUID().toString(), this.number, this.submission, RunState.COMPLETED,
				this.createdAt, this.createdAt, this.createdAt, List.of(), null, "{\"another\":\"run\"}", null, null,
				null, null);
	}

	private List<Step> closeLastStep(Instant now, RunState outcome) {
		List<Step> copy = new ArrayList<>(this.steps);
		if (!copy.isEmpty()) {
			Step last = copy.get(copy.size() - 1);
			double seconds = Duration.between(last.timestamp(), now).toMillis() / 1000.0;
			copy.set(copy.size() - 1, new Step(last.id(), last.timestamp(), outcome, last.action(),
					String.format(Locale.ROOT, "%.1fs", seconds)));
		}
		return copy;
	}

	/**
	 * Step of the agent.
	 *
	 * @param id the step's id
	 * @param timestamp when it began
	 * @param state its state
	 * @param action the action
	 * @param duration its duration, as text, or {@code null} while it is in progress
	 */
	public record Step(String id, Instant timestamp, RunState state, String action, @Nullable String duration) {
	}

	/**
	 * Outcome of a run.
	 *
	 * @param state the final state
	 * @param resultJson the result as JSON, or {@code null}
	 * @param failure the failure, or {@code null}
	 * @param schemaReport the validation of the result, or {@code null} if there is no
	 * schema
	 * @param videoUrl the address of the recording, or {@code null}
	 * @param recorded the words of the service about a recorded run, else {@code null}
	 */
	record SimulatedOutcome(RunState state, @Nullable String resultJson, @Nullable RunFailure failure,
			@Nullable SchemaReport schemaReport, @Nullable String videoUrl, @Nullable ObjectNode recorded) {
	}

}
