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

package ai.tinyfish.simulator;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import ai.tinyfish.simulator.testing.WebhookReceiver;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

@Timeout(120)
class SimulatorMainTests {

	@Test
	void servesUntilItIsTerminated() throws Exception {
		Process process = launch("--port", "0", "--api-key", "sk-hidden", "--pace-ms", "0");
		try {
			BufferedReader output = reader(process);
			List<String> lines = new ArrayList<>();
			lines.add(output.readLine());
			lines.add(output.readLine());
			lines.add(output.readLine());
			String baseUrl = lines.get(0).replace("TinyFish simulator at ", "");
			assertThat(baseUrl).startsWith("http://127.0.0.1:");
			HttpRequest request = HttpRequest.newBuilder(URI.create(baseUrl + "/v1/runs?goal=hidden-goal"))
				.header("X-API-Key", "sk-hidden")
				.build();
			assertThat(HttpClient.newHttpClient().send(request, BodyHandlers.ofString()).statusCode()).isEqualTo(200);
			String requestLine = output.readLine();
			assertThat(requestLine).matches("[0-9:.]+ GET /v1/runs -> 200 in \\d+ ms");
			lines.add(requestLine);
			// the handle leaves the output open, which Process.destroy() would not
			process.toHandle().destroy();
			output.lines().forEach(lines::add);
			assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
			// 128 + SIGTERM, the JVM's own answer after its shutdown hooks have run
			assertThat(process.exitValue()).isEqualTo(143);
			assertThat(lines).hasSize(4).noneMatch((line) -> line.contains("hidden"));
		}
		finally {
			process.destroyForcibly();
		}
	}

	@Test
	void webhooksAreForwarded() throws Exception {
		try (WebhookReceiver receiver = WebhookReceiver.start()) {
			Process process = launch("--port", "0", "--pace-ms", "0", "--forward-webhooks", "https://shop.example",
					"http://127.0.0.1:" + receiver.port());
			try {
				String baseUrl = reader(process).readLine().replace("TinyFish simulator at ", "");
				HttpRequest request = HttpRequest.newBuilder(URI.create(baseUrl + "/v1/automation/run-async"))
					.header("X-API-Key", TinyFishSimulator.DEFAULT_API_KEY)
					.POST(BodyPublishers.ofString("""
							{"url": "https://a.example", "goal": "x", "webhook_url": "https://shop.example/hook"}"""))
					.build();
				assertThat(HttpClient.newHttpClient().send(request, BodyHandlers.ofString()).statusCode())
					.isEqualTo(200);
				await().atMost(30, TimeUnit.SECONDS).until(() -> receiver.received().size() == 1);
				assertThat(receiver.received().get(0).path()).isEqualTo("/hook");
			}
			finally {
				process.destroyForcibly();
			}
		}
	}

	@Test
	void webhooksAreForwardedToNoOtherMachine() throws Exception {
		Outcome outcome = run("--port", "0", "--forward-webhooks", "https://shop.example", "https://other.example");
		assertThat(outcome.exitCode()).isEqualTo(2);
		assertThat(outcome.output()).contains("Try --help").doesNotContain("\tat ");
	}

	@Test
	void helpNamesTheOptionsAndMarks() throws Exception {
		Outcome outcome = run("--help");
		assertThat(outcome.exitCode()).isZero();
		assertThat(outcome.output()).contains("--port", "--api-key", "--pace-ms", "--forward-webhooks", "[fail]",
				TinyFishSimulator.DEFAULT_API_KEY);
	}

	@Test
	void badArgumentsExitWithTwo() throws Exception {
		Outcome outcome = run("--port", "many");
		assertThat(outcome.exitCode()).isEqualTo(2);
		assertThat(outcome.output()).contains("--port needs a number from 0 to 65535").doesNotContain("\tat ");
	}

	@Test
	void portInUseExitsWithOne() throws Exception {
		try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			Outcome outcome = run("--port", Integer.toString(taken.getLocalPort()));
			assertThat(outcome.exitCode()).isEqualTo(1);
			assertThat(outcome.output()).contains("Cannot listen on 127.0.0.1:" + taken.getLocalPort())
				.doesNotContain("\tat ");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "--port", "--port -1", "--port 65536", "--pace-ms", "--pace-ms soon", "--api-key",
			"--forward-webhooks", "--forward-webhooks https://shop.example", "--verbose", "--api-key=sk-hidden" })
	void wrongArgumentsAreExplained(String line) {
		assertThatIllegalArgumentException().isThrownBy(() -> SimulatorMain.Arguments.parse(line.split(" ")))
			.withMessageNotContaining("hidden");
	}

	@Test
	void argumentsHaveDefaults() {
		SimulatorMain.Arguments arguments = SimulatorMain.Arguments.parse();
		assertThat(arguments.apiKey()).isEqualTo(TinyFishSimulator.DEFAULT_API_KEY);
		assertThat(arguments.pace()).hasMillis(300);
		assertThat(arguments.help()).isFalse();
		assertThat(SimulatorMain.Arguments.parse("--api-key", "sk-hidden").toString()).doesNotContain("hidden");
	}

	private static Outcome run(String... args) throws IOException, InterruptedException {
		Process process = launch(args);
		try {
			String output = String.join("\n", reader(process).lines().toList());
			assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
			return new Outcome(process.exitValue(), output);
		}
		finally {
			process.destroyForcibly();
		}
	}

	private static Process launch(String... args) throws IOException {
		List<String> command = new ArrayList<>(List.of(
				Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:TieredStopAtLevel=1",
				"-XX:+UseSerialGC", "-cp", System.getProperty("java.class.path"), SimulatorMain.class.getName()));
		command.addAll(List.of(args));
		return new ProcessBuilder(command).redirectErrorStream(true).start();
	}

	private static BufferedReader reader(Process process) {
		return new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8)) {
			@Override
			public String readLine() throws IOException {
				String line = super.readLine();
				// newer JVMs warn of calls by Netty, and leave blank lines between
				while (line != null && (line.isBlank() || line.startsWith("WARNING: "))) {
					line = super.readLine();
				}
				return line;
			}
		};
	}

	private record Outcome(int exitCode, String output) {
	}

}
