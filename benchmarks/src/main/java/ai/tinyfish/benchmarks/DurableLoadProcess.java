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
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * An instance of {@link DurableLoad} in its process.
 */
final class DurableLoadProcess implements AutoCloseable {

	private static final int PATIENCE_SECONDS = 120;

	private final Process process;

	private final PrintWriter commands;

	private final BufferedReader answers;

	/**
	 * Start an instance.
	 * @param main its class
	 * @param arguments the arguments of its main method
	 */
	DurableLoadProcess(Class<?> main, String... arguments) {
		this.process = Processes.start(main, List.of("-Xmx256m"), List.of(arguments));
		this.commands = new PrintWriter(this.process.outputWriter(StandardCharsets.UTF_8), true);
		this.answers = this.process.inputReader(StandardCharsets.UTF_8);
	}

	void awaitStarted() {
		answer();
	}

	/**
	 * Submit runs and wait until they are stored.
	 * @return the seconds that it took
	 */
	double submit(int runs) {
		this.commands.println(runs);
		return answer();
	}

	private double answer() {
		try {
			String line = CompletableFuture.supplyAsync(this::read).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
			return Double.parseDouble(line.substring(line.indexOf('=') + 1));
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException("Interrupted", ex);
		}
		catch (ExecutionException | TimeoutException ex) {
			throw new IllegalStateException("An instance did not answer", ex);
		}
	}

	private String read() {
		try {
			String line = this.answers.readLine();
			if (line == null) {
				throw new IllegalStateException("The process has ended, see its output above");
			}
			return line;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	long pid() {
		return this.process.pid();
	}

	Duration cpuTime() {
		return this.process.info().totalCpuDuration().orElse(Duration.ZERO);
	}

	/**
	 * Kill the process, which has no time to clean up.
	 */
	void kill() throws InterruptedException {
		this.process.destroyForcibly().waitFor();
	}

	/**
	 * Let the instance stop, without waiting for it.
	 */
	void stop() {
		this.commands.close();
	}

	@Override
	public void close() {
		stop();
		Processes.awaitEnd(this.process, Duration.ofMinutes(1));
	}

}
