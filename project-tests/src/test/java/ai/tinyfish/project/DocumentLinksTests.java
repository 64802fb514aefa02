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
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The documents lead to each other: their links exist, and each page is found from where
 * readers begin.
 */
class DocumentLinksTests {

	private static final Path FACTS = Documents.PAGES.resolve("llms.txt");

	private static final Path SKILL = Documents.PAGES.resolve("skill/SKILL.md");

	static List<Path> documents() throws IOException {
		return Documents.all();
	}

	@ParameterizedTest
	@MethodSource("documents")
	void linksLeadToFilesAndHeadings(Path document) throws IOException {
		for (String link : Documents.links(Files.readString(document))) {
			int hash = link.indexOf('#');
			Path target = (hash == 0) ? document
					: document.resolveSibling((hash == -1) ? link : link.substring(0, hash)).normalize();
			assertThat(target).as("target of %s", link).exists();
			if (hash != -1) {
				assertThat(Documents.anchors(target)).as("headings for %s", link).contains(link.substring(hash + 1));
			}
		}
	}

	@ParameterizedTest
	@MethodSource("documents")
	void imagesExistAndAreDescribed(Path document) throws IOException {
		String text = Documents.withoutCode(Files.readString(document));
		assertThat(Documents.find(text, "!\\[(.*?)\\]\\("))
			.allSatisfy((description) -> assertThat(description).isNotBlank());
		assertThat(Documents.find(text, "!\\[.*?\\]\\((?!https?:)([^)\\s]+)\\)"))
			.allSatisfy((image) -> assertThat(document.resolveSibling(image)).exists());
	}

	/**
	 * Either all columns of a table have a name, or it has no head. The first column may
	 * be that of the names of rows.
	 */
	@ParameterizedTest
	@MethodSource("documents")
	void columnsOfTablesHaveNames(Path document) throws IOException {
		List<String> heads = Documents.find(Documents.withoutCode(Files.readString(document)),
				"(?m)^(\\|.*\\|)\\n\\|[-|: ]+\\|$");
		assertThat(heads).filteredOn((head) -> !head.isBlank() && !head.matches("[| ]+"))
			.allSatisfy((head) -> assertThat(head.substring(1)).doesNotContainPattern("\\| *\\|"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "index.md", "llms.txt" })
	void contentsListEachPageWithADescription(String contents) throws IOException {
		Path document = Documents.PAGES.resolve(contents);
		List<String> entries = Documents.find(Files.readString(document), "(?m)^([*-] \\[.*)$");
		assertThat(entries).isNotEmpty()
			.allSatisfy((entry) -> assertThat(entry).matches("[*-] \\[[^\\]]+\\]\\([^)]+\\): \\S.*"));
		assertThat(targets(document, entries)).containsAll(pagesOtherThan(document));
	}

	@Test
	void tableOfTheReadmeLeadsToEachPage() throws IOException {
		List<String> rows = Documents.find(Files.readString(Documents.README), "(?m)^(\\| .*)$");
		assertThat(targets(Documents.README, rows)).containsAll(pagesOtherThan(Documents.README));
	}

	@Test
	void readmeIsShort() throws IOException {
		assertThat(Files.readAllLines(Documents.README)).hasSizeLessThanOrEqualTo(115);
	}

	@Test
	void factsForLanguageModelsBeginWithATitleAndASummary() throws IOException {
		assertThat(Files.readString(FACTS)).matches("(?s)# [^\\n]+\\n\\n> [^\\n]+\\n\\n.*");
	}

	@Test
	void skillHasItsNameAndSaysWhenToUseIt() throws IOException {
		String skill = Files.readString(SKILL);
		assertThat(skill).matches("(?s)---\\nname: [a-z0-9-]{1,64}\\ndescription: [^:\\n]{1,1024}\\n---\\n\\n# .*");
		assertThat(skill).contains("Use when");
	}

	private static List<Path> pagesOtherThan(Path document) throws IOException {
		return Documents.pages().stream().filter((page) -> !page.equals(document)).toList();
	}

	private static List<Path> targets(Path document, List<String> lines) {
		return lines.stream()
			.flatMap((line) -> Documents.links(line).stream())
			.map((link) -> document.resolveSibling(link).normalize())
			.toList();
	}

}
