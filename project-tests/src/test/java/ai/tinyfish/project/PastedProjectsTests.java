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

import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import javax.xml.parsers.DocumentBuilderFactory;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The recipes and the page of the watches, pasted into an empty project of their own:
 * they build with the dependencies of their POM alone, and the recipes start and print
 * the lines that their pages show.
 */
class PastedProjectsTests {

	private static final String PACKAGE = "package com.example;";

	/** The simulator of a page whose program is killed. */
	private static final String EXECUTABLE = "mvn dependency:copy -Dartifact=ai.tinyfish:tinyfish-simulator:0.1.0:jar:exec";

	private static final String TYPE = "(?m)^(?:public )?(?:final )?(?:class|interface|record) (\\w+)";

	@TempDir
	private Path project;

	static List<Path> recipes() throws IOException {
		List<Path> recipes = new ArrayList<>();
		for (Path page : Documents.recipes()) {
			if (!Documents.blocks(page, "java").isEmpty()) {
				recipes.add(page);
			}
		}
		return recipes;
	}

	@ParameterizedTest
	@MethodSource("recipes")
	void recipeIsAWholeProject(Path page) throws Exception {
		paste(Documents.blocks(page, "java"), "");
		assertThat(build()).as(page.toString()).isEmpty();
		List<String> sources = Documents.blocks(page, "java");
		assertThat(sources).filteredOn((source) -> source.contains("@SpringBootApplication"))
			.singleElement()
			.satisfies((application) -> assertThat(application).contains("public static void main(String[] args)"));
		assertThat(Files.readString(page)).contains("With `mvn spring-boot:run`, you see ");
		Set<String> declared = dependencies(Documents.blocks(page, "xml"));
		assertThat(declared.contains("tinyfish-simulator") || Files.readString(page).contains(EXECUTABLE)).isTrue();
		assertThat(withTheirs(declared)).containsAll(modules(sources));
	}

	@Test
	void blocksOfThePageOfWatchesAreAProject() throws Exception {
		Path page = Documents.PAGES.resolve("watches.md");
		String imports = String.join("\n", Documents.find(Files.readString(page), "(?m)^(import .*;)$"));
		paste(Documents.blocks(page, "java"), imports);
		assertThat(build()).isEmpty();
	}

	@ParameterizedTest
	@Tag("jvms")
	@CsvSource(delimiter = '|', textBlock = """
			price-monitor | : BASELINE
			urls-to-csv | "https://shop.example/1","The Salt Road Atlas","12.90",""
			login       | No vault connection found
			nightly-job | Stars: {
			""")
	void recipePrintsTheLinesOfItsPage(String name, String line) throws Exception {
		build(name);
		run(name, line);
	}

	@Test
	@Tag("jvms")
	void purchasesOfTheRecipeSurviveTheirProcess() throws Exception {
		build("approval");
		run("approval", "Waiting: 2");
		run("approval", "Waiting: 0", "A purchase of alice is REFUSED", "A purchase of alice is COMPLETED");
	}

	private void build(String recipe) throws IOException {
		Path page = Documents.PAGES.resolve("recipes/" + recipe + ".md");
		paste(Documents.blocks(page, "java"), "");
		assertThat(build()).isEmpty();
		Files.writeString(this.project.resolve("classes/application.properties"),
				"tinyfish.simulator.enabled=auto\n" + String.join("\n", Documents.blocks(page, "properties")));
	}

	/**
	 * Run the project until it has printed lines of its page, and kill it.
	 */
	private void run(String recipe, String... lines) throws IOException {
		assertThat(Files.readString(Documents.PAGES.resolve("recipes/" + recipe + ".md"))).contains(lines);
		Path log = this.project.resolve("log");
		ProcessBuilder command = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
				"-XX:TieredStopAtLevel=1", "-Xmx256m", "-cp",
				this.project.resolve("classes") + File.pathSeparator + classPath(), "com.example.Application",
				"--spring.main.web-application-type=none", "--tinyfish.simulator.pace=10ms")
			.directory(this.project.toFile())
			.redirectErrorStream(true)
			.redirectOutput(log.toFile());
		command.environment().keySet().removeIf((variable) -> variable.matches("(TINYFISH|SPRING)_.*"));
		Process application = command.start();
		try {
			await().atMost(Duration.ofMinutes(3))
				.until(() -> Stream.of(lines).allMatch(Files.readString(log)::contains) || !application.isAlive());
			assertThat(Files.readString(log)).contains(lines);
		}
		finally {
			application.destroyForcibly().onExit().join();
		}
	}

	/**
	 * Write each block into a file of its own, as a reader does.
	 */
	private void paste(List<String> blocks, String imports) throws IOException {
		Path sources = Files.createDirectories(this.project.resolve("src/main/java/com/example"));
		for (String block : blocks) {
			String type = Documents.find(block, TYPE).get(0);
			Files.writeString(sources.resolve(type + ".java"),
					(block.startsWith(PACKAGE) ? "" : PACKAGE + "\n" + imports + "\n") + block);
		}
	}

	/**
	 * Compile the project.
	 * @return the messages of the compiler, empty if it builds
	 */
	private String build() throws IOException {
		JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
		StringWriter messages = new StringWriter();
		try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null);
				Stream<Path> all = Files.walk(this.project.resolve("src"))) {
			List<Path> sources = all.filter((file) -> file.toString().endsWith(".java")).toList();
			Path classes = Files.createDirectories(this.project.resolve("classes"));
			boolean built = compiler
				.getTask(messages, files, null,
						List.of("-d", classes.toString(), "-proc:none", "-parameters", "-classpath", classPath()), null,
						files.getJavaFileObjectsFromPaths(sources))
				.call();
			return built ? "" : messages.toString();
		}
	}

	private static String classPath() {
		return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
			.filter((entry) -> !entry.endsWith("test-classes"))
			.collect(Collectors.joining(File.pathSeparator));
	}

	/**
	 * Return the names of the dependencies of a POM.
	 */
	private static Set<String> dependencies(List<String> poms) throws Exception {
		assertThat(poms).singleElement().asString().startsWith("<project");
		return dependencies(poms.get(0));
	}

	private static Set<String> dependencies(String pom) throws Exception {
		NodeList all = DocumentBuilderFactory.newInstance()
			.newDocumentBuilder()
			.parse(new ByteArrayInputStream(pom.getBytes(StandardCharsets.UTF_8)))
			.getElementsByTagName("dependency");
		Set<String> names = new HashSet<>();
		for (int i = 0; i < all.getLength(); i++) {
			Element dependency = (Element) all.item(i);
			boolean used = !List.of("test", "import", "provided").contains(text(dependency, "scope"))
					&& text(dependency, "optional").isEmpty();
			if (used) {
				names.add(text(dependency, "artifactId"));
			}
		}
		return names;
	}

	private static String text(Element dependency, String name) {
		NodeList values = dependency.getElementsByTagName(name);
		return (values.getLength() > 0) ? values.item(0).getTextContent() : "";
	}

	/**
	 * Return dependencies with the modules of this project that they bring.
	 */
	private static Set<String> withTheirs(Set<String> declared) throws Exception {
		Set<String> all = new HashSet<>(declared);
		for (String name : declared) {
			Path pom = Documents.ROOT.resolve(name).resolve("pom.xml");
			if (Files.exists(pom)) {
				all.addAll(withTheirs(dependencies(Files.readString(pom))));
			}
		}
		return all;
	}

	/**
	 * Return the modules of this project whose types sources import.
	 */
	private static Set<String> modules(List<String> sources) throws IOException {
		Set<String> modules = new HashSet<>();
		for (String source : sources) {
			for (String type : Documents.find(source, "(?m)^import (ai\\.tinyfish\\.[\\w.]*?[A-Z]\\w*)[\\w.]*;")) {
				try (Stream<Path> folders = Files.list(Documents.ROOT)) {
					folders
						.filter((folder) -> Files
							.exists(folder.resolve("src/main/java/" + type.replace('.', '/') + ".java")))
						.forEach((folder) -> modules.add(folder.getFileName().toString()));
				}
			}
		}
		return modules;
	}

}
