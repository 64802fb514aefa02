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

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

import ai.tinyfish.ReactiveTinyFishClient;
import ai.tinyfish.TinyFishClient;
import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.agent.BrowserProfile;
import ai.tinyfish.agent.ProxyConfig;
import ai.tinyfish.agent.event.AgentEvent;
import ai.tinyfish.run.AgentRun;
import ai.tinyfish.run.Run;
import ai.tinyfish.settings.ProxyCountryCode;
import ai.tinyfish.spring.boot.testing.BootContexts;
import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.client.WireMock;
import com.github.tomakehurst.wiremock.http.HttpHeader;
import com.github.tomakehurst.wiremock.verification.LoggedRequest;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.JacksonModule;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.ser.std.StdSerializer;

import org.springframework.boot.restclient.RestClientCustomizer;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.webclient.WebClientCustomizer;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.test.util.ReflectionTestUtils;
import org.springframework.web.client.RestClient;
import org.springframework.web.reactive.function.client.WebClient;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.wireMockConfig;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * The application's own HTTP clients and JSON, and ours, beside each other.
 */
class ApplicationClientsTests {

	private static final AgentRequest REQUEST = AgentRequest.builder()
		.url("https://shop.example/")
		.goal("Find the price")
		.browserProfile(BrowserProfile.STEALTH)
		.proxy(ProxyConfig.in(ProxyCountryCode.US))
		.build();

	private static final Duration PATIENCE = Duration.ofSeconds(30);

	private static WireMockServer server;

	private final ApplicationContextRunner without = BootContexts.withoutTinyFish();

	private final ApplicationContextRunner contextRunner = BootContexts.withTinyFish()
		.withPropertyValues("tinyfish.base-url=" + baseUrl(), "tinyfish.run.read-outcome=false");

	@BeforeAll
	static void startServer() {
		server = new WireMockServer(wireMockConfig().bindAddress("127.0.0.1").dynamicPort());
		server.start();
	}

	@AfterAll
	static void stopServer() {
		server.stop();
	}

	@BeforeEach
	void answer() {
		server.resetAll();
		server.stubFor(WireMock.any(anyUrl()).atPriority(10).willReturn(okJson("{}")));
		server.stubFor(WireMock.get("/v1/runs/run-1").willReturn(okJson("""
				{"run_id": "run-1", "status": "RUNNING", "num_of_steps": 3, "not_known_yet": {"a": [1]}}""")));
		server.stubFor(WireMock.post("/v1/automation/run").willReturn(okJson("""
				{"run_id": "run-1", "status": "COMPLETED", "result": {"unitPrice": 42, "currency": "EUR"},
				"not_known_yet": "yes"}""")));
		server.stubFor(WireMock.post("/v1/automation/run-sse")
			.willReturn(aResponse().withHeader("Content-Type", "text/event-stream").withBody("""
					data: {"type": "STARTED", "run_id": "run-1", "not_known_yet": true}

					data: {"type": "PROGRESS", "run_id": "run-1", "purpose": "Open the page", "not_known_yet": true}

					data: {"type": "COMPLETE", "run_id": "run-1", "status": "COMPLETED", \
					"result": {"unitPrice": 42, "currency": "EUR"}, "not_known_yet": true}

					""")));
	}

	@Test
	void jsonOfOursIsIndependentOfTheApplications() {
		List<String> plain = new ArrayList<>();
		this.contextRunner.run((context) -> plain.addAll(exchange(context)));
		server.resetRequests();
		List<String> strange = new ArrayList<>();
		this.contextRunner.withUserConfiguration(StrangeJson.class)
			.withPropertyValues("spring.jackson.property-naming-strategy=UPPER_CAMEL_CASE",
					"spring.jackson.default-property-inclusion=always",
					"spring.jackson.deserialization.fail-on-unknown-properties=true",
					"spring.jackson.deserialization.unwrap-root-value=true",
					"spring.jackson.serialization.wrap-root-value=true", "spring.http.codecs.max-in-memory-size=10B")
			.run((context) -> {
				assertThat(context.getBean(JsonMapper.class).writeValueAsString(new Price(42, "EUR")))
					.as("the application's is as strange as that")
					.isEqualTo("{\"Price\":{\"UnitPrice\":42,\"Currency\":\"strange\"}}");
				strange.addAll(exchange(context));
			});
		assertThat(strange).isEqualTo(plain);
		assertThat(plain).hasSize(13)
			.first()
			.asString()
			.contains("\"url\":\"https://shop.example/\"", "\"browser_profile\":\"stealth\"",
					"\"proxy_config\":{\"enabled\":true", "\"country_code\":\"US\"");
	}

	/**
	 * Requests and results with either client.
	 */
	private static List<String> exchange(ApplicationContext context) {
		TinyFishClient blocking = context.getBean(TinyFishClient.class);
		ReactiveTinyFishClient reactive = context.getBean(ReactiveTinyFishClient.class);
		List<String> understood = new ArrayList<>();
		for (AgentRun run : List.of(blocking.agent().run(REQUEST), blocking.agent().stream(REQUEST).await(),
				reactive.agent().run(REQUEST).block(PATIENCE))) {
			Price price = run.result().to(Price.class);
			understood.add(run.statusText() + " " + price + " " + run.result().json());
		}
		for (Run run : List.of(blocking.runs().get("run-1"), reactive.runs().get("run-1").block(PATIENCE))) {
			understood.add(run.toString());
		}
		List<AgentEvent> events = reactive.agent().stream(REQUEST).collectList().block(PATIENCE);
		events.forEach((event) -> understood.add(event.getClass().getSimpleName()));
		understood.add(String.valueOf(events.size()));
		List<String> all = new ArrayList<>(server.findAll(WireMock.postRequestedFor(anyUrl()))
			.stream()
			.map(LoggedRequest::getBodyAsString)
			.toList());
		all.addAll(understood);
		return all;
	}

	@Test
	void clientsOfTheApplicationSendWhatTheySendWithoutUs() {
		String[] properties = { "spring.jackson.property-naming-strategy=SNAKE_CASE" };
		List<Map<String, List<String>>> alone = new ArrayList<>();
		this.without.withPropertyValues(properties)
			.run((context) -> alone.addAll(headersOfTheApplicationsRequests(context)));
		server.resetRequests();
		List<Map<String, List<String>>> beside = new ArrayList<>();
		this.contextRunner.withPropertyValues(properties).withUserConfiguration(OurCustomizers.class).run((context) -> {
			context.getBean(TinyFishClient.class).runs().get("run-1");
			context.getBean(ReactiveTinyFishClient.class).runs().get("run-1").block(PATIENCE);
			server.resetRequests();
			beside.addAll(headersOfTheApplicationsRequests(context));
		});
		assertThat(beside).isEqualTo(alone).hasSize(2);
		assertThat(alone).allSatisfy((headers) -> assertThat(headers).isNotEmpty());
	}

	private static List<Map<String, List<String>>> headersOfTheApplicationsRequests(ApplicationContext context) {
		String url = baseUrl() + "/other";
		context.getBean(RestClient.Builder.class)
			.build()
			.post()
			.uri(url)
			.body(new Price(42, "EUR"))
			.retrieve()
			.toBodilessEntity();
		context.getBean(WebClient.Builder.class)
			.build()
			.post()
			.uri(url)
			.bodyValue(new Price(42, "EUR"))
			.retrieve()
			.toBodilessEntity()
			.block(PATIENCE);
		List<LoggedRequest> requests = server.findAll(WireMock.anyRequestedFor(anyUrl()));
		assertThat(requests).allSatisfy((request) -> {
			assertThat(request.getUrl()).isEqualTo("/other");
			assertThat(request.getBodyAsString()).isEqualTo("{\"unit_price\":42,\"currency\":\"EUR\"}");
		});
		return requests.stream().map(ApplicationClientsTests::headers).toList();
	}

	private static Map<String, List<String>> headers(LoggedRequest request) {
		return request.getHeaders().all().stream().collect(Collectors.toMap(HttpHeader::key, HttpHeader::values));
	}

	@Test
	void buildersOfTheApplicationAreMadeAsWithoutUs() {
		List<Object> alone = new ArrayList<>();
		this.without.run((context) -> alone.addAll(madeOf(context)));
		List<Object> beside = new ArrayList<>();
		this.contextRunner.withUserConfiguration(OurCustomizers.class).run((context) -> {
			assertThat(context).hasSingleBean(RestClient.Builder.class)
				.hasSingleBean(WebClient.Builder.class)
				.hasSingleBean(JsonMapper.class);
			beside.addAll(madeOf(context));
		});
		assertThat(beside).isEqualTo(alone);
	}

	private static List<Object> madeOf(ApplicationContext context) {
		List<Object> parts = new ArrayList<>();
		List.of(context.getBean(RestClient.Builder.class), context.getBean(WebClient.Builder.class))
			.forEach((builder) -> {
				for (Field field : builder.getClass().getDeclaredFields()) {
					if (!Modifier.isStatic(field.getModifiers())) {
						Object value = ReflectionTestUtils.getField(builder, field.getName());
						parts.add(field.getName() + ": " + describe(value));
					}
				}
			});
		return parts;
	}

	private static String describe(Object value) {
		if (value instanceof Collection<?> collection) {
			return collection.stream().map(ApplicationClientsTests::describe).toList().toString();
		}
		// lambdas are numbered
		return (value != null) ? value.getClass().getName().replaceAll("\\$\\$Lambda.*", "") : "none";
	}

	@Test
	void customizersOfTheApplicationComeFirstAndOursLast() {
		this.contextRunner.withUserConfiguration(ApplicationCustomizers.class, OurCustomizers.class).run((context) -> {
			context.getBean(TinyFishClient.class).runs().get("run-1");
			context.getBean(TinyFishClient.class).agent().stream(REQUEST).await();
			context.getBean(ReactiveTinyFishClient.class).runs().get("run-1").block(PATIENCE);
		});
		List<LoggedRequest> requests = server.findAll(WireMock.anyRequestedFor(anyUrl()));
		assertThat(requests).hasSize(3).allSatisfy((request) -> {
			assertThat(request.getUrl()).startsWith("/v1/");
			assertThat(request.getHeader("X-Application")).isEqualTo("yes");
			assertThat(request.header("X-Last").values()).containsExactly("tinyfish");
		});
	}

	@Test
	void baseUrlAndFactoryOfTheApplicationsCustomizersAreNotOurs() {
		this.contextRunner.withBean(RestClientCustomizer.class,
				() -> (builder) -> builder.baseUrl("http://127.0.0.1:1/wrong").requestFactory((uri, method) -> {
					throw new IllegalStateException("the application's factory");
				}))
			.withBean(WebClientCustomizer.class, () -> (builder) -> builder.baseUrl("http://127.0.0.1:1/wrong")
				.clientConnector((method, uri, request) -> {
					throw new IllegalStateException("the application's connector");
				}))
			.run((context) -> {
				assertThat(context.getBean(TinyFishClient.class).runs().get("run-1")).isNotNull();
				assertThat(context.getBean(TinyFishClient.class).agent().stream(REQUEST).await()).isNotNull();
				assertThat(context.getBean(ReactiveTinyFishClient.class).runs().get("run-1").block(PATIENCE))
					.isNotNull();
			});
	}

	private static String baseUrl() {
		return "http://127.0.0.1:" + server.port();
	}

	record Price(int unitPrice, String currency) {
	}

	@Configuration(proxyBeanMethods = false)
	static class StrangeJson {

		@Bean
		JacksonModule strangeTexts() {
			return new SimpleModule("strange").addSerializer(String.class, new StrangeTexts());
		}

	}

	static final class StrangeTexts extends StdSerializer<String> {

		StrangeTexts() {
			super(String.class);
		}

		@Override
		public void serialize(String value, JsonGenerator generator, SerializationContext context) {
			generator.writeString("strange");
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class ApplicationCustomizers {

		@Bean
		@Order
		RestClientCustomizer restClientCustomizer() {
			return (builder) -> builder.defaultHeaders(ApplicationCustomizers::set);
		}

		@Bean
		@Order
		WebClientCustomizer webClientCustomizer() {
			return (builder) -> builder.defaultHeaders(ApplicationCustomizers::set);
		}

		private static void set(HttpHeaders headers) {
			headers.set("X-Application", "yes");
			headers.set("X-Last", "application");
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OurCustomizers {

		@Bean
		TinyFishRestClientCustomizer tinyFishRestClientCustomizer() {
			return (builder) -> builder.defaultHeaders((headers) -> headers.set("X-Last", "tinyfish"));
		}

		@Bean
		TinyFishWebClientCustomizer tinyFishWebClientCustomizer() {
			return (builder) -> builder.defaultHeaders((headers) -> headers.set("X-Last", "tinyfish"));
		}

	}

}
