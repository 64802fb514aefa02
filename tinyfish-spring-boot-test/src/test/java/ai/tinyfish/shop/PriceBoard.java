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

package ai.tinyfish.shop;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

import ai.tinyfish.spring.event.TinyFishRunFinishedEvent;

import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

@Component
class PriceBoard {

	private final Map<String, BigDecimal> prices = new ConcurrentHashMap<>();

	private final List<String> problems = new CopyOnWriteArrayList<>();

	@EventListener(condition = "#event.verdict.achieved")
	void onPrice(TinyFishRunFinishedEvent event) {
		this.prices.put(event.getGoal(), event.getRun().typed(Offer.class).value().price());
	}

	@EventListener(condition = "#event.verdict.missed")
	void onProblem(TinyFishRunFinishedEvent event) {
		this.problems.add(event.getGoal() + ": " + event.getVerdict().reason());
	}

	BigDecimal price(String goal) {
		return this.prices.get(goal);
	}

	List<String> problems() {
		return List.copyOf(this.problems);
	}

}
