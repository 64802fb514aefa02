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

import ai.tinyfish.spring.boot.autoconfigure.TinyFishAutoConfiguration;
import ai.tinyfish.spring.webagent.conditional.OnlyInProduction;
import ai.tinyfish.spring.webagent.empty.NoAgents;
import ai.tinyfish.webagent.Goal;
import ai.tinyfish.webagent.WebAgent;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

/**
 * Agents that are not registered, or not found, and what the application then prints.
 */
@ExtendWith(OutputCaptureExtension.class)
class MissingWebAgentTests {

	@Test
	void missingAgentIsAnsweredWithTheAnnotationThatRegistersIt(CapturedOutput output) {
		assertThatException().isThrownBy(() -> run(WithConsumer.class));
		assertThat(output)
			.contains("APPLICATION FAILED TO START",
					"Parameter 0 of constructor in " + Consumer.class.getName() + " required a bean of type '"
							+ Coins.class.getName() + "' that could not be found.",
					"MissingWebAgentTests.Coins is a web agent, and no @ImportWebAgents registers it.",
					"Add @ImportWebAgents(MissingWebAgentTests.Coins.class) to a configuration class, such as the class"
							+ " with @SpringBootApplication.")
			.doesNotContain("Consider defining a bean", "profiles and conditions");
	}

	@Test
	void missingAgentWithAProfileMayBeRegisteredAlready(CapturedOutput output) {
		assertThatException().isThrownBy(() -> run(WithConsumerInProduction.class));
		assertThat(output).contains("Add @ImportWebAgents(OnlyInProduction.class)",
				"If there is one already, check the profiles and conditions of OnlyInProduction.");
	}

	@Test
	void otherMissingBeanIsLeftToBoot(CapturedOutput output) {
		assertThatException().isThrownBy(() -> run(WithOtherConsumer.class));
		assertThat(output).contains("Consider defining a bean of type 'java.lang.Runnable' in your configuration.")
			.doesNotContain("@ImportWebAgents");
	}

	@Test
	void agentWithoutTheQualifierIsNotMissing(CapturedOutput output) {
		assertThatException().isThrownBy(() -> run(WithQualifiedConsumer.class))
			.withStackTraceContaining("@org.springframework.beans.factory.annotation.Qualifier(\"other\")");
		assertThat(output).doesNotContain("no @ImportWebAgents registers it");
	}

	@Test
	void packageWithoutAgentsFailsTheStart(CapturedOutput output) {
		assertThatException().isThrownBy(() -> run(EmptyPackage.class));
		assertThat(output).contains("APPLICATION FAILED TO START", "class: " + EmptyPackage.class.getName(),
				"there is no interface with @WebAgent in the package 'ai.tinyfish.spring.webagent.empty' or below",
				"Correct the package, or name the interfaces");
	}

	@Test
	void packageOfAClassWithoutAgentsFailsTheStart() {
		assertThatException().isThrownBy(() -> run(EmptyPackageOfClass.class))
			.withStackTraceContaining("@ImportWebAgents on " + EmptyPackageOfClass.class.getName()
					+ " is not valid: there is no interface with @WebAgent in the package"
					+ " 'ai.tinyfish.spring.webagent.empty' or below");
	}

	@Test
	void ownPackageWithoutAgentsFailsTheStart() {
		assertThatException().isThrownBy(() -> run(NoAgents.OwnPackage.class))
			.withStackTraceContaining("@ImportWebAgents on " + NoAgents.OwnPackage.class.getName());
	}

	@Test
	void onePackageWithoutAgentsIsEnough() {
		assertThatException().isThrownBy(() -> run(OneOfTwoPackages.class))
			.withStackTraceContaining("'ai.tinyfish.spring.webagent.empty'");
	}

	@Test
	void packageWhoseAgentsAreOfAnotherProfileIsNotEmpty() {
		try (ConfigurableApplicationContext context = run(Conditional.class)) {
			assertThat(context.getBeanNamesForType(OnlyInProduction.class)).isEmpty();
		}
		try (ConfigurableApplicationContext context = run(Conditional.class, "--spring.profiles.active=production")) {
			assertThat(context.getBeanNamesForType(OnlyInProduction.class)).hasSize(1);
		}
	}

	private static ConfigurableApplicationContext run(Class<?> configuration, String... arguments) {
		return new SpringApplicationBuilder(configuration, TinyFish.class).web(WebApplicationType.NONE)
			.properties("tinyfish.api-key=sk-test", "tinyfish.base-url=http://127.0.0.1:9")
			.run(arguments);
	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration(TinyFishAutoConfiguration.class)
	static class TinyFish {

	}

	@WebAgent(url = "https://coins.example")
	interface Coins {

		@Goal("What does one Bitcoin cost?")
		int price();

	}

	static class Consumer {

		Consumer(Coins coins) {
		}

	}

	static class ConsumerInProduction {

		ConsumerInProduction(OnlyInProduction agent) {
		}

	}

	static class OtherConsumer {

		OtherConsumer(Runnable runnable) {
		}

	}

	static class QualifiedConsumer {

		QualifiedConsumer(@Qualifier("other") Coins coins) {
		}

	}

	@Configuration(proxyBeanMethods = false)
	@Import(Consumer.class)
	static class WithConsumer {

	}

	@Configuration(proxyBeanMethods = false)
	@Import(ConsumerInProduction.class)
	static class WithConsumerInProduction {

	}

	@Configuration(proxyBeanMethods = false)
	@Import(OtherConsumer.class)
	static class WithOtherConsumer {

	}

	@Configuration(proxyBeanMethods = false)
	@Import(QualifiedConsumer.class)
	@ImportWebAgents(Coins.class)
	static class WithQualifiedConsumer {

	}

	@Configuration(proxyBeanMethods = false)
	@ImportWebAgents(basePackages = "ai.tinyfish.spring.webagent.empty")
	static class EmptyPackage {

	}

	@Configuration(proxyBeanMethods = false)
	@ImportWebAgents(basePackageClasses = NoAgents.class)
	static class EmptyPackageOfClass {

	}

	@Configuration(proxyBeanMethods = false)
	@ImportWebAgents(basePackages = { "ai.tinyfish.spring.webagent.scanned", "ai.tinyfish.spring.webagent.empty" })
	static class OneOfTwoPackages {

	}

	@Configuration(proxyBeanMethods = false)
	@ImportWebAgents(basePackages = "ai.tinyfish.spring.webagent.conditional")
	static class Conditional {

	}

}
