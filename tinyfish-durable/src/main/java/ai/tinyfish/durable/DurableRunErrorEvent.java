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

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/**
 * Event for a durable run without a reported outcome, or whose outcome could not be
 * handed over. The state says what happened:
 * <ul>
 * <li>{@link DurableRunState#REFUSED}: there is no run. Published like
 * {@link DurableRunFinishedEvent}, again if a listener throws;
 * <li>{@link DurableRunState#UNCERTAIN}, {@link DurableRunState#LOST} and
 * {@link DurableRunState#PARKED}: a person has to decide. Published once. If a listener
 * throws, its exception is logged, and the state is stored nevertheless;
 * <li>{@link DurableRunState#ABANDONED}: the run was uncertain for longer than
 * {@code tinyfish.durable.uncertain.after}. Published in the same way.
 * </ul>
 *
 * @since 0.1.0
 */
public class DurableRunErrorEvent extends DurableRunEvent {

	private final DurableRunState state;

	private final @Nullable String runId;

	private final @Nullable String message;

	/**
	 * Create a new event, such as for a test of a listener.
	 * @param durableId the durable id of the run
	 * @param state the state of the run
	 */
	public DurableRunErrorEvent(String durableId, DurableRunState state) {
		this(durableId, null, null, null, state, null, null);
	}

	@JsonCreator
	DurableRunErrorEvent(@JsonProperty("durableId") String durableId, @JsonProperty("tag") @Nullable String tag,
			@JsonProperty("account") @Nullable String account,
			@JsonProperty("goalVersion") @Nullable String goalVersion, @JsonProperty("state") DurableRunState state,
			@JsonProperty("runId") @Nullable String runId, @JsonProperty("message") @Nullable String message) {
		super(durableId, tag, account, goalVersion);
		this.state = state;
		this.runId = runId;
		this.message = message;
	}

	/**
	 * Return the same event for a request with a tag.
	 * @param tag the tag, or null
	 * @return the event
	 */
	public DurableRunErrorEvent withTag(@Nullable String tag) {
		return new DurableRunErrorEvent(getDurableId(), tag, getAccount(), getGoalVersion(), this.state, this.runId,
				this.message);
	}

	/**
	 * Return the same event for a goal with a version.
	 * @param goalVersion the version, or null
	 * @return the event
	 */
	public DurableRunErrorEvent withGoalVersion(@Nullable String goalVersion) {
		return new DurableRunErrorEvent(getDurableId(), getTag(), getAccount(), goalVersion, this.state, this.runId,
				this.message);
	}

	/**
	 * Return the same event for a run of an account.
	 * @param account the account, or null for the client's own
	 * @return the event
	 */
	public DurableRunErrorEvent withAccount(@Nullable String account) {
		return new DurableRunErrorEvent(getDurableId(), getTag(), account, getGoalVersion(), this.state, this.runId,
				this.message);
	}

	/**
	 * Return the same event with the id of the run.
	 * @param runId the id that the service gave the run, or null if it is not known
	 * @return the event
	 */
	public DurableRunErrorEvent withRunId(@Nullable String runId) {
		return new DurableRunErrorEvent(getDurableId(), getTag(), getAccount(), getGoalVersion(), this.state, runId,
				this.message);
	}

	/**
	 * Return the same event with a message.
	 * @param message a text for people, or null
	 * @return the event
	 */
	public DurableRunErrorEvent withMessage(@Nullable String message) {
		return new DurableRunErrorEvent(getDurableId(), getTag(), getAccount(), getGoalVersion(), this.state,
				this.runId, message);
	}

	/**
	 * Return the state of the run.
	 * @return the state
	 */
	public DurableRunState getState() {
		return this.state;
	}

	/**
	 * Return the id that the service gave the run.
	 * @return the id, or null if it is not known
	 */
	public @Nullable String getRunId() {
		return this.runId;
	}

	/**
	 * Return the message.
	 * @return a text for people, or null if there is no message
	 */
	public @Nullable String getMessage() {
		return this.message;
	}

	@Override
	public String toString() {
		return describe("state=" + this.state + ", runId=" + this.runId + ", message=" + this.message);
	}

}
