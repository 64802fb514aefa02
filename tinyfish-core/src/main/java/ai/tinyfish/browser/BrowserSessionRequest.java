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

package ai.tinyfish.browser;

import java.time.Duration;
import java.util.List;

import ai.tinyfish.internal.request.Checks;
import ai.tinyfish.internal.request.Descriptions;
import ai.tinyfish.internal.request.WireForm;
import org.jspecify.annotations.Nullable;

/**
 * Request to start a remote browser. Immutable.
 *
 * @since 0.1.0
 */
public final class BrowserSessionRequest {

	private static final WireForm EMPTY = WireForm.register(BrowserSessionRequest.class, (request) -> request.fields);

	/** The names of all fields that have a setter. */
	private static final List<String> NAMES = List.of("url", "timeout_seconds");

	private static final BrowserSessionRequest DEFAULTS = new BrowserSessionRequest(EMPTY);

	private static final int MIN_TIMEOUT_SECONDS = 5;

	private static final int MAX_TIMEOUT_SECONDS = 86_400;

	private final WireForm fields;

	private BrowserSessionRequest(WireForm fields) {
		this.fields = fields;
	}

	/**
	 * Create a request for a browser with the service's defaults, on an empty page.
	 * @return the request
	 */
	public static BrowserSessionRequest defaults() {
		return DEFAULTS;
	}

	/**
	 * Start a new request.
	 * @return a builder without any setting
	 */
	public static Builder builder() {
		return new Builder(EMPTY);
	}

	/**
	 * Start a new request from this one.
	 * @return a builder with the settings of this request
	 */
	public Builder toBuilder() {
		return new Builder(this.fields);
	}

	/**
	 * Return the page that the browser opens first.
	 * @return the URL or domain, or null for an empty page
	 */
	public @Nullable String url() {
		return this.fields.text("url");
	}

	/**
	 * Return the time that the browser may be idle before the service ends it.
	 * @return whole seconds, or null for the client's {@code browserIdleTimeout}
	 */
	public @Nullable Duration timeout() {
		return this.fields.read("timeout_seconds", (Integer seconds) -> Duration.ofSeconds(seconds));
	}

	@Override
	public boolean equals(@Nullable Object other) {
		return this == other || (other instanceof BrowserSessionRequest that && this.fields.equals(that.fields));
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
		return "BrowserSessionRequest[url=%s, timeoutSeconds=%s]".formatted(Descriptions.url(this.fields.text("url")),
				this.fields.get("timeout_seconds"));
	}

	/**
	 * Builder for a {@link BrowserSessionRequest}. Nothing has to be set; null removes a
	 * setting, so that the service's default applies.
	 */
	public static final class Builder {

		private final WireForm.Builder<Builder> fields;

		private Builder(WireForm fields) {
			this.fields = fields.toBuilder(this);
		}

		/**
		 * Set the page that the browser opens first.
		 * @param url a URL, or a domain alone, which the service reads as https; null for
		 * an empty page
		 * @return this builder
		 * @throws IllegalArgumentException if the URL is blank or has spaces
		 */
		public Builder url(@Nullable String url) {
			Checks.optionalText("url", url);
			Checks.that(url == null || url.chars().noneMatch(Character::isWhitespace), "url must not have spaces");
			return this.fields.set("url", url);
		}

		/**
		 * Set the time that the browser may be idle before the service ends it.
		 * @param timeout whole seconds, from 5 to 86,400 (a day), or null for the
		 * client's {@code browserIdleTimeout}. The longest of the account's plan applies
		 * if it is shorter
		 * @return this builder
		 * @throws IllegalArgumentException if the duration is out of range or has a part
		 * of a second
		 */
		public Builder timeout(@Nullable Duration timeout) {
			return this.fields.set("timeout_seconds", Checks.optionalUnits("timeout", timeout, Duration.ofSeconds(1),
					"seconds", MIN_TIMEOUT_SECONDS, MAX_TIMEOUT_SECONDS));
		}

		/**
		 * Set a field that this version has no method for.
		 * @param name the name on the wire
		 * @param value a text, number, boolean, map or collection, copied deeply
		 * @return this builder
		 * @throws IllegalArgumentException if the name is blank or has its own method, or
		 * the value is null or not JSON
		 */
		public Builder additionalProperty(String name, Object value) {
			return this.fields.setAdditional(NAMES, name, value);
		}

		/**
		 * Build the request.
		 * @return the request
		 */
		public BrowserSessionRequest build() {
			return new BrowserSessionRequest(this.fields.build());
		}

	}

}
