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

package ai.tinyfish.shop;

import java.util.Map;

import ai.tinyfish.error.TinyFishInsufficientCreditsException;
import ai.tinyfish.run.TinyFishResultMappingException;
import ai.tinyfish.run.TinyFishRunFailedException;
import ai.tinyfish.run.TinyFishRunOutcomeUnknownException;
import ai.tinyfish.run.TinyFishRunTimeoutException;
import ai.tinyfish.simulator.Fault;
import ai.tinyfish.simulator.FaultPoint;
import ai.tinyfish.simulator.Scenario;
import ai.tinyfish.simulator.TinyFishSimulator;
import ai.tinyfish.spring.event.TinyFishRunErrorEvent;
import ai.tinyfish.spring.event.TinyFishRunFinishedEvent;
import ai.tinyfish.spring.test.AutoConfigureTinyFishSimulator;
import ai.tinyfish.spring.test.RunEventRecorder;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;

import static ai.tinyfish.spring.test.TinyFishAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

@SpringBootTest(properties = { "tinyfish.retry.delay=1ms", "tinyfish.run.timeout=4s" })
@AutoConfigureTinyFishSimulator
class OffersFaultTests {

	@Autowired
	Offers offers;

	@Autowired
	TinyFishSimulator simulator;

	@Autowired
	RunEventRecorder events;

	@BeforeEach
	void phonesCost640() {
		simulator.given("phone", Scenario.completed(Map.of("product", "Phone", "price", 640)));
	}

	@Test
	void tooManyRequests() {
		simulator.fault(FaultPoint.run(), Fault.refusal(429, "RATE_LIMIT_EXCEEDED", "Slow down"), 1);
		assertThat(offers.priceOf("Phone")).isEqualTo("640");
		assertThat(simulator).hasStartedRuns(1).hasReceivedRequests("POST /v1/automation/run", 2);
	}

	@Test
	void noCredit() {
		simulator.fault(FaultPoint.run(), Fault.refusal(402, "INSUFFICIENT_CREDITS", "No credit left"));
		assertThatExceptionOfType(TinyFishInsufficientCreditsException.class).isThrownBy(() -> offers.priceOf("Phone"));
		assertThat(simulator).hasStartedNoRuns();
	}

	@Test
	void badGateway() {
		simulator.fault(FaultPoint.run(), Fault.badGateway());
		assertThatExceptionOfType(TinyFishRunOutcomeUnknownException.class).isThrownBy(() -> offers.priceOf("Phone"));
	}

	@Test
	void lostAnswer() {
		simulator.fault(FaultPoint.run(), Fault.disconnect());
		assertThatExceptionOfType(TinyFishRunOutcomeUnknownException.class).isThrownBy(() -> offers.priceOf("Phone"));
		assertThat(simulator).hasStartedRuns(1);
	}

	@Test
	void blockedSite() {
		simulator.given("phone", Scenario.failed("SITE_BLOCKED", "Access denied"));
		assertThatExceptionOfType(TinyFishRunFailedException.class).isThrownBy(() -> offers.priceOf("Phone"));
	}

	@Test
	void siteThatIsBlockedOnce() {
		simulator.given("phone", Scenario.failed("SITE_BLOCKED", "Access denied"),
				Scenario.completed(Map.of("product", "Phone", "price", 640)));
		assertThatExceptionOfType(TinyFishRunFailedException.class).isThrownBy(() -> offers.priceOf("Phone"));
		assertThat(offers.priceOf("Phone")).isEqualTo("640");
	}

	@Test
	void resultOfAnotherShape() {
		simulator.given("phone", Scenario.completed(Map.of("price", "on request")));
		assertThatExceptionOfType(TinyFishResultMappingException.class).isThrownBy(() -> offers.priceOf("Phone"));
	}

	@Test
	void brokenStream() {
		simulator.fault(FaultPoint.afterEvent(1), Fault.reset());
		offers.watch("Phone");
		assertThat(events.await(TinyFishRunFinishedEvent.class).getVerdict().isAchieved()).isTrue();
	}

	@Test
	void endlessRun() {
		simulator.given("phone", Scenario.builder().neverEnds().build());
		offers.watch("Phone");
		assertThat(events.await(TinyFishRunErrorEvent.class).getException())
			.isInstanceOf(TinyFishRunTimeoutException.class);
		String runId = events.events().get(0).getRunId();
		await().untilAsserted(() -> assertThat(simulator).hasReceivedCancelOf(runId).hasNoOpenStreams());
	}

}
