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

package ai.tinyfish.spring.boot;

import java.net.IDN;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * Hosts that URLs may lead to: {@code shop.example}, or {@code *.shop.example} for all
 * names below it. A URL that programs read in different ways has no host here, since it
 * is not known which of them will open it.
 */
public final class AllowedHosts {

	/** The user, and the host as a group. All else than the host does not matter. */
	private static final Pattern URL = Pattern.compile("(?is)https?://(?:[\\w.~!$&'()*+,;=:%-]*@)?"
			+ "(\\[[^/?#@\\\\\\[\\]]+]|[^/?#@\\\\\\[\\]:]+)" + "(?::\\d*)?(?:[/?#].*)?");

	private static final Pattern HOST = Pattern.compile("\\[[0-9a-f:.]+]|[a-z0-9_-]+(?:\\.[a-z0-9_-]+)*");

	/** A name whose last part is a number is an IPv4 address, with no names below it. */
	private static final Pattern SUFFIX = Pattern.compile("(?:.+\\.)?[a-z_][a-z0-9_-]*");

	private static final int MAX_LENGTH = 253;

	private final String property;

	/** Hosts, and suffixes that begin with a dot. */
	private final List<String> hosts = new ArrayList<>();

	/**
	 * Create new hosts.
	 * @param property the property that has the patterns
	 * @param patterns the patterns
	 * @throws TinyFishConfigurationException if a pattern is not valid
	 */
	public AllowedHosts(String property, List<String> patterns) {
		this.property = property;
		for (String pattern : patterns) {
			boolean wildcard = pattern.startsWith("*.");
			String host = canonical(wildcard ? pattern.substring(2) : pattern);
			if (host == null || (wildcard && !SUFFIX.matcher(host).matches())) {
				throw new TinyFishConfigurationException(property, "entry " + (patterns.indexOf(pattern) + 1)
						+ " must be a host such as shop.example or *.shop.example, without scheme, port and path");
			}
			this.hosts.add(wildcard ? "." + host : host);
		}
	}

	/**
	 * Return the host of a URL.
	 * @param url the URL
	 * @return the host in its ASCII form, or null if this is no absolute http or https
	 * URL, or one whose host programs read in different ways
	 */
	static @Nullable String hostOf(String url) {
		Matcher matcher = URL.matcher(url);
		return matcher.matches() ? canonical(matcher.group(1)) : null;
	}

	private static @Nullable String canonical(String host) {
		String name = host.toLowerCase(Locale.ROOT);
		name = name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
		if (name.length() > MAX_LENGTH) {
			return null;
		}
		try {
			String ascii = IDN.toASCII(name);
			// a name that is not the same when converted back, such as one with a sharp
			// s, is another one for browsers, whose mapping is newer
			boolean unambiguous = ascii.equals(name) || IDN.toUnicode(ascii).equals(name);
			return (unambiguous && HOST.matcher(ascii).matches()) ? ascii : null;
		}
		catch (IllegalArgumentException ex) {
			return null;
		}
	}

	/**
	 * Check that a URL leads to one of these hosts.
	 * @param url the URL
	 * @throws TinyFishHostNotAllowedException if it does not
	 */
	public void check(String url) {
		String host = hostOf(url);
		if (host == null || this.hosts.stream()
			.noneMatch((allowed) -> allowed.startsWith(".") ? host.endsWith(allowed) : host.equals(allowed))) {
			throw new TinyFishHostNotAllowedException(this.property, host);
		}
	}

}
