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

import ai.tinyfish.internal.request.WireForm;
import java.util.List;
import java.util.Map;

import ai.tinyfish.internal.request.Checks;
import ai.tinyfish.internal.request.WireFields;
import org.jspecify.annotations.Nullable;

/**
 * Request to connect a password manager. Immutable. Its secrets can be sent but not read
 * again: they are in no description, exception or log.
 */
public final class VaultConnectionRequest {

	static {
		WireForm.register(VaultConnectionRequest.class, (request) -> request.fields);
	}

	private final Map<String, Object> fields;

	private VaultConnectionRequest(Map<String, Object> fields) {
		this.fields = fields;
	}

	/**
	 * Create a request to connect 1Password.
	 * @param token the token of a service account, which is secret
	 * @return the request
	 * @throws IllegalArgumentException if the token is blank
	 */
	public static VaultConnectionRequest onePassword(String token) {
		WireFields<Object> fields = new WireFields<>();
		fields.set("provider", "1password");
		fields.set("token", Checks.text("token", token));
		return new VaultConnectionRequest(fields.toMap());
	}

	/**
	 * Create a builder of a request to connect Bitwarden.
	 * @return a builder in which nothing is set
	 */
	public static BitwardenBuilder bitwarden() {
		return new BitwardenBuilder();
	}

	/**
	 * Return the password manager.
	 * @return the password manager
	 */
	public VaultProvider provider() {
		return VaultProvider.of(String.valueOf(this.fields.get("provider")));
	}

	/**
	 * Return the id of the API key for Bitwarden.
	 * @return the id, or null for 1Password
	 */
	public @Nullable String clientId() {
		return (String) this.fields.get("clientId");
	}

	/**
	 * Return the URL of the vault, if it is not Bitwarden's own server.
	 * @return the URL, or null if not set
	 */
	public @Nullable String serverUrl() {
		return (String) this.fields.get("serverUrl");
	}

	@Override
	public boolean equals(@Nullable Object other) {
		return this == other || (other instanceof VaultConnectionRequest that && this.fields.equals(that.fields));
	}

	@Override
	public int hashCode() {
		return this.fields.hashCode();
	}

	/**
	 * Return a short description without secrets.
	 * @return the password manager
	 */
	@Override
	public String toString() {
		return "VaultConnectionRequest[provider=" + provider() + "]";
	}

	/**
	 * Builder for a {@link VaultConnectionRequest} for Bitwarden. All but the server has
	 * to be set.
	 */
	public static final class BitwardenBuilder {

		private final WireFields<Object> fields = new WireFields<>();

		private BitwardenBuilder() {
			this.fields.set("provider", "bitwarden");
		}

		/**
		 * Set the id of the API key.
		 * @param clientId the id
		 * @return this builder
		 */
		public BitwardenBuilder clientId(String clientId) {
			return set("clientId", clientId);
		}

		/**
		 * Set the secret of the API key.
		 * @param clientSecret the secret
		 * @return this builder
		 */
		public BitwardenBuilder clientSecret(String clientSecret) {
			return set("clientSecret", clientSecret);
		}

		/**
		 * Set the password that opens the vault.
		 * @param masterPassword the password
		 * @return this builder
		 */
		public BitwardenBuilder masterPassword(String masterPassword) {
			return set("masterPassword", masterPassword);
		}

		/**
		 * Set the URL of the vault, if it is not Bitwarden's own server.
		 * @param serverUrl an absolute http or https URL, or null
		 * @return this builder
		 * @throws IllegalArgumentException if it is not such a URL
		 */
		public BitwardenBuilder serverUrl(@Nullable String serverUrl) {
			return set("serverUrl", (serverUrl != null) ? Checks.webUrl("serverUrl", serverUrl) : null);
		}

		/**
		 * Build the request.
		 * @return the request
		 * @throws IllegalArgumentException naming the field that is missing or blank
		 */
		public VaultConnectionRequest build() {
			for (String field : List.of("clientId", "clientSecret", "masterPassword")) {
				Checks.text(field, this.fields.getText(field));
			}
			return new VaultConnectionRequest(this.fields.toMap());
		}

		private BitwardenBuilder set(String name, @Nullable String value) {
			this.fields.set(name, value);
			return this;
		}

	}

}
