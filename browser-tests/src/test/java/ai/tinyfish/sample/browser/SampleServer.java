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

package ai.tinyfish.sample.browser;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import ai.tinyfish.sample.SampleApplication;

import static org.awaitility.Awaitility.await;

/**
 * The sample in a process of its own, which can be killed and started again.
 */
final class SampleServer {

	private final int port;

	private final List<String> command;

	private final Path log;

	private Process process;

	SampleServer(Path logs) throws IOException {
		try (ServerSocket free = new ServerSocket(0)) {
			this.port = free.getLocalPort();
		}
		this.log = logs.resolve("sample.log");
		this.command = List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
				"-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx256m", "-cp", System.getProperty("java.class.path"),
				SampleApplication.class.getName(), "--server.port=" + this.port, "--tinyfish.simulator.pace=100ms",
				"--sample.runs-file=" + logs.resolve("runs.txt"));
	}

	/**
	 * Start the sample, and wait until it listens.
	 */
	void start(String... arguments) throws IOException {
		List<String> line = new ArrayList<>(this.command);
		line.addAll(List.of(arguments));
		ProcessBuilder builder = new ProcessBuilder(line).redirectErrorStream(true).redirectOutput(this.log.toFile());
		builder.environment().keySet().removeIf((variable) -> variable.matches("(TINYFISH|SPRING|SERVER|DATABASE)_.*"));
		this.process = builder.start();
		await().atMost(Duration.ofSeconds(180)).ignoreExceptions().until(() -> {
			new Socket("127.0.0.1", this.port).close();
			return true;
		});
	}

	String url() {
		return "http://localhost:" + this.port + "/";
	}

	void signal(String name) throws Exception {
		new ProcessBuilder("kill", "-" + name, String.valueOf(this.process.pid())).start().waitFor();
	}

	/**
	 * End the process as {@code kill -9} does.
	 */
	void kill() {
		this.process.destroyForcibly().onExit().join();
	}

}
