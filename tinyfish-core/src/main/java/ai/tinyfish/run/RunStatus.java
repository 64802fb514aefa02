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
 * Status of a run.
 *
 * @since 0.1.0
 */
public enum RunStatus {

	/**
	 * The run is waiting.
	 */
	PENDING,

	/**
	 * The agent is working.
	 */
	RUNNING,

	/**
	 * The run completed. This does not mean that it reached its goal: check the result.
	 */
	COMPLETED,

	/**
	 * The agent or its browser failed.
	 */
	FAILED,

	/**
	 * The run was stopped on request.
	 */
	CANCELLED,

	/**
	 * An absent status, or one that this version does not know. Not terminal.
	 */
	UNKNOWN;

	/**
	 * Return the status that the wire's text names.
	 * @param text the text, in any case, or null
	 * @return the status, {@link #UNKNOWN} for anything new and for null
	 */
	public static RunStatus of(@Nullable String text) {
		return EnumTexts.read(text, UNKNOWN);
	}

	/**
	 * Return whether the run has ended.
	 * @return true for {@link #COMPLETED}, {@link #FAILED} and {@link #CANCELLED}
	 */
	public boolean isTerminal() {
		return this == COMPLETED || this == FAILED || this == CANCELLED;
	}

}
