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

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * Java processes, by default with the class path of this one.
 */
final class Processes {

	/** A measured process: the heap does not grow while something is measured. */
	static final List<String> MEASURED = List.of("-Xms1g", "-Xmx1g", "-XX:+UseG1GC");

	private Processes() {
	}

	static Process start(Class<?> main, List<String> options, List<String> arguments) {
		return start(main, System.getProperty("java.class.path"), options, arguments);
	}

	private static Process start(Class<?> main, String classPath, List<String> options, List<String> arguments) {
		List<String> command = new ArrayList<>();
		command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
		// Netty loads its native transport, which Java 24 and newer warn of
		command.add("--enable-native-access=ALL-UNNAMED");
		command.addAll(options);
		command.addAll(List.of("-cp", classPath, main.getName()));
		command.addAll(arguments);
		try {
			return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Measure in another process.
	 * @param main prints each figure as a line {@code name=value}
	 * @param arguments the arguments of the measurement
	 * @return the figures by name
	 */
	static Map<String, Double> measure(Class<?> main, Object... arguments) {
		List<String> texts = new ArrayList<>();
		for (Object argument : arguments) {
			texts.add(argument.toString());
		}
		return figures(start(main, MEASURED, texts), main.getSimpleName() + " " + texts);
	}

	/**
	 * Measure in another process.
	 * @param main prints each figure as a line {@code name=value}
	 * @param classPath the class path
	 * @param options the options of the JVM
	 * @return the figures by name
	 */
	static Map<String, Double> measure(Class<?> main, String classPath, List<String> options) {
		return figures(start(main, classPath, options, List.of()), main.getSimpleName());
	}

	private static Map<String, Double> figures(Process process, String name) {
		try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
			Map<String, Double> figures = new TreeMap<>();
			for (String line = output.readLine(); line != null; line = output.readLine()) {
				int equals = line.indexOf('=');
				figures.put(line.substring(0, equals), Double.valueOf(line.substring(equals + 1)));
			}
			if (process.waitFor() != 0) {
				throw new IllegalStateException(name + " failed");
			}
			return figures;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException("Interrupted", ex);
		}
		finally {
			process.destroyForcibly();
		}
	}

	/**
	 * Report a figure to the process that measures.
	 */
	static void report(String name, double value) {
		System.out.println(name + "=" + value);
	}

	/**
	 * Wait until a process has ended, and kill it after a time or an interrupt.
	 */
	static void awaitEnd(Process process, Duration patience) {
		try {
			if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
				process.destroyForcibly();
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			process.destroyForcibly();
		}
	}

}
