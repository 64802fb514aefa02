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

package ai.tinyfish.settings;

import java.net.IDN;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import ai.tinyfish.error.TinyFishHostNotAllowedException;
import org.jspecify.annotations.Nullable;

/**
 * Hosts of the URLs that the service may be asked to open: {@code shop.example}, or
 * {@code *.shop.example} for all names below it. A URL is refused if programs read its
 * host in different ways, since it is not known which of them will open it. Immutable.
 *
 * @since 0.1.0
 */
public final class AllowedHosts {

	private static final AllowedHosts ANY = new AllowedHosts("any", List.of());

	/** The user information and the host of a URL. */
	private static final Pattern URL = Pattern.compile("(?is)https?://([\\w.~!$&'()*+,;=:%-]*@)?"
			+ "(\\[[^/?#@\\\\\\[\\]]+]|[^/?#@\\\\\\[\\]:]+)" + "(?::\\d*)?(?:[/?#].*)?");

	/**
	 * Encoded characters that end the user information for a program that decodes them
	 * first.
	 */
	private static final Pattern ENCODED_DELIMITER = Pattern.compile("(?i)%(?:2f|5c|3f|23)");

	private static final Pattern HOST = Pattern.compile("\\[[0-9a-f:.]+]|[a-z0-9_-]+(?:\\.[a-z0-9_-]+)*");

	/** A name whose last part is a number is an IPv4 address, with no names below it. */
	private static final Pattern SUFFIX = Pattern.compile("(?:.+\\.)?[a-z_][a-z0-9_-]*");

	private static final int MAX_LENGTH = 253;

	private final String name;

	/** Hosts, and suffixes that begin with a dot. */
	private final List<String> hosts;

	private AllowedHosts(String name, List<String> hosts) {
		this.name = name;
		this.hosts = hosts;
	}

	/**
	 * Return the hosts of a client without a rule.
	 * @return all hosts, even ambiguous ones
	 */
	public static AllowedHosts any() {
		return ANY;
	}

	/**
	 * Create hosts.
	 * @param patterns the patterns
	 * @return the hosts
	 * @throws IllegalArgumentException if there is no pattern, or one is not valid
	 */
	public static AllowedHosts of(String... patterns) {
		return of("allowedHosts", List.of(patterns));
	}

	/**
	 * Create hosts with a name for messages.
	 * @param name the name, such as that of the property that has the patterns
	 * @param patterns the patterns
	 * @return the hosts
	 * @throws IllegalArgumentException if there is no pattern, or one is not valid
	 */
	public static AllowedHosts of(String name, List<String> patterns) {
		if (patterns.isEmpty()) {
			throw new IllegalArgumentException(name + " must not be empty");
		}
		List<String> hosts = new ArrayList<>();
		for (String pattern : patterns) {
			boolean wildcard = pattern.startsWith("*.");
			String host = canonical(wildcard ? pattern.substring(2) : pattern);
			if (host == null || (wildcard && !SUFFIX.matcher(host).matches())) {
				throw new IllegalArgumentException("entry " + (hosts.size() + 1) + " of " + name
						+ " must be a host such as shop.example or *.shop.example, without scheme, port and path");
			}
			hosts.add(wildcard ? "." + host : host);
		}
		return new AllowedHosts(name, List.copyOf(hosts));
	}

	/**
	 * Check that a URL leads to one of these hosts.
	 * @param field the field that has the URL, which messages name
	 * @param url the URL
	 * @throws TinyFishHostNotAllowedException if it does not
	 */
	public void check(String field, String url) {
		if (this == ANY) {
			return;
		}
		String host = hostOf(url);
		if (host == null) {
			throw new TinyFishHostNotAllowedException(
					"The host of " + field + " is ambiguous, so that it cannot be compared with " + this.name, null);
		}
		if (this.hosts.stream()
			.noneMatch((allowed) -> allowed.startsWith(".") ? host.endsWith(allowed) : host.equals(allowed))) {
			throw new TinyFishHostNotAllowedException(
					"The host " + host + " of " + field + " is not one of " + this.name, host);
		}
	}

	/**
	 * Return the host of a URL.
	 * @return the host in its ASCII form, or null if this is not an absolute http or
	 * https URL, or if programs read its host in different ways
	 */
	private static @Nullable String hostOf(String url) {
		Matcher matcher = URL.matcher(url);
		if (!matcher.matches()) {
			return null;
		}
		String user = matcher.group(1);
		return (user == null || !ENCODED_DELIMITER.matcher(user).find()) ? canonical(matcher.group(2)) : null;
	}

	private static @Nullable String canonical(String host) {
		String name = host.toLowerCase(Locale.ROOT);
		name = name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
		if (name.length() > MAX_LENGTH) {
			return null;
		}
		try {
			String ascii = IDN.toASCII(name);
			// a name that changes when converted back, such as one with a sharp s, is
			// another name for browsers, whose mapping is newer
			boolean unambiguous = ascii.equals(name) || IDN.toUnicode(ascii).equals(name);
			return (unambiguous && HOST.matcher(ascii).matches()) ? ascii : null;
		}
		catch (IllegalArgumentException ex) {
			return null;
		}
	}

	@Override
	public String toString() {
		return "AllowedHosts[" + this.name + "=" + this.hosts + "]";
	}

}
