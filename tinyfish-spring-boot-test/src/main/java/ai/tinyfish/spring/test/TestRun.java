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

package ai.tinyfish.spring.test;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

import ai.tinyfish.agent.RunContext;
import ai.tinyfish.agent.event.AgentEvent;
import ai.tinyfish.agent.event.CompleteEvent;
import ai.tinyfish.agent.event.ProgressEvent;
import ai.tinyfish.agent.event.StartedEvent;
import ai.tinyfish.error.TinyFishException;
import ai.tinyfish.run.AgentRun;
import ai.tinyfish.run.QueuedRun;
import ai.tinyfish.run.Run;
import ai.tinyfish.run.RunError;
import ai.tinyfish.run.RunResult;
import ai.tinyfish.run.RunStatus;
import ai.tinyfish.run.RunStep;
import ai.tinyfish.run.TypedRun;
import ai.tinyfish.spring.event.TinyFishRunErrorEvent;
import ai.tinyfish.spring.event.TinyFishRunFinishedEvent;
import ai.tinyfish.spring.event.TinyFishRunProgressEvent;
import ai.tinyfish.spring.event.TinyFishRunStartedEvent;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * Description of a run for unit tests. It returns the run in each form in which the
 * client and the application events present it. All forms are consistent.
 * <p>
 * A run has the id {@code run-1}, a goal and a URL unless they are set, and times in the
 * year 2026. Not safe for use by several threads.
 *
 * @since 0.1.0
 */
public final class TestRun {

	private static final Instant CREATED_AT = Instant.parse("2026-01-01T12:00:00Z");

	private final RunStatus status;

	private final @Nullable RunError error;

	private final List<String> steps = new ArrayList<>();

	private String runId = "run-1";

	private String goal = "Find the price";

	private String url = "https://shop.example/";

	private @Nullable String tag;

	private RunResult result = RunResult.empty();

	private TestRun(RunStatus status, @Nullable RunError error) {
		this.status = status;
		this.error = error;
	}

	/**
	 * Describe a completed run, without a result until one is set.
	 * @return the description
	 */
	public static TestRun completed() {
		return new TestRun(RunStatus.COMPLETED, null);
	}

	/**
	 * Describe a completed run with a result.
	 * @param result the result: a value that Jackson can write, such as a record, a map
	 * or a list
	 * @return the description
	 */
	public static TestRun completed(Object result) {
		return completed().resultJson(JsonMapper.shared().writeValueAsString(result));
	}

	/**
	 * Describe a failed run.
	 * @param code the error code, such as {@code SITE_BLOCKED}
	 * @param message the reason in words
	 * @return the description
	 */
	public static TestRun failed(String code, String message) {
		return new TestRun(RunStatus.FAILED, RunError.of(code, message));
	}

	/**
	 * Describe a cancelled run.
	 * @return the description
	 */
	public static TestRun cancelled() {
		return new TestRun(RunStatus.CANCELLED, null);
	}

	/**
	 * Describe a run in progress.
	 * @return the description
	 */
	public static TestRun running() {
		return new TestRun(RunStatus.RUNNING, null);
	}

	/**
	 * Describe a run that is waiting to start.
	 * @return the description
	 */
	public static TestRun pending() {
		return new TestRun(RunStatus.PENDING, null);
	}

	/**
	 * Set the id.
	 * @param runId the run id
	 * @return this description
	 */
	public TestRun runId(String runId) {
		this.runId = runId;
		return this;
	}

	/**
	 * Set the goal.
	 * @param goal the goal
	 * @return this description
	 */
	public TestRun goal(String goal) {
		this.goal = goal;
		return this;
	}

	/**
	 * Set the URL that the agent was sent to.
	 * @param url the URL
	 * @return this description
	 */
	public TestRun url(String url) {
		this.url = url;
		return this;
	}

	/**
	 * Set the tag of the request.
	 * @param tag the tag, or null for none
	 * @return this description
	 */
	public TestRun tag(@Nullable String tag) {
		this.tag = tag;
		return this;
	}

	/**
	 * Set the result.
	 * @param json the result as JSON
	 * @return this description
	 */
	public TestRun resultJson(String json) {
		this.result = RunResult.ofJson(json);
		return this;
	}

	/**
	 * Add a step of the agent.
	 * @param purpose the action of the agent
	 * @return this description
	 */
	public TestRun step(String purpose) {
		this.steps.add(purpose);
		return this;
	}

	/**
	 * Return the record that the API keeps of the run, as {@code runs().get} does.
	 * @return the record
	 */
	public Run run() {
		return Run.builder()
			.runId(this.runId)
			.statusText(this.status.name())
			.goal(this.goal)
			.createdAt(CREATED_AT)
			.startedAt((this.status != RunStatus.PENDING) ? CREATED_AT : null)
			.finishedAt(this.status.isTerminal() ? timeOfStep(this.steps.size()) : null)
			.numOfSteps(this.status.isTerminal() ? this.steps.size() : null)
			.result(this.result)
			.error(this.error)
			.steps(runSteps())
			.build();
	}

	/**
	 * Return the outcome of the run, as {@code agent().run} does.
	 * @return the outcome; its status is not terminal if the run has not ended
	 */
	public AgentRun agentRun() {
		return run().toAgentRun();
	}

	/**
	 * Return the outcome with a typed result. Shorthand for
	 * {@code agentRun().typed(type)}.
	 * @param <T> the type of the result
	 * @param type the type of the result
	 * @return the outcome
	 */
	public <T> TypedRun<T> typedRun(Class<T> type) {
		return agentRun().typed(type);
	}

	/**
	 * Return the receipt for the queued run, as {@code agent().queue} does.
	 * @return the receipt
	 */
	public QueuedRun queuedRun() {
		return new QueuedRun(this.runId, null, this.tag, this.url, this.goal);
	}

	/**
	 * Return the description that listeners are called with.
	 * @return the description
	 */
	public RunContext context() {
		return RunContext.builder().runId(this.runId).url(this.url).goal(this.goal).tag(this.tag).build();
	}

	/**
	 * Return the events of the stream of the run: the start, the steps, and the outcome
	 * if it has ended.
	 * @return the events in order
	 */
	public List<AgentEvent> agentEvents() {
		List<AgentEvent> events = new ArrayList<>();
		events.add(new StartedEvent(this.runId, CREATED_AT));
		for (int i = 0; i < this.steps.size(); i++) {
			events.add(new ProgressEvent(this.runId, timeOfStep(i), this.steps.get(i), null));
		}
		if (this.status.isTerminal()) {
			events.add(new CompleteEvent(agentRun(), timeOfStep(this.steps.size()), false));
		}
		return events;
	}

	/**
	 * Return the application event for the start of the run.
	 * @return the event
	 */
	public TinyFishRunStartedEvent startedEvent() {
		return new TinyFishRunStartedEvent(this, context());
	}

	/**
	 * Return the application event for a step of the run.
	 * @param purpose the action of the agent
	 * @return the event
	 */
	public TinyFishRunProgressEvent progressEvent(String purpose) {
		return new TinyFishRunProgressEvent(this, context(), purpose, CREATED_AT);
	}

	/**
	 * Return the application event for the outcome of the run, with the verdict of the
	 * default rules.
	 * @return the event
	 * @throws IllegalStateException if the run has not ended
	 */
	public TinyFishRunFinishedEvent finishedEvent() {
		if (!this.status.isTerminal()) {
			throw new IllegalStateException("A run that is " + this.status + " has no finished event");
		}
		return new TinyFishRunFinishedEvent(this, context(), agentRun());
	}

	/**
	 * Return the application event for a run without a reported outcome.
	 * @param exception the failure
	 * @return the event
	 */
	public TinyFishRunErrorEvent errorEvent(TinyFishException exception) {
		return new TinyFishRunErrorEvent(this, context(), exception);
	}

	private static Instant timeOfStep(int index) {
		return CREATED_AT.plusSeconds(index + 1);
	}

	private List<RunStep> runSteps() {
		return IntStream.range(0, this.steps.size())
			.mapToObj((i) -> RunStep.builder()
				.id("step-" + (i + 1))
				.timestamp(timeOfStep(i))
				.statusText(RunStatus.COMPLETED.name())
				.action(this.steps.get(i))
				.build())
			.toList();
	}

	@Override
	public String toString() {
		return "TestRun[" + this.runId + ", " + this.status + "]";
	}

}
