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

package ai.tinyfish.agent;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

import ai.tinyfish.internal.request.Checks;
import ai.tinyfish.internal.request.Descriptions;
import ai.tinyfish.internal.request.WireForm;
import ai.tinyfish.settings.ProxyCountryCode;
import org.jspecify.annotations.Nullable;

/**
 * Configuration of the proxy of a run. Immutable. Its description shows no credentials.
 *
 * @since 0.1.0
 */
public final class ProxyConfig extends RequestPart {

	private static final Set<String> NAMES = Set.of("enabled", "country_code", "type", "url", "username", "password");

	ProxyConfig(Map<String, Object> fields) {
		super(fields, NAMES);
	}

	/**
	 * Return the service's proxy in the given country.
	 * @param countryCode the country that the run is seen to come from
	 * @return the configuration
	 * @throws IllegalArgumentException if the country is null
	 */
	public static ProxyConfig in(ProxyCountryCode countryCode) {
		Checks.that(countryCode != null, "countryCode must not be null");
		return builder().countryCode(countryCode).build();
	}

	/**
	 * Create a configuration for the caller's own proxy.
	 * @param url the URL of the proxy
	 * @return the configuration
	 * @throws IllegalArgumentException if the url is blank
	 */
	public static ProxyConfig custom(String url) {
		return builder().type(ProxyType.CUSTOM).url(url).build();
	}

	/**
	 * Return the service's proxy, in a country of its choice.
	 * @return the configuration
	 */
	public static ProxyConfig enabled() {
		return builder().build();
	}

	/**
	 * Return a configuration without a proxy.
	 * @return the configuration
	 */
	public static ProxyConfig disabled() {
		return builder().enabled(false).build();
	}

	/**
	 * Start a new configuration.
	 * @return a builder in which the proxy is enabled and nothing else is set
	 */
	public static Builder builder() {
		return new Builder(new WireForm(Map.of())).enabled(true);
	}

	/**
	 * Start a new configuration from this one.
	 * @return a builder with the settings of this configuration
	 */
	public Builder toBuilder() {
		return new Builder(this.fields);
	}

	/**
	 * Return whether a proxy is used.
	 * @return whether one is used
	 */
	public boolean isEnabled() {
		return Boolean.TRUE.equals(this.fields.get("enabled"));
	}

	/**
	 * Return the country that the run is seen to come from.
	 * @return the country, or null for the service's choice
	 */
	public @Nullable ProxyCountryCode countryCode() {
		return this.fields.read("country_code", ProxyCountryCode::of);
	}

	/**
	 * Return the type of the proxy.
	 * @return the type, or null for the service's own
	 */
	public @Nullable ProxyType type() {
		return this.fields.read("type", ProxyType::of);
	}

	/**
	 * Return a description without credentials.
	 * @return the description, with scheme, host and port of the url if they can be
	 * distinguished from the rest
	 */
	@Override
	public String toString() {
		Map<String, Object> shown = new LinkedHashMap<>(this.fields.toMap());
		shown.computeIfPresent("username", (name, value) -> MASK);
		shown.computeIfPresent("password", (name, value) -> MASK);
		shown.computeIfPresent("url", (name, value) -> Descriptions.proxyUrl((String) value));
		return "ProxyConfig" + shown;
	}

	/**
	 * Builder for a {@link ProxyConfig}. In every method, null leaves the choice to the
	 * service.
	 */
	public static final class Builder {

		private final WireForm.Builder<Builder> fields;

		private Builder(WireForm fields) {
			this.fields = fields.toBuilder(this);
		}

		/**
		 * Set whether to use a proxy.
		 * @param enabled whether to use one; true unless set
		 * @return this builder
		 */
		public Builder enabled(boolean enabled) {
			return this.fields.set("enabled", enabled);
		}

		/**
		 * Set the country that the run is seen to come from.
		 * @param countryCode the country, or null for the service's choice
		 * @return this builder
		 */
		public Builder countryCode(@Nullable ProxyCountryCode countryCode) {
			return this.fields.set("country_code", (countryCode != null) ? countryCode.toString() : null);
		}

		/**
		 * Set the type of the proxy.
		 * @param type the type, or null for the service's own
		 * @return this builder
		 */
		public Builder type(@Nullable ProxyType type) {
			return this.fields.set("type", (type != null) ? type.toString() : null);
		}

		/**
		 * Set the URL of a custom proxy.
		 * @param url the url, or null for the service's proxy
		 * @return this builder
		 */
		public Builder url(@Nullable String url) {
			return this.fields.set("url", url);
		}

		/**
		 * Set the user name at the caller's own proxy.
		 * @param username the name, or null for none
		 * @return this builder
		 */
		public Builder username(@Nullable String username) {
			return this.fields.set("username", username);
		}

		/**
		 * Set the password at the caller's own proxy.
		 * @param password the password, or null for none
		 * @return this builder
		 */
		public Builder password(@Nullable String password) {
			return this.fields.set("password", password);
		}

		/**
		 * Build the configuration.
		 * @return the configuration
		 * @throws IllegalArgumentException if the url is blank, or missing for a
		 * {@link ProxyType#CUSTOM custom} proxy
		 */
		public ProxyConfig build() {
			WireForm form = this.fields.build();
			String url = form.text("url");
			Checks.that(url == null || !url.isBlank(), "url of a proxy must not be blank");
			Checks.that(url != null || !ProxyType.CUSTOM.toString().equals(form.text("type")),
					"url must be set for a custom proxy");
			return new ProxyConfig(form.toMap());
		}

	}

}
