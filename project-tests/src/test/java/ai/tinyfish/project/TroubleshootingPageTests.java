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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The page for messages has each failure analysis of the published modules, and each
 * warning that does not say itself what to do. Its messages are those of the code. The
 * page for errors has a section for each exception.
 */
class TroubleshootingPageTests {

	private static final String EXCEPTION = "(?m)^\\s*public (?:\\w+ )*class (\\w+) extends \\w*Exception\\b";

	private static final String LOGGED = "(logger\\s*\\.(?:warn|error|atWarn|atError|atLevel)\\()";

	private static final String LOG_MESSAGE = "\\.(?:warn|error|log)\\(\\s*\"((?:[^\"\\\\]|\\\\.)*)\"";

	private static final Pattern SAYS_WHAT_TO_DO = Pattern
		.compile("[.,:] (?:add|check it|execute|leave|name|return|see|set|settle|use) ", Pattern.CASE_INSENSITIVE);

	private static final String ELLIPSIS = "…";

	private static final int MIN_LENGTH = 25;

	private static final Map<Path, String> SOURCES = new LinkedHashMap<>();

	private final String page = Files.readString(Documents.PAGES.resolve("troubleshooting.md"));

	TroubleshootingPageTests() throws IOException {
	}

	@BeforeAll
	static void readSources() throws IOException {
		for (String module : PublicApiTests.modules()) {
			try (Stream<Path> files = Files.walk(Documents.ROOT.resolve(module).resolve("src/main/java"))) {
				for (Path file : files.filter((path) -> path.toString().endsWith(".java")).toList()) {
					SOURCES.put(file, Files.readString(file));
				}
			}
		}
	}

	@Test
	void pageForErrorsHasEachException() throws IOException {
		List<String> exceptions = SOURCES.entrySet()
			.stream()
			.filter((source) -> !source.getKey().toString().contains("/internal/"))
			.flatMap((source) -> Documents.find(source.getValue(), EXCEPTION).stream())
			.toList();
		assertThat(exceptions).hasSizeGreaterThan(25);
		String errors = Files.readString(Documents.PAGES.resolve("errors.md"));
		assertThat(Documents.find(errors, "(?m)^### (\\w+Exception)$")).containsExactlyInAnyOrderElementsOf(exceptions);
	}

	@Test
	void pageHasEachFailureAnalysis() throws IOException {
		List<String> analyzers = new ArrayList<>();
		for (String module : PublicApiTests.modules()) {
			Path factories = Documents.ROOT.resolve(module).resolve("src/main/resources/META-INF/spring.factories");
			if (Files.exists(factories)) {
				analyzers.addAll(Documents.find(Files.readString(factories), "\\.(\\w+FailureAnalyzer)"));
			}
		}
		String section = section("## The application does not start");
		List<String> rows = Documents.find(section, "\\| `(\\w+Exception)` \\|");
		assertThat(analyzers).hasSizeGreaterThan(5)
			.allSatisfy((analyzer) -> assertThat(rows)
				.containsAnyElementsOf(Documents.find(all(), "class " + analyzer + " extends \\w+<(\\w+)>")));
		// one analyzer, with several descriptions
		assertThat(Documents.find(all(), "new DurableStartException\\(\\s*\"([^\"]+)\"")).hasSizeGreaterThan(3)
			.allSatisfy((description) -> assertThat(section).contains("| `" + description.strip()));
	}

	@Test
	void messagesAreThoseOfTheCode() {
		String code = joined().replaceAll("%[sdn]", "");
		List<String> messages = this.page.substring(0, this.page.indexOf("## In the build"))
			.lines()
			.filter((line) -> line.startsWith("| "))
			.flatMap((row) -> Stream.of(row.substring(2).split(" \\| ")).limit(2))
			.filter((cell) -> cell.startsWith("`"))
			.flatMap((cell) -> Documents.find(cell, "`([^`]+ [^`]+)`").stream())
			.toList();
		assertThat(messages).hasSizeGreaterThan(50)
			.allSatisfy(
					(message) -> assertThat(message.split(ELLIPSIS)).allMatch((part) -> code.contains(part.strip())));
	}

	@Test
	void pageHasEachWarningThatDoesNotSayWhatToDo() {
		List<String> rows = Documents.find(section("## Log lines"), "(?m)^\\| `(.+?)` \\|");
		List<String> messages = Documents.find(joined(), LOG_MESSAGE)
			.stream()
			.map((message) -> message.replace("{}", ELLIPSIS))
			.toList();
		// one call takes its message from a variable, whose text is that of another one
		assertThat(messages).hasSize(Documents.find(all(), LOGGED).size() - 1);
		assertThat(messages).hasSizeGreaterThan(50)
			.filteredOn((message) -> !SAYS_WHAT_TO_DO.matcher(message).find())
			.hasSizeGreaterThan(35)
			.allSatisfy((message) -> assertThat(rows)
				.anyMatch((row) -> message.startsWith(row) && row.length() >= Math.min(message.length(), MIN_LENGTH)));
		assertThat(rows).allSatisfy((row) -> assertThat(messages).anyMatch((message) -> message.startsWith(row)));
	}

	/**
	 * Return the text below a heading, to the next one of the same level.
	 */
	private String section(String heading) {
		String text = this.page.substring(this.page.indexOf("\n" + heading + "\n") + 1 + heading.length());
		return text.split("(?m)^## ")[0];
	}

	/**
	 * Return the sources with each text as one literal.
	 */
	private static String joined() {
		return all().replaceAll("\"\\s*\\+\\s*\"", "");
	}

	private static String all() {
		return String.join("", SOURCES.values());
	}

}
