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

package ai.tinyfish.agent;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

import ai.tinyfish.internal.http.WebUrls;
import org.jspecify.annotations.Nullable;

/**
 * Checks of what a caller asks for. Messages name the field and never the value: urls and
 * names may hold secrets.
 */
final class Checks {

	private static final Pattern USER_INFO = Pattern.compile("//[^/?#]*@");

	// a proxy's url is not checked, so that a password may hold anything
	private static final Pattern PROXY_USER_INFO = Pattern.compile("(?s)^([A-Za-z][A-Za-z0-9+.-]*://)?.*@");

	private Checks() {
	}

	static void that(boolean condition, String message) {
		if (!condition) {
			throw new IllegalArgumentException(message);
		}
	}

	static String text(String field, @Nullable String value) {
		if (value == null || value.isBlank()) {
			throw new IllegalArgumentException(field + " must not be blank");
		}
		return value;
	}

	static boolean isWebUrl(@Nullable String url) {
		return url != null && WebUrls.isWebUrl(url);
	}

	static boolean isHttpsUrl(@Nullable String url) {
		return url != null && WebUrls.isHttpsUrl(url);
	}

	static String withoutUserInfo(String webUrl) {
		return USER_INFO.matcher(webUrl).replaceFirst("//***@");
	}

	static String withoutProxyUserInfo(String proxyUrl) {
		Matcher matcher = PROXY_USER_INFO.matcher(proxyUrl);
		if (!matcher.find()) {
			return proxyUrl;
		}
		String scheme = (matcher.group(1) != null) ? matcher.group(1) : "";
		return scheme + "***@" + proxyUrl.substring(matcher.end());
	}

}
