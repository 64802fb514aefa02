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
import java.util.Locale;

import ai.tinyfish.spring.boot.budget.BudgetLedger.Amount;

/**
 * Kinds of limits.
 */
enum BudgetLimit {

	RUNS, STEPS, COST;

	String label() {
		return name().toLowerCase(Locale.ROOT);
	}

	String property() {
		return "tinyfish.budget." + label() + "-per-day";
	}

	BigDecimal of(Amount amount) {
		return switch (this) {
			case RUNS -> BigDecimal.valueOf(amount.runs());
			case STEPS -> BigDecimal.valueOf(amount.steps());
			case COST -> amount.cost();
		};
	}

}
