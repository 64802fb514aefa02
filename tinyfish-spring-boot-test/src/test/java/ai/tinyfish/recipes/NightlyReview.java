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

package ai.tinyfish.recipes;

import java.math.BigDecimal;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;

import ai.tinyfish.error.TinyFishException;
import ai.tinyfish.error.TinyFishInsufficientCreditsException;
import ai.tinyfish.spring.boot.budget.TinyFishBudgetExceededException;
import ai.tinyfish.webagent.Goal;
import ai.tinyfish.webagent.WebAgent;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

@Component
class NightlyReview {

	private static final Logger logger = LoggerFactory.getLogger(NightlyReview.class);

	private final Deque<String> due = new ConcurrentLinkedDeque<>(List.of("Acme", "Globex", "Initech"));

	private final Map<String, BigDecimal> stars = new ConcurrentHashMap<>();

	private final Reviews reviews;

	NightlyReview(Reviews reviews) {
		this.reviews = reviews;
	}

	@Scheduled(cron = "${review.cron:0 0 2 * * *}", zone = "Europe/Berlin")
	void review() {
		for (int left = this.due.size(); left > 0; left--) {
			String supplier = this.due.getFirst();
			try {
				this.stars.put(supplier, this.reviews.stars(supplier));
			}
			catch (TinyFishBudgetExceededException | TinyFishInsufficientCreditsException ex) {
				logger.warn("{} suppliers are left for the next night: {}", left, ex.toString());
				return;
			}
			catch (TinyFishException ex) {
				logger.warn("No stars of {}: {}", supplier, ex.toString());
			}
			this.due.addLast(this.due.removeFirst());
		}
	}

	List<String> due() {
		return List.copyOf(this.due);
	}

	Map<String, BigDecimal> stars() {
		return Map.copyOf(this.stars);
	}

	@WebAgent(url = "https://reviews.example")
	interface Reviews {

		@Goal("How many stars has the supplier {supplier}?")
		BigDecimal stars(String supplier);

	}

}
