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

package ai.tinyfish.spring.boot.autoconfigure;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import ai.tinyfish.ReactiveTinyFishClient;
import ai.tinyfish.TinyFishApiKeyProvider;
import ai.tinyfish.TinyFishClient;
import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.spring.boot.testing.BootContexts;
import ai.tinyfish.spring.boot.testing.SystemEnvironment;
import ai.tinyfish.spring.boot.testing.WireMockApi;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.beans.factory.BeanCreationException;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

@ExtendWith(OutputCaptureExtension.class)
class TinyFishAutoConfigurationTests {

	private static final AgentRequest REQUEST = AgentRequest.of("https://shop.example/", "Find the price");

	@AutoClose
	private static final WireMockApi api = new WireMockApi();

	private final ApplicationContextRunner contextRunner = BootContexts.onlyTinyFish()
		.withPropertyValues("tinyfish.base-url=" + api.baseUrl());

	@BeforeEach
	void resetApi() {
		api.reset();
	}

	@Test
	void oneClientIsThere() {
		this.contextRunner.withPropertyValues("tinyfish.api-key=sk-property").run((context) -> {
			assertThat(context).hasSingleBean(TinyFishClient.class).hasBean("tinyFishClient");
			context.getBean(TinyFishClient.class).runs().get(WireMockApi.RUN_ID);
			assertThat(api.apiKeys()).containsExactly("sk-property");
		});
	}

	@Test
	void keyThatWouldBeSentInClearTextIsWarnedOfOnceAtStart(CapturedOutput output) {
		this.contextRunner
			.withPropertyValues("tinyfish.api-key=sk-property", "tinyfish.base-url=HTTP://api.example:8080/prefix",
					"tinyfish.search.base-url=http://search.example", "tinyfish.fetch.base-url=http://api.example:8080",
					"tinyfish.browser.base-url=https://browser.example")
			.run((context) -> context.getBean(ReactiveTinyFishClient.class));
		assertThat(output.getOut().lines().filter((line) -> line.contains("without TLS"))).hasSize(2)
			.allSatisfy((line) -> assertThat(line).contains(" WARN ").doesNotContain("sk-property"))
			.anySatisfy((line) -> assertThat(line).contains("http://api.example:8080 "))
			.anySatisfy((line) -> assertThat(line).contains("http://search.example "));
	}

	@ParameterizedTest
	@ValueSource(strings = { "https://api.example", "http://localhost:8080", "http://app.localhost", "http://127.0.0.1",
			"http://127.1.2.3:1", "http://[::1]:8080" })
	void keyThatOnlyItsOwnerCanReadIsNotWarnedOf(String baseUrl, CapturedOutput output) {
		this.contextRunner.withPropertyValues("tinyfish.api-key=sk-property", "tinyfish.base-url=" + baseUrl)
			.run((context) -> assertThat(context).hasSingleBean(TinyFishClient.class));
		assertThat(output).doesNotContain("without TLS");
	}

	@Test
	void nothingIsThereWhenDisabled() {
		this.contextRunner.withPropertyValues("tinyfish.enabled=false")
			.run((context) -> assertThat(context).hasNotFailed()
				.doesNotHaveBean(TinyFishClient.class)
				.doesNotHaveBean(TinyFishClient.Builder.class)
				.doesNotHaveBean(TinyFishConnectionDetails.class)
				.doesNotHaveBean(TinyFishProperties.class));
	}

	@Test
	void allBeansAreNamedAfterTheProductAndNothingGenericIsAmongThem() {
		ApplicationContextRunner without = new ApplicationContextRunner();
		this.contextRunner.withPropertyValues("tinyfish.api-key=sk-property").run((context) -> without.run((empty) -> {
			List<String> ours = new ArrayList<>(Arrays.asList(context.getBeanDefinitionNames()));
			ours.removeAll(Arrays.asList(empty.getBeanDefinitionNames()));
			ours.removeIf((name) -> name.startsWith("ai.tinyfish.spring.boot.")
					|| name.startsWith("tinyfish-ai.tinyfish.") || name.startsWith("org.springframework.boot."));
			assertThat(ours).isNotEmpty().allSatisfy((name) -> {
				assertThat(name).startsWith("tinyFish");
				assertThat(context.getType(name).getName()).startsWith("ai.tinyfish.");
			});
		}));
	}

	@Test
	void clientOfTheApplicationIsKept() {
		TinyFishClient own = TinyFishClient.builder().apiKey("sk-own").build();
		this.contextRunner.withBean("own", TinyFishClient.class, () -> own)
			.run((context) -> assertThat(context).hasNotFailed().getBean(TinyFishClient.class).isSameAs(own));
	}

	@Test
	void builderOfTheApplicationIsUsed() {
		this.contextRunner
			.withBean(TinyFishClient.Builder.class,
					() -> TinyFishClient.builder().apiKey("sk-own-builder").baseUrl(api.baseUrl()))
			.run((context) -> {
				context.getBean(TinyFishClient.class).runs().get(WireMockApi.RUN_ID);
				assertThat(api.apiKeys()).containsExactly("sk-own-builder");
			});
	}

	@Test
	void everyoneGetsABuilderOfHisOwn() {
		this.contextRunner.withPropertyValues("tinyfish.api-key=sk-property").run((context) -> {
			TinyFishClient.Builder builder = context.getBean(TinyFishClient.Builder.class);
			assertThat(builder).isNotSameAs(context.getBean(TinyFishClient.Builder.class));
			try (TinyFishClient other = builder.apiKey("sk-other").build()) {
				other.runs().get(WireMockApi.RUN_ID);
			}
			context.getBean(TinyFishClient.class).runs().get(WireMockApi.RUN_ID);
			assertThat(api.apiKeys()).containsExactly("sk-other", "sk-property");
		});
	}

	@Test
	void clientIsClosedWithTheContext() {
		List<TinyFishClient> clients = new ArrayList<>();
		this.contextRunner.withPropertyValues("tinyfish.api-key=sk-property")
			.run((context) -> clients.add(context.getBean(TinyFishClient.class)));
		assertThatIllegalStateException().isThrownBy(() -> clients.get(0).runs().get(WireMockApi.RUN_ID))
			.withMessageContaining("closed");
		assertThat(api.requests()).isEmpty();
	}

	@Test
	void environmentVariableIsEnough() {
		this.contextRunner.withInitializer(SystemEnvironment.of("TINYFISH_API_KEY", "sk-variable")).run((context) -> {
			context.getBean(TinyFishClient.class).runs().get(WireMockApi.RUN_ID);
			assertThat(api.apiKeys()).containsExactly("sk-variable");
		});
	}

	@Test
	void nameOfTheVariableCountsInAnyPropertySource() {
		this.contextRunner.withPropertyValues("TINYFISH_API_KEY=sk-variable", "tinyfish.api-key= ").run((context) -> {
			context.getBean(TinyFishClient.class).runs().get(WireMockApi.RUN_ID);
			assertThat(api.apiKeys()).containsExactly("sk-variable");
		});
	}

	@Test
	void propertyGoesBeforeTheVariable() {
		this.contextRunner.withInitializer(SystemEnvironment.of("TINYFISH_API_KEY", "sk-variable"))
			.withPropertyValues("tinyfish.api-key=sk-property")
			.run((context) -> {
				context.getBean(TinyFishClient.class).runs().get(WireMockApi.RUN_ID);
				assertThat(api.apiKeys()).containsExactly("sk-property");
			});
	}

	@Test
	void connectionDetailsGoBeforeProperties() {
		this.contextRunner
			.withPropertyValues("tinyfish.api-key=sk-property", "tinyfish.base-url=http://127.0.0.1:1",
					"tinyfish.retry.max-retries=0")
			.withBean(TinyFishConnectionDetails.class, () -> new Details("sk-details", api.baseUrl()))
			.run((context) -> {
				assertThat(context).hasSingleBean(TinyFishConnectionDetails.class);
				context.getBean(TinyFishClient.class).runs().get(WireMockApi.RUN_ID);
				assertThat(api.apiKeys()).containsExactly("sk-details");
			});
	}

	@Test
	void valuesThatConnectionDetailsLackComeFromProperties() {
		this.contextRunner.withPropertyValues("tinyfish.api-key=sk-property")
			.withBean(TinyFishConnectionDetails.class, () -> new Details(" ", null))
			.run((context) -> {
				context.getBean(TinyFishClient.class).runs().get(WireMockApi.RUN_ID);
				assertThat(api.apiKeys()).containsExactly("sk-property");
			});
	}

	@Test
	void apiKeyProviderGoesBeforeAllAndIsAskedForEachOperation() {
		List<String> keys = new ArrayList<>(List.of("sk-first", "sk-second"));
		this.contextRunner.withPropertyValues("tinyfish.api-key=sk-property")
			.withBean(TinyFishConnectionDetails.class, () -> new Details("sk-details", null))
			.withBean(TinyFishApiKeyProvider.class, () -> () -> keys.remove(0))
			.run((context) -> {
				TinyFishClient client = context.getBean(TinyFishClient.class);
				client.runs().get(WireMockApi.RUN_ID);
				client.runs().get(WireMockApi.RUN_ID);
				assertThat(api.apiKeys()).containsExactly("sk-first", "sk-second");
			});
	}

	@Test
	void apiKeyProviderNeedsNoKeyAtStartUp() {
		this.contextRunner.withBean(TinyFishApiKeyProvider.class, () -> () -> null).run((context) -> {
			assertThat(context).hasNotFailed();
			assertThatIllegalStateException()
				.isThrownBy(() -> context.getBean(TinyFishClient.class).runs().get(WireMockApi.RUN_ID));
			assertThat(api.requests()).isEmpty();
		});
	}

	@Test
	void keyIsSentWithoutTheWhiteSpaceAroundIt() {
		this.contextRunner.withBean("key", TinyFishConnectionDetails.class, () -> new Details(" sk-details\n", null))
			.run((context) -> {
				context.getBean(TinyFishClient.class).runs().get(WireMockApi.RUN_ID);
				assertThat(api.apiKeys()).containsExactly("sk-details");
			});
	}

	@Test
	void integrationTagComesFromTheEnvironment() {
		this.contextRunner.withInitializer(SystemEnvironment.of("TF_API_INTEGRATION", "my-platform"))
			.withPropertyValues("tinyfish.api-key=sk-property")
			.run((context) -> {
				context.getBean(TinyFishClient.class).agent().run(REQUEST);
				assertThat(api.submittedBody()).contains("\"api_integration\":\"my-platform\"");
			});
	}

	@Test
	void thereIsNoIntegrationTagOtherwise() {
		this.contextRunner.withPropertyValues("tinyfish.api-key=sk-property").run((context) -> {
			context.getBean(TinyFishClient.class).agent().run(REQUEST);
			assertThat(api.submittedBody()).doesNotContain("api_integration");
		});
	}

	@Test
	void simulatorIsOptional() {
		this.contextRunner.withClassLoader(new FilteredClassLoader("ai.tinyfish.simulator"))
			.withPropertyValues("tinyfish.api-key=sk-property", "tinyfish.simulator.enabled=auto")
			.run((context) -> {
				assertThat(context).doesNotHaveBean(TinyFishSimulatorAutoConfiguration.class)
					.hasSingleBean(TinyFishConnectionDetails.class)
					.hasBean("tinyFishConnectionDetails");
				context.getBean(TinyFishClient.class).runs().get(WireMockApi.RUN_ID);
				assertThat(api.apiKeys()).containsExactly("sk-property");
			});
	}

	@Test
	void metersAreOptional() {
		this.contextRunner.withClassLoader(new FilteredClassLoader("io.micrometer.core"))
			.withPropertyValues("tinyfish.api-key=sk-property")
			.run((context) -> {
				assertThat(context).doesNotHaveBean(TinyFishObservations.class);
				context.getBean(TinyFishClient.class).runs().get(WireMockApi.RUN_ID);
			});
	}

	@Test
	void bootsClientModulesAndActuatorAreOptional() {
		this.contextRunner
			.withClassLoader(new FilteredClassLoader("org.springframework.boot.restclient",
					"org.springframework.boot.webclient", "org.springframework.boot.micrometer",
					"org.springframework.boot.actuate", "io.micrometer.core", "ai.tinyfish.simulator"))
			.withPropertyValues("tinyfish.api-key=sk-property")
			.run((context) -> {
				context.getBean(TinyFishClient.class).runs().get(WireMockApi.RUN_ID);
				assertThat(api.requests()).hasSize(1);
			});
	}

	@Test
	void twoApiKeyProvidersAreOneTooMany() {
		this.contextRunner.withBean("one", TinyFishApiKeyProvider.class, () -> () -> "sk-one")
			.withBean("two", TinyFishApiKeyProvider.class, () -> () -> "sk-two")
			.run((context) -> assertThat(context).hasFailed()
				.getFailure()
				.isInstanceOf(BeanCreationException.class)
				.hasMessageContaining("expected single matching bean but found 2: one,two"));
	}

	private static final class Details implements TinyFishConnectionDetails {

		private final String apiKey;

		private final String baseUrl;

		private Details(String apiKey, String baseUrl) {
			this.apiKey = apiKey;
			this.baseUrl = baseUrl;
		}

		@Override
		public String getApiKey() {
			return this.apiKey;
		}

		@Override
		public String getBaseUrl() {
			return this.baseUrl;
		}

	}

}
