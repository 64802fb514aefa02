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

package ai.tinyfish.internal.lifecycle;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * Counter of activities in progress, whose end can be awaited.
 */
public final class Counter {

	private final AtomicInteger count = new AtomicInteger();

	/** The waiters, each with the number of activities that may be left. */
	private final Map<Sinks.Empty<Void>, Integer> waiting = new ConcurrentHashMap<>();

	/**
	 * Count an activity that begins.
	 */
	public void begin() {
		this.count.incrementAndGet();
	}

	/**
	 * Count an activity that ends.
	 */
	public void end() {
		int left = this.count.decrementAndGet();
		this.waiting.forEach((none, most) -> {
			if (left <= most) {
				none.tryEmitEmpty();
			}
		});
	}

	/**
	 * Return the number of activities in progress.
	 * @return the number
	 */
	public int count() {
		return this.count.get();
	}

	/**
	 * Wait until no activity is in progress.
	 * @return completes then, or at once
	 */
	public Mono<Void> whenNone() {
		return whenNoMoreThan(0);
	}

	/**
	 * Wait until no more than a number of activities are in progress.
	 * @param most how many may be left
	 * @return completes then, or at once
	 */
	public Mono<Void> whenNoMoreThan(int most) {
		return Mono.defer(() -> {
			Sinks.Empty<Void> none = Sinks.empty();
			this.waiting.put(none, most);
			if (count() <= most) {
				none.tryEmitEmpty();
			}
			return none.asMono().doFinally((signal) -> this.waiting.remove(none));
		});
	}

}
