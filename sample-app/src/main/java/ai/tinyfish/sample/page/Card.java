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

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;

import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.agent.RunHandle;
import ai.tinyfish.error.TinyFishException;
import ai.tinyfish.run.AgentRun;
import ai.tinyfish.run.GoalVerdict;
import ai.tinyfish.run.Run;
import ai.tinyfish.run.RunError;
import ai.tinyfish.run.RunResult;
import ai.tinyfish.run.TinyFishRunOutcomeUnknownException;
import ai.tinyfish.run.TinyFishRunTimeoutException;
import ai.tinyfish.spring.event.TinyFishRunErrorEvent;
import ai.tinyfish.spring.event.TinyFishRunFinishedEvent;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * A run as the page shows it. Not thread-safe: the {@link Board} guards it.
 */
public class Card {

	private static final int MAX_JSON = 20_000;

	static final int MAX_TEXT = 500;

	private static final int MAX_ROWS = 100;

	static final int MAX_STEPS = 500;

	private static final Pattern GIVEN_UP = Pattern.compile("\\{\\s*\"(status|reason)\"");

	private final String id;

	private final String url;

	private final String goal;

	/** As it was requested, and not shortened. */
	private final String requestUrl;

	private final @Nullable Answer answer;

	private final CardTimes times;

	private @Nullable String code;

	private List<Step> steps = new ArrayList<>();

	private CardRecord record = CardRecord.NONE;

	private CardState state = CardState.WAITING;

	private boolean folded;

	/** Set by the request that starts the run, and read by that which cancels it. */
	private volatile @Nullable RunHandle handle;

	private volatile boolean cancelRequested;

	private @Nullable String runId;

	private @Nullable String streamingUrl;

	private boolean recovered;

	private @Nullable Integer numOfSteps;

	private @Nullable GoalVerdict verdict;

	private @Nullable String problem;

	private @Nullable String json;

	private List<? extends Map<String, ?>> rows = List.of();

	/**
	 * Create a card for a run of the page.
	 * @param answer the type of its result, or null if it is not known
	 */
	Card(String id, AgentRequest request, @Nullable Answer answer) {
		this(id, request.url(), request.goal(), answer, new CardTimes());
		this.code = RunCode.java(request.url(), request.goal(), request.outputSchema());
	}

	/**
	 * Create a card for a run that was not started from the page.
	 */
	Card(String id, String url, String goal) {
		this(id, url, goal, null, new CardTimes());
	}

	/**
	 * Create a card for a run from its record, without the URL.
	 */
	Card(Run run, GoalVerdict verdict, CardRecord record) {
		this(run.runId(), "", Objects.requireNonNullElse(run.goal(), ""), null, new CardTimes(run));
		this.record = record;
		this.steps = new ArrayList<>(record.steps());
		this.runId = run.runId();
		this.streamingUrl = run.streamingUrl();
		if (run.status().isTerminal()) {
			finished(run.toAgentRun(), verdict);
		}
		else if (run.startedAt() != null) {
			this.state = CardState.RUNNING;
		}
	}

	private Card(String id, String url, String goal, @Nullable Answer answer, CardTimes times) {
		this.id = id;
		this.times = times;
		this.url = shortened(url, MAX_TEXT);
		this.goal = shortened(goal, MAX_TEXT);
		this.requestUrl = url;
		this.answer = answer;
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
		this.state = CardState.RUNNING;
	}

	void streamedAt(String streamingUrl) {
		this.streamingUrl = streamingUrl;
	}

	void step(String purpose) {
		this.steps.add(new Step(this.steps.size() + 1, this.times.getElapsed(), shortened(purpose, MAX_TEXT), null));
	}

	/**
	 * Show the data of the record. Until the run ends, its steps are those of the stream,
	 * which may have more of them.
	 */
	void recorded(Run run, CardRecord record) {
		this.record = record;
		if (!isOpen() && record.steps().size() >= this.steps.size()) {
			this.steps = new ArrayList<>(record.steps());
		}
		if (!isOpen() && this.numOfSteps == null) {
			this.numOfSteps = run.numOfSteps();
		}
		if (this.code == null && !this.requestUrl.isEmpty()) {
			this.code = RunCode.java(this.requestUrl, Objects.requireNonNullElse(run.goal(), this.goal),
					run.outputSchema());
		}
	}

	void finished(TinyFishRunFinishedEvent event) {
		this.times.end();
		this.recovered = event.isRecovered();
		finished(event.getRun(), event.getVerdict());
	}

	private void finished(AgentRun run, GoalVerdict verdict) {
		end(CardState.of(run.status()));
		this.runId = run.runId();
		this.numOfSteps = run.numOfSteps();
		if (run.isCompleted()) {
			this.verdict = verdict;
			this.json = pretty(run.result());
			readRows(run);
		}
		else {
			RunError error = run.error();
			this.problem = (error != null) ? error.code() + ": " + error.message() : null;
		}
	}

	private void readRows(AgentRun run) {
		if (this.answer != null || run.schemaValidation() != null) {
			try {
				this.rows = getAnswer().rows(run).stream().limit(MAX_ROWS).toList();
			}
			catch (TinyFishException ex) {
				// a result with the reason of a missed goal needs no further text
				this.problem = GIVEN_UP.matcher(run.result().json()).find() ? null : ex.getMessage();
			}
		}
	}

	static String pretty(RunResult result) {
		String json = result.json();
		try {
			json = JsonMapper.shared().readTree(json).toPrettyString();
		}
		catch (JacksonException ex) {
			// such as a number that is longer than this mapper reads
		}
		return shortened(json, MAX_JSON);
	}

	static String shortened(String text, int length) {
		if (text.length() <= length) {
			return text;
		}
		// not between the surrogates of a character
		return text.substring(0, Character.isHighSurrogate(text.charAt(length - 1)) ? length - 1 : length) + "\u2026";
	}

	void error(TinyFishRunErrorEvent event) {
		this.times.end();
		end(stateOf(event));
		this.problem = event.getMessage();
	}

	/**
	 * A run that is cancelled before it is sent has no outcome, but an error: nothing was
	 * sent.
	 */
	private CardState stateOf(TinyFishRunErrorEvent event) {
		String type = event.getErrorType();
		if (type.equals(TinyFishRunTimeoutException.class.getSimpleName())) {
			return CardState.DEADLINE;
		}
		boolean sent = event.getRunId() != null || event.getStatus() != null
				|| type.equals(TinyFishRunOutcomeUnknownException.class.getSimpleName());
		return (this.cancelRequested && !sent) ? CardState.CANCELLED : CardState.NO_OUTCOME;
	}

	private void end(CardState state) {
		this.state = state;
		this.streamingUrl = null;
	}

	public String getId() {
		return this.id;
	}

	public String getUrl() {
		return this.url;
	}

	/**
	 * Return the code that starts the run, or null if that is not known yet.
	 */
	public @Nullable List<Syntax.Part> getCode() {
		return (this.code != null) ? Syntax.of(this.code) : null;
	}

	@Nullable Answer answer() {
		return this.answer;
	}

	String requestUrl() {
		return this.requestUrl;
	}

	public String getGoal() {
		return this.goal;
	}

	public CardState getState() {
		return this.state;
	}

	/**
	 * Return the group of the card.
	 */
	public CardGroup getGroup() {
		return switch (this.state) {
			case RUNNING -> CardGroup.RUNNING;
			case WAITING -> CardGroup.WAITING;
			default -> CardGroup.ENDED;
		};
	}

	public boolean isOpen() {
		return this.times.isOpen();
	}

	public CardTimes getTimes() {
		return this.times;
	}

	/**
	 * Return whether the steps and the result are folded, since newer runs have ended.
	 */
	public boolean isFolded() {
		return this.folded;
	}

	void fold() {
		this.folded = true;
	}

	public List<Step> getSteps() {
		return this.steps;
	}

	public CardRecord getRecord() {
		return this.record;
	}

	public Step getLastStep() {
		return this.steps.get(this.steps.size() - 1);
	}

	public @Nullable String getRunId() {
		return this.runId;
	}

	public @Nullable String getStreamingUrl() {
		return this.streamingUrl;
	}

	public boolean isRecovered() {
		return this.recovered;
	}

	/**
	 * Return the number of steps, which are billed, or null if it is not known.
	 */
	public @Nullable Integer getNumOfSteps() {
		return this.numOfSteps;
	}

	public @Nullable GoalVerdict getVerdict() {
		return this.verdict;
	}

	public @Nullable String getProblem() {
		return this.problem;
	}

	public @Nullable String getJson() {
		return this.json;
	}

	/**
	 * Return the type of the result. All other requests of this application that have a
	 * type request products.
	 */
	public Answer getAnswer() {
		return (this.answer != null) ? this.answer : Answer.PRODUCTS;
	}

	/**
	 * Return the result as rows of a table.
	 */
	public List<? extends Map<String, ?>> getRows() {
		return this.rows;
	}

}
