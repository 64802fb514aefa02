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

package ai.tinyfish.vault;

import ai.tinyfish.internal.request.Descriptions;
import com.fasterxml.jackson.annotation.JsonAlias;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/**
 * Field of an item. The content of the field is never read.
 *
 * @param fieldId the field, or null
 * @param label its name for people, or null
 * @param typeText the type of its content, as received, or null
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record VaultField(@JsonProperty("fieldId") @JsonAlias("field_id") @Nullable String fieldId,
		@JsonProperty("label") @Nullable String label, @JsonProperty("type") @Nullable String typeText) {

	/**
	 * Return the type of the field.
	 * @return the type, {@link VaultFieldType#UNKNOWN} where it is new or not said
	 */
	public VaultFieldType type() {
		return VaultFieldType.of(this.typeText);
	}

	@Override
	public String toString() {
		return Descriptions.of(this);
	}

}
