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

import java.time.Duration;

import ai.tinyfish.ReactiveTinyFishClient;
import ai.tinyfish.TinyFishClient;
import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.error.TinyFishStatusException;
import ai.tinyfish.simulator.TinyFishSimulator;
import ai.tinyfish.spring.boot.testing.BootContexts;
import ai.tinyfish.spring.boot.testing.WireMockApi;
import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.client.WireMock;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.boot.http.client.HttpClientSettings;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.web.client.ResourceAccessException;
import org.springframework.web.client.RestClient;

import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.temporaryRedirect;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.wireMockConfig;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Properties of {@code spring.http.clients.*} that are defaults of ours, and those that
 * never reach us.
 */
class HttpClientDefaultsTests {

	private static final AgentRequest REQUEST = AgentRequest.of("https://shop.example/", "Find the price");

	private static final Duration PATIENCE = Duration.ofSeconds(30);

	private static WireMockApi api;

	private static WireMockServer server;

	private final ApplicationContextRunner contextRunner = BootContexts.withTinyFish()
		.withPropertyValues("tinyfish.base-url=" + api.baseUrl());

	@BeforeAll
	static void startApi() {
		api = new WireMockApi();
		server = new WireMockServer(wireMockConfig().bindAddress("127.0.0.1").dynamicPort());
		server.start();
	}

	@AfterAll
	static void stopApi() {
		api.close();
		server.stop();
	}

	@BeforeEach
	void resetApi() {
		api.reset();
		server.resetAll();
	}

	@Test
	void connectTimeoutIsADefaultOfBothClients() {
		this.contextRunner.withPropertyValues("spring.http.clients.connect-timeout=4s").run((context) -> {
			assertThat(BuilderSettings.ofBlocking(context)).containsEntry("connectTimeout", Duration.ofSeconds(4));
			assertThat(BuilderSettings.ofReactive(context)).containsEntry("connectTimeout", Duration.ofSeconds(4));
		});
	}

	@Test
	void connectTimeoutOfOursGoesBeforeIt() {
		this.contextRunner.withPropertyValues("spring.http.clients.connect-timeout=4s", "tinyfish.connect-timeout=3s")
			.run((context) -> {
				assertThat(BuilderSettings.ofBlocking(context)).containsEntry("connectTimeout", Duration.ofSeconds(3));
				assertThat(BuilderSettings.ofReactive(context)).containsEntry("connectTimeout", Duration.ofSeconds(3));
			});
	}

	@Test
	void zeroConnectTimeoutLeavesTheDefault() {
		this.contextRunner.withPropertyValues("spring.http.clients.connect-timeout=0").run((context) -> {
			assertThat(BuilderSettings.ofBlocking(context)).doesNotContainKey("connectTimeout");
			assertThat(BuilderSettings.ofReactive(context)).doesNotContainKey("connectTimeout");
		});
	}

	@Test
	void settingsBeanOfTheApplicationCounts() {
		this.contextRunner
			.withBean(HttpClientSettings.class,
					() -> HttpClientSettings.defaults().withConnectTimeout(Duration.ofSeconds(5)))
			.run((context) -> assertThat(BuilderSettings.ofBlocking(context)).containsEntry("connectTimeout",
					Duration.ofSeconds(5)));
	}

	@Test
	void nothingButConnectTimeoutAndBundleReachesUs() {
		this.contextRunner.run((plain) -> this.contextRunner
			.withPropertyValues("spring.http.clients.read-timeout=1ms", "spring.http.clients.redirects=follow",
					"spring.http.clients.imperative.factory=jdk", "spring.http.clients.reactive.connector=jdk")
			.run((context) -> {
				assertThat(BuilderSettings.ofBlocking(context)).isEqualTo(BuilderSettings.ofBlocking(plain));
				assertThat(BuilderSettings.ofReactive(context)).isEqualTo(BuilderSettings.ofReactive(plain));
			}));
	}

	@Test
	void readTimeoutDoesNotEndOurCalls() {
		server.stubFor(WireMock.any(anyUrl()).willReturn(okJson("""
				{"data": [], "pagination": {"has_more": false}}""").withFixedDelay(600)));
		runner(baseUrl(), "spring.http.clients.read-timeout=100ms").run((context) -> {
			RestClient other = context.getBean(RestClient.Builder.class).baseUrl(baseUrl()).build();
			assertThatExceptionOfType(ResourceAccessException.class).as("it holds for the application's own")
				.isThrownBy(() -> other.get().uri("/other").retrieve().toBodilessEntity());
			assertThat(context.getBean(TinyFishClient.class).runs().list()).isNotNull();
			assertThat(context.getBean(ReactiveTinyFishClient.class).runs().list().block(PATIENCE)).isNotNull();
		});
	}

	@Test
	void readTimeoutDoesNotEndOurStreams() {
		try (TinyFishSimulator simulator = TinyFishSimulator.builder().pace(Duration.ofMillis(200)).start()) {
			runner(simulator.baseUrl(), "spring.http.clients.read-timeout=100ms")
				.withPropertyValues("tinyfish.api-key=" + simulator.apiKey())
				.run((context) -> {
					TinyFishClient client = context.getBean(TinyFishClient.class);
					assertThat(client.agent().stream(REQUEST).await().isCompleted()).isTrue();
					assertThat(client.agent().start(REQUEST).await().isCompleted()).isTrue();
					assertThat(context.getBean(ReactiveTinyFishClient.class)
						.agent()
						.stream(REQUEST)
						.collectList()
						.block(PATIENCE)).isNotEmpty();
				});
		}
	}

	@Test
	void redirectsAreNotFollowed() {
		server.stubFor(WireMock.any(anyUrl()).willReturn(temporaryRedirect(api.baseUrl() + "/v1/runs/run-1")));
		runner(baseUrl(), "spring.http.clients.redirects=follow").run((context) -> {
			assertThatExceptionOfType(TinyFishStatusException.class)
				.isThrownBy(() -> context.getBean(TinyFishClient.class).runs().get(WireMockApi.RUN_ID))
				.returns(302, TinyFishStatusException::status);
			assertThatExceptionOfType(TinyFishStatusException.class).isThrownBy(
					() -> context.getBean(ReactiveTinyFishClient.class).runs().get(WireMockApi.RUN_ID).block(PATIENCE))
				.returns(302, TinyFishStatusException::status);
		});
		assertThat(server.getAllServeEvents()).hasSize(2);
		assertThat(api.requests()).as("the key went nowhere else").isEmpty();
	}

	private ApplicationContextRunner runner(String baseUrl, String property) {
		return this.contextRunner.withPropertyValues("tinyfish.base-url=" + baseUrl, property);
	}

	private static String baseUrl() {
		return "http://127.0.0.1:" + server.port();
	}

}
