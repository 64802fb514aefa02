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

import ai.tinyfish.settings.OpenValue;

/**
 * Form of the content of a page. The service adds forms: use {@link #of(String)} for one
 * without a constant.
 *
 * @since 0.1.0
 */
public final class FetchFormat extends OpenValue {

	/**
	 * Text with Markdown, the service's default.
	 */
	public static final FetchFormat MARKDOWN = new FetchFormat("markdown");

	/**
	 * Text with HTML.
	 */
	public static final FetchFormat HTML = new FetchFormat("html");

	/**
	 * The tree of the document as a JSON object.
	 */
	public static final FetchFormat JSON = new FetchFormat("json");

	private FetchFormat(String value) {
		super(value);
	}

	/**
	 * Return the form with the given name.
	 * @param value the value as the API knows it; space around it is removed
	 * @return the form
	 * @throws IllegalArgumentException if the value is blank
	 */
	public static FetchFormat of(String value) {
		return new FetchFormat(value);
	}

}
