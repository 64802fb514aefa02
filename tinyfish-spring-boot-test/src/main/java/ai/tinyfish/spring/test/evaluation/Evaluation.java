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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

import ai.tinyfish.run.TypedRun;
import ai.tinyfish.simulator.TinyFishSimulator;
import ai.tinyfish.spring.boot.autoconfigure.TinyFishConnectionDetails;
import ai.tinyfish.spring.boot.budget.BudgetLedger.Amount;
import ai.tinyfish.spring.test.cassette.TinyFishCassette;
import ai.tinyfish.support.LogText;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.ApplicationContext;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.test.context.TestContext;
import org.springframework.test.context.TestContextAnnotationUtils;
import org.springframework.util.Assert;
import org.springframework.util.function.ThrowingFunction;

/**
 * Evaluation of an agent, a goal or its settings, or a comparison of two: how often a
 * call that makes runs is a success, and its steps, cost and duration. It is built and
 * run in a method of a test with an application context.
 * <p>
 * A call is a success if its runs reached their goals, its value is complete, and the
 * check passed. Runs of the service are billed: they are only made with
 * {@code -Dtinyfish.evaluation=true}, otherwise the test is skipped. Runs of the
 * simulator are always made. Replayed runs are refused.
 *
 * @param <T> the type of the value
 * @since 0.1.0
 */
public final class Evaluation<T extends @Nullable Object> {

	/** Calls by the names of their candidates, with the index of the case. */
	private final Map<String, ThrowingFunction<Integer, ? extends T>> candidates = new LinkedHashMap<>();

	/** The names of the cases. */
	private List<String> cases = List.of();

	private @Nullable Consumer<? super T> check;

	private @Nullable ToDoubleFunction<? super T> score;

	private int repetitions;

	private int concurrency = 2;

	private Amount limit = Amount.UNLIMITED;

	private Evaluation() {
	}

	/**
	 * Create an evaluation.
	 * @param <T> the type of the value
	 * @param name the name of the candidate in the report
	 * @param call the call, which makes its runs with an agent or a client of the
	 * application, on the thread that it is called on, and waits for their outcomes
	 * @return a new evaluation
	 */
	public static <T extends @Nullable Object> Evaluation<T> of(String name, Callable<? extends T> call) {
		return new Evaluation<T>().against(name, call);
	}

	/**
	 * Compare with a second candidate. Calls of both alternate.
	 * @param name the name of the candidate in the report
	 * @param call the call
	 * @return this evaluation
	 */
	public Evaluation<T> against(String name, Callable<? extends T> call) {
		Assert.isTrue(this.candidates.size() < 2 && !this.candidates.containsKey(name),
				"An evaluation has one candidate, or two with different names");
		Assert.state(this.cases.isEmpty(), "Name the candidates before the cases");
		this.candidates.put(name, (index) -> call.call());
		return this;
	}

	/**
	 * Make each call with each of some cases, such as the inputs of a goal with
	 * parameters. Candidates are then compared case by case, and the report has a row for
	 * each case.
	 * @param <C> the type of a case
	 * @param <V> the type of the value
	 * @param cases the cases, whose texts are in the report; to be set after the
	 * candidates, and before the check and the score
	 * @param call makes the call with the value of a candidate, such as an agent, and a
	 * case. It may check its result against the case
	 * @return an evaluation with these cases, each once unless repetitions are set
	 */
	public <C, V extends @Nullable Object> Evaluation<V> cases(List<C> cases,
			BiFunction<? super T, ? super C, ? extends V> call) {
		Assert.isTrue(!cases.isEmpty(), "cases must not be empty");
		Assert.state(this.cases.isEmpty() && this.check == null && this.score == null,
				"Set the cases once, before the check and the score");
		Evaluation<V> evaluation = new Evaluation<>();
		this.candidates.forEach((name, candidate) -> evaluation.candidates.put(name,
				(index) -> call.apply(candidate.applyWithException(index), cases.get(index))));
		evaluation.cases = cases.stream().map(LogText::of).toList();
		evaluation.repetitions = Math.max(1, this.repetitions);
		evaluation.concurrency = this.concurrency;
		evaluation.limit = this.limit;
		return evaluation;
	}

	/**
	 * Set the check of a value. Without one, each value passes.
	 * @param check throws an exception or an {@link AssertionError} if the value is wrong
	 * @return this evaluation
	 */
	public Evaluation<T> check(Consumer<? super T> check) {
		this.check = check;
		return this;
	}

	/**
	 * Set the score of a value, if values are more than right or wrong. The mean score
	 * then takes the place of the share of successes in requirements and comparisons. A
	 * miss has the score 0.
	 * @param score returns the score of a value that has passed the check, from 0 to 1
	 * @return this evaluation
	 */
	public Evaluation<T> score(ToDoubleFunction<? super T> score) {
		this.score = score;
		return this;
	}

	/**
	 * Set the number of calls of each candidate, or with each case. There is no default
	 * without cases.
	 * @param repetitions the number, 1 or more
	 * @return this evaluation
	 */
	public Evaluation<T> repetitions(int repetitions) {
		Assert.isTrue(repetitions > 0, () -> "repetitions must be 1 or more, not " + repetitions);
		this.repetitions = repetitions;
		return this;
	}

	/**
	 * Set the number of calls that are made at the same time, 2 unless set.
	 * @param concurrency the number, 1 or more
	 * @return this evaluation
	 */
	public Evaluation<T> concurrency(int concurrency) {
		Assert.isTrue(concurrency > 0, () -> "concurrency must be 1 or more, not " + concurrency);
		this.concurrency = concurrency;
		return this;
	}

	/**
	 * Limit the steps of all runs together. The maximum of a run is reserved before it is
	 * started: {@code maxSteps} of its request, or else
	 * {@code tinyfish.budget.steps-per-run}. A run that does not fit is not started.
	 * @param maxSteps the limit, 1 or more
	 * @return this evaluation
	 */
	public Evaluation<T> maxSteps(long maxSteps) {
		Assert.isTrue(maxSteps > 0, () -> "maxSteps must be 1 or more, not " + maxSteps);
		this.limit = new Amount(this.limit.runs(), maxSteps, this.limit.cost());
		return this;
	}

	/**
	 * Limit the cost of all runs together, in the same way. This needs
	 * {@code tinyfish.budget.price-per-step}, or {@code tinyfish.budget.cost-per-day}
	 * with prices in the wallet.
	 * @param maxCost the limit, more than 0
	 * @return this evaluation
	 */
	public Evaluation<T> maxCost(BigDecimal maxCost) {
		Assert.isTrue(maxCost.signum() > 0, () -> "maxCost must be positive, not " + maxCost);
		this.limit = new Amount(this.limit.runs(), this.limit.steps(), maxCost);
		return this;
	}

	/**
	 * Make all calls, print the report, and write it to {@code target/tinyfish}.
	 * @return the report
	 * @throws org.opentest4j.TestAbortedException if the runs would be billed, and
	 * {@code tinyfish.evaluation} is not set
	 * @throws IllegalStateException if a setting is missing, if runs are replayed, if a
	 * call could not make its runs, or if a score is not from 0 to 1. In the last two
	 * cases, no further calls are made. If the thread is interrupted, or the application
	 * is closed, open runs are cancelled
	 */
	public EvaluationReport run() {
		TestContext test = EvaluationSupport.CURRENT.get();
		Assert.state(test != null, "Run it on the thread of a @SpringBootTest method");
		ApplicationContext application = test.getApplicationContext();
		TinyFishConnectionDetails service = application.getBean(TinyFishConnectionDetails.class);
		ObjectProvider<TinyFishSimulator> simulators = application.getBeanProvider(TinyFishSimulator.class);
		// not one that is there for something else
		boolean simulated = simulators.stream().anyMatch((one) -> one.baseUrl().equals(service.getBaseUrl()));
		Assert.state(this.repetitions > 0, "An evaluation needs repetitions");
		Assert.state(simulated || this.limit != Amount.UNLIMITED, "Runs are billed: set maxSteps or maxCost");
		Assert.state(
				!TestContextAnnotationUtils.hasAnnotation(test.getTestClass(), TinyFishCassette.class)
						&& !AnnotatedElementUtils.hasAnnotation(test.getTestMethod(), TinyFishCassette.class),
				"Replayed runs are copies, which have no rate: evaluate without @TinyFishCassette");
		boolean allowed = application.getEnvironment().getProperty("tinyfish.evaluation", boolean.class, false);
		Assumptions.assumeTrue(simulated || allowed, "Runs are billed: they are made with -Dtinyfish.evaluation=true");
		BigDecimal price = (application.containsBean("tinyFishStepPrice")
				&& application.getBean("tinyFishStepPrice") instanceof Supplier<?> source
				&& source.get() instanceof BigDecimal perStep) ? perStep : BigDecimal.ZERO;
		Assert.state(price.signum() > 0 || this.limit.cost().equals(Amount.UNLIMITED.cost()),
				"maxCost needs the price of a step: set tinyfish.budget.price-per-step");
		EvaluatedRuns runs = new EvaluatedRuns(application, this.limit, price);
		try {
			List<EvaluatedCall> calls = make(runs);
			List<EvaluatedCandidate> results = this.candidates.keySet()
				.stream()
				.map((name) -> EvaluatedCandidate.of(name, planned(), this.score != null,
						calls.stream().filter((call) -> call.candidate().equals(name)).toList(), price))
				.toList();
			EvaluationReport report = new EvaluationReport(
					test.getTestClass().getSimpleName() + "." + test.getTestMethod().getName(), simulated, price,
					runs.used(), this.cases, results);
			// before a file that may not be writable
			System.out.printf("%n%s", report);
			System.out.printf("File: %s%n%n", report.write());
			if (runs.failure() != null) {
				throw runs.failure();
			}
			return report;
		}
		finally {
			runs.reported();
		}
	}

	private int planned() {
		return this.repetitions * Math.max(1, this.cases.size());
	}

	private List<EvaluatedCall> make(EvaluatedRuns runs) {
		List<EvaluatedCall> calls = new CopyOnWriteArrayList<>();
		ExecutorService threads = Executors.newFixedThreadPool(this.concurrency);
		EvaluationSupport.ACTIVE.add(runs);
		for (int i = 0; i < planned(); i++) {
			int number = i;
			this.candidates.forEach((name, call) -> threads
				.submit(() -> runs.make(name, number, () -> scoreOf(call, number, runs)).ifPresent(calls::add)));
		}
		threads.shutdown();
		try {
			threads.awaitTermination(Long.MAX_VALUE, TimeUnit.NANOSECONDS);
			runs.completed();
		}
		catch (InterruptedException ex) {
			runs.stop(new IllegalStateException("The evaluation was interrupted", ex));
			threads.shutdownNow();
			awaitEnd(threads);
			Thread.currentThread().interrupt();
		}
		return List.copyOf(calls);
	}

	/**
	 * Wait until the runs that were cancelled have ended, for their steps.
	 */
	private static void awaitEnd(ExecutorService threads) {
		try {
			threads.awaitTermination(5, TimeUnit.SECONDS);
		}
		catch (InterruptedException ex) {
			// without their steps
		}
	}

	private double scoreOf(ThrowingFunction<Integer, ? extends T> call, int number, EvaluatedRuns runs)
			throws Exception {
		T value = call.applyWithException(number % Math.max(1, this.cases.size()));
		if (this.check != null) {
			this.check.accept(value);
		}
		if (value instanceof TypedRun<?> typed) {
			// fails if it is incomplete
			typed.value();
		}
		double score = (this.score != null) ? this.score.applyAsDouble(value) : 1;
		if (!(score >= 0 && score <= 1)) {
			IllegalStateException problem = new IllegalStateException("A score must be from 0 to 1, not " + score);
			runs.stop(problem);
			throw problem;
		}
		return score;
	}

}
