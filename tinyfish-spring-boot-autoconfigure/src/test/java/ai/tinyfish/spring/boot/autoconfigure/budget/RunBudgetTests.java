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

package ai.tinyfish.spring.boot.autoconfigure.budget;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BiConsumer;
import java.util.stream.IntStream;

import ai.tinyfish.ReactiveTinyFishClient;
import ai.tinyfish.WebAgents;
import ai.tinyfish.agent.AgentConfig;
import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.agent.QueuedBatch;
import ai.tinyfish.agent.RunHandle;
import ai.tinyfish.agent.RunSubmission;
import ai.tinyfish.agent.TinyFishRunInterceptor;
import ai.tinyfish.error.TinyFishConnectionException;
import ai.tinyfish.error.TinyFishInsufficientCreditsException;
import ai.tinyfish.run.AgentRun;
import ai.tinyfish.run.TinyFishRunOutcomeUnknownException;
import ai.tinyfish.run.TinyFishRunTimeoutException;
import ai.tinyfish.simulator.Fault;
import ai.tinyfish.simulator.FaultPoint;
import ai.tinyfish.simulator.TinyFishSimulator;
import ai.tinyfish.spring.boot.budget.BudgetLedger;
import ai.tinyfish.spring.boot.budget.BudgetLedger.Amount;
import ai.tinyfish.spring.boot.budget.BudgetLedger.Reservation;
import ai.tinyfish.spring.boot.budget.TinyFishBudgetExceededException;
import ai.tinyfish.spring.boot.budget.TinyFishBudgetUnavailableException;
import ai.tinyfish.webagent.Goal;
import ai.tinyfish.webagent.WebAgent;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.ContextConsumer;
import org.springframework.context.ApplicationContext;

import static ai.tinyfish.spring.boot.autoconfigure.budget.Budgets.ENDLESS;
import static ai.tinyfish.spring.boot.autoconfigure.budget.Budgets.SOON;
import static ai.tinyfish.spring.boot.autoconfigure.budget.Budgets.TWO_STEPS;
import static ai.tinyfish.spring.boot.autoconfigure.budget.Budgets.amount;
import static ai.tinyfish.spring.boot.autoconfigure.budget.Budgets.client;
import static ai.tinyfish.spring.boot.autoconfigure.budget.Budgets.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * Steps that count for the budget, in memory, for runs over HTTP.
 */
class RunBudgetTests {

	@AutoClose
	private static final TinyFishSimulator simulator = Budgets.startSimulator();

	private final InMemoryBudgetLedger ledger = new InMemoryBudgetLedger();

	private final ApplicationContextRunner contextRunner = Budgets.using(simulator)
		.withBean(BudgetLedger.class, () -> this.ledger);

	@AfterEach
	void reset() {
		simulator.reset();
	}

	@Test
	void runsThatEndedCountWithTheStepsThatTheyUsed() {
		run((context) -> {
			for (Form form : Form.values()) {
				form.submit(context, request(TWO_STEPS));
			}
		}, "tinyfish.budget.steps-per-day=1500");
		assertThat(used()).isEqualTo(amount(Form.values().length, 2 * Form.values().length));
	}

	@Test
	void runsBeyondTheBudgetAreRefusedAndNothingIsSent() {
		run((context) -> {
			for (Form form : Form.values()) {
				assertThatThrownBy(() -> form.submit(context, request(TWO_STEPS))).as(form.name())
					.isInstanceOf(TinyFishBudgetExceededException.class)
					.hasMessageStartingWith("The budget has not enough left; nothing was sent. Of"
							+ " tinyfish.budget.steps-per-day=149, 0 are used or reserved, and the run may need 150.");
			}
		}, "tinyfish.budget.steps-per-day=149", "tinyfish.budget.runs-per-day=5");
		assertThat(simulator.journal().received()).isEmpty();
		assertThat(used()).isEqualTo(Amount.NONE);
	}

	@Test
	void parallelSubmissionsDoNotStartMoreRunsThanTheBudgetAllows() {
		run((context) -> {
			ExecutorService threads = Executors.newFixedThreadPool(50);
			try {
				Callable<Boolean> submission = () -> {
					try {
						client(context).agent().queue(request(TWO_STEPS));
						return true;
					}
					catch (TinyFishBudgetExceededException ex) {
						return false;
					}
				};
				int accepted = 0;
				for (Future<Boolean> result : threads
					.invokeAll(IntStream.range(0, 1000).mapToObj((i) -> submission).toList())) {
					accepted += result.get() ? 1 : 0;
				}
				assertThat(accepted).isEqualTo(100);
			}
			finally {
				threads.shutdownNow();
			}
		}, "tinyfish.budget.runs-per-day=100");
		assertThat(simulator.journal().runsCreated()).isEqualTo(100);
		assertThat(used().runs()).isEqualTo(100);
	}

	@Test
	void aBatchBeyondTheBudgetIsNotSentAtAll() {
		run((context) -> {
			List<AgentRequest> requests = IntStream.range(0, 11).mapToObj((i) -> request(TWO_STEPS + i)).toList();
			assertThatThrownBy(() -> client(context).agent().queueAll(requests))
				.isInstanceOf(TinyFishBudgetExceededException.class);
			assertThatThrownBy(
					() -> context.getBean(ReactiveTinyFishClient.class).agent().queueAll(requests).block(SOON))
				.isInstanceOf(TinyFishBudgetExceededException.class);
		}, "tinyfish.budget.runs-per-day=10");
		assertThat(simulator.journal().received()).isEmpty();
		assertThat(used()).isEqualTo(Amount.NONE);
	}

	@Test
	void aRunInFlightCountsWithItsMaximumAndACancelledOneWithItsSteps() {
		run((context) -> {
			AgentRequest limited = request(ENDLESS).toBuilder()
				.agentConfig(AgentConfig.builder().maxSteps(7).build())
				.build();
			RunHandle first = client(context).agent().start(limited);
			RunHandle second = client(context).agent().start(request(ENDLESS));
			assertThat(used()).isEqualTo(amount(2, 47));
			for (RunHandle handle : List.of(first, second)) {
				handle.started().get();
				handle.cancel();
				handle.await(SOON);
			}
		}, "tinyfish.budget.steps-per-day=100", "tinyfish.budget.steps-per-run=40");
		assertThat(used()).isEqualTo(amount(2, 2));
	}

	@Test
	void aRunThatIsCancelledAtItsDeadlineCountsWithItsSteps() {
		run((context) -> {
			RunBudget budget = context.getBean(RunBudget.class);
			RunSubmission first = RunSubmission.of("agent.stream", request(ENDLESS)).withId("1");
			RunSubmission second = RunSubmission.of("agent.stream", request(ENDLESS)).withId("2");
			budget.beforeRun(first);
			budget.beforeRun(second);
			AgentRun cancelled = AgentRun.builder().runId("run-1").statusText("CANCELLED").numOfSteps(3).build();
			budget.error(first, new TinyFishRunTimeoutException("Too long. It was cancelled", cancelled));
			// it was not cancelled
			budget.error(second, new TinyFishRunTimeoutException("Too long", null, "run-2"));
		}, "tinyfish.budget.steps-per-day=100", "tinyfish.budget.steps-per-run=40");
		assertThat(used()).isEqualTo(amount(2, 43));
	}

	@Test
	void aRunThatWasNotSentDoesNotCount() {
		TinyFishSimulator away = Budgets.startSimulator();
		away.close();
		run((context) -> assertThatThrownBy(() -> client(context).agent().run(request(TWO_STEPS)))
			.isInstanceOf(TinyFishConnectionException.class), "tinyfish.budget.runs-per-day=1",
				"tinyfish.base-url=" + away.baseUrl());
		assertThat(used()).isEqualTo(Amount.NONE);
	}

	@Test
	void runsThatTheServiceRefusesDoNotCount() {
		run((context) -> {
			for (Form form : Form.values()) {
				simulator.fault(form.point, Fault.refusal(402, "INSUFFICIENT_CREDITS", "No credit"), 1);
				assertThatThrownBy(() -> form.submit(context, request(TWO_STEPS))).as(form.name())
					.isInstanceOf(TinyFishInsufficientCreditsException.class);
			}
		}, "tinyfish.budget.runs-per-day=100");
		assertThat(used()).isEqualTo(Amount.NONE);
	}

	@Test
	void runsWithAnUnknownOutcomeCountWithTheirMaximum() {
		run((context) -> {
			for (Form form : Form.values()) {
				simulator.fault(form.point, Fault.disconnect(), 1);
				assertThatThrownBy(() -> form.submit(context, request(TWO_STEPS))).as(form.name())
					.isInstanceOf(TinyFishRunOutcomeUnknownException.class);
			}
		}, "tinyfish.budget.runs-per-day=100");
		assertThat(used()).isEqualTo(amount(Form.values().length, 150 * Form.values().length));
	}

	@Test
	void aRunWithANegativeNumberOfStepsCountsWithItsMaximum() {
		simulator.fault(FaultPoint.run(), Fault.answer(200, "application/json", """
				{"run_id": "run-1", "status": "COMPLETED", "num_of_steps": -500, "result": {"value": 42}}"""));
		run((context) -> client(context).agent().run(request(TWO_STEPS)), "tinyfish.budget.steps-per-day=1000");
		assertThat(used()).isEqualTo(amount(1, 150));
	}

	@Test
	void aQueuedRunThatIsNeverAwaitedCountsWithItsMaximum() {
		run((context) -> client(context).agent().queue(request(TWO_STEPS)), "tinyfish.budget.runs-per-day=1");
		assertThat(used()).isEqualTo(amount(1, 150));
	}

	@Test
	void theBudgetComesAfterOtherInterceptorsAndSeesTheirRequest() {
		TinyFishRunInterceptor unordered = (submission) -> {
			if (submission.request().goal().equals(ENDLESS)) {
				throw new UnsupportedOperationException("Never");
			}
			return submission.request().toBuilder().agentConfig(AgentConfig.builder().maxSteps(9).build()).build();
		};
		this.contextRunner.withBean(TinyFishRunInterceptor.class, () -> unordered)
			.withPropertyValues("tinyfish.budget.steps-per-day=9")
			.run((context) -> {
				assertThatThrownBy(() -> client(context).agent().run(request(ENDLESS))).hasMessage("Never");
				client(context).agent().queue(request(TWO_STEPS));
				assertThat(used()).isEqualTo(amount(1, 9));
				assertThatThrownBy(() -> client(context).agent().queue(request(TWO_STEPS)))
					.isInstanceOf(TinyFishBudgetExceededException.class);
			});
	}

	@Test
	void eachAccountHasTheBudget() {
		run((context) -> {
			RunBudget budget = context.getBean(RunBudget.class);
			RunSubmission own = RunSubmission.of("durable.submit", request(TWO_STEPS)).withId("1");
			budget.beforeRun(own);
			budget.beforeRun(RunSubmission.of("durable.submit", request(TWO_STEPS)).withId("2").withAccount("tenant"));
			assertThatThrownBy(() -> budget
				.beforeRun(RunSubmission.of("durable.submit", request(TWO_STEPS)).withId("3").withAccount("tenant")))
				.hasMessageStartingWith("The budget of account 'tenant' has not enough left");
			budget.notSent(own);
		}, "tinyfish.budget.runs-per-day=1");
		assertThat(used()).isEqualTo(Amount.NONE);
		assertThat(this.ledger.usage("tenant", today())).isEqualTo(amount(1, 150));
	}

	@Test
	void aRunMayUseMoreThanItsMaximum() {
		run((context) -> client(context).agent().run(request(TWO_STEPS)), "tinyfish.budget.steps-per-day=1",
				"tinyfish.budget.steps-per-run=1");
		assertThat(used()).isEqualTo(amount(1, 2));
	}

	@Test
	void theCountBeginsAgainAfterARestart() {
		for (int start = 0; start < 2; start++) {
			Budgets.using(simulator).withPropertyValues("tinyfish.budget.runs-per-day=1").run((context) -> {
				client(context).agent().run(request(TWO_STEPS));
				assertThatThrownBy(() -> client(context).agent().run(request(TWO_STEPS)))
					.isInstanceOf(TinyFishBudgetExceededException.class);
			});
		}
	}

	@Test
	void runsAreRefusedIfTheCountFails() {
		IllegalStateException failure = new IllegalStateException("The database is away");
		Budgets.using(simulator)
			.withBean(BudgetLedger.class, () -> new FailingLedger(failure))
			.withPropertyValues("tinyfish.budget.runs-per-day=1")
			.run((context) -> {
				assertThatThrownBy(() -> client(context).agent().run(request(TWO_STEPS)))
					.isInstanceOf(TinyFishBudgetUnavailableException.class)
					.hasMessage("The budget cannot be checked; nothing was sent")
					.hasCause(failure);
				RunBudget budget = context.getBean(RunBudget.class);
				assertThat(budget.left(BudgetLimit.RUNS)).isNaN();
				assertThat(budget.details()).containsOnlyKeys("zone", "day", "limits");
			});
		assertThat(simulator.journal().received()).isEmpty();
	}

	private void run(ContextConsumer<AssertableApplicationContext> consumer, String... properties) {
		this.contextRunner.withPropertyValues(properties).run((context) -> {
			assertThat(context).hasNotFailed();
			consumer.accept(context);
		});
	}

	private Amount used() {
		return this.ledger.usage(null, today());
	}

	private static LocalDate today() {
		return LocalDate.ofInstant(Instant.now(), ZoneOffset.UTC);
	}

	/**
	 * Forms of a submission, each until its outcome is known.
	 */
	enum Form {

		RUN(FaultPoint.run(), (context, request) -> client(context).agent().run(request)),

		STREAM(FaultPoint.beforeHeaders(), (context, request) -> client(context).agent().stream(request).await()),

		START(FaultPoint.beforeHeaders(), (context, request) -> client(context).agent().start(request).await(SOON)),

		QUEUE(FaultPoint.runAsync(),
				(context, request) -> client(context).runs().await(client(context).agent().queue(request), SOON)),

		QUEUE_ALL(FaultPoint.answerOf("POST /v1/automation/run-batch"), (context, request) -> {
			QueuedBatch batch = client(context).agent().queueAll(List.of(request));
			if (batch.cause() != null) {
				throw batch.cause();
			}
			client(context).runs().await(batch.accepted().get(0), SOON);
		}),

		AGENT(FaultPoint.beforeHeaders(),
				(context, request) -> WebAgents.create(Numbers.class, client(context)).read(request.goal())),

		REACTIVE_RUN(FaultPoint.run(), (context, request) -> reactive(context).agent().run(request).block(SOON)),

		REACTIVE_STREAM(FaultPoint.beforeHeaders(),
				(context, request) -> reactive(context).agent().stream(request).blockLast(SOON)),

		REACTIVE_QUEUE(FaultPoint.runAsync(),
				(context, request) -> reactive(context).agent()
					.queue(request)
					.flatMap((queued) -> reactive(context).runs().await(queued, SOON))
					.block(SOON));

		private final FaultPoint point;

		private final BiConsumer<ApplicationContext, AgentRequest> submission;

		Form(FaultPoint point, BiConsumer<ApplicationContext, AgentRequest> submission) {
			this.point = point;
			this.submission = submission;
		}

		void submit(ApplicationContext context, AgentRequest request) {
			this.submission.accept(context, request);
		}

		private static ReactiveTinyFishClient reactive(ApplicationContext context) {
			return context.getBean(ReactiveTinyFishClient.class);
		}

	}

	@WebAgent(url = "https://shop.example/")
	interface Numbers {

		@Goal("Read a number: {name}")
		Number read(String name);

		record Number(BigDecimal value) {

		}

	}

	/**
	 * Counts in a database that is away.
	 */
	private record FailingLedger(RuntimeException failure) implements BudgetLedger {

		@Override
		public boolean reserve(Reservation reservation, Amount limit) {
			throw this.failure;
		}

		@Override
		public void settle(String id, long steps) {
			throw this.failure;
		}

		@Override
		public void release(String id) {
			throw this.failure;
		}

		@Override
		public Amount usage(@Nullable String account, LocalDate day) {
			throw this.failure;
		}

	}

}
