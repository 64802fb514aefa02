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

package ai.tinyfish.simulator.internal.api;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BooleanSupplier;

import reactor.core.publisher.Mono;

/**
 * Counters of requests and streams.
 */
public final class Traffic {

	private final Map<String, LongAdder> requests = new ConcurrentHashMap<>();

	private final AtomicInteger openStreams = new AtomicInteger();

	private final AtomicLong droppedStreams = new AtomicLong();

	public void received(String label) {
		this.requests.computeIfAbsent(label, (key) -> new LongAdder()).increment();
	}

	public void streamOpened() {
		this.openStreams.incrementAndGet();
	}

	/**
	 * Count a stream on which nothing is ever sent.
	 */
	public Mono<Void> silentStream(BooleanSupplier closing) {
		return Mono.<Void>never()
			.doOnSubscribe((subscription) -> streamOpened())
			.doOnCancel(() -> streamClosed(!closing.getAsBoolean()));
	}

	public void streamClosed(boolean byReader) {
		if (byReader) {
			this.droppedStreams.incrementAndGet();
		}
		this.openStreams.decrementAndGet();
	}

	/**
	 * Clear the counts. Open streams continue to be counted.
	 */
	public void clear() {
		this.requests.clear();
		this.droppedStreams.set(0);
	}

	public Map<String, Long> requests() {
		Map<String, Long> counts = new TreeMap<>();
		this.requests.forEach((label, count) -> counts.put(label, count.sum()));
		return counts;
	}

	public int openStreams() {
		return this.openStreams.get();
	}

	public long droppedStreams() {
		return this.droppedStreams.get();
	}

}
