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
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

import ai.tinyfish.sample.Shop.Product;
import ai.tinyfish.sample.durable.BookWatch;
import ai.tinyfish.simulator.Scenario;
import ai.tinyfish.simulator.SimulatorRequest;
import org.jspecify.annotations.Nullable;

import org.springframework.stereotype.Component;

/**
 * Clock of the made-up shop that is watched. Its prices move by the hour, a book is gone
 * for some hours, and each day there is a captcha once and the shop blocks agents for
 * three hours.
 */
@Component
class ShopClock {

	private static final List<String> TITLES = List.of("Winters of Moss", "The Lamplighter's Ledger",
			"Night Ferry to Varn", "A Map of Small Rivers", "Salt and Thimbles");

	private static final int OPENING = 8;

	private static final int CAPTCHA = 10;

	private static final int BLOCKED = 18;

	private static final int OPEN_AGAIN = 21;

	private volatile int hours = OPENING;

	/**
	 * Turn the clock by an hour.
	 */
	synchronized void turn() {
		this.hours++;
	}

	@Override
	public String toString() {
		return "day %d, %02d:00".formatted(this.hours / 24 + 1, this.hours % 24);
	}

	/**
	 * Return what a run finds in the shop now, or null if its goal is not watched.
	 */
	@Nullable Scenario scenario(SimulatorRequest request) {
		boolean all = request.goal().equals(BookWatch.ALL);
		if (!all && !request.goal().equals(BookWatch.POETRY)) {
			return null;
		}
		Scenario.Builder scenario = Scenario.builder()
			.pace(Duration.ofMillis(50))
			.steps("Opening the shop", "Sorting by price", "Reading the prices");
		int hour = this.hours % 24;
		if (all && hour >= BLOCKED && hour < OPEN_AGAIN) {
			return scenario.fails("SITE_BLOCKED", "The shop blocks the agent").build();
		}
		if (hour == CAPTCHA) {
			return scenario.result(Map.of("status", "failure", "reason", "A captcha stood in the way")).build();
		}
		return scenario.result(products(this.hours, all ? 0 : 2)).build();
	}

	private static List<Product> products(int hours, int first) {
		return IntStream.range(first, TITLES.size())
			.filter((book) -> book != 3 || hours % 24 < 13 || hours % 24 > 16)
			.mapToObj((book) -> new Product(TITLES.get(book), price(book, hours), "GBP", true))
			.toList();
	}

	/**
	 * Each book keeps its price for some hours.
	 */
	private static BigDecimal price(int book, int hours) {
		int change = (hours + 4 * book) / (9 + book);
		return BigDecimal.valueOf(680 + 90 * book + (change * 47 + book * 31) % 120, 2);
	}

}
