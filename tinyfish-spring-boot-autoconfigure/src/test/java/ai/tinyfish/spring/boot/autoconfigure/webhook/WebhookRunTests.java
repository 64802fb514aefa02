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
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import ai.tinyfish.TinyFishClient;
import ai.tinyfish.agent.RunHandle;
import ai.tinyfish.simulator.Fault;
import ai.tinyfish.simulator.FaultPoint;
import ai.tinyfish.simulator.Scenario;
import ai.tinyfish.spring.event.TinyFishRunFinishedEvent;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Results of deliveries: the ending of a run is published once, and as the API has it.
 */
@ExtendWith(OutputCaptureExtension.class)
class WebhookRunTests extends AbstractWebhookTests {

	@Test
	void queuedRunIsPublishedWithItsRequestAndTheRecordOfTheApi() {
		application.deliver(endedRun("order-42"));
		application.events().awaitEndedTags(1);
		TinyFishRunFinishedEvent event = finished(0);
		assertThat(event.getTag()).isEqualTo("order-42");
		assertThat(event.getUrl()).isEqualTo("https://shop.example/");
		assertThat(event.getGoal()).isEqualTo("Read the price");
		assertThat(event.isCompleted()).isTrue();
		assertThat(event.getRun().result().json()).doesNotContain("as the delivery has it");
	}

	@Test
	void runThatAnotherApplicationHasSubmittedIsPublishedWithoutTagAndUrl() {
		String runId;
		try (TinyFishClient other = TinyFishClient.builder()
			.apiKey(simulator.apiKey())
			.baseUrl(simulator.baseUrl())
			.build()) {
			runId = other.agent().queue(request("Read the price", "of the other")).runId();
			awaitEnd(runId);
		}
		application.deliver(runId);
		application.events().awaitEndedTags(1);
		TinyFishRunFinishedEvent event = finished(0);
		assertThat(event.getRunId()).isEqualTo(runId);
		assertThat(event.getTag()).isNull();
		assertThat(event.getUrl()).isNull();
		assertThat(event.getGoal()).isEqualTo("Read the price");
	}

	@Test
	void deliveryThatLiesAboutTheStatusIsNotBelieved() {
		simulator.given("break", Scenario.failed("SITE_BLOCKED", "Blocked"));
		application.deliver(endedRun("break", "failed"));
		application.events().awaitEndedTags(1);
		assertThat(finished(0).isCompleted()).isFalse();
		assertThat(finished(0).getRun().statusText()).isEqualTo("FAILED");
	}

	@Test
	void duplicatesArePublishedOnce() {
		String runId = endedRun("duplicate");
		application.deliver(runId);
		application.deliver(runId);
		application.events().awaitEndedTags(1);
		long reads = reads();
		for (int i = 0; i < 3; i++) {
			assertThat(application.deliver(runId).statusCode()).isEqualTo(204);
		}
		assertThat(reads()).isEqualTo(reads).isEqualTo(2);
		assertPublishedSoFar("duplicate");
	}

	@Test
	void concurrentDuplicatesArePublishedOnce() {
		String runId = endedRun("duplicate");
		List<CompletableFuture<HttpResponse<String>>> deliveries = IntStream.range(0, 50)
			.mapToObj((i) -> application.deliverAsync(runId))
			.toList();
		assertThat(deliveries).extracting((delivery) -> delivery.join().statusCode()).containsOnly(204);
		application.events().awaitEndedTags(1);
		assertPublishedSoFar("duplicate");
		assertThat(reads()).as("two for the run, two for the one afterwards").isEqualTo(4);
	}

	@Test
	void forgedRunIsReadOnceAndNotPublished() {
		assertThat(application.deliver("no-such-run").statusCode()).isEqualTo(503);
		assertThat(reads()).isEqualTo(1);
		assertPublishedSoFar();
		assertThat(reads()).isEqualTo(3);
	}

	@Test
	void manyForgedRunsAreLoggedOnce(CapturedOutput output) {
		useAnother();
		for (int i = 0; i < 100; i++) {
			assertThat(application.deliver("no-such-run-" + i).statusCode()).isEqualTo(503);
		}
		assertPublishedSoFar();
		assertThat(reads()).isLessThanOrEqualTo(102);
		assertThat(output.getOut().lines().filter((line) -> line.contains("no-such-run"))).hasSize(1);
	}

	@Test
	void runThatGoesOnIsPublishedWhenItHasEnded() {
		String runId = queue("endless", "going on");
		assertThat(application.deliver(runId).statusCode()).isEqualTo(204);
		await().atMost(SOON).until(() -> reads() >= 3);
		assertThat(application.events().endedTags()).isEmpty();
		client().runs().cancel(runId);
		assertThat(application.events().awaitEndedTags(1)).containsExactly("going on");
		assertThat(finished(0).getRun().statusText()).isEqualTo("CANCELLED");
	}

	@Test
	void runThatGoesOnForTooLongIsNotPublished(CapturedOutput output) {
		useAnother("tinyfish.run.poll-tolerance=1s");
		String runId = queue("endless", "going on");
		application.deliver(runId);
		await().atMost(SOON).until(() -> output.getOut().contains("Outcome of run " + runId));
		assertPublishedSoFar();
		assertThat(client().runs().get(runId).status().isTerminal()).isFalse();
		// and a later delivery is not taken for a duplicate
		client().runs().cancel(runId);
		await().atMost(SOON).until(() -> {
			// again, as the service does, where reading it has exceeded the tolerance
			application.deliver(runId);
			return application.events().endedTags().size() == 2;
		});
		assertThat(application.events().endedTags()).containsExactly("afterwards", "going on");
	}

	@Test
	void deliveryBesideAStreamAddsNoEvent() {
		RunHandle handle = client().agent().start(request("endless", "streamed"));
		String runId = handle.started().join();
		assertThat(application.deliver(runId).statusCode()).isEqualTo(204);
		handle.cancel();
		handle.await(SOON);
		assertThat(application.deliver(runId).statusCode()).isEqualTo(204);
		assertThat(application.events().awaitEndedTags(1)).containsExactly("streamed");
		assertPublishedSoFar("streamed");
		assertThat(reads()).as("of the stream's own outcome and of the one afterwards").isEqualTo(3);
	}

	@Test
	void deliveryDuringAnAwaitAddsNoEvent() {
		String runId = queue("Read the price", "awaited");
		application.deliver(runId);
		client().runs().await(runId, SOON);
		application.deliver(runId);
		application.events().awaitEndedTags(1);
		assertPublishedSoFar("awaited");
	}

	@Test
	void readIsRetriedAsAnyCall() {
		String runId = endedRun("late");
		simulator.fault(FaultPoint.getRun(), Fault.badGateway(), 1);
		simulator.fault(FaultPoint.getRun(), Fault.disconnect(), 1);
		assertThat(application.deliver(runId).statusCode()).isEqualTo(204);
		assertThat(application.events().awaitEndedTags(1)).containsExactly("late");
		assertThat(finished(0).isCompleted()).isTrue();
	}

	@Test
	void runThatIsNotKnownYetIsPublishedByTheNextDelivery() {
		String runId = endedRun("young");
		simulator.fault(FaultPoint.getRun(), Fault.refusal(404, "NOT_FOUND", "No such run"), 1);
		assertThat(application.deliver(runId).statusCode()).isEqualTo(503);
		assertThat(application.deliver(runId).statusCode()).isEqualTo(204);
		assertPublishedSoFar("young");
	}

	@Test
	void runThatTheApiRefusesIsNotPublished(CapturedOutput output) {
		useAnother();
		String runId = endedRun("refused");
		simulator.fault(FaultPoint.getRun(), Fault.refusal(403, "FORBIDDEN", "Not yours"), 1);
		application.deliver(runId);
		await().atMost(SOON).until(() -> output.getOut().contains("such as " + runId));
		assertPublishedSoFar();
		assertThat(output.getOut()).contains("nothing was published");
	}

	@Test
	void deliveriesThatWaitTakeNoThreadOfTheServer() {
		useAnother("server.tomcat.threads.max=2");
		simulator.fault(FaultPoint.getRun(), Fault.silence());
		List<CompletableFuture<HttpResponse<String>>> deliveries = IntStream.range(0, 50)
			.mapToObj((i) -> application.deliverAsync("waiting-" + i))
			.toList();
		await().atMost(SOON).untilAsserted(() -> assertThat(reads()).isEqualTo(16));
		await().atMost(SOON).until(() -> inbox().pending() == 50);
		inbox().stop();
		assertThat(deliveries).extracting((delivery) -> delivery.join().statusCode()).containsOnly(503);
		assertThat(inbox().pending()).isZero();
	}

	@Test
	void runThatCannotBeReadIsPublishedByTheNextDelivery(CapturedOutput output) {
		useAnother();
		String runId = endedRun("late");
		simulator.fault(FaultPoint.getRun(), Fault.badGateway());
		assertThat(application.deliver(runId).statusCode()).isEqualTo(503);
		await().atMost(SOON).until(() -> output.getOut().contains("Run " + runId));
		assertThat(inbox().pending()).isZero();
		simulator.clearFaults();
		assertThat(application.events().all).isEmpty();
		assertThat(application.deliver(runId).statusCode()).isEqualTo(204);
		assertPublishedSoFar("late");
		assertThat(finished(0).isCompleted()).isTrue();
	}

	@Test
	void forgedRunIsNotPublishedDuringAnOutageEither() {
		simulator.fault(FaultPoint.getRun(), Fault.badGateway());
		assertThat(application.deliver("no-such-run").statusCode()).isEqualTo(503);
		simulator.clearFaults();
		assertPublishedSoFar();
	}

	@Test
	void keysAreAskedForWhereTheyMayBlock() {
		application = WebhookApplication.of(this.type, WebhookApplication.Keys.class, "tinyfish.webhook.enabled=true",
				"tinyfish.webhook.secret=" + WebhookApplication.SECRET, "tinyfish.base-url=" + simulator.baseUrl());
		String runId = endedRun("delivered");
		List<String> askedOn = application.bean(WebhookApplication.Keys.class).askedOn;
		askedOn.clear();
		application.deliver(runId);
		application.events().awaitEndedTags(1);
		assertThat(askedOn).hasSizeGreaterThanOrEqualTo(2)
			.allSatisfy((thread) -> assertThat(thread).startsWith("tinyfish-webhook-"));
	}

	/**
	 * Delivers another run afterwards: other events would have come before.
	 */
	private void assertPublishedSoFar(String... tags) {
		application.deliver(endedRun("afterwards"));
		await().atMost(SOON).until(() -> application.events().endedTags().contains("afterwards"));
		assertThat(application.events().endedTags())
			.containsExactlyElementsOf(Stream.concat(Stream.of(tags), Stream.of("afterwards")).toList());
	}

	private TinyFishRunFinishedEvent finished(int index) {
		return application.events().all.stream()
			.filter(TinyFishRunFinishedEvent.class::isInstance)
			.map(TinyFishRunFinishedEvent.class::cast)
			.toList()
			.get(index);
	}

}
