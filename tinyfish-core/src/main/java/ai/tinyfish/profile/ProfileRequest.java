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

package ai.tinyfish.profile;

import java.util.Objects;

import ai.tinyfish.internal.request.Checks;
import ai.tinyfish.internal.request.Descriptions;
import ai.tinyfish.internal.request.WireForm;
import ai.tinyfish.settings.ProxyCountryCode;
import org.jspecify.annotations.Nullable;

/**
 * Request to create a profile. Immutable.
 *
 * @since 0.1.0
 */
public final class ProfileRequest {

	private static final WireForm EMPTY = WireForm.register(ProfileRequest.class, (request) -> request.fields);

	private static final int MAX_NAME_LENGTH = 100;

	private final WireForm fields;

	private ProfileRequest(WireForm fields) {
		this.fields = fields;
	}

	/**
	 * Create a request for a profile without a proxy, which is not made the default.
	 * @param name the name of the profile
	 * @return the request
	 * @throws IllegalArgumentException if the name is blank or too long
	 */
	public static ProfileRequest of(String name) {
		return builder().name(name).build();
	}

	/**
	 * Create a builder of a request.
	 * @return a builder without any setting
	 */
	public static Builder builder() {
		return new Builder(EMPTY);
	}

	/**
	 * Create a builder of a request like this one.
	 * @return a builder with the settings of this request
	 */
	public Builder toBuilder() {
		return new Builder(this.fields);
	}

	/**
	 * Return the name of the profile.
	 * @return the name
	 */
	public String name() {
		return Objects.requireNonNull(this.fields.text("name"));
	}

	/**
	 * Return the country that the browser of the profile is seen to come from.
	 * @return the country, or null for no proxy
	 */
	public @Nullable ProxyCountryCode proxyCountry() {
		return this.fields.read("proxy_country_code", ProxyCountryCode::of);
	}

	/**
	 * Return whether the profile becomes the default profile of runs.
	 * @return whether they do, or null for the service's default
	 */
	public @Nullable Boolean setAsDefault() {
		return (Boolean) this.fields.get("set_as_default");
	}

	@Override
	public boolean equals(@Nullable Object other) {
		return this == other || (other instanceof ProfileRequest that && this.fields.equals(that.fields));
	}

	@Override
	public int hashCode() {
		return this.fields.hashCode();
	}

	/**
	 * Return a short description.
	 * @return the name, the country and whether the profile becomes the default
	 */
	@Override
	public String toString() {
		return "ProfileRequest[name=%s, proxyCountry=%s, setAsDefault=%s]".formatted(Descriptions.text(name()),
				this.fields.get("proxy_country_code"), this.fields.get("set_as_default"));
	}

	/**
	 * Builder for a {@link ProfileRequest}. The name has to be set; for all else, null
	 * removes a setting, so that the service's default applies.
	 */
	public static final class Builder {

		private final WireForm.Builder<Builder> fields;

		private Builder(WireForm fields) {
			this.fields = fields.toBuilder(this);
		}

		/**
		 * Set the name of the profile, for people.
		 * @param name the name, of 1 to 100 characters (UTF-16 units)
		 * @return this builder
		 * @throws IllegalArgumentException if the name is blank or too long
		 */
		public Builder name(String name) {
			Checks.text("name", name);
			Checks.that(name.length() <= MAX_NAME_LENGTH,
					"name must not have more than " + MAX_NAME_LENGTH + " characters");
			return this.fields.set("name", name);
		}

		/**
		 * Set the country that the browser of the profile is seen to come from.
		 * @param proxyCountry the country, or null for no proxy
		 * @return this builder
		 */
		public Builder proxyCountry(@Nullable ProxyCountryCode proxyCountry) {
			return this.fields.set("proxy_country_code", (proxyCountry != null) ? proxyCountry.toString() : null);
		}

		/**
		 * Set whether the profile becomes the default profile of runs.
		 * @param setAsDefault whether they do, or null for the service's default
		 * @return this builder
		 */
		public Builder setAsDefault(@Nullable Boolean setAsDefault) {
			return this.fields.set("set_as_default", setAsDefault);
		}

		/**
		 * Build the request.
		 * @return the request
		 * @throws IllegalArgumentException if there is no name
		 */
		public ProfileRequest build() {
			WireForm form = this.fields.build();
			Checks.text("name", form.text("name"));
			return new ProfileRequest(form);
		}

	}

}
