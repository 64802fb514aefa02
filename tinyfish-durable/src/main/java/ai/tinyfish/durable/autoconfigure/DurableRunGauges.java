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

package ai.tinyfish.durable.autoconfigure;

import java.util.Locale;

import ai.tinyfish.durable.DurableRunState;
import ai.tinyfish.durable.internal.Engine;
import ai.tinyfish.durable.internal.RunCounts;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.binder.MeterBinder;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.util.function.SingletonSupplier;

import static java.util.concurrent.TimeUnit.SECONDS;

/**
 * Gauges of the runs that have not ended. Each instance reports those of all.
 */
final class DurableRunGauges implements MeterBinder {

	private static final String RUNS = "tinyfish.durable.runs";

	private final SingletonSupplier<RunCounts> counts;

	DurableRunGauges(ObjectProvider<Engine> engine) {
		this.counts = SingletonSupplier.of(() -> new RunCounts(engine.getObject()));
	}

	@Override
	public void bindTo(MeterRegistry registry) {
		if (registry.find(RUNS).gauge() != null) {
			return;
		}
		for (DurableRunState state : DurableRunState.values()) {
			if (!state.isFinal()) {
				Gauge.builder(RUNS, this.counts, (counts) -> counts.obtain().count(state))
					.description("Durable runs that have not ended, of all instances")
					.tag("state", state.name().toLowerCase(Locale.ROOT))
					.register(registry);
			}
		}
		TimeGauge.builder("tinyfish.durable.oldest", this.counts, SECONDS, (counts) -> counts.obtain().oldest())
			.description("Age of the oldest durable run whose outcome was not handed over")
			.register(registry);
	}

}
