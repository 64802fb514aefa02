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

package ai.tinyfish.simulator.internal.webhook;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Replacement addresses for the webhooks of runs.
 */
final class WebhookForwards {

	private final List<Forward> forwards = new CopyOnWriteArrayList<>();

	/**
	 * Add a replacement for an address, which takes precedence over earlier ones.
	 * @throws IllegalArgumentException if one is not a base of URLs
	 */
	synchronized void add(String url, String target) {
		Forward forward = new Forward(Base.of(url), Base.of(target));
		this.forwards.removeIf((earlier) -> earlier.url().equals(forward.url()));
		this.forwards.add(0, forward);
	}

	/**
	 * Return the address to deliver to: the replacement, or else the given one.
	 */
	String targetOf(String url) {
		if (this.forwards.isEmpty()) {
			return url;
		}
		try {
			URI uri = new URI(url);
			for (Forward forward : this.forwards) {
				if (forward.url().isBaseOf(uri)) {
					return forward.target().resolve(forward.url().rest(uri));
				}
			}
		}
		catch (URISyntaxException ex) {
			// goes nowhere, as without forwards
		}
		return url;
	}

	private record Forward(Base url, Base target) {
	}

	/**
	 * Beginning of URLs.
	 *
	 * @param origin scheme, host and port
	 * @param path the path without a slash at its end
	 */
	private record Base(String origin, String path) {

		private static final Set<String> SCHEMES = Set.of("http", "https");

		private static Base of(String text) {
			try {
				URI uri = new URI(text);
				if (uri.getScheme() != null && SCHEMES.contains(uri.getScheme().toLowerCase(Locale.ROOT))
						&& uri.getHost() != null && uri.getRawUserInfo() == null && uri.getRawQuery() == null
						&& uri.getRawFragment() == null) {
					return new Base(originOf(uri), uri.getRawPath().replaceFirst("/+$", ""));
				}
			}
			catch (URISyntaxException ex) {
				// answered below, without the text
			}
			throw new IllegalArgumentException(
					"Webhooks are forwarded between absolute HTTP URLs without user, query and fragment");
		}

		private static String originOf(URI uri) {
			String scheme = uri.getScheme().toLowerCase(Locale.ROOT);
			int port = (uri.getPort() >= 0) ? uri.getPort() : scheme.equals("https") ? 443 : 80;
			return scheme + "://" + uri.getHost().toLowerCase(Locale.ROOT) + ":" + port;
		}

		private boolean isBaseOf(URI uri) {
			if (uri.getScheme() == null || uri.getHost() == null || !originOf(uri).equals(this.origin)) {
				return false;
			}
			String rest = uri.getRawPath().startsWith(this.path) ? uri.getRawPath().substring(this.path.length()) : "?";
			return rest.isEmpty() || rest.startsWith("/");
		}

		private String rest(URI uri) {
			String path = uri.getRawPath().substring(this.path.length());
			return (uri.getRawQuery() != null) ? path + "?" + uri.getRawQuery() : path;
		}

		private String resolve(String rest) {
			return this.origin + this.path + rest;
		}

	}

}
