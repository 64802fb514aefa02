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

package ai.tinyfish.spring.test.cassette;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import ai.tinyfish.TinyFishClient;
import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.agent.CaptureConfig;
import ai.tinyfish.agent.ProxyConfig;
import ai.tinyfish.agent.ProxyType;
import ai.tinyfish.error.TinyFishStatusException;
import ai.tinyfish.run.AgentRun;
import ai.tinyfish.run.Run;
import ai.tinyfish.run.RunStatus;
import ai.tinyfish.run.RunStep;
import ai.tinyfish.run.ScreenshotMode;
import ai.tinyfish.simulator.Fault;
import ai.tinyfish.simulator.FaultPoint;
import ai.tinyfish.simulator.Scenario;
import ai.tinyfish.simulator.TinyFishSimulator;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Secrets of each kind, in each place from which they could come into a cassette.
 */
class CassetteSecretsTests {

	private static final List<String> SECRETS = List.of(CassetteContext.KEY, "user-4711", "pass word\"4711",
			"item-4711", "token-4711", "proxy-user-4711", "proxy-pass-4711", "http://proxy-url-4711.example:8080",
			"declared-4711", "webhook-secret-of-4711", "later-4711");

	@TempDir
	private Path directory;

	@AutoClose
	private final TinyFishSimulator service = TinyFishSimulator.builder()
		.apiKey(CassetteContext.KEY)
		.pace(Duration.ZERO)
		.start();

	@Test
	void noneOfARequestIsWritten() throws IOException {
		this.service.given("price", Scenario.completed(Map.of("price", 640)));
		try (CassetteContext context = recording()) {
			context.client().agent().run(request("Find the price"));
		}
		byte[] file = Files.readAllBytes(file());
		assertThat(new String(file, StandardCharsets.UTF_8)).contains("\"price\": 640", "https://***@shop.example/\"");
		assertNoSecretIn(file);
		for (String name : List.of("webhook", "streaming", "video", "screenshot", "help", "password")) {
			assertThat(new String(file, StandardCharsets.UTF_8)).doesNotContain(name);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "result", "name", "action", "message", "refusal" })
	void oneThatTheServiceRepeatsIsRedactedOrTheRunIsNotRecorded(String place) throws IOException {
		this.service.given((request) -> scenario(place, SECRETS.get(request.goal().charAt(0) - 'a')));
		try (CassetteContext context = recording()) {
			for (int i = 0; i < SECRETS.size() - 1; i++) {
				String goal = (char) ('a' + i) + " price";
				String error = errorOf(context.client(), request(goal));
				String file = Files.exists(file()) ? Files.readString(file()) : "";
				if (!file.contains(goal)) {
					assertThat(error).as(SECRETS.get(i)).contains("RECORDING_FAILED", "is not recorded in");
				}
				assertNoSecretIn(file.getBytes(StandardCharsets.UTF_8));
			}
		}
		try (Stream<Path> files = Files.list(this.directory)) {
			assertThat(files.filter((each) -> !each.equals(file()))).isEmpty();
		}
	}

	@Test
	void oneInTheGoalIsRefusedBeforeTheRunCostsAnything() {
		try (CassetteContext context = recording()) {
			for (String secret : SECRETS.subList(0, SECRETS.size() - 1)) {
				assertThatExceptionOfType(TinyFishStatusException.class).as(secret)
					.isThrownBy(() -> context.client().agent().run(request("Use " + secret)))
					.withMessageContainingAll("RECORDING_FAILED", "is not recorded in prices.json");
			}
		}
		assertThat(this.service.journal().runsCreated()).isZero();
		assertThat(file()).doesNotExist();
	}

	@ParameterizedTest
	@ValueSource(strings = { "https://hook.example/runs", "https://hook.example/status?on=result" })
	void wordsOfTheFileAreNotSecrets(String webhook) throws IOException {
		this.service.given("shop", Scenario.completed("The shop has status 1"));
		AgentRequest request = AgentRequest.builder()
			.url("https://shop:s3cr3t@shop.example/")
			.goal("Find the shop")
			.webhookUrl(webhook)
			.build();
		try (CassetteContext context = recording()) {
			assertThat(context.client().agent().run(request).status()).isEqualTo(RunStatus.COMPLETED);
		}
		assertThat(Files.readString(file())).contains("The shop has").doesNotContain("s3cr3t");
	}

	@ParameterizedTest
	@ValueSource(strings = { "tinyfish.cassette.secrets=abc,471", "tinyfish.cassette.secrets[0]=471" })
	void declaredSecretsMayBeShortAndAList(String property) {
		this.service.given("price", Scenario.completed("Pin 471"));
		try (CassetteContext context = CassetteContext.recording(file(), this.service, property)) {
			AgentRun run = context.client().agent().run(AgentRequest.of("https://shop.example/", "Find the price"));
			assertThat(String.valueOf(run.error())).contains("tinyfish.cassette.secrets");
		}
		assertThat(file()).doesNotExist();
	}

	private static Scenario scenario(String place, String secret) {
		return switch (place) {
			case "result" -> Scenario.completed(Map.of("text", List.of("It is " + secret)));
			case "name" -> Scenario.completed(Map.of(secret, 1));
			case "action" -> Scenario.builder().steps("Type " + secret).result(1).build();
			case "message" -> Scenario.failed("TASK_FAILED", "Not with " + secret);
			case "refusal" -> Scenario.builder()
				.fault(FaultPoint.beforeHeaders(), Fault.refusal(403, "FORBIDDEN", "Not with " + secret))
				.build();
			default -> throw new IllegalArgumentException(place);
		};
	}

	private static String errorOf(TinyFishClient client, AgentRequest request) {
		try {
			return String.valueOf(client.agent().run(request).error());
		}
		catch (TinyFishStatusException ex) {
			return String.valueOf(ex.getMessage());
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "https://shop.example/?access_token=secret-471%d",
			"https://user-of:secret-471%d@shop.example/" })
	void requestsThatDifferInASecretOfAUrlMatch(String url) throws IOException {
		this.service.given("price", Scenario.completed(640));
		try (CassetteContext context = recording()) {
			requestsAt(url.formatted(1)).forEach((request) -> context.client().agent().run(request));
		}
		assertThat(Files.readString(file())).contains("***").doesNotContain("secret-471");
		try (CassetteContext context = CassetteContext.replaying(file())) {
			assertThat(requestsAt(url.formatted(2)))
				.allMatch((request) -> context.client().agent().run(request).isCompleted());
			assertThat(requestsAt("https://shop.example/")).extracting((request) -> errorOf(context.client(), request))
				.satisfiesExactly((error) -> assertThat(error).contains("differs in url (recorded "),
						(error) -> assertThat(error).contains("differs in goal (recorded "));
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "token", "key", "secret", "password", "passwd", "pwd", "signature", "sig", "auth",
			"credential" })
	void requestsWithASecretOfAUrlMatchWithoutSpringToo(String name) {
		this.service.given("price", Scenario.completed(640));
		String url = "https://me:hunter2@shop.example/?page=2&X-" + name + "=secret-471%d";
		try (CassetteContext context = recording()) {
			requestsAt(url.formatted(1)).forEach((request) -> context.client().agent().run(request));
		}
		try (TinyFishSimulator simulator = TinyFishSimulator.builder().cassette(file()).pace(Duration.ZERO).start();
				TinyFishClient client = TinyFishClient.builder()
					.baseUrl(simulator.baseUrl())
					.apiKey(simulator.apiKey())
					.build()) {
			assertThat(requestsAt(url.formatted(2))).allMatch((request) -> client.agent().run(request).isCompleted());
			assertThat(requestsAt("https://shop.example/?page=2"))
				.allSatisfy((request) -> assertThat(errorOf(client, request)).contains("has no recording of it"));
		}
	}

	private static List<AgentRequest> requestsAt(String url) {
		return List.of(AgentRequest.of(url, "Find the price"),
				AgentRequest.of("https://other.example/", "Find the price at " + url));
	}

	@Test
	void passwordOfAUrlInTheGoalIsFoundAlone() {
		this.service.given("price", Scenario.completed("Signed in with p&ss-4711"));
		String goal = "Find the price at <url>https://me:p&amp;ss-4711@shop.example/</url>";
		try (CassetteContext context = recording()) {
			AgentRun run = context.client().agent().run(AgentRequest.of("https://shop.example/", goal));
			assertThat(String.valueOf(run.error())).contains("RECORDING_FAILED", "contains a secret")
				.doesNotContain("ss-4711");
		}
		assertThat(file()).doesNotExist();
	}

	@ParameterizedTest
	@ValueSource(strings = { "https://me:it's-4711@shop.example/", "https://us%3Aer:it's-4711@shop.example/",
			"https://shop.example/?api_key=it's-4711" })
	void secretOfAUrlWithAQuoteIsFoundAlone(String url) {
		this.service.given("price", Scenario.completed("Signed in with it's-4711"));
		AgentRequest ofUrl = AgentRequest.of(url, "Find the price");
		AgentRequest ofProxy = AgentRequest.builder()
			.url("https://shop.example/")
			.goal("Find the price")
			.proxy(ProxyConfig.builder().type(ProxyType.CUSTOM).url(url).build())
			.build();
		try (CassetteContext context = recording()) {
			for (AgentRequest request : List.of(ofUrl, ofProxy)) {
				assertThat(errorOf(context.client(), request)).contains("RECORDING_FAILED", "another secret (")
					.doesNotContain("4711");
			}
		}
		assertThat(file()).doesNotExist();
	}

	@Test
	void secretOfAUrlWithAQuoteIsMasked() throws IOException {
		this.service.given("price", Scenario.completed(640));
		try (CassetteContext context = recording()) {
			context.client()
				.agent()
				.run(AgentRequest.of("https://me:it's-4711@shop.example/?api_key=it's-4712", "Find the price"));
		}
		assertThat(Files.readString(file())).contains("https://***@shop.example/?api_key=***").doesNotContain("it's");
	}

	@Test
	void urlsOfTheServiceAreNotWritten() throws IOException {
		this.service.given("price", Scenario.builder().steps("Open the shop").fails("TASK_FAILED", "No price").build());
		try (CassetteContext context = recording();
				TinyFishClient client = TinyFishClient.builder()
					.baseUrl(this.service.baseUrl())
					.apiKey(CassetteContext.KEY)
					.build()) {
			context.client().agent().run(request("Find the price"));
			String runId = this.service.journal().runs().get(0).id();
			assertThat(this.service.journal().events(runId)).contains("STREAMING_URL");
			Run run = client.runs().get(runId, ScreenshotMode.URL);
			assertThat(run.error().helpUrl()).isNotNull();
			assertThat(run.videoUrl()).isNotNull();
			assertThat(run.steps()).extracting(RunStep::screenshotUrl).doesNotContainNull();
		}
		String file = Files.readString(file());
		assertThat(file).contains("Open the shop", "No price");
		assertThat(file.replaceFirst("https://[^@]*@shop.example/", "")).doesNotContain("://", "data:image");
	}

	@Test
	void filterRemovesWhatTheClientDoesNotKnow() throws IOException {
		this.service.given("price", Scenario.completed(Map.of("text", "declared-4711")));
		List<String> properties = List.of("tinyfish.cassette.mode=record", "CI=false",
				"tinyfish.base-url=" + this.service.baseUrl(), "tinyfish.api-key=" + CassetteContext.KEY,
				"tinyfish.cassette.secrets=declared-4711");
		try (CassetteContext context = CassetteContext.start(file(),
				(fields) -> fields.computeIfPresent("result", (name, result) -> "removed"), properties)) {
			assertThat(context.client().agent().run(request("Find the price")).status()).isEqualTo(RunStatus.COMPLETED);
		}
		assertNoSecretIn(Files.readAllBytes(file()));
	}

	@Test
	void tooLargeARunIsNamed() {
		this.service.given("price", Scenario.completed("x".repeat(CassetteFile.MAX_RUN_BYTES)));
		try (CassetteContext context = recording()) {
			AgentRun run = context.client().agent().run(request("Find the price"));
			assertThat(run.error()).isNotNull();
			assertThat(run.error().message()).contains(this.service.journal().runs().get(0).id(), "Find the price",
					"1048576");
		}
		assertThat(file()).doesNotExist();
	}

	@Test
	void keyIsNeededAndCiRefuses() {
		assertThatExceptionOfType(Exception.class)
			.isThrownBy(() -> CassetteContext.recording(file(), this.service, "CI=true").client().agent())
			.havingRootCause()
			.withMessageContaining("where CI is set");
		assertThatExceptionOfType(Exception.class)
			.isThrownBy(() -> CassetteContext.recording(file(), this.service, "tinyfish.cassette.mode=rec").client())
			.havingRootCause()
			.withMessageContaining("replay, record or renew, not rec");
	}

	private CassetteContext recording() {
		return CassetteContext.recording(file(), this.service, "tinyfish.cassette.secrets=declared-4711",
				"tinyfish.webhook.secret=webhook-secret-of-4711");
	}

	private static AgentRequest request(String goal) {
		return AgentRequest.builder()
			.url("https://user-4711:pass%20word%224711@shop.example/")
			.goal(goal)
			.useVault(true)
			.credentialItemIds(List.of("item-4711"))
			.webhookUrl("https://hook.example/orders?key=token-4711")
			.captureConfig(CaptureConfig.builder().recording(true).screenshots(true).build())
			.proxy(ProxyConfig.builder()
				.type(ProxyType.CUSTOM)
				.url("http://proxy-url-4711.example:8080")
				.username("proxy-user-4711")
				.password("proxy-pass-4711")
				.build())
			.additionalProperty("later_field", "later-4711")
			.build();
	}

	private static void assertNoSecretIn(byte[] file) {
		String text = new String(file, StandardCharsets.UTF_8);
		for (String secret : SECRETS) {
			assertThat(text).doesNotContain(secret, secret.replace("\"", "\\\""));
		}
		assertThat(text).doesNotContain("pass%20word");
	}

	private Path file() {
		return this.directory.resolve("prices.json");
	}

}
