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
package ai.tinyfish.sample.page;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.run.GoalVerdict;
import ai.tinyfish.run.Run;
import ai.tinyfish.agent.RunHandle;
import ai.tinyfish.spring.event.TinyFishRunErrorEvent;
import ai.tinyfish.spring.event.TinyFishRunFinishedEvent;
import org.jspecify.annotations.Nullable;

/**
 * A run as the page shows it: a row of the table, and a card if the row is selected. Not
 * thread-safe: the {@link Board} guards it.
 */
public class Card {

	static final int MAX_TEXT = 500;

	static final int MAX_STEPS = 500;

	/** Number of the last steps that the card shows. The page of the run shows all. */
	private static final int MAX_TILES = 24;

	private final String id;

	private final String url;

	private final String goal;

	private final String origin;

	private final @Nullable Answer answer;

	private final CardTimes times;

	private @Nullable String code;

	private List<Step> steps = new ArrayList<>();

	private CardRecord record = CardRecord.NONE;

	private @Nullable CardOutcome outcome;

	/** Set by the request that starts the run, and read by that which cancels it. */
	private volatile @Nullable RunHandle handle;

	private volatile boolean cancelRequested;

	private @Nullable String runId;

	private @Nullable String streamingUrl;

	private int version;

	/**
	 * Create a card for a run of the page.
	 * @param answer the type of its result, or null if it is not known
	 * @param origin the button that started it
	 */
	Card(String id, AgentRequest request, @Nullable Answer answer, String origin) {
		this(id, request.url(), request.goal(), answer, origin, new CardTimes());
		this.code = RunCode.java(request.url(), request.goal(), request.outputSchema());
	}

	/**
	 * Create a card for a run that was not started from the page.
	 */
	Card(String id, String url, String goal) {
		this(id, url, goal, null, "Not this page", new CardTimes());
	}

	/**
	 * Create a card for a run from its record, without the URL.
	 */
	Card(Run run, GoalVerdict verdict, CardRecord record) {
		this(run.runId(), "", Objects.requireNonNullElse(run.goal(), ""), null, "Before the restart",
				new CardTimes(run));
		this.record = record;
		this.steps = record.steps();
		this.runId = run.runId();
		if (run.status().isTerminal()) {
			this.outcome = CardOutcome.of(run.toAgentRun(), verdict, false, null);
		}
		else {
			this.streamingUrl = run.streamingUrl();
		}
	}

	private Card(String id, String url, String goal, @Nullable Answer answer, String origin, CardTimes times) {
		this.id = id;
		this.url = url;
		this.goal = goal;
		this.answer = answer;
		this.origin = origin;
		this.times = times;
	}

	void startedBy(RunHandle handle) {
		this.handle = handle;
	}

	/**
	 * Cancel the run, if this page has started it.
	 * @return false if the page has not, or does not have its handle yet
	 */
	boolean cancel() {
		RunHandle handle = this.handle;
		if (handle == null) {
			return false;
		}
		this.cancelRequested = true;
		handle.cancel();
		return true;
	}

	void started(@Nullable String runId) {
		this.runId = runId;
		this.times.start();
		this.version++;
	}

	void streamedAt(String streamingUrl) {
		this.streamingUrl = streamingUrl;
		this.version++;
	}

	void step(String purpose) {
		this.steps.add(new Step(this.steps.size() + 1, this.times.getRan(), shortened(purpose, MAX_TEXT), null));
		this.version++;
	}

	/**
	 * Show the data of the record. Until the run ends, its steps are those of the stream,
	 * which may have more of them.
	 */
	void recorded(Run run, CardRecord record) {
		this.record = record;
		if (!isOpen() && record.steps().size() >= this.steps.size()) {
			this.steps = record.steps();
		}
		if (this.code == null && !this.url.isEmpty()) {
			this.code = RunCode.java(this.url, Objects.requireNonNullElse(run.goal(), this.goal), run.outputSchema());
		}
		this.version++;
	}

	void finished(TinyFishRunFinishedEvent event) {
		this.runId = event.getRun().runId();
		end(CardOutcome.of(event.getRun(), event.getVerdict(), event.isRecovered(), this.answer));
	}

	void error(TinyFishRunErrorEvent event) {
		end(CardOutcome.of(event, this.cancelRequested));
	}

	private void end(CardOutcome outcome) {
		this.times.end();
		this.outcome = outcome;
		this.streamingUrl = null;
		this.version++;
	}

	static String shortened(String text, int length) {
		if (text.length() <= length) {
			return text;
		}
		// not between the surrogates of a character
		return text.substring(0, Character.isHighSurrogate(text.charAt(length - 1)) ? length - 1 : length) + "\u2026";
	}

	public String getId() {
		return this.id;
	}

	public String getUrl() {
		return shortened(this.url, MAX_TEXT);
	}

	/**
	 * Return the URL as it was requested, and not shortened.
	 */
	String requestUrl() {
		return this.url;
	}

	public String getGoal() {
		return shortened(this.goal, MAX_TEXT);
	}

	/**
	 * Return the button that started the run, or another origin.
	 */
	public String getOrigin() {
		return this.origin;
	}

	@Nullable Answer answer() {
		return this.answer;
	}

	/**
	 * Return the code that starts the run, or null if that is not known yet.
	 */
	public @Nullable List<Syntax.Part> getCode() {
		return (this.code != null) ? Syntax.of(this.code) : null;
	}

	public CardState getState() {
		CardOutcome outcome = this.outcome;
		if (outcome != null) {
			return outcome.state();
		}
		return (this.times.getRan() != null) ? CardState.RUNNING : CardState.WAITING;
	}

	public boolean isOpen() {
		return this.outcome == null;
	}

	public CardTimes getTimes() {
		return this.times;
	}

	public List<Step> getSteps() {
		return this.steps;
	}

	/**
	 * Return the steps that the card shows.
	 */
	public List<Step> getTiles() {
		return this.steps.subList(Math.max(0, this.steps.size() - MAX_TILES), this.steps.size());
	}

	public CardRecord getRecord() {
		return this.record;
	}

	public @Nullable CardOutcome getOutcome() {
		return this.outcome;
	}

	/**
	 * Return the number of steps, which are billed, or null if it is not known.
	 */
	public @Nullable Integer getNumOfSteps() {
		CardOutcome outcome = this.outcome;
		Integer steps = (outcome != null) ? outcome.numOfSteps() : null;
		return (steps != null) ? steps : this.record.numOfSteps();
	}

	public @Nullable String getRunId() {
		return this.runId;
	}

	public @Nullable String getStreamingUrl() {
		return this.streamingUrl;
	}

	/**
	 * Return a number that grows with each change but that of the time.
	 */
	public int getVersion() {
		return this.version;
	}

	/**
	 * Return the run as a bar.
	 * @param scale the time that the whole width is, or null for that of the run
	 */
	public RunBar bar(@Nullable Duration scale) {
		return RunBar.of(this.times, this.steps, scale);
	}

}
