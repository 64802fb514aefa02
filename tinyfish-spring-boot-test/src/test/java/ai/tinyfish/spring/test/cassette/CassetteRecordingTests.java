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

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import ai.tinyfish.TinyFishClient;
import ai.tinyfish.agent.AgentConfig;
import ai.tinyfish.agent.AgentMode;
import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.agent.ProxyConfig;
import ai.tinyfish.agent.RunHandle;
import ai.tinyfish.error.TinyFishException;
import ai.tinyfish.error.TinyFishStatusException;
import ai.tinyfish.run.AgentRun;
import ai.tinyfish.run.RunStatus;
import ai.tinyfish.run.TinyFishRunOutcomeUnknownException;
import ai.tinyfish.settings.ProxyCountryCode;
import ai.tinyfish.simulator.Fault;
import ai.tinyfish.simulator.FaultPoint;
import ai.tinyfish.simulator.ReceivedRequest;
import ai.tinyfish.simulator.Scenario;
import ai.tinyfish.simulator.SimulatedRun;
import ai.tinyfish.simulator.TinyFishSimulator;
import ai.tinyfish.spring.event.TinyFishRunFinishedEvent;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.mock.env.MockEnvironment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Recording of runs: how they are submitted, and what becomes of those that cannot be
 * recorded.
 */
@Timeout(120)
class CassetteRecordingTests {

	@TempDir
	private Path directory;

	@AutoClose
	private final TinyFishSimulator service = TinyFishSimulator.builder()
		.apiKey(CassetteContext.KEY)
		.pace(Duration.ofMillis(5))
		.start();

	@Test
	void settingOfTheApplicationThatRepeatsSubmissionsIsNotUsed() {
		this.service.fault(FaultPoint.beforeHeaders(), Fault.disconnect());
		try (CassetteContext context = CassetteContext.recording(file(), this.service, "tinyfish.retry.delay=1ms",
				"tinyfish.retry.submissions=as-official-sdks")) {
			assertThatExceptionOfType(TinyFishRunOutcomeUnknownException.class)
				.isThrownBy(() -> context.client().agent().run(request("Find the price")));
		}
		assertThat(this.service.journal().runsCreated()).isOne();
	}

	@Test
	void runIsSubmittedAsTheApplicationConnects() throws Exception {
		this.service.given("price", Scenario.completed(640));
		try (ServerSocket proxy = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			CompletableFuture<String> received = CompletableFuture.supplyAsync(() -> firstLine(proxy));
			List<String> record = List.of("tinyfish.cassette.mode=record", "CI=false",
					"tinyfish.base-url=http://tinyfish.invalid", "tinyfish.api-key=" + CassetteContext.KEY,
					"tinyfish.http-proxy.host=127.0.0.1", "tinyfish.http-proxy.port=" + proxy.getLocalPort());
			try (CassetteContext context = CassetteContext.start(file(), (fields) -> {
			}, record)) {
				assertThatExceptionOfType(TinyFishStatusException.class)
					.isThrownBy(() -> context.client().agent().run(request("Find the price")));
			}
			assertThat(received.get(30, TimeUnit.SECONDS)).startsWith("CONNECT tinyfish.invalid:80");
		}
	}

	@Test
	void limitsAndListenersOfTheApplicationApplyOnce() {
		this.service.given("price", Scenario.completed(640));
		try (CassetteContext context = CassetteContext.recording(file(), this.service, "tinyfish.run.max-in-flight=1",
				"tinyfish.run.max-wait=0s")) {
			context.client().agent().run(request("Find the price"));
			context.events().await(TinyFishRunFinishedEvent.class);
			assertThat(context.events().events(TinyFishRunFinishedEvent.class)).hasSize(1);
		}
	}

	@Test
	void runOfATenantIsRecordedWithItsKey() throws Exception {
		try (TinyFishSimulator both = TinyFishSimulator.builder()
			.apiKeys(CassetteContext.KEY, "sk-of-a-tenant")
			.pace(Duration.ZERO)
			.start()) {
			both.given("price", Scenario.completed(640));
			try (CassetteContext context = CassetteContext.recording(file(), both);
					TinyFishClient tenant = context.client().mutate().apiKey("sk-of-a-tenant").build()) {
				assertThat(tenant.agent().run(request("Find the price of the tenant")).status())
					.isEqualTo(RunStatus.COMPLETED);
				assertThat(context.client().agent().run(request("Find the price")).status())
					.isEqualTo(RunStatus.COMPLETED);
			}
			assertThat(both.journal().submissions("tenant")).extracting(ReceivedRequest::apiKey)
				.containsExactly("sk-of-a-tenant");
			assertThat(both.journal().submissions("Find the price\"")).extracting(ReceivedRequest::apiKey)
				.containsExactly(CassetteContext.KEY);
		}
		assertThat(Files.readString(file())).doesNotContain("sk-of");
	}

	@Test
	void recordThatIsBehindIsAwaited() throws Exception {
		this.service.given("price",
				Scenario.builder().steps("Open the shop").result(640).recordedAfter(Duration.ofMillis(300)).build());
		try (CassetteContext context = CassetteContext.recording(file(), this.service,
				"tinyfish.run.poll-interval=20ms")) {
			assertThat(context.client().agent().run(request("Find the price")).numOfSteps()).isOne();
		}
		assertThat(Files.readString(file())).contains("\"num_of_steps\": 1", "Open the shop");
	}

	@Test
	void runWhoseStepsCannotBeReadIsRecordedWithoutThem() throws Exception {
		this.service.given("price", Scenario.builder().steps("Open the shop").result(640).build())
			.fault(FaultPoint.getRun(), Fault.refusal(404, "NOT_FOUND", "Gone"));
		try (CassetteContext context = CassetteContext.recording(file(), this.service)) {
			assertThat(context.client().agent().run(request("Find the price")).status()).isEqualTo(RunStatus.COMPLETED);
		}
		assertThat(Files.readString(file())).contains("640", "\"purpose\": \"Open the shop\"")
			.doesNotContain("\"steps\"");
	}

	@Test
	void filterThatFailsNamesTheRunThatIsLost() {
		this.service.given("price", Scenario.completed(640));
		List<String> record = List.of("tinyfish.cassette.mode=record", "CI=false",
				"tinyfish.base-url=" + this.service.baseUrl(), "tinyfish.api-key=" + CassetteContext.KEY);
		try (CassetteContext context = CassetteContext.start(file(), (fields) -> {
			if (fields.containsKey("result")) {
				throw new IllegalStateException("no customer");
			}
		}, record)) {
			AgentRun run = context.client().agent().run(request("Find the price"));
			assertThat(String.valueOf(run.error())).contains("RECORDING_FAILED",
					this.service.journal().runs().get(0).id(), "no customer");
		}
	}

	@Test
	void fileThatCannotBeWrittenIsNoticedBeforeTheRunCostsAnything() throws Exception {
		Path notADirectory = Files.writeString(this.directory.resolve("cassettes"), "");
		try (CassetteContext context = CassetteContext.recording(notADirectory.resolve("prices.json"), this.service)) {
			assertThatExceptionOfType(TinyFishStatusException.class)
				.isThrownBy(() -> context.client().agent().run(request("Find the price")))
				.withMessageContaining("RECORDING_FAILED");
		}
		assertThat(this.service.journal().runsCreated()).isZero();
	}

	@Test
	void sameRequestInParallelIsReplayedInTheOrderOfSubmission() throws Exception {
		this.service.given("price", Scenario.builder().result("first").endsAfter(Duration.ofMillis(600)).build(),
				Scenario.completed("second"));
		AgentRequest request = request("Find the price");
		try (CassetteContext context = CassetteContext.recording(file(), this.service)) {
			RunHandle first = context.client().agent().start(request);
			first.started().get(30, TimeUnit.SECONDS);
			assertThat(context.client().agent().run(request).result().json()).isEqualTo("\"second\"");
			assertThat(first.await().result().json()).isEqualTo("\"first\"");
		}
		try (CassetteContext context = CassetteContext.replaying(file())) {
			assertThat(context.client().agent().run(request).result().json()).isEqualTo("\"first\"");
			assertThat(context.client().agent().run(request).result().json()).isEqualTo("\"second\"");
		}
	}

	@Test
	void contextThatIsClosedWaitsForTheRunThatIsRecorded() throws Exception {
		this.service.given("price", Scenario.builder().result(640).endsAfter(Duration.ofMillis(300)).build());
		try (CassetteContext context = CassetteContext.recording(file(), this.service)) {
			context.client().agent().queue(request("Find the price"));
		}
		assertThat(Files.readString(file())).contains("640");
	}

	@Test
	void lostAnswerIsNeverSubmittedTwice() {
		this.service.fault(FaultPoint.beforeHeaders(), Fault.disconnect());
		try (CassetteContext context = CassetteContext.recording(file(), this.service, "tinyfish.retry.delay=1ms")) {
			assertThatExceptionOfType(TinyFishRunOutcomeUnknownException.class)
				.isThrownBy(() -> context.client().agent().run(request("Find the price")))
				.withMessageContaining("is not recorded in");
		}
		assertThat(this.service.journal().runsCreated()).isOne();
		assertThat(file()).doesNotExist();
	}

	@ParameterizedTest
	@EnumSource(names = { "COMPLETED", "FAILED" })
	void runWithoutAnIdIsRecorded(RunStatus status) throws Exception {
		this.service.fault(FaultPoint.beforeHeaders(), complete(status, "640"));
		try (CassetteContext context = CassetteContext.recording(file(), this.service)) {
			assertThat(context.client().agent().run(request("Find the price")).status()).isEqualTo(status);
		}
		assertThat(Files.readString(file())).contains("\"status\": \"" + status, "640").doesNotContain("\"steps\"");
		try (CassetteContext context = CassetteContext.replaying(file())) {
			assertThat(context.client().agent().run(request("Find the price")).status()).isEqualTo(status);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "secret", "size", "filter", "file" })
	void runWithoutAnIdThatCannotBeRecordedMayHaveStarted(String problem) {
		String result = problem.equals("size") ? "x".repeat(CassetteFile.MAX_RUN_BYTES) : "declared-4711";
		this.service.fault(FaultPoint.beforeHeaders(), complete(RunStatus.COMPLETED, "\"" + result + "\""));
		List<String> record = List.of("tinyfish.cassette.mode=record", "CI=false",
				"tinyfish.base-url=" + this.service.baseUrl(), "tinyfish.api-key=" + CassetteContext.KEY,
				"tinyfish.cassette.secrets=" + (problem.equals("secret") ? result : "another"));
		try (CassetteContext context = CassetteContext.start(file(), (fields) -> {
			if (fields.containsKey("result") && problem.equals("filter")) {
				throw new IllegalStateException("no customer");
			}
			if (fields.containsKey("result") && problem.equals("file")) {
				assertThat(file().toFile().mkdir()).isTrue();
			}
		}, record)) {
			assertThatExceptionOfType(TinyFishRunOutcomeUnknownException.class)
				.isThrownBy(() -> context.client().agent().run(request("Find the price")))
				.withMessageContaining("is not recorded in")
				.matches(TinyFishException::mayHaveStartedRun);
		}
		assertThat(this.service.journal().submissions("Find the price")).hasSize(1);
	}

	@Test
	void refusalThatCannotBeRecordedStartedNothing() {
		this.service.fault(FaultPoint.beforeHeaders(), Fault.refusal(403, "FORBIDDEN", "Not with declared-4711"));
		try (CassetteContext context = CassetteContext.recording(file(), this.service,
				"tinyfish.cassette.secrets=declared-4711")) {
			assertThatExceptionOfType(TinyFishStatusException.class)
				.isThrownBy(() -> context.client().agent().run(request("Find the price")))
				.withMessageContaining("RECORDING_FAILED")
				.matches((ex) -> !ex.mayHaveStartedRun());
		}
	}

	/**
	 * Return the answer with a stream that is nothing but its end, without the id of the
	 * run.
	 */
	private static Fault complete(RunStatus status, String result) {
		return Fault.answer(200, "text/event-stream",
				"data: {\"type\": \"COMPLETE\", \"status\": \"" + status + "\", \"result\": " + result + "}\n\n");
	}

	@Test
	void refusalOfTheKeyIsNotRecorded() {
		try (CassetteContext context = CassetteContext.recording(file(), this.service, "tinyfish.api-key=sk-wrong")) {
			assertThatExceptionOfType(TinyFishStatusException.class)
				.isThrownBy(() -> context.client().agent().run(request("Find the price")))
				.withMessageContaining("INVALID_API_KEY");
		}
		assertThat(file()).doesNotExist();
	}

	@Test
	void recordedRunIsNotSubmittedAgain() throws Exception {
		this.service.given("price", Scenario.completed(640));
		AgentRequest request = request("Find the price");
		for (int i = 0; i < 2; i++) {
			try (CassetteContext context = CassetteContext.recording(file(), this.service)) {
				assertThat(context.client().agent().run(request).status()).isEqualTo(RunStatus.COMPLETED);
				context.simulator().reset();
				assertThat(context.client().agent().run(request).status()).isEqualTo(RunStatus.COMPLETED);
			}
		}
		assertThat(this.service.journal().runsCreated()).isOne();
		assertThat(Files.readString(file(), StandardCharsets.UTF_8)).containsOnlyOnce("Find the price");
	}

	@Test
	void runsOfABatchAreSubmittedOnceThoughOneIsRefused() throws Exception {
		this.service.given("price", Scenario.completed(640))
			.given("second price",
					Scenario.builder()
						.fault(FaultPoint.beforeHeaders(), Fault.refusal(429, "RATE_LIMIT_EXCEEDED", "Later"))
						.build());
		try (CassetteContext context = CassetteContext.recording(file(), this.service, "tinyfish.retry.delay=1ms")) {
			context.client()
				.agent()
				.queueAll(List.of(request("Find the first price"), request("Find the second price"),
						request("Find the third price")));
			await()
				.untilAsserted(() -> assertThat(context.simulator().journal().runs()).extracting(SimulatedRun::status)
					.containsExactly(SimulatedRun.Status.COMPLETED, SimulatedRun.Status.FAILED,
							SimulatedRun.Status.COMPLETED));
		}
		assertThat(this.service.journal().submissions("first price")).hasSize(1);
		assertThat(this.service.journal().submissions("third price")).hasSize(1);
	}

	@Test
	void runsOfABatchWaitForTheirStartTogether() {
		try (TinyFishSimulator slow = TinyFishSimulator.builder()
			.apiKey(CassetteContext.KEY)
			.queueDelay(Duration.ofSeconds(1))
			.pace(Duration.ZERO)
			.start(); CassetteContext context = CassetteContext.recording(file(), slow, "tinyfish.timeout=5s")) {
			List<AgentRequest> requests = IntStream.range(0, 20)
				.mapToObj((run) -> request("Find price " + run))
				.toList();
			assertThat(context.client().agent().queueAll(requests).accepted()).hasSize(20);
			assertThat(slow.journal().maxInFlight()).isGreaterThan(1);
		}
	}

	@Test
	void longWebhookUrlsAreSecretsToo() throws Exception {
		this.service.given("price", Scenario.completed(640));
		CassetteContext context = CassetteContext.recording(file(), this.service);
		String id = context.client()
			.agent()
			.queue(request("Find the price").toBuilder()
				.webhookUrl("https://hook.example/" + "token".repeat(4_000))
				.build())
			.runId();
		await().until(() -> context.simulator().journal().outcome(id) == SimulatedRun.Status.COMPLETED);
		assertThat(CompletableFuture.runAsync(context::close)).succeedsWithin(Duration.ofSeconds(30));
		assertThat(Files.readString(file())).contains("640").doesNotContain("token");
	}

	@Test
	void runThatCannotBeSubmittedIsNotWaitedFor() {
		CassetteRecording recording = new CassetteRecording(new CassetteFile(file()), (fields) -> {
		}, new RecordingClients(new MockEnvironment(), TinyFishClient::builder, () -> null), Map.of());
		byte[] body = "no JSON".getBytes(StandardCharsets.UTF_8);
		assertThatException().isThrownBy(() -> recording.record("key", body, Map.of()));
		assertThat(CompletableFuture.runAsync(recording::close)).succeedsWithin(Duration.ofSeconds(30));
	}

	@Test
	void waitForARunThatIsRecordedCanBeInterrupted() throws Exception {
		this.service.given("price", Scenario.builder().neverEnds().build());
		try (CassetteContext context = CassetteContext.recording(file(), this.service)) {
			RunHandle handle = context.client().agent().start(request("Find the price"));
			handle.started().get(30, TimeUnit.SECONDS);
			CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
			Thread waiting = new Thread(() -> {
				try {
					context.cassette().await();
				}
				catch (IllegalStateException ex) {
					interrupted.complete(Thread.currentThread().isInterrupted());
				}
			});
			waiting.start();
			waiting.interrupt();
			try {
				assertThat(interrupted).succeedsWithin(Duration.ofSeconds(30)).isEqualTo(true);
			}
			finally {
				handle.cancel();
			}
		}
	}

	@Test
	void cancelIsPassedOnAndRecorded() throws Exception {
		this.service.given("price", Scenario.builder().neverEnds().build());
		AgentRequest request = request("Find the price");
		try (CassetteContext context = CassetteContext.recording(file(), this.service)) {
			RunHandle handle = context.client().agent().start(request);
			handle.started().get(30, TimeUnit.SECONDS);
			await().until(() -> !this.service.journal().runs(SimulatedRun.Status.RUNNING).isEmpty());
			handle.cancel();
			assertThat(handle.await().status()).isEqualTo(RunStatus.CANCELLED);
			await().until(() -> Files.exists(file()));
		}
		assertThat(this.service.journal().runs(SimulatedRun.Status.CANCELLED)).hasSize(1);
		try (CassetteContext context = CassetteContext.replaying(file())) {
			assertThat(context.client().agent().run(request).status()).isEqualTo(RunStatus.CANCELLED);
		}
	}

	@Test
	void settingsAreForwarded() {
		AgentRequest request = request("Find the price").toBuilder()
			.agentConfig(AgentConfig.builder().mode(AgentMode.STRICT).maxSteps(20).build())
			.proxy(ProxyConfig.in(ProxyCountryCode.of("DE")))
			.outputType(Offer.class)
			.additionalProperty("later_field", List.of("x"))
			.build();
		try (CassetteContext context = CassetteContext.recording(file(), this.service)) {
			context.client().agent().run(request);
			String sent = context.simulator().journal().submissions("Find the price").get(0).body();
			assertThat(CassetteFile.JSON.readTree(this.service.journal().submissions("Find the price").get(0).body()))
				.isEqualTo(CassetteFile.JSON.readTree(sent));
		}
	}

	private static String firstLine(ServerSocket server) {
		try (server; Socket socket = server.accept()) {
			return new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII))
				.readLine();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static AgentRequest request(String goal) {
		return AgentRequest.of("https://shop.example/?page=2", goal);
	}

	private Path file() {
		return this.directory.resolve("prices.json");
	}

	record Offer(String product, BigDecimal price) {
	}

}
