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

package ai.tinyfish.internal.request;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * Checks of the arguments of callers. Messages name the field and never the value, which
 * may contain secrets.
 */
public final class Checks {

	// scheme, no spaces in the user, a host; the service checks the rest
	private static final Pattern WEB_URL = Pattern
		.compile("(?i)https?://([^/?#@\\s]*@)?[^/?#@:\\s][^/?#@\\s]*([/?#]\\S*)?");

	private static final Pattern WHITE_SPACE = Pattern.compile("\\s");

	private static final String NO_WHITE_SPACE = " must not have white space: write a space as %20";

	private Checks() {
	}

	/**
	 * Check a condition.
	 * @param condition the condition
	 * @param message the message, with the field and the problem
	 * @throws IllegalArgumentException if the condition does not hold
	 */
	public static void that(boolean condition, String message) {
		if (!condition) {
			throw new IllegalArgumentException(message);
		}
	}

	/**
	 * Check a required text.
	 * @param field the field's name
	 * @param value the text, or null
	 * @return the text
	 * @throws IllegalArgumentException if the text is null or blank
	 */
	public static String text(String field, @Nullable String value) {
		if (value == null || value.isBlank()) {
			throw new IllegalArgumentException(field + " must not be blank");
		}
		return value;
	}

	/**
	 * Check a text that may be absent.
	 * @param field the field's name
	 * @param value the text, or null
	 * @return the text, or null
	 * @throws IllegalArgumentException if the text is blank
	 */
	public static @Nullable String optionalText(String field, @Nullable String value) {
		that(value == null || !value.isBlank(), field + " must not be blank");
		return value;
	}

	/**
	 * Check a list of texts that may be absent.
	 * @param field the field's name
	 * @param values the texts, or null
	 * @param most the maximum number of texts
	 * @return an unmodifiable copy, or null
	 * @throws IllegalArgumentException if the list is empty or too long, or a text is
	 * blank
	 */
	public static @Nullable List<String> optionalTexts(String field, @Nullable List<String> values, int most) {
		if (values == null) {
			return null;
		}
		that(!values.isEmpty(), field + " must not be empty");
		that(values.size() <= most, field + " must not have more than " + most + " entries");
		values.forEach((value) -> that(value != null && !value.isBlank(), field + " must not have blank entries"));
		return List.copyOf(values);
	}

	/**
	 * Check a collection without nulls.
	 * @param <C> the type of the collection
	 * @param field the field's name
	 * @param values the values
	 * @return the values
	 * @throws NullPointerException if there is no collection
	 * @throws IllegalArgumentException if a value is null
	 */
	public static <C extends Collection<?>> C entries(String field, @Nullable C values) {
		Objects.requireNonNull(values, () -> field + " must not be null");
		values.forEach((value) -> that(value != null, field + " must not have null entries"));
		return values;
	}

	/**
	 * Check a number that may be absent.
	 * @param field the field's name
	 * @param value the number, or null
	 * @param least the smallest that it may be
	 * @param most the largest that it may be
	 * @return the number, or null
	 * @throws IllegalArgumentException if the number is out of range
	 */
	public static @Nullable Integer optionalRange(String field, @Nullable Integer value, int least, int most) {
		that(value == null || (value >= least && value <= most), field + " must be " + range(least, most));
		return value;
	}

	/**
	 * Check a duration that may be absent.
	 * @param field the field's name
	 * @param value the duration, or null
	 * @param unit the unit that it is sent in
	 * @param unitName the unit's name, in the plural
	 * @param least the least number of units
	 * @param most the largest number of units
	 * @return the number of units, or null
	 * @throws IllegalArgumentException if the duration is out of range or has a part of a
	 * unit
	 */
	public static @Nullable Integer optionalUnits(String field, @Nullable Duration value, Duration unit,
			String unitName, int least, int most) {
		if (value == null) {
			return null;
		}
		// not with products of durations, which are decimal numbers: each client is
		// checked
		long nanos = unit.toNanos();
		boolean inRange = value.compareTo(Duration.ofNanos(nanos * least)) >= 0
				&& value.compareTo(Duration.ofNanos(nanos * most)) <= 0;
		that(inRange, field + " must be " + range(least, most) + " " + unitName);
		that(value.toNanos() % nanos == 0, field + " must be whole " + unitName);
		return Math.toIntExact(value.toNanos() / nanos);
	}

	private static String range(int least, int most) {
		return (most == Integer.MAX_VALUE) ? "at least " + least : "from " + least + " to " + most;
	}

	/**
	 * Check an id of the service that becomes one segment of a path. It is sent encoded,
	 * so only ids that can never be a segment are refused.
	 * @param field the field's name
	 * @param value the id, or null
	 * @return the id
	 * @throws IllegalArgumentException if the id is blank, {@code .} or {@code ..}, or
	 * has control characters or unpaired surrogates
	 */
	public static String pathId(String field, @Nullable String value) {
		String id = text(field, value);
		that(!id.equals(".") && !id.equals(".."), field + " must not be '.' or '..'");
		that(id.chars().noneMatch(Character::isISOControl) && StandardCharsets.UTF_8.newEncoder().canEncode(id),
				field + " must not have control characters or unpaired surrogates");
		return id;
	}

	/**
	 * Return whether a text is an absolute http or https URL with a host.
	 * @param url the text, or null
	 * @return true if it is
	 */
	public static boolean isWebUrl(@Nullable String url) {
		return url != null && WEB_URL.matcher(url).matches();
	}

	/**
	 * Return whether a text is an absolute https URL with a host.
	 * @param url the text, or null
	 * @return true if it is
	 */
	public static boolean isHttpsUrl(@Nullable String url) {
		return url != null && isWebUrl(url) && url.regionMatches(true, 0, "https:", 0, 6);
	}

	/**
	 * Return whether a text is an absolute http or https URL with a host, except for
	 * white space.
	 * @param url the text, or null
	 * @return true if it is
	 */
	public static boolean isSpacedUrl(@Nullable String url) {
		return url != null && !isWebUrl(url) && isWebUrl(WHITE_SPACE.matcher(url).replaceAll(""));
	}

	/**
	 * Check a URL that is sent to the service.
	 * @param field the field's name
	 * @param url the URL, or null
	 * @return the URL
	 * @throws IllegalArgumentException if it is not an absolute http or https URL with a
	 * host
	 */
	public static String webUrl(String field, @Nullable String url) {
		if (url == null || !isWebUrl(url)) {
			that(!isSpacedUrl(url), field + NO_WHITE_SPACE);
			throw new IllegalArgumentException(field + " must be an absolute http or https URL with a host");
		}
		return url;
	}

	/**
	 * Check an https URL that may be absent.
	 * @param field the field's name
	 * @param url the URL, or null
	 * @throws IllegalArgumentException if it is not an absolute https URL with a host
	 */
	public static void optionalHttpsUrl(String field, @Nullable String url) {
		that(!isSpacedUrl(url), field + NO_WHITE_SPACE);
		that(url == null || isHttpsUrl(url), field + " must be an absolute https URL with a host");
	}

	/**
	 * Check a URL that paths are appended to.
	 * @param field the field's name
	 * @param url the URL
	 * @return the URL without space around it and without a slash at its end
	 * @throws IllegalArgumentException if it is not an absolute http or https URL, or has
	 * a user, a query or a fragment
	 */
	public static String baseUrl(String field, String url) {
		URI uri;
		try {
			uri = new URI(url.trim());
		}
		catch (URISyntaxException ex) {
			throw new IllegalArgumentException(field + " is not a URL: " + ex.getReason());
		}
		boolean http = "http".equalsIgnoreCase(uri.getScheme()) || "https".equalsIgnoreCase(uri.getScheme());
		that(http && uri.getHost() != null && uri.getRawQuery() == null && uri.getRawFragment() == null
				&& uri.getRawUserInfo() == null,
				field + " must be an absolute http or https URL without user, query and fragment");
		String text = uri.toString();
		return text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
	}

}
