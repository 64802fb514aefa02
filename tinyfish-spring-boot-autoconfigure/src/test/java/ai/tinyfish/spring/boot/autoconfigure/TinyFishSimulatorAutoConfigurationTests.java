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

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import ai.tinyfish.TinyFishApiKeyProvider;
import ai.tinyfish.TinyFishClient;
import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.run.AgentRun;
import ai.tinyfish.simulator.Scenario;
import ai.tinyfish.simulator.SimulatedRun.Status;
import ai.tinyfish.simulator.TinyFishSimulator;
import ai.tinyfish.simulator.TinyFishSimulatorBuilder;
import ai.tinyfish.spring.boot.TinyFishRestClientCustomizer;
import ai.tinyfish.spring.boot.TinyFishSimulatorBuilderCustomizer;
import ai.tinyfish.spring.boot.autoconfigure.diagnostics.TinyFishApiKeyMissingException;
import ai.tinyfish.spring.boot.autoconfigure.diagnostics.TinyFishConfigurationException;
import ai.tinyfish.spring.boot.testing.BootContexts;
import ai.tinyfish.spring.boot.testing.SystemEnvironment;
import ai.tinyfish.spring.boot.testing.WireMockApi;
import com.github.tomakehurst.wiremock.verification.LoggedRequest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ApplicationContext;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

@ExtendWith(OutputCaptureExtension.class)
class TinyFishSimulatorAutoConfigurationTests {

	private static final String NOTICE = "TinyFish is simulated at http://127.0.0.1:";

	private final List<String> sentKeys = new ArrayList<>();

	private final ApplicationContextRunner contextRunner = BootContexts.onlyTinyFish()
		.withBean(TinyFishRestClientCustomizer.class,
				() -> (builder) -> builder.requestInterceptor((request, body, execution) -> {
					this.sentKeys.add(request.getHeaders().getFirst("X-API-Key"));
					return execution.execute(request, body);
				}));

	@Test
	void runsWithoutAKeyWhenAuto(CapturedOutput output) {
		List<URI> addresses = new ArrayList<>();
		this.contextRunner.withPropertyValues("tinyfish.simulator.enabled=auto").run((context) -> {
			assertThat(list(context)).isTrue();
			assertThat(this.sentKeys).containsExactly(TinyFishSimulator.DEFAULT_API_KEY);
			URI address = URI.create(context.getBean(TinyFishConnectionDetails.class).getBaseUrl());
			addresses.add(address);
			assertThat(accepts(address)).isTrue();
		});
		assertThat(output.getOut().lines().filter((line) -> line.contains("simulat"))).hasSize(1)
			.allSatisfy((line) -> assertThat(line).contains("WARN", NOTICE,
					"requests go there, except those of clients with a base URL of their own"));
		// another server may have got its port
		await().until(() -> !accepts(addresses.get(0)));
	}

	@Test
	void doesNotRunWithAKeyWhenAuto(CapturedOutput output) {
		try (WireMockApi api = new WireMockApi().reset()) {
			this.contextRunner
				.withPropertyValues("tinyfish.simulator.enabled=auto", "tinyfish.base-url=" + api.baseUrl(),
						"tinyfish.api-key=sk-property")
				.run((context) -> context.getBean(TinyFishClient.class).runs().get(WireMockApi.RUN_ID));
			assertThat(api.apiKeys()).containsExactly("sk-property");
		}
		assertThat(output).doesNotContain(NOTICE);
	}

	@Test
	void keyInTheEnvironmentCountsWhenAuto() {
		try (WireMockApi api = new WireMockApi().reset()) {
			this.contextRunner.withInitializer(SystemEnvironment.of("TINYFISH_API_KEY", "sk-variable"))
				.withPropertyValues("tinyfish.simulator.enabled=auto", "tinyfish.base-url=" + api.baseUrl())
				.run((context) -> context.getBean(TinyFishClient.class).runs().get(WireMockApi.RUN_ID));
			assertThat(api.apiKeys()).containsExactly("sk-variable");
		}
	}

	@Test
	void apiKeyProviderCountsAsKeyWhenAuto() {
		try (WireMockApi api = new WireMockApi().reset()) {
			this.contextRunner
				.withPropertyValues("tinyfish.simulator.enabled=auto", "tinyfish.base-url=" + api.baseUrl(),
						"tinyfish.api-key=")
				.withBean(TinyFishApiKeyProvider.class, () -> () -> "sk-provided")
				.run((context) -> context.getBean(TinyFishClient.class).runs().get(WireMockApi.RUN_ID));
			assertThat(api.apiKeys()).containsExactly("sk-provided");
		}
	}

	@Test
	void connectionDetailsOfTheApplicationCountAsKeyWhenAuto() {
		try (WireMockApi api = new WireMockApi().reset()) {
			this.contextRunner.withPropertyValues("tinyfish.simulator.enabled=auto")
				.withBean(TinyFishConnectionDetails.class, () -> details(api.baseUrl()))
				.run((context) -> {
					assertThat(context).doesNotHaveBean("tinyFishSimulatorConnectionDetails");
					context.getBean(TinyFishClient.class).runs().get(WireMockApi.RUN_ID);
				});
			assertThat(api.requests()).extracting((LoggedRequest request) -> request.getHeader("X-API-Key"))
				.containsExactly("sk-details");
		}
	}

	@Test
	void neverSeesARealKeyWhenTrue(CapturedOutput output) {
		this.contextRunner
			.withPropertyValues("tinyfish.simulator.enabled=true", "tinyfish.api-key=sk-property",
					"tinyfish.base-url=https://agent.tinyfish.ai")
			.withBean(TinyFishApiKeyProvider.class, () -> () -> "sk-provided")
			.run((context) -> assertThat(list(context)).isTrue());
		assertThat(this.sentKeys).containsExactly(TinyFishSimulator.DEFAULT_API_KEY);
		assertThat(output).containsOnlyOnce(NOTICE);
	}

	@Test
	void stepsTakeThePaceOfTheProperty() {
		this.contextRunner.withPropertyValues("tinyfish.simulator.enabled=true", "tinyfish.simulator.pace=0s")
			.run((context) -> {
				TinyFishSimulator simulator = context.getBean(TinyFishSimulator.class);
				String id = context.getBean(TinyFishClient.class)
					.agent()
					.queue(AgentRequest.of("https://shop.example", "Read the price"))
					.runId();
				assertThat(simulator.journal().outcome(id)).isEqualTo(Status.COMPLETED);
			});
		this.contextRunner.withPropertyValues("tinyfish.simulator.enabled=true", "tinyfish.simulator.pace=-1s")
			.run((context) -> assertThat(context).hasFailed()
				.getFailure()
				.rootCause()
				.hasMessageContaining("'tinyfish.simulator.pace' is not valid"));
	}

	@Test
	void strictnessIsThatOfTheProperty() {
		this.contextRunner.withPropertyValues("tinyfish.simulator.enabled=true")
			.run((context) -> assertThat(context.getBean(TinyFishSimulator.class).isStrict()).isFalse());
		this.contextRunner.withPropertyValues("tinyfish.simulator.enabled=true", "tinyfish.simulator.strict=true")
			.run((context) -> assertThat(context.getBean(TinyFishSimulator.class).isStrict()).isTrue());
	}

	@Test
	void customizersAreCalledInOrderAfterTheProperties() {
		this.contextRunner.withPropertyValues("tinyfish.simulator.enabled=true", "tinyfish.simulator.pace=1h")
			.withBean("last", TinyFishSimulatorBuilderCustomizer.class, LastCustomizer::new)
			.withBean("first", TinyFishSimulatorBuilderCustomizer.class,
					() -> (builder) -> builder.given("price", Scenario.failed("FIRST", "First")).pace(Duration.ZERO))
			.run((context) -> {
				AgentRun run = context.getBean(TinyFishClient.class)
					.agent()
					.run(AgentRequest.of("https://shop.example", "Read the price"));
				assertThat(run.error().code()).isEqualTo("FIRST");
				assertThat(this.sentKeys).containsExactly("sk-last");
			});
	}

	@Test
	void keyProviderIsAskedIfTheSimulatorAcceptsSeveralKeys() {
		this.contextRunner.withPropertyValues("tinyfish.simulator.enabled=true")
			.withBean(TinyFishApiKeyProvider.class, () -> () -> "sk-tenant")
			.withBean(TinyFishSimulatorBuilderCustomizer.class, () -> (builder) -> builder.anyApiKey())
			.run((context) -> assertThat(list(context)).isTrue());
		assertThat(this.sentKeys).containsExactly("sk-tenant");
	}

	@Test
	void ownKeyIsSentIfTheSimulatorAcceptsSeveralKeysButThereIsNoProvider() {
		this.contextRunner.withPropertyValues("tinyfish.simulator.enabled=true", "tinyfish.api-key=sk-property")
			.withBean(TinyFishSimulatorBuilderCustomizer.class, () -> (builder) -> builder.apiKeys("sk-1", "sk-2"))
			.run((context) -> assertThat(list(context)).isTrue());
		assertThat(this.sentKeys).containsExactly("sk-1");
	}

	@Test
	void isABeanThatTestsCanGiveScenarios() {
		this.contextRunner.withPropertyValues("tinyfish.simulator.enabled=true", "tinyfish.api-key=").run((context) -> {
			TinyFishSimulator simulator = context.getBean(TinyFishSimulator.class);
			simulator.given("price", Scenario.failed("SITE_BLOCKED", "Blocked"));
			AgentRun run = context.getBean(TinyFishClient.class)
				.agent()
				.run(AgentRequest.of("https://shop.example", "Read the price"));
			assertThat(run.statusText()).isEqualTo("FAILED");
			assertThat(simulator.journal().runsCreated()).isEqualTo(1);
		});
	}

	@Test
	void hasNoBeanIfItIsNotWanted(CapturedOutput output) {
		this.contextRunner.withPropertyValues("tinyfish.simulator.enabled=auto", "tinyfish.api-key=sk-property")
			.run((context) -> assertThat(context.getBeanProvider(TinyFishSimulator.class).getIfAvailable()).isNull());
		this.contextRunner.withBean(TinyFishConnectionDetails.class, () -> details("https://agent.tinyfish.ai"))
			.run((context) -> assertThat(context.getBeanProvider(TinyFishSimulator.class).getIfUnique()).isNull());
		assertThat(output).doesNotContain(NOTICE);
	}

	@Test
	void simulatorOfTheApplicationTakesThePlaceOfTheBean(CapturedOutput output) {
		try (TinyFishSimulator own = TinyFishSimulator.start()) {
			this.contextRunner.withPropertyValues("tinyfish.api-key=" + own.apiKey())
				.withBean("own", TinyFishSimulator.class, () -> own)
				.run((context) -> assertThat(context.getBean(TinyFishSimulator.class)).isSameAs(own));
		}
		assertThat(output).doesNotContain(NOTICE);
	}

	@Test
	void doesNotRunByDefault(CapturedOutput output) {
		this.contextRunner.withPropertyValues("tinyfish.api-key=sk-property").run((context) -> {
			assertThat(context).hasSingleBean(TinyFishConnectionDetails.class);
			assertThat(context.getBean(TinyFishConnectionDetails.class).getBaseUrl())
				.isEqualTo("https://agent.tinyfish.ai");
		});
		assertThat(output).doesNotContain(NOTICE);
	}

	@Test
	void doesNotRunWhenFalseEvenWithoutAKey(CapturedOutput output) {
		this.contextRunner.withPropertyValues("tinyfish.simulator.enabled=false")
			.run((context) -> assertThat(context).hasFailed()
				.getFailure()
				.hasRootCauseInstanceOf(TinyFishApiKeyMissingException.class));
		assertThat(output).doesNotContain(NOTICE);
	}

	@Test
	void doesNotRunWhenTinyFishIsDisabled(CapturedOutput output) {
		this.contextRunner.withPropertyValues("tinyfish.simulator.enabled=true", "tinyfish.enabled=false")
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(TinyFishConnectionDetails.class));
		assertThat(output).doesNotContain(NOTICE);
	}

	@Test
	void doesNotRunForAClientOfTheApplication(CapturedOutput output) {
		this.contextRunner.withPropertyValues("tinyfish.simulator.enabled=auto")
			.withBean("own", TinyFishClient.class, () -> TinyFishClient.builder().apiKey("sk-own").build())
			.run((context) -> assertThat(context).hasNotFailed());
		assertThat(output).doesNotContain(NOTICE);
	}

	@Test
	void realServiceIsNotCalledWhereTheSimulatorWasDemandedButIsNotOnTheClassPath() {
		this.contextRunner.withClassLoader(new FilteredClassLoader("ai.tinyfish.simulator"))
			.withPropertyValues("tinyfish.simulator.enabled=true", "tinyfish.api-key=sk-property")
			.run((context) -> assertThat(context).hasFailed()
				.getFailure()
				.rootCause()
				.hasMessageContaining("'tinyfish.simulator.enabled' is not valid"));
	}

	@Test
	void realServiceIsNotCalledWhereTheSimulatorWasDemandedButTheApplicationHasConnectionDetails() {
		this.contextRunner.withPropertyValues("tinyfish.simulator.enabled=true")
			.withBean(TinyFishConnectionDetails.class, () -> details("https://agent.tinyfish.ai"))
			.run((context) -> assertThat(context).hasFailed()
				.getFailure()
				.rootCause()
				.hasMessageContaining("'tinyfish.simulator.enabled' is not valid"));
	}

	@Test
	void cannotBeHadAfterTheContextIsClosed() {
		List<TinyFishConnectionDetails> details = new ArrayList<>();
		this.contextRunner.withPropertyValues("tinyfish.simulator.enabled=true")
			.run((context) -> details.add(context.getBean(TinyFishConnectionDetails.class)));
		assertThatIllegalStateException().isThrownBy(() -> details.get(0).getBaseUrl());
	}

	@Test
	void malformedKeyIsNotTakenForNoneWhenAuto() {
		this.contextRunner.withPropertyValues("tinyfish.simulator.enabled=auto", "tinyfish.api-key=\"sk-quoted\"")
			.run((context) -> {
				assertThat(context).hasFailed();
				assertThatExceptionOfType(TinyFishConfigurationException.class).isThrownBy(() -> {
					Throwable cause = context.getStartupFailure();
					while (cause.getCause() != null) {
						cause = cause.getCause();
					}
					throw cause;
				}).withMessageNotContaining("quoted");
			});
	}

	@ParameterizedTest
	@ValueSource(strings = { "tinyfish.api-key=", "tinyfish.api-key=\t", "TINYFISH_API_KEY=",
			"tinyfish.api-key=${TINYFISH_API_KEY:}" })
	void blankKeyIsNotTakenForNoneWhenAuto(String key, CapturedOutput output) {
		this.contextRunner.withPropertyValues("tinyfish.simulator.enabled=auto", key)
			.run((context) -> assertThat(context).hasFailed()
				.getFailure()
				.hasRootCauseInstanceOf(TinyFishApiKeyMissingException.class));
		assertThat(output).doesNotContain(NOTICE);
	}

	@Test
	void blankKeyInTheEnvironmentIsNotTakenForNoneWhenAuto() {
		this.contextRunner.withInitializer(SystemEnvironment.of("TINYFISH_API_KEY", " "))
			.withPropertyValues("tinyfish.simulator.enabled=auto")
			.run((context) -> assertThat(context).hasFailed()
				.getFailure()
				.hasRootCauseInstanceOf(TinyFishApiKeyMissingException.class));
	}

	private static boolean list(ApplicationContext context) {
		return context.getBean(TinyFishClient.class).runs().list().data().isEmpty();
	}

	private static boolean accepts(URI address) {
		try (Socket socket = new Socket()) {
			socket.connect(new InetSocketAddress(address.getHost(), address.getPort()), 2000);
			return true;
		}
		catch (IOException ex) {
			return false;
		}
	}

	@Order(Ordered.LOWEST_PRECEDENCE)
	static final class LastCustomizer implements TinyFishSimulatorBuilderCustomizer {

		@Override
		public void customize(TinyFishSimulatorBuilder builder) {
			builder.apiKey("sk-last");
		}

	}

	private static TinyFishConnectionDetails details(String baseUrl) {
		return new TinyFishConnectionDetails() {

			@Override
			public String getApiKey() {
				return "sk-details";
			}

			@Override
			public String getBaseUrl() {
				return baseUrl;
			}

		};
	}

}
