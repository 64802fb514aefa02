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
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import ai.tinyfish.durable.DurableRunState;
import ai.tinyfish.durable.autoconfigure.TinyFishDurableProperties;
import org.junit.jupiter.api.Test;

import org.springframework.beans.BeanUtils;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The page about durable runs: its code is code of these tests, and it names all states
 * and properties.
 */
class DurablePageTests {

	private static final Path PAGE = Path.of("../docs/durable.md");

	private static final Path SOURCES = Path.of("src/test/java/ai/tinyfish/orders");

	@Test
	void itsCodeIsRun() throws IOException {
		List<String> classes = blocks("java");
		List<String> sources = sources();
		assertThat(classes).hasSize(6)
			.filteredOn((type) -> sources.stream().noneMatch((source) -> source.contains(oneLine(type))))
			.isEmpty();
	}

	@Test
	void itsPictureHasAllStates() throws IOException {
		String picture = blocks("mermaid").get(0);
		assertThat(DurableRunState.values()).allSatisfy((state) -> assertThat(picture).contains(state.name()));
	}

	@Test
	void itsTableHasAllProperties() throws IOException {
		List<String> names = new ArrayList<>();
		Arrays.stream(BeanUtils.getPropertyDescriptors(TinyFishDurableProperties.class))
			.filter((property) -> property.getWriteMethod() != null)
			.forEach((property) -> names.add("tinyfish.durable." + dashed(property.getName())));
		String page = Files.readString(PAGE);
		String settings = page.substring(page.indexOf("## Settings"), page.indexOf("## Meters"));
		List<String> documented = Pattern.compile("(?m)^\\| `(tinyfish\\.durable\\.[a-z-]+)` \\|")
			.matcher(settings)
			.results()
			.map((match) -> match.group(1))
			.toList();
		assertThat(documented).containsExactlyInAnyOrderElementsOf(names);
	}

	private static String dashed(String name) {
		return name.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
	}

	private static List<String> blocks(String language) throws IOException {
		return Pattern.compile("```" + language + "\\n(.*?)```", Pattern.DOTALL)
			.matcher(Files.readString(PAGE))
			.results()
			.map((match) -> match.group(1))
			.toList();
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
