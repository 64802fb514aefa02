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

package ai.tinyfish.spring.boot.testing;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Runs {@link ProcessApplication} in a JVM of its own, on some of this JVM's class path.
 *
 * @param output the printed lines
 * @param facts the facts that the application printed
 */
public record ApplicationProcess(String output, Map<String, String> facts) {

	private static final int MAX_SECONDS = 120;

	/**
	 * Run the application until its JVM ends by itself.
	 * @param directory where the output goes
	 * @param libraries chooses among the file names of the libraries
	 * @param arguments the arguments of the application
	 */
	public static ApplicationProcess run(Path directory, Predicate<String> libraries, String... arguments) {
		Path log = directory.resolve("output.txt");
		List<String> line = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
				"-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx256m", "-cp", classPath(libraries),
				ProcessApplication.class.getName()));
		line.addAll(List.of(arguments));
		ProcessBuilder builder = new ProcessBuilder(line).redirectErrorStream(true).redirectOutput(log.toFile());
		builder.environment().keySet().removeIf((name) -> name.startsWith("TINYFISH_") || name.startsWith("SPRING_"));
		try {
			Process process = builder.start();
			boolean ended = process.waitFor(MAX_SECONDS, TimeUnit.SECONDS);
			process.destroyForcibly().waitFor();
			String output = Files.readString(log);
			assertThat(ended).as("ends by itself: %s", output).isTrue();
			assertThat(process.exitValue()).as(output).isZero();
			return new ApplicationProcess(output, facts(output));
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

	private static String classPath(Predicate<String> libraries) {
		return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
			.filter((entry) -> isOurs(entry) || libraries.test(Path.of(entry).getFileName().toString()))
			.collect(Collectors.joining(File.pathSeparator));
	}

	/**
	 * The classes of this module and its tests, and the client.
	 */
	private static boolean isOurs(String entry) {
		return entry.contains("tinyfish-core") || entry.contains("tinyfish-spring-boot-autoconfigure");
	}

	private static Map<String, String> facts(String output) {
		return output.lines()
			.filter((line) -> line.startsWith(ProcessApplication.FACT))
			.map((line) -> line.substring(ProcessApplication.FACT.length()).split("=", 2))
			.collect(Collectors.toMap((fact) -> fact[0], (fact) -> fact[1]));
	}

}
