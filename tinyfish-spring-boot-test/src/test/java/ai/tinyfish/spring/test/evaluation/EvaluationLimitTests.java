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

package ai.tinyfish.spring.test.evaluation;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

import ai.tinyfish.TinyFishClient;
import ai.tinyfish.agent.AgentConfig;
import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.error.TinyFishInsufficientCreditsException;
import ai.tinyfish.simulator.Fault;
import ai.tinyfish.simulator.FaultPoint;
import ai.tinyfish.simulator.Scenario;
import ai.tinyfish.simulator.SimulatedRun;
import ai.tinyfish.simulator.TinyFishSimulator;
import ai.tinyfish.spring.boot.budget.BudgetLedger.Amount;
import ai.tinyfish.spring.test.AutoConfigureTinyFishSimulator;
import ai.tinyfish.spring.test.evaluation.EvaluationTests.Book;
import ai.tinyfish.spring.test.evaluation.EvaluationTests.Shop;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ApplicationContext;
import org.springframework.context.event.ContextClosedEvent;

import static ai.tinyfish.spring.test.TinyFishAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * Limits of evaluations, and what stops or refuses them.
 */
@SpringBootTest(classes = EvaluationTests.Application.class, webEnvironment = WebEnvironment.NONE,
		properties = { "tinyfish.budget.steps-per-run=10", "tinyfish.budget.price-per-step=0.02" })
@AutoConfigureTinyFishSimulator(apiKeys = EvaluationTests.KEY)
class EvaluationLimitTests {

	@Autowired
	Shop shop;

	@Autowired
	TinyFishClient client;

	@Autowired
	TinyFishSimulator simulator;

	@Autowired
	ApplicationContext application;

	@Test
	void runsThatDoNotFitIntoTheLimitAreNotStarted() {
		// 10 are reserved, 4 are used
		EvaluationReport report = Evaluation.of("A", () -> this.shop.shortList(1))
			.repetitions(4)
			.concurrency(1)
			.maxSteps(18)
			.run();
		assertThat(report.toString()).contains("A: 3 of 3 successful", "1 not run", "Used: 3 runs, 12 steps");
		assertThat(this.simulator).hasStartedRuns(3);
	}

	@Test
	void runThatFitsExactlyIsStarted() {
		Evaluation.of("A", () -> this.shop.shortList(1)).repetitions(2).concurrency(1).maxSteps(10).run();
		assertThat(this.simulator).hasStartedRuns(1);
		Evaluation.of("A", () -> this.shop.shortList(1)).repetitions(1).maxSteps(9).run();
		assertThat(this.simulator).hasStartedRuns(1);
	}

	/**
	 * Each run reserves 20 and uses 5, so that 17 fit into 100 one after the other.
	 */
	@ParameterizedTest
	@ValueSource(ints = { 2, 3, 4 })
	void runThatDoesNotFitWaitsForThoseInFlight(int concurrency) {
		this.simulator.given("book",
				Scenario.builder()
					.steps("a", "b", "c", "d", "e")
					.pace(Duration.ofMillis(2))
					.result(EvaluationTests.book("Tea"))
					.build());
		AgentRequest request = AgentRequest.builder()
			.url("https://shop.example/")
			.goal("Find a book")
			.agentConfig(AgentConfig.builder().maxSteps(20).build())
			.outputType(Book.class)
			.build();
		EvaluationReport report = Evaluation.of("A", () -> this.client.agent().start(request).await())
			.repetitions(25)
			.concurrency(concurrency)
			.maxSteps(100)
			.run();
		assertThat(report.toString()).contains("A: 17 of 17 successful", "8 not run", "Used: 17 runs, 85 steps");
	}

	@Test
	void callsThatWaitForOneAnotherAreRefused() {
		this.simulator.given("book", Scenario.builder().neverEnds().build());
		AgentRequest request = AgentRequest.of("https://shop.example/", "Find a book");
		TinyFishClient.Builder impatience = this.client.mutate().runTimeout(Duration.ofMillis(500));
		// the steps of cancelled runs stay unknown
		try (TinyFishClient impatient = impatience.readOutcome(false).build()) {
			EvaluationReport report = Evaluation.of("A", () -> {
				impatient.agent().start(request);
				return impatient.agent().start(request);
			}).repetitions(2).maxSteps(20).run();
			assertThat(report.toString()).contains("A: 0 of 0 successful", "Used: 2 runs, 20 steps");
		}
		assertThat(this.simulator).hasStartedRuns(2);
	}

	@Test
	void deadlineThatPassesBeforeTheRunIsSentEndsItsCallAlone() {
		this.simulator.fault(FaultPoint.beforeHeaders(),
				Fault.refusal(429, "RATE_LIMITED", "Later").withHeader("Retry-After", "30"), 1);
		AgentRequest request = AgentRequest.of("https://shop.example/", "Find a book").withOutputType(Book.class);
		try (TinyFishClient impatient = this.client.mutate().runTimeout(Duration.ofMillis(500)).build()) {
			EvaluationReport report = Evaluation.of("A", () -> impatient.agent().start(request).await())
				.repetitions(4)
				.concurrency(1)
				.run();
			assertThat(report.toString()).contains("A: 3 of 3 successful", "1 unknown, 0 not run", "no run was started",
					"Used: 3 runs");
		}
	}

	@Test
	void costIsLimitedInTheSameWay() {
		Evaluation.of("A", () -> this.shop.shortList(1))
			.repetitions(5)
			.concurrency(1)
			.maxCost(new BigDecimal("0.28"))
			.run();
		assertThat(this.simulator).hasStartedRuns(2);
	}

	@Test
	void refusedRunReleasesItsReservation() {
		this.simulator.fault(FaultPoint.beforeHeaders(), Fault.refusal(402, "INSUFFICIENT_CREDITS", "No credit left"),
				1);
		assertThatIllegalStateException()
			.isThrownBy(() -> Evaluation.of("A", () -> this.shop.shortList(1)).repetitions(5).concurrency(1).run())
			.withMessageContaining("A call of A made no run")
			.withCauseInstanceOf(TinyFishInsufficientCreditsException.class);
		assertThat(this.simulator).hasStartedNoRuns().hasReceivedRequests("POST /v1/automation/run-sse", 1);
	}

	@Test
	void runThatUsesMoreThanItsMaximumStopsTheEvaluation() {
		String[] steps = IntStream.range(0, 12).mapToObj((step) -> "Step " + step).toArray(String[]::new);
		this.simulator.given("book", Scenario.builder().steps(steps).result(EvaluationTests.book("Tea")).build());
		assertThatIllegalStateException()
			.isThrownBy(() -> Evaluation
				.of("A", () -> this.client.agent().run(AgentRequest.of("https://shop.example/", "Find a book")))
				.repetitions(5)
				.concurrency(1)
				.maxSteps(10)
				.run())
			.withMessageContaining("exceeded the limit");
		assertThat(this.simulator).hasStartedRuns(1);
	}

	@Test
	@ExtendWith(OutputCaptureExtension.class)
	void missCountsAlsoIfTheEvaluationWasStoppedMeanwhile(CapturedOutput output) {
		String[] steps = IntStream.range(0, 12).mapToObj((step) -> "Step " + step).toArray(String[]::new);
		this.simulator.given("book", Scenario.builder().steps(steps).result(EvaluationTests.book("Tea")).build());
		this.simulator.given("slow",
				Scenario.builder()
					.steps("a")
					.pace(Duration.ofMillis(300))
					.fails("SITE_BLOCKED", "Access denied")
					.build());
		AtomicInteger calls = new AtomicInteger();
		assertThatIllegalStateException().isThrownBy(() -> Evaluation.of("A", () -> {
			boolean first = calls.getAndIncrement() == 0;
			Awaitility.await().until(() -> first || !this.simulator.journal().runs().isEmpty());
			String goal = first ? "Find a slow one" : "Find a book";
			return this.client.agent().run(AgentRequest.of("https://shop.example/", goal).withOutputType(Book.class));
		}).repetitions(5).maxSteps(20).run()).withMessageContaining("exceeded the limit");
		assertThat(output).contains("A: 1 of 2 successful", "3 not run", "Access denied");
	}

	@Test
	void candidateWithoutARunOnItsThreadStopsTheEvaluation() {
		assertThatIllegalStateException()
			.isThrownBy(
					() -> Evaluation.of("A",
							() -> CompletableFuture
								.supplyAsync(() -> this.shop.shortList(1), Executors.newSingleThreadExecutor())
								.join())
						.repetitions(5)
						.concurrency(1)
						.run())
			.withMessageContaining("no run on its thread");
		assertThat(this.simulator).hasStartedRuns(1);
	}

	@Test
	void interruptCancelsOpenRuns() {
		this.simulator.given("Short", Scenario.builder().neverEnds().build());
		Thread test = Thread.currentThread();
		CompletableFuture.runAsync(() -> {
			Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> this.simulator.journal().runs().size() == 2);
			test.interrupt();
		});
		assertThatIllegalStateException()
			.isThrownBy(() -> Evaluation.of("A", () -> this.shop.shortList(1)).repetitions(5).run())
			.withMessageContaining("interrupted");
		assertThat(Thread.interrupted()).isTrue();
		Awaitility.await()
			.atMost(Duration.ofSeconds(20))
			.until(() -> this.simulator.journal().runs(SimulatedRun.Status.CANCELLED).size() == 2);
		assertThat(this.simulator).hasStartedRuns(2);
	}

	@Test
	void endOfTheApplicationInterruptsNoTestAfterTheEvaluation() {
		this.simulator.given("Short", Scenario.builder().neverEnds().build());
		Thread test = Thread.currentThread();
		CompletableFuture.runAsync(() -> {
			Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> !this.simulator.journal().runs().isEmpty());
			test.interrupt();
		});
		assertThatIllegalStateException()
			.isThrownBy(() -> Evaluation.of("A", () -> this.shop.shortList(1)).repetitions(1).run());
		assertThat(Thread.interrupted()).isTrue();
		EvaluationReport report = Evaluation.of("A", () -> this.shop.longList(1)).repetitions(1).run();
		new EvaluationSupport().onApplicationEvent(new ContextClosedEvent(this.application));
		assertThat(Thread.interrupted()).isFalse();
		assertThat(report.toString()).contains("A: 1 of 1");
	}

	@Test
	void endOfTheApplicationAfterTheLastCallInterruptsNoTest() {
		EvaluatedRuns runs = new EvaluatedRuns(this.application, Amount.UNLIMITED, BigDecimal.ZERO);
		CompletableFuture<Void> closing = CompletableFuture.runAsync(() -> runs.close(this.application));
		for (int i = 0; i < 100 && !Thread.currentThread().isInterrupted(); i++) {
			LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
		}
		assertThat(Thread.currentThread().isInterrupted()).isTrue();
		runs.completed();
		assertThat(Thread.interrupted()).isFalse();
		runs.reported();
		assertThat(closing).succeedsWithin(Duration.ofSeconds(20));
	}

	@Test
	void callThatGoesOnAfterAnInterruptMakesNoFurtherRun() throws Exception {
		this.simulator.given("Short", Scenario.builder().neverEnds().build());
		Thread test = Thread.currentThread();
		CompletableFuture<Void> reported = new CompletableFuture<>();
		CompletableFuture<Throwable> further = new CompletableFuture<>();
		CompletableFuture.runAsync(() -> {
			Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> this.simulator.journal().runs().size() == 1);
			test.interrupt();
		});
		assertThatIllegalStateException().isThrownBy(() -> Evaluation.of("A", () -> {
			Throwable interrupt = catchThrowable(() -> this.shop.shortList(1));
			Thread.interrupted();
			reported.get(20, TimeUnit.SECONDS);
			further.complete(catchThrowable(() -> this.shop.longList(1)));
			return interrupt;
		}).repetitions(1).run()).withMessageContaining("interrupted");
		assertThat(Thread.interrupted()).isTrue();
		reported.complete(null);
		assertThat(further.get(20, TimeUnit.SECONDS)).hasMessageContaining("The evaluation was stopped");
		assertThat(this.simulator).hasStartedRuns(1);
	}

	@Test
	void badSettingsAreRefusedBeforeAnythingIsSent() {
		Evaluation<List<Book>> evaluation = Evaluation.of("A", () -> this.shop.shortList(1));
		assertThatIllegalArgumentException().isThrownBy(() -> evaluation.repetitions(0)).withMessageContaining("not 0");
		assertThatIllegalArgumentException().isThrownBy(() -> evaluation.concurrency(0));
		assertThatIllegalArgumentException().isThrownBy(() -> evaluation.maxSteps(0));
		assertThatIllegalArgumentException().isThrownBy(() -> evaluation.maxCost(BigDecimal.ZERO));
		assertThatIllegalArgumentException().isThrownBy(() -> evaluation.against("A", List::of));
		assertThatIllegalArgumentException().isThrownBy(() -> evaluation.against("B", List::of).against("C", List::of));
		assertThatIllegalStateException().isThrownBy(evaluation::run).withMessageContaining("repetitions");
		assertThat(this.simulator).hasStartedNoRuns();
		EvaluationReport report = Evaluation.of("A", () -> this.shop.shortList(1)).repetitions(1).run();
		assertThatIllegalArgumentException().isThrownBy(() -> report.requireAtLeast(1.2));
		assertThatIllegalArgumentException().isThrownBy(() -> report.requireNotWorse("A"));
		assertThatIllegalArgumentException().isThrownBy(() -> report.requireNotWorse("B"));
	}

	@Test
	void evaluationOnAnotherThreadThanThatOfTheTestIsRefused() {
		assertThatExceptionOfType(CompletionException.class)
			.isThrownBy(() -> CompletableFuture
				.runAsync(() -> Evaluation.of("A", () -> this.shop.shortList(1)).repetitions(1).run())
				.join())
			.withMessageContaining("on the thread of a @SpringBootTest method");
	}

}
