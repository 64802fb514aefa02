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

import java.util.Locale;

import org.jspecify.annotations.Nullable;

/**
 * A password manager.
 *
 * @since 0.1.0
 */
public enum VaultProvider {

	/**
	 * 1Password.
	 */
	ONE_PASSWORD,

	/**
	 * Bitwarden.
	 */
	BITWARDEN,

	/**
	 * Absent, or one that this version does not know.
	 */
	UNKNOWN;

	/**
	 * Return the password manager that the wire's text names.
	 * @param text the text, in any case, or null
	 * @return the password manager, {@link #UNKNOWN} for anything new and for null
	 */
	public static VaultProvider of(@Nullable String text) {
		if (text == null) {
			return UNKNOWN;
		}
		return switch (text.trim().toLowerCase(Locale.ROOT)) {
			case "1password" -> ONE_PASSWORD;
			case "bitwarden" -> BITWARDEN;
			default -> UNKNOWN;
		};
	}

}
