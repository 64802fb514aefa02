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

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

import ai.tinyfish.agent.RunHandle;
import ai.tinyfish.run.AgentRun;
import ai.tinyfish.run.TypedRun;
import ai.tinyfish.spring.boot.TinyFishAutoConfiguration;
import ai.tinyfish.webagent.Goal;
import ai.tinyfish.webagent.WebAgent;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;

import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.aot.generate.ClassNameGenerator;
import org.springframework.aot.generate.DefaultGenerationContext;
import org.springframework.aot.generate.InMemoryGeneratedFiles;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.predicate.RuntimeHintsPredicates;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.aot.ApplicationContextAotGenerator;
import org.springframework.javapoet.ClassName;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Hints of agent interfaces. Their use is shown by a run of the sample.
 */
class WebAgentAotTests {

	private final RuntimeHints hints = hints();

	@Test
	void proxiesHaveHintsWithAndWithoutAdvice() {
		assertThat(RuntimeHintsPredicates.proxies().forInterfaces(Shop.class)).accepts(this.hints);
		assertThat(RuntimeHintsPredicates.proxies().forInterfaces(AopProxyUtils.completeJdkProxyInterfaces(Shop.class)))
			.accepts(this.hints);
	}

	@Test
	void methodsHaveHintsInheritedOnesToo() throws Exception {
		assertThat(RuntimeHintsPredicates.reflection().onMethodInvocation(Shop.class.getMethod("price", String.class)))
			.accepts(this.hints);
		assertThat(RuntimeHintsPredicates.reflection().onMethodInvocation(Finder.class.getMethod("find")))
			.accepts(this.hints);
	}

	@ParameterizedTest
	@ValueSource(classes = { Price.class, Currency.class, Offer.class, Found.class, Later.class, Reactive.class,
			Typed.class })
	void resultsHaveHints(Class<?> result) {
		assertThat(RuntimeHintsPredicates.reflection().onType(result)).accepts(this.hints);
		assertThat(RuntimeHintsPredicates.reflection().onConstructorInvocation(result.getDeclaredConstructors()[0]))
			.accepts(this.hints);
	}

	@Test
	void resourcesOfGoalsHaveHints() {
		assertThat(RuntimeHintsPredicates.resource().forResource("goals/price.txt")).accepts(this.hints);
		assertThat(RuntimeHintsPredicates.resource().forResource("goals/default.txt")).accepts(this.hints);
		assertThat(RuntimeHintsPredicates.resource().forResource("goals/other.txt")).rejects(this.hints);
	}

	@Test
	void otherBeansHaveNoneOfIt() {
		assertThat(RuntimeHintsPredicates.proxies().forInterfaces(Runnable.class)).rejects(this.hints);
	}

	private static RuntimeHints hints() {
		try (AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext()) {
			context.register(TinyFishAutoConfiguration.class, Agents.class);
			DefaultGenerationContext generation = new DefaultGenerationContext(
					new ClassNameGenerator(ClassName.get(WebAgentAotTests.class)), new InMemoryGeneratedFiles());
			new ApplicationContextAotGenerator().processAheadOfTime(context, generation);
			generation.writeGeneratedContent();
			return generation.getRuntimeHints();
		}
	}

	record Currency(String code) {

	}

	record Price(int amount, Currency currency) {

	}

	record Offer(String seller) {

	}

	record Found(String name) {

	}

	record Later(String name) {

	}

	record Reactive(String name) {

	}

	record Typed(String name) {

	}

	interface Finder<T> {

		@Goal("Find it")
		Optional<T> find();

	}

	@WebAgent(url = "https://shop.example")
	interface Shop extends Finder<Found> {

		@Goal("Read the price of {item}")
		Price price(String item);

		@Goal("List the offers")
		List<Offer> offers();

		@Goal("Read it")
		CompletableFuture<Optional<Later>> later();

		@Goal("Read it")
		Mono<Reactive> reactive();

		@Goal("Read it")
		TypedRun<Typed> typed();

		@Goal(resource = "classpath:goals/price.txt")
		AgentRun run();

		@Goal(resource = "classpath:/goals/${goal:default}.txt")
		AgentRun configured();

		@Goal("Read it")
		RunHandle handle();

		@Goal("Read it")
		Map<String, Object> map();

	}

	@Configuration(proxyBeanMethods = false)
	@ImportWebAgents(Shop.class)
	static class Agents {

	}

}
