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

package ai.tinyfish.durable.internal.send;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

import ai.tinyfish.durable.DurableRunState;
import ai.tinyfish.durable.internal.follow.Handover;
import ai.tinyfish.durable.internal.goal.RunSearch;
import ai.tinyfish.durable.internal.goal.RunSearch.Finding;
import ai.tinyfish.durable.internal.service.DurableSettings;
import ai.tinyfish.durable.internal.service.SubmissionFailures;
import ai.tinyfish.durable.internal.service.Service;
import ai.tinyfish.durable.internal.store.RunQueries;
import ai.tinyfish.durable.internal.store.RunRow;
import ai.tinyfish.durable.internal.store.RunTable;
import ai.tinyfish.durable.internal.store.RunTable.Link;
import ai.tinyfish.durable.internal.store.RunTable.Sent;
import ai.tinyfish.durable.internal.store.Transition;
import ai.tinyfish.durable.internal.task.TaskHandler;
import ai.tinyfish.error.ApiErrorResponse;
import ai.tinyfish.error.TinyFishException;
import ai.tinyfish.error.TinyFishStatusException;
import ai.tinyfish.run.Run;
import ai.tinyfish.run.RunPage;
import ai.tinyfish.run.RunQuery;
import ai.tinyfish.support.agent.ReadFailure;
import com.github.kagkarlsson.scheduler.Clock;
import com.github.kagkarlsson.scheduler.task.TaskInstance;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides about a request without an answer: the answer was lost, or its sender seems to
 * be dead. Its run is searched for at once if the answer was lost, and once more when no
 * sender can receive an answer any longer. Then the run is uncertain, unless exactly one
 * run can be that of the request.
 */
public record SettleTask(RunTable table, RunQueries queries, Service service, SentRequests sentRequests,
		Handover handover, Clock clock, DurableSettings settings) implements TaskHandler {

	/** Delay before the next search if the service is unavailable. */
	private static final Duration DELAY = Duration.ofSeconds(30);

	/** Number of unreadable lists that are ignored: those of an hour. */
	private static final int MAX_UNREADABLE = (int) Duration.ofHours(1).dividedBy(DELAY);

	/** Maximum number of other requests that are compared with this one. */
	private static final int MAX_OTHERS = 1000;

	private static final int MAX_PAGES = 10;

	private static final Logger logger = LoggerFactory.getLogger(SettleTask.class);

	@Override
	public @Nullable Instant execute(TaskInstance<String> task, Instant due) {
		RunRow row = this.table.find(task.getId()).orElse(null);
		if (row == null || row.state() != DurableRunState.SENDING) {
			return null;
		}
		row.inLog();
		Instant now = this.clock.now();
		Instant end = this.sentRequests.endOfGrace(row);
		if (row.error() == null && end.isAfter(now)) {
			// it was sent again
			return end;
		}
		Instant paused = this.service.pausedUntil(row.account());
		return (paused != null) ? paused : settle(row, now, end);
	}

	private @Nullable Instant settle(RunRow row, Instant now, Instant end) {
		Finding finding;
		try {
			finding = search(row, now);
		}
		catch (TinyFishException ex) {
			boolean again = switch (ReadFailure.of(ex)) {
				case SERVICE -> true;
				case NO_ANSWER -> !SubmissionFailures.isUnreadable(ex) || isPassedOver(row);
				case ACCOUNT, UNKNOWN_RUN, REFUSED_RUN, TOO_LARGE -> false;
			};
			if (again) {
				return now.plus(DELAY);
			}
			finding = Finding.doubt(SubmissionFailures.message(ex));
		}
		catch (IllegalStateException ex) {
			// there is no key
			finding = Finding.doubt(SubmissionFailures.message(ex));
		}
		Sent sent = new Sent(row, row.token());
		String runId = finding.runId();
		if (runId != null && SubmissionFailures.isRunId(runId)) {
			if (!this.sentRequests.link(List.of(new Link(sent, runId))).isEmpty()) {
				row.about(runId,
						() -> logger.info(
								"Durable run {}, whose request had no response, is run {}: no other run matches",
								row.id(), runId));
			}
			return null;
		}
		if (end.isAfter(now)) {
			return end;
		}
		String message = Objects.requireNonNullElse(row.error(),
				"The instance that was sending the request stopped before there was an answer.") + " "
				+ Objects.requireNonNullElse(finding.doubt(), "The id of its run is malformed");
		this.handover.undecided(row, DurableRunState.UNCERTAIN, message,
				() -> this.table.change(Transition.DOUBT, row.id(), "error", message, "token", sent.token()));
		return null;
	}

	/**
	 * Return whether a list that could not be read is requested again.
	 */
	private boolean isPassedOver(RunRow row) {
		if (row.failures() >= MAX_UNREADABLE) {
			return false;
		}
		this.table.failures(row.id(), row.failures() + 1);
		return true;
	}

	/**
	 * Return the runs of a page. A run without an id could be any run.
	 * @throws TinyFishStatusException if there is one, as if the page was not JSON
	 */
	private static List<Run> readable(RunPage page) {
		if (page.data().stream().anyMatch((run) -> run.runId().isEmpty())) {
			throw new TinyFishStatusException("runs.list",
					ApiErrorResponse.of(200, null, "The response cannot be used: a run has no id"), null, null);
		}
		return page.data();
	}

	private Finding search(RunRow row, Instant now) {
		RunSearch search = new RunSearch(row, this.settings.grace());
		RunQuery query = search.query(null);
		if (query == null || search.since().isBefore(now.minus(this.settings.retention()))) {
			return Finding.doubt("Its goal cannot be searched for, or the request is too old");
		}
		List<Run> listed = new ArrayList<>();
		for (int page = 0; query != null; page++) {
			if (page == MAX_PAGES) {
				return Finding.doubt("More than " + listed.size() + " runs have its goal");
			}
			RunQuery current = query;
			RunPage found = this.service.call(row.account(), "runs.list", (runs) -> runs.list(current));
			listed.addAll(readable(found));
			query = found.pagination().hasMore() ? search.query(found.pagination().nextCursor()) : null;
		}
		List<RunRow> others = this.queries.inDoubt(row.id(), search.since(), search.until(), MAX_OTHERS);
		if (others.size() == MAX_OTHERS) {
			return Finding.doubt("Too many other requests have no known run");
		}
		return search.decide(listed, this.queries.known(listed.stream().map(Run::runId).toList()), others);
	}

}
