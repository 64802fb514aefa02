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

import ai.tinyfish.internal.request.Descriptions;
import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.annotation.JsonDeserialize;
import tools.jackson.databind.annotation.JsonSerialize;

/**
 * Reason for which a run was not accepted or failed. The API key is redacted in it, and
 * the other secrets of the request where this client has submitted the run, or one with
 * the same {@code RunRegistry}. Of each text the first 64 Ki characters are kept.
 *
 * @param code the error code such as {@code SITE_BLOCKED}, or null where none is given;
 * an open set, not always upper case
 * @param message the reason in words; where the service gives none, its code, or else an
 * empty text
 * @param categoryText the category as received, or null where none is given
 * @param retryAfter how long to wait before trying again, or null where that is not said
 * @param helpUrl where to read more, or null
 * @param helpMessage a hint to the reader, or null
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record RunError(@JsonProperty("code") @Nullable String code, @JsonProperty("message") String message,
		@JsonProperty("category") @Nullable String categoryText,
		@JsonProperty("retry_after") @JsonSerialize(using = SecondsSerializer.class) @JsonDeserialize(
				using = SecondsDeserializer.class) @Nullable Duration retryAfter,
		@JsonProperty("help_url") @Nullable String helpUrl,
		@JsonProperty("help_message") @Nullable String helpMessage) {

	/**
	 * Create a new error.
	 * @param code the error code, or null
	 * @param message the reason in words; null is replaced by the code or an empty text
	 * @param categoryText the category as received, or null
	 * @param retryAfter how long to wait before trying again, or null
	 * @param helpUrl where to read more, or null
	 * @param helpMessage a hint to the reader, or null
	 */
	@JsonCreator(mode = JsonCreator.Mode.PROPERTIES)
	public RunError {
		message = messageOf(message, code);
	}

	// older streams send the bare message
	@JsonCreator(mode = JsonCreator.Mode.DELEGATING)
	static RunError ofMessage(String message) {
		return new RunError(null, message, null, null, null, null);
	}

	private static String messageOf(@Nullable String message, @Nullable String code) {
		if (message != null) {
			return message;
		}
		return (code != null) ? code : "";
	}

	/**
	 * Return the category of the error.
	 * @return the category, {@link ErrorCategory#UNKNOWN} where it is new or not given
	 */
	public ErrorCategory category() {
		return ErrorCategory.of(this.categoryText);
	}

	@Override
	public String toString() {
		return Descriptions.of(this);
	}

}
