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

package ai.tinyfish.internal;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * Counts what is under way, so that its end can be waited for.
 */
public final class Tally {

	private final AtomicInteger count = new AtomicInteger();

	private final Set<Sinks.Empty<Void>> waiting = ConcurrentHashMap.newKeySet();

	/**
	 * Something begins.
	 */
	public void begin() {
		this.count.incrementAndGet();
	}

	/**
	 * Something that had begun is over.
	 */
	public void end() {
		if (this.count.decrementAndGet() == 0) {
			this.waiting.forEach(Sinks.Empty::tryEmitEmpty);
		}
	}

	/**
	 * How much is under way.
	 * @return the number
	 */
	public int count() {
		return this.count.get();
	}

	/**
	 * Wait until nothing is under way.
	 * @return completes then, or at once
	 */
	public Mono<Void> whenNone() {
		return Mono.defer(() -> {
			Sinks.Empty<Void> none = Sinks.empty();
			this.waiting.add(none);
			if (count() == 0) {
				none.tryEmitEmpty();
			}
			return none.asMono().doFinally((signal) -> this.waiting.remove(none));
		});
	}

}
