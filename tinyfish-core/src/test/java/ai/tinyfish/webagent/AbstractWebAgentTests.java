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

import java.math.BigDecimal;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

import ai.tinyfish.ReactiveTinyFishClient;
import ai.tinyfish.TinyFishClient;
import ai.tinyfish.WebAgents;
import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.agent.RunHandle;
import ai.tinyfish.agent.event.AgentEvent;
import ai.tinyfish.run.AgentRun;
import ai.tinyfish.run.QueuedRun;
import ai.tinyfish.run.TypedRun;
import ai.tinyfish.simulator.Scenario;
import ai.tinyfish.simulator.SimulatedRun;
import ai.tinyfish.simulator.TinyFishSimulator;
import ai.tinyfish.testing.Samples;
import io.micrometer.observation.tck.TestObservationRegistry;
import org.junit.jupiter.api.AfterEach;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Agents of both clients, on the simulator.
 */
abstract class AbstractWebAgentTests {

	static final Duration LONG = Duration.ofSeconds(60);

	static final Price PRICE = new Price(new BigDecimal("64.5"), "EUR");

	static final Map<String, Object> RESULT = Map.of("amount", 64.5, "currency", "EUR");

	final TestObservationRegistry registry = TestObservationRegistry.create();

	final TinyFishSimulator simulator = TinyFishSimulator.builder()
		.pace(Duration.ofMillis(1))
		.given("cost", Scenario.completed(RESULT))
		.given("How many", Scenario.completed(Map.of("value", 3)))
		.start();

	final TinyFishClient client = Samples.client(this.simulator.baseUrl())
		.apiKey(this.simulator.apiKey())
		.observationRegistry(this.registry)
		.build();

	final ReactiveTinyFishClient reactiveClient = Samples.reactiveClient(this.simulator.baseUrl())
		.apiKey(this.simulator.apiKey())
		.observationRegistry(this.registry)
		.build();

	final WebAgents agents = WebAgents.builder().client(this.client).reactiveClient(this.reactiveClient).build();

	final Coins coins = this.agents.create(Coins.class);

	@AfterEach
	void close() {
		this.reactiveClient.close();
		this.client.close();
		this.simulator.close();
	}

	SimulatedRun onlyRun() {
		List<SimulatedRun> runs = this.simulator.journal().runs();
		assertThat(runs).hasSize(1);
		return runs.get(0);
	}

	record Price(BigDecimal amount, String currency) {

	}

	@WebAgent(url = "https://shop.example/{coin}", browserProfile = "stealth")
	interface Shop {

		@Goal("What does one {coin} cost?")
		Price price(String coin);

	}

	@WebAgent(url = "https://coins.example")
	interface Coins {

		@Goal("What does {coin} cost?")
		Price cost(String coin);

		@Goal(value = "What does {coin} cost?", acceptMissed = true)
		Price acceptedCost(String coin);

		@Goal("What does {coin} cost?")
		Optional<Price> findCost(String coin);

		@Goal("What does {coin} cost?")
		TypedRun<Price> typedCost(String coin);

		@Goal("What does {coin} cost?")
		AgentRun costRun(String coin);

		@Goal(value = "What does {coin} cost?", acceptMissed = true)
		AgentRun anyCostRun(String coin);

		@Goal("List the offers for {coin}")
		List<Price> offers(String coin);

		@Goal("List the offers for {coin}")
		CompletableFuture<List<Price>> offersLater(String coin);

		@Goal("List the offers for {coin}")
		Mono<List<Price>> offersMono(String coin);

		@Goal("How many coins are there?")
		int count();

		@Goal("What do coins cost?")
		Map<String, Object> costMap();

		@Goal("Watch the cost of {coin}")
		RunHandle watch(String coin, @RunTag String order);

		@Goal("What does {coin} cost?")
		QueuedRun queueCost(String coin, @RunTag String order);

		@Goal("What does {coin} cost?")
		CompletableFuture<Price> costLater(String coin);

		@Goal("What does {coin} cost?")
		Mono<Price> costMono(String coin);

		@Goal("What does {coin} cost?")
		Flux<AgentEvent> costEvents(String coin);

		@Goal("What does {coin} cost?")
		Price costWithin(String coin, @RunTimeout Duration timeout);

		@Goal("What does {coin} cost?")
		Price customCost(String coin, Consumer<AgentRequest.Builder> customizer);

		@Goal("What does it cost?")
		Price costAt(URI page);

		@Goal("What does it cost?")
		Price costAt(@StartUrl String page);

		default BigDecimal euros(String coin) {
			return cost(coin).amount();
		}

	}

}
