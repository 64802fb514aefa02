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

package ai.tinyfish.sample;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * A JVM of its own, with the class path of the sample.
 */
public final class SampleProcess implements AutoCloseable {

	public static final Duration PATIENCE = Duration.ofSeconds(180);

	static final String CLASS_PATH = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
		.filter((entry) -> !entry.endsWith("test-classes") && !entry.contains("spring-ai"))
		.collect(Collectors.joining(File.pathSeparator));

	private static final Pattern PORT = Pattern.compile("Tomcat started on port (\\d+)");

	private final Process process;

	private final Path log;

	private SampleProcess(Process process, Path log) {
		this.process = process;
		this.log = log;
	}

	/**
	 * Start the sample.
	 * @param log where its output goes
	 * @param arguments its arguments
	 * @return the process
	 */
	public static SampleProcess start(Path log, String... arguments) throws IOException {
		return java(log, CLASS_PATH, List.of(), SampleApplication.class.getName(), arguments);
	}

	static SampleProcess java(Path log, String classPath, List<String> options, String mainClass, String... arguments)
			throws IOException {
		List<String> line = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
				"-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx256m", "-cp", classPath));
		line.addAll(options);
		line.add(mainClass);
		line.addAll(List.of(arguments));
		ProcessBuilder builder = new ProcessBuilder(line).redirectErrorStream(true).redirectOutput(log.toFile());
		// without a key, the sample has the simulator
		builder.environment().keySet().removeIf((variable) -> variable.matches("(TINYFISH|SPRING|SERVER|DATABASE)_.*"));
		return new SampleProcess(builder.start(), log);
	}

	/**
	 * Wait until the sample listens.
	 * @return its port
	 */
	public int port() throws IOException {
		await().atMost(PATIENCE).until(() -> PORT.matcher(log()).find() || !this.process.isAlive());
		Matcher port = PORT.matcher(log());
		assertThat(port.find()).as(log()).isTrue();
		return Integer.parseInt(port.group(1));
	}

	/**
	 * Wait until the process has ended by itself.
	 */
	void requireSuccess() throws IOException, InterruptedException {
		assertThat(this.process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).as(log()).isTrue();
		assertThat(this.process.exitValue()).as(log()).isZero();
	}

	/**
	 * End the process as {@code kill -9} does.
	 */
	public void kill() {
		this.process.destroyForcibly().onExit().join();
	}

	public String log() throws IOException {
		return Files.readString(this.log);
	}

	@Override
	public void close() {
		this.process.destroy();
		try {
			this.process.onExit().get(30, TimeUnit.SECONDS);
		}
		catch (InterruptedException | ExecutionException | TimeoutException ex) {
			kill();
		}
	}

}
