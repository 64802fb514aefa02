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

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Text with variables: names in braces. Other braces are text, such as those of JSON.
 */
final class Template {

	private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

	private static final Pattern VARIABLE = Pattern.compile("\\{(" + NAME.pattern() + ")}");

	private final List<Part> parts;

	private final Set<String> variables = new LinkedHashSet<>();

	private Template(List<Part> parts) {
		this.parts = parts;
		parts.stream().filter(Part::variable).forEach((part) -> this.variables.add(part.text()));
	}

	/**
	 * Read a template.
	 * @param text the text, with its placeholders replaced
	 * @return the template
	 * @throws DeclarationException if it has a placeholder
	 */
	static Template of(String text) {
		if (text.contains("${")) {
			throw new DeclarationException("the placeholder in '" + text + "' was not replaced",
					"Set the property that it names, or give it a default as in ${name:default}; without Spring Boot, give"
							+ " WebAgents.builder() placeholders(...)");
		}
		List<Part> parts = new ArrayList<>();
		Matcher matcher = VARIABLE.matcher(text);
		int end = 0;
		while (matcher.find()) {
			parts.add(new Part(text.substring(end, matcher.start()), false));
			parts.add(new Part(matcher.group(1), true));
			end = matcher.end();
		}
		parts.add(new Part(text.substring(end), false));
		return new Template(parts);
	}

	static boolean isName(String name) {
		return NAME.matcher(name).matches();
	}

	/**
	 * Return the names of the variables, in the order in which they first appear.
	 */
	Set<String> variables() {
		return this.variables;
	}

	String expand(UnaryOperator<String> values) {
		StringBuilder text = new StringBuilder();
		for (Part part : this.parts) {
			text.append(part.variable() ? values.apply(part.text()) : part.text());
		}
		return text.toString();
	}

	/**
	 * Literal text, or the name of a variable.
	 */
	private record Part(String text, boolean variable) {
	}

}
