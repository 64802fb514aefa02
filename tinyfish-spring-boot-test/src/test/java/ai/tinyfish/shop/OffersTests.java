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

import ai.tinyfish.run.RunStatus;
import ai.tinyfish.simulator.Scenario;
import ai.tinyfish.simulator.TinyFishSimulator;
import ai.tinyfish.spring.event.TinyFishRunFinishedEvent;
import ai.tinyfish.spring.event.TinyFishRunProgressEvent;
import ai.tinyfish.spring.test.AutoConfigureTinyFishSimulator;
import ai.tinyfish.spring.test.RunEventRecorder;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;

import static ai.tinyfish.spring.test.TinyFishAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

@SpringBootTest
@AutoConfigureTinyFishSimulator
class OffersTests {

	@Autowired
	Offers offers;

	@Autowired
	PriceBoard board;

	@Autowired
	RunEventRecorder events;

	@BeforeEach
	void phonesCost640(TinyFishSimulator simulator) {
		simulator.given("phone",
				Scenario.builder()
					.steps("Open the shop", "Read the price")
					.result(Map.of("product", "Phone", "price", 640))
					.build());
	}

	@Test
	void thePriceIsReadByARun(TinyFishSimulator simulator) {
		assertThat(offers.priceOf("Phone")).isEqualTo("640");
		assertThat(simulator).hasStartedRuns(1)
			.hasStartedRunWithGoal("price of phone")
			.hasStartedRunWithUrl("https://shop.example/")
			.hasStartedRunWithOutputSchema();
	}

	@Test
	void watchedPricesComeToTheBoard(TinyFishSimulator simulator) {
		offers.watch("Phone");
		events.await(TinyFishRunFinishedEvent.class);
		assertThat(board.price("Find the price of Phone")).isEqualTo("640");
		assertThat(events.events(TinyFishRunProgressEvent.class)).extracting(TinyFishRunProgressEvent::getPurpose)
			.containsExactly("Open the shop", "Read the price");
		assertThat(simulator).hasReceivedNoCancels();
	}

	@Test
	void captchaIsAProblemAndNoPrice(TinyFishSimulator simulator) {
		simulator.given("radio", Scenario.completed(Map.of("status", "failure", "reason", "A captcha")));
		offers.watch("Radio");
		assertThat(events.await(TinyFishRunFinishedEvent.class).getRun().status()).isEqualTo(RunStatus.COMPLETED);
		assertThat(board.price("Find the price of Radio")).isNull();
		assertThat(board.problems()).anyMatch((problem) -> problem.contains("A captcha"));
	}

}
