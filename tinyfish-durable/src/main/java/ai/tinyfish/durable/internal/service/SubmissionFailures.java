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

package ai.tinyfish.durable.internal.service;

import java.util.List;
import java.util.regex.Pattern;

import ai.tinyfish.durable.internal.store.StoredOutcome;
import ai.tinyfish.error.TinyFishBadRequestException;
import ai.tinyfish.error.TinyFishException;
import ai.tinyfish.error.TinyFishHostNotAllowedException;
import ai.tinyfish.error.TinyFishNotFoundException;
import ai.tinyfish.error.TinyFishStatusException;
import ai.tinyfish.error.TinyFishUnprocessableEntityException;
import ai.tinyfish.run.TinyFishRunFailedException;
import ai.tinyfish.run.TinyFishRunOutcomeUnknownException;
import org.jspecify.annotations.Nullable;

/**
 * Meaning of failures of calls.
 */
public final class SubmissionFailures {

	/** Valid characters in the path of a run: any other id cannot be polled. */
	private static final Pattern RUN_ID = Pattern.compile("[A-Za-z0-9_-]{1,128}");

	private static final int BAD_REQUEST = 400;

	private static final int REQUEST_TIMEOUT = 408;

	private static final int CONTENT_TOO_LARGE = 413;

	private static final int TOO_MANY_REQUESTS = 429;

	private SubmissionFailures() {
	}

	public static boolean isRunId(@Nullable String runId) {
		return runId != null && RUN_ID.matcher(runId).matches();
	}

	/**
	 * Return whether a request may have started a run, so that it must not be sent again.
	 */
	public static boolean mayHaveStartedRun(RuntimeException failure) {
		return (failure instanceof TinyFishException known) ? known.mayHaveStartedRun()
				// the client is closed, accepts no runs, or has no key
				: !(failure instanceof IllegalStateException || failure instanceof IllegalArgumentException);
	}

	/**
	 * Return whether a request that has started no run is refused for good: by the
	 * service, or because this instance does not allow its host. The request may have
	 * been stored before that rule.
	 */
	public static boolean isRefused(RuntimeException failure) {
		return failure instanceof TinyFishRunFailedException || failure instanceof TinyFishHostNotAllowedException
				|| failure instanceof IllegalArgumentException || (failure instanceof TinyFishStatusException answer
						&& answer.status() >= BAD_REQUEST && !isBusy(answer));
	}

	private static boolean isBusy(TinyFishStatusException answer) {
		return answer.status() == REQUEST_TIMEOUT || answer.status() == TOO_MANY_REQUESTS || answer.status() >= 500;
	}

	/**
	 * Return whether the answer is neither that of the service nor a refusal or an
	 * outage: a redirect, or a page with a status of success.
	 */
	public static boolean isUnreadable(RuntimeException failure) {
		return failure instanceof TinyFishStatusException answer && answer.status() < BAD_REQUEST;
	}

	/**
	 * Return whether one request may have caused the refusal of all, or the service does
	 * not accept several at once.
	 */
	public static boolean mayBeBecauseOfOne(RuntimeException failure) {
		return failure instanceof TinyFishBadRequestException || failure instanceof TinyFishUnprocessableEntityException
				|| failure instanceof TinyFishNotFoundException || failure instanceof TinyFishRunFailedException
				|| failure instanceof TinyFishHostNotAllowedException
				|| (failure instanceof TinyFishStatusException answer && answer.status() == CONTENT_TOO_LARGE);
	}

	/**
	 * Return the ids of the runs that may have been started, as far as the failure names
	 * them.
	 */
	public static List<String> startedRuns(RuntimeException failure) {
		if (failure instanceof TinyFishRunOutcomeUnknownException unknown) {
			return unknown.runIds();
		}
		return (mayHaveStartedRun(failure) && failure instanceof TinyFishException known && known.runId() != null)
				? List.of(known.runId()) : List.of();
	}

	public static String message(RuntimeException failure) {
		return StoredOutcome.storable(failure.getClass().getSimpleName() + ": " + failure.getMessage());
	}

}
