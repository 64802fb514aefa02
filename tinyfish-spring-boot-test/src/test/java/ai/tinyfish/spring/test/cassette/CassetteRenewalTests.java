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
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import ai.tinyfish.WebAgents;
import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.error.TinyFishStatusException;
import ai.tinyfish.simulator.Scenario;
import ai.tinyfish.simulator.TinyFishSimulator;
import ai.tinyfish.webagent.Goal;
import ai.tinyfish.webagent.WebAgent;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Renewal of recordings, the warning by their age, and their schemas.
 */
@Timeout(120)
@ExtendWith(OutputCaptureExtension.class)
class CassetteRenewalTests {

	@TempDir
	private Path directory;

	@AutoClose
	private final TinyFishSimulator service = TinyFishSimulator.builder()
		.apiKey(CassetteContext.KEY)
		.pace(Duration.ZERO)
		.start();

	@BeforeEach
	void record() {
		this.service.given("name", Scenario.builder().steps("Look").result(Map.of("name", "A")).build())
			.given("price", Scenario.builder().steps("Look").result(Map.of("price", 640)).build());
	}

	@Test
	void renewalWithoutAChangeWritesNewTimesAlone() throws IOException {
		List<String> before = recorded("Find the name", "Find the price");
		renew("Find the price", "Find the name");
		List<String> after = Files.readAllLines(file());
		assertThat(after).hasSameSizeAs(before);
		List<Integer> changed = java.util.stream.IntStream.range(0, before.size())
			.filter((line) -> !before.get(line).equals(after.get(line)))
			.boxed()
			.toList();
		assertThat(changed).isNotEmpty()
			.allSatisfy((line) -> assertThat(before.get(line)).containsAnyOf("\"recorded_at\"", "\"seconds\""));
		assertThat(this.service.journal().runsCreated()).isEqualTo(4);
	}

	@Test
	void entriesThatNoTestUsesAreDropped() throws IOException {
		recorded("Find the name", "Find the price", "Find the price of the old one");
		this.service.given("price", Scenario.completed(Map.of("price", 650)));
		renew("Find the price");
		assertThat(Files.readString(file())).contains("650").doesNotContain("640", "old one", "Find the name");
		try (CassetteContext context = CassetteContext.replaying(file())) {
			assertThat(context.client().agent().run(request("Find the price")).result().json())
				.isEqualTo("{\"price\":650}");
		}
	}

	@Test
	void fileStaysIfNothingCanBeRecorded() throws IOException {
		List<String> before = recorded("Find the name");
		try (CassetteContext context = CassetteContext.recording(file(), this.service, "tinyfish.cassette.mode=renew",
				"tinyfish.api-key=sk-wrong")) {
			assertThatExceptionOfType(TinyFishStatusException.class)
				.isThrownBy(() -> context.client().agent().run(request("Find the name")));
		}
		assertThat(Files.readAllLines(file())).isEqualTo(before);
	}

	@Test
	void recordingSaysWhereRunsAreSent(CapturedOutput output) throws IOException {
		recorded("Find the name");
		assertThat(output)
			.contains("Runs that are not yet in " + file() + " are sent to " + this.service.baseUrl() + ", and billed")
			.doesNotContain("no request leaves this machine");
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "2000d" })
	void oldRecordingsAreNamed(String maxAge, CapturedOutput output) throws IOException {
		recorded("Find the name");
		Files.writeString(file(), Files.readString(file())
			.replaceAll("\"recorded_at\": \"[^\"]+\"", "\"recorded_at\": \"2025-01-31T12:00:00Z\""));
		List<String> properties = maxAge.isEmpty() ? List.of() : List.of("tinyfish.cassette.max-age=" + maxAge);
		try (CassetteContext context = CassetteContext.start(file(), (fields) -> {
		}, properties)) {
			context.client().agent().run(request("Find the name"));
		}
		String warning = "A run in " + file()
				+ " was recorded on 2025-01-31T12:00:00Z, more than 90 days ago. To record its runs"
				+ " anew: -Dtinyfish.cassette.mode=renew";
		assertThat(output.toString().contains(warning)).isEqualTo(maxAge.isEmpty());
	}

	@Test
	void anotherVersionOfAGoalOrFieldOfARequestIsNotReplayed() throws IOException {
		this.service.given("phones", Scenario.completed(List.of("A")));
		AgentRequest request = request("Find the name").toBuilder().additionalProperty("wait_for", "idle").build();
		try (CassetteContext context = CassetteContext.recording(file(), this.service)) {
			WebAgents.create(Shop.class, context.client()).phones();
			context.client().agent().run(request);
		}
		assertThat(Files.readString(file()))
			.contains("\"goal_version\": \"1\"", "\"output_schema.properties.items.items.type\": \"string\"",
					"\"wait_for\": \"digest ")
			.doesNotContain("idle");
		try (CassetteContext context = CassetteContext.replaying(file())) {
			assertThat(WebAgents.create(Shop.class, context.client()).phones()).containsExactly("A");
			assertThat(context.client().agent().run(request).isCompleted()).isTrue();
			assertThatExceptionOfType(TinyFishStatusException.class)
				.isThrownBy(() -> WebAgents.create(LaterShop.class, context.client()).phones())
				.withMessageContaining("The nearest differs in goal_version (recorded \"1\", requested \"2\")");
			assertThatExceptionOfType(TinyFishStatusException.class)
				.isThrownBy(() -> WebAgents.create(NumberShop.class, context.client()).phones())
				.withMessageContaining("The nearest differs in output_schema.properties.items.items.type"
						+ " (recorded \"string\", requested \"integer\")");
			assertThatExceptionOfType(TinyFishStatusException.class)
				.isThrownBy(() -> context.client().agent().run(request("Find the name")))
				.withMessageContaining("wait_for (recorded \"digest ");
		}
	}

	@Test
	void secretsOfUrlsAreNotWrittenAndDoNotKeepARunFromBeingReplayed() throws IOException {
		this.service.given("image", Scenario.builder()
			.steps("Open https://me:secret-4711@cdn.example/")
			.result(Map.of("https://me:secret-4711@cdn.example/a?sig=signature-4711&w=10", new BigDecimal("6.80")))
			.build());
		AgentRequest request = AgentRequest.of("https://shop.example/?access_token=token-4711&page=2",
				"Find the image");
		try (CassetteContext context = CassetteContext.recording(file(), this.service)) {
			assertThat(context.client().agent().run(request).isCompleted()).isTrue();
			assertThat(String.valueOf(context.client().agent().run(request("Find the image, not token-4711")).error()))
				.isNotNull();
		}
		assertThat(Files.readString(file()))
			.contains("\"https://***@cdn.example/a?sig=***&w=10\": 6.80", "Open https://***@cdn.example/",
					"https://shop.example/?access_token=***&page=2")
			.doesNotContain("secret-4711", "signature-4711");
		try (CassetteContext context = CassetteContext.replaying(file())) {
			assertThat(context.client()
				.agent()
				.run(AgentRequest.of("https://shop.example/?access_token=another-4712&page=2", "Find the image"))
				.result()
				.json()).contains("sig=***");
		}
	}

	@Test
	void declaredSecretInATagIsNotPaidFor() {
		try (CassetteContext context = CassetteContext.recording(file(), this.service,
				"tinyfish.cassette.secrets=p&ss")) {
			assertThatExceptionOfType(TinyFishStatusException.class)
				.isThrownBy(() -> WebAgents.create(Login.class, context.client()).login("p&ss"))
				.withMessageContaining("contains a secret")
				.withMessageNotContaining("p&amp;ss");
		}
		assertThat(this.service.journal().runsCreated()).isZero();
		assertThat(file()).doesNotExist();
	}

	private List<String> recorded(String... goals) throws IOException {
		try (CassetteContext context = CassetteContext.recording(file(), this.service)) {
			for (String goal : goals) {
				context.client().agent().run(request(goal));
			}
		}
		return Files.readAllLines(file());
	}

	private void renew(String... goals) {
		for (int i = 0; i < 2; i++) {
			// the second context of a build finds what the first one has renewed
			try (CassetteContext context = CassetteContext.recording(file(), this.service,
					"tinyfish.cassette.mode=renew")) {
				for (String goal : goals) {
					context.client().agent().run(request(goal));
				}
			}
		}
	}

	private static AgentRequest request(String goal) {
		return AgentRequest.of("https://shop.example/", goal);
	}

	private Path file() {
		return this.directory.resolve("prices.json");
	}

	@WebAgent(url = "https://shop.example/")
	interface Shop {

		@Goal(value = "List the phones", version = "1")
		List<String> phones();

	}

	@WebAgent(url = "https://shop.example/")
	interface LaterShop {

		@Goal(value = "List the phones", version = "2")
		List<String> phones();

	}

	@WebAgent(url = "https://shop.example/")
	interface NumberShop {

		@Goal(value = "List the phones", version = "1")
		List<Integer> phones();

	}

	@WebAgent(url = "https://shop.example/")
	interface Login {

		@Goal("Log in with {password}")
		String login(String password);

	}

}
