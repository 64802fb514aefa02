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

package ai.tinyfish.sample.page;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import javax.tools.ToolProvider;

import ai.tinyfish.agent.AgentRequest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The code that the page of a run has, executed.
 */
class RunCodeTests {

	private static final String URL = "https://shop.example/it's?a=$(id)&b=\"`id`\"";

	private static final String GOAL = "Read \"it\" \\u0022 + it's 'it' $(id) `id` $HOME \\ \r\n\t*/ </pre> \u202e \ud83d\udca9 %s";

	private static final Map<String, ?> SCHEMA = Map.of("type", "object", "properties",
			Map.of("it's", Map.of("type", "string", "enum", List.of("\"\"\"", "'"))));

	@Test
	void javaIsTheRequest(@TempDir Path directory) throws Exception {
		String code = RunCode.java(URL, GOAL, SCHEMA);
		compile(directory, code);
		compile(directory,
				code.replace("public static void main(String[] args)", "public static AgentRequest request()")
					.replace("AgentRun run = tinyFish.agent().run(request);", "return request;")
					.replace("System.out.println(run.result().json());", "")
					.replace("apiKey(key)", "apiKey(\"key\")"));
		try (URLClassLoader loader = new URLClassLoader(new URL[] { directory.toUri().toURL() })) {
			AgentRequest request = (AgentRequest) loader.loadClass("Example").getMethod("request").invoke(null);
			assertThat(request.url()).isEqualTo(URL);
			assertThat(request.goal()).isEqualTo(GOAL);
			assertThat(request.outputSchema()).isEqualTo(SCHEMA);
		}
		String untyped = RunCode.java(URL, GOAL, null);
		compile(directory, untyped);
		assertThat(untyped).doesNotContain("Schema", "Map");
	}

	private static void compile(Path directory, String code) throws IOException {
		Path file = Files.writeString(directory.resolve("Example.java"), code, StandardCharsets.US_ASCII);
		assertThat(ToolProvider.getSystemJavaCompiler()
			.run(null, null, null, "-d", directory.toString(), "-proc:none", file.toString())).isZero();
	}

	@Test
	void curlSendsTheRequestAndTheKeyOfTheEnvironment() throws Exception {
		String script = "curl() { printf '%s\\0' \"$@\"; }\n" + RunCode.curl(URL, GOAL, SCHEMA);
		ProcessBuilder bash = new ProcessBuilder("bash", "-c", script).redirectErrorStream(true);
		bash.environment().put("TINYFISH_API_KEY", "the key");
		Process process = bash.start();
		List<String> arguments = List
			.of(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).split("\0"));
		assertThat(arguments.subList(0, arguments.size() - 1)).containsExactly(
				"https://agent.tinyfish.ai/v1/automation/run", "-H", "X-API-Key: the key", "-H",
				"Content-Type: application/json", "-d");
		assertThat(JsonMapper.shared().readTree(arguments.get(6)))
			.isEqualTo(JsonMapper.shared().valueToTree(Map.of("url", URL, "goal", GOAL, "output_schema", SCHEMA)));
	}

}
