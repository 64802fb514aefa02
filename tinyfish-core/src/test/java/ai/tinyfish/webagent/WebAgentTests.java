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

package ai.tinyfish.webagent;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import ai.tinyfish.TinyFishClient;
import ai.tinyfish.WebAgents;
import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.agent.RunContext;
import ai.tinyfish.agent.TinyFishRunListener;
import ai.tinyfish.agent.event.CompleteEvent;
import ai.tinyfish.run.GoalVerdict;
import ai.tinyfish.run.QueuedRun;
import ai.tinyfish.run.TinyFishGoalMissedException;
import ai.tinyfish.simulator.Fault;
import ai.tinyfish.simulator.FaultPoint;
import ai.tinyfish.simulator.Scenario;
import ai.tinyfish.simulator.TinyFishSimulator;
import ai.tinyfish.testing.Samples;
import io.micrometer.observation.tck.TestObservationRegistryAssert;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

/**
 * Tests for the requests of agents, and for their instances.
 */
class WebAgentTests extends AbstractWebAgentTests {

	@Test
	void mutateKeepsAllThatIsNotSetAgain() {
		WebAgents original = WebAgents.builder()
			.client(this.client)
			.reactiveClient(this.reactiveClient)
			.placeholders((text) -> text.replace("${shop}", "https://mutated.example"))
			.goalEvaluator((run) -> GoalVerdict.missed("Never good enough"))
			.build();
		try (TinyFishSimulator other = TinyFishSimulator.builder()
			.pace(Duration.ofMillis(1))
			.given("cost", Scenario.completed(RESULT))
			.start(); TinyFishClient otherClient = Samples.client(other.baseUrl()).apiKey(other.apiKey()).build()) {
			Mutated mutated = original.mutate().client(otherClient).build().create(Mutated.class);
			assertThatExceptionOfType(TinyFishGoalMissedException.class).isThrownBy(mutated::price)
				.withMessageContaining("Never good enough");
			assertThat(other.journal().runs()).singleElement()
				.satisfies((run) -> assertThat(run.request().url()).isEqualTo("https://mutated.example"));
		}
		assertThatExceptionOfType(TinyFishGoalMissedException.class)
			.isThrownBy(() -> original.create(Mutated.class).price());
		assertThat(onlyRun().request().url()).isEqualTo("https://mutated.example");
	}

	@Test
	void answerThatIsLostLosesNothing() {
		this.simulator.given("cost",
				Scenario.builder().result(RESULT).fault(FaultPoint.afterEvent(1), Fault.disconnect()).build());
		assertThat(this.coins.cost("Bitcoin")).isEqualTo(PRICE);
		assertThat(this.coins.costMono("Bitcoin").block(LONG)).isEqualTo(PRICE);
		assertThat(this.simulator.journal().runsCreated()).isEqualTo(2);
	}

	@Test
	void runWithoutItsOwnTimeoutHasTheClients() {
		assertThat(this.coins.costWithin("Bitcoin", null)).isEqualTo(PRICE);
	}

	@Test
	void customizerChangesTheRequest() {
		assertThat(this.coins.customCost("Bitcoin", (request) -> request.url("https://other.example").tag("t")))
			.isEqualTo(PRICE);
		assertThat(onlyRun().request().url()).isEqualTo("https://other.example");
		assertThat(this.coins.customCost("Bitcoin", null)).isEqualTo(PRICE);
	}

	@Test
	void startUrlIsSentAsItIs() {
		assertThat(this.coins.costAt(URI.create("https://a.example/x%20y?q=%7Bz%7D"))).isEqualTo(PRICE);
		assertThat(onlyRun().request().url()).isEqualTo("https://a.example/x%20y?q=%7Bz%7D");
		assertThat(this.coins.costAt("http://a.example/b?c#d")).isEqualTo(PRICE);
		for (String refused : List.of("ftp://a.example", "/relative", "https://a.example/\u0007")) {
			assertThatIllegalArgumentException().as(refused).isThrownBy(() -> this.coins.costAt(refused));
		}
		assertThatIllegalArgumentException().isThrownBy(() -> this.coins.costAt((String) null));
		assertThat(this.simulator.journal().runsCreated()).isEqualTo(2);
	}

	@Test
	void objectMethodsAreThoseOfTheInstance() {
		Coins other = this.agents.create(Coins.class);
		assertThat(this.coins).isEqualTo(this.coins).isNotEqualTo(other).hasSameHashCodeAs(this.coins);
		assertThat(this.coins).asString().isEqualTo("Web agent " + Coins.class.getName());
	}

	@Test
	void placeholdersAreReplaced() {
		WebAgents agents = WebAgents.builder()
			.client(this.client)
			.placeholders((text) -> text.replace("${shop.url}", "https://eu.shop.example")
				.replace("${profile}", "stealth")
				.replace("${question}", "What does {coin} cost?"))
			.build();
		assertThat(agents.create(Configured.class).price("Ether")).isEqualTo(PRICE);
		assertThat(onlyRun().request().url()).isEqualTo("https://eu.shop.example/coins");
		assertThat(onlyRun().request().browserProfile()).isEqualTo("stealth");
		assertThat(onlyRun().request().goal()).startsWith("What does <coin>Ether</coin> cost?");
	}

	@Test
	void observationOfARunNamesInterfaceAndMethod() {
		this.coins.cost("Bitcoin");
		this.coins.costMono("Bitcoin").block(LONG);
		this.client.agent().run(AgentRequest.of("https://shop.example", "What does it cost?"));
		for (String method : List.of("cost", "costMono")) {
			await().untilAsserted(() -> TestObservationRegistryAssert.assertThat(this.registry)
				.hasAnObservationWithAKeyValue("agent.method", method));
		}
		TestObservationRegistryAssert.assertThat(this.registry)
			.hasAnObservationWithAKeyValue("agent.interface", Coins.class.getName());
		TestObservationRegistryAssert.assertThat(this.registry)
			.hasAnObservationWithAKeyValue("agent.interface", "none");
	}

	@Test
	void versionOfAGoalIsInTheContextOfListenersAndNotSent() {
		List<RunContext> contexts = new CopyOnWriteArrayList<>();
		TinyFishRunListener listener = new TinyFishRunListener() {
			@Override
			public void finished(RunContext context, CompleteEvent event) {
				contexts.add(context);
			}
		};
		try (TinyFishClient listening = this.client.mutate().runListener(listener).build()) {
			WebAgents agents = WebAgents.builder()
				.client(listening)
				.placeholders((text) -> text.replace("${version}", "2"))
				.build();
			agents.create(Versioned.class).price();
			listening.runs().await(agents.create(Versioned.class).queued(), LONG);
			agents.create(Versioned.class).without();
			await().until(() -> contexts.size() == 3);
		}
		assertThat(contexts).extracting(RunContext::goalVersion).containsExactly("2", "3", null);
		assertThat(this.simulator.journal().received()).noneMatch((request) -> request.body().contains("version"));
		TestObservationRegistryAssert.assertThat(this.registry).hasAnObservationWithAKeyValue("goal.version", "2");
		TestObservationRegistryAssert.assertThat(this.registry)
			.hasAnObservation((observation) -> observation.hasLowCardinalityKeyValue("agent.method", "without")
				.doesNotHaveLowCardinalityKeyValueWithKey("goal.version"));
	}

	@WebAgent(url = "https://shop.example")
	interface Versioned {

		@Goal(value = "What does it cost?", version = "${version}")
		Price price();

		@Goal(value = "What does it cost in the queue?", version = "3")
		QueuedRun queued();

		@Goal("What does it cost without?")
		Price without();

	}

	@WebAgent(url = "${shop}")
	interface Mutated {

		@Goal("What does it cost?")
		Price price();

	}

	@WebAgent(url = "${shop.url}/coins", browserProfile = "${profile}")
	interface Configured {

		@Goal("${question}")
		Price price(String coin);

	}

}
