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

package ai.tinyfish.shop;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The pages about tests: their code is code of these tests, and so runs.
 */
class TestingPageTests {

	private static final String PAGE = read(Path.of("../docs/testing.md"));

	/** The code before is about the application of this package. */
	private static final String REST = "## A second client";

	private static final Path SOURCES = Path.of("src/test/java/ai/tinyfish/shop");

	/**
	 * A block consists of classes or methods with an empty line between them.
	 */
	@Test
	void theirCodeIsRun() throws IOException {
		List<String> classes = blocks("java", PAGE.substring(0, PAGE.indexOf(REST))).stream()
			.flatMap((block) -> Stream.of(block.split("\\n(?=\\n(@|class |record |interface ))")))
			.toList();
		List<String> sources = sources();
		assertThat(classes).hasSizeGreaterThan(8)
			.allSatisfy(
					(type) -> assertThat(sources).anySatisfy((source) -> assertThat(source).contains(oneLine(type))));
	}

	@Test
	void theyShowEachTest() throws IOException {
		try (Stream<Path> files = Files.list(SOURCES)) {
			assertThat(files.map((file) -> file.getFileName().toString().replace(".java", ""))
				.filter((name) -> name.endsWith("Tests") && !name.equals(getClass().getSimpleName()))).isNotEmpty()
				.allSatisfy((name) -> assertThat(PAGE).contains("class " + name));
		}
	}

	@Test
	void itsDependencyIsThere() throws IOException {
		// the sample has the version from its parent, as readers have it from the BOM
		String sample = oneLine(Files.readString(Path.of("../sample-app/pom.xml")));
		assertThat(blocks("xml", PAGE)).singleElement()
			.satisfies((block) -> assertThat(sample).contains(oneLine(block)));
	}

	@Test
	void itsSliceNamesTheDependencyThatTheTestStarterDoesNotBring() throws IOException {
		String slices = PAGE.substring(PAGE.indexOf("## Slices"), PAGE.indexOf("## Without Spring"));
		assertThat(slices.substring(0, slices.indexOf("```java"))).contains("`spring-boot-starter-webmvc-test`",
				"`spring-boot-starter-webflux-test`");
		assertThat(Files.readString(Path.of("pom.xml"))).contains("<artifactId>spring-boot-starter-webmvc-test<");
		assertThat(Files.readString(Path.of("../tinyfish-spring-boot-starter-test/pom.xml"))).doesNotContain("webmvc");
	}

	private static List<String> blocks(String language, String text) {
		return Pattern.compile("```" + language + "\\n(.*?)```", Pattern.DOTALL)
			.matcher(text)
			.results()
			.map((match) -> match.group(1))
			.toList();
	}

	private static List<String> sources() throws IOException {
		try (Stream<Path> files = Files.list(SOURCES)) {
			return files.map(TestingPageTests::read).map(TestingPageTests::oneLine).toList();
		}
	}

	private static String read(Path file) {
		try {
			return Files.readString(file);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static String oneLine(String text) {
		return text.replaceAll("\\s+", " ").trim();
	}

}
