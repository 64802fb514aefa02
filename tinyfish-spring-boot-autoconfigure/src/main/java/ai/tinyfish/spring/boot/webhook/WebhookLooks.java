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

package ai.tinyfish.spring.boot.webhook;

import java.time.Duration;
import java.util.concurrent.TimeoutException;

import ai.tinyfish.error.TinyFishApiException;
import ai.tinyfish.error.TinyFishNotFoundException;
import ai.tinyfish.error.TinyFishStatusException;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * How often a run is looked at that a delivery has named, and whether again.
 */
final class WebhookLooks {

	private static final double GROWTH = 1.5;

	private final Settings settings;

	private final long began = System.nanoTime();

	private Duration interval;

	private boolean missed;

	WebhookLooks(Settings settings) {
		this.settings = settings;
		this.interval = settings.interval();
	}

	/**
	 * Whether the service itself says that it will not give the run, whoever asks: a page
	 * of a gateway does not speak for it.
	 */
	static boolean isRefused(Throwable failure) {
		return failure instanceof TinyFishStatusException answered && answered.code() != null
				&& answered.status() / 100 == 4 && answered.status() != 408 && answered.status() != 429;
	}

	/**
	 * Whether to look again.
	 * @param failure what the last look failed with
	 * @param crowded whether other runs have to wait for it
	 */
	boolean goOn(Throwable failure, boolean crowded) {
		if (isRefused(failure)) {
			// once more for a run that is not known everywhere yet
			boolean again = failure instanceof TinyFishNotFoundException && !this.missed && !crowded;
			this.missed = true;
			return again;
		}
		return failure instanceof TinyFishApiException && !isOver();
	}

	/**
	 * The time before the next look.
	 * @param scheduler where the next look is to begin
	 * @return fails where there is none
	 */
	Mono<Long> pause(Scheduler scheduler) {
		if (isOver()) {
			return Mono.error(new TimeoutException("It had not ended after " + this.settings.tolerance()));
		}
		Duration current = this.interval;
		Duration next = Duration.ofNanos((long) (current.toNanos() * GROWTH));
		this.interval = (next.compareTo(this.settings.maxInterval()) < 0) ? next : this.settings.maxInterval();
		return Mono.delay(current, scheduler);
	}

	private boolean isOver() {
		return System.nanoTime() - this.began >= this.settings.tolerance().toNanos();
	}

	/**
	 * How patient looks are.
	 *
	 * @param interval the time between the first two
	 * @param maxInterval the longest time between two
	 * @param tolerance the longest time from the first to the last
	 */
	record Settings(Duration interval, Duration maxInterval, Duration tolerance) {

		private static final Duration MAX = Duration.ofDays(365);

		Settings {
			interval = atMost(interval);
			maxInterval = atMost(maxInterval);
			tolerance = atMost(tolerance);
		}

		private static Duration atMost(Duration duration) {
			return (duration.compareTo(MAX) < 0) ? duration : MAX;
		}

	}

}
