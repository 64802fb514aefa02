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
import java.util.Objects;
import java.util.Optional;
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
import ai.tinyfish.agent.event.ProgressEvent;
import ai.tinyfish.agent.event.StartedEvent;
import ai.tinyfish.error.TinyFishException;
import ai.tinyfish.error.TinyFishTimeoutException;
import ai.tinyfish.run.AgentRun;
import ai.tinyfish.run.GoalEvaluator;
import ai.tinyfish.run.GoalVerdict;
import ai.tinyfish.run.RunStatus;
import ai.tinyfish.run.TinyFishRunTimeoutException;
import ai.tinyfish.spring.boot.budget.BudgetLedger.Amount;
import ai.tinyfish.spring.boot.budget.BudgetLedger.Reservation;
import ai.tinyfish.spring.test.evaluation.EvaluatedCall.CallOutcome;
import ai.tinyfish.support.LogText;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

import org.springframework.context.ApplicationContext;
import org.springframework.core.NestedExceptionUtils;

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

	/** The steps that were reported, by the ids of the runs that have started. */
	private final Map<String, Long> reportedSteps = new ConcurrentHashMap<>();

	/** The number of calls that are made, and of those that wait for the others. */
	private int making;

	private int waiting;

	private final Thread thread = Thread.currentThread();

	private final CompletableFuture<@Nullable Void> reported = new CompletableFuture<>();

	private final ApplicationContext application;

	private final Amount limit;

	private final BigDecimal pricePerStep;

	private Amount used = Amount.NONE;

	private volatile @Nullable IllegalStateException failure;

	/** Whether all calls have ended, and none is left behind by an interrupt. */
	private boolean complete;

	/** Whether the end of the application has interrupted the calls. */
	private boolean interrupted;

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
	 * @param number the number of the call
	 * @param action makes the call, checks its value, and returns its score
	 * @return the call; empty if a run was not allowed, not possible, or cancelled
	 */
	Optional<EvaluatedCall> make(String candidate, int number, Callable<Double> action) {
		List<EvaluatedRun> runs = new CopyOnWriteArrayList<>();
		Throwable problem = null;
		double score = 0;
		long begin = System.nanoTime();
		this.call.set(runs);
		making(1);
		MDC.put(MDC_KEY, toString());
		try {
			if (this.failure == null) {
				score = action.call();
			}
		}
		catch (Throwable ex) {
			problem = ex;
		}
		this.call.remove();
		// unknown if the call has not waited for it
		runs.forEach((run) -> run.end().completeOnTimeout(AgentRun.builder().build(), 2, TimeUnit.SECONDS).join());
		this.open.values().removeAll(runs);
		making(-1);
		List<EvaluatedRun> sent = runs.stream().filter((run) -> run.end().join() != NOT_SENT).toList();
		boolean refused = runs.stream().anyMatch((run) -> run.end().join() == REFUSED);
		// its deadline passed before it was sent
		boolean late = sent.isEmpty() && problem != null
				&& NestedExceptionUtils.getMostSpecificCause(problem) instanceof TinyFishTimeoutException;
		if (!refused && !late && (sent.isEmpty() || (problem != null && sent.size() < runs.size()))) {
			stop(new IllegalStateException("A call of " + candidate + " made no run on its thread", problem));
		}
		List<AgentRun> ends = sent.stream().map((run) -> run.end().join()).toList();
		// the bean may fail as well
		GoalEvaluator evaluator = (end) -> this.application.getBean(GoalEvaluator.class).evaluate(end);
		List<GoalVerdict> verdicts = ends.stream().map((end) -> GoalVerdict.of(evaluator, end)).toList();
		boolean missed = verdicts.stream().anyMatch(GoalVerdict::isMissed);
		boolean known = !late && ends.stream().noneMatch((end) -> end.status() == RunStatus.UNKNOWN);
		boolean achieved = problem == null && verdicts.stream().allMatch(GoalVerdict::isAchieved);
		// not those that were cancelled, while misses count
		boolean counts = (late || !sent.isEmpty()) && (this.failure == null || ends.stream()
			.allMatch((end) -> end.status() == RunStatus.COMPLETED || end.status() == RunStatus.FAILED));
		List<@Nullable Long> steps = ends.stream()
			.map((end) -> (steps(end) != null) ? steps(end)
					// 0 if no step of the run was reported
					: Optional.ofNullable(end.runId()).map(this.reportedSteps::get).filter((n) -> n > 0).orElse(null))
			.toList();
		return (refused || !counts) ? Optional.empty() : Optional.of(new EvaluatedCall(candidate, number,
				late ? null : sent.get(0).request(),
				(missed || (problem != null && known)) ? CallOutcome.MISS
						: achieved ? CallOutcome.SUCCESS : CallOutcome.UNKNOWN,
				(achieved && !missed) ? score : 0, verdicts, (problem != null && !missed) ? LogText.of(problem) : null,
				ends.stream().map(AgentRun::runId).toList(),
				(late || steps.contains(null)) ? null : steps.stream().mapToLong(Objects::requireNonNull).sum(),
				(System.nanoTime() - begin - runs.stream().mapToLong(EvaluatedRun::waited).sum()) / 1_000_000 / 1e3));
	}

	/**
	 * Return the steps of a run, or null if they are not known. A negative number would
	 * free what others have used.
	 */
	private static @Nullable Long steps(AgentRun end) {
		Integer steps = end.numOfSteps();
		return (steps != null && steps >= 0) ? Long.valueOf(steps) : null;
	}

	@Override
	public synchronized AgentRequest beforeRun(RunSubmission submission) {
		List<EvaluatedRun> runs = this.call.get();
		if (runs != null) {
			AgentConfig config = submission.request().agentConfig();
			int steps = (config != null && config.maxSteps() != null) ? config.maxSteps()
					: this.application.getEnvironment().getProperty("tinyfish.budget.steps-per-run", int.class, 150);
			Reservation reservation = new Reservation(submission.id(), null, LocalDate.EPOCH, steps, this.pricePerStep,
					false);
			long begin = System.nanoTime();
			boolean fits = fits(reservation.amount());
			EvaluatedRun run = new EvaluatedRun(submission.request(), reservation, System.nanoTime() - begin,
					new CompletableFuture<>());
			runs.add(run);
			if (!fits) {
				run.end().complete(REFUSED);
				throw new IllegalStateException("The evaluation was stopped, or too little is left of its limit");
			}
			this.used = this.used.plus(reservation.amount());
			this.open.put(submission.id(), run);
		}
		return submission.request();
	}

	/**
	 * Return whether an amount fits into the limit. If it does not, wait for the other
	 * calls, which may use less than they have reserved, unless all of them wait here.
	 */
	private synchronized boolean fits(Amount amount) {
		this.waiting++;
		try {
			while (this.failure == null && !this.used.plus(amount).isWithin(this.limit) && this.waiting < this.making) {
				wait();
			}
			return this.failure == null && this.used.plus(amount).isWithin(this.limit);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return false;
		}
		finally {
			this.waiting--;
			notifyAll();
		}
	}

	private synchronized void making(int change) {
		this.making += change;
		notifyAll();
	}

	@Override
	public void started(RunContext context, StartedEvent event) {
		if (toString().equals(MDC.get(MDC_KEY))) {
			this.reportedSteps.putIfAbsent(event.runId(), 0L);
			Optional.ofNullable(this.failure).ifPresent(this::stop);
		}
	}

	@Override
	public void progress(RunContext context, ProgressEvent event) {
		Optional.ofNullable(context.runId())
			.ifPresent((run) -> this.reportedSteps.computeIfPresent(run, (id, steps) -> steps + 1));
	}

	@Override
	public void finished(RunSubmission submission, AgentRun run) {
		ended(submission, run);
	}

	@Override
	public void error(RunSubmission submission, TinyFishException exception) {
		AgentRun cancelled = (exception instanceof TinyFishRunTimeoutException deadline) ? deadline.run() : null;
		Integer steps = (cancelled != null) ? cancelled.numOfSteps() : null;
		ended(submission, exception.mayHaveStartedRun()
				? AgentRun.builder().runId(exception.runId()).numOfSteps(steps).build() : NOT_SENT);
	}

	@Override
	public void notSent(RunSubmission submission) {
		ended(submission, NOT_SENT);
	}

	private synchronized void ended(RunSubmission submission, AgentRun end) {
		EvaluatedRun run = this.open.remove(submission.id());
		if (run != null) {
			this.used = this.used.plus((end == NOT_SENT) ? run.reservation().released()
					: run.reservation().settled(Objects.requireNonNullElse(steps(end), run.reservation().steps())));
			run.end().complete(end);
			if (!this.used.isWithin(this.limit)) {
				stop(new IllegalStateException("A run has used more than its maximum, and exceeded the limit"));
			}
			notifyAll();
		}
	}

	/**
	 * Start no further runs, and cancel the open ones as soon as their ids are known.
	 */
	synchronized void stop(IllegalStateException reason) {
		this.failure = (this.failure != null) ? this.failure : reason;
		notifyAll();
		this.application.getBeanProvider(OpenRuns.class)
			.forEach((runs) -> this.reportedSteps.keySet().forEach(runs::cancel));
	}

	/**
	 * All calls have ended. If the application was closed after them, the interrupt is
	 * not for the test.
	 */
	synchronized void completed() {
		this.complete = true;
		if (this.interrupted) {
			Thread.interrupted();
		}
	}

	/**
	 * Interrupt the calls if their application is closed, such as by the time limit of a
	 * job, and wait for the report.
	 */
	void close(ApplicationContext closed) {
		if (closed == this.application) {
			interrupt();
			this.reported.orTimeout(10, TimeUnit.SECONDS).exceptionally((ex) -> null).join();
		}
	}

	private synchronized void interrupt() {
		if (!this.complete && !this.reported.isDone()) {
			this.interrupted = true;
			this.thread.interrupt();
		}
	}

	/**
	 * The report is written. Calls that an interrupt has left behind must not start
	 * further runs.
	 */
	synchronized void reported() {
		this.reported.complete(null);
		if (this.complete) {
			EvaluationSupport.ACTIVE.remove(this);
		}
	}

	/**
	 * Run of a call.
	 *
	 * @param request the request as it is sent
	 * @param reservation the reservation of its maximum
	 * @param waited the nanoseconds that it has waited for other calls
	 * @param end completes when it has ended
	 */
	private record EvaluatedRun(AgentRequest request, Reservation reservation, long waited,
			CompletableFuture<AgentRun> end) {

	}

}
