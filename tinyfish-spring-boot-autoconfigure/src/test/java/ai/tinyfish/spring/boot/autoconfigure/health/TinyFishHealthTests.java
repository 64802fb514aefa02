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

package ai.tinyfish.spring.boot.autoconfigure.health;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import ai.tinyfish.TinyFishClient;
import ai.tinyfish.spring.boot.testing.SystemEnvironment;
import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.http.Fault;
import com.github.tomakehurst.wiremock.stubbing.Scenario;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.test.scheduler.VirtualTimeScheduler;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.health.contributor.CompositeReactiveHealthContributor;
import org.springframework.boot.health.contributor.ReactiveHealthContributor;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.anyRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathMatching;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathTemplate;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.wireMockConfig;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Health of an application of Spring MVC, and then of one of WebFlux. It has an indicator
 * for each account, whose API responds in one way each. Their time stands still, so that
 * no read takes too long on a slow machine.
 */
@ParameterizedClass(name = "{0}")
@EnumSource(names = { "SERVLET", "REACTIVE" })
class TinyFishHealthTests {

	private static final String KEY = "sk-health-0123456789";

	private static final String SECRET = "s3cret-of-the-webhook";

	private static final Path PAGE = Path.of("..", "docs", "observability.md");

	private static final Pattern ROW = Pattern.compile("\\|(?: `([A-Z_]+)`)? \\| `(UP|DOWN|UNKNOWN)` \\|");

	private static final HttpClient CLIENT = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

	private static WireMockServer api;

	private static TinyFishClient connections;

	private static ConfigurableApplicationContext application;

	@Parameter
	private WebApplicationType type;

	@BeforeAll
	static void startApi() {
		api = new WireMockServer(wireMockConfig().bindAddress("127.0.0.1").dynamicPort().containerThreads(10));
		api.start();
		connections = TinyFishClient.builder().apiKey(KEY).build();
	}

	@AfterAll
	static void stopApi() {
		connections.close();
		api.stop();
	}

	@BeforeParameterizedClassInvocation
	static void startApplication(WebApplicationType type) {
		api.resetAll();
		for (Account account : Account.values()) {
			account.stub(api);
		}
		application = new SpringApplicationBuilder(Application.class).web(type)
			.initializers(SystemEnvironment.empty())
			.run("--server.port=0", "--server.address=127.0.0.1", "--spring.main.banner-mode=off",
					"--spring.reactor.netty.shutdown-quiet-period=0s", "--tinyfish.api-key=" + KEY,
					"--tinyfish.base-url=" + Account.DISCONNECTED.baseUrl(), "--tinyfish.webhook.enabled=true",
					"--tinyfish.webhook.secret=" + SECRET, "--management.health.tinyfish.enabled=true",
					"--management.endpoint.health.show-details=always");
	}

	@AfterParameterizedClassInvocation
	static void closeApplication() {
		application.close();
	}

	@ParameterizedTest
	@EnumSource
	void eachResponseHasItsStatusAndReason(Account account) throws Exception {
		HttpResponse<String> response = ask("/accounts/" + account);
		JsonNode health = JsonMapper.shared().readTree(response.body());
		assertThat(health.path("status").stringValue()).isEqualTo(account.status);
		assertThat(health.path("details").path("reason").stringValue(null)).isEqualTo(account.reason);
		assertThat(health.path("details").path("status").intValue(0)).isEqualTo(account.unexpectedStatus);
		assertThat(response.statusCode()).isEqualTo(account.status.equals("DOWN") ? 503 : 200);
		assertThat(response.body()).doesNotContain(KEY, SECRET);
		int reads = account.requests().size();
		assertThat(ask("/accounts/" + account).body()).isEqualTo(response.body());
		assertThat(account.requests()).hasSize(reads).allMatch((request) -> request.startsWith("GET "));
	}

	@Test
	void pageHasARowForEachReason() throws IOException {
		Set<String> rows = ROW.matcher(Files.readString(PAGE))
			.results()
			.map((row) -> Objects.requireNonNullElse(row.group(1), "") + " " + row.group(2))
			.collect(Collectors.toSet());
		assertThat(rows).isEqualTo(Stream.of(Account.values()).map(Account::row).collect(Collectors.toSet()));
	}

	@Test
	void accountWithoutAWalletIsReadByOneRun() throws Exception {
		ask("/accounts/" + Account.WITHOUT_WALLET);
		assertThat(Account.WITHOUT_WALLET.requests()).containsExactly("GET /WITHOUT_WALLET/v1/wallet",
				"GET /WITHOUT_WALLET/v1/runs?limit=1");
	}

	@Test
	void withoutAKeyNothingIsSent() throws Exception {
		ask("/accounts/" + Account.WITHOUT_KEY);
		assertThat(Account.WITHOUT_KEY.requests()).isEmpty();
	}

	@Test
	void concurrentRequestsShareOneRead() {
		List<CompletableFuture<HttpResponse<String>>> responses = Stream
			.generate(() -> CLIENT.sendAsync(request("/accounts/" + Account.SHARED), BodyHandlers.ofString()))
			.limit(8)
			.toList();
		assertThat(responses).allSatisfy((response) -> assertThat(response.join().statusCode()).isEqualTo(200));
		assertThat(Account.SHARED.requests()).hasSize(1);
	}

	@Test
	void indicatorIsConfigured() throws Exception {
		HttpResponse<String> response = ask("/tinyFish");
		assertThat(response.statusCode()).isEqualTo(503);
		assertThat(response.body()).contains("\"reason\":\"NO_CONNECTION\"");
	}

	@Test
	void probesDoNotIncludeTinyFish() throws Exception {
		assertThat(ask("").statusCode()).isEqualTo(503);
		assertThat(ask("/liveness").statusCode()).isEqualTo(200);
		assertThat(ask("/readiness").statusCode()).isEqualTo(200);
	}

	private static HttpResponse<String> ask(String path) throws IOException, InterruptedException {
		return CLIENT.send(request(path), BodyHandlers.ofString());
	}

	private static HttpRequest request(String path) {
		return HttpRequest.newBuilder(URI.create("http://127.0.0.1:"
				+ application.getEnvironment().getProperty("local.server.port") + "/actuator/health" + path))
			.build();
	}

	private enum Account {

		WITH_CREDIT("UP", null, balance("25.0000")),

		WITHOUT_BALANCE("UP", null, okJson("""
				{"currency": "USD"}""")),

		WITHOUT_WALLET("UP", null, error(404, "FEATURE_NOT_AVAILABLE")),

		SHARED("UP", null, balance("25.0000").withFixedDelay(200)),

		BACK_AGAIN("UP", null, error(503, "SERVICE_BUSY")),

		EMPTY("DOWN", "NO_CREDIT", balance("0.0000")),

		OVERDRAWN("DOWN", "NO_CREDIT", balance("-0.0100")),

		UNPAID("DOWN", "NO_CREDIT", error(402, "PAYMENT_REQUIRED")),

		WITHOUT_CREDIT("DOWN", "NO_CREDIT", error(403, "INSUFFICIENT_CREDITS")),

		REFUSED("DOWN", "KEY_REFUSED", error(401, "INVALID_API_KEY")),

		FORBIDDEN("DOWN", "UNEXPECTED_RESPONSE", 403, error(403, "FORBIDDEN")),

		FAILING("DOWN", "UNEXPECTED_RESPONSE", 500, error(500, "INTERNAL_ERROR")),

		UNREADABLE("DOWN", "UNEXPECTED_RESPONSE", 200, aResponse().withBody("<html>Please log in</html>")),

		DISCONNECTED("DOWN", "NO_CONNECTION", aResponse().withFault(Fault.CONNECTION_RESET_BY_PEER)),

		LIMITED("UNKNOWN", "RATE_LIMITED", error(429, "RATE_LIMIT_EXCEEDED").withHeader("Retry-After", "30")),

		WITHOUT_KEY("UNKNOWN", "NOT_SENT", balance("25.0000"));

		private final String status;

		private final @Nullable String reason;

		private final int unexpectedStatus;

		private final ResponseDefinitionBuilder wallet;

		Account(String status, @Nullable String reason, ResponseDefinitionBuilder wallet) {
			this(status, reason, 0, wallet);
		}

		Account(String status, @Nullable String reason, int unexpectedStatus, ResponseDefinitionBuilder wallet) {
			this.status = status;
			this.reason = reason;
			this.unexpectedStatus = unexpectedStatus;
			this.wallet = wallet;
		}

		void stub(WireMockServer server) {
			server.stubFor(get("/" + this + "/v1/wallet").willReturn(this.wallet));
			if (this == WITHOUT_WALLET) {
				server.stubFor(get(urlPathTemplate("/" + this + "/v1/runs")).willReturn(okJson("""
						{"data": [], "pagination": {"total": 0, "has_more": false, "next_cursor": null}}""")));
			}
			if (this == BACK_AGAIN) {
				server.stubFor(get("/" + this + "/v1/wallet").inScenario("busy")
					.whenScenarioStateIs(Scenario.STARTED)
					.willReturn(this.wallet)
					.willSetStateTo("back"));
				server.stubFor(get("/" + this + "/v1/wallet").inScenario("busy")
					.whenScenarioStateIs("back")
					.willReturn(balance("25.0000")));
			}
		}

		String row() {
			return Objects.requireNonNullElse(this.reason, "") + " " + this.status;
		}

		String baseUrl() {
			return "http://127.0.0.1:" + api.port() + "/" + this;
		}

		TinyFishClient client() {
			TinyFishClient.Builder builder = connections.mutate().baseUrl(baseUrl());
			return ((this != WITHOUT_KEY) ? builder : builder.apiKeyProvider(() -> null)).build();
		}

		List<String> requests() {
			return api.findAll(anyRequestedFor(urlPathMatching("/" + this + "/.*")))
				.stream()
				.map((request) -> request.getMethod() + " " + request.getUrl())
				.toList();
		}

		private static ResponseDefinitionBuilder balance(String balance) {
			return okJson("{\"available_balance\": \"" + balance + "\", \"currency\": \"USD\"}");
		}

		private static ResponseDefinitionBuilder error(int status, String code) {
			return okJson("{\"error\": {\"code\": \"" + code + "\", \"message\": \"About " + KEY + "\"}}")
				.withStatus(status);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

		@Bean
		ReactiveHealthContributor accountsHealthContributor() {
			VirtualTimeScheduler time = VirtualTimeScheduler.create();
			return CompositeReactiveHealthContributor.fromMap(
					Stream.of(Account.values()).collect(Collectors.toMap(Account::name, Account::client)),
					(client) -> new TinyFishHealthIndicator(client, time));
		}

	}

}
