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

import ai.tinyfish.error.TinyFishApiException;
import ai.tinyfish.error.TinyFishConnectionException;
import ai.tinyfish.error.TinyFishException;
import ai.tinyfish.error.TinyFishStatusException;
import ai.tinyfish.error.TinyFishStreamParseException;
import ai.tinyfish.error.TinyFishTimeoutException;
import ai.tinyfish.internal.call.IoFailures;
import ai.tinyfish.internal.lifecycle.ClientClosedException;
import ai.tinyfish.internal.lifecycle.RunsStoppedException;
import ai.tinyfish.internal.redaction.Secrets;
import ai.tinyfish.internal.request.RunIds;
import ai.tinyfish.internal.stream.StreamIdleException;
import ai.tinyfish.internal.wire.SendDecision;
import ai.tinyfish.internal.wire.SseEventTooLargeException;
import ai.tinyfish.run.QueuedRun;
import ai.tinyfish.run.RunStatus;
import ai.tinyfish.run.TinyFishRunFailedException;
import ai.tinyfish.run.TinyFishRunOutcomeUnknownException;
import org.jspecify.annotations.Nullable;

/**
 * Exceptions for unknown outcomes. Their messages have the reason and how to check the
 * run.
 */
public final class OutcomeExceptions {

	static final String CLIENT_CLOSED = "The client was closed";

	static final String STOPPED = "The application stopped";

	static final String CLOSED_EARLY = "The stream was closed before the run ended";

	static final String UNCONFIRMED_CANCEL = "The service did not confirm in time that the run was cancelled";

	private OutcomeExceptions() {
	}

	/**
	 * Create the outcome of a submission whose answer is lost, or says that there may be
	 * a run. The exception has the ids of runs that the answer named.
	 */
	public static TinyFishException lostSubmission(String operation, TinyFishApiException cause) {
		if (cause.runId() == null && cause instanceof TinyFishStatusException answered
				&& !answered.runIds().isEmpty()) {
			return new TinyFishRunOutcomeUnknownException(
					cause.getMessage() + ". " + howToCheck(null) + " The response names those in runIds().", cause,
					null, answered.runIds());
		}
		return unknown(cause.getMessage(), cause, cause.runId());
	}

	/**
	 * Create the outcome of a run that continues after its client.
	 */
	public static TinyFishException closed(@Nullable String runId) {
		return unknown("The client was closed before the run ended", null, runId);
	}

	/**
	 * Create the failure of a run that was given up before anything was sent.
	 * @param how the way in which it was given up
	 */
	public static TinyFishException givenUpBeforeSending(String how) {
		return new TinyFishConnectionException(how + "; no run was started", null).withoutRun();
	}

	/**
	 * Create the outcome of a submission that failed.
	 * @param failure the failure
	 * @param decision whether the request was sent; if it was not, it never will be
	 * @param runId the run, or null if it is not known
	 */
	public static TinyFishException ofSubmission(Throwable failure, SendDecision decision, @Nullable String runId) {
		if (failure instanceof TinyFishException exception) {
			return exception;
		}
		if (!decision.giveUp()) {
			return (failure instanceof ClientClosedException) ? closed(runId)
					: unknown("The submission failed unexpectedly", failure, runId);
		}
		if (failure instanceof ClientClosedException) {
			return givenUpBeforeSending(CLIENT_CLOSED);
		}
		return (failure instanceof RunsStoppedException) ? givenUpBeforeSending(STOPPED)
				: new TinyFishConnectionException("The submission failed before anything was sent; no run was started",
						failure)
					.withoutRun();
	}

	/**
	 * Create an unknown outcome.
	 * @param problem the reason
	 * @param cause the cause, or null
	 * @param runId the run, or null if it is not known
	 */
	public static TinyFishRunOutcomeUnknownException unknown(String problem, @Nullable Throwable cause,
			@Nullable String runId) {
		return new TinyFishRunOutcomeUnknownException(problem + ". " + howToCheck(runId), cause, runId);
	}

	/**
	 * Return the outcome of a run that the service has refused to queue, or null if it
	 * was queued.
	 */
	public static @Nullable TinyFishException refusal(QueuedRun queued) {
		return queued.isAccepted() ? null
				: new TinyFishRunFailedException(null, RunStatus.FAILED, queued.error()).withoutRun();
	}

	/**
	 * Create the outcome of a run that has no id at its deadline.
	 * @param problem the reason
	 * @param unsent whether nothing was sent
	 */
	static TinyFishException deadline(String problem, boolean unsent) {
		return unsent ? new TinyFishTimeoutException(problem + "; no run was started", null).withoutRun()
				: unknown(problem, new TinyFishTimeoutException(problem, null), null);
	}

	/**
	 * Create the outcome of a run whose stream was closed.
	 */
	static TinyFishException closedEarly(@Nullable String runId) {
		return unknown(CLOSED_EARLY, null, runId);
	}

	/**
	 * Create the outcome of a run whose stream failed after the request was accepted, or
	 * while that was not certain.
	 * @param failure the failure of the stream
	 * @param runId the run, or null if it is not known
	 * @param secrets the secrets of the request, which the stream may repeat
	 */
	static TinyFishException ofStream(Throwable failure, @Nullable String runId, Secrets secrets) {
		if (failure instanceof TinyFishStreamParseException parse) {
			return unknown("An event of the run's stream cannot be read", new TinyFishStreamParseException(
					secrets.redact(parse.getMessage()), secrets.redact(parse.line()), null, runId), runId);
		}
		if (failure instanceof TinyFishException known) {
			return known;
		}
		if (failure instanceof StreamIdleException idle) {
			String problem = String.valueOf(idle.getMessage());
			return unknown(problem, new TinyFishTimeoutException(problem, null), runId);
		}
		if (failure instanceof SseEventTooLargeException tooLarge) {
			String problem = String.valueOf(tooLarge.getMessage());
			return unknown(problem, new TinyFishStreamParseException(problem, "", null, runId), runId);
		}
		if (failure instanceof ClientClosedException) {
			return closed(runId);
		}
		return unknown("The connection of the run's stream broke",
				new TinyFishConnectionException("The connection of the stream broke", IoFailures.rootCause(failure)),
				runId);
	}

	/**
	 * Return the id of a run, if it can be sent.
	 * @throws TinyFishRunOutcomeUnknownException if it is malformed
	 */
	static String requireValid(String runId) {
		try {
			return RunIds.require(runId);
		}
		catch (IllegalArgumentException ex) {
			throw unknown("The service named the run with a malformed id, which cannot be read", ex, runId);
		}
	}

	static String howToCheck(@Nullable String runId) {
		if (runId != null) {
			return RunIds.isValid(runId)
					? "The outcome of run " + runId + " is unknown. Check it with runs().get(\"" + runId + "\")."
					: "The outcome of the run is unknown, and its id " + RunIds.printable(runId)
							+ " is malformed, so that it cannot be checked.";
		}
		return "A run may have been started and may be billed; nothing was sent again. Find it with"
				+ " runs().list(RunQuery.builder().goal(...).build()).";
	}

}
