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
import com.fasterxml.jackson.annotation.JsonCreator;
import org.jspecify.annotations.Nullable;

/**
 * Assessment of whether a run reached its goal.
 *
 * @since 0.1.0
 */
public enum GoalOutcome {

	/** The goal was reached. */
	ACHIEVED,

	/** The goal was missed. */
	MISSED,

	/** Not known. */
	UNKNOWN;

	/**
	 * Read an outcome.
	 * @param name its name, or null
	 * @return the outcome, {@link #UNKNOWN} if it is new
	 */
	@JsonCreator
	static GoalOutcome of(@Nullable String name) {
		return EnumTexts.read(name, UNKNOWN);
	}

}
