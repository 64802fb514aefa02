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
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.SpringApplicationAotProcessor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The sample, processed ahead of time and run on the JVM with what that has generated.
 */
class SampleAotTests {

	private static final Duration PATIENCE = Duration.ofSeconds(180);

	private static final Pattern PORT = Pattern.compile("Tomcat started on port (\\d+)");

	private static final String CLASS_PATH = Arrays
		.stream(System.getProperty("java.class.path").split(File.pathSeparator))
		.filter((entry) -> !entry.endsWith("test-classes"))
		.collect(Collectors.joining(File.pathSeparator));

	@TempDir
	private Path directory;

	@Test
	void agentRunsWithWhatIsGeneratedAheadOfTime() throws Exception {
		Path sources = this.directory.resolve("sources");
		Path classes = this.directory.resolve("classes");
		Path resources = this.directory.resolve("resources");
		Process processing = java("processing", CLASS_PATH, List.of(), SpringApplicationAotProcessor.class.getName(),
				SampleApplication.class.getName(), sources.toString(), resources.toString(), classes.toString(),
				"ai.tinyfish", "sample-app");
		assertThat(processing.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).as(log("processing")).isTrue();
		assertThat(processing.exitValue()).as(log("processing")).isZero();
		compile(sources, classes);
		String generated = Stream.of(classes, resources, CLASS_PATH)
			.map(Object::toString)
			.collect(Collectors.joining(File.pathSeparator));
		Process sample = java("sample", generated, List.of("-Dspring.aot.enabled=true"),
				SampleApplication.class.getName(), "--server.port=0");
		try {
			await().atMost(PATIENCE).until(() -> PORT.matcher(log("sample")).find() || !sample.isAlive());
			Matcher port = PORT.matcher(log("sample"));
			assertThat(port.find()).as(log("sample")).isTrue();
			assertThat(log("sample")).contains("Starting AOT-processed SampleApplication");
			HttpResponse<String> products = ask(port.group(1));
			assertThat(products.statusCode()).as(products.body()).isEqualTo(200);
			assertThat(products.body()).contains("\"name\":", "\"price\":");
			assertThat(page(port.group(1))).contains("The code at work", "List the 3 cheapest books");
		}
		finally {
			sample.destroy();
			if (!sample.waitFor(30, TimeUnit.SECONDS)) {
				sample.destroyForcibly().waitFor();
			}
		}
	}

	private Process java(String name, String classPath, List<String> options, String... arguments) throws IOException {
		List<String> line = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
				"-XX:TieredStopAtLevel=1", "-Xmx256m", "-cp", classPath));
		line.addAll(options);
		line.addAll(List.of(arguments));
		ProcessBuilder builder = new ProcessBuilder(line).redirectErrorStream(true)
			.redirectOutput(this.directory.resolve(name + ".log").toFile());
		// without a key, the sample has the simulator
		builder.environment().keySet().removeIf((variable) -> variable.matches("(TINYFISH|SPRING|SERVER)_.*"));
		return builder.start();
	}

	private String log(String name) throws IOException {
		return Files.readString(this.directory.resolve(name + ".log"));
	}

	private static void compile(Path sources, Path classes) throws IOException {
		JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
		StringWriter problems = new StringWriter();
		try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null);
				Stream<Path> all = Files.walk(sources)) {
			List<Path> java = all.filter((file) -> file.toString().endsWith(".java")).toList();
			assertThat(java).isNotEmpty();
			List<String> options = List.of("-d", classes.toString(), "-proc:none", "-classpath",
					classes + File.pathSeparator + CLASS_PATH);
			boolean compiled = compiler
				.getTask(problems, files, null, options, null, files.getJavaFileObjectsFromPaths(java))
				.call();
			assertThat(compiled).as(problems.toString()).isTrue();
		}
	}

	private static String page(String port) throws IOException, InterruptedException {
		return HttpClient.newHttpClient()
			.send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/")).timeout(PATIENCE).build(),
					HttpResponse.BodyHandlers.ofString())
			.body();
	}

	private static HttpResponse<String> ask(String port) throws IOException, InterruptedException {
		return HttpClient.newHttpClient()
			.send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/products"))
				.timeout(PATIENCE)
				.header("Content-Type", "application/json")
				.POST(HttpRequest.BodyPublishers.ofString("{\"count\": 2}"))
				.build(), HttpResponse.BodyHandlers.ofString());
	}

}
