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

package ai.tinyfish.prices;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import ai.tinyfish.simulator.TinyFishSimulator;
import ai.tinyfish.spring.test.cassette.TinyFishCassette;
import org.junit.jupiter.api.Test;
import org.junit.platform.commons.support.AnnotationSupport;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The page about recorded runs: its code is code of these tests, and so runs.
 */
class RecordedRunsPageTests {

	private static final Path SOURCES = Path.of("src/test/java/ai/tinyfish/prices");

	@Test
	void itsCodeIsRun() throws IOException {
		StringBuilder sources = new StringBuilder();
		try (Stream<Path> files = Files.list(SOURCES)) {
			for (Path file : files.toList()) {
				sources.append(oneLine(Files.readString(file))).append('\n');
			}
		}
		assertThat(blocks("java")).hasSize(3).allSatisfy((block) -> assertThat(sources).contains(oneLine(block)));
	}

	@Test
	void itsCommandAndFileAreThoseOfTheTest() throws IOException {
		String name = AnnotationSupport.findAnnotation(CheapestBooksTests.class, TinyFishCassette.class)
			.orElseThrow()
			.value();
		Path file = Path.of("src/test/resources/cassettes", name + ".json");
		assertThat(file).exists();
		assertThat(page()).contains("`" + file + "`");
		try (TinyFishSimulator simulator = TinyFishSimulator.builder().cassette(file).start()) {
			assertThat(simulator.journal().unused()).hasSize(1);
		}
		assertThat(blocks("sh")).singleElement()
			.asString()
			.contains("-Dtest=" + CheapestBooksTests.class.getSimpleName() + " -Dtinyfish.cassette.mode=record");
	}

	private static List<String> blocks(String language) throws IOException {
		return Pattern.compile("```" + language + "\\n(.*?)```", Pattern.DOTALL)
			.matcher(page())
			.results()
			.map((match) -> match.group(1))
			.toList();
	}

	private static String page() throws IOException {
		return Files.readString(Path.of("../docs/recorded-runs.md"));
	}

	private static String oneLine(String text) {
		return text.replaceAll("\\s+", " ").trim();
	}

}
