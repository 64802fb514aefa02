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

package ai.tinyfish.sample;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import ai.tinyfish.TinyFishClient;
import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.simulator.Scenario;
import ai.tinyfish.simulator.TinyFishSimulator;
import ai.tinyfish.simulator.WebhookDelivery;
import ai.tinyfish.spring.event.TinyFishRunFinishedEvent;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.event.EventListener;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.DynamicPropertyRegistrar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * An application that receives webhooks, tested as docs/testing.md says: with a simulator
 * of the test's own, which delivers to wherever the application listens.
 */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT,
		properties = { "tinyfish.webhook.enabled=true", "tinyfish.webhook.secret=s3cret-of-the-sample",
				"tinyfish.webhook.url=https://sample.example" })
@DirtiesContext
class SampleWebhookTests {

	private static final Duration SOON = Duration.ofSeconds(60);

	@Autowired
	private TinyFishClient tinyFish;

	@Autowired
	private TinyFishSimulator simulator;

	@Autowired
	private Endings endings;

	@Test
	void runThatIsQueuedAndLeftAloneIsPublishedOnce() {
		String runId = this.tinyFish.agent()
			.queue(AgentRequest.of("https://shop.example", "Read the price").withTag("order-42"))
			.runId();
		await().atMost(SOON).until(() -> this.simulator.journal().webhooks(runId).size() == 2);
		assertThat(this.simulator.journal().webhooks(runId)).allMatch(WebhookDelivery::taken);
		await().atMost(SOON).until(() -> !this.endings.of("order-42").isEmpty());
		assertThat(this.endings.of("order-42")).singleElement()
			.satisfies((event) -> assertThat(event.getRun().result().toMap()).containsEntry("price", 64));
	}

	@TestConfiguration(proxyBeanMethods = false)
	static class Simulation {

		@Bean
		TinyFishSimulator simulator() {
			return TinyFishSimulator.builder()
				.pace(Duration.ofMillis(10))
				.given("price", Scenario.builder()
					// not delivered before its submitter knows it, and has noted its tag
					.pace(Duration.ofMillis(200))
					.resultJson("{\"price\": 64}")
					.webhookDeliveries(2)
					.build())
				.start();
		}

		@Bean
		DynamicPropertyRegistrar connection(TinyFishSimulator simulator) {
			return (properties) -> {
				properties.add("tinyfish.base-url", simulator::baseUrl);
				properties.add("tinyfish.api-key", simulator::apiKey);
			};
		}

		@Bean
		Endings endings() {
			return new Endings();
		}

	}

	static class Endings {

		private final List<TinyFishRunFinishedEvent> events = new CopyOnWriteArrayList<>();

		@EventListener
		void on(TinyFishRunFinishedEvent event) {
			this.events.add(event);
		}

		List<TinyFishRunFinishedEvent> of(String tag) {
			return this.events.stream().filter((event) -> tag.equals(event.getTag())).toList();
		}

	}

}
