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
import java.time.Instant;

import ai.tinyfish.internal.json.TolerantDeserializer;
import ai.tinyfish.internal.request.Checks;
import ai.tinyfish.support.LogText;
import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.annotation.JsonDeserialize;

/**
 * A browser in which a person or a program logs in to sites, so that the logins can be
 * saved in a profile. Anyone who has its id or one of its URLs may use that browser: all
 * of them are secret, and not in its description.
 *
 * @param profileId the profile that it belongs to; empty if it is not known
 * @param sessionId the session, to save or cancel it; empty if it is not known
 * @param cdpUrl the WebSocket URL to drive the browser at with the Chrome DevTools
 * Protocol, such as with Playwright, or null if the service does not say
 * @param baseUrl the https URL that the pages of the session are listed below, or null if
 * the service does not say
 * @param viewerUrl the https URL at which a person can use the browser, or null if the
 * service does not say
 * @param timeout how long the session may last, or null if the service does not say
 * @param expiresAt when the service ends it, or null if the service does not say
 * @since 0.1.0
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record SetupSession(@JsonProperty("profile_id") String profileId, @JsonProperty("session_id") String sessionId,
		@JsonProperty("cdp_url") @Nullable String cdpUrl, @JsonProperty("base_url") @Nullable String baseUrl,
		@JsonProperty("viewer_url") @Nullable String viewerUrl,
		@JsonProperty("timeout_seconds") @JsonFormat(shape = JsonFormat.Shape.NUMBER_INT,
				pattern = "SECONDS") @JsonDeserialize(using = SecondsDeserializer.class) @Nullable Duration timeout,
		@JsonProperty("expires_at") @Nullable Instant expiresAt) {

	/**
	 * Create a new session.
	 * @param profileId the profile; null is read as an empty text
	 * @param sessionId the session; null is read as an empty text
	 * @param cdpUrl the URL to drive the browser at, or null
	 * @param baseUrl the URL that the pages are listed below, or null
	 * @param viewerUrl the URL at which a person uses the browser, or null
	 * @param timeout how long the session may last, or null
	 * @param expiresAt when the service ends it, or null
	 */
	public SetupSession {
		profileId = (profileId != null) ? profileId : "";
		sessionId = (sessionId != null) ? sessionId : "";
	}

	/**
	 * Create a builder of a session from its ids, such as stored ones. This is enough to
	 * save or cancel it.
	 * @return a new builder
	 */
	public static Builder builder() {
		return new Builder();
	}

	/**
	 * Return a description without the session's id and the URLs.
	 * @return the profile, and how long the session lasts
	 */
	@Override
	public String toString() {
		return LogText.of("SetupSession[profileId=%s, timeout=%s, expiresAt=%s]".formatted(this.profileId, this.timeout,
				this.expiresAt));
	}

	/**
	 * Builder for a {@link SetupSession}. Both ids have to be set.
	 */
	public static final class Builder {

		private @Nullable String profileId;

		private @Nullable String sessionId;

		private Builder() {
		}

		/**
		 * Set the profile that the session belongs to.
		 * @param profileId the profile
		 * @return this builder
		 */
		public Builder profileId(String profileId) {
			this.profileId = profileId;
			return this;
		}

		/**
		 * Set the id of the session.
		 * @param sessionId the session, as {@link SetupSession#sessionId()} had it
		 * @return this builder
		 */
		public Builder sessionId(String sessionId) {
			this.sessionId = sessionId;
			return this;
		}

		/**
		 * Build the session.
		 * @return the session
		 * @throws IllegalArgumentException if an id is missing or blank
		 */
		public SetupSession build() {
			return new SetupSession(Checks.text("profileId", this.profileId), Checks.text("sessionId", this.sessionId),
					null, null, null, null, null);
		}

	}

	/**
	 * Deserializer of whole seconds. Anything else is read as null.
	 */
	static final class SecondsDeserializer extends TolerantDeserializer<Duration> {

		SecondsDeserializer() {
			super(Duration.class, number((seconds) -> Duration.ofSeconds(seconds.intValueExact())));
		}

	}

}
