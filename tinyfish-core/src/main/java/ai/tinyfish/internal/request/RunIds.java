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

package ai.tinyfish.internal.request;

import ai.tinyfish.support.LogText;
import org.jspecify.annotations.Nullable;

/**
 * Checks of run ids. Some are sent by the service, which may send anything.
 */
public final class RunIds {

	private static final int MAX_LENGTH = 128;

	private RunIds() {
	}

	/**
	 * Check an id that is about to be requested.
	 * @param runId the id, or null
	 * @return the id
	 * @throws IllegalArgumentException if it is blank or not valid
	 */
	public static String require(@Nullable String runId) {
		String id = Checks.text("runId", runId);
		Checks.that(isValid(id),
				"runId must have 1 to " + MAX_LENGTH + " letters, digits, '_' and '-', and nothing else");
		return id;
	}

	/**
	 * Return whether an id can be used to request a run.
	 * @param runId the id
	 * @return whether it has 1 to 128 letters, digits, {@code _} and {@code -}
	 */
	public static boolean isValid(String runId) {
		return !runId.isEmpty() && runId.length() <= MAX_LENGTH
				&& runId.chars().allMatch((c) -> c == '_' || c == '-' || (c < 128 && Character.isLetterOrDigit(c)));
	}

	/**
	 * Return the part of an id from the service that is kept. An id that is too long
	 * stays malformed.
	 * @param runId the id
	 * @return the id, or its first 128 characters and three dots
	 */
	public static String bounded(String runId) {
		return (runId.length() > MAX_LENGTH) ? Descriptions.excerpt(runId, MAX_LENGTH) : runId;
	}

	/**
	 * Return an id for a message or a log, without line breaks, which could forge a line.
	 * @param runId the id, or null
	 * @return its {@link LogText}, cut if it is long
	 */
	public static String printable(@Nullable String runId) {
		return (runId != null && isValid(runId)) ? runId : Descriptions.excerpt(LogText.of(runId), MAX_LENGTH);
	}

}
