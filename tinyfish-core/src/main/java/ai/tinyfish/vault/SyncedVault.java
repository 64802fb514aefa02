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

/**
 * The items of the connected password managers, read anew.
 *
 * @param items the items that agents may log in with
 * @param summary the changes, never null
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record SyncedVault(@JsonProperty("items") List<VaultItem> items,
		@JsonProperty("sync_summary") VaultSyncSummary summary) {

	/**
	 * Create a new response.
	 * @param items the items that agents may log in with; null is read as nothing
	 * @param summary the changes; null is read as not said
	 */
	public SyncedVault {
		items = Lists.copyOf(items);
		summary = (summary != null) ? summary : new VaultSyncSummary(null, null, null);
	}

}
