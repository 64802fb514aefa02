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
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import ai.tinyfish.internal.request.Checks;

import org.springframework.web.util.UriUtils;

/**
 * URL with variables in path, query and fragment. Values are encoded, and cannot add or
 * remove a segment of the path.
 */
final class UrlTemplate {

	private static final Pattern PARTS = Pattern.compile("(?is)(https?://[^/?#]*)([^?#]*)(.*)");

	/** Segments that browsers and servers remove from a path, or read as the parent. */
	private static final Pattern NO_SEGMENT = Pattern.compile("(?i)(\\.|%2e){0,2}");

	private final Template whole;

	/** The segments of the path that have variables. */
	private final List<Template> segments;

	private UrlTemplate(Template whole, List<Template> segments) {
		this.whole = whole;
		this.segments = segments;
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
		return new UrlTemplate(whole,
				Stream.of(parts.group(2).split("/"))
					.map(Template::of)
					.filter((segment) -> !segment.variables().isEmpty())
					.toList());
	}

	Set<String> variables() {
		return this.whole.variables();
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
		for (Template segment : this.segments) {
			Checks.that(!NO_SEGMENT.matcher(segment.expand(encoded)).matches(),
					String.join(", ", segment.variables()) + " must not be empty, '.' or '..' in the path of a URL");
		}
		return this.whole.expand(encoded);
	}

}
