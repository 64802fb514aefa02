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
import java.util.List;
import java.util.Map;

import ai.tinyfish.ReactiveTinyFishClient;
import ai.tinyfish.run.GoalEvaluator;
import ai.tinyfish.run.GoalVerdict;
import ai.tinyfish.run.TinyFishGoalMissedException;
import ai.tinyfish.simulator.Scenario;
import ai.tinyfish.simulator.TinyFishSimulator;
import ai.tinyfish.spring.boot.autoconfigure.TinyFishAutoConfiguration;
import ai.tinyfish.spring.webagent.scanned.ScannedAgent;
import ai.tinyfish.spring.webagent.scanned.below.StealthAgent;
import ai.tinyfish.webagent.Goal;
import ai.tinyfish.webagent.InvalidWebAgentException;
import ai.tinyfish.webagent.WebAgent;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

import org.springframework.boot.LazyInitializationBeanFactoryPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Agent interfaces as beans, and how the start of an application fails that has an
 * invalid one.
 */
class ImportWebAgentsTests {

	@AutoClose
	private static final TinyFishSimulator simulator = TinyFishSimulator.builder()
		.pace(Duration.ofMillis(1))
		.given("price", Scenario.completed(Map.of("value", 7)))
		.start();

	private final ApplicationContextRunner contextRunner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(TinyFishAutoConfiguration.class))
		.withPropertyValues("tinyfish.base-url=" + simulator.baseUrl(), "tinyfish.api-key=" + simulator.apiKey());

	@Test
	void namedInterfacesAreBeans() {
		this.contextRunner.withUserConfiguration(Named.class).run((context) -> {
			assertThat(context).hasNotFailed().hasSingleBean(Prices.class).hasSingleBean(Offers.class);
			assertThat(context.getBeanNamesForType(Prices.class)).containsExactly(Prices.class.getName());
			assertThat(context.getBean(Prices.class).price("Book")).isEqualTo(7);
		});
	}

	@Test
	void interfacesOfPackagesAreBeans() {
		List<Class<?>> all = List.of(ScannedAgent.class, ScannedAgent.Nested.class, StealthAgent.class);
		for (Class<?> configuration : List.of(ByName.class, ByClass.class, ScannedAgent.OwnPackage.class)) {
			this.contextRunner.withUserConfiguration(configuration).run((context) -> {
				all.forEach((type) -> assertThat(context).hasSingleBean(type));
				assertThat(context).doesNotHaveBean(ScannedAgent.OfAnotherProfile.class)
					.doesNotHaveBean(ScannedAgent.NoInterface.class);
			});
		}
		this.contextRunner.withUserConfiguration(ByName.class)
			.withPropertyValues("spring.profiles.active=other")
			.run((context) -> assertThat(context).hasSingleBean(ScannedAgent.OfAnotherProfile.class));
	}

	@Test
	void annotationMayBeRepeated() {
		this.contextRunner.withUserConfiguration(Repeated.class)
			.run((context) -> assertThat(context).hasSingleBean(Prices.class).hasSingleBean(StealthAgent.class));
	}

	@Test
	void beanOfTheSameNameIsKept() {
		this.contextRunner.withUserConfiguration(Named.class)
			.withBean(Prices.class.getName(), Prices.class, () -> (item) -> 1)
			.run((context) -> assertThat(context.getBean(Prices.class).price("Book")).isEqualTo(1));
	}

	@Test
	void placeholdersAreReplacedFromTheEnvironment() {
		this.contextRunner.withUserConfiguration(ByName.class)
			.withPropertyValues("shop.url=https://eu.shop.example/agent")
			.run((context) -> {
				context.getBean(ScannedAgent.class).price("Book");
				assertThat(simulator.journal().runs())
					.anySatisfy((run) -> assertThat(run.request().url()).isEqualTo("https://eu.shop.example/agent"));
			});
	}

	@Test
	void placeholderWithoutValueFailsTheStart() {
		this.contextRunner.withUserConfiguration(Unset.class).run((context) -> {
			FailureAnalysis analysis = analyze(context.getStartupFailure());
			assertThat(analysis.getDescription()).contains("${not.set}", "not.set");
			assertThat(analysis.getAction()).contains("Set the property");
		});
	}

	@Test
	void reactiveClientIsUsedWhereAMethodNeedsIt() {
		this.contextRunner.withUserConfiguration(Named.class)
			.run((context) -> assertThat(context.getBean(Offers.class).price("Book").block(Duration.ofSeconds(60)))
				.isEqualTo(7));
	}

	@Test
	void reactiveClientIsNotMadeWhereNoMethodNeedsIt() {
		this.contextRunner.withUserConfiguration(OnlyBlocking.class)
			.run((context) -> assertThat(
					context.getSourceApplicationContext().getBeanFactory().containsSingleton("tinyFishReactiveClient"))
				.isFalse());
	}

	@Test
	void applicationsEvaluatorDecides() {
		this.contextRunner.withUserConfiguration(Named.class)
			.withBean(GoalEvaluator.class, () -> (run) -> GoalVerdict.missed("Never good enough"))
			.run((context) -> assertThatExceptionOfType(TinyFishGoalMissedException.class)
				.isThrownBy(() -> context.getBean(Prices.class).price("Book")));
	}

	@Test
	void evaluatorMayUseAnAgent() {
		this.contextRunner.withUserConfiguration(AskingEvaluator.class)
			.run((context) -> assertThat(context).hasNotFailed());
	}

	@Test
	void invalidInterfaceFailsTheStartWithMethodReasonAndCure() {
		this.contextRunner.withUserConfiguration(WithInvalid.class).run((context) -> {
			FailureAnalysis analysis = analyze(context.getStartupFailure());
			assertThat(analysis.getDescription()).contains("interface: " + Invalid.class.getName(),
					"method: price(String)", "reason: the template variable {currency} has no parameter");
			assertThat(analysis.getAction()).contains("Name a parameter currency");
		});
	}

	@Test
	void invalidInterfaceFailsTheStartOfALazyApplication() {
		this.contextRunner.withUserConfiguration(WithInvalid.class)
			.withInitializer(
					(context) -> context.addBeanFactoryPostProcessor(new LazyInitializationBeanFactoryPostProcessor()))
			.run((context) -> assertThat(context).hasFailed());
	}

	@Test
	void typeThatIsNotAnAgentFailsTheStart() {
		this.contextRunner.withUserConfiguration(WithString.class).run((context) -> {
			FailureAnalysis analysis = analyze(context.getStartupFailure());
			assertThat(analysis.getDescription())
				.contains("interface: java.lang.String", "reason: it is not an interface")
				.doesNotContain("method:");
		});
	}

	@Test
	void agentsNeedAClient() {
		this.contextRunner.withUserConfiguration(Named.class)
			.withPropertyValues("tinyfish.enabled=false")
			.run((context) -> {
				FailureAnalysis analysis = analyze(context.getStartupFailure());
				assertThat(analysis.getDescription()).contains("needs a TinyFishClient, which is missing");
				assertThat(analysis.getAction()).contains("Define a bean, or call client(...) of WebAgents.Builder",
						"tinyfish.enabled=false");
			});
	}

	@Test
	void agentsWorkWithoutOptionalLibraries() {
		this.contextRunner.withUserConfiguration(Named.class)
			.withClassLoader(
					new FilteredClassLoader("org.springframework.boot.http", "org.springframework.boot.restclient",
							"org.springframework.boot.webclient", "org.springframework.boot.micrometer",
							"io.micrometer.core", "io.micrometer.context", "org.springframework.boot.jackson",
							"org.springframework.web.servlet", "jakarta.servlet", "org.springframework.transaction",
							"ai.tinyfish.simulator", "com.github.benmanes.caffeine", "org.aspectj", "kotlin"))
			.run((context) -> {
				assertThat(context.getBean(Prices.class).price("Book")).isEqualTo(7);
				assertThat(context.getBean(Offers.class).price("Book").block(Duration.ofSeconds(60))).isEqualTo(7);
				assertThat(context).hasSingleBean(ReactiveTinyFishClient.class);
			});
	}

	private static FailureAnalysis analyze(Throwable failure) {
		assertThat(failure).isNotNull();
		FailureAnalysis analysis = new InvalidWebAgentFailureAnalyzer().analyze(failure);
		assertThat(analysis).isNotNull();
		assertThat(analysis.getCause()).isInstanceOf(InvalidWebAgentException.class);
		return analysis;
	}

	@WebAgent(url = "https://shop.example")
	interface Prices {

		@Goal("Read the price of {item}")
		int price(String item);

	}

	@WebAgent(url = "https://shop.example")
	interface Offers {

		@Goal("Read the price of {item}")
		Mono<Integer> price(String item);

	}

	@WebAgent(url = "https://shop.example")
	interface Invalid {

		@Goal("Read the price of {item} in {currency}")
		int price(String item);

	}

	@WebAgent(url = "https://${not.set}")
	interface UnsetUrl {

		@Goal("Read the price")
		int price();

	}

	@Configuration(proxyBeanMethods = false)
	@ImportWebAgents({ Prices.class, Offers.class })
	static class Named {

	}

	@Configuration(proxyBeanMethods = false)
	@ImportWebAgents(types = Prices.class)
	static class OnlyBlocking {

	}

	@Configuration(proxyBeanMethods = false)
	@ImportWebAgents(basePackages = "ai.tinyfish.spring.webagent.scanned")
	static class ByName {

	}

	@Configuration(proxyBeanMethods = false)
	@ImportWebAgents(basePackageClasses = ScannedAgent.class)
	static class ByClass {

	}

	@Configuration(proxyBeanMethods = false)
	@ImportWebAgents(Prices.class)
	@ImportWebAgents(basePackageClasses = StealthAgent.class)
	static class Repeated {

	}

	@Configuration(proxyBeanMethods = false)
	@ImportWebAgents(Invalid.class)
	static class WithInvalid {

	}

	@Configuration(proxyBeanMethods = false)
	@ImportWebAgents(UnsetUrl.class)
	static class Unset {

	}

	@Configuration(proxyBeanMethods = false)
	@ImportWebAgents(String.class)
	static class WithString {

	}

	@Configuration(proxyBeanMethods = false)
	@ImportWebAgents(Prices.class)
	static class AskingEvaluator {

		@Bean
		GoalEvaluator askingEvaluator(Prices prices) {
			return (run) -> GoalVerdict.unknown();
		}

	}

}
