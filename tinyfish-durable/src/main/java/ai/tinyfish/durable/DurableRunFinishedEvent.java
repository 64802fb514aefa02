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

package ai.tinyfish.durable;

import ai.tinyfish.run.AgentRun;
import ai.tinyfish.run.GoalEvaluator;
import ai.tinyfish.run.GoalVerdict;
import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/**
 * Event for a durable run with a reported outcome: completed, failed or cancelled.
 * Published in the transaction that stores the outcome, on its thread: a listener that
 * throws undoes both, and the event is published again later. So a listener may be called
 * more than once for a run. In the database, the outcome is stored once.
 *
 * @since 0.1.0
 */
public class DurableRunFinishedEvent extends DurableRunEvent {

	private final AgentRun run;

	private final GoalVerdict verdict;

	/**
	 * Create a new event, judged by {@link GoalEvaluator#defaults()}, such as for a test
	 * of a listener.
	 * @param durableId the durable id of the run
	 * @param run the outcome
	 */
	public DurableRunFinishedEvent(String durableId, AgentRun run) {
		this(durableId, run, null);
	}

	/**
	 * Create a new event.
	 * @param durableId the durable id of the run
	 * @param run the outcome
	 * @param verdict whether it reached its goal, or null to have it judged by
	 * {@link GoalEvaluator#defaults()}
	 */
	public DurableRunFinishedEvent(String durableId, AgentRun run, @Nullable GoalVerdict verdict) {
		this(durableId, null, null, null, run, verdict);
	}

	@JsonCreator
	DurableRunFinishedEvent(@JsonProperty("durableId") String durableId, @JsonProperty("tag") @Nullable String tag,
			@JsonProperty("account") @Nullable String account,
			@JsonProperty("goalVersion") @Nullable String goalVersion, @JsonProperty("run") AgentRun run,
			@JsonProperty("verdict") @Nullable GoalVerdict verdict) {
		super(durableId, tag, account, goalVersion);
		this.run = run;
		this.verdict = (verdict != null) ? verdict : GoalEvaluator.defaults().evaluate(run);
	}

	/**
	 * Return the same event for a request with a tag.
	 * @param tag the tag, or null
	 * @return the event
	 */
	public DurableRunFinishedEvent withTag(@Nullable String tag) {
		return new DurableRunFinishedEvent(getDurableId(), tag, getAccount(), getGoalVersion(), this.run, this.verdict);
	}

	/**
	 * Return the same event for a goal with a version.
	 * @param goalVersion the version, or null
	 * @return the event
	 */
	public DurableRunFinishedEvent withGoalVersion(@Nullable String goalVersion) {
		return new DurableRunFinishedEvent(getDurableId(), getTag(), getAccount(), goalVersion, this.run, this.verdict);
	}

	/**
	 * Return the same event for a run of an account.
	 * @param account the account, or null for the client's own
	 * @return the event
	 */
	public DurableRunFinishedEvent withAccount(@Nullable String account) {
		return new DurableRunFinishedEvent(getDurableId(), getTag(), account, getGoalVersion(), this.run, this.verdict);
	}

	/**
	 * Return whether the run completed. This does not mean that it reached its goal: see
	 * the verdict.
	 * @return true for a completed run
	 */
	@JsonIgnore
	public boolean isCompleted() {
		return this.run.isCompleted();
	}

	/**
	 * Return the outcome of the run.
	 * @return the outcome with its result; the run id is null if the run was cancelled
	 * before it was sent
	 */
	@JsonProperty("run")
	public AgentRun getRun() {
		return this.run;
	}

	/**
	 * Return whether the run reached its goal, as the {@link GoalEvaluator} of the
	 * application says.
	 * @return the verdict
	 */
	@JsonProperty("verdict")
	public GoalVerdict getVerdict() {
		return this.verdict;
	}

	@Override
	public String toString() {
		return describe("status=" + this.run.statusText() + ", goal=" + this.verdict.outcome());
	}

}
