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

import ai.tinyfish.TinyFishClient;
import ai.tinyfish.spring.boot.testing.BootContexts;
import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.client.WireMock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.http.client.ClientHttpRequestFactoryBuilder;
import org.springframework.boot.http.client.ReactorClientHttpRequestFactoryBuilder;
import org.springframework.boot.http.client.autoconfigure.ClientHttpRequestFactoryBuilderCustomizer;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.client.RestClient;

import static com.github.tomakehurst.wiremock.client.WireMock.ok;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.wireMockConfig;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * With the starter, the application's own HTTP clients may no longer use the JVM's proxy:
 * the log says so, and names the cure.
 */
@ExtendWith(OutputCaptureExtension.class)
class JvmProxyNoticeTests {

	private static final String NOTICE = "spring.http.clients.imperative.factory=jdk";

	private WireMockServer proxy;

	@BeforeEach
	void startProxy() {
		this.proxy = new WireMockServer(wireMockConfig().bindAddress("127.0.0.1").dynamicPort());
		this.proxy.start();
		this.proxy.stubFor(WireMock.any(WireMock.anyUrl()).willReturn(ok("by the proxy")));
	}

	@AfterEach
	void stopProxy() {
		this.proxy.stop();
	}

	@ParameterizedTest
	@ValueSource(strings = { "http.proxyHost", "https.proxyHost" })
	void itIsLoggedOnce(String property, CapturedOutput output) {
		BootContexts.withTinyFish()
			.withSystemProperties(property + "=proxy.example")
			.run((context) -> assertThat(context).hasNotFailed());
		assertThat(output.getOut().lines().filter((line) -> line.contains(NOTICE))).singleElement()
			.asString()
			.contains("INFO", "system property " + property);
	}

	@Test
	void namedPropertyHelps(CapturedOutput output) {
		withProxy().withPropertyValues(NOTICE).run((context) -> {
			RestClient client = context.getBean(RestClient.Builder.class).build();
			assertThat(client.get().uri("http://shop.example/price").retrieve().body(String.class))
				.isEqualTo("by the proxy");
		});
		assertThat(output).doesNotContain(NOTICE);
	}

	@Test
	void ourClientUsesTheProxyInAnyCase() {
		this.proxy.stubFor(WireMock.get("/v1/runs/run-1")
			.willReturn(WireMock.okJson("{\"run_id\": \"run-1\", \"status\": \"RUNNING\"}")));
		withProxy().withPropertyValues("tinyfish.base-url=http://api.example")
			.run((context) -> assertThat(context.getBean(TinyFishClient.class).runs().get("run-1").runId())
				.isEqualTo("run-1"));
	}

	@Test
	void nothingIsLoggedWithoutAProxy(CapturedOutput output) {
		BootContexts.withTinyFish().run((context) -> assertThat(context).hasNotFailed());
		assertThat(output).doesNotContain(NOTICE);
	}

	@ParameterizedTest
	@ValueSource(classes = { ChosenBuilder.class, CustomizedBuilder.class })
	void nothingIsLoggedAfterAChoice(Class<?> configuration, CapturedOutput output) {
		withProxy().withUserConfiguration(configuration).run((context) -> assertThat(context).hasNotFailed());
		assertThat(output).doesNotContain(NOTICE);
	}

	@Test
	void nothingIsLoggedOfAnotherClientThanReactors(CapturedOutput output) {
		withProxy().withPropertyValues("spring.http.clients.imperative.factory=simple")
			.run((context) -> assertThat(context).hasNotFailed());
		assertThat(output).doesNotContain(NOTICE);
	}

	private ApplicationContextRunner withProxy() {
		return BootContexts.withTinyFish()
			.withSystemProperties("http.proxyHost=127.0.0.1", "http.proxyPort=" + this.proxy.port(),
					"http.nonProxyHosts=");
	}

	@Configuration(proxyBeanMethods = false)
	static class ChosenBuilder {

		@Bean
		ReactorClientHttpRequestFactoryBuilder reactor() {
			return ClientHttpRequestFactoryBuilder.reactor();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class CustomizedBuilder {

		@Bean
		ClientHttpRequestFactoryBuilderCustomizer<ReactorClientHttpRequestFactoryBuilder> customizer() {
			return (builder) -> builder;
		}

	}

}
