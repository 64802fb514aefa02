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

import java.util.List;

import ai.tinyfish.internal.json.Lists;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/**
 * The items of the connected password managers, read again.
 *
 * @param items the items that agents may log in with
 * @param summary the changes, never null
 * @since 0.1.0
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record SyncedVault(@JsonProperty("items") List<VaultItem> items, @JsonProperty("sync_summary") Summary summary) {

	/**
	 * Create a new response.
	 * @param items the items that agents may log in with; null is read as nothing
	 * @param summary the changes; null is read as unknown
	 */
	public SyncedVault {
		items = Lists.copyOf(items);
		summary = (summary != null) ? summary : new Summary(null, null, null);
	}

	/**
	 * Changes since items were last read.
	 *
	 * @param added how many items are new, or null if the service does not say
	 * @param updated how many items have changed, or null if the service does not say
	 * @param removed how many items were removed, or null if the service does not say
	 */
	@JsonIgnoreProperties(ignoreUnknown = true)
	public record Summary(@JsonProperty("added") @Nullable Integer added,
			@JsonProperty("updated") @Nullable Integer updated, @JsonProperty("removed") @Nullable Integer removed) {

	}

}
