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

import java.time.Instant;

import ai.tinyfish.internal.request.Descriptions;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/**
 * A connection between the account and a password manager.
 *
 * @param id the connection; empty if the response lacks it
 * @param providerText the password manager as received, or null if the service does not
 * say
 * @param connectionStatus the status of the connection, in the service's words such as
 * {@code connected}, or null if the service does not say
 * @param lastValidatedAt when it was last known to work, or null if the service does not
 * say
 * @since 0.1.0
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record VaultConnection(@JsonProperty("id") String id, @JsonProperty("provider") @Nullable String providerText,
		@JsonProperty("connectionStatus") @Nullable String connectionStatus,
		@JsonProperty("lastValidatedAt") @Nullable Instant lastValidatedAt) {

	/**
	 * Create a new connection.
	 * @param id the connection; null is read as an empty text
	 * @param providerText the password manager, or null
	 * @param connectionStatus the status of the connection, or null
	 * @param lastValidatedAt when it was last known to work, or null if the service does
	 * not say
	 */
	public VaultConnection {
		id = (id != null) ? id : "";
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
