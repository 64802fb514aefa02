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

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

import ai.tinyfish.internal.json.JsonMap;
import ai.tinyfish.internal.json.JsonText;
import ai.tinyfish.internal.request.Descriptions;
import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.annotation.JsonAutoDetect.Visibility;
import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.annotation.JsonDeserialize;
import tools.jackson.databind.annotation.JsonSerialize;

/**
 * Error of a run that was not accepted or that failed. The secrets of the request that it
 * is the response to are redacted in its texts: of a submission all of them, of a later
 * read the API key and the values of headers. In later releases it may have further
 * fields.
 */
@JsonAutoDetect(getterVisibility = Visibility.NONE, isGetterVisibility = Visibility.NONE)
@JsonPropertyOrder({ "code", "message", "category", "retry_after", "help_url", "help_message" })
public final class RunError {

	/**
	 * Names that the fields have in JSON, in all spellings.
	 */
	private static final Set<String> NAMES = Set.of("code", "message", "category", "retry_after", "help_url",
			"help_message");

	private final Values values;

	private RunError(Values values) {
		this.values = values;
	}

	// null is what is left of a value that is no object
	@JsonCreator(mode = JsonCreator.Mode.DELEGATING)
	static @Nullable RunError read(@Nullable Builder builder) {
		return (builder != null) ? builder.build() : null;
	}

	// older streams send the bare message
	@JsonCreator(mode = JsonCreator.Mode.DELEGATING)
	static RunError read(String message) {
		return of(null, message);
	}

	/**
	 * Create a builder, such as for a test.
	 * @return a new builder without any value
	 */
	public static Builder builder() {
		return new Builder();
	}

	/**
	 * Create an error of which only the code and the message are known, such as one for a
	 * test.
	 * @param code the code, or null
	 * @param message the reason in words
	 * @return the error
	 */
	public static RunError of(@Nullable String code, String message) {
		return builder().code(code).message(message).build();
	}

	/**
	 * Create a builder with the values of this object.
	 * @return a new builder
	 */
	public Builder toBuilder() {
		return new Builder().code(this.values.code())
			.message(this.values.message())
			.categoryText(this.values.categoryText())
			.retryAfter(this.values.retryAfter())
			.helpUrl(this.values.helpUrl())
			.helpMessage(this.values.helpMessage())
			.additionalProperties(this.values.additionalProperties());
	}

	/**
	 * Return the error code, such as {@code SITE_BLOCKED}. The service adds codes, not
	 * always in upper case.
	 * @return the code, or null if the service names none
	 */
	@JsonProperty("code")
	public @Nullable String code() {
		return this.values.code();
	}

	/**
	 * Return the reason in words.
	 * @return the message; if the service gives none, its code or else an empty text
	 */
	@JsonProperty("message")
	public String message() {
		return this.values.message();
	}

	/**
	 * Return the category as received.
	 * @return the category, or null if the service names none
	 */
	@JsonProperty("category")
	public @Nullable String categoryText() {
		return this.values.categoryText();
	}

	/**
	 * Return the category of the error.
	 * @return the category, {@link ErrorCategory#UNKNOWN} if there is none or this
	 * version does not know it
	 */
	public ErrorCategory category() {
		return ErrorCategory.of(this.values.categoryText());
	}

	/**
	 * Return how long to wait before a new attempt.
	 * @return the duration, or null if the service names none
	 */
	@JsonProperty("retry_after")
	@JsonSerialize(using = SecondsSerializer.class)
	public @Nullable Duration retryAfter() {
		return this.values.retryAfter();
	}

	/**
	 * Return the URL of further help.
	 * @return the URL, or null if there is none
	 */
	@JsonProperty("help_url")
	public @Nullable String helpUrl() {
		return this.values.helpUrl();
	}

	/**
	 * Return a hint for the reader.
	 * @return the hint, or null if there is none
	 */
	@JsonProperty("help_message")
	public @Nullable String helpMessage() {
		return this.values.helpMessage();
	}

	/**
	 * Return the fields of the error without an accessor of their own, such as details.
	 * In JSON they are beside the other fields.
	 * @return an unmodifiable map of plain JSON values, keyed by JSON name; never null
	 */
	@JsonAnyGetter
	public Map<String, @Nullable Object> additionalProperties() {
		return this.values.additionalProperties();
	}

	@Override
	public boolean equals(@Nullable Object other) {
		return other instanceof RunError that && this.values.equals(that.values);
	}

	@Override
	public int hashCode() {
		return this.values.hashCode();
	}

	@Override
	public String toString() {
		return Descriptions.of("RunError", this.values);
	}

	/**
	 * Fields of an error.
	 */
	private record Values(@Nullable String code, String message, @Nullable String categoryText,
			@Nullable Duration retryAfter, @Nullable String helpUrl, @Nullable String helpMessage,
			Map<String, @Nullable Object> additionalProperties) {
	}

	/**
	 * Builder of errors. All values are optional.
	 */
	@JsonAutoDetect(setterVisibility = Visibility.NONE)
	public static final class Builder {

		private @Nullable String code;

		private @Nullable String message;

		private @Nullable String categoryText;

		private @Nullable Duration retryAfter;

		private @Nullable String helpUrl;

		private @Nullable String helpMessage;

		@JsonAnySetter
		@JsonDeserialize(contentUsing = JsonText.class)
		private Map<String, String> additionalProperties = new LinkedHashMap<>();

		private Builder() {
		}

		/**
		 * Set the error code, such as {@code SITE_BLOCKED}.
		 * @param code the code, or null
		 * @return this builder
		 */
		@JsonProperty("code")
		public Builder code(@Nullable String code) {
			this.code = code;
			return this;
		}

		/**
		 * Set the reason in words.
		 * @param message the message; null becomes the code or an empty text
		 * @return this builder
		 */
		@JsonProperty("message")
		public Builder message(@Nullable String message) {
			this.message = message;
			return this;
		}

		/**
		 * Set the category as the service names it.
		 * @param categoryText the category, or null
		 * @return this builder
		 */
		@JsonProperty("category")
		public Builder categoryText(@Nullable String categoryText) {
			this.categoryText = categoryText;
			return this;
		}

		/**
		 * Set how long to wait before a new attempt.
		 * @param retryAfter the duration, or null
		 * @return this builder
		 */
		@JsonProperty("retry_after")
		@JsonDeserialize(using = SecondsDeserializer.class)
		public Builder retryAfter(@Nullable Duration retryAfter) {
			this.retryAfter = retryAfter;
			return this;
		}

		/**
		 * Set the URL of further help.
		 * @param helpUrl the URL, or null
		 * @return this builder
		 */
		@JsonProperty("help_url")
		public Builder helpUrl(@Nullable String helpUrl) {
			this.helpUrl = helpUrl;
			return this;
		}

		/**
		 * Set a hint for the reader.
		 * @param helpMessage the hint, or null
		 * @return this builder
		 */
		@JsonProperty("help_message")
		public Builder helpMessage(@Nullable String helpMessage) {
			this.helpMessage = helpMessage;
			return this;
		}

		/**
		 * Set the properties without a field of their own, in place of those that were
		 * set before. Properties that a field has a value for are ignored.
		 * @param properties plain JSON values, keyed by JSON name
		 * @return this builder
		 */
		public Builder additionalProperties(Map<String, ? extends @Nullable Object> properties) {
			this.additionalProperties = JsonMap.toJson(properties);
			return this;
		}

		/**
		 * Create the object.
		 * @return a new object
		 */
		public RunError build() {
			Map<String, String> properties = new LinkedHashMap<>(this.additionalProperties);
			properties.keySet().removeAll(NAMES);
			String text = (this.message != null) ? this.message : Objects.requireNonNullElse(this.code, "");
			return new RunError(new Values(this.code, text, this.categoryText, this.retryAfter, this.helpUrl,
					this.helpMessage, new JsonMap(properties)));
		}

	}

}
