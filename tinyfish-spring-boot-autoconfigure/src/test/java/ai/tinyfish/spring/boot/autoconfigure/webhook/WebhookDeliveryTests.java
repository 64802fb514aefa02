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

package ai.tinyfish.spring.boot.autoconfigure.webhook;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import ai.tinyfish.simulator.Fault;
import ai.tinyfish.simulator.FaultPoint;
import ai.tinyfish.simulator.Scenario;
import ai.tinyfish.simulator.TinyFishSimulator;
import ai.tinyfish.simulator.TinyFishSimulatorBuilder;
import ai.tinyfish.simulator.WebhookDelivery;
import ai.tinyfish.spring.boot.testing.RunEvents;
import ai.tinyfish.spring.event.TinyFishRunFinishedEvent;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.WebApplicationType;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * From a run that is queued and left alone to the event with its ending: deliveries of
 * the simulator for the public URL reach the application.
 */
class WebhookDeliveryTests extends AbstractWebhookTests {

	private static final String PUBLIC_URL = "https://app.example";

	/** A run is not delivered before its submitter knows it, and has noted its tag. */
	private static final Duration PACE = Duration.ofMillis(100);

	@Override
	TinyFishSimulatorBuilder simulatorBuilder() {
		return TinyFishSimulator.builder()
			.pace(PACE)
			.webhookRetryDelay(Duration.ofSeconds(1))
			.given("not delivered", Scenario.builder().pace(PACE).webhookDeliveries(0).build())
			.given("three times", Scenario.builder().pace(PACE).webhookDeliveries(3).build());
	}

	@Override
	WebhookApplication startApplication() {
		return WebhookApplication.startWith(simulator, this.type, PUBLIC_URL);
	}

	/**
	 * Other applications have the same public URL.
	 */
	@BeforeEach
	void forwardToShared() {
		simulator.forwardWebhooks(PUBLIC_URL, application.baseUrl());
	}

	@Test
	void queuedRunIsPublishedOnce() {
		String runId = queue("Read the price", "order-42");
		assertThat(application.events().awaitEndedTags(1)).containsExactly("order-42");
		assertThat(finished()).satisfies((event) -> {
			assertThat(event.getRunId()).isEqualTo(runId);
			assertThat(event.isCompleted()).isTrue();
			assertThat(event.getUrl()).isEqualTo("https://shop.example/");
		});
		await().atMost(SOON).until(() -> deliveries(runId).size() == 1);
		assertThat(deliveries(runId).get(0).status()).isEqualTo(204);
		assertThat(deliveries(runId).get(0).url()).isEqualTo(PUBLIC_URL + WebhookApplication.PATH);
		assertPublishedSoFar("order-42");
	}

	@Test
	void failureIsPublished() {
		queue("[fail:SITE_BLOCKED]", "order-42");
		assertThat(application.events().awaitEndedTags(1)).containsExactly("order-42");
		assertThat(finished().isCompleted()).isFalse();
		assertThat(finished().getRun().statusText()).isEqualTo("FAILED");
	}

	@Test
	void deliveryThatIsRefusedAtFirstComesAgain() {
		inbox().stop();
		String runId = queue("Read the price", "order-42");
		await().atMost(SOON).until(() -> !deliveries(runId).isEmpty());
		inbox().start();
		assertThat(application.events().awaitEndedTags(1)).containsExactly("order-42");
		await().atMost(SOON).until(() -> deliveries(runId).stream().anyMatch(WebhookDelivery::taken));
		assertThat(deliveries(runId)).extracting(WebhookDelivery::status).first().isEqualTo(503);
		assertPublishedSoFar("order-42");
	}

	@Test
	void deliveryComesAgainWhileTheApiIsDown() {
		simulator.fault(FaultPoint.getRun(), Fault.badGateway());
		String runId = queue("Read the price", "order-42");
		await().atMost(SOON).until(() -> !deliveries(runId).isEmpty());
		simulator.clearFaults();
		await().atMost(SOON).until(() -> deliveries(runId).stream().anyMatch(WebhookDelivery::taken));
		assertThat(deliveries(runId)).extracting(WebhookDelivery::status).first().isEqualTo(503);
		assertThat(application.events().awaitEndedTags(1)).containsExactly("order-42");
		assertPublishedSoFar("order-42");
	}

	@Test
	void duplicatesArePublishedOnce() {
		String runId = queue("three times", "order-42");
		await().atMost(SOON).until(() -> deliveries(runId).size() == 3);
		assertThat(deliveries(runId)).allMatch(WebhookDelivery::taken);
		assertThat(application.events().awaitEndedTags(1)).containsExactly("order-42");
		assertPublishedSoFar("order-42");
	}

	@Test
	void deliveryThatIsReadWhileTheApplicationStopsIsPublished() throws Exception {
		application = startApplication();
		int port = application.port();
		RunEvents events = application.events();
		String runId = queue("not delivered", "last");
		awaitEnd(runId);
		String body = WebhookApplication.delivery(runId);
		try (RawDelivery delivery = new RawDelivery(port)) {
			delivery.write(RawDelivery.head("Expect: 100-continue\r\n", body.length()));
			assertThat(delivery.readHead()).startsWith("HTTP/1.1 100");
			awaitBeingRead();
			CompletableFuture<Void> stop = CompletableFuture.runAsync(application::close);
			await().atMost(SOON).until(() -> !RawDelivery.accepts(port));
			delivery.write(body);
			assertThat(delivery.readAll()).startsWith("HTTP/1.1 204");
			stop.get(SOON.toSeconds(), TimeUnit.SECONDS);
		}
		assertThat(events.endedTags()).containsExactly("last");
	}

	/**
	 * Tomcat asks for the body of a request before it counts it among those that it waits
	 * for when it stops.
	 */
	private void awaitBeingRead() {
		if (this.type == WebApplicationType.SERVLET) {
			String reader = ServletWebhooks.class.getName();
			await().atMost(SOON)
				.until(() -> Thread.getAllStackTraces()
					.values()
					.stream()
					.flatMap(Arrays::stream)
					.anyMatch((frame) -> frame.getClassName().equals(reader)));
		}
	}

	@Test
	void applicationThatStartsAgainElsewhereIsFound() {
		application = startApplication();
		queue("Read the price", "order-42");
		assertThat(application.events().awaitEndedTags(1)).containsExactly("order-42");
	}

	@Test
	void applicationWithoutASimulatorBeanIsFoundAtItsNamedAddress() {
		useAnother("tinyfish.webhook.url=https://other.example");
		simulator.forwardWebhooks("https://other.example", application.baseUrl());
		queue("Read the price", "order-42");
		assertThat(application.events().awaitEndedTags(1)).containsExactly("order-42");
	}

	@Test
	void withoutAPublicUrlNothingIsDelivered() {
		application = WebhookApplication.startWith(simulator, this.type, "");
		String runId = queue("Read the price", "order-42");
		awaitEnd(runId);
		assertThat(deliveries(runId)).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = { PUBLIC_URL, PUBLIC_URL + "/shop", PUBLIC_URL + "/shop/" })
	void contextPathMayBeSeenFromOutsideOrNot(String url) {
		for (String property : contextPathProperties()) {
			closeAnother();
			application = WebhookApplication.startWith(simulator, this.type, url, property + "=/shop");
			queue("Read the price", "order-42");
			assertThat(application.events().awaitEndedTags(1)).containsExactly("order-42");
		}
	}

	private List<String> contextPathProperties() {
		return (this.type == WebApplicationType.SERVLET)
				? List.of("server.servlet.context-path", "spring.mvc.servlet.path")
				: List.of("spring.webflux.base-path");
	}

	/**
	 * Other events would have come before.
	 */
	private void assertPublishedSoFar(String tag) {
		queue("Read the price", "afterwards");
		assertThat(application.events().awaitEndedTags(2)).containsExactly(tag, "afterwards");
	}

	private TinyFishRunFinishedEvent finished() {
		return (TinyFishRunFinishedEvent) application.events().all.get(0);
	}

	private List<WebhookDelivery> deliveries(String runId) {
		return simulator.journal().webhooks(runId);
	}

}
