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

package ai.tinyfish.browser;

import ai.tinyfish.internal.json.EnumTexts;
import org.jspecify.annotations.Nullable;

/**
 * Kind of browser of a session.
 *
 * @since 0.1.0
 */
public enum BrowserMode {

	/**
	 * Plain browser.
	 */
	LIGHT,

	/**
	 * Browser with anti-detection measures, for sites that block robots.
	 */
	STEALTH,

	/**
	 * TinyFish's own browser.
	 */
	TF_BROWSER,

	/**
	 * Absent, or a kind that this version does not know.
	 */
	UNKNOWN;

	/**
	 * Return the kind that the wire's text names.
	 * @param text the text, in any case, or null
	 * @return the kind, {@link #UNKNOWN} for anything new and for null
	 */
	public static BrowserMode of(@Nullable String text) {
		return EnumTexts.read((text != null) ? text.replace('-', '_') : null, UNKNOWN);
	}

}
