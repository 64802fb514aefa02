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

package ai.tinyfish.spring.boot;

import java.util.ArrayList;
import java.util.List;

import ai.tinyfish.TinyFishClient;
import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.simulator.TinyFishSimulator;
import ai.tinyfish.spring.boot.testing.BootContexts;
import ai.tinyfish.spring.boot.testing.NewThreads;
import ai.tinyfish.spring.boot.testing.WireMockApi;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.http.client.autoconfigure.HttpClientAutoConfiguration;
import org.springframework.boot.http.client.autoconfigure.imperative.ImperativeHttpClientAutoConfiguration;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.restclient.autoconfigure.RestClientAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.webclient.autoconfigure.WebClientAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.Environment;
import org.springframework.http.MediaType;
import org.springframework.http.client.JdkClientHttpRequestFactory;
import org.springframework.http.client.ReactorClientHttpRequestFactory;
import org.springframework.test.web.client.MockRestServiceServer;
import org.springframework.test.web.client.match.MockRestRequestMatchers;
import org.springframework.test.web.client.response.MockRestResponseCreators;
import org.springframework.web.client.RestClient;
import org.springframework.web.reactive.function.client.WebClient;

import static org.assertj.core.api.Assertions.assertThat;

class TinyFishClientCustomizationTests {

	private static final AgentRequest REQUEST = AgentRequest.of("https://shop.example/", "Find the price");

	@AutoClose
	private static final WireMockApi api = new WireMockApi();

	private final ApplicationContextRunner contextRunner = BootContexts.onlyTinyFish()
		.withConfiguration(AutoConfigurations.of(RestClientAutoConfiguration.class, WebClientAutoConfiguration.class,
				JacksonAutoConfiguration.class))
		.withPropertyValues("tinyfish.base-url=" + api.baseUrl(), "tinyfish.api-key=sk-property");

	@BeforeEach
	void resetApi() {
		api.reset();
	}

	@Test
	void buildersOfTheApplicationAreTheBase() {
		this.contextRunner.withPropertyValues("tinyfish.api-key=sk-property")
			.withUserConfiguration(ApplicationCustomizers.class)
			.run((context) -> {
				context.getBean(TinyFishClient.class).runs().get(WireMockApi.RUN_ID);
				assertThat(api.requests().get(0).getHeader("X-Application")).isEqualTo("yes");
			});
	}

	/**
	 * Reactor Netty on the class path makes Boot choose it for the application's own
	 * RestClients; the property keeps them where they were, and ours where they are.
	 */
	@ParameterizedTest
	@ValueSource(strings = { "jdk", "reactor", "" })
	void httpClientOfTheApplicationIsItsOwnChoiceAndOursIsNot(String factory) {
		this.contextRunner
			.withConfiguration(AutoConfigurations.of(HttpClientAutoConfiguration.class,
					ImperativeHttpClientAutoConfiguration.class))
			.withPropertyValues("spring.http.clients.imperative.factory=" + factory)
			.run((context) -> {
				assertThat(context.getBean(RestClient.Builder.class).build()).extracting("clientRequestFactory")
					.isInstanceOf("jdk".equals(factory) ? JdkClientHttpRequestFactory.class
							: ReactorClientHttpRequestFactory.class);
				NewThreads threads = NewThreads.since();
				assertThat(context.getBean(TinyFishClient.class).runs().get(WireMockApi.RUN_ID).runId())
					.isEqualTo(WireMockApi.RUN_ID);
				assertThat(threads.ofConnections()).as("on connections of our own")
					.isNotEmpty()
					.allMatch((name) -> name.startsWith("tinyfish-"));
			});
	}

	@Test
	void buildersOfTheApplicationAreLeftAsTheyAre() {
		this.contextRunner
			.withPropertyValues("tinyfish.api-key=sk-property", "tinyfish.base-url=" + api.baseUrl() + "/prefix")
			.withUserConfiguration(OurCustomizers.class)
			.run((context) -> {
				RestClient restClient = context.getBean(RestClient.Builder.class).build();
				restClient.get()
					.uri(api.baseUrl() + "/other")
					.retrieve()
					.onStatus((status) -> true, (request, response) -> {
					})
					.toBodilessEntity();
				WebClient webClient = context.getBean(WebClient.Builder.class).build();
				webClient.get()
					.uri(api.baseUrl() + "/other")
					.exchangeToMono((response) -> response.releaseBody())
					.block();
				assertThat(api.requests()).hasSize(2).allSatisfy((request) -> {
					assertThat(request.getUrl()).isEqualTo("/other");
					assertThat(request.getHeader("X-API-Key")).isNull();
					assertThat(request.getHeader("X-Order")).isNull();
				});
				assertThat(context).hasSingleBean(JsonMapper.class);
			});
	}

	@Test
	void customizersHaveTheLastWordInTheirOrder() {
		this.contextRunner.withPropertyValues("tinyfish.api-key=sk-property")
			.withUserConfiguration(OurCustomizers.class)
			.run((context) -> {
				context.getBean(TinyFishClient.class).runs().get(WireMockApi.RUN_ID);
				assertThat(api.requests().get(0).header("X-Order").values()).containsExactly("first", "second");
			});
	}

	@Test
	void customizersApplyToStreams() {
		try (TinyFishSimulator simulator = TinyFishSimulator.start()) {
			List<String> seen = new ArrayList<>();
			this.contextRunner
				.withPropertyValues("tinyfish.api-key=" + simulator.apiKey(),
						"tinyfish.base-url=" + simulator.baseUrl())
				.withBean(TinyFishWebClientCustomizer.class, () -> (builder) -> builder.filter((request, next) -> {
					seen.add(request.url().getPath());
					return next.exchange(request);
				}))
				.run((context) -> context.getBean(TinyFishClient.class).agent().stream(REQUEST).close());
			assertThat(seen).containsExactly("/v1/automation/run-sse");
		}
	}

	@Test
	void mockServerBoundInACustomizerIsUsed() {
		this.contextRunner.withPropertyValues("tinyfish.api-key=sk-property")
			.withUserConfiguration(MockServerConfiguration.class)
			.run((context) -> {
				MockRestServiceServer server = context.getBean(MockServerConfiguration.class).server;
				server.expect(MockRestRequestMatchers.header("X-API-Key", "sk-property"))
					.andExpect(MockRestRequestMatchers.requestTo(api.baseUrl() + "/v1/runs/run-7"))
					.andRespond(MockRestResponseCreators.withSuccess("""
							{"run_id": "run-7", "status": "PENDING"}""", MediaType.APPLICATION_JSON));
				assertThat(context.getBean(TinyFishClient.class).runs().get("run-7").statusText()).isEqualTo("PENDING");
				server.verify();
				assertThat(api.requests()).isEmpty();
			});
	}

	@Test
	void ambiguousBuildersOfTheApplicationAreNotUsed() {
		this.contextRunner.withPropertyValues("tinyfish.api-key=sk-property")
			.withBean("one", RestClient.Builder.class, RestClient::builder)
			.withBean("two", RestClient.Builder.class, RestClient::builder)
			.run((context) -> {
				context.getBean(TinyFishClient.class).runs().get(WireMockApi.RUN_ID);
				assertThat(api.requests()).hasSize(1);
			});
	}

	@Configuration(proxyBeanMethods = false)
	static class ApplicationCustomizers {

		@Bean
		org.springframework.boot.restclient.RestClientCustomizer applicationCustomizer(Environment environment) {
			return (builder) -> builder.defaultHeader("X-Application", "yes");
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OurCustomizers {

		@Bean
		@Order(2)
		TinyFishRestClientCustomizer second() {
			return (builder) -> builder.requestInterceptor((request, body, execution) -> {
				request.getHeaders().add("X-Order", "second");
				return execution.execute(request, body);
			});
		}

		@Bean
		@Order(1)
		TinyFishRestClientCustomizer first() {
			return (builder) -> builder.requestInterceptor((request, body, execution) -> {
				request.getHeaders().add("X-Order", "first");
				return execution.execute(request, body);
			});
		}

		@Bean
		TinyFishWebClientCustomizer webClientCustomizer() {
			return (builder) -> builder.defaultHeader("X-Order", "first");
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class MockServerConfiguration {

		private MockRestServiceServer server;

		@Bean
		TinyFishRestClientCustomizer mockServerCustomizer() {
			return (builder) -> this.server = MockRestServiceServer.bindTo(builder).build();
		}

	}

}
