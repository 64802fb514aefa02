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
import java.time.ZoneId;
import java.util.Objects;

import ai.tinyfish.spring.boot.budget.BudgetLedger.Amount;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Properties of the budget.
 *
 * @param runsPerDay Maximum number of runs of a day. If not set, there is no limit.
 * @param stepsPerDay Maximum number of steps of a day. If not set, there is no limit.
 * @param costPerDay Maximum cost of the steps of a day, in the currency of their price.
 * If not set, there is no limit.
 * @param pricePerStep Price of a step. If not set, the rates of the wallet apply.
 * @param stepsPerRun Number of steps that count for a run in flight whose request has no
 * maximum.
 * @param zone Time zone in which a day begins at midnight.
 */
@ConfigurationProperties("tinyfish.budget")
record TinyFishBudgetProperties(@Nullable Long runsPerDay, @Nullable Long stepsPerDay, @Nullable BigDecimal costPerDay,
		@Nullable BigDecimal pricePerStep, @DefaultValue("150") int stepsPerRun, @DefaultValue("UTC") ZoneId zone) {

	TinyFishBudgetProperties {
		require(runsPerDay == null || runsPerDay >= 0, "runs-per-day must not be negative");
		require(stepsPerDay == null || stepsPerDay >= 0, "steps-per-day must not be negative");
		require(costPerDay == null || costPerDay.signum() >= 0, "cost-per-day must not be negative");
		require(pricePerStep == null || pricePerStep.signum() > 0, "price-per-step must be positive");
		require(stepsPerRun > 0, "steps-per-run must be 1 or more");
	}

	boolean isLimited() {
		return this.runsPerDay != null || this.stepsPerDay != null || this.costPerDay != null;
	}

	Amount limit() {
		return new Amount(Objects.requireNonNullElse(this.runsPerDay, Amount.UNLIMITED.runs()),
				Objects.requireNonNullElse(this.stepsPerDay, Amount.UNLIMITED.steps()),
				Objects.requireNonNullElse(this.costPerDay, Amount.UNLIMITED.cost()));
	}

	private static void require(boolean valid, String problem) {
		if (!valid) {
			throw new IllegalArgumentException("tinyfish.budget." + problem);
		}
	}

}
