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

import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.StringJoiner;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import ai.tinyfish.support.LogText;
import org.jspecify.annotations.Nullable;

import org.springframework.util.ReflectionUtils;

/**
 * Descriptions of requests, which must not be long or reveal secrets. A URL is shown
 * without credentials, query and fragment, a text by its beginning, and a known secret
 * not at all. All descriptions are {@link LogText}.
 */
public final class Descriptions {

	private static final String MASK = "***";

	private static final int MAX_TEXT_LENGTH = 100;

	private static final int MAX_IMAGE_LENGTH = 40;

	private static final Pattern URL = Pattern.compile("(?s)^([^/?#]*//)?([^/?#]*@)?([^?#]*)([?#])?.*");

	private static final Pattern HOST = Pattern
		.compile("(?s)[^/?#]*//(?:[^/?#]*@)?(\\[[^\\]/?#]*\\]|[^/?#:@]+)(?::[0-9]*)?(?:[/?#].*)?");

	private static final Pattern PROXY_URL = Pattern.compile("([A-Za-z][A-Za-z0-9+.-]*://)?([^/?#]*@)?"
			+ "((?:[A-Za-z0-9_.-]+|\\[[0-9A-Fa-f:.]+])(?::[0-9]+)?)(?:[/?#][^@]*)?");

	private Descriptions() {
	}

	/**
	 * Describe a record that may contain text from outside: in the form of records, but
	 * in one line. It only shows the names of {@code additionalProperties}, which may be
	 * secret. A component whose name ends in {@code Url} may give access to a browser or
	 * a recording and is shown as in {@link #url}, a {@code screenshot} by its beginning.
	 * @param data the record
	 * @return its name, and the names and values of its components
	 */
	public static String of(Record data) {
		Map<String, @Nullable Object> values = new LinkedHashMap<>();
		for (RecordComponent component : data.getClass().getRecordComponents()) {
			Method accessor = component.getAccessor();
			ReflectionUtils.makeAccessible(accessor);
			values.put(component.getName(), ReflectionUtils.invokeMethod(accessor, data));
		}
		return of(data.getClass().getSimpleName(), values);
	}

	/**
	 * Describe an object as {@link #of(Record)} describes a record.
	 * @param name the name of its type
	 * @param values its values, keyed by name
	 * @return the description
	 */
	public static String of(String name, Map<String, ? extends @Nullable Object> values) {
		StringJoiner shown = new StringJoiner(", ", name + "[", "]");
		values.forEach((key, value) -> shown.add(key + "=" + shown(key, value)));
		return LogText.of(shown);
	}

	private static @Nullable Object shown(String name, @Nullable Object value) {
		if (name.equals("additionalProperties") && value instanceof Map<?, ?> map) {
			return map.keySet();
		}
		if (name.equals("screenshot") && value instanceof String image) {
			return excerpt(image, MAX_IMAGE_LENGTH);
		}
		return (name.endsWith("Url") && value instanceof String url) ? url(url) : value;
	}

	/**
	 * Return the beginning of a text that may be megabytes long.
	 * @param text the text
	 * @param maxLength how many characters are shown
	 * @return the text, or its beginning
	 */
	public static String excerpt(String text, int maxLength) {
		return (text.length() > maxLength) ? text.substring(0, maxLength) + "..." : text;
	}

	/**
	 * Return the beginning of a text that a person wrote.
	 * @param text the text, or null
	 * @return its beginning, or null
	 */
	public static @Nullable String text(@Nullable String text) {
		return (text != null) ? LogText.of(excerpt(text, MAX_TEXT_LENGTH)) : null;
	}

	/**
	 * Return a URL without its secrets.
	 * @param url the URL, or a domain alone, or null
	 * @return the URL with placeholders for user name, password, query and fragment, or
	 * null
	 */
	public static @Nullable String url(@Nullable String url) {
		if (url == null) {
			return null;
		}
		Matcher parts = URL.matcher(url);
		if (!parts.matches()) {
			return MASK;
		}
		StringBuilder shown = new StringBuilder(Objects.requireNonNullElse(parts.group(1), ""));
		shown.append((parts.group(2) != null) ? MASK + "@" : "").append(parts.group(3));
		return LogText.of(shown.append((parts.group(4) != null) ? parts.group(4) + MASK : ""));
	}

	/**
	 * Return the host of a URL.
	 * @param url the URL, or null
	 * @return the host, or null
	 */
	public static @Nullable String host(@Nullable String url) {
		Matcher parts = HOST.matcher((url != null) ? url : "");
		return parts.matches() ? LogText.of(parts.group(1)) : null;
	}

	/**
	 * Return the URL of a proxy without its secrets. The URL is not validated, so that a
	 * password may contain any character.
	 * @param url the URL, in any form
	 * @return its scheme, host and port, without parts that cannot be distinguished from
	 * secrets
	 */
	public static String proxyUrl(String url) {
		Matcher parts = PROXY_URL.matcher(url);
		if (!parts.matches()) {
			return MASK;
		}
		return Objects.requireNonNullElse(parts.group(1), "") + ((parts.group(2) != null) ? MASK + "@" : "")
				+ parts.group(3);
	}

}
