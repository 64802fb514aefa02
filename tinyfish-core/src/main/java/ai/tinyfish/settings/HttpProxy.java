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

import ai.tinyfish.internal.request.Checks;
import ai.tinyfish.support.LogText;
import org.jspecify.annotations.Nullable;

/**
 * HTTP proxy for the client's own requests, by {@code CONNECT}. The proxy of the remote
 * browser is a property of each request instead.
 *
 * @param host the proxy's host name or address
 * @param port the proxy's port
 * @param username the user to authenticate as, or null for none
 * @param password the user's password, or null for none; shown by no {@code toString}
 * @since 0.1.0
 */
public record HttpProxy(String host, int port, @Nullable String username, @Nullable String password) {

	/**
	 * Check the values.
	 * @param host the proxy's host name or address
	 * @param port the proxy's port
	 * @param username the user to authenticate as, or null for none
	 * @param password the user's password, or null for none; shown by no {@code toString}
	 * @throws IllegalArgumentException if the host is blank, the port out of range, or
	 * only one of username and password is given
	 */
	public HttpProxy {
		Checks.text("HTTP proxy: host", host);
		Checks.that(port >= 1 && port <= 65535, "HTTP proxy: port must be between 1 and 65535: " + port);
		Checks.that((username == null) == (password == null),
				"HTTP proxy: username and password must be given together");
	}

	/**
	 * Create a proxy without authentication.
	 * @param host the proxy's host name or address
	 * @param port the proxy's port
	 * @return the proxy
	 * @throws IllegalArgumentException if the host is blank or the port out of range
	 */
	public static HttpProxy of(String host, int port) {
		return new HttpProxy(host, port, null, null);
	}

	/**
	 * Return this proxy with authentication.
	 * @param username the user to authenticate as
	 * @param password the user's password
	 * @return a new value
	 */
	public HttpProxy withCredentials(String username, String password) {
		return new HttpProxy(this.host, this.port, username, password);
	}

	@Override
	public String toString() {
		return LogText.of("HttpProxy[" + this.host + ":" + this.port + "]");
	}

}
