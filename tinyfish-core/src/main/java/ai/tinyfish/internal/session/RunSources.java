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

package ai.tinyfish.internal.session;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;

import ai.tinyfish.error.TinyFishConnectionException;
import ai.tinyfish.error.TinyFishException;
import ai.tinyfish.internal.json.JsonFields;
import ai.tinyfish.internal.lifecycle.ClientClosedException;
import ai.tinyfish.internal.poll.RunFollower;
import ai.tinyfish.internal.poll.RunRedaction;
import ai.tinyfish.internal.redaction.Secrets;
import ai.tinyfish.run.AgentRun;
import ai.tinyfish.run.CancelledRun;
import ai.tinyfish.run.RunError;
import ai.tinyfish.run.RunStatus;
import ai.tinyfish.run.TinyFishRunTimeoutException;
import ai.tinyfish.settings.AbandonPolicy;
import ai.tinyfish.support.RunLog;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/**
 * Sources of the outcome of a run other than its call: polls after a failed call, the
 * cancel of an abandoned run, and the record with missing values. Never submits anything.
 */
public final class RunSources {

	private static final Logger logger = LoggerFactory.getLogger(RunSources.class);

	private final RunFollower follower;

	private final AbandonPolicy onTimeout;

	private final AbandonPolicy onClose;

	private final boolean readOutcome;

	public RunSources(RunFollower follower, AbandonPolicy onTimeout, AbandonPolicy onClose, boolean readOutcome) {
		this.follower = follower;
		this.onTimeout = onTimeout;
		this.onClose = onClose;
		this.readOutcome = readOutcome;
	}

	RunFollower follower() {
		return this.follower;
	}

	/**
	 * Return whether a run is cancelled at its deadline.
	 */
	boolean cancelsOnTimeout() {
		return this.onTimeout == AbandonPolicy.CANCEL;
	}

	/**
	 * Return whether a run is cancelled if its stream is closed early.
	 */
	boolean cancelsOnClose() {
		return this.onClose == AbandonPolicy.CANCEL;
	}

	/**
	 * Poll a queued run until it has ended.
	 * @param session the session, whose run is known
	 * @return the outcome: unknown if it cannot be read. Fails if the service refuses to
	 * return it, since another account may be allowed to read it, and if the client is
	 * closed
	 */
	Mono<SessionOutcome> poll(RunSession session) {
		String runId = known(session);
		return this.follower.await(runId, session.apiKey()).map(SessionOutcome::of).onErrorResume((failure) -> {
			if (failure instanceof ClientClosedException) {
				return Mono.error(OutcomeExceptions
					.unknown("The client was closed before the run had ended; it goes on", null, runId));
			}
			TinyFishException unknown = OutcomeExceptions
				.unknown("The outcome could not be read: " + failure.getMessage(), failure, runId);
			return RunFollower.isRefused(failure) ? Mono.error(unknown) : Mono.just(SessionOutcome.unknown(unknown));
		});
	}

	/**
	 * Poll a run until it has ended.
	 * @param session the session, whose run is known
	 * @param lost the failure of the first source
	 * @return the outcome: unknown because of {@code lost} if it cannot be read either.
	 * Never fails
	 */
	Mono<SessionOutcome> poll(RunSession session, Throwable lost) {
		return this.follower.await(known(session), session.apiKey())
			.map((run) -> SessionOutcome.recovered(RunRedaction.redact(run, session.secrets())))
			.onErrorResume((reason) -> Mono.just(SessionOutcome.unknown(notRecovered(session, lost, reason))));
	}

	private static TinyFishException notRecovered(RunSession session, Throwable lost, Throwable reason) {
		if (reason instanceof ClientClosedException) {
			return OutcomeExceptions.closed(session.runId());
		}
		TinyFishException outcome = OutcomeExceptions.ofStream(lost, session.runId(), session.secrets());
		outcome.addSuppressed(reason);
		return outcome;
	}

	private static String known(RunSession session) {
		return Objects.requireNonNull(session.runId());
	}

	/**
	 * Complete a run with values that only its record has: times, number of steps, and
	 * details of the failure.
	 * @param reported the run; its values stay
	 * @return the run; as reported if the record adds nothing, cannot be read, or is not
	 * to be read. Never fails
	 */
	Mono<AgentRun> record(RunSession session, AgentRun reported) {
		String runId = reported.runId();
		if (!this.readOutcome || runId == null) {
			return Mono.just(reported);
		}
		return this.follower.record(runId, session.apiKey())
			.filter((record) -> record.statusText().equalsIgnoreCase(reported.statusText()))
			.map((record) -> RunRedaction.redact(completed(reported, record.toAgentRun()), session.secrets()))
			.onErrorResume((ex) -> {
				RunLog.about(runId, session.context().tag(), null,
						() -> logger.debug("The record of a run that has ended cannot be read", ex));
				return Mono.empty();
			})
			.defaultIfEmpty(reported);
	}

	private static AgentRun completed(AgentRun reported, AgentRun record) {
		AgentRun.Builder completed = reported.toBuilder();
		JsonFields.of(completed).fill(reported, JsonFields.of(record));
		if (reported.error() != null && record.error() != null) {
			RunError.Builder error = reported.error().toBuilder();
			JsonFields.of(error).fill(reported.error(), JsonFields.of(record.error()));
			completed.error(error.build());
		}
		return completed.build();
	}

	/**
	 * Cancel a run at its deadline.
	 * @param session the session, whose run is known
	 * @param problem the reason
	 * @return the outcome; empty if the run was cancelled. Never fails
	 */
	Mono<SessionOutcome> cancelAtDeadline(RunSession session, String problem) {
		String runId = known(session);
		return cancel(session, this.follower.cancel(runId, session.apiKey(), RunFollower.CANCEL_TIMEOUT))
			.map((run) -> SessionOutcome.recovered(RunRedaction.redact(run, session.secrets())))
			.onErrorResume(NotCancelledException.class, (ex) -> {
				TinyFishException timeout = new TinyFishRunTimeoutException(
						problem + ". " + ex.getMessage() + ". " + OutcomeExceptions.howToCheck(runId), null, runId);
				timeout.addSuppressed(ex.reason);
				return Mono.just(SessionOutcome.unknown(timeout));
			});
	}

	/**
	 * Cancel runs whose streams, client or application are closed, if this is their
	 * policy: up to 100 of an account with one call. Decided outcomes are published.
	 * @return whether a run is cancelled
	 */
	static boolean cancelOnClose(Collection<RunSession> sessions) {
		sessions.forEach(RunSession::publishKept);
		Collection<List<RunSession>> groups = sessions.stream()
			.filter(RunSession::beginCancelOnClose)
			.collect(Collectors.groupingBy((session) -> session.sources().follower.groupOf(session.apiKey())))
			.values();
		groups.forEach((group) -> {
			RunSources first = group.get(0).sources();
			Map<String, Mono<CancelledRun>> cancels = first.follower
				.cancelAll(group.stream().map(RunSources::known).toList(), group.get(0).apiKey());
			group.forEach((session) -> session.cancel(
					session.sources().cancelOnClose(session, Objects.requireNonNull(cancels.get(session.runId()))),
					(run) -> SessionOutcome.reported(run, null)));
		});
		return !groups.isEmpty();
	}

	private Mono<SessionOutcome> cancelOnClose(RunSession session, Mono<CancelledRun> cancel) {
		return cancel(session, cancel).map((run) -> SessionOutcome.of(RunRedaction.redact(run, session.secrets())))
			.onErrorResume(NotCancelledException.class, (ex) -> Mono.just(SessionOutcome.unknown(OutcomeExceptions
				.unknown(OutcomeExceptions.CLOSED_EARLY + ". " + ex.getMessage(), ex.reason, session.runId()))));
	}

	/**
	 * Cancel the run.
	 * @param cancel the cancel
	 * @return the outcome if the run had ended before; empty if it was cancelled; fails
	 * with {@link NotCancelledException}
	 */
	private Mono<AgentRun> cancel(RunSession session, Mono<CancelledRun> cancel) {
		return cancel.onErrorMap((ex) -> new NotCancelledException(RunStatus.UNKNOWN, ex))
			.flatMap((cancelled) -> (cancelled.status() == RunStatus.CANCELLED) ? Mono.empty()
					: this.follower.await(known(session), session.apiKey())
						.timeout(RunFollower.CANCEL_TIMEOUT)
						.onErrorMap(ClientClosedException.class,
								(closed) -> new TinyFishConnectionException(OutcomeExceptions.CLIENT_CLOSED, null))
						.onErrorMap((ex) -> new NotCancelledException(cancelled.status(), ex)));
	}

	/**
	 * Exception for a run that was not cancelled; the message has the details.
	 */
	private static final class NotCancelledException extends RuntimeException {

		private final Throwable reason;

		NotCancelledException(RunStatus status, Throwable reason) {
			super(message(status, reason), reason, false, false);
			this.reason = reason;
		}

		private static String message(RunStatus status, Throwable reason) {
			if (status.isTerminal()) {
				return "It had ended before as " + status + ", which could not be read";
			}
			return (reason instanceof TimeoutException) ? OutcomeExceptions.UNCONFIRMED_CANCEL
					: "It could not be cancelled and may go on";
		}

	}

}
