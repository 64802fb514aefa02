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
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

import ai.tinyfish.durable.internal.service.DurableSettings;
import ai.tinyfish.durable.internal.service.SubmissionFailures;
import ai.tinyfish.durable.internal.service.Interceptors;
import ai.tinyfish.durable.internal.store.Database;
import ai.tinyfish.durable.internal.store.StoredOutcome;
import ai.tinyfish.durable.internal.store.RunRow;
import ai.tinyfish.durable.internal.store.RunTable;
import ai.tinyfish.durable.internal.store.RunTable.Link;
import ai.tinyfish.durable.internal.store.RunTable.Sent;
import ai.tinyfish.durable.internal.store.Transition;
import ai.tinyfish.durable.internal.task.Scheduling;
import ai.tinyfish.durable.internal.task.TaskHandler;
import ai.tinyfish.durable.internal.task.TaskKind;
import ai.tinyfish.error.TinyFishException;
import com.github.kagkarlsson.scheduler.Clock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.core.retry.RetryPolicy;
import org.springframework.core.retry.RetryTemplate;
import org.springframework.dao.DataIntegrityViolationException;

/**
 * Stores the results of claimed requests.
 */
public record SentRequests(Database database, RunTable table, Scheduling scheduling, Interceptors interceptors,
		Clock clock, DurableSettings settings) {

	private static final Duration FIRST_DELAY = Duration.ofMillis(100);

	private static final Duration MAX_DELAY = Duration.ofSeconds(5);

	private static final Logger logger = LoggerFactory.getLogger(SentRequests.class);

	/**
	 * Return the time after which the sender of a request can no longer receive an
	 * answer.
	 */
	Instant endOfGrace(RunRow row) {
		Instant sent = (row.sendingAt() != null) ? row.sendingAt() : row.changedAt();
		return sent.plus(this.settings.grace());
	}

	/**
	 * Store the ids of runs, and cancel those that are to be cancelled.
	 * @return the durable ids of those that were stored: without those that are no longer
	 * in doubt, or were sent again
	 */
	public Set<String> link(List<Link> links) {
		Set<String> linked = this.database.inTransaction(() -> {
			Set<String> stored = this.table.link(links);
			this.table.cancelRequested(stored)
				.forEach((row) -> this.scheduling.ensure(TaskKind.CANCEL, row.id(), this.clock.now()));
			return stored;
		});
		String account = links.get(0).sent().row().account();
		if (!linked.isEmpty() && !account.isEmpty()) {
			// after the ids are stored, since a transaction of the application may delay
			// this
			this.scheduling.ensure(TaskKind.PLAN, TaskKind.ofAccount(account), this.clock.now());
		}
		return linked;
	}

	/**
	 * Store results that only this instance knows. If that fails, it is repeated until
	 * other instances decide about the requests.
	 * @param claimedAt when they were claimed
	 */
	<T extends @Nullable Object> T untilStored(Instant claimedAt, Supplier<T> storing) {
		Instant end = claimedAt.plus(this.settings.grace());
		return new RetryTemplate(RetryPolicy.builder()
			.maxRetries(Long.MAX_VALUE)
			.delay(FIRST_DELAY)
			.multiplier(2)
			.maxDelay(MAX_DELAY)
			.predicate((ex) -> !(ex instanceof DataIntegrityViolationException) && this.clock.now().isBefore(end))
			.build()).invoke(storing);
	}

	/**
	 * Store the ids of runs.
	 * @param claimedAt when they were claimed
	 */
	public void started(List<Link> links, Instant claimedAt) {
		List<Link> usable = links.stream().filter((link) -> SubmissionFailures.isRunId(link.runId())).toList();
		Set<String> linked = usable.isEmpty() ? Set.of() : store(usable, claimedAt);
		for (Link link : links) {
			if (!SubmissionFailures.isRunId(link.runId())) {
				answerLost(link.sent(), "The service has given the run an id that is malformed");
			}
			// a webhook may arrive before the answer
			else if (!linked.contains(link.sent().id())
					&& this.table.find(link.sent().id()).filter((row) -> link.runId().equals(row.runId())).isEmpty()) {
				link.sent()
					.row()
					.about(link.runId(),
							() -> logger.warn(
									"Run {} was started for durable run {}, but a person has decided otherwise"
											+ " about that run meanwhile. It is not followed",
									link.runId(), link.sent().id()));
			}
		}
	}

	/**
	 * Store ids, one by one if that fails: one that cannot be stored does not affect the
	 * others.
	 */
	private Set<String> store(List<Link> links, Instant claimedAt) {
		try {
			return link(links);
		}
		catch (RuntimeException ex) {
			logger.debug("The ids of {} runs could not be stored together", links.size(), ex);
		}
		Set<String> linked = new HashSet<>();
		RuntimeException failure = null;
		for (Link link : links) {
			try {
				linked.addAll(untilStored(claimedAt, () -> link(List.of(link))));
			}
			catch (RuntimeException ex) {
				link.sent()
					.row()
					.about(link.runId(),
							() -> logger.error("Run {} was started for durable run {}, but that could not be stored."
									+ " Settle it when it is UNCERTAIN", link.runId(), link.sent().id()));
				failure = ex;
			}
		}
		if (failure != null) {
			throw failure;
		}
		return linked;
	}

	/**
	 * Store that a request that was claimed has failed.
	 * @param claimedAt when it was claimed
	 * @return when to send it again, or null if it is not sent again
	 */
	public @Nullable Instant failed(Sent sent, RuntimeException failure, Instant claimedAt) {
		List<String> runIds = SubmissionFailures.startedRuns(failure);
		if (runIds.size() == 1) {
			started(List.of(new Link(sent, runIds.get(0))), claimedAt);
		}
		else if (SubmissionFailures.mayHaveStartedRun(failure)) {
			answerLost(sent, SubmissionFailures.message(failure));
		}
		else if (SubmissionFailures.isRefused(failure)) {
			refused(sent, failure);
		}
		else {
			return back(sent, false, SubmissionFailures.message(failure));
		}
		return null;
	}

	/**
	 * Store that a request was refused. Interceptors receive the failure itself, as for
	 * the runs of a client.
	 */
	public void refused(Sent sent, RuntimeException failure) {
		StoredOutcome outcome = StoredOutcome.refused(SubmissionFailures.message(failure));
		rejected(sent, outcome, (failure instanceof TinyFishException refusal) ? () -> refusal : outcome::failure);
	}

	/**
	 * Store the outcome of a request that has started no run, and have it handed over.
	 */
	private void rejected(Sent sent, StoredOutcome outcome, Supplier<TinyFishException> failure) {
		Instant now = this.clock.now();
		this.database.doInTransaction(() -> {
			if (this.table.change(Transition.REJECT, sent.id(), outcome, "attempts", 0, "next", now, "token",
					sent.token())) {
				this.scheduling.ensure(TaskKind.HANDOVER, sent.id(), now);
				this.interceptors.ended(sent.row(), StoredOutcome.run(outcome.result()), failure);
			}
		});
	}

	/**
	 * Have a run sent again, or end it if it has been cancelled: the service has started
	 * nothing.
	 * @param alone whether it is sent separately from now on
	 * @return when to send it again, if it stays in its batch
	 */
	@Nullable Instant back(Sent sent, boolean alone, String error) {
		Instant next = this.clock.now().plus(TaskHandler.delay(sent.row().attempts() + 1));
		boolean back = this.database.inTransaction(() -> {
			if (!this.table.change(Transition.RETURN, sent.id(), "batch", alone ? null : sent.row().batch(), "error",
					error, "next", next, "token", sent.token())) {
				return false;
			}
			if (alone) {
				this.scheduling.ensure(TaskKind.SEND, sent.id(), this.clock.now());
			}
			return true;
		});
		if (!back) {
			StoredOutcome cancelled = StoredOutcome.cancelled();
			rejected(sent, cancelled, cancelled::failure);
		}
		return back ? next : null;
	}

	/**
	 * Store that the answer to a request was lost, and schedule the search for its run.
	 */
	public void answerLost(Sent sent, String error) {
		this.database.doInTransaction(() -> {
			if (this.table.answerLost(sent, error)) {
				this.scheduling.ensure(TaskKind.SETTLE, sent.id(), this.clock.now());
			}
		});
	}

}
