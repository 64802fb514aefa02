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

package ai.tinyfish.usage;

import ai.tinyfish.internal.json.EnumTexts;
import org.jspecify.annotations.Nullable;

/**
 * Status of a usage record.
 *
 * @since 0.1.0
 */
public enum UsageStatus {

	/**
	 * The search or fetch was successful.
	 */
	COMPLETED,

	/**
	 * The search or fetch returned nothing.
	 */
	FAILED,

	/**
	 * The browser session was requested and does not run yet.
	 */
	CREATED,

	/**
	 * The browser session runs.
	 */
	RUNNING,

	/**
	 * The browser session was closed, or ended by the service.
	 */
	ENDED,

	/**
	 * Absent, or a status that this version does not know.
	 */
	UNKNOWN;

	/**
	 * Return the status that the wire's text names.
	 * @param text the text, in any case, or null
	 * @return the status, {@link #UNKNOWN} for anything new and for null
	 */
	public static UsageStatus of(@Nullable String text) {
		return EnumTexts.read(text, UNKNOWN);
	}

}
