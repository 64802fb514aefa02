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
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

/**
 * The jars that the starter brings, as its build lists them.
 */
class StarterJarsTests {

	private static final Path STARTER = Documents.ROOT.resolve("tinyfish-spring-boot-starter");

	private static final double MEGABYTE = 1_000_000;

	/** Group, artifact, classifier, and the file with its module. */
	private static final Pattern ARTIFACT = Pattern
		.compile("\\s+([^:\\s]+):([^:]+):jar:(?:([^:]+):)?[^:]+:(?:compile|runtime):(.+?)(?: -- .*)?");

	private static List<Jar> jars;

	@BeforeAll
	static void read() throws IOException {
		try (Stream<String> lines = Files.lines(STARTER.resolve("target/runtime-jars.txt"))) {
			jars = lines.map(ARTIFACT::matcher).filter(Matcher::matches).map(Jar::of).toList();
		}
	}

	@Test
	void eachJarIsListedWithItsReason() throws IOException {
		List<String> listed = Files.readAllLines(STARTER.resolve("runtime-jars.txt"))
			.stream()
			.filter((line) -> !line.startsWith("#"))
			.toList();
		assertThat(listed).allMatch((line) -> line.matches("\\S+ {2}# \\S.*"));
		assertThat(jars).extracting(Jar::name)
			.as("jars of the starter, compared with runtime-jars.txt beside its POM")
			.containsExactlyInAnyOrderElementsOf(listed.stream().map((line) -> line.split(" ")[0]).toList());
	}

	@Test
	void jarsStayFewAndSmall() throws IOException {
		assertThat(jars).hasSizeLessThan(64);
		assertThat(megabytes()).isBetween(20.0, 25.0);
	}

	@Test
	void pageSaysHowManyThereAre() throws IOException {
		String page = Files.readString(Documents.PAGES.resolve("compatibility.md"));
		assertThat(Documents.find(page, "\\| `spring-boot-starter` alone \\|.*?\\| (\\d+) \\| [0-9.]+ \\|\\n"))
			.containsExactly(String.valueOf(jars.size() + 1));
		List<String> sizes = Documents.find(page, "\\| `spring-boot-starter` alone \\|.* ([0-9.]+) \\|\\n");
		assertThat(sizes).singleElement()
			.satisfies((size) -> assertThat(Double.parseDouble(size)).isCloseTo(megabytes(), within(0.5)));
	}

	/**
	 * Return the size of all jars. Our own two are folders until they are packaged, and
	 * have about 1 MB together.
	 */
	private static double megabytes() throws IOException {
		double size = 0;
		for (Jar jar : jars) {
			size += Files.isRegularFile(jar.file()) ? Files.size(jar.file()) : MEGABYTE / 2;
		}
		return size / MEGABYTE;
	}

	private record Jar(String name, Path file) {

		private static Jar of(Matcher artifact) {
			String classifier = (artifact.group(3) != null) ? ":" + artifact.group(3) : "";
			return new Jar(artifact.group(1) + ":" + artifact.group(2) + classifier, Path.of(artifact.group(4)));
		}

	}

}
