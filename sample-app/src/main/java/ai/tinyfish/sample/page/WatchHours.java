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

import ai.tinyfish.durable.watch.WatchState;
import ai.tinyfish.durable.watch.WatchStatus;
import ai.tinyfish.durable.watch.Watches;

import org.springframework.context.annotation.Profile;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * Lets hours pass in the made-up shop: the clock is turned, and the active watches run,
 * as they would with an hourly schedule.
 */
@Component
@Profile("durable")
class WatchHours {

	private final Watches watches;

	private final ShopClock clock;

	private int left;

	WatchHours(Watches watches, ShopClock clock) {
		this.watches = watches;
		this.clock = clock;
	}

	/**
	 * Let a number of hours pass, one after the other; 0 stops the clock.
	 */
	synchronized void pass(int hours) {
		this.left = hours;
	}

	synchronized int left() {
		return this.left;
	}

	@Scheduled(fixedDelay = 250)
	synchronized void turn() {
		if (this.left > 0 && this.watches.list().stream().allMatch((watch) -> watch.openRun() == null)) {
			this.left--;
			this.clock.turn();
			this.watches.list()
				.stream()
				.filter((watch) -> watch.state() == WatchState.ACTIVE)
				.map(WatchStatus::id)
				.forEach(this.watches::runNow);
		}
	}

}
