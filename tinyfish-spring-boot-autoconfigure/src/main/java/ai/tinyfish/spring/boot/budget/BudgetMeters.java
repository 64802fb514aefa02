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

package ai.tinyfish.spring.boot.budget;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;

/**
 * Gauges of what is left of the budget today.
 */
final class BudgetMeters implements MeterBinder {

	private static final String LEFT = "tinyfish.budget.left";

	private final RunBudget budget;

	BudgetMeters(RunBudget budget) {
		this.budget = budget;
	}

	@Override
	public void bindTo(MeterRegistry registry) {
		if (registry.find(LEFT).gauge() != null) {
			return;
		}
		for (BudgetLimit limit : this.budget.limits()) {
			Gauge.builder(LEFT, this.budget, (current) -> current.left(limit))
				.tag("limit", limit.label())
				.description("What is left of the budget of the day")
				.register(registry);
		}
	}

}
