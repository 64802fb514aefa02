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

package ai.tinyfish.simulator;

import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * Secrets in URLs, which cassettes do not have and do not compare: users with their
 * passwords, and values of parameters that have the name of a secret. Also those of a URL
 * that is itself a parameter.
 *
 * @since 0.1.0
 */
public enum UrlSecrets {

	/**
	 * Secrets of a text that is one URL.
	 */
	IN_URL(""),

	/**
	 * Secrets of the URLs in any text. Quotes, angle brackets and white space end a URL.
	 * Its other characters may be escaped as in JSON or XML.
	 */
	IN_TEXT("\\s\"'<>\\\\");

	private final Pattern pattern;

	UrlSecrets(String ends) {
		String value = "[^&#" + ends + "]";
		String name = "[\\w.-]{0,99}(?:token|key|secret|password|passwd|pwd|signature|sig|auth|credential)";
		// the first look back at a few characters is for speed
		String user = "(?<=[/;f])(?<=:" + form('/') + form('/') + ")[^/?#" + ends + "]+(?=" + form('@') + ")";
		String encodedUser = "(?<=%3A%2F%2F)(?:(?!%2F|%3F|%23)" + value + ")+(?=%40)";
		String parameter = "(?<=[=;]|3d)(?<=(?:[?&;#]|u0026|u003f|u0023)" + name + form('=') + ")(?:" + value
				+ "|\\\\{1,9}(?:/|u003d)){8,}+";
		String encodedParameter = "(?<=%3D)(?<=(?:%3F|%26|%23)" + name + "%3D)(?:(?!%26|%23)" + value + "){8,}+";
		this.pattern = Pattern.compile("(?i)" + String.join("|", user, encodedUser, parameter, encodedParameter));
	}

	/**
	 * Return a pattern of a character, also as JSON or XML escape it.
	 */
	private static String form(char character) {
		String hex = Integer.toHexString(character);
		return "(?:\\\\{0,9}" + character + "|&#0?" + (int) character + ";|&#x" + hex + ";|\\\\{1,9}u00" + hex + ")";
	}

	/**
	 * Return the secrets in a text, as they are in it: {@code user:password} or a value.
	 * @param text the text
	 * @return the secrets in their order
	 */
	public List<String> find(String text) {
		return this.pattern.matcher(text).results().map(MatchResult::group).toList();
	}

	/**
	 * Replace each secret in a text with {@code ***}.
	 * @param text the text
	 * @return the text without secrets
	 */
	public String mask(String text) {
		return this.pattern.matcher(text).replaceAll("***");
	}

}
