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

package ai.tinyfish.durable.processes;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

import static org.awaitility.Awaitility.await;

/**
 * Starts instances in processes of their own. None of them outlives its test, and what
 * they have written is shown if the test fails.
 */
final class Processes implements AfterEachCallback {

	private static final int SHOWN_LINES = 150;

	private final List<InstanceProcess> started = new CopyOnWriteArrayList<>();

	/**
	 * Start an instance.
	 * @param name names its output
	 * @param properties its properties
	 * @param options options of its JVM
	 */
	InstanceProcess start(String name, List<String> properties, String... options) {
		return start(name, InstanceMain.class, properties, options);
	}

	/**
	 * Start a process.
	 * @param name names its output
	 * @param main its class with a main method
	 * @param arguments its arguments
	 * @param options options of its JVM
	 */
	InstanceProcess start(String name, Class<?> main, List<String> arguments, String... options) {
		List<String> command = new ArrayList<>(
				List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx256m",
						"-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
		command.addAll(List.of(options));
		command.add(main.getName());
		command.addAll(arguments);
		Path output = Path.of("target", "processes", name + ".log");
		try {
			Files.createDirectories(output.getParent());
			ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true)
				.redirectOutput(output.toFile());
			builder.environment()
				.put("CLASSPATH",
						System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
			InstanceProcess process = new InstanceProcess(builder.start(), output);
			this.started.add(process);
			return process;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	@Override
	public void afterEach(ExtensionContext context) throws IOException {
		for (InstanceProcess process : this.started) {
			process.kill();
			if (context.getExecutionException().isPresent()) {
				List<String> lines = Files.readAllLines(process.output);
				System.out.println("---- " + process.output);
				lines.subList(Math.max(0, lines.size() - SHOWN_LINES), lines.size()).forEach(System.out::println);
			}
		}
		this.started.clear();
	}

	/**
	 * An instance in a process of its own.
	 */
	static final class InstanceProcess {

		private final Process process;

		private final Path output;

		private InstanceProcess(Process process, Path output) {
			this.process = process;
			this.output = output;
		}

		/**
		 * Let the instance execute a command, once it has started.
		 */
		void send(String... command) {
			try {
				this.process.getOutputStream()
					.write((String.join("|", command) + "\n").getBytes(StandardCharsets.UTF_8));
				this.process.getOutputStream().flush();
			}
			catch (IOException ex) {
				throw new UncheckedIOException("The process has ended, see " + this.output, ex);
			}
		}

		/**
		 * Wait until the process has written something.
		 */
		void awaitOutput(String text) {
			await().atMost(SharedDatabase.SOON).until(() -> Files.readString(this.output).contains(text));
		}

		long pid() {
			return this.process.pid();
		}

		boolean isAlive() {
			return this.process.isAlive();
		}

		/**
		 * Kill the process as kill -9 does.
		 */
		void kill() {
			this.process.destroyForcibly();
			try {
				if (!this.process.waitFor(30, TimeUnit.SECONDS)) {
					throw new IllegalStateException("Process " + this.process.pid() + " cannot be killed");
				}
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
				throw new IllegalStateException(ex);
			}
		}

	}

}
