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

import java.time.Duration;
import java.util.Objects;

import ai.tinyfish.internal.json.JsonFields;
import ai.tinyfish.internal.request.Descriptions;
import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.annotation.JsonAutoDetect.Visibility;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.annotation.JsonDeserialize;
import tools.jackson.databind.annotation.JsonPOJOBuilder;

/**
 * Snapshot of a run without an outcome, for operators. It has neither the goal nor a
 * secret of the request. In later releases it may have further fields.
 *
 * @since 0.1.0
 */
@JsonDeserialize(builder = OpenRun.Builder.class)
@JsonAutoDetect(fieldVisibility = Visibility.NONE)
@JsonPropertyOrder({ "runId", "operation", "agentInterface", "agentMethod", "tag", "host", "age", "lastStep", "state" })
public final class OpenRun {

	private final JsonFields fields;

	private OpenRun(JsonFields fields) {
		this.fields = fields;
	}

	/**
	 * Create a builder, such as for a test.
	 * @return a new builder without any value
	 */
	public static Builder builder() {
		return new Builder();
	}

	/**
	 * Create a builder with the values of this object.
	 * @return a new builder
	 */
	public Builder toBuilder() {
		return new Builder(this.fields.copy());
	}

	/**
	 * Return the id of the run.
	 * @return the id, or null if it is not known yet
	 */
	@JsonProperty
	public @Nullable String runId() {
		return this.fields.get("runId", String.class);
	}

	/**
	 * Return the operation that started the run or awaits it.
	 * @return the name of the operation, such as {@code agent.run}
	 */
	@JsonProperty
	public String operation() {
		return Objects.requireNonNullElse(this.fields.get("operation", String.class), "");
	}

	/**
	 * Return the agent interface that declares the run.
	 * @return the full name of the interface, or null if no agent interface started the
	 * run
	 */
	@JsonProperty
	public @Nullable String agentInterface() {
		return this.fields.get("agentInterface", String.class);
	}

	/**
	 * Return the method of the agent interface.
	 * @return the name of the method, or null if no agent interface started the run
	 */
	@JsonProperty
	public @Nullable String agentMethod() {
		return this.fields.get("agentMethod", String.class);
	}

	/**
	 * Return the tag of the request, which is never sent.
	 * @return the tag, or null if the request has none
	 */
	@JsonProperty
	public @Nullable String tag() {
		return this.fields.get("tag", String.class);
	}

	/**
	 * Return the host of the URL that the agent was sent to.
	 * @return the host, or null if it is not known
	 */
	@JsonProperty
	public @Nullable String host() {
		return this.fields.get("host", String.class);
	}

	/**
	 * Return the time since the run was submitted, or since the await began.
	 * @return the time
	 */
	@JsonProperty
	public Duration age() {
		return Objects.requireNonNullElse(this.fields.get("age", Duration.class), Duration.ZERO);
	}

	/**
	 * Return the beginning of the last action of the agent that the stream reported.
	 * @return the beginning of the text, or null before the first step
	 */
	@JsonProperty
	public @Nullable String lastStep() {
		return this.fields.get("lastStep", String.class);
	}

	/**
	 * Return the state of the run.
	 * @return the state
	 */
	@JsonProperty
	public State state() {
		return Objects.requireNonNullElse(this.fields.get("state", State.class), State.WAITING);
	}

	@Override
	public boolean equals(@Nullable Object other) {
		return other instanceof OpenRun that && JsonFields.valuesOf(this).equals(JsonFields.valuesOf(that));
	}

	@Override
	public int hashCode() {
		return JsonFields.valuesOf(this).hashCode();
	}

	@Override
	public String toString() {
		return Descriptions.of("OpenRun", JsonFields.valuesOf(this));
	}

	/**
	 * Builder of snapshots. All values are optional.
	 */
	@JsonAutoDetect(fieldVisibility = Visibility.NONE)
	@JsonPOJOBuilder(withPrefix = "")
	public static final class Builder {

		private final JsonFields fields;

		private Builder() {
			this(new JsonFields());
		}

		private Builder(JsonFields fields) {
			this.fields = fields;
		}

		/**
		 * Set the id of the run.
		 * @param runId the id, or null if it is not known yet
		 * @return this builder
		 */
		public Builder runId(@Nullable String runId) {
			return this.fields.set(this, "runId", runId);
		}

		/**
		 * Set the operation that started the run or awaits it.
		 * @param operation the name of the operation; null becomes an empty text
		 * @return this builder
		 */
		public Builder operation(@Nullable String operation) {
			return this.fields.set(this, "operation", operation);
		}

		/**
		 * Set the agent interface that declares the run.
		 * @param agentInterface the full name of the interface, or null if no agent
		 * interface started the run
		 * @return this builder
		 */
		public Builder agentInterface(@Nullable String agentInterface) {
			return this.fields.set(this, "agentInterface", agentInterface);
		}

		/**
		 * Set the method of the agent interface.
		 * @param agentMethod the name of the method, or null if no agent interface
		 * started the run
		 * @return this builder
		 */
		public Builder agentMethod(@Nullable String agentMethod) {
			return this.fields.set(this, "agentMethod", agentMethod);
		}

		/**
		 * Set the tag of the request, which is never sent.
		 * @param tag the tag, or null if the request has none
		 * @return this builder
		 */
		public Builder tag(@Nullable String tag) {
			return this.fields.set(this, "tag", tag);
		}

		/**
		 * Set the host of the URL that the agent was sent to.
		 * @param host the host, or null if it is not known
		 * @return this builder
		 */
		public Builder host(@Nullable String host) {
			return this.fields.set(this, "host", host);
		}

		/**
		 * Set the time since the run was submitted, or since the await began.
		 * @param age the time; null becomes zero
		 * @return this builder
		 */
		public Builder age(@Nullable Duration age) {
			return this.fields.set(this, "age", age);
		}

		/**
		 * Set the beginning of the last action of the agent that the stream reported.
		 * @param lastStep the beginning of the text, or null before the first step
		 * @return this builder
		 */
		public Builder lastStep(@Nullable String lastStep) {
			return this.fields.set(this, "lastStep", lastStep);
		}

		/**
		 * Set the state of the run.
		 * @param state the state; null becomes {@link State#WAITING}
		 * @return this builder
		 */
		public Builder state(@Nullable State state) {
			return this.fields.set(this, "state", state);
		}

		/**
		 * Create the object.
		 * @return a new object
		 */
		public OpenRun build() {
			return new OpenRun(this.fields.copy());
		}

	}

	/**
	 * States of a run without an outcome.
	 */
	public enum State {

		/** The run is waiting. It has not been sent. */
		WAITING,

		/** The outcome is expected from the response to the call that submits the run. */
		AWAITING_RESPONSE,

		/** The outcome is expected from the stream of the run. */
		STREAMING,

		/** The run is polled. */
		POLLING,

		/** The client cancels the run, at its deadline or on close. */
		CANCELLING,

		/** The run has ended, and its outcome is about to be published. */
		ENDED

	}

}
