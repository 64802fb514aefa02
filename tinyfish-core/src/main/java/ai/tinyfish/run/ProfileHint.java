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

package ai.tinyfish.run;

import java.util.Map;

import ai.tinyfish.internal.json.JsonMap;
import ai.tinyfish.internal.request.Checks;
import ai.tinyfish.internal.request.Descriptions;
import ai.tinyfish.support.LogText;
import org.jspecify.annotations.Nullable;

/**
 * Hint of the service that a browser profile would help: the run met a log-in wall or a
 * bot check, and used no profile. The names are those of TinyFish's own MCP server.
 *
 * @param message the hint in words, or null if absent
 * @param setupUrl the URL to set up a profile, an http or https URL, or null if the
 * service does not say
 * @param reason the reason why a profile would help, such as {@code auth_wall} or
 * {@code bot_challenge}, or null if the service does not say. The service adds reasons
 * @since 0.1.0
 */
public record ProfileHint(@Nullable String message, @Nullable String setupUrl, @Nullable String reason) {

	/**
	 * Create a new hint.
	 * @param message the hint in words, or null
	 * @param setupUrl the URL to set up a profile; a text that is not an http or https
	 * URL is read as null
	 * @param reason why a profile would help, or null
	 */
	public ProfileHint {
		setupUrl = Checks.isWebUrl(setupUrl) ? setupUrl : null;
	}

	static @Nullable ProfileHint of(Map<String, @Nullable Object> properties) {
		return (properties.get("profile_hint") instanceof Map<?, ?> hint) ? new ProfileHint(
				JsonMap.text(hint, "message"), JsonMap.text(hint, "setup_url"), JsonMap.text(hint, "reason")) : null;
	}

	/**
	 * Return a description.
	 * @return message, reason, and the URL without user, query and fragment
	 */
	@Override
	public String toString() {
		return LogText.of("ProfileHint[message=%s, setupUrl=%s, reason=%s]".formatted(this.message,
				Descriptions.url(this.setupUrl), this.reason));
	}

}
