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

import java.util.List;

import ai.tinyfish.TinyFishClient;
import ai.tinyfish.agent.RunHandle;
import ai.tinyfish.simulator.TinyFishSimulatorBuilder;
import ai.tinyfish.spring.event.TinyFishRunErrorEvent;
import ai.tinyfish.spring.event.TinyFishRunEvent;
import ai.tinyfish.spring.event.TinyFishRunFinishedEvent;
import ai.tinyfish.spring.event.TinyFishRunStartedEvent;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

/**
 * Deliveries for runs whose streams are held back on their way to this application.
 */
class WebhookHeldBackStreamTests extends AbstractWebhookTests {

	private BufferingProxy proxy;

	@Override
	TinyFishSimulatorBuilder simulatorBuilder() {
		return super.simulatorBuilder().anyApiKey();
	}

	@BeforeEach
	void useProxy() {
		this.proxy = new BufferingProxy(simulator.baseUrl());
		application = WebhookApplication.start(this.type, this.proxy.baseUrl());
	}

	@AfterEach
	void closeProxy() {
		this.proxy.close();
	}

	@Test
	void outcomeIsPublishedByTheStreamAfterItsEvents() {
		RunHandle handle = client().agent().start(request("Read the price", "order-42"));
		deliverEnded();
		assertThat(application.events().all).isEmpty();
		this.proxy.release();
		assertThat(handle.await(SOON).isCompleted()).isTrue();
		assertPublishedInOrder();
	}

	@Test
	void outcomeIsPublishedByTheStreamOfAnotherKey() {
		try (TinyFishClient tenant = client().mutate().apiKey("sk-tinyfish-of-a-tenant").build()) {
			RunHandle handle = tenant.agent().start(request("Read the price", "order-42"));
			deliverEnded();
			assertThat(application.events().all).isEmpty();
			this.proxy.release();
			assertThat(handle.await(SOON).isCompleted()).isTrue();
			assertPublishedInOrder();
		}
	}

	@Test
	void outcomeIsPublishedAsItWasDeliveredIfTheStreamIsCut() {
		RunHandle handle = client().agent().start(request("Read the price", "order-42"));
		deliverEnded();
		assertThat(application.events().all).isEmpty();
		this.proxy.cut();
		assertThat(catchThrowable(() -> handle.await(SOON))).isNotNull();
		application.events().awaitEndedTags(2);
		assertThat(application.events().all).hasSize(2)
			.hasAtLeastOneElementOfType(TinyFishRunErrorEvent.class)
			.hasAtLeastOneElementOfType(TinyFishRunFinishedEvent.class);
		assertThat(application.events().endedTags()).containsExactlyInAnyOrder("order-42", null);
	}

	/** With the longest wait for the id of a stream, ten seconds. */
	@Test
	@Tag("slow")
	void outcomeIsPublishedAsItWasDeliveredIfTheStreamDoesNotAnswer() {
		RunHandle handle = client().agent().start(request("Read the price", "order-42"));
		String runId = deliverEnded();
		application.events().awaitEndedTags(1);
		assertThat(application.events().all).singleElement()
			.isInstanceOfSatisfying(TinyFishRunFinishedEvent.class, (event) -> {
				assertThat(event.getRunId()).isEqualTo(runId);
				assertThat(event.getTag()).isNull();
			});
		handle.cancel();
		application.events().awaitEndedTags(2);
	}

	/** Deliver the outcome of the one run, which has ended. */
	private String deliverEnded() {
		await().atMost(SOON).until(() -> !simulator.journal().runs().isEmpty());
		String runId = simulator.journal().runs().get(0).id();
		awaitEnd(runId);
		assertThat(application.deliver(runId).statusCode()).isEqualTo(204);
		return runId;
	}

	private void assertPublishedInOrder() {
		await().atMost(SOON)
			.until(() -> application.events().all.stream().anyMatch(TinyFishRunFinishedEvent.class::isInstance));
		List<TinyFishRunEvent> all = List.copyOf(application.events().all);
		assertThat(all).extracting(TinyFishRunEvent::getTag).containsOnly("order-42");
		assertThat(all.get(0)).isInstanceOf(TinyFishRunStartedEvent.class);
		assertThat(all.get(all.size() - 1)).isInstanceOf(TinyFishRunFinishedEvent.class);
		assertThat(all).filteredOn(TinyFishRunFinishedEvent.class::isInstance).hasSize(1);
		assertThat(application.deliver(all.get(0).getRunId()).statusCode()).isEqualTo(204);
		assertThat(application.events().endedTags()).containsExactly("order-42");
	}

}
