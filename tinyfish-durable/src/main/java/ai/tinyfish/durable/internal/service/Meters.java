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
import java.util.Locale;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

import ai.tinyfish.agent.RunContext;
import ai.tinyfish.durable.DurableRunState;
import ai.tinyfish.run.AgentRun;
import ai.tinyfish.durable.internal.store.RunRow;
import ai.tinyfish.durable.internal.store.WatchTable.WatchCounts;
import ai.tinyfish.durable.watch.WatchDriftedEvent;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.Timer;
import org.jspecify.annotations.Nullable;

import static java.util.concurrent.TimeUnit.SECONDS;

/**
 * Meters in the application's registry, if there is one. This class loads without
 * Micrometer.
 */
public final class Meters {

	private final @Nullable Supplier<@Nullable MeterRegistry> registry;

	private final BiConsumer<RunContext, AgentRun> runs;

	/**
	 * Create new meters.
	 * @param registry supplies the registry, or null
	 * @param runs the meters of all runs
	 */
	public Meters(Supplier<@Nullable MeterRegistry> registry, BiConsumer<RunContext, AgentRun> runs) {
		this.registry = registry;
		this.runs = runs;
	}

	/**
	 * Create meters that measure nothing, without naming a class of Micrometer.
	 */
	public Meters() {
		this.registry = null;
		this.runs = (context, run) -> {
		};
	}

	/**
	 * Count a call of the service.
	 * @param operation such as {@code runs.getAll}
	 */
	void called(String operation) {
		count("tinyfish.durable.calls", "Calls of the service for durable runs", "operation", operation);
	}

	/**
	 * Count an attempt to hand over an outcome.
	 * @param result {@code delivered}, {@code retry} or {@code parked}
	 */
	public void handedOver(String result) {
		count("tinyfish.durable.handovers", "Attempts to hand over an outcome", "result", result);
	}

	/**
	 * Record a run whose outcome was handed over with all other runs.
	 */
	public void ended(RunRow row, AgentRun run) {
		this.runs.accept(RunContext.builder().runId(run.runId()).goalVersion(row.goalVersion()).build(), run);
	}

	/**
	 * Count a run that a person has to decide about.
	 */
	public void undecided(DurableRunState state) {
		count("tinyfish.durable.undecided", "Runs that a person has to decide about", "state", tag(state));
	}

	/**
	 * Count an event of a watch that was delivered.
	 */
	public void published(Object event) {
		if (!(event instanceof WatchDriftedEvent drifted) || !drifted.over()) {
			count((event instanceof WatchDriftedEvent) ? "tinyfish.watch.drifts" : "tinyfish.watch.changes",
					"Events that watches have published");
		}
	}

	/**
	 * Count a check of a page before a slot of a watch.
	 * @param result {@code same}, {@code changed}, {@code due} or {@code failed}
	 */
	public void checked(String result) {
		count("tinyfish.watch.checks", "Pages that were fetched before slots of watches", "result", result);
	}

	/**
	 * Record the time from the end of a run until its outcome was handed over.
	 */
	public void delay(Duration delay) {
		record("tinyfish.durable.handover.delay", "Time from the end of a run until its outcome was handed over",
				delay);
	}

	/**
	 * Record the time from the beginning of a sweep until a range of runs was polled.
	 */
	public void polled(Duration time) {
		record("tinyfish.durable.sweep", "Time from the beginning of a sweep until a range of runs was polled", time);
	}

	/**
	 * Register the gauges of the runs that have not ended, and of watches. Each instance
	 * reports those of all.
	 * @param registry the registry
	 * @param counts supplies their numbers
	 */
	public static void bind(MeterRegistry registry, Supplier<RunCounts> counts) {
		Gauge.builder("tinyfish.watch.failing", counts, (current) -> current.get().watches(WatchCounts::failing))
			.description("Active watches that have drifted, of all instances")
			.register(registry);
		Gauge.builder("tinyfish.watch.oldest", counts, (current) -> current.get().watches(WatchCounts::oldest))
			.description("Largest age of the last good result of an active watch, as a multiple of its period")
			.register(registry);
		for (DurableRunState state : DurableRunState.values()) {
			if (!state.isFinal()) {
				Gauge.builder("tinyfish.durable.runs", counts, (current) -> current.get().count(state))
					.description("Durable runs that have not ended, of all instances")
					.tag("state", tag(state))
					.register(registry);
			}
			if (state == DurableRunState.HELD || state == DurableRunState.UNCERTAIN
					|| state == DurableRunState.PARKED) {
				age(registry, counts, "tinyfish.durable.oldest.undecided",
						"Time since the oldest run got into a state about which a person has to decide",
						(current) -> current.get().oldest(state), "state", tag(state));
			}
		}
		age(registry, counts, "tinyfish.durable.oldest",
				"Age of the oldest durable run whose outcome was not handed over", (current) -> current.get().oldest());
	}

	private static void age(MeterRegistry registry, Supplier<RunCounts> counts, String name, String description,
			ToDoubleFunction<Supplier<RunCounts>> age, String... tags) {
		TimeGauge.builder(name, counts, SECONDS, age).description(description).tags(tags).register(registry);
	}

	private static String tag(DurableRunState state) {
		return state.name().toLowerCase(Locale.ROOT);
	}

	private void count(String name, String description, String... tags) {
		MeterRegistry found = found();
		if (found != null) {
			Counter.builder(name).description(description).tags(tags).register(found).increment();
		}
	}

	private void record(String name, String description, Duration time) {
		// the clock of the service may be ahead
		MeterRegistry found = found();
		if (found != null) {
			Timer.builder(name)
				.description(description)
				.register(found)
				.record(time.isNegative() ? Duration.ZERO : time);
		}
	}

	// not a lambda with the registry as a parameter: without Micrometer it could not be
	// linked
	private @Nullable MeterRegistry found() {
		return (this.registry != null) ? this.registry.get() : null;
	}

}
