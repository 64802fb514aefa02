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

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import ai.tinyfish.internal.request.Checks;
import ai.tinyfish.internal.request.WireForm;
import org.jspecify.annotations.Nullable;

/**
 * Request to connect a password manager. Immutable. Its secrets can be sent but not read
 * again: no description, exception or log contains them.
 *
 * @since 0.1.0
 */
public final class VaultConnectionRequest {

	private static final WireForm EMPTY = WireForm.register(VaultConnectionRequest.class, (request) -> request.fields);

	private final WireForm fields;

	private VaultConnectionRequest(WireForm fields) {
		this.fields = fields;
	}

	/**
	 * Create a request to connect 1Password.
	 * @param token the token of a service account, which is secret
	 * @return the request
	 * @throws IllegalArgumentException if the token is blank
	 */
	public static VaultConnectionRequest onePassword(String token) {
		Map<String, Object> fields = new LinkedHashMap<>();
		fields.put("provider", "1password");
		fields.put("token", Checks.text("token", token));
		return new VaultConnectionRequest(new WireForm(fields));
	}

	/**
	 * Create a builder of a request to connect Bitwarden.
	 * @return a builder without any setting
	 */
	public static BitwardenBuilder bitwarden() {
		return new BitwardenBuilder();
	}

	/**
	 * Return the password manager.
	 * @return the password manager
	 */
	public VaultProvider provider() {
		return Objects.requireNonNull(this.fields.read("provider", VaultProvider::of));
	}

	/**
	 * Return the id of the API key for Bitwarden.
	 * @return the id, or null for 1Password
	 */
	public @Nullable String clientId() {
		return this.fields.text("clientId");
	}

	/**
	 * Return the URL of the vault, if it is not Bitwarden's own server.
	 * @return the URL, or null if not set
	 */
	public @Nullable String serverUrl() {
		return this.fields.text("serverUrl");
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

		private final WireForm.Builder<BitwardenBuilder> fields = EMPTY.toBuilder(this);

		private BitwardenBuilder() {
			this.fields.set("provider", "bitwarden");
		}

		/**
		 * Set the id of the API key.
		 * @param clientId the id
		 * @return this builder
		 */
		public BitwardenBuilder clientId(String clientId) {
			return this.fields.set("clientId", clientId);
		}

		/**
		 * Set the secret of the API key.
		 * @param clientSecret the secret
		 * @return this builder
		 */
		public BitwardenBuilder clientSecret(String clientSecret) {
			return this.fields.set("clientSecret", clientSecret);
		}

		/**
		 * Set the password that opens the vault.
		 * @param masterPassword the password
		 * @return this builder
		 */
		public BitwardenBuilder masterPassword(String masterPassword) {
			return this.fields.set("masterPassword", masterPassword);
		}

		/**
		 * Set the URL of the vault, if it is not Bitwarden's own server.
		 * @param serverUrl an absolute http or https URL, or null for the provider's own
		 * server
		 * @return this builder
		 * @throws IllegalArgumentException if it is not such a URL
		 */
		public BitwardenBuilder serverUrl(@Nullable String serverUrl) {
			return this.fields.set("serverUrl", (serverUrl != null) ? Checks.webUrl("serverUrl", serverUrl) : null);
		}

		/**
		 * Build the request.
		 * @return the request
		 * @throws IllegalArgumentException naming the field that is missing or blank
		 */
		public VaultConnectionRequest build() {
			WireForm form = this.fields.build();
			for (String field : List.of("clientId", "clientSecret", "masterPassword")) {
				Checks.text(field, form.text(field));
			}
			return new VaultConnectionRequest(form);
		}

	}

}
