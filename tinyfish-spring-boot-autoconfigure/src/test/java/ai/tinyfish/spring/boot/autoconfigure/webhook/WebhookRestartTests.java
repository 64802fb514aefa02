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
import java.util.ArrayList;
import java.util.List;

import ai.tinyfish.TinyFishClient;
import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.run.QueuedRun;
import ai.tinyfish.simulator.Scenario;
import ai.tinyfish.simulator.TinyFishSimulator;
import ai.tinyfish.simulator.WebhookDelivery;
import ai.tinyfish.spring.event.TinyFishRunEvent;
import ai.tinyfish.spring.event.TinyFishRunFinishedEvent;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ArgumentsSource;

import org.springframework.boot.WebApplicationType;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for runs whose application restarts before it has received their outcome, as
 * {@code docs/webhooks.md} has it.
 */
@ParameterizedClass(name = "{0}")
@ArgumentsSource(WebStacks.class)
class WebhookRestartTests {

	private static final Duration SOON = Duration.ofSeconds(20);

	private static final String PUBLIC_URL = "https://shop.example";

	/** The service delivers so often, and then no more. */
	private static final int TRIES = 4;

	@Parameter
	WebApplicationType type;

	private TinyFishSimulator simulator;

	private WebhookApplication application;

	@BeforeEach
	void start() {
		this.simulator = TinyFishSimulator.builder()
			.pace(Duration.ofMillis(5))
			.webhookRetryDelay(Duration.ofMillis(10))
			.given("endless", Scenario.builder().steps("Waiting").neverEnds().build())
			.start();
		this.application = application();
	}

	@AfterEach
	void stop() {
		this.application.close();
		this.simulator.close();
	}

	@Test
	void outcomeThatWasDeliveredInVainIsPublishedWhenItIsAwaited() {
		QueuedRun run = client().agent().queue(request("endless", "order-42"));
		this.application.close();
		endInVain(run.runId());
		this.application = application();
		assertPublished();
		client().runs().await(run, SOON);
		assertThat(this.application.events().awaitEndedTags(1)).containsExactly("order-42");
		assertPublished(run.runId());
	}

	@Test
	void deliveryThatIsRepeatedAfterARestartPublishesAgainAndWithoutATag() {
		QueuedRun run = client().agent().queue(request("Read the price", "order-42"));
		assertThat(this.application.events().awaitEndedTags(1)).containsExactly("order-42");
		this.application.close();
		this.application = application();
		assertThat(this.application.deliver(run.runId()).statusCode()).isEqualTo(204);
		assertThat(this.application.events().awaitEndedTags(1)).containsExactly((String) null);
		assertPublished(run.runId());
	}

	/**
	 * End a run while its application is down.
	 */
	private void endInVain(String runId) {
		try (TinyFishClient other = TinyFishClient.builder()
			.apiKey(this.simulator.apiKey())
			.baseUrl(this.simulator.baseUrl())
			.build()) {
			other.runs().cancel(runId);
		}
		await().atMost(SOON)
			.untilAsserted(() -> assertThat(this.simulator.journal().webhooks(runId)).hasSize(TRIES)
				.noneMatch(WebhookDelivery::taken));
	}

	/**
	 * Other events would have come before the outcome of another run.
	 */
	private void assertPublished(String... runIds) {
		String last = client().agent().queue(request("Read the price", "afterwards")).runId();
		await().atMost(SOON).until(() -> published().contains(last));
		List<String> published = published();
		published.remove(last);
		assertThat(published).containsExactly(runIds);
		this.application.events().all.removeIf((event) -> last.equals(event.getRunId()));
	}

	private List<String> published() {
		return new ArrayList<>(this.application.events().all.stream()
			.filter(TinyFishRunFinishedEvent.class::isInstance)
			.map(TinyFishRunEvent::getRunId)
			.toList());
	}

	private WebhookApplication application() {
		return WebhookApplication.startWith(this.simulator, this.type, PUBLIC_URL);
	}

	private TinyFishClient client() {
		return this.application.bean(TinyFishClient.class);
	}

	private static AgentRequest request(String goal, String tag) {
		return AgentRequest.of("https://shop.example/", goal).withTag(tag);
	}

}
