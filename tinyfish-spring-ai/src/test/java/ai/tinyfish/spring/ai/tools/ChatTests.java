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

package ai.tinyfish.spring.ai.tools;

import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

import ai.tinyfish.simulator.Scenario;
import ai.tinyfish.simulator.SimulatedRun.Status;
import io.micrometer.observation.tck.TestObservationRegistry;
import io.micrometer.observation.tck.TestObservationRegistryAssert;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;

import org.springframework.ai.chat.client.ChatClient;
import org.springframework.ai.chat.memory.ChatMemory;
import org.springframework.ai.tool.ToolCallback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Chats with a scripted model that calls the tools.
 */
class ChatTests {

	private static final Duration LONG = Duration.ofMinutes(1);

	private final ToolFixture fixture = new ToolFixture();

	private final ScriptedChatModel model = new ScriptedChatModel();

	@AfterEach
	void close() {
		this.fixture.close();
	}

	@Test
	void failureIsReportedToTheModelAndTheChatGoesOn() {
		this.fixture.simulator.given("price", Scenario.failed("SITE_BLOCKED", "Access denied"));
		callsWithGoal("price");
		assertThat(chat(3).prompt("Price?").call().content()).isEqualTo("Done");
		assertThat(this.model.heard()).singleElement().asString().contains("failed: \"SITE_BLOCKED: Access denied\"");
	}

	@Test
	void modelThatKeepsCallingPaysTheRunsThatItMay() {
		IntStream.range(0, 45).forEach((i) -> callsWithGoal("goal " + i));
		chat(3).prompt("Price?").call().content();
		assertThat(this.fixture.paid()).isEqualTo(3);
		// after which Spring AI ends the turn
		assertThat(this.model.heard()).hasSize(40);
		assertThat(this.model.heard().subList(3, 40)).allSatisfy((text) -> assertThat(text)
			.startsWith("Refused, nothing was sent: this conversation has started 3 of 3 runs."));
	}

	@Test
	void conversationsDoNotShareTheirRuns() {
		ChatClient chat = chat(1);
		for (String conversation : List.of("ann", "bob", "ann", "bob")) {
			callsWithGoal("goal of " + conversation + " " + this.model.heard().size());
			chat.prompt("Price?")
				.advisors((advisors) -> advisors.param(ChatMemory.CONVERSATION_ID, conversation))
				.call()
				.content();
		}
		assertThat(this.fixture.paid()).isEqualTo(2);
		assertThat(this.model.heard().subList(2, 4)).allSatisfy((text) -> assertThat(text).startsWith("Refused"));
	}

	@Test
	void callWithoutAConversationCountsByItself() {
		ChatClient chat = chat(1);
		for (int i = 0; i < 2; i++) {
			callsWithGoal("one " + i);
			callsWithGoal("two " + i);
			chat.prompt("Price?").call().content();
		}
		assertThat(this.fixture.paid()).isEqualTo(2);
	}

	@Test
	void disposedStreamCancelsItsRun() {
		this.fixture.simulator.given("price", Scenario.builder().neverEnds().build());
		callsWithGoal("price");
		Disposable stream = chat(3).prompt("Price?").stream().content().subscribe();
		await().atMost(LONG).until(() -> this.fixture.simulator.journal().runs(Status.RUNNING).size() == 1);
		stream.dispose();
		await().atMost(LONG).until(() -> this.fixture.simulator.journal().runs(Status.CANCELLED).size() == 1);
		assertThat(this.fixture.paid()).isOne();
	}

	@Test
	void runIsBelowTheToolInTheTrace() {
		TestObservationRegistry registry = TestObservationRegistry.create();
		this.fixture.client((builder) -> builder.observationRegistry(registry));
		callsWithGoal("price");
		ChatClient.builder(this.model, registry, null, null)
			.defaultTools(this.fixture.tools().agent())
			.defaultAdvisors(TinyFishRunsAdvisor.maxRuns(1))
			.build()
			.prompt("Price?")
			.call()
			.content();
		await().atMost(LONG)
			.untilAsserted(() -> TestObservationRegistryAssert.assertThat(registry)
				.hasObservationWithNameEqualTo("tinyfish.run")
				.that()
				.hasBeenStopped()
				.hasParentObservationContextMatching((parent) -> "spring.ai.tool".equals(parent.getName())));
	}

	private ChatClient chat(int maxRuns) {
		ToolCallback tool = this.fixture.tools().agent();
		return ChatClient.builder(this.model)
			.defaultTools(tool)
			.defaultAdvisors(TinyFishRunsAdvisor.maxRuns(maxRuns))
			.build();
	}

	private void callsWithGoal(String goal) {
		this.model.calls("web_agent", "{\"url\": \"https://shop.example/\", \"goal\": \"" + goal + "\"}");
	}

}
