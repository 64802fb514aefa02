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
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.SpringApplicationAotProcessor;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The sample, processed ahead of time and run on the JVM with the generated code.
 */
@Tag("jvms")
class SampleAotTests {

	@TempDir
	private Path directory;

	@Test
	void agentRunsWithCodeGeneratedAheadOfTime() throws Exception {
		Path sources = this.directory.resolve("sources");
		Path classes = this.directory.resolve("classes");
		Path resources = this.directory.resolve("resources");
		try (SampleProcess processing = java("processing", SampleProcess.CLASS_PATH, List.of(),
				SpringApplicationAotProcessor.class.getName(), SampleApplication.class.getName(), sources.toString(),
				resources.toString(), classes.toString(), "ai.tinyfish", "sample-app")) {
			processing.requireSuccess();
		}
		compile(sources, classes);
		String generated = Stream.of(classes, resources, SampleProcess.CLASS_PATH)
			.map(Object::toString)
			.collect(Collectors.joining(File.pathSeparator));
		try (SampleProcess sample = java("sample", generated, List.of("-Dspring.aot.enabled=true"),
				SampleApplication.class.getName(), "--server.port=0")) {
			int port = sample.port();
			assertThat(sample.log()).contains("Starting AOT-processed SampleApplication");
			HttpResponse<String> products = ask(port);
			assertThat(products.statusCode()).as(products.body()).isEqualTo(200);
			assertThat(products.body()).contains("\"name\":", "\"price\":");
			assertThat(page(port)).contains("Start a run", "List the 3 cheapest books");
		}
		// was not known when the sample was processed
		try (SampleProcess sample = java("refusing", generated, List.of("-Dspring.aot.enabled=true"),
				SampleApplication.class.getName(), "--server.port=0", "--tinyfish.allowed-hosts=elsewhere.example")) {
			assertThat(ask(sample.port()).body()).contains("is not one of tinyfish.allowed-hosts");
		}
	}

	private SampleProcess java(String name, String classPath, List<String> options, String mainClass,
			String... arguments) throws IOException {
		return SampleProcess.java(this.directory.resolve(name + ".log"), classPath, options, mainClass, arguments);
	}

	private static void compile(Path sources, Path classes) throws IOException {
		JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
		StringWriter problems = new StringWriter();
		try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null);
				Stream<Path> all = Files.walk(sources)) {
			List<Path> java = all.filter((file) -> file.toString().endsWith(".java")).toList();
			assertThat(java).isNotEmpty();
			List<String> options = List.of("-d", classes.toString(), "-proc:none", "-classpath",
					classes + File.pathSeparator + SampleProcess.CLASS_PATH);
			boolean compiled = compiler
				.getTask(problems, files, null, options, null, files.getJavaFileObjectsFromPaths(java))
				.call();
			assertThat(compiled).as(problems.toString()).isTrue();
		}
	}

	private static String page(int port) throws IOException, InterruptedException {
		return HttpClient.newHttpClient()
			.send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/"))
				.timeout(SampleProcess.PATIENCE)
				.build(), HttpResponse.BodyHandlers.ofString())
			.body();
	}

	private static HttpResponse<String> ask(int port) throws IOException, InterruptedException {
		return HttpClient.newHttpClient()
			.send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/products"))
				.timeout(SampleProcess.PATIENCE)
				.header("Content-Type", "application/json")
				.POST(HttpRequest.BodyPublishers.ofString("{\"count\": 2}"))
				.build(), HttpResponse.BodyHandlers.ofString());
	}

}
