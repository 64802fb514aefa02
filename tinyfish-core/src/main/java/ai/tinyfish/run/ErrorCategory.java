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

package ai.tinyfish.run;

import ai.tinyfish.internal.json.EnumTexts;
import org.jspecify.annotations.Nullable;

/**
 * Category of an error of a run: its origin, which decides on the remedy.
 *
 * @since 0.1.0
 */
public enum ErrorCategory {

	/**
	 * The service's: trying again may help.
	 */
	SYSTEM_FAILURE,

	/**
	 * The task's: change goal, url or settings.
	 */
	AGENT_FAILURE,

	/**
	 * The account's: it is out of credit.
	 */
	BILLING_FAILURE,

	/**
	 * Absent, or a category that this version does not know.
	 */
	UNKNOWN;

	/**
	 * Return the category that the wire's text names.
	 * @param text the text, in any case, or null
	 * @return the category, {@link #UNKNOWN} for anything new and for null
	 */
	public static ErrorCategory of(@Nullable String text) {
		return EnumTexts.read(text, UNKNOWN);
	}

}
