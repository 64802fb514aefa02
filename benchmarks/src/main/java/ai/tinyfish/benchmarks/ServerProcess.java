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
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A {@link BenchmarkServer} in its own process.
 */
final class ServerProcess implements AutoCloseable {

	private static final int PATIENCE_SECONDS = 60;

	private final Process process;

	private final PrintWriter commands;

	private final CompletableFuture<Integer> port = new CompletableFuture<>();

	private final BlockingQueue<Integer> counts = new LinkedBlockingQueue<>();

	ServerProcess() {
		this.process = Processes.start(BenchmarkServer.class, List.of("-Xmx256m", "-XX:+UseSerialGC"), List.of());
		this.commands = new PrintWriter(this.process.outputWriter(StandardCharsets.UTF_8), true);
		Thread reader = new Thread(this::read, "benchmark-server-output");
		reader.setDaemon(true);
		reader.start();
	}

	private void read() {
		try (BufferedReader output = this.process.inputReader(StandardCharsets.UTF_8)) {
			for (String line = output.readLine(); line != null; line = output.readLine()) {
				if (line.startsWith(BenchmarkServer.PORT)) {
					this.port.complete(Integer.valueOf(line.substring(BenchmarkServer.PORT.length())));
				}
				else if (line.startsWith(BenchmarkServer.CONNECTIONS) || line.startsWith(BenchmarkServer.REQUESTS)) {
					this.counts.add(Integer.valueOf(line.substring(line.indexOf(' ') + 1)));
				}
			}
		}
		catch (IOException ex) {
			// the process has ended
		}
		this.port.completeExceptionally(new IllegalStateException("The server has ended"));
	}

	String baseUrl() {
		return "http://127.0.0.1:" + this.port.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
	}

	/**
	 * Complete the streams that wait.
	 */
	void completeStreams() {
		this.commands.println(BenchmarkServer.COMPLETE);
	}

	/**
	 * Return the number of connections that the server has accepted.
	 */
	int connections() throws InterruptedException {
		return count(BenchmarkServer.CONNECTIONS);
	}

	/**
	 * Return the number of requests that the server has received.
	 */
	int requests() throws InterruptedException {
		return count(BenchmarkServer.REQUESTS);
	}

	private int count(String command) throws InterruptedException {
		this.commands.println(command);
		Integer count = this.counts.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
		if (count == null) {
			throw new IllegalStateException("The server did not answer");
		}
		return count;
	}

	@Override
	public void close() {
		// it ends with its input
		this.commands.close();
		Processes.awaitEnd(this.process, Duration.ofSeconds(5));
	}

}
