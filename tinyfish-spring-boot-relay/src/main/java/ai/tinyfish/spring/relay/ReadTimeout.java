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

package ai.tinyfish.spring.relay;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;

/**
 * Timeout of a subscriber that requests nothing, or that does not write the last elements
 * after all were emitted.
 */
final class ReadTimeout {

	private final Duration timeout;

	private final AtomicLong demand = new AtomicLong();

	private volatile long progressAt = System.nanoTime();

	private volatile boolean complete;

	ReadTimeout(Duration timeout) {
		this.timeout = timeout;
	}

	<T> Flux<T> observe(Flux<T> source) {
		return source.doOnRequest((count) -> {
			this.demand.accumulateAndGet(count, Operators::addCap);
			this.progressAt = System.nanoTime();
		}).doOnNext((next) -> {
			this.demand.decrementAndGet();
			this.progressAt = System.nanoTime();
		}).doOnComplete(() -> {
			this.complete = true;
			this.progressAt = System.nanoTime();
		});
	}

	/**
	 * Emit an element when the timeout has elapsed.
	 */
	Mono<Long> elapsed() {
		return Flux.interval(this.timeout.dividedBy(4))
			.onBackpressureDrop()
			.filter((tick) -> (this.complete || this.demand.get() <= 0)
					&& System.nanoTime() - this.progressAt >= this.timeout.toNanos())
			.next();
	}

}
