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

import java.util.List;

import ai.tinyfish.internal.json.Lists;
import ai.tinyfish.internal.request.Descriptions;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/**
 * Result of validating a run's result against the requested output schema. A result that
 * does not match still belongs to a completed run.
 *
 * @param valid whether it matches, or null if the service does not say: then it matches
 * if there are no errors
 * @param rePromptAttempts how often the agent was asked to correct its result, or null if
 * the service does not say
 * @param errors the places at which it does not match; empty if it matches
 * @since 0.1.0
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record SchemaValidation(@JsonProperty("valid") @Nullable Boolean valid,
		@JsonProperty("re_prompt_attempts") @Nullable Integer rePromptAttempts,
		@JsonProperty("errors") List<Violation> errors) {

	/**
	 * Create a new validation report.
	 * @param valid whether the result matches, or null
	 * @param rePromptAttempts how often the agent was asked to correct it, or null
	 * @param errors the places at which it does not match; null is read as none
	 */
	public SchemaValidation {
		errors = Lists.copyOf(errors);
	}

	/**
	 * Return whether the service found that the result does not match, also if it only
	 * lists the places.
	 */
	boolean isMismatch() {
		return (this.valid != null) ? !this.valid : !this.errors.isEmpty();
	}

	/**
	 * One place at which a result does not match the requested output schema.
	 *
	 * @param path the place in the result, in the service's notation, or null if the
	 * service does not say
	 * @param expected the value that the schema requires, or null if the service does not
	 * say
	 * @param received the value that the agent returned, or null if the service does not
	 * say
	 * @param message the same in words, or null if the service does not say
	 */
	@JsonIgnoreProperties(ignoreUnknown = true)
	public record Violation(@JsonProperty("path") @Nullable String path,
			@JsonProperty("expected") @Nullable String expected, @JsonProperty("received") @Nullable String received,
			@JsonProperty("message") @Nullable String message) {

		@Override
		public String toString() {
			return Descriptions.of(this);
		}

	}

}
