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

package ai.tinyfish.vault;

import ai.tinyfish.internal.json.EnumTexts;
import org.jspecify.annotations.Nullable;

/**
 * Type of a field of an item.
 */
public enum VaultFieldType {

	/**
	 * A text for everybody to see.
	 */
	STRING,

	/**
	 * A secret, such as a password.
	 */
	CONCEALED,

	/**
	 * A one-time password.
	 */
	OTP,

	/**
	 * Not said, or a type that this version does not know.
	 */
	UNKNOWN;

	/**
	 * Return the type that the wire's text names.
	 * @param text the text, in any case, or null
	 * @return the type, {@link #UNKNOWN} for anything new and for null
	 */
	public static VaultFieldType of(@Nullable String text) {
		return EnumTexts.read(text, UNKNOWN);
	}

}
