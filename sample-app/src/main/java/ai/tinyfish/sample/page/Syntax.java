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

package ai.tinyfish.sample.page;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * Parts of Java, YAML and commands that have colours on the page. Quantifiers of groups
 * are possessive: a long literal with many escapes would need a deep stack otherwise.
 */
final class Syntax {

	private static final Pattern COLOURED = Pattern.compile(
			"""
					(?x)(?<comment> /\\*(?s:.*?)\\*/ | (?<!:)//.* | ^\\h*\\#.* )
					| (?<string> \"""(?s:.*?)\""" | "(?:\\\\.|[^"\\\\\\n])*+" | (?<=-[dH]\\ )'(?:[^']|'\\\\'')*+' )
					| (?<annotation> @\\w+ )
					| (?<keyword> ^\\h*[\\w.-]+(?=:(?:\\s|$)) | \\b(?:boolean|catch|class|else|final|for|if|implements|import|instanceof
						|int|interface|long|new|null|package|private|public|record|return|static|this|throw|throws|try|void)\\b )
					""",
			Pattern.MULTILINE);

	private static final List<String> KINDS = List.of("comment", "string", "annotation", "keyword");

	private Syntax() {
	}

	/**
	 * Return the parts of a text, which together are the text.
	 */
	static List<Part> of(String code) {
		List<Part> parts = new ArrayList<>();
		Matcher matcher = COLOURED.matcher(code);
		int end = 0;
		while (matcher.find()) {
			if (matcher.start() > end) {
				parts.add(new Part(null, code.substring(end, matcher.start())));
			}
			String kind = KINDS.stream().filter((name) -> matcher.group(name) != null).findFirst().orElseThrow();
			parts.add(new Part(kind, matcher.group()));
			end = matcher.end();
		}
		parts.add(new Part(null, code.substring(end)));
		return parts;
	}

	/**
	 * Part of a text.
	 *
	 * @param kind the class of its element, or null if it has no colour
	 * @param text the text
	 */
	record Part(@Nullable String kind, String text) {

	}

}
