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

import java.util.ArrayList;
import java.util.List;

import ai.tinyfish.spring.boot.autoconfigure.TinyFishAutoConfiguration;
import ai.tinyfish.webagent.Goal;
import ai.tinyfish.webagent.WebAgent;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.beans.factory.BeanCreationException;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.DependsOn;
import org.springframework.context.annotation.Description;
import org.springframework.context.annotation.Fallback;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Lazy;
import org.springframework.context.annotation.Primary;
import org.springframework.context.annotation.Profile;
import org.springframework.context.annotation.Role;
import org.springframework.context.annotation.Scope;
import org.springframework.context.annotation.ScopedProxyMode;
import org.springframework.context.support.SimpleThreadScope;
import org.springframework.core.annotation.Order;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Annotations on agent interfaces that configure their beans, as those of components do.
 */
@ExtendWith(OutputCaptureExtension.class)
class WebAgentDefinitionTests {

	private final ApplicationContextRunner contextRunner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(TinyFishAutoConfiguration.class))
		.withPropertyValues("tinyfish.base-url=http://127.0.0.1:9", "tinyfish.api-key=sk-test")
		.withUserConfiguration(Agents.class);

	@Test
	void primaryAgentIsInjected() {
		this.contextRunner.run((context) -> assertThat(context.getBean(Prices.class)).isInstanceOf(Main.class));
	}

	@Test
	void fallbackAgentYieldsToAnotherBean() {
		this.contextRunner.withUserConfiguration(OwnSpare.class)
			.run((context) -> assertThat(context.getBean(Spare.class).price()).isEqualTo(1));
	}

	@Test
	void lazyAgentIsCreatedWhenItIsNeeded() {
		this.contextRunner.withUserConfiguration(WithLater.class).run((context) -> {
			ConfigurableListableBeanFactory beans = context.getSourceApplicationContext().getBeanFactory();
			assertThat(beans.containsSingleton(Main.class.getName())).isTrue();
			assertThat(beans.containsSingleton(Later.class.getName())).isFalse();
			assertThatExceptionOfType(BeanCreationException.class).isThrownBy(() -> context.getBean(Later.class))
				.withMessageContaining("defined in @ImportWebAgents declared on " + WithLater.class.getName())
				.withMessageContaining("{currency}");
		});
	}

	@Test
	void qualifierAndNameSelectAgents() {
		this.contextRunner.withBean(Qualified.class).run((context) -> {
			Qualified qualified = context.getBean(Qualified.class);
			assertThat(qualified.byQualifier).isInstanceOf(Other.class);
			assertThat(qualified.byName).isInstanceOf(Main.class);
			assertThat(qualified.all.orderedStream()).hasSize(2).first().isInstanceOf(Other.class);
		});
	}

	@Test
	void agentIsCreatedAfterTheBeansThatItDependsOn() {
		this.contextRunner.run((context) -> {
			assertThat(definition(context, Main.class).getDependsOn()).containsExactly("first");
			assertThat(context.getSourceApplicationContext().getBeanFactory().getDependentBeans("first"))
				.contains(Main.class.getName());
		});
	}

	@Test
	void roleAndDescriptionAreThoseOfTheDefinition() {
		this.contextRunner.run((context) -> {
			assertThat(definition(context, Main.class).getRole()).isEqualTo(BeanDefinition.ROLE_SUPPORT);
			assertThat(definition(context, Main.class).getDescription()).isEqualTo("Main prices");
			assertThat(definition(context, Other.class).getDescription())
				.isEqualTo("Web agent " + Other.class.getName());
		});
	}

	@Test
	void definitionNamesTheClassThatImportsIt() {
		this.contextRunner.run((context) -> {
			BeanDefinition definition = definition(context, Main.class);
			assertThat(definition.getResourceDescription())
				.isEqualTo("@ImportWebAgents declared on " + Agents.class.getName());
			assertThat(definition.getSource()).isNotNull();
		});
	}

	@Test
	void analysisOfAmbiguousAgentsNamesTheClassThatImportsThem(CapturedOutput output) {
		assertThatException()
			.isThrownBy(() -> new SpringApplicationBuilder(Ambiguous.class).web(WebApplicationType.NONE)
				.properties("tinyfish.base-url=http://127.0.0.1:9", "tinyfish.api-key=sk-test")
				.run());
		assertThat(output)
			.contains("required a single bean, but 2 were found:",
					UnmarkedA.class.getName() + ": defined in @ImportWebAgents declared on "
							+ Ambiguous.class.getName())
			.doesNotContain("unknown location");
	}

	@Test
	void scopeIsThatOfTheInterface() {
		this.contextRunner.run((context) -> assertThat(context.getBean(Prototype.class))
			.isNotSameAs(context.getBean(Prototype.class)));
	}

	@Test
	void scopedProxyIsInjectedForAShorterScope() {
		this.contextRunner
			.withInitializer((context) -> context.getBeanFactory().registerScope("thread", new SimpleThreadScope()))
			.run((context) -> {
				PerThread proxy = context.getBean(PerThread.class);
				List<String> targets = new ArrayList<>();
				targets.add(proxy.own());
				Thread thread = new Thread(() -> targets.add(proxy.own()));
				thread.start();
				thread.join();
				assertThat(targets).hasSize(2).doesNotHaveDuplicates();
				assertThat(proxy.own()).isEqualTo(targets.get(0));
			});
	}

	@Test
	void conditionsOfNamedAgentsCount() {
		this.contextRunner.run((context) -> assertThat(context).doesNotHaveBean(InTests.class));
		this.contextRunner.withPropertyValues("spring.profiles.active=test")
			.run((context) -> assertThat(context).hasSingleBean(InTests.class));
	}

	@Test
	void conditionsOnBeansOfAgentsCount() {
		this.contextRunner
			.run((context) -> assertThat(context).hasSingleBean(WithFirst.class).doesNotHaveBean(WithThread.class));
	}

	private static BeanDefinition definition(AssertableApplicationContext context, Class<?> type) {
		return context.getSourceApplicationContext().getBeanFactory().getBeanDefinition(type.getName());
	}

	interface Prices {

		@Goal("Read the price")
		int price();

	}

	@Primary
	@DependsOn("first")
	@Role(BeanDefinition.ROLE_SUPPORT)
	@Description("Main prices")
	@Order(2)
	@WebAgent(url = "https://main.example")
	interface Main extends Prices {

	}

	@Qualifier("other")
	@Order(1)
	@WebAgent(url = "https://other.example")
	interface Other extends Prices {

	}

	@Fallback
	@WebAgent(url = "https://spare.example")
	interface Spare {

		@Goal("Read the price")
		int price();

	}

	/** Not valid, which is noticed when it is created. */
	@Lazy
	@WebAgent(url = "https://later.example")
	interface Later {

		@Goal("Read the price in {currency}")
		int price();

	}

	@Scope("prototype")
	@WebAgent(url = "https://prototype.example")
	interface Prototype {

		@Goal("Read the price")
		int price();

	}

	@Scope(scopeName = "thread", proxyMode = ScopedProxyMode.TARGET_CLASS)
	@WebAgent(url = "https://thread.example")
	interface PerThread {

		@Goal("Read the price")
		int price();

		/** Of the target: a proxy calls it there. */
		default String own() {
			return Integer.toHexString(System.identityHashCode(this));
		}

	}

	@Profile("test")
	@WebAgent(url = "https://test.example")
	interface InTests {

		@Goal("Read the price")
		int price();

	}

	@ConditionalOnBean(name = "first")
	@WebAgent(url = "https://first.example")
	interface WithFirst {

		@Goal("Read the price")
		int price();

	}

	@ConditionalOnBean(Thread.class)
	@WebAgent(url = "https://thread.example")
	interface WithThread {

		@Goal("Read the price")
		int price();

	}

	interface Unmarked {

		@Goal("Read the price")
		int price();

	}

	@WebAgent(url = "https://a.example")
	interface UnmarkedA extends Unmarked {

	}

	@WebAgent(url = "https://b.example")
	interface UnmarkedB extends Unmarked {

	}

	static class Qualified {

		@Autowired
		@Qualifier("other")
		Prices byQualifier;

		@Autowired
		@Qualifier("ai.tinyfish.spring.webagent.WebAgentDefinitionTests$Main")
		Prices byName;

		@Autowired
		ObjectProvider<Prices> all;

	}

	@Configuration(proxyBeanMethods = false)
	@ImportWebAgents({ Main.class, Other.class, Spare.class, Prototype.class, PerThread.class, InTests.class,
			WithFirst.class, WithThread.class })
	static class Agents {

		@Bean
		Object first() {
			return new Object();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OwnSpare {

		@Bean
		Spare ownSpare() {
			return () -> 1;
		}

	}

	static class UnmarkedConsumer {

		UnmarkedConsumer(Unmarked agent) {
		}

	}

	@Configuration(proxyBeanMethods = false)
	@Import(UnmarkedConsumer.class)
	@ImportAutoConfiguration(TinyFishAutoConfiguration.class)
	@ImportWebAgents({ UnmarkedA.class, UnmarkedB.class })
	static class Ambiguous {

	}

	@Configuration(proxyBeanMethods = false)
	@ImportWebAgents(Later.class)
	static class WithLater {

	}

}
