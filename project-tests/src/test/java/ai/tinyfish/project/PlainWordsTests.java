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

package ai.tinyfish.project;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/**
 * Javadoc, comments, texts and names in the code and in its tests, and the pages, do
 * without the ten phrases that made them hard to read. There are no exceptions but this
 * file, which has the phrases.
 */
class PlainWordsTests {

	private static final Pattern TEXT = Pattern.compile("/\\*(?s:.*?)\\*/|//.*(?:\\n\\s*//.*)*"
			+ "|\"\"\"(?s:.*?)\"\"\"|\"(?:\\\\.|[^\"\\\\\\n])*\"|'(?:\\\\.|[^'\\\\])+'");

	private static final Pattern NAME = Pattern.compile("\\b[a-zA-Z]\\w*");

	private static final Pattern BETWEEN_WORDS = Pattern.compile("(?<=[a-z0-9])(?=[A-Z])|_");

	private static final List<Text> TEXTS = new ArrayList<>();

	@BeforeAll
	static void read() throws IOException {
		Set<String> names = new HashSet<>();
		for (Path module : modules()) {
			try (Stream<Path> files = Files.walk(module.resolve("src"))) {
				for (Path file : files.filter(PlainWordsTests::isSource).toList()) {
					String source = Files.readString(file).replaceAll("\"\\s*\\+\\s*\"", "");
					TEXT.matcher(source).results().forEach((text) -> TEXTS.add(new Text(file, plain(text.group()))));
					NAME.matcher(TEXT.matcher(source).replaceAll(" "))
						.results()
						.map(MatchResult::group)
						.filter(names::add)
						.forEach((name) -> TEXTS.add(new Text(file, words(name))));
				}
			}
		}
		for (Path document : Documents.all()) {
			TEXTS.add(new Text(document, plain(Documents.withoutCode(Files.readString(document)))));
		}
	}

	static Stream<Arguments> phrases() {
		return Stream.of(
				arguments("(?:^|[.:;>] |@return |@param \\S+ )(?:What|what|Who|who|Whoever|whoever)\\b(?![^.;]*\\?)",
						"begin with the name of the thing"),
				arguments("\\b[Ww]hat (?:is|are|was|were)\\b(?![^.;]*\\?)", "name the thing"),
				arguments("\\b(?:about|after|as|at|before|beside|by|for|from|in|like|of|on|than|to|until|with|without)"
						+ " what\\b", "name the thing"),
				arguments("\\b[Ww]here (?:it|that|there|this) (?:is|are|was|were|has|have)\\b", "if"),
				arguments("\\b(?:is|not|not yet|was) said\\b", "null if the service does not say, absent"),
				arguments("\\b(?:are|is|was|were) none\\b", "there is no ..., null if ..."),
				arguments("(?<!\\b[Tt]here )\\b(?:are|is|was|were) no\\b(?! (?:longer|more)\\b)", "is not a ..."),
				arguments("\\b(?:[Nn]obody|[Ss]omebody|[Ww]hatever|[Ww]hoever|whomever)\\b",
						"no caller, another instance, for any ..."),
				arguments("(?<!@param )\\b(?:tell(?! the user)|telling|tells|told)\\b", "notify, report, say"),
				arguments("\\b(?:all the same|as it should|at all events|come as far|for want of|takes? away)\\b",
						"still, (the failure), in any case, is already in this state, without, deletes"));
	}

	@ParameterizedTest
	@MethodSource("phrases")
	void textsDoWithout(String phrase, String instead) {
		Pattern pattern = Pattern.compile(phrase);
		assertThat(TEXTS).hasSizeGreaterThan(20000)
			.flatMap((text) -> pattern.matcher(text.content())
				.results()
				.map((match) -> text.source() + ": " + text.around(match))
				.toList())
			.as("plain: %s", instead)
			.isEmpty();
	}

	private static List<Path> modules() throws IOException {
		try (Stream<Path> files = Files.list(Documents.ROOT)) {
			return files.filter((file) -> Files.exists(file.resolve("src"))).sorted().toList();
		}
	}

	private static boolean isSource(Path file) {
		return file.toString().matches(".*\\.(java|kt)") && !file.endsWith("PlainWordsTests.java");
	}

	/**
	 * Return the text of a comment or literal in one line.
	 */
	private static String plain(String text) {
		return text.replaceAll("(?m)^\\s*(?:\\*(?!\\*)|//)", " ")
			.replaceFirst("^(?:/\\*+|//|\"+)", "")
			.replaceAll("\\s+", " ")
			.strip();
	}

	/**
	 * Return the words of a name, such as "run is not sent".
	 */
	private static String words(String name) {
		return BETWEEN_WORDS.matcher(name).replaceAll(" ").toLowerCase(Locale.ROOT);
	}

	private record Text(Path source, String content) {

		String around(MatchResult match) {
			return this.content.substring(Math.max(0, match.start() - 40),
					Math.min(this.content.length(), match.end() + 40));
		}

	}

}
