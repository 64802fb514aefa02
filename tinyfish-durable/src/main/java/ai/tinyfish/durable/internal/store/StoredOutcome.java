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

package ai.tinyfish.durable.internal.store;

import java.time.Instant;

import ai.tinyfish.durable.DurableRunErrorEvent;
import ai.tinyfish.durable.DurableRunEvent;
import ai.tinyfish.durable.DurableRunFinishedEvent;
import ai.tinyfish.durable.DurableRunState;
import ai.tinyfish.error.TinyFishException;
import ai.tinyfish.run.AgentRun;
import ai.tinyfish.run.GoalVerdict;
import ai.tinyfish.run.RunError;
import ai.tinyfish.run.RunStatus;
import ai.tinyfish.run.TinyFishRunFailedException;
import org.jspecify.annotations.Nullable;

/**
 * Outcome of a request in the form in which it is stored.
 *
 * @param status the status of the run, or null if no run was started
 * @param result the run as JSON, or null if no run was started
 * @param error why the service refused the request, or null
 * @param finishedAt when the run ended, or null if the service does not say
 */
public record StoredOutcome(@Nullable String status, @Nullable String result, @Nullable String error,
		@Nullable Instant finishedAt) {

	private static final int MAX_STATUS_LENGTH = 100;

	public static StoredOutcome of(AgentRun run) {
		String status = storable(run.statusText());
		return new StoredOutcome(
				(status.length() > MAX_STATUS_LENGTH) ? status.substring(0, MAX_STATUS_LENGTH) : status,
				Json.MAPPER.writeValueAsString(run), null, run.finishedAt());
	}

	/**
	 * Return the outcome of a run that was cancelled before it was started.
	 */
	public static StoredOutcome cancelled() {
		return of(AgentRun.builder().statusText(RunStatus.CANCELLED.name()).build());
	}

	public static StoredOutcome refused(String error) {
		return new StoredOutcome(null, null, storable(error), null);
	}

	/**
	 * Return a text of the service without U+0000, which PostgreSQL does not store.
	 */
	public static String storable(String text) {
		return text.replace('\0', ' ');
	}

	/**
	 * Return the outcome of a run that was not handed over.
	 */
	public static StoredOutcome of(RunRow row) {
		AgentRun run = run(row.result());
		return (run != null) ? of(run) : refused(String.valueOf(row.error()));
	}

	/**
	 * Return the run of a stored result.
	 */
	public static @Nullable AgentRun run(@Nullable String result) {
		return (result != null) ? Json.MAPPER.readValue(result, AgentRun.class) : null;
	}

	/**
	 * Return the event that is published for this outcome.
	 * @param row the run
	 * @param run the run of this outcome, or null if no run was started
	 * @param verdict whether the run has reached its goal, or null if no run was started
	 */
	public DurableRunEvent event(RunRow row, @Nullable AgentRun run, @Nullable GoalVerdict verdict) {
		return (run != null)
				? new DurableRunFinishedEvent(row.id(), run, verdict).withTag(row.tag())
					.withAccount(row.accountName())
					.withGoalVersion(row.goalVersion())
				: new DurableRunErrorEvent(row.id(), DurableRunState.REFUSED).withTag(row.tag())
					.withAccount(row.accountName())
					.withGoalVersion(row.goalVersion())
					.withMessage(this.error);
	}

	/**
	 * Return the refusal of the service.
	 */
	public TinyFishException failure() {
		return new TinyFishRunFailedException(null, RunStatus.FAILED, RunError.of(null, String.valueOf(this.error)))
			.withoutRun();
	}

	/**
	 * Return the transition that stores this outcome as handed over.
	 */
	public Transition transition() {
		return (this.result != null) ? Transition.END : Transition.REFUSE;
	}

}
