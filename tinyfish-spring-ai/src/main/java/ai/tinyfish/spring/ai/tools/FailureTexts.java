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

package ai.tinyfish.spring.ai.tools;

import java.time.Duration;

import ai.tinyfish.error.TinyFishAuthenticationException;
import ai.tinyfish.error.TinyFishException;
import ai.tinyfish.error.TinyFishHostNotAllowedException;
import ai.tinyfish.error.TinyFishInsufficientCreditsException;
import ai.tinyfish.error.TinyFishPermissionDeniedException;
import ai.tinyfish.error.TinyFishStatusException;
import ai.tinyfish.error.TinyFishTooManyRunsException;
import ai.tinyfish.error.TinyFishTooManyStreamsException;
import ai.tinyfish.run.AgentRun;
import ai.tinyfish.run.RunError;
import ai.tinyfish.run.RunStatus;
import ai.tinyfish.run.TinyFishGoalMissedException;
import ai.tinyfish.run.TinyFishResultMappingException;
import ai.tinyfish.run.TinyFishRunFailedException;
import ai.tinyfish.run.TinyFishRunTimeoutException;
import ai.tinyfish.spring.boot.budget.TinyFishBudgetExceededException;
import ai.tinyfish.spring.boot.budget.TinyFishBudgetUnavailableException;
import ai.tinyfish.support.LogText;
import org.jspecify.annotations.Nullable;

/**
 * Texts for the model about failures: whether something was sent or billed, and whether a
 * repeated call makes sense. They name no class and no setting.
 */
final class FailureTexts {

	static final String BILLED = "It was billed; do not repeat it unchanged.";

	private static final int MAX_QUOTE = 500;

	private FailureTexts() {
	}

	/**
	 * Return the text for a failure.
	 * @return the text, or null if neither the client nor the arguments are the reason
	 */
	static @Nullable String of(RuntimeException exception) {
		if (exception instanceof ToolFailure) {
			return exception.getMessage();
		}
		return (exception instanceof TinyFishException failure) ? text(failure) : null;
	}

	private static String text(TinyFishException exception) {
		String run = (exception.runId() != null) ? "Run " + line(exception.runId()) : "The run";
		if (exception instanceof TinyFishRunTimeoutException) {
			return run
					+ " took longer than is allowed, and may still be going. It may have been billed. Do not start it"
					+ " again.";
		}
		if (exception instanceof TinyFishRunFailedException failed) {
			return ended(exception.runId(), failed.status(), failed.error(), exception.mayHaveStartedRun());
		}
		if (exception instanceof TinyFishGoalMissedException missed) {
			String reason = missed.verdict().reason();
			return run + " missed its goal" + ((reason != null) ? ": " + quote(reason) : "") + ". " + BILLED;
		}
		if (exception instanceof TinyFishResultMappingException) {
			return run + " has a result that does not have the expected form. " + BILLED;
		}
		if (!exception.mayHaveStartedRun()) {
			return refused(exception);
		}
		return (exception.runId() != null)
				? "The outcome of run " + line(exception.runId()) + " is unknown. It may have been billed."
						+ " DO NOT call this tool again for it. Ask for it with " + RunTools.STATUS
						+ " and this run_id if you have that tool, or else tell the user."
				: "It is unknown whether a run was started. It may have been billed. DO NOT call this tool again"
						+ " for it. Tell the user.";
	}

	private static String refused(TinyFishException exception) {
		if (exception instanceof TinyFishHostNotAllowedException) {
			return "Refused, nothing was sent: this host is not allowed. Do not try other spellings of it.";
		}
		if (exception instanceof TinyFishBudgetExceededException budget) {
			return "Refused, nothing was sent: the budget of today is used up. It begins again at " + budget.nextDay()
					+ ". Tell the user.";
		}
		if (exception instanceof TinyFishBudgetUnavailableException) {
			return "Refused, nothing was sent: the budget cannot be checked at the moment. Tell the user.";
		}
		if (exception instanceof TinyFishTooManyRunsException || exception instanceof TinyFishTooManyStreamsException) {
			return "Refused, nothing was sent: too many runs are in progress in this application. Wait before you try again.";
		}
		if (exception instanceof TinyFishAuthenticationException) {
			return "The service refused the key of this application. Calling it again does not help. Tell the user.";
		}
		if (exception instanceof TinyFishInsufficientCreditsException) {
			return "The account of this application has no credit left. Calling it again does not help. Tell the user.";
		}
		if (exception instanceof TinyFishPermissionDeniedException) {
			return "The account of this application may not do this. Calling it again does not help. Tell the user.";
		}
		if (exception instanceof TinyFishStatusException response) {
			return text(response);
		}
		return "The service could not be reached, and nothing was started. It may help to call it again later.";
	}

	private static String text(TinyFishStatusException response) {
		if (response.status() == 429) {
			Duration wait = response.retryAfter();
			return "The service received too many requests, and nothing was started. Wait "
					+ ((wait != null) ? wait.toSeconds() + " seconds" : "a minute") + " before you call it again.";
		}
		return (response.status() < 500)
				? "The service did not accept the request: status " + response.status()
						+ ((response.code() != null) ? ", " + quote(response.code()) : "")
						+ ". Nothing was started. Do not repeat it unchanged."
				: "The service failed, and nothing was started. It may help to call it again later.";
	}

	/**
	 * Return the failure of a run that failed or was cancelled.
	 */
	static ToolFailure ended(AgentRun run) {
		return new ToolFailure(ended(run.runId(), run.status(), run.error(), true));
	}

	private static String ended(@Nullable String runId, @Nullable RunStatus status, @Nullable RunError error,
			boolean started) {
		StringBuilder text = new StringBuilder((runId != null) ? "Run " + line(runId) : "The run")
			.append((status == RunStatus.CANCELLED) ? " was cancelled" : " failed");
		if (error != null) {
			text.append(": ")
				.append(quote((error.code() != null) ? error.code() + ": " + error.message() : error.message()));
			if (error.helpMessage() != null) {
				text.append(". ").append(quote(error.helpMessage()));
			}
		}
		return text
			.append(started ? ". It may have been billed; do not repeat it unchanged."
					: ". No run was started; do not repeat it unchanged.")
			.toString();
	}

	/**
	 * Return words from outside in quotation marks, which they cannot close.
	 */
	static String quote(String text) {
		return '"' + line(text).replace('"', '\'') + '"';
	}

	/**
	 * Return a text from outside in one line of bounded length.
	 */
	static String line(String text) {
		String line = LogText.of(text).strip();
		if (line.length() <= MAX_QUOTE) {
			return line;
		}
		int end = Character.isHighSurrogate(line.charAt(MAX_QUOTE - 1)) ? MAX_QUOTE - 1 : MAX_QUOTE;
		return line.substring(0, end) + "...";
	}

}
