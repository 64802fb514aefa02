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

import ai.tinyfish.internal.json.EnumTexts;
import ai.tinyfish.internal.json.Lists;
import ai.tinyfish.internal.request.Descriptions;
import com.fasterxml.jackson.annotation.JsonAlias;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/**
 * An item of a password manager that agents may log in with. It contains no secrets.
 *
 * @param itemId the item, for the {@code credentialItemIds} of a run; empty if the
 * response lacks it
 * @param connectionId the connection that it comes from, or null if the service does not
 * say
 * @param label its name for people, or null if the service does not say
 * @param vaultName the vault that it is in, or null if the service does not say
 * @param domains the sites that it is for
 * @param fields the fields that it has
 * @param hasTotp whether it has one-time passwords, or null if the service does not say
 * @since 0.1.0
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record VaultItem(@JsonProperty("itemId") @JsonAlias("item_id") String itemId,
		@JsonProperty("connectionId") @JsonAlias("connection_id") @Nullable String connectionId,
		@JsonProperty("label") @Nullable String label,
		@JsonProperty("vaultName") @JsonAlias("vault_name") @Nullable String vaultName,
		@JsonProperty("domains") @JsonAlias("websites") List<String> domains,
		@JsonProperty("fieldMetadata") @JsonAlias("field_metadata") List<Field> fields,
		@JsonProperty("hasTotp") @JsonAlias("has_totp") @Nullable Boolean hasTotp) {

	/**
	 * Create a new item.
	 * @param itemId the item; null is read as an empty text
	 * @param connectionId the connection that it comes from, or null if the service does
	 * not say
	 * @param label its name for people, or null if the service does not say
	 * @param vaultName the vault that it is in, or null if the service does not say
	 * @param domains the sites that it is for; null is read as none
	 * @param fields the fields that it has; null is read as none
	 * @param hasTotp whether it has one-time passwords, or null
	 */
	public VaultItem {
		itemId = (itemId != null) ? itemId : "";
		domains = Lists.copyOf(domains);
		fields = Lists.copyOf(fields);
	}

	@Override
	public String toString() {
		return Descriptions.of(this);
	}

	/**
	 * Field of an item. The content of the field is never read.
	 *
	 * @param fieldId the field, or null if the service does not say
	 * @param label its name for people, or null if the service does not say
	 * @param typeText the type of its content, as received, or null if the service does
	 * not say
	 */
	@JsonIgnoreProperties(ignoreUnknown = true)
	public record Field(@JsonProperty("fieldId") @JsonAlias("field_id") @Nullable String fieldId,
			@JsonProperty("label") @Nullable String label, @JsonProperty("type") @Nullable String typeText) {

		/**
		 * Return the type of the field.
		 * @return the type, {@link Type#UNKNOWN} if it is new or absent
		 */
		public Type type() {
			return Type.of(this.typeText);
		}

		@Override
		public String toString() {
			return Descriptions.of(this);
		}

		/**
		 * Type of a field of an item.
		 */
		public enum Type {

			/**
			 * A text that is not secret.
			 */
			STRING,

			/**
			 * A secret, such as a password.
			 */
			CONCEALED,

			/**
			 * A one-time password.
			 */
			OTP,

			/**
			 * Absent, or a type that this version does not know.
			 */
			UNKNOWN;

			/**
			 * Return the type that the wire's text names.
			 * @param text the text, in any case, or null
			 * @return the type, {@link #UNKNOWN} for anything new and for null
			 */
			public static Type of(@Nullable String text) {
				return EnumTexts.read(text, UNKNOWN);
			}

		}

	}

}
