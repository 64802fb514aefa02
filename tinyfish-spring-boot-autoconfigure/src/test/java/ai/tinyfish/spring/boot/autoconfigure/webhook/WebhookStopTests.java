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

import java.net.http.HttpResponse;
import java.util.concurrent.CompletableFuture;

import ai.tinyfish.simulator.Fault;
import ai.tinyfish.simulator.FaultPoint;
import ai.tinyfish.spring.boot.testing.NewThreads;
import ai.tinyfish.spring.boot.testing.RunEvents;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for deliveries to an application that stops: each test has one of its own.
 */
@ExtendWith(OutputCaptureExtension.class)
class WebhookStopTests extends AbstractWebhookTests {

	private final NewThreads threads = NewThreads.since();

	@AfterEach
	void stop() {
		closeAll();
	}

	@Test
	void deliveryThatWaitsWhenTheApplicationStopsIsRefused(CapturedOutput output) {
		simulator.fault(FaultPoint.getRun(), Fault.silence());
		CompletableFuture<HttpResponse<String>> delivery = application.deliverAsync("waiting");
		await().atMost(SOON).until(() -> reads() == 1);
		application.close();
		assertThat(delivery.join().statusCode()).isEqualTo(503);
		// the server waits for the response, and the read ends at that time, or a little
		// later
		await().atMost(SOON)
			.untilAsserted(() -> assertThat(output.getOut()).containsAnyOf(
					"while 1 runs named by webhook deliveries are pending",
					"Run waiting, which a webhook delivery named, could not be read"));
		assertNoThreadIsLeft();
	}

	@Test
	void noThreadIsLeft() {
		String runId = endedRun("delivered");
		application.deliver(runId);
		application.events().awaitEndedTags(1);
		assertNoThreadIsLeft();
	}

	@Test
	void outcomesThatAreUnknownWhenTheApplicationStopsAreGivenUp(CapturedOutput output) {
		String runId = queue("endless", "going on");
		application.deliver(runId);
		await().atMost(SOON).until(() -> reads() >= 1);
		application.close();
		assertThat(output.getOut()).contains("while 1 runs named by webhook deliveries are pending");
		assertThat(simulator.journal().cancels(runId)).isEmpty();
		assertNoThreadIsLeft();
	}

	@Test
	void acceptedDeliveriesArePublishedBeforeTheApplicationStops() {
		String runId = endedRun("last");
		RunEvents events = application.events();
		assertThat(application.deliver(runId).statusCode()).isEqualTo(204);
		application.close();
		assertThat(events.awaitEndedTags(1)).containsExactly("last");
	}

	private void assertNoThreadIsLeft() {
		application.close();
		simulator.close();
		await().atMost(SOON).untilAsserted(() -> assertThat(this.threads.ofConnections()).isEmpty());
	}

}
