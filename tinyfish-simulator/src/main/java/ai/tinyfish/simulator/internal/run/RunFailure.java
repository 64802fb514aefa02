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

package ai.tinyfish.simulator.internal.run;

import java.util.Locale;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * Failure of a run.
 *
 * @param code the error code, or {@code null} if it has none
 * @param message the text for people
 * @param category the category, or {@code null}
 * @param retryAfterSeconds the pause before another attempt, or {@code null}
 */
public record RunFailure(@Nullable String code, String message, @Nullable String category,
		@Nullable Integer retryAfterSeconds) {

	static final String HELP_URL = "https://docs.tinyfish.ai";

	static final String HELP_MESSAGE = "This failure is simulated. No agent was at work";

	private static final Set<String> SYSTEM_CODES = Set.of("INTERNAL_ERROR", "SERVICE_BUSY", "TIMEOUT");

	private static final Set<String> BILLING_CODES = Set.of("INSUFFICIENT_CREDITS", "FORBIDDEN");

	public RunFailure(String code, String message) {
		this(code, message, categoryOf(code), "SYSTEM_FAILURE".equals(categoryOf(code)) ? 60 : null);
	}

	/**
	 * Check a code, which a test may have swapped with the message.
	 * @return the code
	 * @throws IllegalArgumentException if it has a space
	 */
	public static String checkCode(String code) {
		if (code.indexOf(' ') >= 0) {
			throw new IllegalArgumentException("An error code has no spaces; the message follows it");
		}
		return code;
	}

	private static String categoryOf(String code) {
		String upper = code.toUpperCase(Locale.ROOT);
		if (SYSTEM_CODES.contains(upper)) {
			return "SYSTEM_FAILURE";
		}
		return BILLING_CODES.contains(upper) ? "BILLING_FAILURE" : "AGENT_FAILURE";
	}

}
