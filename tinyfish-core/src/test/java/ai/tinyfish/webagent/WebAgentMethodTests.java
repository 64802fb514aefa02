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
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

import ai.tinyfish.TinyFishClient;
import ai.tinyfish.WebAgents;
import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.agent.RunHandle;
import ai.tinyfish.agent.TinyFishRunListener;
import ai.tinyfish.agent.event.AgentEvent;
import ai.tinyfish.run.AgentRun;
import ai.tinyfish.run.TinyFishGoalMissedException;
import ai.tinyfish.simulator.Scenario;
import ai.tinyfish.simulator.TinyFishSimulator;
import ai.tinyfish.testing.Samples;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Methods of agent interfaces, called by the names of their parameters.
 */
class WebAgentMethodTests {

	private final TinyFishSimulator simulator = TinyFishSimulator.builder().pace(Duration.ofMillis(1)).start();

	private final TinyFishClient client = Samples.client(this.simulator.baseUrl())
		.apiKey(this.simulator.apiKey())
		.build();

	private final WebAgents agents = WebAgents.builder().client(this.client).build();

	@AfterEach
	void close() {
		this.client.close();
		this.simulator.close();
	}

	@Test
	void methodsAreDescribedByName() {
		List<WebAgentMethod> methods = this.agents.describe(Coins.class);
		assertThat(methods).extracting((method) -> method.method().getName())
			.containsExactly("later", "price", "watch");
		assertThat(methods).extracting(WebAgentMethod::waits).containsExactly(true, true, false);
		WebAgentMethod price = methods.get(1);
		assertThat(price.goal()).isEqualTo("What does {coin} cost in {currency}?");
		assertThat(price.parameters()).containsExactly(new WebAgentMethod.Parameter("coin", 0, false),
				new WebAgentMethod.Parameter("currency", 2, false));
		assertThat(methods.get(2).parameters()).containsExactly(new WebAgentMethod.Parameter("site", 0, true));
	}

	@Test
	void requestHasTheArgumentsByName() {
		AgentRequest request = price().request(Map.of("coin", "Bitcoin", "currency", Optional.of("EUR")));
		assertThat(request.url()).isEqualTo("https://coins.example/Bitcoin");
		assertThat(request.goal()).startsWith("What does <coin>Bitcoin</coin> cost in <currency>EUR</currency>?");
		assertThat(request.outputSchema()).containsKey("properties");
		assertThat(request.tag()).isNull();
		assertThatIllegalArgumentException().isThrownBy(() -> price().request(Map.of("currency", Optional.empty())))
			.withMessage("coin must not be null");
		assertThat(this.simulator.journal().runsCreated()).isZero();
	}

	@Test
	void runIsStartedAndAnsweredAsByTheMethod() {
		this.simulator.given("cost", Scenario.completed(Map.of("amount", 64)),
				Scenario.completed(Map.of("success", false, "error", "A captcha")));
		AgentRequest request = price().request(Map.of("coin", "Bitcoin", "currency", Optional.of("EUR")));
		AgentRun run = price().start(request, new TinyFishRunListener() {
		}).await();
		assertThat(price().answer(run)).isEqualTo(new Price(64));
		AgentRun missed = price().start(request, new TinyFishRunListener() {
		}).await();
		assertThatExceptionOfType(TinyFishGoalMissedException.class).isThrownBy(() -> price().answer(missed));
		assertThat(this.agents.describe(Coins.class).get(2).answer(run)).isNull();
	}

	@ParameterizedTest
	@ValueSource(classes = { MonoAgent.class, FluxAgent.class, TagInGoal.class })
	void methodThatCannotBeCalledByNamesIsRefused(Class<?> type) {
		WebAgents both = this.agents.mutate()
			.reactiveClient(Samples.reactiveClient(this.simulator.baseUrl()).apiKey("sk").build())
			.build();
		assertThatExceptionOfType(InvalidWebAgentException.class).isThrownBy(() -> both.describe(type))
			.satisfies((ex) -> assertThat(ex.method()).isNotNull());
	}

	private WebAgentMethod price() {
		return this.agents.describe(Coins.class).get(1);
	}

	@WebAgent(url = "https://coins.example/{coin}")
	interface Coins {

		@Goal("What does {coin} cost in {currency}?")
		Price price(String coin, @RunTag Optional<String> tag, Optional<String> currency,
				@RunTimeout Optional<Duration> timeout, Consumer<AgentRequest.Builder> customizer);

		@Goal("What does {coin} cost?")
		CompletableFuture<Price> later(String coin);

		@Goal("Watch the price")
		RunHandle watch(@StartUrl URI site);

		default Price bitcoin() {
			return new Price(1);
		}

	}

	record Price(int amount) {
	}

	@WebAgent(url = "https://coins.example/")
	interface MonoAgent {

		@Goal("What does it cost?")
		Mono<Price> price();

	}

	@WebAgent(url = "https://coins.example/")
	interface FluxAgent {

		@Goal("What does it cost?")
		Flux<AgentEvent> price();

	}

	@WebAgent(url = "https://coins.example/")
	interface TagInGoal {

		@Goal("What does {coin} cost?")
		Price price(@RunTag String coin);

	}

}
