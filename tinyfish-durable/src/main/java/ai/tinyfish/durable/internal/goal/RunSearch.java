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

import ai.tinyfish.durable.internal.store.RunRow;
import ai.tinyfish.run.Run;
import ai.tinyfish.run.RunQuery;
import ai.tinyfish.support.LogText;
import org.jspecify.annotations.Nullable;

/**
 * Search for the run that a request without an answer has started. The service lists runs
 * by their goal. A run is found if no other request had this goal at that time, or if
 * other properties distinguish the candidates. Otherwise it stays in doubt.
 */
public final class RunSearch {

	/**
	 * Time during which no other request may have had the goal: longer than the request
	 * can have taken, since others may send the same goal repeatedly.
	 */
	private static final Duration BEFORE = Duration.ofMinutes(10);

	private static final int MAX_GOAL_LENGTH = 500;

	private static final int PAGE_SIZE = 100;

	private static final int MAX_NAMED = 5;

	private final RequestMatch request;

	private final Instant sent;

	private final Duration grace;

	/**
	 * Create a new search.
	 * @param row the request, which was sent once at least
	 * @param grace the time after which its sender can no longer be sending
	 */
	public RunSearch(RunRow row, Duration grace) {
		this.request = new RequestMatch(row, grace);
		this.sent = Objects.requireNonNull(row.sendingAt());
		this.grace = grace;
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
	 * @param cursor the cursor of a further page, or null
	 * @return the query, or null if the service cannot search for the goal
	 */
	public @Nullable RunQuery query(@Nullable String cursor) {
		String goal = this.request.goal();
		int length = Math.min(goal.length(), MAX_GOAL_LENGTH);
		if (length < goal.length() && Character.isHighSurrogate(goal.charAt(length - 1))) {
			length--;
		}
		String part = goal.substring(0, length);
		return part.isBlank() ? null
				: RunQuery.builder().goal(part).createdAfter(since()).cursor(cursor).limit(PAGE_SIZE).build();
	}

	/**
	 * Decide which run the request has started.
	 * @param listed the runs that the service lists
	 * @param linked the ids among them that already belong to durable runs
	 * @param others the other requests that were sent since then and have no run, or were
	 * sent more than once
	 * @return the run, or the reason for doubts
	 */
	public Finding decide(List<Run> listed, Set<String> linked, List<RunRow> others) {
		List<Run> possible = listed.stream()
			.filter((run) -> !linked.contains(run.runId()) && this.request.isPossible(run))
			.toList();
		if (possible.isEmpty()) {
			return Finding.doubt("The service lists no run that has its goal and fits it otherwise, and that does not"
					+ " belong to another durable run");
		}
		if (possible.size() > 1) {
			return Finding.doubt(possible.size() + " runs have its goal: "
					+ possible.stream().limit(MAX_NAMED).map(Run::runId).toList());
		}
		Run run = possible.get(0);
		String difference = this.request.difference(run);
		if (difference != null) {
			return Finding.doubt("Run " + run.runId() + " has its goal, but " + difference);
		}
		for (RunRow other : others) {
			if (new RequestMatch(other, this.grace).isPossible(run)) {
				return Finding.doubt("Run " + run.runId() + " has its goal, and so has durable run " + other.id());
			}
		}
		return new Finding(run.runId(), null);
	}

	/**
	 * Result of a search.
	 *
	 * @param runId the run that the request has started, or null if that is in doubt
	 * @param doubt the reason, or null
	 */
	public record Finding(@Nullable String runId, @Nullable String doubt) {

		/**
		 * Create the result of a search without a run.
		 * @param reason the reason. It may contain ids from the service, whose line
		 * breaks could forge entries of a log
		 */
		public static Finding doubt(String reason) {
			return new Finding(null, LogText.of(reason));
		}

	}

}
