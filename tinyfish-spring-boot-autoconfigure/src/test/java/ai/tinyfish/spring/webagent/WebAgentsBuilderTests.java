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
import java.util.concurrent.atomic.AtomicReference;

import ai.tinyfish.TinyFishClient;
import ai.tinyfish.WebAgents;
import ai.tinyfish.run.GoalEvaluator;
import ai.tinyfish.run.GoalVerdict;
import ai.tinyfish.run.TinyFishGoalMissedException;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for the builder of agents in an application.
 */
class WebAgentsBuilderTests extends AbstractAgentClientsTests {

	@Test
	void builderHasThePartsOfTheApplication() {
		AtomicReference<GoalVerdict> verdict = new AtomicReference<>(GoalVerdict.unknown());
		this.contextRunner.withUserConfiguration(StagingClients.class)
			.withPropertyValues("shop.url=https://builder.example")
			.withBean(GoalEvaluator.class, () -> (run) -> verdict.get())
			.run((context) -> {
				assertThat(context.getBeanNamesForType(WebAgents.Builder.class))
					.containsExactly("tinyFishWebAgentsBuilder");
				WebAgents agents = context.getBean(WebAgents.Builder.class).build();
				Offers offers = agents.create(Offers.class);
				assertThat(offers.price("by the builder")).isEqualTo(7);
				assertThat(agents.create(ReactiveCoins.class).price("by the builder").block(Duration.ofSeconds(60)))
					.isEqualTo(7);
				verdict.set(GoalVerdict.missed("Never good enough"));
				assertThatExceptionOfType(TinyFishGoalMissedException.class).isThrownBy(() -> offers.price("never"));
			});
		assertThat(production.journal().submissions("<coin>by the builder</coin>")).hasSize(2)
			.anySatisfy((request) -> assertThat(request.body()).contains("https://builder.example"));
	}

	@Test
	void eachInjectionPointGetsABuilderOfItsOwn() {
		this.contextRunner.withUserConfiguration(StagingClients.class).run((context) -> {
			context.getBean(WebAgents.Builder.class).client(context.getBean("staging", TinyFishClient.class));
			context.getBean(WebAgents.Builder.class).build().create(Coins.class).price("untouched");
		});
		assertThat(production.journal().submissions("<coin>untouched</coin>")).hasSize(1);
	}

	@Test
	void agentsOfTheSameInterfaceMayHaveTwoClients() {
		this.contextRunner.withUserConfiguration(StagingClients.class, OfDefault.class, SecondCoins.class)
			.run((context) -> {
				context.getBean(Coins.class).price("first of two");
				context.getBean("stagingCoins", Coins.class).price("second of two");
			});
		assertThat(production.journal().submissions("<coin>first of two</coin>")).hasSize(1);
		assertThat(staging.journal().submissions("<coin>second of two</coin>")).hasSize(1);
	}

	@Test
	void applicationsBuilderIsUsedForImportedAgentsAndNotChanged() {
		this.contextRunner.withUserConfiguration(StagingClients.class, OwnBuilder.class, OfTwo.class).run((context) -> {
			assertThat(context).hasSingleBean(WebAgents.Builder.class).hasBean("ownBuilder");
			context.getBean(Coins.class).price("own");
			context.getBean(Offers.class).price("own");
		});
		assertThat(production.journal().submissions("<coin>own</coin>")).singleElement()
			.satisfies((request) -> assertThat(request.body()).contains("https://coins.example"));
		assertThat(staging.journal().submissions("<coin>own</coin>")).singleElement()
			.satisfies((request) -> assertThat(request.body()).contains("https://own.example"));
	}

	@Test
	void builderWithTwoDefaultClientsNamesTheMethodToCall() {
		this.contextRunner.withUserConfiguration(TwoDefaultClients.class)
			.run((context) -> assertThatExceptionOfType(IllegalStateException.class)
				.isThrownBy(() -> context.getBean(WebAgents.Builder.class).build().create(Coins.class))
				.withMessageContaining("there are 2: first, second")
				.withMessageContaining("call client(...) of WebAgents.Builder"));
	}

	@Test
	void builderIsNotThereWithoutTinyFish() {
		this.contextRunner.withPropertyValues("tinyfish.enabled=false")
			.run((context) -> assertThat(context).doesNotHaveBean(WebAgents.Builder.class));
	}

	@Test
	void agentsNeedNoBuilder() {
		this.contextRunner.withUserConfiguration(OfDefault.class)
			.withPropertyValues("tinyfish.enabled=false")
			.withBean(TinyFishClient.class, () -> client(staging))
			.run((context) -> assertThat(context.getBean(Coins.class).price("without")).isEqualTo(7));
		assertThat(staging.journal().submissions("<coin>without</coin>")).hasSize(1);
	}

	@Configuration(proxyBeanMethods = false)
	static class OwnBuilder {

		@Bean
		WebAgents.Builder ownBuilder(TinyFishClient client) {
			return WebAgents.builder()
				.client(client)
				.placeholders((text) -> text.replaceAll("\\$\\{.*}", "https://own.example"));
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class SecondCoins {

		@Bean(defaultCandidate = false)
		Coins stagingCoins(WebAgents.Builder builder, @Qualifier("staging") TinyFishClient staging) {
			return builder.client(staging).build().create(Coins.class);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ImportWebAgents(types = Offers.class, client = "staging")
	@ImportWebAgents(Coins.class)
	static class OfTwo {

	}

}
