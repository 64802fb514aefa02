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

import ai.tinyfish.support.LogText;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/**
 * A remote browser that was started. It is billed until
 * {@link BrowserOperations#close(String)}: to close the connection of the Chrome DevTools
 * Protocol does not end it. Its URLs may be enough to drive it, so that they are not in
 * its description.
 *
 * @param sessionId the session; empty where it is not known
 * @param cdpUrl the WebSocket URL to drive the browser at with the Chrome DevTools
 * Protocol, such as with Playwright; empty where it is not known
 * @param baseUrl the https URL that the pages of the session are listed below, or null if
 * the service does not say
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record BrowserSession(@JsonProperty("session_id") String sessionId, @JsonProperty("cdp_url") String cdpUrl,
		@JsonProperty("base_url") @Nullable String baseUrl) {

	/**
	 * Create a new session.
	 * @param sessionId the session; null is read as an empty text
	 * @param cdpUrl the URL to drive the browser at; null is read as an empty text
	 * @param baseUrl the URL that the pages are listed below, or null
	 */
	public BrowserSession {
		sessionId = (sessionId != null) ? sessionId : "";
		cdpUrl = (cdpUrl != null) ? cdpUrl : "";
	}

	/**
	 * Return a description without the URLs.
	 * @return the id
	 */
	@Override
	public String toString() {
		return LogText.of("BrowserSession[sessionId=" + this.sessionId + "]");
	}

}
