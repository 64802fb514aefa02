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
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The pages of the recipes: their programs are those that the tests of the modules run.
 */
class RecipePagesTests {

	private static final String PACKAGE = "package ai.tinyfish.recipes;";

	@Test
	void theyShowTheProgramsThatAreTestedWithTheirImports() throws IOException {
		List<String> programs = sources().stream()
			.filter((source) -> !source.contains("@Test"))
			.map((source) -> oneLine(source.substring(source.indexOf(PACKAGE) + PACKAGE.length())))
			.toList();
		assertThat(blocks("java")).filteredOn((block) -> !block.contains("@SpringBootApplication"))
			.hasSizeGreaterThan(5)
			.containsExactlyInAnyOrderElementsOf(programs);
	}

	@Test
	void theirTablesAreThoseOfTheTests() throws IOException {
		List<String> sources = sources().stream().map(RecipePagesTests::oneLine).toList();
		assertThat(blocks("sql")).isNotEmpty()
			.allSatisfy((table) -> assertThat(sources).anyMatch((source) -> source.contains(table)));
	}

	@Test
	void thePropertiesThatTheyNameExist() throws IOException {
		String reference = Files.readString(Documents.PAGES.resolve("configuration.md"));
		for (Path page : Documents.recipes()) {
			assertThat(Documents.find(Files.readString(page), "(?<![.\\w])(tinyfish\\.[a-z.-]+)\\b"))
				.allSatisfy((property) -> assertThat(reference).contains("| `" + property + "` |"));
		}
	}

	private static List<String> blocks(String language) throws IOException {
		List<String> blocks = new ArrayList<>();
		for (Path page : Documents.recipes()) {
			Documents.blocks(page, language).forEach((block) -> blocks.add(oneLine(block)));
		}
		return blocks;
	}

	private static List<String> sources() throws IOException {
		List<String> sources = new ArrayList<>();
		for (Path module : list(Documents.ROOT)) {
			for (Path file : list(module.resolve("src/test/java/ai/tinyfish/recipes"))) {
				sources.add(Files.readString(file));
			}
		}
		return sources;
	}

	private static List<Path> list(Path folder) throws IOException {
		if (!Files.isDirectory(folder)) {
			return List.of();
		}
		try (Stream<Path> files = Files.list(folder)) {
			return files.toList();
		}
	}

	private static String oneLine(String text) {
		return text.replaceAll("\\s+", " ").trim();
	}

}
