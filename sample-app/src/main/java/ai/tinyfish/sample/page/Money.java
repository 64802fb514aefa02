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

package ai.tinyfish.sample.page;

import java.util.Collection;
import java.util.Locale;
import java.util.Map;

import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * Shows what the runs of this application cost, as its meters say.
 */
@Component
class Money {

	private final MeterRegistry meters;

	private final Board board;

	private final Fragments fragments;

	private final String price;

	Money(MeterRegistry meters, Board board, Fragments fragments,
			@Value("${tinyfish.budget.price-per-step:}") String price) {
		this.meters = meters;
		this.board = board;
		this.fragments = fragments;
		this.price = price;
	}

	@Scheduled(fixedDelay = 1000)
	void refresh() {
		Collection<DistributionSummary> steps = this.meters.find("tinyfish.run.steps").summaries();
		double cost = sum(this.meters.find("tinyfish.run.cost").summaries());
		this.board.show("money",
				this.fragments.money(Map.of("runs", steps.stream().mapToLong(DistributionSummary::count).sum(), "steps",
						Math.round(sum(steps)), "price", this.price, "cost",
						String.format(Locale.ROOT, "%.2f", cost))));
	}

	private static double sum(Collection<DistributionSummary> summaries) {
		return summaries.stream().mapToDouble(DistributionSummary::totalAmount).sum();
	}

}
