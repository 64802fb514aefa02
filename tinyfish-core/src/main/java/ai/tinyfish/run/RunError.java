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
import java.util.Map;
import java.util.Set;

import ai.tinyfish.internal.json.PlainJson;
import ai.tinyfish.internal.request.Descriptions;
import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import com.fasterxml.jackson.annotation.JsonCreator;
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
 * @param additionalProperties all that has no component here, by their names on the wire
 */
public record RunError(@JsonProperty("code") @Nullable String code, @JsonProperty("message") String message,
		@JsonProperty("category") @Nullable String categoryText,
		@JsonProperty("retry_after") @JsonSerialize(using = SecondsSerializer.class) @JsonDeserialize(
				using = SecondsDeserializer.class) @Nullable Duration retryAfter,
		@JsonProperty("help_url") @Nullable String helpUrl, @JsonProperty("help_message") @Nullable String helpMessage,
		Map<String, @Nullable Object> additionalProperties) {

	private static final Set<String> NAMES = Set.of("code", "message", "category", "retry_after", "help_url",
			"help_message");

	/**
	 * Create a new error.
	 * @param code the error code, or null
	 * @param message the reason in words; null is replaced by the code or an empty text
	 * @param categoryText the category as received, or null
	 * @param retryAfter how long to wait before trying again, or null
	 * @param helpUrl where to read more, or null
	 * @param helpMessage a hint to the reader, or null
	 * @param additionalProperties plain JSON values by their names on the wire; those
	 * that a component has are left out, and null is read as none
	 */
	public RunError {
		message = messageOf(message, code);
		additionalProperties = new AdditionalProperties(additionalProperties).without(NAMES).toMap();
	}

	/**
	 * Create a new error without additional properties.
	 * @param code the error code, or null
	 * @param message the reason in words; null is replaced by the code or an empty text
	 * @param categoryText the category as received, or null
	 * @param retryAfter how long to wait before trying again, or null
	 * @param helpUrl where to read more, or null
	 * @param helpMessage a hint to the reader, or null
	 */
	public RunError(@Nullable String code, String message, @Nullable String categoryText, @Nullable Duration retryAfter,
			@Nullable String helpUrl, @Nullable String helpMessage) {
		this(code, message, categoryText, retryAfter, helpUrl, helpMessage, Map.of());
	}

	@JsonCreator(mode = JsonCreator.Mode.PROPERTIES)
	static RunError read(@JsonProperty("code") @Nullable String code, @JsonProperty("message") String message,
			@JsonProperty("category") @Nullable String categoryText,
			@JsonProperty("retry_after") @JsonDeserialize(
					using = SecondsDeserializer.class) @Nullable Duration retryAfter,
			@JsonProperty("help_url") @Nullable String helpUrl,
			@JsonProperty("help_message") @Nullable String helpMessage, @JsonAnySetter @JsonDeserialize(
					contentUsing = PlainJson.Deserializer.class) @Nullable Map<String, @Nullable Object> properties) {
		return new RunError(code, message, categoryText, retryAfter, helpUrl, helpMessage,
				AdditionalProperties.read(properties).toMap());
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
	 * Return all that the service says of the error and that has no component here, such
	 * as details. In JSON they are beside the components. They are redacted and limited
	 * as those of the {@link AgentRun#additionalProperties() run}, together with them.
	 * @return an unmodifiable map of plain JSON values by their names on the wire; never
	 * null
	 */
	@JsonAnyGetter
	public Map<String, @Nullable Object> additionalProperties() {
		return this.additionalProperties;
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
