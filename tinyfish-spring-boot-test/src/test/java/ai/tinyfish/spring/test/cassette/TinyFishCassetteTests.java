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
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;

import ai.tinyfish.ReactiveTinyFishClient;
import ai.tinyfish.TinyFishClient;
import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.error.TinyFishStatusException;
import ai.tinyfish.run.AgentRun;
import ai.tinyfish.simulator.CassetteFilter;
import ai.tinyfish.simulator.Scenario;
import ai.tinyfish.simulator.TinyFishSimulator;
import ai.tinyfish.spring.test.AutoConfigureTinyFishSimulator;
import ai.tinyfish.spring.test.ConnectionRecorder;
import ai.tinyfish.spring.test.Launch;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.platform.launcher.listeners.TestExecutionSummary.Failure;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Import;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.annotation.DirtiesContext.ClassMode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Test classes whose runs are replayed.
 */
@ExtendWith(OutputCaptureExtension.class)
class TinyFishCassetteTests {

	private static final String NAME = "../../../../target/cassettes/annotated";

	private static final String OTHER = "../../../../target/cassettes/other";

	private static final int RUNS = 20;

	/** Ports of the simulators that replayed all runs. */
	private static final List<Integer> SIMULATORS = new ArrayList<>();

	@BeforeAll
	static void recordedRuns() throws IOException {
		Path path = CassetteCustomizer.fileOf(NAME);
		Files.deleteIfExists(path);
		Files.createDirectories(path.getParent());
		List<Map<String, Object>> runs = new ArrayList<>();
		for (int i = 0; i < RUNS; i++) {
			runs.add(Map.of("request", Map.of("url", "https://shop.example/", "goal", "Find price " + i), "status",
					"COMPLETED", "result", Map.of("price", i), "steps", List.of(Map.of("action", "Read"))));
		}
		Files.writeString(path, CassetteFile.JSON.writeValueAsString(Map.of("version", 1, "runs", runs)));
	}

	@Test
	void runsAreReplayedWithoutAKeyAndConnectToLoopbackAlone() {
		SIMULATORS.clear();
		try (ConnectionRecorder connections = ConnectionRecorder.start()) {
			Launch.classes(false, Replayed.class, ReactivelyReplayed.class, PlainReplayed.class, OfSubclass.class);
			assertThat(connections.addresses()).extracting(InetSocketAddress::getPort)
				.as("no connection is missing")
				.containsAll(SIMULATORS);
			assertThat(connections.addresses()).extracting(InetSocketAddress::getAddress)
				.allMatch(InetAddress::isLoopbackAddress);
		}
		assertThat(SIMULATORS).hasSize(3);
	}

	@Test
	void unknownRunFailsItsTestWithTheCommandThatRecordsIt() {
		assertThat(failuresOf(Unknown.class, PlainUnknown.class)).hasSize(2)
			.allSatisfy((failure) -> assertThat(failure.getException()).isInstanceOf(AssertionError.class)
				.hasMessageContaining("No scenario fits the goal \"Find prize 7\": the cassette annotated.json has no"
						+ " recording of it. The nearest differs in goal (recorded \"Find price ")
				.hasMessageContaining("\", requested \"Find prize 7\"). To record it: mvn test -Dtest=")
				.hasMessageContaining("Unknown -Dtinyfish.cassette.mode=record"));
	}

	@Test
	void browserSessionFailsItsTest() {
		assertThat(failuresOf(OpenBrowser.class)).singleElement()
			.satisfies((failure) -> assertThat(failure.getException()).isInstanceOf(AssertionError.class)
				.hasMessageContaining("POST /v1/browser is refused: a cassette has runs alone"));
	}

	@Test
	void filterThatFailsFailsItsTest() {
		assertThat(failuresOf(Filtered.class)).singleElement()
			.satisfies((failure) -> assertThat(failure.getException()).isInstanceOf(AssertionError.class)
				.hasMessageContaining("The CassetteFilter failed")
				.hasMessageContaining("no goal"));
	}

	@Test
	void commandNamesTheClassAroundANestedOne() {
		assertThat(failuresOf(Outer.class)).singleElement()
			.satisfies((failure) -> assertThat(failure.getException()).hasMessageContaining("-Dtest=Outer -D"));
	}

	@Test
	void strictListsTheRecordingsThatNoTestUsed(CapturedOutput output) {
		Launch.classes(false, Strict.class);
		assertThat(output).contains("No test used these recordings of " + NAME)
			.contains("recording of \"Find price 2\" at https://shop.example/")
			.doesNotContain("recording of \"Find price 0\"", "recording of \"Find price 1\"")
			.doesNotContain("used the scenarios for");
	}

	@Test
	void annotationOfAMethodTakesPrecedence() throws IOException {
		Files.writeString(CassetteCustomizer.fileOf(OTHER),
				Files.readString(CassetteCustomizer.fileOf(NAME)).replace("\"price\":7}", "\"price\":77}"));
		Launch.classes(false, OnMethods.class, OnPlainMethods.class, OnMethodsAlone.class);
	}

	@Test
	void annotationOfAMethodAloneNeedsTheSimulator() {
		assertThat(failuresOf(WithoutSimulator.class)).singleElement()
			.satisfies((failure) -> assertThat(failure.getException())
				.hasStackTraceContaining("@TinyFishCassette on a method needs @AutoConfigureTinyFishSimulator on"));
	}

	@Test
	void plainClassRecordsWithTheKeyOfItsSystemProperties() throws IOException {
		Path file = CassetteCustomizer.fileOf("../../../../target/cassettes/plain");
		Files.deleteIfExists(file);
		try (TinyFishSimulator service = TinyFishSimulator.builder()
			.apiKey("sk-plain-recording")
			.pace(Duration.ZERO)
			.start()) {
			service.given("price", Scenario.completed(Map.of("price", 640)));
			recording(service, PlainRecorded.class);
			assertThat(service.journal().runsCreated()).isOne();
		}
		assertThat(Files.readString(file)).contains("640");
		Launch.classes(false, PlainRecorded.class);
	}

	@Test
	void runThatItsTestDoesNotAwaitIsRecordedBeforeTheTestEnds() throws IOException {
		Path file = CassetteCustomizer.fileOf("../../../../target/cassettes/unawaited");
		Files.deleteIfExists(file);
		try (TinyFishSimulator service = TinyFishSimulator.builder()
			.apiKey("sk-plain-recording")
			.pace(Duration.ofMillis(200))
			.start()) {
			service.given("price", Scenario.completed(Map.of("price", 640)));
			recording(service, Unawaited.class);
			assertThat(service.journal().runsCreated()).isOne();
		}
		assertThat(Files.readString(file)).contains("640");
	}

	private static void recording(TinyFishSimulator service, Class<?> testClass) {
		Map<String, String> properties = Map.of("tinyfish.cassette.mode", "record", "CI", "false", "tinyfish.base-url",
				service.baseUrl(), "tinyfish.api-key", "sk-plain-recording");
		properties.forEach(System::setProperty);
		try {
			Launch.classes(false, testClass);
		}
		finally {
			properties.keySet().forEach(System::clearProperty);
		}
	}

	private static Collection<Failure> failuresOf(Class<?>... classes) {
		return Launch.summaryOf(false, classes).getFailures();
	}

	private static AgentRequest request(int number) {
		return AgentRequest.of("https://shop.example/", "Find price " + number);
	}

	private static void assertReceivedWithoutAKey(TinyFishSimulator simulator) {
		assertThat(simulator.journal().received()).hasSizeGreaterThanOrEqualTo(RUNS)
			.allSatisfy((request) -> assertThat(request.apiKey()).isEqualTo(TinyFishSimulator.DEFAULT_API_KEY));
		SIMULATORS.add(URI.create(simulator.baseUrl()).getPort());
	}

	private static TinyFishClient client(TinyFishSimulator simulator) {
		return TinyFishClient.builder().baseUrl(simulator.baseUrl()).apiKey(simulator.apiKey()).build();
	}

	@SpringBootTest(webEnvironment = WebEnvironment.NONE)
	@DirtiesContext(classMode = ClassMode.BEFORE_CLASS)
	@TinyFishCassette(NAME)
	static class Replayed {

		@Test
		void all(@Autowired TinyFishClient client, TinyFishSimulator simulator) {
			for (int i = 0; i < RUNS; i++) {
				assertThat(client.agent().run(request(i)).result().toMap()).containsEntry("price", i);
			}
			assertReceivedWithoutAKey(simulator);
		}

		@Test
		void scenariosOfTheTestComeFirst(@Autowired TinyFishClient client, TinyFishSimulator simulator) {
			simulator.given("price 1", Scenario.completed(Map.of("price", -1)));
			assertThat(client.agent().run(request(1)).result().toMap()).containsEntry("price", -1);
			assertThat(client.agent().run(request(2)).result().toMap()).containsEntry("price", 2);
		}

	}

	@SpringBootTest(webEnvironment = WebEnvironment.NONE)
	@DirtiesContext(classMode = ClassMode.BEFORE_CLASS)
	@TinyFishCassette(NAME)
	static class ReactivelyReplayed {

		@Test
		void all(@Autowired ReactiveTinyFishClient client, TinyFishSimulator simulator) {
			for (int i = 0; i < RUNS; i++) {
				AgentRun run = client.agent().run(request(i)).block(Duration.ofSeconds(30));
				assertThat(run.result().toMap()).containsEntry("price", i);
			}
			assertReceivedWithoutAKey(simulator);
		}

	}

	static class OfSubclass extends Replayed {

	}

	@TinyFishCassette(NAME)
	static class PlainReplayed {

		@Test
		void one(TinyFishSimulator simulator) {
			try (TinyFishClient client = client(simulator)) {
				assertThat(client.agent().run(request(7)).result().toMap()).containsEntry("price", 7);
			}
		}

	}

	@TinyFishCassette("../../../../target/cassettes/plain")
	static class PlainRecorded {

		@Test
		void one(TinyFishSimulator simulator) {
			try (TinyFishClient client = client(simulator)) {
				assertThat(client.agent().run(request(7)).result().toMap()).containsEntry("price", 640);
			}
		}

	}

	@SpringBootTest(webEnvironment = WebEnvironment.NONE)
	@DirtiesContext
	@TinyFishCassette("../../../../target/cassettes/unawaited")
	static class Unawaited {

		@Test
		void one(@Autowired TinyFishClient client) {
			client.agent().queue(request(7));
		}

	}

	@SpringBootTest(webEnvironment = WebEnvironment.NONE)
	@TinyFishCassette(NAME)
	static class Unknown {

		@Test
		void applicationHandlesTheException(@Autowired TinyFishClient client) {
			assertThatExceptionOfType(TinyFishStatusException.class)
				.isThrownBy(() -> client.agent().run(AgentRequest.of("https://shop.example/", "Find prize 7")))
				.withMessageContaining("no recording of it");
		}

	}

	@AutoConfigureTinyFishSimulator
	@TinyFishCassette(NAME)
	static class PlainUnknown {

		@Test
		void applicationHandlesTheException(TinyFishSimulator simulator) {
			try (TinyFishClient client = client(simulator)) {
				assertThatExceptionOfType(TinyFishStatusException.class).isThrownBy(
						() -> client.agent().start(AgentRequest.of("https://shop.example/", "Find prize 7")).await());
			}
		}

	}

	@SpringBootTest(webEnvironment = WebEnvironment.NONE)
	@TinyFishCassette(NAME)
	@Import(FailingFilter.class)
	static class Filtered {

		@Test
		void applicationHandlesTheException(@Autowired TinyFishClient client) {
			assertThatExceptionOfType(TinyFishStatusException.class).isThrownBy(() -> client.agent().run(request(7)));
		}

	}

	@TestConfiguration(proxyBeanMethods = false)
	static class FailingFilter implements CassetteFilter {

		@Override
		public void filter(Map<String, Object> fields) {
			throw new IllegalStateException("no goal");
		}

	}

	@SpringBootTest(webEnvironment = WebEnvironment.NONE)
	@TinyFishCassette(NAME)
	static class OpenBrowser {

		@Test
		void leavesItOpen(@Autowired TinyFishClient client, TinyFishSimulator simulator) {
			assertThatExceptionOfType(TinyFishStatusException.class).isThrownBy(() -> client.browser().create());
			assertThat(simulator.journal().openBrowsers()).isEmpty();
		}

	}

	@SpringBootTest(webEnvironment = WebEnvironment.NONE)
	@TinyFishCassette(NAME)
	static class OnMethods {

		@Test
		void ofTheClass(@Autowired TinyFishClient client) {
			assertThat(client.agent().run(request(7)).result().toMap()).containsEntry("price", 7);
		}

		@Test
		@TinyFishCassette(OTHER)
		void ofTheMethod(@Autowired TinyFishClient client) {
			assertThat(client.agent().run(request(7)).result().toMap()).containsEntry("price", 77);
		}

	}

	@SpringBootTest(webEnvironment = WebEnvironment.NONE)
	@AutoConfigureTinyFishSimulator
	static class OnMethodsAlone {

		@Test
		void simulated(@Autowired TinyFishClient client) {
			assertThat(client.agent().run(request(7)).result().toMap()).doesNotContainKey("price");
		}

		@Test
		@TinyFishCassette(OTHER)
		void ofTheMethod(@Autowired TinyFishClient client) {
			assertThat(client.agent().run(request(7)).result().toMap()).containsEntry("price", 77);
		}

	}

	static class OnPlainMethods {

		@Test
		@TinyFishCassette(NAME)
		void one(TinyFishSimulator simulator) {
			try (TinyFishClient client = client(simulator)) {
				assertThat(client.agent().run(request(7)).result().toMap()).containsEntry("price", 7);
			}
		}

		@Test
		@TinyFishCassette(OTHER)
		void other(TinyFishSimulator simulator) {
			try (TinyFishClient client = client(simulator)) {
				assertThat(client.agent().run(request(7)).result().toMap()).containsEntry("price", 77);
			}
		}

	}

	@SpringBootTest(webEnvironment = WebEnvironment.NONE)
	static class WithoutSimulator {

		@Test
		@TinyFishCassette(NAME)
		void isNotStarted() {
		}

	}

	@TinyFishCassette(NAME)
	static class Outer {

		@Nested
		class Inner {

			@Test
			void unknown(TinyFishSimulator simulator) {
				try (TinyFishClient client = client(simulator)) {
					assertThatExceptionOfType(TinyFishStatusException.class)
						.isThrownBy(() -> client.agent().run(AgentRequest.of("https://shop.example/", "Unknown")));
				}
			}

		}

	}

	@SpringBootTest(webEnvironment = WebEnvironment.NONE)
	@AutoConfigureTinyFishSimulator(strict = true)
	@TinyFishCassette(NAME)
	static class Strict {

		@Test
		void first(@Autowired TinyFishClient client) {
			client.agent().run(request(0));
		}

		@Test
		void second(@Autowired TinyFishClient client) {
			client.agent().run(request(1));
		}

	}

}
