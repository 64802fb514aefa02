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

package ai.tinyfish.internal.http;

import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;

import ai.tinyfish.retry.RetrySettings;
import org.jspecify.annotations.Nullable;

/**
 * The settings that calls and streams are executed with.
 *
 * @param baseUrl the URL that the paths are appended to, without a slash at its end
 * @param timeout the longest wait, per attempt, for the whole answer of a call or the
 * beginning of a stream
 * @param connectTimeout the longest time to establish a connection
 * @param idleTimeout the longest silence of a stream that we read from
 * @param runTimeout the whole life of a streamed or started run
 * @param retry how often, and after which delays, calls are repeated
 * @param integration the integration tag that requests carry, or null
 */
public record ClientSettings(String baseUrl, Duration timeout, Duration connectTimeout, Duration idleTimeout,
		Duration runTimeout, RetrySettings retry, @Nullable String integration) {

	/** The largest answer of a call, in bytes: room for the screenshots of a long run. */
	public static final int MAX_ANSWER_SIZE = 64 * 1024 * 1024;

	/** The largest event of a stream, in bytes. */
	public static final int MAX_EVENT_SIZE = 16 * 1024 * 1024;

	/** How many streams may be open at once. */
	public static final int MAX_OPEN_STREAMS = 500;

	private static final Duration MIN_TIMEOUT = Duration.ofMillis(1);

	private static final Duration MAX_TIMEOUT = Duration.ofDays(365);

	/**
	 * Check the values.
	 * @throws IllegalArgumentException if the base URL is not an absolute http or https
	 * URL, or a duration is not positive
	 */
	public ClientSettings {
		baseUrl = checkBaseUrl(baseUrl);
		timeout = checkTimeout("timeout", timeout);
		connectTimeout = checkTimeout("connectTimeout", connectTimeout);
		idleTimeout = checkTimeout("stream idleTimeout", idleTimeout);
		runTimeout = checkTimeout("run timeout", runTimeout);
	}

	private static String checkBaseUrl(String value) {
		try {
			URI uri = new URI(value.trim());
			boolean http = "http".equalsIgnoreCase(uri.getScheme()) || "https".equalsIgnoreCase(uri.getScheme());
			if (!http || uri.getHost() == null || uri.getRawQuery() != null || uri.getRawFragment() != null
					|| uri.getRawUserInfo() != null) {
				throw new IllegalArgumentException(
						"baseUrl must be an absolute http or https URL without user, query and fragment");
			}
			String text = uri.toString();
			return text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
		}
		catch (URISyntaxException ex) {
			throw new IllegalArgumentException("baseUrl is not a URL: " + ex.getReason());
		}
	}

	private static Duration checkTimeout(String name, Duration value) {
		if (value.isNegative() || value.isZero()) {
			throw new IllegalArgumentException(name + " must be positive: " + value);
		}
		// timers count in milliseconds, and do not count for ever
		if (value.compareTo(MIN_TIMEOUT) < 0) {
			return MIN_TIMEOUT;
		}
		return (value.compareTo(MAX_TIMEOUT) > 0) ? MAX_TIMEOUT : value;
	}

}
