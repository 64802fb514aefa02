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

import java.time.Duration;

import ai.tinyfish.internal.request.Checks;
import ai.tinyfish.internal.request.Descriptions;
import ai.tinyfish.internal.request.WireForm;
import org.jspecify.annotations.Nullable;

/**
 * Request to start the set-up session of a profile. Immutable.
 *
 * @since 0.1.0
 */
public final class SetupSessionRequest {

	private static final WireForm EMPTY = WireForm.register(SetupSessionRequest.class, (request) -> request.fields);

	private static final SetupSessionRequest DEFAULTS = new SetupSessionRequest(EMPTY);

	private static final int MIN_TIMEOUT_SECONDS = 5;

	private static final int MAX_TIMEOUT_SECONDS = 86_400;

	private final WireForm fields;

	private SetupSessionRequest(WireForm fields) {
		this.fields = fields;
	}

	/**
	 * Create a request for a session with the service's defaults, on an empty page.
	 * @return the request
	 */
	public static SetupSessionRequest defaults() {
		return DEFAULTS;
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
	 * Return the page that the browser opens first.
	 * @return the URL, or null for an empty page
	 */
	public @Nullable String url() {
		return this.fields.text("url");
	}

	/**
	 * Return how long the session may last before the service ends it.
	 * @return whole seconds, or null for the service's default
	 */
	public @Nullable Duration timeout() {
		return this.fields.read("timeout_seconds", (Integer seconds) -> Duration.ofSeconds(seconds));
	}

	@Override
	public boolean equals(@Nullable Object other) {
		return this == other || (other instanceof SetupSessionRequest that && this.fields.equals(that.fields));
	}

	@Override
	public int hashCode() {
		return this.fields.hashCode();
	}

	/**
	 * Return a short description without secrets.
	 * @return the URL, without user, query and fragment, and the timeout
	 */
	@Override
	public String toString() {
		return "SetupSessionRequest[url=%s, timeoutSeconds=%s]".formatted(Descriptions.url(this.fields.text("url")),
				this.fields.get("timeout_seconds"));
	}

	/**
	 * Builder for a {@link SetupSessionRequest}. Nothing has to be set; null removes a
	 * setting, so that the service's default applies.
	 */
	public static final class Builder {

		private final WireForm.Builder<Builder> fields;

		private Builder(WireForm fields) {
			this.fields = fields.toBuilder(this);
		}

		/**
		 * Set the page that the browser opens first, such as a log-in page.
		 * @param url an absolute http or https URL, or null for an empty page
		 * @return this builder
		 * @throws IllegalArgumentException if it is not such a URL
		 */
		public Builder url(@Nullable String url) {
			return this.fields.set("url", (url != null) ? Checks.webUrl("url", url) : null);
		}

		/**
		 * Set how long the session may last before the service ends it.
		 * @param timeout whole seconds, from 5 to 86,400 (a day), or null for the
		 * service's default. The service may allow less than a day; one source mentions
		 * 15 minutes
		 * @return this builder
		 * @throws IllegalArgumentException if the duration is out of range or has a part
		 * of a second
		 */
		public Builder timeout(@Nullable Duration timeout) {
			return this.fields.set("timeout_seconds", Checks.optionalUnits("timeout", timeout, Duration.ofSeconds(1),
					"seconds", MIN_TIMEOUT_SECONDS, MAX_TIMEOUT_SECONDS));
		}

		/**
		 * Build the request.
		 * @return the request
		 */
		public SetupSessionRequest build() {
			return new SetupSessionRequest(this.fields.build());
		}

	}

}
