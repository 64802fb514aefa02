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
import java.net.ConnectException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import ai.tinyfish.TinyFishClient;
import ai.tinyfish.run.RunStatus;
import ai.tinyfish.simulator.TinyFishSimulator;
import ai.tinyfish.spring.boot.testing.EventContexts;
import ai.tinyfish.spring.boot.testing.RunEvents;
import ai.tinyfish.spring.boot.testing.SystemEnvironment;
import ai.tinyfish.spring.event.TinyFishRunFinishedEvent;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

import static ai.tinyfish.spring.boot.testing.EventContexts.ENDLESS;
import static ai.tinyfish.spring.boot.testing.EventContexts.SOON;
import static ai.tinyfish.spring.boot.testing.EventContexts.TWO_STEPS;
import static ai.tinyfish.spring.boot.testing.EventContexts.awaitLatch;
import static ai.tinyfish.spring.boot.testing.EventContexts.request;
import static ai.tinyfish.spring.boot.testing.EventContexts.startedId;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * A web application that ends: first its requests, then its runs.
 */
class GracefulShutdownTests {

	@AutoClose
	private final TinyFishSimulator simulator = EventContexts.startSimulator();

	private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

	@ParameterizedTest
	@EnumSource(mode = Mode.EXCLUDE, names = "NONE")
	void aRequestInFlightMayStillStartRunsWhichThenGetTheirTime(WebApplicationType type) throws Exception {
		ConfigurableApplicationContext context = startApplication(type);
		try {
			int port = context.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
			Runs runs = context.getBean(Runs.class);
			RunEvents events = context.getBean(RunEvents.class);
			CompletableFuture<HttpResponse<String>> response = this.http.sendAsync(
					HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/runs")).build(),
					BodyHandlers.ofString());
			awaitLatch(runs.entered);
			Thread closing = new Thread(context::close, "closing");
			closing.start();
			await().atMost(SOON).until(() -> isRefused(port));
			runs.goOn.countDown();
			HttpResponse<String> answer = response.get(SOON.toSeconds(), TimeUnit.SECONDS);
			assertThat(answer.statusCode()).isEqualTo(200);
			assertThat(events.awaitEndedTags(1)).containsExactly("in the request");
			assertThat(closing.isAlive()).as("the run that was started is given time").isTrue();
			cancel(answer.body());
			closing.join(SOON.toMillis());
			assertThat(closing.isAlive()).isFalse();
			assertThat(events.endedTags()).containsExactly("in the request", "after the request");
			assertThat(events.all).last()
				.isInstanceOfSatisfying(TinyFishRunFinishedEvent.class,
						(event) -> assertThat(event.getRun().status()).isEqualTo(RunStatus.CANCELLED));
		}
		finally {
			context.close();
		}
	}

	private ConfigurableApplicationContext startApplication(WebApplicationType type) {
		return new SpringApplicationBuilder(Application.class, RunEvents.class).web(type)
			.initializers(SystemEnvironment.empty())
			.run("--server.port=0", "--server.address=127.0.0.1", "--server.shutdown=graceful",
					"--spring.main.banner-mode=off", "--spring.reactor.netty.shutdown-quiet-period=0s",
					"--tinyfish.run.shutdown-timeout=20s", "--tinyfish.base-url=" + this.simulator.baseUrl(),
					"--tinyfish.api-key=" + this.simulator.apiKey());
	}

	private void cancel(String runId) {
		try (TinyFishClient outside = TinyFishClient.builder()
			.baseUrl(this.simulator.baseUrl())
			.apiKey(this.simulator.apiKey())
			.build()) {
			outside.runs().cancel(runId);
		}
	}

	private static boolean isRefused(int port) throws IOException {
		try (Socket socket = new Socket("127.0.0.1", port)) {
			return !socket.isConnected();
		}
		catch (ConnectException ex) {
			return true;
		}
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

		@Bean
		Runs runs(TinyFishClient client) {
			return new Runs(client);
		}

	}

	@RestController
	static class Runs {

		private final CountDownLatch entered = new CountDownLatch(1);

		private final CountDownLatch goOn = new CountDownLatch(1);

		private final TinyFishClient client;

		Runs(TinyFishClient client) {
			this.client = client;
		}

		/**
		 * Both web frameworks take a Mono.
		 */
		@GetMapping("/runs")
		Mono<String> run() {
			return Mono.fromSupplier(() -> {
				this.entered.countDown();
				awaitLatch(this.goOn);
				this.client.agent().run(request(TWO_STEPS).withTag("in the request"));
				return startedId(this.client.agent().start(request(ENDLESS).withTag("after the request")));
			}).subscribeOn(Schedulers.boundedElastic());
		}

	}

}
