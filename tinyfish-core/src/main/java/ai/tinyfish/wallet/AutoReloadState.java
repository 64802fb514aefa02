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

package ai.tinyfish.wallet;

import ai.tinyfish.internal.json.EnumTexts;
import org.jspecify.annotations.Nullable;

/**
 * Whether the wallet is topped up automatically.
 */
public enum AutoReloadState {

	/**
	 * Never set up.
	 */
	UNCONFIGURED,

	/**
	 * Topped up automatically.
	 */
	ON,

	/**
	 * Turned off.
	 */
	OFF,

	/**
	 * Paused because a payment failed.
	 */
	PAUSED_PAYMENT_FAILED,

	/**
	 * Waiting for a means of payment.
	 */
	NEEDS_PAYMENT_METHOD,

	/**
	 * Not said, or a state that this version does not know.
	 */
	UNKNOWN;

	/**
	 * Return the state that the wire's text names.
	 * @param text the text, in any case, or null
	 * @return the state, {@link #UNKNOWN} for anything new and for null
	 */
	public static AutoReloadState of(@Nullable String text) {
		return EnumTexts.read(text, UNKNOWN);
	}

}
