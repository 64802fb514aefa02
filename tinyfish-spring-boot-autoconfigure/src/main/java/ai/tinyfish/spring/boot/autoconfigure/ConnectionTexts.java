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

package ai.tinyfish.spring.boot.autoconfigure;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

import ai.tinyfish.TinyFishClient;
import ai.tinyfish.spring.boot.autoconfigure.diagnostics.TinyFishConfigurationException;
import org.jspecify.annotations.Nullable;

/**
 * Checks of keys and addresses, which describe a problem without showing the value.
 */
final class ConnectionTexts {

	private static final Pattern LOOPBACK = Pattern.compile("(?i)(.+\\.)?localhost|127(\\.\\d{1,3}){3}|\\[::1]");

	private ConnectionTexts() {
	}

	/**
	 * Throw an exception if there is a problem.
	 * @param property the name of the property
	 * @param problem the problem with its value, or null
	 */
	static void throwIfAny(String property, @Nullable String problem) {
		if (problem != null) {
			throw new TinyFishConfigurationException(property, problem);
		}
	}

	/**
	 * Return the problem of a text in which Boot has left a placeholder unresolved.
	 * @return the problem, or null
	 */
	static @Nullable String problemOfPlaceholder(String text) {
		return text.contains("${")
				? "has a placeholder without a value, such as an environment variable that is not set" : null;
	}

	/**
	 * Return the problem of a key, apart from white space around it.
	 * @return the problem, or null
	 */
	static @Nullable String problemOfApiKey(String apiKey) {
		String placeholder = problemOfPlaceholder(apiKey);
		if (placeholder != null) {
			return placeholder;
		}
		for (char ch : apiKey.strip().toCharArray()) {
			if (ch <= ' ' || ch > '~' || ch == '"' || ch == '\'') {
				return "must consist of visible ASCII characters, without white space, line breaks and quotes in it";
			}
		}
		return null;
	}

	/**
	 * Return the target of a valid address if others can read the requests: without TLS,
	 * and on another machine.
	 * @return scheme, host and port, or null
	 */
	static @Nullable String readableByOthers(String baseUrl) {
		URI uri = URI.create(baseUrl.strip());
		boolean readable = "http".equalsIgnoreCase(uri.getScheme()) && !LOOPBACK.matcher(uri.getHost()).matches();
		return readable ? "http://" + uri.getRawAuthority() : null;
	}

	/**
	 * Return the problem of the address of the API.
	 * @return the problem, or null
	 */
	static @Nullable String problemOfBaseUrl(String baseUrl) {
		return problemOfUrl(baseUrl, Set.of("http", "https"), "http or https", TinyFishClient.DEFAULT_BASE_URL);
	}

	/**
	 * Return the problem of the address at which the service reaches this application.
	 * @return the problem, or null
	 */
	static @Nullable String problemOfPublicUrl(String url) {
		return problemOfUrl(url, Set.of("https"), "https", "https://shop.example");
	}

	private static @Nullable String problemOfUrl(String url, Set<String> schemes, String kind, String example) {
		String placeholder = problemOfPlaceholder(url);
		if (placeholder != null) {
			return placeholder;
		}
		URI uri;
		try {
			uri = new URI(url.strip());
		}
		catch (URISyntaxException ex) {
			// the exception's message shows the value, which may contain a password
			return "is not a URL: " + ex.getReason();
		}
		if (uri.getHost() == null && uri.getRawAuthority() != null) {
			return "has a host that is not valid in a URL; host names have no underscore";
		}
		boolean valid = uri.getScheme() != null && schemes.contains(uri.getScheme().toLowerCase(Locale.ROOT))
				&& uri.getHost() != null && uri.getRawUserInfo() == null && uri.getRawQuery() == null
				&& uri.getRawFragment() == null;
		return valid ? null
				: "must be an absolute " + kind + " URL without user, query and fragment, such as " + example;
	}

}
