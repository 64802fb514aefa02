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
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

import ai.tinyfish.OpenRuns;
import ai.tinyfish.agent.AgentConfig;
import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.agent.RunContext;
import ai.tinyfish.agent.RunSubmission;
import ai.tinyfish.agent.TinyFishRunInterceptor;
import ai.tinyfish.agent.TinyFishRunListener;
import ai.tinyfish.agent.event.StartedEvent;
import ai.tinyfish.error.TinyFishException;
import ai.tinyfish.run.AgentRun;
import ai.tinyfish.run.GoalEvaluator;
import ai.tinyfish.run.GoalVerdict;
import ai.tinyfish.run.RunStatus;
import ai.tinyfish.spring.boot.budget.BudgetLedger.Amount;
import ai.tinyfish.spring.boot.budget.BudgetLedger.Reservation;
import ai.tinyfish.spring.test.evaluation.EvaluatedCall.Outcome;
import ai.tinyfish.support.LogText;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

import org.springframework.context.ApplicationContext;

/**
 * The runs of an evaluation, attributed to the call whose thread submits them, and their
 * limit. It is the last interceptor, so that it knows the maximum of each run.
 */
final class EvaluatedRuns implements TinyFishRunInterceptor, TinyFishRunListener {

	/** MDC key of the evaluation. The listeners of a run have that of its caller. */
	private static final String MDC_KEY = "tinyfish.evaluation";

	/** End of a run that the service did not start. */
	private static final AgentRun NOT_SENT = AgentRun.builder().build();

	/** End of a run that was not allowed. */
	private static final AgentRun REFUSED = AgentRun.builder().build();

	private final ThreadLocal<@Nullable List<EvaluatedRun>> call = new ThreadLocal<>();

	/** The runs without an outcome, by the ids of their submissions. */
	private final Map<String, EvaluatedRun> open = new ConcurrentHashMap<>();

	private final Set<String> startedIds = ConcurrentHashMap.newKeySet();

	private final ApplicationContext application;

	private final Amount limit;

	private final BigDecimal pricePerStep;

	private Amount used = Amount.NONE;

	private volatile @Nullable IllegalStateException failure;

	EvaluatedRuns(ApplicationContext application, Amount limit, BigDecimal pricePerStep) {
		this.application = application;
		this.limit = limit;
		this.pricePerStep = pricePerStep;
	}

	/**
	 * Return the steps and the cost of all runs, with the maximum of those whose steps
	 * are not known.
	 */
	synchronized Amount used() {
		return this.used;
	}

	/**
	 * Return why no further runs are started, or null.
	 */
	@Nullable IllegalStateException failure() {
		return this.failure;
	}

	/**
	 * Make a call, and wait for the outcomes of the runs of this thread. It is a success
	 * if all of them reached their goals and there is no problem, and a miss if one
	 * missed its goal, or if there is a problem although all outcomes are known.
	 * @param candidate the name of the candidate
	 * @param action makes the call, and checks its value
	 * @return the call; empty if a run was not allowed, not possible, or cancelled
	 */
	Optional<EvaluatedCall> make(String candidate, Callable<?> action) {
		List<EvaluatedRun> runs = new CopyOnWriteArrayList<>();
		Throwable problem = null;
		long begin = System.nanoTime();
		this.call.set(runs);
		MDC.put(MDC_KEY, toString());
		try {
			if (this.failure == null) {
				action.call();
			}
		}
		catch (Throwable ex) {
			problem = ex;
		}
		this.call.remove();
		// unknown if the call has not waited for it
		runs.forEach((run) -> run.end().completeOnTimeout(AgentRun.builder().build(), 5, TimeUnit.SECONDS).join());
		this.open.values().removeAll(runs);
		List<EvaluatedRun> sent = runs.stream().filter((run) -> run.end().join() != NOT_SENT).toList();
		boolean refused = runs.stream().anyMatch((run) -> run.end().join() == REFUSED);
		if (!refused && (sent.isEmpty() || (problem != null && sent.size() < runs.size()))) {
			stop(new IllegalStateException("A call of " + candidate + " made no run on its thread", problem));
		}
		List<AgentRun> ends = sent.stream().map((run) -> run.end().join()).toList();
		// the bean may fail as well
		GoalEvaluator evaluator = (end) -> this.application.getBean(GoalEvaluator.class).evaluate(end);
		List<GoalVerdict> verdicts = ends.stream().map((end) -> GoalVerdict.of(evaluator, end)).toList();
		boolean missed = verdicts.stream().anyMatch(GoalVerdict::isMissed);
		boolean known = ends.stream().noneMatch((end) -> end.status() == RunStatus.UNKNOWN);
		boolean achieved = problem == null && verdicts.stream().allMatch(GoalVerdict::isAchieved);
		boolean counts = !sent.isEmpty() && (this.failure == null || ends.stream().allMatch(AgentRun::isCompleted));
		return (refused || !counts) ? Optional.empty()
				: Optional.of(new EvaluatedCall(candidate, sent.get(0).request(),
						(missed || (problem != null && known)) ? Outcome.MISS
								: achieved ? Outcome.SUCCESS : Outcome.UNKNOWN,
						verdicts, (problem != null && !missed) ? LogText.of(problem) : null,
						ends.stream().map(AgentRun::runId).toList(),
						sent.stream().mapToLong((run) -> run.steps(run.end().join())).sum(),
						(System.nanoTime() - begin) / 1_000_000 / 1e3));
	}

	@Override
	public synchronized AgentRequest beforeRun(RunSubmission submission) {
		List<EvaluatedRun> runs = this.call.get();
		if (runs != null) {
			AgentConfig config = submission.request().agentConfig();
			int steps = (config != null && config.maxSteps() != null) ? config.maxSteps()
					: this.application.getEnvironment().getProperty("tinyfish.budget.steps-per-run", int.class, 150);
			EvaluatedRun run = new EvaluatedRun(submission.request(),
					new Reservation(submission.id(), null, LocalDate.EPOCH, steps, this.pricePerStep, false),
					new CompletableFuture<>());
			runs.add(run);
			Amount next = this.used.plus(run.reservation().amount());
			if (this.failure != null || !next.isWithin(this.limit)) {
				run.end().complete(REFUSED);
				throw new IllegalStateException("The evaluation was stopped, or too little is left of its limit");
			}
			this.used = next;
			this.open.put(submission.id(), run);
		}
		return submission.request();
	}

	@Override
	public void started(RunContext context, StartedEvent event) {
		if (toString().equals(MDC.get(MDC_KEY))) {
			this.startedIds.add(event.runId());
			Optional.ofNullable(this.failure).ifPresent(this::stop);
		}
	}

	@Override
	public void finished(RunSubmission submission, AgentRun run) {
		ended(submission, run);
	}

	@Override
	public void error(RunSubmission submission, TinyFishException exception) {
		ended(submission,
				exception.mayHaveStartedRun() ? AgentRun.builder().runId(exception.runId()).build() : NOT_SENT);
	}

	@Override
	public void notSent(RunSubmission submission) {
		ended(submission, NOT_SENT);
	}

	private synchronized void ended(RunSubmission submission, AgentRun end) {
		EvaluatedRun run = this.open.remove(submission.id());
		if (run != null) {
			this.used = this.used
				.plus((end == NOT_SENT) ? run.reservation().released() : run.reservation().settled(run.steps(end)));
			run.end().complete(end);
			if (!this.used.isWithin(this.limit)) {
				stop(new IllegalStateException("A run has used more than its maximum, and exceeded the limit"));
			}
		}
	}

	/**
	 * Start no further runs, and cancel the open ones as soon as their ids are known.
	 */
	synchronized void stop(IllegalStateException reason) {
		this.failure = (this.failure != null) ? this.failure : reason;
		this.application.getBeanProvider(OpenRuns.class).forEach((runs) -> this.startedIds.forEach(runs::cancel));
	}

	/**
	 * Run of a call.
	 *
	 * @param request the request as it is sent
	 * @param reservation the reservation of its maximum
	 * @param end completes when it has ended
	 */
	record EvaluatedRun(AgentRequest request, Reservation reservation, CompletableFuture<AgentRun> end) {

		/**
		 * Return the steps of the run, or its maximum if they are not known. A negative
		 * number would free what others have used.
		 */
		long steps(AgentRun end) {
			Integer steps = end.numOfSteps();
			return (steps != null && steps >= 0) ? steps : this.reservation.steps();
		}

	}

}
