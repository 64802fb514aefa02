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
 * The form in which the content of a page is given.
 */
public enum FetchFormat {

	/**
	 * Text with Markdown, the service's default.
	 */
	MARKDOWN,

	/**
	 * Text with HTML.
	 */
	HTML,

	/**
	 * The tree of the document as a JSON object.
	 */
	JSON,

	/**
	 * Not said, or a form that this version does not know.
	 */
	UNKNOWN;

	/**
	 * Return the form that the wire's text names.
	 * @param text the text, in any case, or null
	 * @return the form, {@link #UNKNOWN} for anything new and for null
	 */
	public static FetchFormat of(@Nullable String text) {
		return EnumTexts.read(text, UNKNOWN);
	}

}
