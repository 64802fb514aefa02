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

import ai.tinyfish.internal.json.RawJson;
import ai.tinyfish.internal.request.Descriptions;
import ai.tinyfish.support.LogText;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.annotation.JsonDeserialize;
import tools.jackson.databind.annotation.JsonSerialize;

/**
 * Content of a page: text, or JSON of any shape, or nothing. Two contents are equal if
 * their JSON is equal, with fields in the same order.
 *
 * @since 0.1.0
 */
@JsonSerialize(using = PageContent.Serializer.class)
@JsonDeserialize(using = PageContent.Deserializer.class)
public final class PageContent {

	private static final String NULL = "null";

	private static final int MAX_TEXT_IN_DESCRIPTION = 100;

	private static final PageContent EMPTY = new PageContent(NULL);

	private final String json;

	private PageContent(String json) {
		this.json = json;
	}

	/**
	 * Return empty content.
	 * @return an empty content
	 */
	public static PageContent empty() {
		return EMPTY;
	}

	/**
	 * Create content of the given JSON, such as for a test.
	 * @param json any JSON value; a JSON string is text, {@code null} gives an empty
	 * content
	 * @return the content
	 * @throws IllegalArgumentException if the text is not one JSON value
	 */
	public static PageContent ofJson(String json) {
		return ofNormalizedJson(RawJson.normalize(json));
	}

	static PageContent ofNormalizedJson(String json) {
		return NULL.equals(json) ? EMPTY : new PageContent(json);
	}

	/**
	 * Return whether there is no content.
	 * @return true if the content is absent or JSON {@code null}
	 */
	public boolean isEmpty() {
		return NULL.equals(this.json);
	}

	/**
	 * Return the text.
	 * @return the text, or null if the content is empty or other JSON
	 */
	public @Nullable String text() {
		return RawJson.stringValue(this.json);
	}

	/**
	 * Return the content as received: a JSON object if JSON was requested, or a JSON
	 * string, with its quotes, for text.
	 * @return JSON text; the text {@code null} if there is no content
	 */
	public String json() {
		return this.json;
	}

	@Override
	public boolean equals(@Nullable Object other) {
		return this == other || (other instanceof PageContent that && this.json.equals(that.json));
	}

	@Override
	public int hashCode() {
		return this.json.hashCode();
	}

	/**
	 * Return the beginning of the JSON.
	 * @return at most some hundred characters
	 */
	@Override
	public String toString() {
		return LogText.of(Descriptions.excerpt(this.json, MAX_TEXT_IN_DESCRIPTION));
	}

	/**
	 * Serializer that writes the JSON unchanged.
	 */
	static final class Serializer extends RawJson.Serializer<PageContent> {

		Serializer() {
			super(PageContent.class, PageContent::json);
		}

	}

	/**
	 * Deserializer of any JSON value, null included.
	 */
	static final class Deserializer extends RawJson.Deserializer<PageContent> {

		Deserializer() {
			super(PageContent.class, PageContent::ofNormalizedJson);
		}

	}

}
