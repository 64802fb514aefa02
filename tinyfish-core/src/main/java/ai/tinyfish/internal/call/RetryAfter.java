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

package ai.tinyfish.internal.call;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;

import org.jspecify.annotations.Nullable;

/**
 * Reads the time that the service asks to wait.
 */
final class RetryAfter {

	private static final double MAX_SECONDS = Duration.ofDays(365).toSeconds();

	private RetryAfter() {
	}

	/**
	 * Read a {@code Retry-After} header.
	 * @param value the header: seconds or an HTTP date
	 * @param now the answer's {@code Date} header, or null to use the local clock; with
	 * the server's clock, a skewed local clock is harmless
	 * @return the duration, zero for a date that has passed, or null if the header cannot
	 * be read
	 */
	static @Nullable Duration parse(@Nullable String value, @Nullable String now) {
		if (value == null) {
			return null;
		}
		String text = value.trim();
		if (!text.isEmpty() && (Character.isDigit(text.charAt(0)) || text.charAt(0) == '.')) {
			try {
				return seconds(Double.parseDouble(text));
			}
			catch (NumberFormatException ex) {
				return null;
			}
		}
		Instant date = date(text);
		if (date == null) {
			return null;
		}
		Instant base = (now != null) ? date(now.trim()) : null;
		Duration wait = Duration.between((base != null) ? base : Instant.now(), date);
		return wait.isNegative() ? Duration.ZERO : wait;
	}

	static @Nullable Duration seconds(double seconds) {
		return (seconds >= 0) ? Duration.ofMillis(Math.round(Math.min(seconds, MAX_SECONDS) * 1000)) : null;
	}

	private static @Nullable Instant date(String text) {
		try {
			return ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
		}
		catch (DateTimeException ex) {
			return null;
		}
	}

}
