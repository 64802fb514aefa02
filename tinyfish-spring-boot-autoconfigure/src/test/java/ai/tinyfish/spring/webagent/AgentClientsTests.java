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
import java.net.URL;
import java.time.Duration;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;

import ai.tinyfish.ReactiveTinyFishClient;
import ai.tinyfish.TinyFishClient;
import ai.tinyfish.WebAgents;
import ai.tinyfish.spring.boot.autoconfigure.TinyFishAutoConfiguration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;
import org.springframework.core.io.DefaultResourceLoader;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

/**
 * Tests for the clients that run the methods of agents.
 */
class AgentClientsTests extends AbstractAgentClientsTests {

	@Test
	void agentsUseTheClientsWithTheName() {
		this.contextRunner.withUserConfiguration(StagingClients.class, OfStaging.class).run((context) -> {
			assertThat(context.getBean(Coins.class).price("named")).isEqualTo(7);
			assertThat(context.getBean(ReactiveCoins.class).price("named, reactive").block(Duration.ofSeconds(60)))
				.isEqualTo(7);
			assertThat(context.getBean(Offers.class).price("default")).isEqualTo(7);
		});
		assertThat(staging.journal().submissions("<coin>named</coin>")).hasSize(1);
		assertThat(staging.journal().submissions("<coin>named, reactive</coin>")).hasSize(1);
		assertThat(staging.journal().submissions("<coin>default</coin>")).isEmpty();
		assertThat(production.journal().submissions("<coin>default</coin>")).hasSize(1);
		assertThat(production.journal().submissions("<coin>named")).isEmpty();
	}

	@Test
	void unknownNameFailsTheStartAndNamesTheClients() {
		this.contextRunner.withUserConfiguration(StagingClients.class, OfTesting.class).run((context) -> {
			FailureAnalysis analysis = analyze(context.getStartupFailure());
			assertThat(analysis.getDescription()).contains("interface: " + Coins.class.getName(),
					"reason: no TinyFishClient has the name or qualifier 'testing' (existing beans: ", "staging",
					"tinyFishClient");
			assertThat(analysis.getAction()).contains("Correct the client attribute of @ImportWebAgents");
		});
	}

	@Test
	void missingReactiveClientFailsTheStartAndNamesTheQualifier() {
		this.contextRunner.withUserConfiguration(OnlyBlockingStagingClient.class, ReactiveOfStaging.class)
			.run((context) -> {
				FailureAnalysis analysis = analyze(context.getStartupFailure());
				assertThat(analysis.getDescription())
					.contains("reason: no ReactiveTinyFishClient has the name or qualifier 'staging'");
				assertThat(analysis.getAction()).contains("a ReactiveTinyFishClient with @Qualifier(\"staging\")");
			});
	}

	@Test
	void ambiguousNameFailsTheStart() {
		this.contextRunner.withUserConfiguration(SameQualifier.class, OfStaging.class)
			.run((context) -> assertThat(analyze(context.getStartupFailure()).getDescription())
				.contains("reason: more than one TinyFishClient has the name or qualifier 'staging'"));
	}

	@Test
	void twoDefaultClientsFailTheStartWithTheWaysToChooseOne() {
		this.contextRunner.withUserConfiguration(TwoDefaultClients.class, OfDefault.class).run((context) -> {
			FailureAnalysis analysis = analyze(context.getStartupFailure());
			assertThat(analysis.getDescription()).contains("interface: " + Coins.class.getName(),
					"reason: it needs a single TinyFishClient, and there are 2: first, second");
			assertThat(analysis.getAction()).contains("@ImportWebAgents(client = \"first\")",
					"client(...) of WebAgents.Builder", "@Primary", "@Bean(defaultCandidate = false)");
		});
	}

	@Test
	void twoDefaultReactiveClientsFailTheStartWithTheWaysToChooseOne() {
		this.contextRunner.withUserConfiguration(TwoDefaultClients.class, ReactiveOfDefault.class)
			.run((context) -> assertThat(analyze(context.getStartupFailure()).getAction())
				.contains("reactiveClient(...) of WebAgents.Builder"));
	}

	@Test
	@ExtendWith(OutputCaptureExtension.class)
	void twoDefaultClientsAreNotReportedAsAFailureOfTheComponentWithTheAgent(CapturedOutput output) {
		assertThatException().isThrownBy(() -> start(Consumer.class, TwoDefaultClients.class, OfDefault.class));
		assertThat(output)
			.contains("interface: " + Coins.class.getName(),
					"reason: it needs a single TinyFishClient, and there are 2: first, second",
					"@ImportWebAgents(client = \"first\")")
			.doesNotContain("required a single bean", "@Qualifier to identify the bean");
	}

	@Test
	@ExtendWith(OutputCaptureExtension.class)
	void unknownNameIsNotReportedAsAFailureOfTheComponentWithTheAgent(CapturedOutput output) {
		assertThatException().isThrownBy(() -> start(Consumer.class, StagingClients.class, OfTesting.class));
		assertThat(output)
			.contains("interface: " + Coins.class.getName(),
					"reason: no TinyFishClient has the name or qualifier 'testing'")
			.doesNotContain("that could not be found", "Consider defining a bean");
	}

	@Test
	void primaryClientIsTheDefault() {
		this.contextRunner.withUserConfiguration(PrimaryClient.class, OfDefault.class)
			.run((context) -> assertThat(context.getBean(Coins.class).price("primary")).isEqualTo(7));
		assertThat(staging.journal().submissions("<coin>primary</coin>")).hasSize(1);
	}

	@Test
	void agentWithTwoClientsFailsTheStart() {
		this.contextRunner.withUserConfiguration(StagingClients.class, OfDefault.class, OfStaging.class)
			.run((context) -> {
				assertThat(context).hasFailed();
				FailureAnalysis analysis = new ImportWebAgentsFailureAnalyzer().analyze(context.getStartupFailure());
				assertThat(analysis).isNotNull();
				assertThat(analysis.getDescription()).contains("class: " + OfStaging.class.getName(),
						"the web agent " + Coins.class.getName()
								+ " has another client in @ImportWebAgents declared on " + OfDefault.class.getName());
				assertThat(analysis.getAction()).contains("name the interfaces", "WebAgents.Builder");
			});
	}

	@Test
	void agentMayBeImportedTwiceWithTheSameClient() {
		this.contextRunner.withUserConfiguration(OfDefault.class, OfDefaultAgain.class)
			.run((context) -> assertThat(context).hasSingleBean(Coins.class));
	}

	private static void start(Class<?>... configurations) {
		new SpringApplicationBuilder(new DefaultResourceLoader(new BootFirst()), configurations).sources(TinyFish.class)
			.web(WebApplicationType.NONE)
			.run()
			.close();
	}

	private static FailureAnalysis analyze(Throwable failure) {
		assertThat(failure).isNotNull();
		FailureAnalysis analysis = new InvalidWebAgentFailureAnalyzer().analyze(failure);
		assertThat(analysis).isNotNull();
		return analysis;
	}

	/** The class path of an application, where the jars of Boot may come first. */
	private static final class BootFirst extends ClassLoader {

		BootFirst() {
			super(AgentClientsTests.class.getClassLoader());
		}

		@Override
		public Enumeration<URL> getResources(String name) throws IOException {
			List<URL> resources = Collections.list(super.getResources(name));
			Collections.reverse(resources);
			return Collections.enumeration(resources);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration(TinyFishAutoConfiguration.class)
	static class TinyFish {

	}

	@Configuration(proxyBeanMethods = false)
	static class Consumer {

		Consumer(Coins coins) {
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OnlyBlockingStagingClient {

		@Bean(defaultCandidate = false)
		TinyFishClient staging() {
			return client(staging);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class SameQualifier {

		@Bean
		@Qualifier("staging")
		TinyFishClient first() {
			return client(staging);
		}

		@Bean
		@Qualifier("staging")
		TinyFishClient second() {
			return client(staging);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class PrimaryClient {

		@Bean
		TinyFishClient first() {
			return client(production);
		}

		@Bean
		@Primary
		TinyFishClient second() {
			return client(staging);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ImportWebAgents(types = { Coins.class, ReactiveCoins.class }, client = "staging")
	@ImportWebAgents(Offers.class)
	static class OfStaging {

	}

	@Configuration(proxyBeanMethods = false)
	@ImportWebAgents(types = ReactiveCoins.class, client = "staging")
	static class ReactiveOfStaging {

	}

	@Configuration(proxyBeanMethods = false)
	@ImportWebAgents(types = Coins.class, client = "testing")
	static class OfTesting {

	}

	@Configuration(proxyBeanMethods = false)
	@ImportWebAgents(Coins.class)
	static class OfDefaultAgain {

	}

	@Configuration(proxyBeanMethods = false)
	@ImportWebAgents(ReactiveCoins.class)
	static class ReactiveOfDefault {

	}

}
