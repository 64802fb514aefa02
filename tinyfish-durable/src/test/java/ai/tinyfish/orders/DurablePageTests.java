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

package ai.tinyfish.orders;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import ai.tinyfish.durable.DurableRunState;
import ai.tinyfish.durable.autoconfigure.TinyFishDurableProperties;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The pages about durable runs: their code is code of these tests, and what they name
 * exists.
 */
class DurablePageTests {

	private static final List<Path> PAGES = List.of(Path.of("../docs/durable.md"),
			Path.of("../docs/durable-operating.md"));

	private static final Path TESTING = Path.of("../docs/testing.md");

	private static final Path SOURCES = Path.of("src/test/java/ai/tinyfish/orders");

	@Test
	void theirCodeIsRun() throws IOException {
		List<String> classes = new ArrayList<>(find("```java\\n(.*?)```"));
		String testing = Files.readString(TESTING);
		classes.addAll(find("```java\\n(.*?)```",
				testing.substring(testing.indexOf("## Durable runs"), testing.indexOf("## Budget"))));
		List<String> sources = sources();
		assertThat(classes).hasSize(4)
			.filteredOn((type) -> sources.stream().noneMatch((source) -> source.contains(oneLine(type))))
			.isEmpty();
	}

	@Test
	void theyNameAllStates() throws IOException {
		List<String> states = Stream.of(DurableRunState.values()).map(Enum::name).toList();
		assertThat(find("`([A-Z]+)`")).containsAll(states);
		assertThat(find("```mermaid\\n(.*?)```")).singleElement()
			.satisfies((picture) -> assertThat(picture).contains(states));
	}

	/**
	 * Their names are those of properties, or of meters, whose table has a test of its
	 * own.
	 */
	@Test
	void thePropertiesThatTheyNameExist() throws IOException {
		Set<String> names = new HashSet<>(
				find("(?m)^\\| `(tinyfish\\.durable\\.[a-z.]+)` \\| (?:gauge|counter|timer|summary):"));
		names.addAll(properties("tinyfish.durable.", TinyFishDurableProperties.class));
		names.addAll(properties("tinyfish.durable.uncertain.", TinyFishDurableProperties.Uncertain.class));
		assertThat(find("`(tinyfish\\.durable\\.[a-z.-]+)[`=]")).hasSizeGreaterThan(10).isSubsetOf(names);
	}

	private static List<String> properties(String prefix, Class<?> type) {
		return Arrays.stream(type.getRecordComponents())
			.map((property) -> prefix + property.getName().replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT))
			.toList();
	}

	private static List<String> find(String pattern) throws IOException {
		List<String> found = new ArrayList<>();
		for (Path page : PAGES) {
			found.addAll(find(pattern, Files.readString(page)));
		}
		return found;
	}

	private static List<String> find(String pattern, String text) {
		return Pattern.compile(pattern, Pattern.DOTALL).matcher(text).results().map((match) -> match.group(1)).toList();
	}

	private static List<String> sources() throws IOException {
		try (Stream<Path> files = Files.list(SOURCES)) {
			return files.map(DurablePageTests::read).map(DurablePageTests::oneLine).toList();
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
