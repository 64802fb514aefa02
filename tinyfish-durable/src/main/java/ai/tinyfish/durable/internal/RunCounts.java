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

package ai.tinyfish.durable.internal;

import java.time.Duration;
import java.util.Map;

import ai.tinyfish.durable.DurableRunState;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Numbers of runs for gauges. All gauges that are read together are served by one query.
 */
public final class RunCounts {

	private static final Logger logger = LoggerFactory.getLogger(RunCounts.class);

	private static final Duration MAX_AGE = Duration.ofSeconds(10);

	private final Engine engine;

	private Counted counted = new Counted(Map.of(), Double.NaN, false);

	private long readAt = System.nanoTime() - MAX_AGE.toNanos();

	/**
	 * Create new counts.
	 * @param engine the engine
	 */
	public RunCounts(Engine engine) {
		this.engine = engine;
	}

	/**
	 * Return the number of runs in a state.
	 * @param state the state
	 * @return the number, or NaN if the database cannot be asked
	 */
	public double count(DurableRunState state) {
		Counted current = current();
		return current.known() ? current.counts().getOrDefault(state, 0L) : Double.NaN;
	}

	/**
	 * Return the age of the oldest run whose outcome was not handed over.
	 * @return the age in seconds, or NaN if the database cannot be asked
	 */
	public double oldest() {
		return current().oldest();
	}

	private synchronized Counted current() {
		if (System.nanoTime() - this.readAt >= MAX_AGE.toNanos()) {
			this.counted = read();
			this.readAt = System.nanoTime();
		}
		return this.counted;
	}

	private Counted read() {
		try {
			return new Counted(this.engine.queries().counts(),
					this.engine.queries().oldest(this.engine.clock().now()).toMillis() / 1000.0, true);
		}
		catch (RuntimeException ex) {
			logger.debug("The runs could not be counted", ex);
			return new Counted(Map.of(), Double.NaN, false);
		}
	}

	private record Counted(Map<DurableRunState, Long> counts, double oldest, boolean known) {

	}

}
