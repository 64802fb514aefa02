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

package ai.tinyfish.spring.boot.webhook;

import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import ai.tinyfish.TinyFishClient;
import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.agent.RunHandle;
import ai.tinyfish.simulator.Fault;
import ai.tinyfish.simulator.FaultPoint;
import ai.tinyfish.simulator.Scenario;
import ai.tinyfish.simulator.TinyFishSimulator;
import ai.tinyfish.spring.boot.NewThreads;
import ai.tinyfish.spring.boot.RunEvents;
import ai.tinyfish.spring.event.TinyFishRunFinishedEvent;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What comes of deliveries: the ending of a run is told once, and as the API has it.
 */
@ParameterizedClass(name = "{0}")
@EnumSource(names = { "SERVLET", "REACTIVE" })
@ExtendWith(OutputCaptureExtension.class)
class WebhookRunTests {

	private static final Duration SOON = Duration.ofSeconds(20);

	private static final String RUN_ENDPOINT = "GET /v1/runs/{id}";

	private final NewThreads threads = NewThreads.since();

	@Parameter
	WebApplicationType type;

	private TinyFishSimulator simulator;

	private WebhookApplication application;

	@BeforeEach
	void start() {
		this.simulator = TinyFishSimulator.builder()
			.pace(Duration.ofMillis(5))
			.given("endless", Scenario.builder().steps("Waiting").neverEnds().build())
			.given("break", Scenario.failed("SITE_BLOCKED", "Blocked"))
			.start();
		this.application = WebhookApplication.start(this.type, this.simulator.baseUrl());
	}

	@AfterEach
	void stop() {
		this.application.close();
		this.simulator.close();
	}

	@Test
	void queuedRunIsToldWithWhatItWasQueuedWithAndWhatTheApiSaysOfIt() {
		this.application.deliver(endedRun("Read the price", "order-42"));
		this.application.events().awaitEndedTags(1);
		TinyFishRunFinishedEvent event = finished(0);
		assertThat(event.getTag()).isEqualTo("order-42");
		assertThat(event.getUrl()).isEqualTo("https://shop.example/");
		assertThat(event.getGoal()).isEqualTo("Read the price");
		assertThat(event.isCompleted()).isTrue();
		assertThat(event.getRun().result().json()).doesNotContain("as the delivery has it");
	}

	@Test
	void runThatAnotherApplicationHasSubmittedIsToldWithoutTagAndUrl() {
		String runId;
		try (TinyFishClient other = TinyFishClient.builder()
			.apiKey(this.simulator.apiKey())
			.baseUrl(this.simulator.baseUrl())
			.build()) {
			runId = other.agent().queue(request("Read the price", "of the other")).runId();
			awaitEnding(runId);
		}
		this.application.deliver(runId);
		this.application.events().awaitEndedTags(1);
		TinyFishRunFinishedEvent event = finished(0);
		assertThat(event.getRunId()).isEqualTo(runId);
		assertThat(event.getTag()).isNull();
		assertThat(event.getUrl()).isNull();
		assertThat(event.getGoal()).isEqualTo("Read the price");
	}

	@Test
	void deliveryThatLiesAboutTheStatusIsNotBelieved() {
		this.application.deliver(endedRun("break", "failed"));
		this.application.events().awaitEndedTags(1);
		assertThat(finished(0).isCompleted()).isFalse();
		assertThat(finished(0).getRun().statusText()).isEqualTo("FAILED");
	}

	@Test
	void duplicatesAreToldOnce() {
		String runId = endedRun("Read the price", "duplicate");
		this.application.deliver(runId);
		this.application.deliver(runId);
		this.application.events().awaitEndedTags(1);
		long looks = looks();
		for (int i = 0; i < 3; i++) {
			assertThat(this.application.deliver(runId).statusCode()).isEqualTo(204);
		}
		assertThat(looks()).isEqualTo(looks).isEqualTo(2);
		assertToldSoFar("duplicate");
	}

	@Test
	void concurrentDuplicatesAreToldOnce() {
		String runId = endedRun("Read the price", "duplicate");
		List<CompletableFuture<HttpResponse<String>>> deliveries = IntStream.range(0, 50)
			.mapToObj((i) -> this.application.deliverAsync(runId))
			.toList();
		assertThat(deliveries).extracting((delivery) -> delivery.join().statusCode()).containsOnly(204);
		this.application.events().awaitEndedTags(1);
		assertToldSoFar("duplicate");
		assertThat(looks()).as("two for the run, two for the one afterwards").isEqualTo(4);
	}

	@Test
	void forgedRunIsReadOnceAndNotPublished(CapturedOutput output) {
		assertThat(this.application.deliver("no-such-run").statusCode()).isEqualTo(503);
		assertThat(looks()).isEqualTo(1);
		await().atMost(SOON).until(() -> output.getOut().contains("no-such-run"));
		assertToldSoFar();
		assertThat(looks()).isEqualTo(3);
	}

	@Test
	void manyForgedRunsAreLoggedOnce(CapturedOutput output) {
		for (int i = 0; i < 100; i++) {
			assertThat(this.application.deliver("no-such-run-" + i).statusCode()).isEqualTo(503);
		}
		assertToldSoFar();
		assertThat(looks()).isLessThanOrEqualTo(102);
		assertThat(output.getOut().lines().filter((line) -> line.contains("no-such-run"))).hasSize(1);
	}

	@Test
	void runThatGoesOnIsToldWhenItHasEnded() {
		String runId = client().agent().queue(request("endless", "going on")).runId();
		assertThat(this.application.deliver(runId).statusCode()).isEqualTo(204);
		await().atMost(SOON).until(() -> looks() >= 3);
		assertThat(this.application.events().endedTags()).isEmpty();
		client().runs().cancel(runId);
		assertThat(this.application.events().awaitEndedTags(1)).containsExactly("going on");
		assertThat(finished(0).getRun().statusText()).isEqualTo("CANCELLED");
	}

	@Test
	void runThatGoesOnForTooLongIsNotTold(CapturedOutput output) {
		this.application.close();
		this.application = WebhookApplication.start(this.type, this.simulator.baseUrl(),
				"tinyfish.run.poll-tolerance=1s");
		String runId = client().agent().queue(request("endless", "going on")).runId();
		this.application.deliver(runId);
		await().atMost(SOON).until(() -> output.getOut().contains("Outcome of run " + runId));
		assertToldSoFar();
		assertThat(client().runs().get(runId).status().isTerminal()).isFalse();
		// and a later delivery is not taken for a duplicate
		client().runs().cancel(runId);
		await().atMost(SOON).until(() -> {
			// again, as the service does, where reading it has exceeded the tolerance
			this.application.deliver(runId);
			return this.application.events().endedTags().size() == 2;
		});
		assertThat(this.application.events().endedTags()).containsExactly("afterwards", "going on");
	}

	@Test
	void deliveryBesideAStreamAddsNoEvent() {
		RunHandle handle = client().agent().start(request("endless", "streamed"));
		String runId = handle.started().join();
		assertThat(this.application.deliver(runId).statusCode()).isEqualTo(204);
		handle.cancel();
		handle.await(SOON);
		assertThat(this.application.deliver(runId).statusCode()).isEqualTo(204);
		assertThat(this.application.events().awaitEndedTags(1)).containsExactly("streamed");
		assertToldSoFar("streamed");
		assertThat(looks()).as("of the stream's own outcome and of the one afterwards").isEqualTo(3);
	}

	@Test
	void deliveryDuringAnAwaitAddsNoEvent() {
		String runId = client().agent().queue(request("Read the price", "awaited")).runId();
		this.application.deliver(runId);
		client().runs().await(runId, SOON);
		this.application.deliver(runId);
		this.application.events().awaitEndedTags(1);
		assertToldSoFar("awaited");
	}

	@Test
	void readIsRetriedAsAnyCall() {
		String runId = endedRun("Read the price", "late");
		this.simulator.fault(FaultPoint.getRun(), Fault.badGateway(), 1);
		this.simulator.fault(FaultPoint.getRun(), Fault.disconnect(), 1);
		assertThat(this.application.deliver(runId).statusCode()).isEqualTo(204);
		assertThat(this.application.events().awaitEndedTags(1)).containsExactly("late");
		assertThat(finished(0).isCompleted()).isTrue();
	}

	@Test
	void runThatIsNotKnownYetIsPublishedByTheNextDelivery() {
		String runId = endedRun("Read the price", "young");
		this.simulator.fault(FaultPoint.getRun(), Fault.refusal(404, "NOT_FOUND", "No such run"), 1);
		assertThat(this.application.deliver(runId).statusCode()).isEqualTo(503);
		assertThat(this.application.deliver(runId).statusCode()).isEqualTo(204);
		assertToldSoFar("young");
	}

	@Test
	void runThatTheApiRefusesIsNotTold(CapturedOutput output) {
		String runId = endedRun("Read the price", "refused");
		this.simulator.fault(FaultPoint.getRun(), Fault.refusal(403, "FORBIDDEN", "Not yours"), 1);
		this.application.deliver(runId);
		await().atMost(SOON).until(() -> output.getOut().contains("such as " + runId));
		assertToldSoFar();
		assertThat(output.getOut()).contains("nothing was published");
	}

	@Test
	void deliveriesThatWaitTakeNoThreadOfTheServer() {
		this.application.close();
		this.application = WebhookApplication.start(this.type, this.simulator.baseUrl(), "server.tomcat.threads.max=2");
		this.simulator.fault(FaultPoint.getRun(), Fault.silence());
		List<CompletableFuture<HttpResponse<String>>> deliveries = IntStream.range(0, 50)
			.mapToObj((i) -> this.application.deliverAsync("waiting-" + i))
			.toList();
		await().atMost(SOON).untilAsserted(() -> assertThat(looks()).isEqualTo(16));
		assertThat(deliveries).extracting((delivery) -> delivery.join().statusCode()).containsOnly(503);
		this.simulator.clearFaults();
		await().atMost(SOON).until(() -> this.application.bean(WebhookInbox.class).pending() == 0);
	}

	@Test
	void runThatCannotBeReadIsPublishedByTheNextDelivery(CapturedOutput output) {
		String runId = endedRun("Read the price", "late");
		this.simulator.fault(FaultPoint.getRun(), Fault.badGateway());
		assertThat(this.application.deliver(runId).statusCode()).isEqualTo(503);
		await().atMost(SOON).until(() -> output.getOut().contains("Run " + runId));
		assertThat(this.application.bean(WebhookInbox.class).pending()).isZero();
		this.simulator.clearFaults();
		assertThat(this.application.events().all).isEmpty();
		assertThat(this.application.deliver(runId).statusCode()).isEqualTo(204);
		assertToldSoFar("late");
		assertThat(finished(0).isCompleted()).isTrue();
	}

	@Test
	void forgedRunIsNotPublishedDuringAnOutageEither(CapturedOutput output) {
		this.simulator.fault(FaultPoint.getRun(), Fault.badGateway());
		assertThat(this.application.deliver("no-such-run").statusCode()).isEqualTo(503);
		await().atMost(SOON).until(() -> output.getOut().contains("no-such-run"));
		this.simulator.clearFaults();
		assertToldSoFar();
	}

	@Test
	void deliveryThatWaitsWhenTheApplicationStopsIsRefused(CapturedOutput output) {
		this.simulator.fault(FaultPoint.getRun(), Fault.silence());
		CompletableFuture<HttpResponse<String>> delivery = this.application.deliverAsync("waiting");
		await().atMost(SOON).until(() -> looks() == 1);
		this.application.close();
		assertThat(delivery.join().statusCode()).isEqualTo(503);
		// the server waits for the response, and the read ends at that time
		assertThat(output.getOut()).containsAnyOf("before the outcomes of 1 runs are known",
				"Run waiting, which a webhook delivery named, could not be read");
		assertNoThreadIsLeft();
	}

	@Test
	void keysAreAskedForWhereTheyMayBlock() {
		this.application.close();
		this.application = WebhookApplication.of(this.type, WebhookApplication.Keys.class,
				"tinyfish.webhook.enabled=true", "tinyfish.webhook.secret=" + WebhookApplication.SECRET,
				"tinyfish.base-url=" + this.simulator.baseUrl());
		String runId = endedRun("Read the price", "delivered");
		List<String> askedOn = this.application.bean(WebhookApplication.Keys.class).askedOn;
		askedOn.clear();
		this.application.deliver(runId);
		this.application.events().awaitEndedTags(1);
		assertThat(askedOn).hasSizeGreaterThanOrEqualTo(2)
			.allSatisfy((thread) -> assertThat(thread).startsWith("tinyfish-webhook-"));
	}

	@Test
	void noThreadIsLeft() {
		String runId = endedRun("Read the price", "delivered");
		this.application.deliver(runId);
		this.application.events().awaitEndedTags(1);
		assertNoThreadIsLeft();
	}

	@Test
	void whatIsNotLearntWhenTheApplicationStopsIsGivenUp(CapturedOutput output) {
		String runId = client().agent().queue(request("endless", "going on")).runId();
		this.application.deliver(runId);
		await().atMost(SOON).until(() -> looks() >= 1);
		this.application.close();
		assertThat(output.getOut()).contains("before the outcomes of 1 runs are known");
		assertThat(this.simulator.journal().cancels(runId)).isEmpty();
		assertNoThreadIsLeft();
	}

	@Test
	void whatIsTakenIsToldBeforeTheApplicationStops() {
		String runId = endedRun("Read the price", "last");
		RunEvents events = this.application.events();
		assertThat(this.application.deliver(runId).statusCode()).isEqualTo(204);
		this.application.close();
		assertThat(events.awaitEndedTags(1)).containsExactly("last");
	}

	private void assertNoThreadIsLeft() {
		this.application.close();
		this.simulator.close();
		await().atMost(SOON).untilAsserted(() -> assertThat(this.threads.ofConnections()).isEmpty());
	}

	/**
	 * Tells a run afterwards: what was to come would have come before.
	 */
	private void assertToldSoFar(String... tags) {
		this.application.deliver(endedRun("Read the price", "afterwards"));
		await().atMost(SOON).until(() -> this.application.events().endedTags().contains("afterwards"));
		assertThat(this.application.events().endedTags())
			.containsExactlyElementsOf(Stream.concat(Stream.of(tags), Stream.of("afterwards")).toList());
	}

	private TinyFishRunFinishedEvent finished(int index) {
		return this.application.events().all.stream()
			.filter(TinyFishRunFinishedEvent.class::isInstance)
			.map(TinyFishRunFinishedEvent.class::cast)
			.toList()
			.get(index);
	}

	private String endedRun(String goal, String tag) {
		String runId = client().agent().queue(request(goal, tag)).runId();
		awaitEnding(runId);
		return runId;
	}

	private void awaitEnding(String runId) {
		await().atMost(SOON).until(() -> this.simulator.journal().outcome(runId).isPresent());
	}

	private long looks() {
		return this.simulator.journal().requests(RUN_ENDPOINT);
	}

	private TinyFishClient client() {
		return this.application.bean(TinyFishClient.class);
	}

	private static AgentRequest request(String goal, String tag) {
		return AgentRequest.of("https://shop.example/", goal).withTag(tag);
	}

}
