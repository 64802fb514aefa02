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

package ai.tinyfish.internal.webagent;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import ai.tinyfish.internal.request.Checks;

import org.springframework.web.util.UriUtils;

/**
 * URL with variables in path, query and fragment, where each value stays what it is: it
 * is encoded, and cannot add or remove a segment of the path.
 */
final class UrlTemplate {

	private static final Pattern PARTS = Pattern.compile("(?is)(https?://[^/?#]*)([^?#]*)(.*)");

	private static final Pattern ENCODED_DOT = Pattern.compile("(?i)%2e");

	private static final int LONGEST_NO_SEGMENT = "%2e%2e".length();

	private static final Set<String> NO_SEGMENTS = Set.of("", ".", "..");

	private final String origin;

	private final List<Template> segments;

	private final Template rest;

	private UrlTemplate(String origin, List<Template> segments, Template rest) {
		this.origin = origin;
		this.segments = segments;
		this.rest = rest;
	}

	/**
	 * Read a template.
	 * @param text the text, with its placeholders replaced
	 * @return the template
	 * @throws DeclarationException if no value makes it an absolute http or https URL, or
	 * if it has a variable before the path
	 */
	static UrlTemplate of(String text) {
		Template whole = Template.of(text);
		Matcher parts = PARTS.matcher(text);
		boolean valid = parts.matches() && Checks.isWebUrl(whole.expand((name) -> "x"));
		if (!valid && Checks.isSpacedUrl(whole.expand((name) -> "x"))) {
			throw new DeclarationException("the url '" + text + "' has white space",
					"Remove it, or write a space as %20");
		}
		if (!valid) {
			throw new DeclarationException("the url '" + text + "' is not an absolute http or https URL with a host",
					"Write the URL with its scheme and host, or pass the whole URL as a parameter with @StartUrl");
		}
		if (!Template.of(parts.group(1)).variables().isEmpty()) {
			throw new DeclarationException("the url '" + text + "' has a variable before its path",
					"Use variables in the path, query and fragment only, or pass the whole URL as a parameter with @StartUrl");
		}
		List<Template> segments = new ArrayList<>();
		for (String segment : parts.group(2).split("/", -1)) {
			segments.add(Template.of(segment));
		}
		return new UrlTemplate(parts.group(1), segments, Template.of(parts.group(3)));
	}

	Set<String> variables() {
		Set<String> all = new LinkedHashSet<>();
		this.segments.forEach((segment) -> all.addAll(segment.variables()));
		all.addAll(this.rest.variables());
		return all;
	}

	/**
	 * Return the URL. More than one value of a variable are separated by commas, which
	 * are encoded in the values themselves.
	 * @param values the values of each variable, not encoded
	 * @throws IllegalArgumentException if a segment of the path would be empty or dots
	 */
	String expand(Function<String, List<String>> values) {
		UnaryOperator<String> encoded = (name) -> values.apply(name)
			.stream()
			.map((value) -> UriUtils.encode(value, StandardCharsets.UTF_8))
			.collect(Collectors.joining(","));
		StringBuilder url = new StringBuilder(this.origin);
		boolean first = true;
		for (Template segment : this.segments) {
			String text = segment.expand(encoded);
			if (!segment.variables().isEmpty() && isNoSegment(text)) {
				throw new IllegalArgumentException(String.join(", ", segment.variables())
						+ " must not be empty, '.' or '..' in the path of a URL");
			}
			url.append(first ? "" : "/").append(text);
			first = false;
		}
		return url.append(this.rest.expand(encoded)).toString();
	}

	private static boolean isNoSegment(String text) {
		return text.length() <= LONGEST_NO_SEGMENT && NO_SEGMENTS.contains(ENCODED_DOT.matcher(text).replaceAll("."));
	}

}
