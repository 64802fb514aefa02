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

package ai.tinyfish.internal.retry;

import java.util.Set;

import ai.tinyfish.settings.SubmissionRetry;

/**
 * The retry rules as one table. A repeatable call reads or ends something, so that it may
 * be sent twice; a submission starts something, a run, a session or a profile, and the
 * API has no idempotency key. An answer that carries a run is a result, not a failure:
 * this is decided before these rules are applied.
 */
public final class RetryRules {

	/** Error codes of a run, which prove that a run was started. */
	private static final Set<String> RUN_LEVEL = Set.of("TIMEOUT", "CONTENT_POLICY_VIOLATION", "MAX_STEPS_EXCEEDED",
			"SITE_BLOCKED", "TASK_FAILED", "CANCELLED");

	/**
	 * Codes of a 5xx with which TinyFish started nothing. For the first one this is an
	 * assumption, which the official SDKs make as well. The set of codes is open: an
	 * unknown code may be about a run.
	 */
	private static final Set<String> NOTHING_STARTED = Set.of("INTERNAL_ERROR", "SERVICE_BUSY", "RATE_LIMIT_EXCEEDED");

	private RetryRules() {
	}

	/**
	 * Return whether the attempt may be made again.
	 * @param failure the failure of the attempt
	 * @param kind the kind of the call
	 * @param mode when submissions are sent again
	 * @return true if another attempt is allowed
	 */
	public static boolean mayRepeat(AttemptFailure failure, Kind kind, SubmissionRetry mode) {
		boolean submission = kind == Kind.SUBMISSION;
		int status = failure.status();
		return switch (failure.kind()) {
			case NOT_SENT -> true;
			// it would most likely fail again, and otherwise costs more
			case PREVENTED -> !submission;
			case NO_ANSWER -> !submission || mode == SubmissionRetry.AS_OFFICIAL_SDKS;
			case UNREADABLE -> false;
			case REJECTED -> {
				if (submission && reportsStart(failure)) {
					yield false;
				}
				if (status == 429) {
					yield true;
				}
				if (submission && mode == SubmissionRetry.WHEN_UNSENT) {
					yield false;
				}
				if (status == 408 || (status == 409 && kind == Kind.SESSION_END)) {
					yield true;
				}
				yield status >= 500
						&& (!submission || mode == SubmissionRetry.AS_OFFICIAL_SDKS || saysThatNothingStarted(failure));
			}
		};
	}

	/**
	 * Return whether the attempt may have started an unknown run.
	 * @param failure the failure of the attempt
	 * @param submission whether the call starts a run
	 * @return true if a run may exist
	 */
	public static boolean mayHaveStartedRun(AttemptFailure failure, boolean submission) {
		return submission && switch (failure.kind()) {
			case NOT_SENT, PREVENTED -> false;
			case NO_ANSWER, UNREADABLE -> true;
			case REJECTED -> reportsStart(failure) || failure.status() < 200
					|| (failure.status() >= 500 && !saysThatNothingStarted(failure));
		};
	}

	private static boolean reportsStart(AttemptFailure failure) {
		return failure.startNamed() || RUN_LEVEL.contains(failure.code());
	}

	private static boolean saysThatNothingStarted(AttemptFailure failure) {
		return failure.code().isEmpty() ? failure.status() == 503 && failure.retryAfter() != null
				: failure.envelope() && NOTHING_STARTED.contains(failure.code());
	}

	/**
	 * Kind of a call in this table.
	 */
	public enum Kind {

		/** Reads or ends something. */
		REPEATABLE,

		/** Ends a browser session, which a plug-in of TinyFish also repeats after 409. */
		SESSION_END,

		/** Starts something. */
		SUBMISSION

	}

}
