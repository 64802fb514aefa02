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

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Objects;

import ai.tinyfish.internal.json.JsonFields;
import ai.tinyfish.internal.request.Checks;
import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.annotation.JsonSerialize;

/**
 * Error of a run that was not accepted or that failed. The secrets of the request are
 * redacted in its texts: all of them in the response to a submission, the API key and the
 * values of headers in the response to a later read. In later releases it may have
 * further fields.
 *
 * @since 0.1.0
 */
@JsonPropertyOrder({ "code", "message", "category", "retry_after", "help_url", "help_message" })
public final class RunError extends RunDocument {

	private RunError(JsonFields fields) {
		super(fields);
	}

	// a value that is not an object is read as null
	@JsonCreator(mode = JsonCreator.Mode.DELEGATING)
	static @Nullable RunError read(@Nullable JsonFields fields) {
		return (fields != null) ? new RunError(fields.unify(RunError.class)) : null;
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
		return new Builder(new JsonFields());
	}

	/**
	 * Create an error with code and message only, such as for a test.
	 * @param code the code, or null
	 * @param message the reason in words
	 * @return the error
	 * @throws IllegalArgumentException if the code has a space, as a message has
	 */
	public static RunError of(@Nullable String code, String message) {
		Checks.that(code == null || code.indexOf(' ') < 0, "code must have no spaces; the message follows it");
		return builder().code(code).message(message).build();
	}

	/**
	 * Create a builder with the values of this object.
	 * @return a new builder
	 */
	public Builder toBuilder() {
		return new Builder(this.fields.copy());
	}

	/**
	 * Return the error code, such as {@code SITE_BLOCKED}. The service adds codes, not
	 * always in upper case.
	 * @return the code, or null if absent
	 */
	@JsonProperty("code")
	public @Nullable String code() {
		return text("code");
	}

	/**
	 * Return the reason in words.
	 * @return the message; if it is absent, the code or else an empty text
	 */
	@JsonProperty("message")
	public String message() {
		return Objects.requireNonNullElse(text("message"), Objects.requireNonNullElse(code(), ""));
	}

	/**
	 * Return the category as received.
	 * @return the category, or null if absent
	 */
	@JsonProperty("category")
	public @Nullable String categoryText() {
		return text("category");
	}

	/**
	 * Return the category of the error.
	 * @return the category, {@link ErrorCategory#UNKNOWN} if it is absent or this version
	 * does not know it
	 */
	public ErrorCategory category() {
		return ErrorCategory.of(categoryText());
	}

	/**
	 * Return how long to wait before a new attempt.
	 * @return the duration, or null if absent
	 */
	@JsonProperty("retry_after")
	@JsonSerialize(using = Seconds.class)
	public @Nullable Duration retryAfter() {
		return Seconds.toDuration(this.fields.get("retry_after", BigDecimal.class));
	}

	/**
	 * Return the URL of further help.
	 * @return the URL, or null if absent
	 */
	@JsonProperty("help_url")
	public @Nullable String helpUrl() {
		return text("help_url");
	}

	/**
	 * Return a hint for the reader.
	 * @return the hint, or null if absent
	 */
	@JsonProperty("help_message")
	public @Nullable String helpMessage() {
		return text("help_message");
	}

	/**
	 * Builder of errors. All values are optional.
	 */
	public static final class Builder extends RunDocument.Builder<Builder> {

		private Builder(JsonFields fields) {
			super(fields);
		}

		/**
		 * Set the error code, such as {@code SITE_BLOCKED}.
		 * @param code the code, or null
		 * @return this builder
		 */
		public Builder code(@Nullable String code) {
			return set("code", code);
		}

		/**
		 * Set the reason in words.
		 * @param message the message; null becomes the code or an empty text
		 * @return this builder
		 */
		public Builder message(@Nullable String message) {
			return set("message", message);
		}

		/**
		 * Set the category as the service names it.
		 * @param categoryText the category, or null
		 * @return this builder
		 */
		public Builder categoryText(@Nullable String categoryText) {
			return set("category", categoryText);
		}

		/**
		 * Set how long to wait before a new attempt.
		 * @param retryAfter the duration, or null
		 * @return this builder
		 */
		public Builder retryAfter(@Nullable Duration retryAfter) {
			return set("retry_after", (retryAfter != null) ? Seconds.of(retryAfter) : null);
		}

		/**
		 * Set the URL of further help.
		 * @param helpUrl the URL, or null
		 * @return this builder
		 */
		public Builder helpUrl(@Nullable String helpUrl) {
			return set("help_url", helpUrl);
		}

		/**
		 * Set a hint for the reader.
		 * @param helpMessage the hint, or null
		 * @return this builder
		 */
		public Builder helpMessage(@Nullable String helpMessage) {
			return set("help_message", helpMessage);
		}

		/**
		 * Create the object.
		 * @return a new object
		 */
		public RunError build() {
			return new RunError(this.fields.copy());
		}

	}

}
