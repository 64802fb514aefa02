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

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import ai.tinyfish.durable.DurableRunErrorEvent;
import ai.tinyfish.durable.DurableRunFinishedEvent;
import ai.tinyfish.error.TinyFishException;
import ai.tinyfish.run.AgentRun;
import ai.tinyfish.run.TinyFishRunTimeoutException;
import ai.tinyfish.spring.event.TinyFishRunErrorEvent;
import ai.tinyfish.spring.event.TinyFishRunFinishedEvent;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;

import org.springframework.context.event.EventListener;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * Shows the cost of the runs of this application: that of the steps in its meters, and
 * the number of runs whose cost is unknown.
 */
@Component
class Money {

	private final MeterRegistry meters;

	private final Board board;

	private final Fragments fragments;

	private final Price price;

	/**
	 * The ids of runs that may have cost something, but whose steps are not known, and
	 * the events of those without an id.
	 */
	private final Set<Object> unknown = ConcurrentHashMap.newKeySet();

	Money(MeterRegistry meters, Board board, Fragments fragments, Price price) {
		this.meters = meters;
		this.board = board;
		this.fragments = fragments;
		this.price = price;
	}

	@EventListener
	void on(TinyFishRunErrorEvent event) {
		TinyFishException exception = event.getException();
		if (exception instanceof TinyFishRunTimeoutException deadline && deadline.run() != null) {
			ended(String.valueOf(event.getRunId()), deadline.run());
		}
		else if (exception != null && exception.mayHaveStartedRun()) {
			this.unknown.add((event.getRunId() != null) ? event.getRunId() : event);
		}
	}

	@EventListener
	void on(TinyFishRunFinishedEvent event) {
		ended(String.valueOf(event.getRunId()), event.getRun());
	}

	@EventListener
	void on(DurableRunErrorEvent event) {
		switch (event.getState()) {
			case UNCERTAIN, LOST, ABANDONED -> this.unknown.add(event.getDurableId());
			default -> this.unknown.remove(event.getDurableId());
		}
	}

	@EventListener
	void on(DurableRunFinishedEvent event) {
		ended(event.getDurableId(), event.getRun());
	}

	private void ended(String id, AgentRun run) {
		// without a run id, nothing was sent
		if (run.numOfSteps() == null && run.runId() != null) {
			this.unknown.add(id);
		}
		else {
			this.unknown.remove(id);
		}
	}

	@Scheduled(fixedDelay = 1000)
	void refresh() {
		Collection<DistributionSummary> runs = this.meters.find("tinyfish.run.steps").summaries();
		long steps = Math.round(runs.stream().mapToDouble(DistributionSummary::totalAmount).sum());
		Map<String, Object> sums = new HashMap<>();
		sums.put("runs", runs.stream().mapToLong(DistributionSummary::count).sum());
		sums.put("steps", steps);
		sums.put("unknown", this.unknown.size());
		List<Card> cards = this.board.newestFirst();
		Map<String, StackedBars> charts = new LinkedHashMap<>();
		charts.put("Runs", StackedBars.of(cards, (card) -> BigDecimal.ONE));
		charts.put("USD", StackedBars.of(cards, (card) -> card.getRecord().cost()));
		sums.put("charts", charts);
		// not before the first run, since the price may be read from the wallet
		BigDecimal price = (steps > 0) ? this.price.perStep() : null;
		if (price != null) {
			sums.put("price", price);
			sums.put("cost", price.multiply(BigDecimal.valueOf(steps)).setScale(2, RoundingMode.HALF_UP));
		}
		this.board.show("money", this.fragments.money(sums));
	}

}
