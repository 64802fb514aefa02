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
import java.time.Clock;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

import ai.tinyfish.agent.AgentConfig;
import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.agent.RunSubmission;
import ai.tinyfish.agent.TinyFishRunInterceptor;
import ai.tinyfish.error.TinyFishException;
import ai.tinyfish.run.AgentRun;
import ai.tinyfish.run.TinyFishRunTimeoutException;
import ai.tinyfish.spring.boot.actuate.TinyFishEndpointContributor;
import ai.tinyfish.spring.boot.budget.BudgetLedger;
import ai.tinyfish.spring.boot.budget.BudgetLedger.Amount;
import ai.tinyfish.spring.boot.budget.BudgetLedger.Reservation;
import ai.tinyfish.spring.boot.budget.TinyFishBudgetExceededException;
import ai.tinyfish.spring.boot.budget.TinyFishBudgetUnavailableException;
import ai.tinyfish.support.TestResettable;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Refuses runs that would exceed the budget of the day. A run counts with its maximum
 * number of steps until the actual number is known.
 */
final class RunBudget implements TinyFishRunInterceptor, TinyFishEndpointContributor, TestResettable {

	private static final Duration MAX_AGE = Duration.ofSeconds(1);

	private static final Logger logger = LoggerFactory.getLogger(RunBudget.class);

	private final Set<BudgetLimit> limits = EnumSet.allOf(BudgetLimit.class);

	private final Amount limit;

	private final int stepsPerRun;

	private final ZoneId zone;

	private final BudgetLedger ledger;

	private final @Nullable Supplier<@Nullable BigDecimal> price;

	private final Clock clock;

	private @Nullable Amount recent;

	private long readAt = System.nanoTime() - MAX_AGE.toNanos();

	RunBudget(TinyFishBudgetProperties properties, BudgetLedger ledger, @Nullable Supplier<@Nullable BigDecimal> price,
			Clock clock) {
		this.limit = properties.limit();
		this.limits.removeIf((kind) -> kind.of(this.limit).equals(kind.of(Amount.UNLIMITED)));
		this.stepsPerRun = properties.stepsPerRun();
		this.zone = properties.zone();
		this.ledger = ledger;
		this.price = price;
		this.clock = clock;
	}

	/**
	 * Log the limits that are too small for a run whose request sets no maximum.
	 * @param pricePerStep the price of a step, or null if it is not known yet
	 * @param maxSteps the maximum number of steps of these runs, or null
	 */
	void checkLimits(@Nullable BigDecimal pricePerStep, @Nullable Integer maxSteps) {
		int steps = (maxSteps != null) ? maxSteps : this.stepsPerRun;
		BigDecimal cost = (pricePerStep != null) ? pricePerStep.multiply(BigDecimal.valueOf(steps)) : BigDecimal.ZERO;
		Amount needed = new Amount(0, steps, cost);
		for (BudgetLimit kind : this.limits) {
			if (kind.of(needed).compareTo(kind.of(this.limit)) > 0) {
				logger.warn(
						"{} is {}, but a run may need {}, since {} is {}: runs are refused unless their requests"
								+ " set a lower maxSteps",
						kind.property(), kind.of(this.limit).toPlainString(), kind.of(needed).toPlainString(),
						(maxSteps != null) ? "tinyfish.run.max-steps" : "tinyfish.budget.steps-per-run", steps);
			}
		}
	}

	@Override
	public AgentRequest beforeRun(RunSubmission submission) {
		AgentConfig config = submission.request().agentConfig();
		Integer maxSteps = (config != null) ? config.maxSteps() : null;
		Reservation reservation = new Reservation(submission.id(), submission.account(), today(),
				(maxSteps != null) ? maxSteps : this.stepsPerRun, price(),
				submission.operation().startsWith("durable."));
		Amount used = reserve(reservation);
		if (used != null) {
			throw exceeded(reservation, used);
		}
		return submission.request();
	}

	private BigDecimal price() {
		if (!this.limits.contains(BudgetLimit.COST)) {
			return BigDecimal.ZERO;
		}
		BigDecimal perStep = (this.price != null) ? this.price.get() : null;
		if (perStep == null) {
			throw new TinyFishBudgetUnavailableException(
					"The price of a step is not known, so that the budget cannot be checked;"
							+ " nothing was sent. Set tinyfish.budget.price-per-step",
					(this.price instanceof StepPrice wallet) ? wallet.failure() : null);
		}
		return perStep;
	}

	/**
	 * Reserve, or return the amount that leaves too little.
	 */
	private @Nullable Amount reserve(Reservation reservation) {
		try {
			return this.ledger.reserve(reservation, this.limit) ? null
					: this.ledger.usage(reservation.account(), reservation.day());
		}
		catch (RuntimeException ex) {
			throw new TinyFishBudgetUnavailableException("The budget cannot be checked; nothing was sent", ex);
		}
	}

	private TinyFishBudgetExceededException exceeded(Reservation reservation, Amount used) {
		Amount next = used.plus(reservation.amount());
		// none if another run has just been released
		BudgetLimit kind = this.limits.stream()
			.filter((candidate) -> candidate.of(next).compareTo(candidate.of(this.limit)) > 0)
			.findFirst()
			.orElseGet(this.limits.iterator()::next);
		return new TinyFishBudgetExceededException(kind.property(), kind.of(this.limit), kind.of(used),
				kind.of(reservation.amount()), reservation.account(),
				reservation.day().plusDays(1).atStartOfDay(this.zone).toInstant());
	}

	@Override
	public void finished(RunSubmission submission, AgentRun run) {
		Integer steps = run.numOfSteps();
		// a negative number would free what others have used
		if (steps != null && steps >= 0) {
			this.ledger.settle(submission.id(), steps);
		}
	}

	@Override
	public void error(RunSubmission submission, TinyFishException exception) {
		if (exception instanceof TinyFishRunTimeoutException deadline && deadline.run() != null) {
			finished(submission, deadline.run());
		}
		else if (!exception.mayHaveStartedRun()) {
			this.ledger.release(submission.id());
		}
	}

	@Override
	public void notSent(RunSubmission submission) {
		this.ledger.release(submission.id());
	}

	Set<BudgetLimit> limits() {
		return this.limits;
	}

	/**
	 * Return the remaining amount of a limit today, for the account of the application.
	 * @return the number, or NaN if it cannot be read
	 */
	double left(BudgetLimit kind) {
		Amount used = recent();
		return (used != null) ? kind.of(this.limit).subtract(kind.of(used)).doubleValue() : Double.NaN;
	}

	@Override
	public String name() {
		return "budget";
	}

	/**
	 * Return a description of the budget of today, for the account of the application.
	 * The used and remaining amounts are absent if they cannot be read.
	 */
	@Override
	public Map<String, Object> details() {
		Map<String, Object> details = new LinkedHashMap<>();
		details.put("zone", this.zone.getId());
		details.put("day", today().toString());
		details.put("limits", numbers(this.limit));
		Amount used = recent();
		if (used != null) {
			Map<String, BigDecimal> left = numbers(this.limit);
			Map<String, BigDecimal> numbers = numbers(used);
			left.replaceAll((label, value) -> value.subtract(numbers.get(label)));
			details.put("used", numbers);
			details.put("left", left);
		}
		return details;
	}

	private Map<String, BigDecimal> numbers(Amount amount) {
		Map<String, BigDecimal> numbers = new LinkedHashMap<>();
		this.limits.forEach((kind) -> numbers.put(kind.label(), kind.of(amount)));
		return numbers;
	}

	private synchronized @Nullable Amount recent() {
		if (System.nanoTime() - this.readAt >= MAX_AGE.toNanos()) {
			try {
				this.recent = this.ledger.usage(null, today());
			}
			catch (RuntimeException ex) {
				logger.debug("The budget could not be read", ex);
				this.recent = null;
			}
			this.readAt = System.nanoTime();
		}
		return this.recent;
	}

	/**
	 * Reset the ledger, unless the application has defined its own.
	 */
	@Override
	public synchronized void reset() {
		if (this.ledger instanceof TestResettable count) {
			count.reset();
		}
		this.readAt = System.nanoTime() - MAX_AGE.toNanos();
	}

	private LocalDate today() {
		return LocalDate.ofInstant(this.clock.instant(), this.zone);
	}

}
