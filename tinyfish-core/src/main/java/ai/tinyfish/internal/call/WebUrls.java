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

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import ai.tinyfish.internal.redaction.Secrets;

/**
 * Checks the URLs that the service is given.
 */
public final class WebUrls {

	// scheme, no user's spaces, a host; everything else is the service's to judge
	private static final Pattern WEB_URL = Pattern
		.compile("(?i)https?://([^/?#@\\s]*@)?[^/?#@:\\s][^/?#@\\s]*([/?#]\\S*)?");

	private static final Pattern USER_INFO = Pattern.compile("(?:[^/?#]*//)?([^/?#]*)@.*", Pattern.DOTALL);

	// a proxy's url is not checked, so that a password may hold anything
	private static final Pattern PROXY_USER_INFO = Pattern.compile("(?:[A-Za-z][A-Za-z0-9+.-]*://)?(.*)@.*",
			Pattern.DOTALL);

	private WebUrls() {
	}

	/**
	 * Whether a text is an absolute http or https URL.
	 * @param url the text
	 * @return whether it is one, with a host
	 */
	public static boolean isWebUrl(String url) {
		return WEB_URL.matcher(url).matches();
	}

	/**
	 * What is secret in a URL.
	 * @param url the URL, or a domain alone
	 * @return its user name with its password, if it has them
	 */
	public static Stream<String> credentials(String url) {
		return userInfo(USER_INFO.matcher(url));
	}

	/**
	 * What is secret in the URL of a proxy.
	 * @param url the URL, of whatever form
	 * @return its user name with its password, if it has them
	 */
	public static Stream<String> proxyCredentials(String url) {
		return userInfo(PROXY_USER_INFO.matcher(url));
	}

	private static Stream<String> userInfo(Matcher url) {
		if (!url.matches()) {
			return Stream.empty();
		}
		String[] userInfo = url.group(1).split(":", 2);
		Stream<String> user = Stream.of(userInfo[0]).filter(Secrets::isTelling);
		return (userInfo.length > 1) ? Stream.concat(Stream.of(userInfo[1]), user) : user;
	}

	/**
	 * Whether a text is an absolute https URL.
	 * @param url the text
	 * @return whether it is one, with a host
	 */
	public static boolean isHttpsUrl(String url) {
		return isWebUrl(url) && url.regionMatches(true, 0, "https:", 0, 6);
	}

}
