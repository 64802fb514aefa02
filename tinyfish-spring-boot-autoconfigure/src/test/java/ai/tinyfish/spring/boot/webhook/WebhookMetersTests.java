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

import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;

import ai.tinyfish.TinyFishClient;
import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.simulator.Fault;
import ai.tinyfish.simulator.FaultPoint;
import ai.tinyfish.simulator.Scenario;
import ai.tinyfish.simulator.TinyFishSimulator;
import io.micrometer.core.instrument.MeterRegistry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.boot.WebApplicationType;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for the meters of deliveries.
 */
@ParameterizedClass(name = "{0}")
@EnumSource(names = { "SERVLET", "REACTIVE" })
class WebhookMetersTests {

	private static final Duration SOON = Duration.ofSeconds(20);

	@Parameter
	WebApplicationType type;

	private TinyFishSimulator simulator;

	private WebhookApplication application;

	@BeforeEach
	void start() {
		this.simulator = TinyFishSimulator.builder()
			.pace(Duration.ofMillis(5))
			.given("endless", Scenario.builder().steps("Waiting").neverEnds().build())
			.start();
		this.application = WebhookApplication.start(this.type, this.simulator.baseUrl(),
				"tinyfish.retry.max-retries=0");
	}

	@AfterEach
	void stop() {
		this.application.close();
		this.simulator.close();
	}

	@Test
	void deliveriesAreCountedByTheirAnswer() {
		assertThat(this.application.deliver("no-such-run").statusCode()).isEqualTo(503);
		this.simulator.fault(FaultPoint.getRun(), Fault.refusal(403, "FORBIDDEN", "Not yours"), 1);
		assertThat(this.application.deliver("of-another-account").statusCode()).isEqualTo(204);
		this.application.post(WebhookApplication.PATH, "{}");
		this.application.post("/tinyfish/webhook/guessed-guessed-guessed", "{}");
		this.application.post("/tinyfish/webhook/guessed-again-guessed", "{}");
		this.application.send(WebhookApplication.PATH, "PUT", BodyPublishers.ofString("{}"));
		this.application.post(WebhookApplication.PATH, " ".repeat(WebhookReceiver.MAX_READ + 1));
		this.application.bean(WebhookInbox.class).stop();
		assertThat(this.application.deliver("run-1").statusCode()).isEqualTo(503);
		assertThat(deliveries("204")).isEqualTo(1);
		assertThat(deliveries("400")).isEqualTo(1);
		assertThat(deliveries("404")).isEqualTo(2);
		assertThat(deliveries("405")).isEqualTo(1);
		assertThat(deliveries("413")).isEqualTo(1);
		assertThat(deliveries("503")).isEqualTo(2);
	}

	@Test
	void runsAreCountedOnceByWhatCameOfThem() {
		String runId = endedRun();
		this.application.deliver(runId);
		this.application.deliver(runId);
		this.simulator.fault(FaultPoint.getRun(), Fault.refusal(403, "FORBIDDEN", "Not yours"), 1);
		this.application.deliver("of-another-account");
		await().atMost(SOON).untilAsserted(() -> {
			assertThat(runs("PUBLISHED")).isEqualTo(1);
			assertThat(runs("REFUSED")).isEqualTo(1);
			assertThat(pending()).isZero();
		});
		assertThat(runs("GIVEN_UP")).isZero();
	}

	@Test
	void runThatCannotBeReadIsCountedByTheStatusOfItsDeliveryAlone() {
		String runId = endedRun();
		this.simulator.fault(FaultPoint.getRun(), Fault.badGateway(), 1);
		assertThat(this.application.deliver(runId).statusCode()).isEqualTo(503);
		assertThat(deliveries("503")).isEqualTo(1);
		assertThat(runs("GIVEN_UP")).isZero();
		assertThat(pending()).isZero();
		assertThat(this.application.deliver(runId).statusCode()).isEqualTo(204);
		assertThat(runs("PUBLISHED")).isEqualTo(1);
	}

	@Test
	void runWhoseOutcomeIsUnknownIsGivenUp() {
		this.application.close();
		this.application = WebhookApplication.start(this.type, this.simulator.baseUrl(),
				"tinyfish.run.poll-tolerance=1s", "tinyfish.retry.max-retries=0");
		assertThat(this.application.deliver(queue("endless")).statusCode()).isEqualTo(204);
		this.simulator.fault(FaultPoint.getRun(), Fault.badGateway());
		await().atMost(SOON).untilAsserted(() -> assertThat(runs("GIVEN_UP")).isEqualTo(1));
		assertThat(runs("PUBLISHED")).isZero();
		assertThat(pending()).isZero();
	}

	@Test
	void runThatIsPendingWhenTheApplicationStopsIsGivenUp() {
		String runId = queue("endless");
		assertThat(this.application.deliver(runId).statusCode()).isEqualTo(204);
		assertThat(pending()).isEqualTo(1);
		this.application.bean(WebhookInbox.class).stop();
		assertThat(pending()).isZero();
		assertThat(runs("GIVEN_UP")).isEqualTo(1);
	}

	private String endedRun() {
		String runId = queue("Read the price");
		await().atMost(SOON).until(() -> this.simulator.journal().outcome(runId).isPresent());
		return runId;
	}

	private String queue(String goal) {
		return this.application.bean(TinyFishClient.class)
			.agent()
			.queue(AgentRequest.of("https://shop.example/", goal))
			.runId();
	}

	private double deliveries(String status) {
		return meters().get("tinyfish.webhook.deliveries").tag("status", status).functionCounter().count();
	}

	private double runs(String outcome) {
		return meters().get("tinyfish.webhook.runs").tag("outcome", outcome).functionCounter().count();
	}

	private double pending() {
		return meters().get("tinyfish.webhook.pending").gauge().value();
	}

	private MeterRegistry meters() {
		return this.application.bean(MeterRegistry.class);
	}

}
