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

import ai.tinyfish.internal.request.Descriptions;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/**
 * One place at which a result does not match the requested output schema.
 *
 * @param path where in the result, in the service's notation, or null
 * @param expected the value that the schema requires, or null
 * @param received the value that the agent returned, or null
 * @param message the same in words, or null
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record SchemaViolation(@JsonProperty("path") @Nullable String path,
		@JsonProperty("expected") @Nullable String expected, @JsonProperty("received") @Nullable String received,
		@JsonProperty("message") @Nullable String message) {

	@Override
	public String toString() {
		return Descriptions.of(this);
	}

}
