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

package ai.tinyfish.internal.http;

import java.util.regex.Pattern;

/**
 * Checks the URLs that the service is given.
 */
public final class WebUrls {

	// scheme, no user's spaces, a host; everything else is the service's to judge
	private static final Pattern WEB_URL = Pattern
		.compile("(?i)https?://([^/?#@\\s]*@)?[^/?#@:\\s][^/?#@\\s]*([/?#]\\S*)?");

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
	 * Whether a text is an absolute https URL.
	 * @param url the text
	 * @return whether it is one, with a host
	 */
	public static boolean isHttpsUrl(String url) {
		return isWebUrl(url) && url.regionMatches(true, 0, "https:", 0, 6);
	}

}
