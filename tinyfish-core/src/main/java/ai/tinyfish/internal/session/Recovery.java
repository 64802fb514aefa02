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

import ai.tinyfish.error.TinyFishException;
import ai.tinyfish.internal.follow.RunFollower;
import ai.tinyfish.internal.follow.RunRedaction;
import ai.tinyfish.internal.lifecycle.ClientClosedException;
import ai.tinyfish.internal.redaction.Secrets;
import ai.tinyfish.internal.stream.StreamDeadlineException;
import ai.tinyfish.internal.stream.StreamWatchdog;
import ai.tinyfish.run.AgentRun;
import ai.tinyfish.run.CancelledRun;
import ai.tinyfish.run.Run;
import ai.tinyfish.run.RunError;
import ai.tinyfish.run.RunResult;
import ai.tinyfish.run.RunStatus;
import ai.tinyfish.run.TinyFishRunTimeoutException;
import ai.tinyfish.settings.AbandonPolicy;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/**
 * Learns the ending of a run whose stream failed, and ends remote runs that nobody waits
 * for any more. Never submits anything.
 */
final class Recovery {

	private static final Logger logger = LoggerFactory.getLogger(Recovery.class);

	private final RunFollower endings;

	private final AbandonPolicy onTimeout;

	private final AbandonPolicy onClose;

	private final boolean readOutcome;

	Recovery(RunFollower endings, AbandonPolicy onTimeout, AbandonPolicy onClose, boolean readOutcome) {
		this.endings = endings;
		this.onTimeout = onTimeout;
		this.onClose = onClose;
		this.readOutcome = readOutcome;
	}

	/**
	 * Learn the ending.
	 * @param runId the run
	 * @param apiKey the key of its submission
	 * @param failure what the stream failed with
	 * @param watchdog says how long the run may still take
	 * @return the ending; fails with what the stream failed with if it cannot be learnt,
	 * and with {@link TinyFishRunTimeoutException} at the deadline
	 */
	Mono<AgentRun> ending(String runId, String apiKey, Throwable failure, StreamWatchdog watchdog) {
		if (failure instanceof StreamDeadlineException deadline) {
			return atDeadline(runId, apiKey, deadline);
		}
		return this.endings.await(runId, apiKey)
			.onErrorMap((reason) -> notRecovered(failure, reason))
			.timeout(watchdog.remaining(), Mono.error(watchdog::deadline))
			.onErrorResume(StreamDeadlineException.class, (deadline) -> atDeadline(runId, apiKey, deadline));
	}

	/**
	 * Learn the ending, and leave the run alone where that takes too long.
	 * @param runId the run
	 * @param apiKey the key of its submission
	 * @param failure what the submission failed with
	 * @param timeout the longest wait
	 * @return the ending; fails with {@code failure} if it cannot be learnt, and with
	 * {@link TinyFishRunTimeoutException} after the longest wait
	 */
	Mono<AgentRun> ending(String runId, String apiKey, Throwable failure, Duration timeout) {
		return this.endings.await(runId, apiKey)
			.onErrorMap((reason) -> notRecovered(failure, reason))
			.timeout(timeout,
					Mono.error(() -> leftRunning("The run did not end within " + timeout.toMillis() + " ms", runId)));
	}

	/**
	 * Complete the outcome that a stream has told with what only the record of the run
	 * says: times, number of steps, and why the run failed.
	 * @param told the outcome; what it says stands
	 * @return the outcome; empty where the record adds nothing or cannot be read in time.
	 * Never fails
	 */
	Mono<AgentRun> complete(AgentRun told, String runId, String apiKey) {
		if (!this.readOutcome) {
			return Mono.empty();
		}
		return this.endings.record(runId, apiKey)
			.filter((record) -> record.statusText().equalsIgnoreCase(told.statusText()))
			.map((record) -> completed(told, record))
			.onErrorResume((ex) -> {
				logger.debug("The record of a run that has ended cannot be read", ex);
				return Mono.empty();
			});
	}

	private static AgentRun completed(AgentRun told, Run record) {
		return new AgentRun(told.runId(), told.statusText(), orElse(told.startedAt(), record.startedAt()),
				orElse(told.finishedAt(), record.finishedAt()), orElse(told.numOfSteps(), record.numOfSteps()),
				told.result().isEmpty() ? record.result() : told.result(),
				orElse(told.schemaValidation(), record.schemaValidation()), completed(told.error(), record.error()));
	}

	private static @Nullable RunError completed(@Nullable RunError told, @Nullable RunError record) {
		if (told == null || record == null) {
			return orElse(told, record);
		}
		return new RunError(orElse(told.code(), record.code()), told.message(),
				orElse(told.categoryText(), record.categoryText()), orElse(told.retryAfter(), record.retryAfter()),
				orElse(told.helpUrl(), record.helpUrl()), orElse(told.helpMessage(), record.helpMessage()));
	}

	private static <T> @Nullable T orElse(@Nullable T told, @Nullable T recorded) {
		return (told != null) ? told : recorded;
	}

	private static Throwable notRecovered(Throwable failure, Throwable reason) {
		if (reason instanceof ClientClosedException) {
			return reason;
		}
		failure.addSuppressed(reason);
		return failure;
	}

	private Mono<AgentRun> atDeadline(String runId, String apiKey, StreamDeadlineException deadline) {
		String problem = String.valueOf(deadline.getMessage());
		if (this.onTimeout == AbandonPolicy.LEAVE) {
			return Mono.error(() -> leftRunning(problem, runId));
		}
		return cancel(runId, apiKey, this.endings.cancel(runId, apiKey, RunFollower.CANCEL_TIMEOUT))
			.switchIfEmpty(Mono.error(() -> timeout(problem + ". It was cancelled", runId)))
			.onErrorMap(NotCancelledException.class, (ex) -> {
				TinyFishException timeout = timeout(
						problem + ". " + ex.getMessage() + ". " + Outcomes.whereToLook(runId), runId);
				timeout.addSuppressed(ex.reason);
				return timeout;
			});
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
					: this.endings.await(runId, apiKey)
						.timeout(RunFollower.CANCEL_TIMEOUT)
						.onErrorMap(ClientClosedException.class, (closed) -> Outcomes.closedMeanwhile())
						.onErrorMap((ex) -> new NotCancelledException(cancelled.status(), ex)));
	}

	/**
	 * Whether the remote run of a stream that is closed early is ended.
	 */
	boolean cancelsOnClose() {
		return this.onClose == AbandonPolicy.CANCEL;
	}

	/**
	 * End a run whose stream was closed early, where that is wanted, and tell how it
	 * ended.
	 * @param secrets what is secret in the request, which the ending may repeat
	 * @param withOthers whether other runs are ended as well
	 * @return empty once that is told
	 */
	Mono<Void> closedEarly(@Nullable String runId, String apiKey, Secrets secrets, boolean withOthers,
			Submission submission) {
		String problem = "The stream was closed before the run ended";
		if (runId == null || !cancelsOnClose()) {
			return Mono.fromRunnable(() -> submission.error(Outcomes.unknown(problem, null, runId)));
		}
		Mono<CancelledRun> cancel = withOthers ? this.endings.cancelWithOthers(runId, apiKey)
				: this.endings.cancel(runId, apiKey, RunFollower.CANCEL_TIMEOUT);
		return cancel(runId, apiKey, cancel).defaultIfEmpty(cancelled(runId))
			.map((run) -> RunRedaction.redact(run, secrets))
			.doOnNext(submission::finished)
			.doOnError(NotCancelledException.class,
					(ex) -> submission.error(Outcomes.unknown(problem + ". " + ex.getMessage(), ex.reason, runId)))
			.then()
			.onErrorComplete();
	}

	private static AgentRun cancelled(String runId) {
		return new AgentRun(runId, RunStatus.CANCELLED.name(), null, null, null, RunResult.empty(), null, null);
	}

	private static TinyFishRunTimeoutException leftRunning(String problem, String runId) {
		return timeout(problem + ". It was left running. " + Outcomes.whereToLook(runId), runId);
	}

	private static TinyFishRunTimeoutException timeout(String message, String runId) {
		return new TinyFishRunTimeoutException(message, null, runId);
	}

	/**
	 * The run was not cancelled; the message says what is known of it.
	 */
	private static final class NotCancelledException extends RuntimeException {

		private final Throwable reason;

		NotCancelledException(RunStatus status, Throwable reason) {
			super(status.isTerminal() ? "It had ended before as " + status + ", which could not be read"
					: "It could not be cancelled and may go on", reason, false, false);
			this.reason = reason;
		}

	}

}
