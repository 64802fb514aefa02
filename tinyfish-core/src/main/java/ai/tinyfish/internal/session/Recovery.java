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

import java.time.Duration;
import java.util.concurrent.TimeoutException;

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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/**
 * Other ways to the outcome of a run: polls where its stream failed, cancelling where it
 * is abandoned, and the record for what the stream does not say. Never submits anything.
 */
public final class Recovery {

	private static final Logger logger = LoggerFactory.getLogger(Recovery.class);

	private final RunFollower follower;

	private final AbandonPolicy onTimeout;

	private final AbandonPolicy onClose;

	private final boolean readOutcome;

	public Recovery(RunFollower follower, AbandonPolicy onTimeout, AbandonPolicy onClose, boolean readOutcome) {
		this.follower = follower;
		this.onTimeout = onTimeout;
		this.onClose = onClose;
		this.readOutcome = readOutcome;
	}

	/**
	 * Poll a run until it has ended.
	 * @param runId the run
	 * @param access the access to the run
	 * @param failure why the outcome did not come by its first source
	 * @return the outcome: unknown because of {@code failure} where it cannot be read
	 * either. Never fails
	 */
	Mono<Outcome> poll(String runId, RunAccess access, Throwable failure) {
		return this.follower.await(runId, access.apiKey())
			.map((run) -> Outcome.recovered(RunRedaction.redact(run, access.secrets())))
			.onErrorResume((reason) -> Mono.just(Outcome.unknown(notRecovered(runId, access, failure, reason))));
	}

	private static TinyFishException notRecovered(String runId, RunAccess access, Throwable failure, Throwable reason) {
		if (reason instanceof ClientClosedException) {
			return Outcomes.closed(runId);
		}
		TinyFishException outcome = Outcomes.ofStream(failure, runId, access.secrets());
		outcome.addSuppressed(reason);
		return outcome;
	}

	/**
	 * Complete the outcome that a stream has reported with what only the record of the
	 * run says: times, number of steps, and why the run failed.
	 * @param reported the outcome; what it says stands
	 * @return the outcome; empty where the record adds nothing or cannot be read in time.
	 * Never fails
	 */
	Mono<AgentRun> complete(AgentRun reported, String apiKey) {
		String runId = reported.runId();
		if (!this.readOutcome || runId == null) {
			return Mono.empty();
		}
		return this.follower.record(runId, apiKey)
			.filter((record) -> record.statusText().equalsIgnoreCase(reported.statusText()))
			.map((record) -> completed(reported, record.toAgentRun()))
			.onErrorResume((ex) -> {
				logger.debug("The record of a run that has ended cannot be read", ex);
				return Mono.empty();
			});
	}

	private static AgentRun completed(AgentRun reported, AgentRun record) {
		AgentRun.Builder completed = reported.toBuilder();
		JsonFields.of(completed).fill(reported, JsonFields.of(record.toBuilder()));
		if (reported.error() != null && record.error() != null) {
			RunError.Builder error = reported.error().toBuilder();
			JsonFields.of(error).fill(reported.error(), JsonFields.of(record.error().toBuilder()));
			completed.error(error.build());
		}
		return completed.build();
	}

	RunFollower follower() {
		return this.follower;
	}

	/**
	 * Return whether a run is cancelled that takes longer than it may.
	 */
	boolean cancelsOnTimeout() {
		return this.onTimeout == AbandonPolicy.CANCEL;
	}

	/**
	 * Return whether a run is cancelled whose stream is closed early.
	 */
	boolean cancelsOnClose() {
		return this.onClose == AbandonPolicy.CANCEL;
	}

	/**
	 * Cancel a run at its deadline.
	 * @param problem what happened
	 * @return the outcome. Never fails
	 */
	Mono<Outcome> cancelAtDeadline(String runId, RunAccess access, String problem) {
		return cancel(runId, access.apiKey(), this.follower.cancel(runId, access.apiKey(), RunFollower.CANCEL_TIMEOUT))
			.map((run) -> Outcome.recovered(RunRedaction.redact(run, access.secrets())))
			.switchIfEmpty(Mono.fromSupplier(() -> Outcome
				.unknown(new TinyFishRunTimeoutException(problem + ". It was cancelled", null, runId))))
			.onErrorResume(NotCancelledException.class, (ex) -> {
				TinyFishException timeout = new TinyFishRunTimeoutException(
						problem + ". " + ex.getMessage() + ". " + Outcomes.howToCheck(runId), null, runId);
				timeout.addSuppressed(ex.reason);
				return Mono.just(Outcome.unknown(timeout));
			});
	}

	/**
	 * Cancel a run whose stream, client or application is closed.
	 * @param cancel cancels it
	 * @return the outcome. Never fails
	 */
	Mono<Outcome> cancelOnClose(String runId, RunAccess access, Mono<CancelledRun> cancel) {
		return cancel(runId, access.apiKey(), cancel).defaultIfEmpty(cancelled(runId))
			.map((run) -> Outcome.of(RunRedaction.redact(run, access.secrets())))
			.onErrorResume(NotCancelledException.class, (ex) -> Mono.just(Outcome
				.unknown(Outcomes.unknown(Outcomes.CLOSED_EARLY + ". " + ex.getMessage(), ex.reason, runId))));
	}

	/**
	 * Cancel the run.
	 * @param cancel does it
	 * @return how it had ended before it could be cancelled; empty where it was
	 * cancelled; fails with {@link NotCancelledException}
	 */
	private Mono<AgentRun> cancel(String runId, String apiKey, Mono<CancelledRun> cancel) {
		return cancel.onErrorMap((ex) -> new NotCancelledException(RunStatus.UNKNOWN, ex))
			.flatMap((cancelled) -> (cancelled.status() == RunStatus.CANCELLED) ? Mono.empty()
					: this.follower.await(runId, apiKey)
						.timeout(RunFollower.CANCEL_TIMEOUT)
						.onErrorMap(ClientClosedException.class, (closed) -> Outcomes.closedMeanwhile())
						.onErrorMap((ex) -> new NotCancelledException(cancelled.status(), ex)));
	}

	private static AgentRun cancelled(String runId) {
		return AgentRun.builder().runId(runId).statusText(RunStatus.CANCELLED.name()).build();
	}

	/**
	 * The run was not cancelled; the message says what is known of it.
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
			return (reason instanceof TimeoutException) ? Outcomes.UNCONFIRMED_CANCEL
					: "It could not be cancelled and may go on";
		}

	}

	/**
	 * Access of a session to its run.
	 *
	 * @param outcomes the published outcomes of the account of the submission, whose key
	 * all calls have that follow from it
	 * @param secrets the secrets of the request, which the service may repeat
	 * @param lifetime how long the run may take where it is streamed
	 * @param recovery the other ways to the outcome
	 */
	record RunAccess(PublishedOutcomes.OfAccount outcomes, Secrets secrets, Duration lifetime, Recovery recovery) {

		String apiKey() {
			return account().apiKey();
		}

		PublishedOutcomes.Account account() {
			return this.outcomes.account();
		}

		/**
		 * Return a description without the key.
		 */
		@Override
		public String toString() {
			return "RunAccess[lifetime=" + this.lifetime + "]";
		}

	}

}
