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

package ai.tinyfish.fetch;

import ai.tinyfish.internal.json.EnumTexts;
import org.jspecify.annotations.Nullable;

/**
 * Reason for which a page could not be fetched.
 */
public enum FetchErrorCode {

	/**
	 * Its server responded with an error, whose HTTP status is
	 * {@link FetchError#status()} where it is said.
	 */
	TARGET_HTTP_ERROR,

	/**
	 * Its server has no such page.
	 */
	PAGE_NOT_FOUND,

	/**
	 * Its server could not be reached.
	 */
	TARGET_UNREACHABLE,

	/**
	 * It took too long.
	 */
	TIMEOUT,

	/**
	 * Its server does not let robots in.
	 */
	BOT_BLOCKED,

	/**
	 * There is nothing on it.
	 */
	EMPTY_CONTENT,

	/**
	 * The URL is not one.
	 */
	INVALID_URL,

	/**
	 * It redirects to a URL that is not one.
	 */
	INVALID_REDIRECT_URL,

	/**
	 * The service's proxy failed.
	 */
	PROXY_ERROR,

	/**
	 * No selector of the request matches anything on it.
	 */
	SELECTOR_NOT_MATCHED,

	/**
	 * It cannot be requested under a condition, such as an entity tag.
	 */
	CONDITIONAL_UNSUPPORTED,

	/**
	 * Not said, or a reason that this version does not know.
	 */
	UNKNOWN;

	/**
	 * Return the reason that the wire's text names.
	 * @param text the text, in any case, or null
	 * @return the reason, {@link #UNKNOWN} for anything new and for null
	 */
	public static FetchErrorCode of(@Nullable String text) {
		return EnumTexts.read(text, UNKNOWN);
	}

}
