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

import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Collectors;

import ai.tinyfish.simulator.ReceivedRequest;
import ai.tinyfish.simulator.SimulatedRun;
import ai.tinyfish.simulator.SimulatorJournal;
import ai.tinyfish.simulator.SimulatorRequest;
import ai.tinyfish.simulator.TinyFishSimulator;
import ai.tinyfish.support.LogText;
import org.assertj.core.api.AbstractAssert;
import org.assertj.core.api.Assertions;
import org.assertj.core.api.ListAssert;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Assertions on the requests to a simulator since it was started or reset.
 *
 * @since 0.1.0
 */
public final class TinyFishSimulatorAssert extends AbstractAssert<TinyFishSimulatorAssert, TinyFishSimulator> {

	/** Goals can be long. */
	private static final int MAX_GOAL = 200;

	TinyFishSimulatorAssert(TinyFishSimulator actual) {
		super(actual, TinyFishSimulatorAssert.class);
	}

	/**
	 * Verify the number of runs that were started.
	 * @param expected the number of runs, whether or not they have ended
	 * @return this
	 */
	public TinyFishSimulatorAssert hasStartedRuns(int expected) {
		return hasNumber(journal().runsCreated(), expected, "started runs", listOfRuns(journal()));
	}

	/**
	 * Verify that no run was started.
	 * @return this
	 */
	public TinyFishSimulatorAssert hasStartedNoRuns() {
		return hasStartedRuns(0);
	}

	/**
	 * Verify that a run was started whose goal contains a text.
	 * @param goalPart the text, in any case
	 * @return this
	 */
	public TinyFishSimulatorAssert hasStartedRunWithGoal(String goalPart) {
		String part = goalPart.toLowerCase(Locale.ROOT);
		return hasStartedRun("whose goal contains \"" + goalPart + "\"",
				(request) -> request.goal().toLowerCase(Locale.ROOT).contains(part));
	}

	/**
	 * Verify that a run was started at a URL.
	 * @param url the URL
	 * @return this
	 */
	public TinyFishSimulatorAssert hasStartedRunWithUrl(String url) {
		return hasStartedRun("at " + url, (request) -> request.url().equals(url));
	}

	/**
	 * Verify that a run was started with an output schema.
	 * @return this
	 */
	public TinyFishSimulatorAssert hasStartedRunWithOutputSchema() {
		return hasStartedRun("with an output schema", (request) -> request.outputSchema() != null);
	}

	/**
	 * Verify that a run was started with an output schema.
	 * @param json the schema, compared as JSON: white space and the order of properties
	 * make no difference
	 * @return this
	 * @throws IllegalArgumentException if it is not JSON
	 */
	public TinyFishSimulatorAssert hasStartedRunWithOutputSchema(String json) {
		JsonNode expected;
		try {
			expected = JsonMapper.shared().readTree(json);
		}
		catch (JacksonException ex) {
			throw new IllegalArgumentException("The expected output schema is not valid JSON", ex);
		}
		return hasStartedRun("with the output schema " + json, (request) -> {
			String schema = request.outputSchema();
			return schema != null && expected.equals(JsonMapper.shared().readTree(schema));
		});
	}

	/**
	 * Verify that the request of a run satisfies assertions.
	 * @param requirements the assertions
	 * @return this
	 */
	public TinyFishSimulatorAssert hasStartedRunSatisfying(Consumer<SimulatorRequest> requirements) {
		Assertions.assertThat(journal().runs())
			.as("requests of the started runs")
			.extracting(SimulatedRun::request)
			.anySatisfy(requirements);
		return this;
	}

	/**
	 * Verify that all browser sessions have ended.
	 * @return this
	 */
	public TinyFishSimulatorAssert hasNoOpenBrowsers() {
		return hasNone(journal().openBrowsers(), "open browser session");
	}

	private TinyFishSimulatorAssert hasStartedRun(String description, Predicate<SimulatorRequest> condition) {
		SimulatorJournal journal = journal();
		if (journal.runs().stream().map(SimulatedRun::request).noneMatch(condition)) {
			throw failure("Expected a started run %s, but found no such run%s", description, listOfRuns(journal));
		}
		return this;
	}

	/**
	 * Return assertions on the runs.
	 * @return the assertions, oldest run first
	 */
	public ListAssert<SimulatedRun> runs() {
		return Assertions.assertThat(journal().runs()).as("started runs");
	}

	/**
	 * Verify the number of requests to an endpoint, whether or not they were accepted.
	 * @param endpoint the method and path template, such as {@code GET /v1/runs/{id}}
	 * @param expected the number
	 * @return this
	 */
	public TinyFishSimulatorAssert hasReceivedRequests(String endpoint, int expected) {
		return hasNumber(journal().requests(endpoint), expected, "requests to " + endpoint,
				" of: " + new TreeMap<>(journal().requests()));
	}

	/**
	 * Verify the number of event streams that are open now.
	 * @param expected the number
	 * @return this
	 */
	public TinyFishSimulatorAssert hasOpenStreams(int expected) {
		return hasNumber(journal().openStreams(), expected, "open streams", "");
	}

	/**
	 * Verify that no event stream is open now.
	 * @return this
	 */
	public TinyFishSimulatorAssert hasNoOpenStreams() {
		return hasOpenStreams(0);
	}

	/**
	 * Verify the number of event streams that their reader left before the end.
	 * @param expected the number
	 * @return this
	 */
	public TinyFishSimulatorAssert hasDroppedStreams(int expected) {
		return hasNumber(journal().droppedStreams(), expected, "dropped streams", "");
	}

	/**
	 * Verify that the client asked to cancel a run, alone or together with others.
	 * @param runId the run
	 * @return this
	 */
	public TinyFishSimulatorAssert hasReceivedCancelOf(String runId) {
		SimulatorJournal journal = journal();
		if (journal.cancels(runId).isEmpty()) {
			throw failure("Expected a request to cancel run %s, but received no such request%s", runId,
					listOfRuns(journal));
		}
		return this;
	}

	/**
	 * Verify that the client did not ask to cancel any run.
	 * @return this
	 */
	public TinyFishSimulatorAssert hasReceivedNoCancels() {
		return hasNone(received(
				(request) -> request.endpoint().startsWith("POST /v1/runs/") && request.endpoint().endsWith("/cancel")),
				"request to cancel runs");
	}

	/**
	 * Verify that requests came with an API key. A failure does not show keys.
	 * @param apiKey the key
	 * @return this
	 */
	public TinyFishSimulatorAssert hasReceivedApiKey(String apiKey) {
		List<ReceivedRequest> received = journal().received();
		List<String> keys = received.stream().map(ReceivedRequest::apiKey).filter(Objects::nonNull).toList();
		if (!keys.contains(apiKey)) {
			throw failure(
					"Expected a request with the API key, but received no such request. Requests received: %d."
							+ " With another API key: %d (different keys: %d). Without an accepted API key: %d",
					received.size(), keys.size(), Set.copyOf(keys).size(), received.size() - keys.size());
		}
		return this;
	}

	/**
	 * Verify that no request came with an API key. A failure does not show keys.
	 * @param apiKey the key
	 * @return this
	 */
	public TinyFishSimulatorAssert hasNotReceivedApiKey(String apiKey) {
		return hasNone(received((request) -> apiKey.equals(request.apiKey())), "request with the API key");
	}

	private TinyFishSimulatorAssert hasNumber(long actual, long expected, String subject, String details) {
		if (actual != expected) {
			throw failureWithActualExpected(actual, expected, "Expected %d %s, but there were %d%s", expected, subject,
					actual, details);
		}
		return this;
	}

	private TinyFishSimulatorAssert hasNone(List<?> actual, String subject) {
		if (!actual.isEmpty()) {
			throw failure("Expected no %s, but there were %d: %s", subject, actual.size(),
					actual.stream().map(String::valueOf).collect(Collectors.joining(", ")));
		}
		return this;
	}

	private List<ReceivedRequest> received(Predicate<ReceivedRequest> condition) {
		return journal().received().stream().filter(condition).toList();
	}

	private SimulatorJournal journal() {
		isNotNull();
		return this.actual.journal();
	}

	private static String listOfRuns(SimulatorJournal journal) {
		if (journal.runs().isEmpty()) {
			return (journal.runsCreated() == 0) ? ": no run was started" : "";
		}
		return journal.runs()
			.stream()
			.map((run) -> "\n  " + run.id() + " " + run.status() + " " + run.request().url() + " \""
					+ shorten(run.request().goal()) + "\""
					+ ((run.request().outputSchema() != null) ? " " + run.request().outputSchema() : ""))
			.collect(Collectors.joining("", ":", ""));
	}

	private static String shorten(String goal) {
		return LogText.of((goal.length() <= MAX_GOAL) ? goal : goal.substring(0, MAX_GOAL) + "...");
	}

}
