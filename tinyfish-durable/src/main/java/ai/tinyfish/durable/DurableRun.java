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

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

import ai.tinyfish.run.AgentRun;
import ai.tinyfish.run.GoalOutcome;
import ai.tinyfish.support.LogText;
import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.annotation.JsonAutoDetect.Visibility;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.annotation.JsonDeserialize;
import tools.jackson.databind.annotation.JsonPOJOBuilder;

/**
 * A durable run as it is stored. In later releases it may have further fields.
 *
 * @since 0.1.0
 */
@JsonDeserialize(builder = DurableRun.Builder.class)
@JsonAutoDetect(fieldVisibility = Visibility.NONE)
@JsonPropertyOrder({ "id", "key", "tag", "account", "state", "url", "goal", "runId", "run", "error", "attempts",
		"cancelRequested", "acceptedAt", "endedAt", "changedAt", "verdict", "decidedBy", "decidedAt", "goalVersion" })
public final class DurableRun {

	private final Map<String, Object> values;

	private DurableRun(Map<String, Object> values) {
		this.values = values;
	}

	/**
	 * Create a builder, such as for a test.
	 * @return a new builder of a run that was accepted, with empty texts and times of
	 * 1970
	 */
	public static Builder builder() {
		return new Builder();
	}

	/**
	 * Create a builder with the values of this object.
	 * @return a new builder
	 */
	public Builder toBuilder() {
		Builder builder = new Builder();
		builder.values.putAll(this.values);
		return builder;
	}

	/**
	 * Return the durable id.
	 * @return the id, assigned when the run was submitted
	 */
	@JsonProperty
	public String id() {
		return Objects.requireNonNull(get("id", String.class));
	}

	/**
	 * Return the key of the submission.
	 * @return the key, or null if it was submitted without one
	 */
	@JsonProperty
	@JsonInclude(JsonInclude.Include.NON_NULL)
	public @Nullable String key() {
		return get("key", String.class);
	}

	/**
	 * Return the tag of the request.
	 * @return the tag, or null if the request has none
	 */
	@JsonProperty
	public @Nullable String tag() {
		return get("tag", String.class);
	}

	/**
	 * Return the account that the run belongs to.
	 * @return the account, or null for the client's own
	 */
	@JsonProperty
	public @Nullable String account() {
		return get("account", String.class);
	}

	/**
	 * Return the state of the run.
	 * @return the state
	 */
	@JsonProperty
	public DurableRunState state() {
		return Objects.requireNonNull(get("state", DurableRunState.class));
	}

	/**
	 * Return the URL that the agent is sent to.
	 * @return the URL, without user name and password
	 */
	@JsonProperty
	public String url() {
		return Objects.requireNonNull(get("url", String.class));
	}

	/**
	 * Return the goal of the agent.
	 * @return the goal
	 */
	@JsonProperty
	public String goal() {
		return Objects.requireNonNull(get("goal", String.class));
	}

	/**
	 * Return the version of the goal, which an agent interface declares.
	 * @return the version, or null if the goal has none
	 */
	@JsonProperty
	@JsonInclude(JsonInclude.Include.NON_NULL)
	public @Nullable String goalVersion() {
		return get("goalVersion", String.class);
	}

	/**
	 * Return the id that the service gave the run.
	 * @return the id, or null until the service has accepted the run
	 */
	@JsonProperty
	public @Nullable String runId() {
		return get("runId", String.class);
	}

	/**
	 * Return the outcome of the run.
	 * @return the outcome, or null if the run has not ended or was not started
	 */
	@JsonProperty
	public @Nullable AgentRun run() {
		return get("run", AgentRun.class);
	}

	/**
	 * Return why the run is in its state, or why it could not be sent so far.
	 * @return the reason, or null if there is no reason
	 */
	@JsonProperty
	public @Nullable String error() {
		return get("error", String.class);
	}

	/**
	 * Return how many times sending the request was attempted.
	 * @return the number of attempts
	 */
	@JsonProperty
	public int attempts() {
		return Objects.requireNonNull(get("attempts", Integer.class));
	}

	/**
	 * Return whether the run is to be cancelled.
	 * @return whether it is
	 */
	@JsonProperty
	public boolean cancelRequested() {
		return Objects.requireNonNull(get("cancelRequested", Boolean.class));
	}

	/**
	 * Return when the run was submitted.
	 * @return the time of the database
	 */
	@JsonProperty
	public Instant acceptedAt() {
		return Objects.requireNonNull(get("acceptedAt", Instant.class));
	}

	/**
	 * Return when the outcome was handed over or the run was given up.
	 * @return the time of the database, or null before the end
	 */
	@JsonProperty
	public @Nullable Instant endedAt() {
		return get("endedAt", Instant.class);
	}

	/**
	 * Return when the state last changed.
	 * @return the time of the database
	 */
	@JsonProperty
	public Instant changedAt() {
		return Objects.requireNonNull(get("changedAt", Instant.class));
	}

	/**
	 * Return whether the run has reached its goal, as the
	 * {@link ai.tinyfish.run.GoalEvaluator} said at the handover.
	 * @return the verdict, or null if there is no outcome
	 */
	@JsonProperty
	public @Nullable GoalOutcome verdict() {
		return get("verdict", GoalOutcome.class);
	}

	/**
	 * Return the person who cancelled the run or decided about it last.
	 * @return the name, or null if the decision has no name
	 */
	@JsonProperty
	public @Nullable String decidedBy() {
		return get("decidedBy", String.class);
	}

	/**
	 * Return when the run was cancelled or decided about last.
	 * @return the time of the database, or null if there is no decision
	 */
	@JsonProperty
	public @Nullable Instant decidedAt() {
		return get("decidedAt", Instant.class);
	}

	private <T> @Nullable T get(String name, Class<T> type) {
		return type.cast(this.values.get(name));
	}

	@Override
	public boolean equals(@Nullable Object other) {
		return other instanceof DurableRun that && this.values.equals(that.values);
	}

	@Override
	public int hashCode() {
		return this.values.hashCode();
	}

	/**
	 * Return a short description without secrets.
	 * @return id, state, run id and tag
	 */
	@Override
	public String toString() {
		return LogText
			.of("DurableRun[id=" + id() + ", state=" + state() + ", runId=" + runId() + ", tag=" + tag() + "]");
	}

	/**
	 * Builder of durable runs as they are stored. All values are optional.
	 */
	@JsonAutoDetect(fieldVisibility = Visibility.NONE)
	@JsonPOJOBuilder(withPrefix = "")
	public static final class Builder {

		private final Map<String, Object> values = new HashMap<>();

		private Builder() {
			id("").state(DurableRunState.ACCEPTED)
				.url("")
				.goal("")
				.attempts(0)
				.cancelRequested(false)
				.acceptedAt(Instant.EPOCH)
				.changedAt(Instant.EPOCH);
		}

		/**
		 * Set the durable id.
		 * @param id the id, given when the run was submitted
		 * @return this builder
		 */
		public Builder id(String id) {
			return set("id", id);
		}

		/**
		 * Set the key of the submission.
		 * @param key the key, or null if it was submitted without one
		 * @return this builder
		 */
		public Builder key(@Nullable String key) {
			return set("key", key);
		}

		/**
		 * Set the tag of the request.
		 * @param tag the tag, or null if the request has none
		 * @return this builder
		 */
		public Builder tag(@Nullable String tag) {
			return set("tag", tag);
		}

		/**
		 * Set the account that the run belongs to.
		 * @param account the account, or null for the client's own
		 * @return this builder
		 */
		public Builder account(@Nullable String account) {
			return set("account", account);
		}

		/**
		 * Set the state of the run.
		 * @param state the state
		 * @return this builder
		 */
		public Builder state(DurableRunState state) {
			return set("state", state);
		}

		/**
		 * Set the URL that the agent is sent to.
		 * @param url the URL, without user name and password
		 * @return this builder
		 */
		public Builder url(String url) {
			return set("url", url);
		}

		/**
		 * Set the goal of the agent.
		 * @param goal the goal
		 * @return this builder
		 */
		public Builder goal(String goal) {
			return set("goal", goal);
		}

		/**
		 * Set the version of the goal.
		 * @param goalVersion the version, or null if the goal has none
		 * @return this builder
		 */
		public Builder goalVersion(@Nullable String goalVersion) {
			return set("goalVersion", goalVersion);
		}

		/**
		 * Set the id that the service gave the run.
		 * @param runId the id, or null until the service has accepted the run
		 * @return this builder
		 */
		public Builder runId(@Nullable String runId) {
			return set("runId", runId);
		}

		/**
		 * Set the outcome of the run.
		 * @param run the outcome, or null if the run has not ended or was not started
		 * @return this builder
		 */
		public Builder run(@Nullable AgentRun run) {
			return set("run", run);
		}

		/**
		 * Set why the run is in its state, or why it could not be sent so far.
		 * @param error the reason, or null if there is no reason
		 * @return this builder
		 */
		public Builder error(@Nullable String error) {
			return set("error", error);
		}

		/**
		 * Set how many times sending the request was attempted.
		 * @param attempts the number of attempts
		 * @return this builder
		 */
		public Builder attempts(int attempts) {
			return set("attempts", attempts);
		}

		/**
		 * Set whether the run is to be cancelled.
		 * @param cancelRequested whether it is
		 * @return this builder
		 */
		public Builder cancelRequested(boolean cancelRequested) {
			return set("cancelRequested", cancelRequested);
		}

		/**
		 * Set when the run was submitted.
		 * @param acceptedAt the time of the database
		 * @return this builder
		 */
		public Builder acceptedAt(Instant acceptedAt) {
			return set("acceptedAt", acceptedAt);
		}

		/**
		 * Set when the outcome was handed over or the run was given up.
		 * @param endedAt the time of the database, or null before the end
		 * @return this builder
		 */
		public Builder endedAt(@Nullable Instant endedAt) {
			return set("endedAt", endedAt);
		}

		/**
		 * Set when the state last changed.
		 * @param changedAt the time of the database
		 * @return this builder
		 */
		public Builder changedAt(Instant changedAt) {
			return set("changedAt", changedAt);
		}

		/**
		 * Set whether the run has reached its goal, as the
		 * {@link ai.tinyfish.run.GoalEvaluator} said at the handover.
		 * @param verdict the verdict, or null if there is no outcome
		 * @return this builder
		 */
		public Builder verdict(@Nullable GoalOutcome verdict) {
			return set("verdict", verdict);
		}

		/**
		 * Set the person who cancelled the run or decided about it last.
		 * @param decidedBy the name, or null if the decision has no name
		 * @return this builder
		 */
		public Builder decidedBy(@Nullable String decidedBy) {
			return set("decidedBy", decidedBy);
		}

		/**
		 * Set when the run was cancelled or decided about last.
		 * @param decidedAt the time of the database, or null if there is no decision
		 * @return this builder
		 */
		public Builder decidedAt(@Nullable Instant decidedAt) {
			return set("decidedAt", decidedAt);
		}

		private Builder set(String name, @Nullable Object value) {
			this.values.compute(name, (key, before) -> value);
			return this;
		}

		/**
		 * Create the object.
		 * @return a new object
		 */
		public DurableRun build() {
			return new DurableRun(Map.copyOf(this.values));
		}

	}

}
