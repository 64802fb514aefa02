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
import ai.tinyfish.internal.request.Descriptions;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/**
 * A password manager that was connected.
 *
 * @param connectionId the connection; empty if the response lacks it
 * @param connected whether the connection works, or null if the service does not say
 * @param providerText the password manager as received, or null if the service does not
 * say
 * @param items the items that agents may log in with
 * @since 0.1.0
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record ConnectedVault(@JsonProperty("connectionId") String connectionId,
		@JsonProperty("connected") @Nullable Boolean connected, @JsonProperty("provider") @Nullable String providerText,
		@JsonProperty("items") List<VaultItem> items) {

	/**
	 * Create a new response.
	 * @param connectionId the connection; null is read as an empty text
	 * @param connected whether the connection works, or null
	 * @param providerText the password manager, or null
	 * @param items the items that agents may log in with; null is read as nothing
	 */
	public ConnectedVault {
		connectionId = (connectionId != null) ? connectionId : "";
		items = Lists.copyOf(items);
	}

	/**
	 * Return the password manager.
	 * @return the password manager, {@link VaultProvider#UNKNOWN} if it is new or absent
	 */
	public VaultProvider provider() {
		return VaultProvider.of(this.providerText);
	}

	@Override
	public String toString() {
		return Descriptions.of(this);
	}

}
