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

package com.example.books;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import ai.tinyfish.TinyFishClient;
import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.run.TinyFishGoalMissedException;
import ai.tinyfish.run.TinyFishRunFailedException;
import ai.tinyfish.run.TinyFishRunTimeoutException;
import ai.tinyfish.simulator.Fault;
import ai.tinyfish.simulator.FaultPoint;
import ai.tinyfish.simulator.Scenario;
import ai.tinyfish.simulator.TinyFishSimulator;
import ai.tinyfish.spring.event.TinyFishRunErrorEvent;
import ai.tinyfish.spring.event.TinyFishRunFinishedEvent;
import ai.tinyfish.spring.test.AutoConfigureTinyFishSimulator;
import ai.tinyfish.spring.test.RunEventRecorder;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;

import static ai.tinyfish.spring.test.TinyFishAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

@SpringBootTest
@AutoConfigureTinyFishSimulator
class BooksTests {

	static final Scenario EMMA = Scenario.completed(List.of(Map.of("name", "Emma", "price", 9.50)));

	@Autowired
	Books books;

	@Autowired
	TinyFishClient tinyFish;

	@Autowired
	RunReport report;

	@Autowired
	RunEventRecorder events;

	@Autowired
	TinyFishSimulator simulator;

	@Test
	void booksAreReadByARun() {
		simulator.given("cheapest", EMMA);
		assertThat(books.cheapest(1)).containsExactly(new Books.Book("Emma", new BigDecimal("9.5")));
		assertThat(simulator).hasStartedRuns(1)
			.hasStartedRunWithGoal("List the 1 cheapest books")
			.hasStartedRunWithOutputSchema();
	}

	@Test
	void blockedSiteIsReported() {
		simulator.given("cheapest", Scenario.failed("SITE_BLOCKED", "The site blocks the agent"));
		assertThatExceptionOfType(TinyFishRunFailedException.class).isThrownBy(() -> books.cheapest(1));
		events.await(TinyFishRunFinishedEvent.class);
		assertThat(report.problems()).anyMatch((problem) -> problem.contains("The site blocks the agent"));
	}

	@Test
	void missedGoalIsReported() {
		simulator.given("cheapest", Scenario.completed(List.of()));
		assertThatExceptionOfType(TinyFishGoalMissedException.class).isThrownBy(() -> books.cheapest(1));
		events.await(TinyFishRunFinishedEvent.class);
		assertThat(report.problems()).anyMatch((problem) -> problem.contains("The result is empty"));
	}

	@Test
	void brokenStreamCostsNoSecondRun() {
		simulator.given("cheapest", EMMA);
		simulator.fault(FaultPoint.afterEvent(1), Fault.reset());
		assertThat(books.cheapest(1)).hasSize(1);
		assertThat(simulator).hasStartedRuns(1);
	}

	@Test
	void exceededDeadlineIsReported() {
		simulator.given("cheapest", Scenario.builder().neverEnds().build());
		AgentRequest request = AgentRequest.builder()
			.url("https://books.toscrape.com")
			.goal("List the cheapest book")
			.runTimeout(Duration.ofSeconds(5))
			.build();
		assertThatExceptionOfType(TinyFishRunTimeoutException.class)
			.isThrownBy(() -> tinyFish.agent().start(request).await());
		String runId = events.await(TinyFishRunErrorEvent.class).getRunId();
		assertThat(report.problems()).anyMatch((problem) -> problem.startsWith(runId));
		assertThat(simulator).hasReceivedCancelOf(runId);
	}

}
