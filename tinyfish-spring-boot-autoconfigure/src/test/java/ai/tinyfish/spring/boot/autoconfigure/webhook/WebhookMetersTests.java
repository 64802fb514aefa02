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

import java.net.http.HttpRequest.BodyPublishers;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;

import ai.tinyfish.simulator.Fault;
import ai.tinyfish.simulator.FaultPoint;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for the meters of deliveries.
 */
class WebhookMetersTests extends AbstractWebhookTests {

	private final Map<Meter.Id, Double> before = new HashMap<>();

	@Override
	WebhookApplication startApplication() {
		return WebhookApplication.start(this.type, simulator.baseUrl(), "tinyfish.retry.max-retries=0");
	}

	@BeforeEach
	void countBefore() {
		Stream.of("tinyfish.webhook.deliveries", "tinyfish.webhook.runs")
			.flatMap((name) -> meters().get(name).functionCounters().stream())
			.forEach((counter) -> this.before.put(counter.getId(), counter.count()));
	}

	@Test
	void deliveriesAreCountedByTheirAnswer() {
		assertThat(application.deliver("no-such-run").statusCode()).isEqualTo(503);
		simulator.fault(FaultPoint.getRun(), Fault.refusal(403, "FORBIDDEN", "Not yours"), 1);
		assertThat(application.deliver("of-another-account").statusCode()).isEqualTo(204);
		application.post(WebhookApplication.PATH, "{}");
		application.post("/tinyfish/webhook/guessed-guessed-guessed", "{}");
		application.post("/tinyfish/webhook/guessed-again-guessed", "{}");
		application.send(WebhookApplication.PATH, "PUT", BodyPublishers.ofString("{}"));
		application.post(WebhookApplication.PATH, " ".repeat(WebhookContent.MAX_BEGINNING + 1));
		inbox().stop();
		assertThat(application.deliver("run-1").statusCode()).isEqualTo(503);
		assertThat(deliveries("204")).isEqualTo(1);
		assertThat(deliveries("400")).isEqualTo(1);
		assertThat(deliveries("404")).isEqualTo(2);
		assertThat(deliveries("405")).isEqualTo(1);
		assertThat(deliveries("413")).isEqualTo(1);
		assertThat(deliveries("503")).isEqualTo(2);
	}

	@Test
	void runsAreCountedOnceByTheirOutcome() {
		String runId = endedRun("order-42");
		application.deliver(runId);
		application.deliver(runId);
		simulator.fault(FaultPoint.getRun(), Fault.refusal(403, "FORBIDDEN", "Not yours"), 1);
		application.deliver("of-another-account");
		await().atMost(SOON).untilAsserted(() -> {
			assertThat(runs("PUBLISHED")).isEqualTo(1);
			assertThat(runs("REFUSED")).isEqualTo(1);
			assertThat(pending()).isZero();
		});
		assertThat(runs("GIVEN_UP")).isZero();
	}

	@Test
	void runThatCannotBeReadIsCountedByTheStatusOfItsDeliveryAlone() {
		String runId = endedRun("order-42");
		simulator.fault(FaultPoint.getRun(), Fault.badGateway(), 1);
		assertThat(application.deliver(runId).statusCode()).isEqualTo(503);
		assertThat(deliveries("503")).isEqualTo(1);
		assertThat(runs("GIVEN_UP")).isZero();
		assertThat(pending()).isZero();
		assertThat(application.deliver(runId).statusCode()).isEqualTo(204);
		assertThat(runs("PUBLISHED")).isEqualTo(1);
	}

	@Test
	void runWhoseOutcomeIsUnknownIsGivenUp() {
		useAnother("tinyfish.run.poll-tolerance=1s", "tinyfish.retry.max-retries=0");
		this.before.clear();
		assertThat(application.deliver(queue("endless", "order-42")).statusCode()).isEqualTo(204);
		simulator.fault(FaultPoint.getRun(), Fault.badGateway());
		await().atMost(SOON).untilAsserted(() -> assertThat(runs("GIVEN_UP")).isEqualTo(1));
		assertThat(runs("PUBLISHED")).isZero();
		assertThat(pending()).isZero();
	}

	@Test
	void runThatIsPendingWhenTheApplicationStopsIsGivenUp() {
		String runId = queue("endless", "order-42");
		assertThat(application.deliver(runId).statusCode()).isEqualTo(204);
		assertThat(pending()).isEqualTo(1);
		inbox().stop();
		assertThat(pending()).isZero();
		assertThat(runs("GIVEN_UP")).isEqualTo(1);
	}

	private double deliveries(String status) {
		return counted(meters().get("tinyfish.webhook.deliveries").tag("status", status).functionCounter());
	}

	private double runs(String outcome) {
		return counted(meters().get("tinyfish.webhook.runs").tag("outcome", outcome).functionCounter());
	}

	private double counted(FunctionCounter counter) {
		return counter.count() - this.before.getOrDefault(counter.getId(), 0.0);
	}

	private static double pending() {
		return meters().get("tinyfish.webhook.pending").gauge().value();
	}

	private static MeterRegistry meters() {
		return application.bean(MeterRegistry.class);
	}

}
