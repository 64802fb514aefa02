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
import java.util.List;
import java.util.function.Consumer;

import ai.tinyfish.ReactiveTinyFishClient;
import ai.tinyfish.TinyFishClient;
import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.settings.RequestOptions;
import ai.tinyfish.spring.boot.TinyFishRestClientCustomizer;
import ai.tinyfish.spring.boot.TinyFishWebClientCustomizer;
import ai.tinyfish.spring.boot.testing.BootContexts;
import ai.tinyfish.spring.boot.testing.WireMockApi;
import com.github.tomakehurst.wiremock.verification.LoggedRequest;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.restclient.RestClientCustomizer;
import org.springframework.boot.restclient.autoconfigure.RestClientAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.webclient.WebClientCustomizer;
import org.springframework.boot.webclient.autoconfigure.WebClientAutoConfiguration;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpHeaders;
import org.springframework.web.client.RestClient;
import org.springframework.web.reactive.function.client.WebClient;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Default credentials of the application's other HTTP clients, which are not for
 * TinyFish, and those that are.
 */
class ApplicationCredentialsTests {

	private static final String SECRET = "sk-application-secret";

	private static final AgentRequest REQUEST = AgentRequest.of("https://shop.example/", "Find the price");

	private static final Duration PATIENCE = Duration.ofSeconds(30);

	@AutoClose
	private static final WireMockApi api = new WireMockApi();

	private final ApplicationContextRunner contextRunner = BootContexts.onlyTinyFish()
		.withPropertyValues("tinyfish.base-url=" + api.baseUrl(), "tinyfish.api-key=sk-property",
				"tinyfish.run.read-outcome=false");

	private final ApplicationContextRunner withCustomizers = this.contextRunner
		.withConfiguration(AutoConfigurations.of(RestClientAutoConfiguration.class, WebClientAutoConfiguration.class))
		.withUserConfiguration(ApplicationCustomizers.class);

	@BeforeEach
	void resetApi() {
		api.reset();
	}

	@Test
	void credentialsOfApplicationWideCustomizersStayHome() {
		this.withCustomizers.run((context) -> {
			sendEach(context);
			assertCredentialsStayedHome();
			sendOfApplication(context.getBean(RestClient.Builder.class), context.getBean(WebClient.Builder.class));
		});
	}

	@Test
	void credentialsOfBuilderBeansStayHomeAndAreLeftInTheBeans() {
		RestClient.Builder restClient = RestClient.builder();
		new ApplicationCustomizers().restClientCustomizer().customize(restClient);
		WebClient.Builder webClient = WebClient.builder();
		new ApplicationCustomizers().webClientCustomizer().customize(webClient);
		this.contextRunner.withBean(RestClient.Builder.class, () -> restClient)
			.withBean(WebClient.Builder.class, () -> webClient)
			.run((context) -> {
				sendEach(context);
				assertCredentialsStayedHome();
				sendOfApplication(restClient, webClient);
			});
	}

	@Test
	void credentialsOfOurCustomizersAreSent() {
		this.withCustomizers
			.withBean(TinyFishRestClientCustomizer.class,
					() -> (builder) -> builder.defaultHeader("Authorization", "Bearer gateway")
						.defaultCookie("gateway", "1")
						.defaultRequest((request) -> request.header("Proxy-Authorization", "Basic gateway")))
			.withBean(TinyFishWebClientCustomizer.class,
					() -> (builder) -> builder.defaultHeader("Authorization", "Bearer gateway")
						.defaultCookie("gateway", "1")
						.defaultRequest((request) -> request.header("Proxy-Authorization", "Basic gateway")))
			.run(ApplicationCredentialsTests::sendEach);
		assertThat(api.requests()).hasSize(4).allSatisfy((request) -> {
			assertThat(request.header("Authorization").values()).containsExactly("Bearer gateway");
			assertThat(request.header("Proxy-Authorization").values()).containsExactly("Basic gateway");
			assertThat(request.header("Cookie").values()).containsExactly("gateway=1");
		});
	}

	@Test
	void credentialsOfARequestAreSent() {
		RequestOptions options = RequestOptions.builder()
			.header("Authorization", "Bearer request")
			.header("Cookie", "request=1")
			.build();
		this.withCustomizers.run((context) -> send(context.getBean(TinyFishClient.class).withOptions(options),
				context.getBean(ReactiveTinyFishClient.class).withOptions(options)));
		assertThat(api.requests()).hasSize(4).allSatisfy((request) -> {
			assertThat(request.header("Authorization").values()).containsExactly("Bearer request");
			assertThat(request.header("Cookie").values()).containsExactly("request=1");
		});
	}

	@Test
	void credentialsOfABuilderThatIsGivenToOursAreSent() {
		this.withCustomizers.run((context) -> {
			RestClient.Builder restClient = RestClient.builder().defaultHeader("Authorization", "Bearer given");
			WebClient.Builder webClient = WebClient.builder().defaultHeader("Authorization", "Bearer given");
			try (TinyFishClient client = context.getBean(TinyFishClient.Builder.class)
				.restClientBuilder(restClient)
				.webClientBuilder(webClient)
				.build();
					ReactiveTinyFishClient reactive = context.getBean(ReactiveTinyFishClient.Builder.class)
						.webClientBuilder(webClient)
						.build()) {
				send(client, reactive);
			}
		});
		assertThat(api.requests()).hasSize(4)
			.allSatisfy((request) -> assertThat(request.getHeader("Authorization")).isEqualTo("Bearer given"));
	}

	private static void sendEach(ApplicationContext context) {
		send(context.getBean(TinyFishClient.class), context.getBean(ReactiveTinyFishClient.class));
	}

	/**
	 * A call and a stream of either client.
	 */
	private static void send(TinyFishClient client, ReactiveTinyFishClient reactive) {
		client.runs().get(WireMockApi.RUN_ID);
		client.agent().stream(REQUEST).await();
		reactive.runs().get(WireMockApi.RUN_ID).block(PATIENCE);
		reactive.agent().stream(REQUEST).blockLast(PATIENCE);
	}

	private static void assertCredentialsStayedHome() {
		assertThat(api.requests()).hasSize(4).allSatisfy((request) -> {
			assertThat(request.getHeaders().toString()).doesNotContain(SECRET);
			assertThat(request.getHeader("X-Application")).isEqualTo("yes");
			assertThat(request.getHeader("X-API-Key")).isEqualTo("sk-property");
		});
	}

	private static void sendOfApplication(RestClient.Builder restClient, WebClient.Builder webClient) {
		api.reset();
		String url = api.baseUrl() + "/v1/runs/" + WireMockApi.RUN_ID;
		restClient.build().get().uri(url).retrieve().toBodilessEntity();
		webClient.build().get().uri(url).retrieve().toBodilessEntity().block(PATIENCE);
		List<LoggedRequest> requests = api.requests();
		assertThat(requests).hasSize(2).allSatisfy((request) -> {
			for (String name : List.of("Authorization", "Proxy-Authorization", "Cookie")) {
				assertThat(request.header(name).values()).isNotEmpty()
					.allSatisfy((value) -> assertThat(value).contains(SECRET));
			}
		});
	}

	@Configuration(proxyBeanMethods = false)
	static class ApplicationCustomizers {

		@Bean
		RestClientCustomizer restClientCustomizer() {
			return (builder) -> builder.defaultHeaders(headers())
				.defaultCookie("session", SECRET)
				.requestInitializer((request) -> request.getHeaders().add("authorization", "Bearer " + SECRET))
				.defaultRequest(
						(request) -> request.header("proxy-AUTHORIZATION", "Basic " + SECRET).cookie("other", SECRET));
		}

		@Bean
		WebClientCustomizer webClientCustomizer() {
			return (builder) -> builder.defaultHeaders(headers())
				.defaultCookie("session", SECRET)
				.defaultRequest(
						(request) -> request.header("proxy-AUTHORIZATION", "Basic " + SECRET).cookie("other", SECRET));
		}

		private static Consumer<HttpHeaders> headers() {
			return (headers) -> {
				headers.set("AUTHORIZATION", "Bearer " + SECRET);
				headers.set("cookie", "early=" + SECRET);
				headers.set("X-Application", "yes");
			};
		}

	}

}
