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

package ai.tinyfish.spring.webagent;

import java.time.Duration;
import java.util.Map;

import ai.tinyfish.ReactiveTinyFishClient;
import ai.tinyfish.TinyFishClient;
import ai.tinyfish.simulator.Scenario;
import ai.tinyfish.simulator.TinyFishSimulator;
import ai.tinyfish.spring.boot.autoconfigure.TinyFishAutoConfiguration;
import ai.tinyfish.webagent.Goal;
import ai.tinyfish.webagent.WebAgent;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import reactor.core.publisher.Mono;

import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Applications with two clients, each of which has a simulator of its own.
 */
abstract class AbstractAgentClientsTests {

	static TinyFishSimulator production;

	static TinyFishSimulator staging;

	final ApplicationContextRunner contextRunner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(TinyFishAutoConfiguration.class))
		.withPropertyValues("tinyfish.base-url=" + production.baseUrl(), "tinyfish.api-key=" + production.apiKey());

	@BeforeAll
	static void startSimulators() {
		production = simulator();
		staging = simulator();
	}

	@AfterAll
	static void closeSimulators() {
		production.close();
		staging.close();
	}

	private static TinyFishSimulator simulator() {
		return TinyFishSimulator.builder()
			.pace(Duration.ofMillis(1))
			.given("price", Scenario.completed(Map.of("value", 7)))
			.start();
	}

	static TinyFishClient client(TinyFishSimulator simulator) {
		return TinyFishClient.builder().baseUrl(simulator.baseUrl()).apiKey(simulator.apiKey()).build();
	}

	static ReactiveTinyFishClient reactiveClient(TinyFishSimulator simulator) {
		return ReactiveTinyFishClient.builder().baseUrl(simulator.baseUrl()).apiKey(simulator.apiKey()).build();
	}

	@WebAgent(url = "https://coins.example")
	interface Coins {

		@Goal("Read the price of {coin}")
		int price(String coin);

	}

	@WebAgent(url = "https://coins.example")
	interface ReactiveCoins {

		@Goal("Read the price of {coin}")
		Mono<Integer> price(String coin);

	}

	@WebAgent(url = "${shop.url:https://shop.example}")
	interface Offers {

		@Goal("Read the price of {coin}")
		int price(String coin);

	}

	@Configuration(proxyBeanMethods = false)
	static class StagingClients {

		@Bean(defaultCandidate = false)
		TinyFishClient staging() {
			return client(staging);
		}

		@Bean(defaultCandidate = false)
		@Qualifier("staging")
		ReactiveTinyFishClient stagingReactive() {
			return reactiveClient(staging);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class TwoDefaultClients {

		@Bean
		TinyFishClient first() {
			return client(production);
		}

		@Bean
		TinyFishClient second() {
			return client(staging);
		}

		@Bean
		ReactiveTinyFishClient firstReactive() {
			return reactiveClient(production);
		}

		@Bean
		ReactiveTinyFishClient secondReactive() {
			return reactiveClient(staging);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ImportWebAgents(Coins.class)
	static class OfDefault {

	}

}
