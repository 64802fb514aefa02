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

import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import ai.tinyfish.TinyFishClient;
import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.client.WireMock;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import reactor.core.Disposable;
import reactor.test.scheduler.VirtualTimeScheduler;

import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.anyRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.wireMockConfig;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

@ExtendWith(OutputCaptureExtension.class)
class TinyFishHealthIndicatorTests {

	private static final String KEY = "sk-health-0123456789";

	private static final String WALLET = """
			{"available_balance": "25.0000"}""";

	private static final Duration PATIENCE = Duration.ofSeconds(30);

	private static WireMockServer api;

	private final VirtualTimeScheduler time = VirtualTimeScheduler.create();

	@BeforeAll
	static void startApi() {
		api = new WireMockServer(wireMockConfig().bindAddress("127.0.0.1").dynamicPort().containerThreads(10));
		api.start();
	}

	@AfterAll
	static void stopApi() {
		api.stop();
	}

	@BeforeEach
	void resetApi() {
		api.resetAll();
	}

	@Test
	void healthIsReadAgainAfterAMinute() {
		api.stubFor(WireMock.get("/v1/wallet").willReturn(okJson(WALLET)));
		try (TinyFishClient client = client("http://127.0.0.1:" + api.port())) {
			TinyFishHealthIndicator indicator = new TinyFishHealthIndicator(client, this.time);
			assertThat(requests()).isZero();
			assertThat(statusOf(indicator)).isEqualTo(Status.UP);
			api.stubFor(WireMock.get("/v1/wallet").willReturn(aResponse().withStatus(401)));
			this.time.advanceTimeBy(Duration.ofMillis(59_999));
			assertThat(statusOf(indicator)).isEqualTo(Status.UP);
			assertThat(requests()).isOne();
			this.time.advanceTimeBy(Duration.ofMillis(1));
			assertThat(statusOf(indicator)).isEqualTo(Status.DOWN);
			assertThat(requests()).isEqualTo(2);
		}
	}

	@Test
	void aServiceThatDoesNotRespondIsDownAfterTenSeconds(CapturedOutput output) throws Exception {
		try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
				TinyFishClient client = client("http://127.0.0.1:" + silent.getLocalPort())) {
			CompletableFuture<Health> health = new TinyFishHealthIndicator(client, this.time).health().toFuture();
			silent.setSoTimeout((int) PATIENCE.toMillis());
			try (Socket connection = silent.accept()) {
				connection.setSoTimeout((int) PATIENCE.toMillis());
				InputStream request = connection.getInputStream();
				assertThat(request.read()).isNotNegative();
				this.time.advanceTimeBy(Duration.ofMillis(9_999));
				assertThat(health).isNotDone();
				this.time.advanceTimeBy(Duration.ofMillis(1));
				assertThat(health.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS))
					.isEqualTo(Health.down().withDetail("reason", "NO_CONNECTION").build());
				assertThat(request.readAllBytes()).as("the client closes the connection").isNotEmpty();
			}
		}
		assertThat(output.toString().lines().filter((line) -> line.contains("WARN") || line.contains("ERROR")))
			.singleElement()
			.asString()
			.endsWith("TinyFish is DOWN: No response within PT10S");
	}

	@Test
	void aReadGoesOnWhenItsRequestIsCancelled() {
		api.stubFor(WireMock.get("/v1/wallet").willReturn(okJson(WALLET).withFixedDelay(500)));
		try (TinyFishClient client = client("http://127.0.0.1:" + api.port())) {
			TinyFishHealthIndicator indicator = new TinyFishHealthIndicator(client, this.time);
			Disposable impatient = indicator.health().subscribe();
			await().until(() -> requests() == 1);
			impatient.dispose();
			assertThat(statusOf(indicator)).isEqualTo(Status.UP);
			assertThat(requests()).isOne();
		}
	}

	@Test
	void theLogSaysWhyTheServiceIsDownWithoutTheKey(CapturedOutput output) {
		api.stubFor(WireMock.get("/v1/wallet")
			.willReturn(okJson("""
					{"error": {"code": "INVALID_API_KEY", "message": "No account of %s"}}""".formatted(KEY))
				.withStatus(401)));
		try (TinyFishClient client = client("http://127.0.0.1:" + api.port())) {
			assertThat(statusOf(new TinyFishHealthIndicator(client, this.time))).isEqualTo(Status.DOWN);
		}
		assertThat(output)
			.contains("TinyFish is DOWN: wallet.get was answered with HTTP 401 INVALID_API_KEY: No account of")
			.doesNotContain(KEY);
	}

	private static TinyFishClient client(String baseUrl) {
		return TinyFishClient.builder().apiKey(KEY).baseUrl(baseUrl).build();
	}

	private static Status statusOf(TinyFishHealthIndicator indicator) {
		Health health = indicator.health().block(PATIENCE);
		assertThat(health).isNotNull();
		return health.getStatus();
	}

	private static int requests() {
		return api.findAll(anyRequestedFor(anyUrl())).size();
	}

}
