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
import ai.tinyfish.support.LogText;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

import org.springframework.context.ApplicationEvent;

/**
 * Event of a run of this application. Events of one run are published in order, and the
 * last is either a {@link TinyFishRunFinishedEvent} or a {@link TinyFishRunErrorEvent}. A
 * listener for this class receives all of them.
 * <p>
 * Getters return values as they were received. Texts, including the tag, may contain line
 * breaks and other control characters. To log an event, use its description, which is one
 * line without them.
 *
 * @since 0.1.0
 */
@JsonIgnoreProperties(value = { "source", "timestamp" }, ignoreUnknown = true)
public abstract class TinyFishRunEvent extends ApplicationEvent {

	@Serial
	private static final long serialVersionUID = 1L;

	/** Source of events that were read from JSON. */
	static final Object JSON_SOURCE = "tinyfish";

	private final @Nullable String runId;

	private final @Nullable String url;

	private final @Nullable String goal;

	private final @Nullable String tag;

	private @Nullable String goalVersion;

	/**
	 * Create a new event.
	 * @param source the publisher
	 * @param run the run
	 */
	protected TinyFishRunEvent(Object source, RunContext run) {
		super(source);
		this.runId = run.runId();
		this.url = run.url();
		this.goal = run.goal();
		this.tag = run.tag();
		this.goalVersion = run.goalVersion();
	}

	/**
	 * Describe the run of an event that was read from JSON.
	 */
	static RunContext run(@Nullable String runId, @Nullable String url, @Nullable String goal, @Nullable String tag) {
		return RunContext.builder().runId(runId).url(url).goal(goal).tag(tag).build();
	}

	/**
	 * Return the id of the run.
	 * @return the run id, or null if it is not known
	 */
	public @Nullable String getRunId() {
		return this.runId;
	}

	/**
	 * Return the URL that the agent was sent to.
	 * @return the URL, or null if it is not known
	 */
	public @Nullable String getUrl() {
		return this.url;
	}

	/**
	 * Return the goal of the run.
	 * @return the goal, or null if it is not known
	 */
	public @Nullable String getGoal() {
		return this.goal;
	}

	/**
	 * Return the tag of the request, by which the application identifies the run.
	 * @return the tag, or null if the request has none
	 */
	public @Nullable String getTag() {
		return this.tag;
	}

	/**
	 * Return the version of the goal, which an agent interface declares.
	 * @return the version, or null if the goal has none
	 */
	@JsonProperty("goalVersion")
	@JsonInclude(JsonInclude.Include.NON_NULL)
	public @Nullable String getGoalVersion() {
		return this.goalVersion;
	}

	// for Jackson alone: not all constructors of applications' events know it
	@JsonProperty("goalVersion")
	private void setGoalVersion(@Nullable String goalVersion) {
		this.goalVersion = goalVersion;
	}

	/**
	 * Describe the event by its run and one more detail, in one line.
	 * @param detail name and value of the detail; empty for none
	 * @return the text
	 */
	String describe(String detail) {
		return LogText.of(getClass().getSimpleName() + "[runId=" + this.runId + ", tag=" + this.tag
				+ (detail.isEmpty() ? "" : ", " + detail) + "]");
	}

	@Override
	public String toString() {
		return describe("");
	}

}
