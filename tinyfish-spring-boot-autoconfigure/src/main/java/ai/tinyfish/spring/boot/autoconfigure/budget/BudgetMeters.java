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

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;

import org.springframework.beans.factory.ObjectProvider;

/**
 * Gauges of the remaining budget of today.
 */
final class BudgetMeters implements MeterBinder {

	private final ObjectProvider<RunBudget> budget;

	BudgetMeters(ObjectProvider<RunBudget> budget) {
		this.budget = budget;
	}

	@Override
	public void bindTo(MeterRegistry registry) {
		RunBudget current = this.budget.getIfAvailable();
		if (current == null) {
			return;
		}
		for (BudgetLimit limit : current.limits()) {
			Gauge.builder("tinyfish.budget.left", current, (budget) -> budget.left(limit))
				.tag("limit", limit.label())
				.description("Remaining budget of the day")
				.register(registry);
		}
	}

}
