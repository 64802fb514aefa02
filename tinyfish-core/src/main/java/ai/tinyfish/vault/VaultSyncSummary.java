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

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/**
 * Changes since items were last read.
 *
 * @param added how many items are new, or null where that is not said
 * @param updated how many items have changed, or null where that is not said
 * @param removed how many items were removed, or null where that is not said
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record VaultSyncSummary(@JsonProperty("added") @Nullable Integer added,
		@JsonProperty("updated") @Nullable Integer updated, @JsonProperty("removed") @Nullable Integer removed) {

}
