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

package ai.tinyfish.spring.event;

import java.io.Serial;

import ai.tinyfish.agent.RunContext;
import ai.tinyfish.run.AgentRun;
import ai.tinyfish.run.GoalEvaluator;
import ai.tinyfish.run.GoalVerdict;
import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/**
 * Event for a run with a reported outcome: completed, failed or cancelled. The last event
 * of its run.
 *
 * @since 0.1.0
 */
public class TinyFishRunFinishedEvent extends TinyFishRunEvent {

	@Serial
	private static final long serialVersionUID = 1L;

	private final transient AgentRun run;

	private final transient GoalVerdict verdict;

	private final boolean recovered;

	/**
	 * Create a new event, judged by {@link GoalEvaluator#defaults()}.
	 * @param source the publisher
	 * @param context the run
	 * @param run its outcome
	 */
	public TinyFishRunFinishedEvent(Object source, RunContext context, AgentRun run) {
		this(source, context, run, GoalEvaluator.defaults().evaluate(run));
	}

	/**
	 * Create a new event.
	 * @param source the publisher
	 * @param context the run
	 * @param run its outcome
	 * @param verdict whether it reached its goal
	 */
	public TinyFishRunFinishedEvent(Object source, RunContext context, AgentRun run, GoalVerdict verdict) {
		this(source, context, run, verdict, false);
	}

	/**
	 * Create a new event.
	 * @param source the publisher
	 * @param context the run
	 * @param run its outcome
	 * @param verdict whether it reached its goal
	 * @param recovered whether its stream broke, and the outcome was read from the record
	 * of the run
	 */
	public TinyFishRunFinishedEvent(Object source, RunContext context, AgentRun run, GoalVerdict verdict,
			boolean recovered) {
		super(source, context);
		this.run = run;
		this.verdict = verdict;
		this.recovered = recovered;
	}

	@JsonCreator
	TinyFishRunFinishedEvent(@JsonProperty("runId") @Nullable String runId, @JsonProperty("url") @Nullable String url,
			@JsonProperty("goal") @Nullable String goal, @JsonProperty("tag") @Nullable String tag,
			@JsonProperty("run") AgentRun run, @JsonProperty("verdict") @Nullable GoalVerdict verdict,
			@JsonProperty("recovered") boolean recovered) {
		this(JSON_SOURCE, run(runId, url, goal, tag), run,
				(verdict != null) ? verdict : GoalEvaluator.defaults().evaluate(run), recovered);
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
	 * @return the outcome with its result
	 */
	@JsonProperty("run")
	public AgentRun getRun() {
		return this.run;
	}

	/**
	 * Return whether the run reached its goal, as judged by the application's
	 * {@link GoalEvaluator}.
	 * @return the verdict
	 */
	@JsonProperty("verdict")
	public GoalVerdict getVerdict() {
		return this.verdict;
	}

	/**
	 * Return whether the stream of the run broke, and the outcome was read from the
	 * record of the run. Progress that the agent made in between was not published.
	 * @return true if it was recovered
	 */
	@JsonProperty("recovered")
	public boolean isRecovered() {
		return this.recovered;
	}

	@Override
	public String toString() {
		return describe("status=" + this.run.statusText() + ", goal=" + this.verdict.outcome());
	}

}
