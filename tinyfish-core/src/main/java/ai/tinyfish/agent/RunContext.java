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

package ai.tinyfish.agent;

import ai.tinyfish.internal.request.Descriptions;
import ai.tinyfish.internal.request.RunOrigin;
import ai.tinyfish.support.LogText;
import ai.tinyfish.support.RunLog;
import org.jspecify.annotations.Nullable;

/**
 * Description of the run that a listener is called for. Applications create one with
 * {@link #builder()}.
 *
 * @param runId the run, or null if it is not known yet
 * @param url the URL that the agent was sent to, or null if it is not known
 * @param goal the goal of the agent, or null if it is not known
 * @param tag the request's own tag, which is never sent, or null if the request has none
 * @param agentInterface the full name of the agent interface that declares the run, or
 * null if it is not known or no agent interface started the run
 * @param agentMethod the method of that interface, or null if no agent interface started
 * the run
 * @param goalVersion the version of the goal, which is never sent, or null if it has none
 * @since 0.1.0
 */
public record RunContext(@Nullable String runId, @Nullable String url, @Nullable String goal, @Nullable String tag,
		@Nullable String agentInterface, @Nullable String agentMethod, @Nullable String goalVersion) {

	/**
	 * MDC key of the run id, which is set for each line of this library about one run,
	 * and while a listener is called on the event executor, if the id is known.
	 */
	public static final String MDC_RUN_ID = RunLog.RUN_ID;

	/**
	 * MDC key of the tag, which is set as the run id is, if there is a tag. Control
	 * characters and line breaks are replaced in all values.
	 */
	public static final String MDC_TAG = RunLog.TAG;

	/**
	 * MDC key of the account, which is set as the run id is, for durable runs of an
	 * account.
	 */
	public static final String MDC_ACCOUNT = RunLog.ACCOUNT;

	/**
	 * Create a builder, such as for a test that calls a listener.
	 * @return a builder without any setting
	 */
	public static Builder builder() {
		return new Builder();
	}

	/**
	 * Create the description of a run.
	 * @param runId the run, or null if it is not known yet
	 * @param request the request of the run
	 * @return the description
	 */
	public static RunContext of(@Nullable String runId, AgentRequest request) {
		RunOrigin origin = RunOrigin.of(request);
		boolean declared = origin != RunOrigin.NONE;
		return new RunContext(runId, request.url(), request.goal(), request.tag(), declared ? origin.type() : null,
				declared ? origin.method() : null, origin.goalVersion());
	}

	/**
	 * Return a copy with the id of the run.
	 * @param runId the run
	 * @return the copy
	 */
	public RunContext withRunId(@Nullable String runId) {
		return new RunContext(runId, this.url, this.goal, this.tag, this.agentInterface, this.agentMethod,
				this.goalVersion);
	}

	/**
	 * Return a short description without secrets.
	 * @return run, url without user, query and fragment, beginning of the goal, and tag
	 */
	@Override
	public String toString() {
		return LogText.of("RunContext[runId=%s, url=%s, goal=%s, tag=%s]".formatted(this.runId,
				Descriptions.url(this.url), Descriptions.text(this.goal), this.tag));
	}

	/**
	 * Builder for a {@link RunContext}. Nothing has to be set.
	 */
	public static final class Builder {

		private @Nullable String runId;

		private @Nullable String url;

		private @Nullable String goal;

		private @Nullable String tag;

		private @Nullable String agentInterface;

		private @Nullable String agentMethod;

		private @Nullable String goalVersion;

		private Builder() {
		}

		/**
		 * Set the id of the run.
		 * @param runId the run, or null if it is not known yet
		 * @return this builder
		 */
		public Builder runId(@Nullable String runId) {
			this.runId = runId;
			return this;
		}

		/**
		 * Set the URL that the agent was sent to.
		 * @param url the URL, or null
		 * @return this builder
		 */
		public Builder url(@Nullable String url) {
			this.url = url;
			return this;
		}

		/**
		 * Set the goal of the agent.
		 * @param goal the goal, or null
		 * @return this builder
		 */
		public Builder goal(@Nullable String goal) {
			this.goal = goal;
			return this;
		}

		/**
		 * Set the request's own tag.
		 * @param tag the tag, or null
		 * @return this builder
		 */
		public Builder tag(@Nullable String tag) {
			this.tag = tag;
			return this;
		}

		/**
		 * Set the agent interface that declares the run.
		 * @param agentInterface the full name of the interface, or null
		 * @return this builder
		 */
		public Builder agentInterface(@Nullable String agentInterface) {
			this.agentInterface = agentInterface;
			return this;
		}

		/**
		 * Set the method of the agent interface.
		 * @param agentMethod the name of the method, or null
		 * @return this builder
		 */
		public Builder agentMethod(@Nullable String agentMethod) {
			this.agentMethod = agentMethod;
			return this;
		}

		/**
		 * Set the version of the goal.
		 * @param goalVersion the version, or null
		 * @return this builder
		 */
		public Builder goalVersion(@Nullable String goalVersion) {
			this.goalVersion = goalVersion;
			return this;
		}

		/**
		 * Build the description.
		 * @return the description
		 */
		public RunContext build() {
			return new RunContext(this.runId, this.url, this.goal, this.tag, this.agentInterface, this.agentMethod,
					this.goalVersion);
		}

	}

}
