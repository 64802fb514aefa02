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

package ai.tinyfish.spring.boot.budget;

import ai.tinyfish.error.TinyFishException;
import org.jspecify.annotations.Nullable;

/**
 * Exception for a budget that cannot be checked: its count cannot be read or locked, or
 * the price of a step is not known. Nothing was sent.
 *
 * @since 0.1.0
 */
public class TinyFishBudgetUnavailableException extends TinyFishException {

	/**
	 * Create a new exception.
	 * @param message the message
	 * @param cause the cause, or null if the wallet has no price
	 */
	public TinyFishBudgetUnavailableException(String message, @Nullable Throwable cause) {
		super(message, cause, null);
		withoutRun();
	}

}
