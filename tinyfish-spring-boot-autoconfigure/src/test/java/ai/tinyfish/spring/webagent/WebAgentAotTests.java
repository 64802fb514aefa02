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

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

import ai.tinyfish.agent.RunHandle;
import ai.tinyfish.run.AgentRun;
import ai.tinyfish.run.TypedRun;
import ai.tinyfish.spring.boot.autoconfigure.TinyFishAutoConfiguration;
import ai.tinyfish.webagent.Goal;
import ai.tinyfish.webagent.InvalidWebAgentException;
import ai.tinyfish.webagent.WebAgent;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;

import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.aot.generate.ClassNameGenerator;
import org.springframework.aot.generate.DefaultGenerationContext;
import org.springframework.aot.generate.GeneratedFiles;
import org.springframework.aot.generate.GenerationContext;
import org.springframework.aot.generate.InMemoryGeneratedFiles;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.predicate.RuntimeHintsPredicates;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.context.annotation.Primary;
import org.springframework.context.aot.ApplicationContextAotGenerator;
import org.springframework.core.io.InputStreamSource;
import org.springframework.javapoet.ClassName;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * Checks and hints of agent interfaces. The use of the hints is shown by a run of the
 * sample.
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
	@ValueSource(classes = { Price.class, Currency.class, Offer.class, Element.class, Found.class, Later.class,
			Reactive.class, Typed.class })
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

	@Test
	void invalidDeclarationFailsAheadOfTimeWithTheMessageOfTheStart() {
		String ofTheStart = messageOf(() -> start(WithInvalid.class));
		assertThat(ofTheStart).contains("Method price(String) of web agent " + Invalid.class.getName(),
				"the template variable {currency} has no parameter. Name a parameter currency");
		assertThat(messageOf(() -> process(WithInvalid.class))).isEqualTo(ofTheStart);
	}

	@Test
	void lazyAgentIsCheckedAheadOfTimeToo() {
		assertThat(messageOf(() -> process(WithLazy.class))).contains("{currency}");
	}

	@Test
	void packageWithoutAgentsFailsAheadOfTime() {
		assertThatExceptionOfType(ImportWebAgentsException.class).isThrownBy(() -> process(EmptyPackage.class));
	}

	@Test
	void placeholderMayHaveItsValueAtRunTimeOnly() {
		assertThat(RuntimeHintsPredicates.proxies().forInterfaces(OfProduction.class))
			.accepts(process(WithPlaceholder.class).getRuntimeHints());
	}

	@Test
	void otherMethodsAreCheckedBesideAPlaceholderWithoutAValue() {
		assertThat(messageOf(() -> process(WithPartlyConfigured.class))).contains("Method price(String)",
				"the template variable {currency} has no parameter");
	}

	@Test
	void returnTypeIsCheckedBesideAPlaceholderWithoutAValue() {
		assertThat(messageOf(() -> process(WithUnsupported.class)))
			.contains("java.lang.Object is not the type of a result");
	}

	@Test
	void placeholderWithAValueIsCheckedWithIt() {
		assertThat(messageOf(() -> process(WithWrongDefault.class))).contains("ftp://shop.example");
	}

	@Test
	void clientIsThatOfTheRunningApplication() {
		InMemoryGeneratedFiles files = new InMemoryGeneratedFiles();
		process(OfStaging.class, files);
		assertThat(files.getGeneratedFiles(GeneratedFiles.Kind.SOURCE).values())
			.anySatisfy((source) -> assertThat(content(source)).contains("\"staging\"", "setPrimary(true)",
					"WebAgentFactoryBean.setObjectType("));
	}

	private static String content(InputStreamSource source) {
		try (InputStream input = source.getInputStream()) {
			return new String(input.readAllBytes(), StandardCharsets.UTF_8);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static String messageOf(ThrowingCallable code) {
		Throwable thrown = catchThrowable(code);
		assertThat(thrown).isNotNull();
		return Stream.iterate(thrown, Objects::nonNull, Throwable::getCause)
			.filter(InvalidWebAgentException.class::isInstance)
			.map(Throwable::getMessage)
			.findFirst()
			.orElseThrow(() -> new AssertionError(thrown));
	}

	private static void start(Class<?> configuration) {
		new ApplicationContextRunner().withConfiguration(AutoConfigurations.of(TinyFishAutoConfiguration.class))
			.withPropertyValues("tinyfish.base-url=http://127.0.0.1:9", "tinyfish.api-key=sk-test")
			.withUserConfiguration(configuration)
			.run((context) -> {
				assertThat(context).hasFailed();
				throw new IllegalStateException(context.getStartupFailure());
			});
	}

	private static RuntimeHints hints() {
		return process(Agents.class).getRuntimeHints();
	}

	private static GenerationContext process(Class<?> configuration) {
		return process(configuration, new InMemoryGeneratedFiles());
	}

	private static GenerationContext process(Class<?> configuration, InMemoryGeneratedFiles files) {
		try (AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext()) {
			context.register(TinyFishAutoConfiguration.class, configuration);
			DefaultGenerationContext generation = new DefaultGenerationContext(
					new ClassNameGenerator(ClassName.get(WebAgentAotTests.class)), files);
			new ApplicationContextAotGenerator().processAheadOfTime(context, generation);
			generation.writeGeneratedContent();
			return generation;
		}
	}

	record Currency(String code) {

	}

	record Price(int amount, Currency currency) {

	}

	record Offer(String seller) {

	}

	record Element(String name) {

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

		@Goal("List them")
		Element[] array();

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

	@WebAgent(url = "https://shop.example")
	interface Invalid {

		@Goal("Read the price of {item} in {currency}")
		int price(String item);

	}

	@Lazy
	@WebAgent(url = "https://shop.example")
	interface LazyInvalid {

		@Goal("Read the price of {item} in {currency}")
		int price(String item);

	}

	@WebAgent(url = "${shop.url.of.production}")
	interface OfProduction {

		@Goal("Read the price")
		int price();

	}

	@WebAgent(url = "https://shop.example")
	interface PartlyConfigured {

		@Goal(value = "Read the offer", tag = "${shop.tag.of.production}")
		int offer();

		@Goal("Read the price of {item} in {currency}")
		int price(String item);

		@Goal(value = "Read the stock", tag = "${shop.tag.of.production}")
		int stock();

	}

	@WebAgent(url = "${shop.url.of.production}")
	interface Unsupported {

		@Goal("Read the price")
		Object price();

	}

	@WebAgent(url = "${shop.url.wrong:ftp://shop.example}")
	interface WrongDefault {

		@Goal("Read the price")
		int price();

	}

	@Primary
	@WebAgent(url = "https://shop.example")
	interface Staged {

		@Goal("Read the price")
		int price();

	}

	@Configuration(proxyBeanMethods = false)
	@ImportWebAgents(Invalid.class)
	static class WithInvalid {

	}

	@Configuration(proxyBeanMethods = false)
	@ImportWebAgents(LazyInvalid.class)
	static class WithLazy {

	}

	@Configuration(proxyBeanMethods = false)
	@ImportWebAgents(OfProduction.class)
	static class WithPlaceholder {

	}

	@Configuration(proxyBeanMethods = false)
	@ImportWebAgents(PartlyConfigured.class)
	static class WithPartlyConfigured {

	}

	@Configuration(proxyBeanMethods = false)
	@ImportWebAgents(Unsupported.class)
	static class WithUnsupported {

	}

	@Configuration(proxyBeanMethods = false)
	@ImportWebAgents(WrongDefault.class)
	static class WithWrongDefault {

	}

	@Configuration(proxyBeanMethods = false)
	@ImportWebAgents(types = Staged.class, client = "staging")
	static class OfStaging {

	}

	@Configuration(proxyBeanMethods = false)
	@ImportWebAgents(basePackages = "ai.tinyfish.spring.webagent.empty")
	static class EmptyPackage {

	}

}
