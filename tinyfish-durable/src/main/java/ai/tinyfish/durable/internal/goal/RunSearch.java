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

package ai.tinyfish.durable.internal.goal;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Set;

import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.agent.AgentRequestJson;
import ai.tinyfish.durable.internal.store.RunRow;
import ai.tinyfish.observation.LogText;
import ai.tinyfish.run.BrowserConfig;
import ai.tinyfish.run.Run;
import ai.tinyfish.run.RunPage;
import ai.tinyfish.run.RunQuery;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Search for the run that a request has started whose sender died. The service lists runs
 * by their goal and not by their URL, so that only a goal that nothing else had at that
 * time decides. Whatever is doubtful does not.
 */
public final class UniqueGoal {

	/** How much the clocks of the database and of the service may differ. */
	private static final Duration SKEW = Duration.ofMinutes(1);

	/**
	 * How long nothing else may have had the goal: longer than the request can have
	 * taken, since others may send the same goal again and again.
	 */
	private static final Duration BEFORE = Duration.ofMinutes(10);

	private static final int MAX_GOAL_LENGTH = 500;

	private static final int PAGE_SIZE = 100;

	private static final int MAX_NAMED = 5;

	private static final JsonMapper MAPPER = new JsonMapper();

	private final RunRow row;

	private final AgentRequest request;

	private final Instant sent;

	private final Duration grace;

	/**
	 * Create a new search.
	 * @param row the request, which was sent once at least
	 * @param grace the time after which its sender has sent nothing any more
	 */
	public UniqueGoal(RunRow row, Duration grace) {
		this.row = row;
		this.request = request(row);
		this.sent = Objects.requireNonNull(row.sendingAt());
		this.grace = grace;
	}

	private static AgentRequest request(RunRow row) {
		return new AgentRequestJson(row.request(), null).toAgentRequest();
	}

	/**
	 * Return the time since which runs and requests matter.
	 */
	public Instant since() {
		return this.sent.minus(this.grace).minus(BEFORE);
	}

	/**
	 * Return the time until which the request may have started a run.
	 */
	public Instant until() {
		return this.sent.plus(this.grace);
	}

	/**
	 * Return the query for the runs that matter.
	 * @return the query, or null if the service cannot search for the goal
	 */
	public @Nullable RunQuery query() {
		String goal = this.request.goal();
		int length = Math.min(goal.length(), MAX_GOAL_LENGTH);
		if (length < goal.length() && Character.isHighSurrogate(goal.charAt(length - 1))) {
			length--;
		}
		String part = goal.substring(0, length);
		return part.isBlank() ? null : RunQuery.builder().goal(part).createdAfter(since()).limit(PAGE_SIZE).build();
	}

	/**
	 * Decide which run the request has started.
	 * @param page the answer to the query
	 * @param linked the ids among them that durable runs have already
	 * @param others the other requests that were sent since then and have no run, or were
	 * sent more than once
	 * @return the run, or the reason for doubts
	 */
	public Finding decide(RunPage page, Set<String> linked, List<RunRow> others) {
		if (page.pagination().hasMore()) {
			return Finding.doubt("More runs than one page shows have its goal");
		}
		List<Run> same = page.data()
			.stream()
			.filter((run) -> this.request.goal().equals(run.goal()) && !linked.contains(run.runId()))
			.toList();
		if (same.isEmpty()) {
			return Finding.doubt("The service lists no run with its goal that does not belong to another durable run");
		}
		if (same.size() > 1) {
			return Finding
				.doubt(same.size() + " runs have its goal: " + same.stream().limit(MAX_NAMED).map(Run::runId).toList());
		}
		return decide(same.get(0), others);
	}

	private Finding decide(Run run, List<RunRow> others) {
		Instant created = run.createdAt();
		if (created == null || created.isBefore(this.sent.minus(SKEW)) || created.isAfter(until())) {
			return Finding.doubt("Run " + run.runId() + " has its goal, but was created at another time");
		}
		for (RunRow other : others) {
			if (request(other).goal().equals(this.request.goal())) {
				return Finding.doubt("Run " + run.runId() + " has its goal, and so has durable run " + other.id());
			}
		}
		String difference = difference(run);
		return (difference != null) ? Finding.doubt("Run " + run.runId() + " has its goal, but another " + difference)
				: new Finding(run.runId(), null);
	}

	/**
	 * Compare what both the request and the run say. Most runs say little.
	 * @return the name of what is different, or null
	 */
	private @Nullable String difference(Run run) {
		JsonNode json = MAPPER.readTree(this.row.request()).path("run");
		BrowserConfig browser = run.browserConfig();
		if (differ(text(json.path("url")), run.additionalProperties().get("url"))) {
			return "URL";
		}
		if (differ(text(json.path("profile_id")), run.profileId())) {
			return "profile";
		}
		if (browser != null
				&& differ(text(json.path("proxy_config").path("country_code")), browser.proxyCountryCode())) {
			return "country of the proxy";
		}
		Object schema = run.outputSchema();
		return (schema != null && !json.path("output_schema").equals(MAPPER.valueToTree(schema))) ? "output schema"
				: null;
	}

	private static boolean differ(@Nullable Object sent, @Nullable Object listed) {
		return sent != null && listed != null && !sent.equals(listed);
	}

	private static @Nullable String text(JsonNode value) {
		return value.isString() ? value.stringValue() : null;
	}

	/**
	 * Result of a search.
	 *
	 * @param runId the run that the request has started, or null if that is in doubt
	 * @param doubt the reason, or null if there is none
	 */
	public record Finding(@Nullable String runId, @Nullable String doubt) {

		/**
		 * Create the result of a search without a run.
		 * @param reason the reason, which may have ids from the service: of several lines
		 * it would forge entries of a log
		 */
		public static Finding doubt(String reason) {
			return new Finding(null, LogText.of(reason));
		}

	}

}
