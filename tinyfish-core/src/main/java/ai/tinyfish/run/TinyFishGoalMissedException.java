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

package ai.tinyfish.run;

import ai.tinyfish.error.TinyFishException;
import ai.tinyfish.internal.request.Descriptions;
import ai.tinyfish.internal.request.RunIds;
import org.jspecify.annotations.Nullable;

/**
 * Exception for a run that completed, but missed its goal according to a
 * {@link GoalEvaluator}.
 *
 * @since 0.1.0
 */
public class TinyFishGoalMissedException extends TinyFishException {

	private static final int MAX_REASON = 1024;

	private final AgentRun run;

	private final GoalVerdict verdict;

	/**
	 * Create a new exception.
	 * @param run the run
	 * @param verdict the verdict on it
	 */
	public TinyFishGoalMissedException(AgentRun run, GoalVerdict verdict) {
		this(run, verdict, null);
	}

	/**
	 * Create a new exception for a run of an agent interface.
	 * @param run the run
	 * @param verdict the verdict on it
	 * @param agentMethod the interface and its method, such as
	 * {@code com.example.Coins.price}, for the message; or null
	 */
	public TinyFishGoalMissedException(AgentRun run, GoalVerdict verdict, @Nullable String agentMethod) {
		super(describe(run, verdict, agentMethod), null, run.runId());
		this.run = run;
		this.verdict = verdict;
	}

	private static String describe(AgentRun run, GoalVerdict verdict, @Nullable String agentMethod) {
		String subject = ((run.runId() != null) ? "Run " + RunIds.printable(run.runId()) : "The run")
				+ ((agentMethod != null) ? " of " + agentMethod : "");
		String reason = verdict.reason();
		return subject + " missed its goal" + ((reason != null) ? ": " + Descriptions.excerpt(reason, MAX_REASON) : "");
	}

	/**
	 * Return the run with its result.
	 * @return the run
	 */
	public AgentRun run() {
		return this.run;
	}

	/**
	 * Return the verdict.
	 * @return the verdict, whose reason may be null
	 */
	public GoalVerdict verdict() {
		return this.verdict;
	}

}
