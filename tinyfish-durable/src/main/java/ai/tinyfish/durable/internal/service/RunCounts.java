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

package ai.tinyfish.durable.internal.service;

import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

import ai.tinyfish.durable.DurableRunState;
import ai.tinyfish.durable.internal.store.RunQueries;
import ai.tinyfish.durable.internal.store.RunQueries.StateCount;
import ai.tinyfish.durable.internal.store.WatchTable;
import ai.tinyfish.durable.internal.store.WatchTable.WatchCounts;
import ai.tinyfish.spring.boot.actuate.TinyFishEndpointContributor;
import com.github.kagkarlsson.scheduler.Clock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Numbers and ages of runs and watches for gauges and the actuator endpoint. All gauges
 * that are read together are served by one query of each table. Each is NaN if the
 * database is not available.
 */
public final class RunCounts implements TinyFishEndpointContributor {

	private static final Logger logger = LoggerFactory.getLogger(RunCounts.class);

	private static final Duration MAX_AGE = Duration.ofSeconds(10);

	private static final Set<DurableRunState> OPEN = EnumSet.of(DurableRunState.ACCEPTED, DurableRunState.SENDING,
			DurableRunState.RUNNING, DurableRunState.UNDELIVERED);

	private final RunQueries queries;

	private final WatchTable watches;

	private final Clock clock;

	private @Nullable Counts counts;

	private long readAt = System.nanoTime() - MAX_AGE.toNanos();

	/**
	 * Create new numbers.
	 * @param queries counts the runs
	 * @param watches counts the watches
	 * @param clock the clock of the database
	 */
	public RunCounts(RunQueries queries, WatchTable watches, Clock clock) {
		this.queries = queries;
		this.watches = watches;
		this.clock = clock;
	}

	@Override
	public String name() {
		return "durable";
	}

	@Override
	public Map<String, ?> details() {
		Counts current = current();
		return (current == null) ? Map.of("error", "The database cannot be queried")
				: current.runs.stream().collect(Collectors.toMap((count) -> count.state().name(), StateCount::count));
	}

	/**
	 * Return the number of runs in a state.
	 */
	public double count(DurableRunState state) {
		return value(Set.of(state), StateCount::count);
	}

	/**
	 * Return the age of the oldest run whose outcome was not handed over, in seconds.
	 */
	public double oldest() {
		return value(OPEN, (count) -> age(count.accepted()));
	}

	/**
	 * Return the time that the oldest run has been in a state, in seconds.
	 */
	public double oldest(DurableRunState state) {
		return value(Set.of(state), (count) -> age(count.changed()));
	}

	/**
	 * Return a number of watches.
	 */
	public double watches(ToDoubleFunction<WatchCounts> number) {
		Counts current = current();
		return (current == null) ? Double.NaN : number.applyAsDouble(current.watches);
	}

	private double value(Set<DurableRunState> states, ToDoubleFunction<StateCount> value) {
		Counts all = current();
		return (all == null) ? Double.NaN
				: all.runs.stream().filter((each) -> states.contains(each.state())).mapToDouble(value).max().orElse(0);
	}

	private double age(@Nullable Instant time) {
		return (time != null) ? Duration.between(time, this.clock.now()).toMillis() / 1000.0 : 0;
	}

	private synchronized @Nullable Counts current() {
		if (System.nanoTime() - this.readAt >= MAX_AGE.toNanos()) {
			try {
				this.counts = new Counts(this.queries.counts(), this.watches.counts(this.clock.now()));
			}
			catch (RuntimeException ex) {
				logger.debug("The runs and watches could not be counted", ex);
				this.counts = null;
			}
			this.readAt = System.nanoTime();
		}
		return this.counts;
	}

	private record Counts(List<StateCount> runs, WatchCounts watches) {

	}

}
