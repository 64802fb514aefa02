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

import java.time.Duration;
import java.util.function.Consumer;

import ai.tinyfish.durable.internal.Meters;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;

import org.springframework.beans.factory.ObjectProvider;

/**
 * Counters and timers in the application's registry, if there is one.
 */
final class RegistryMeters implements Meters {

	private final ObjectProvider<MeterRegistry> registry;

	RegistryMeters(ObjectProvider<MeterRegistry> registry) {
		this.registry = registry;
	}

	@Override
	public void called(String operation) {
		count("tinyfish.durable.calls", "Calls of the service for durable runs", "operation", operation);
	}

	@Override
	public void handedOver(String result) {
		count("tinyfish.durable.handovers", "Attempts to hand over an outcome", "result", result);
	}

	@Override
	public void undecided(String state) {
		count("tinyfish.durable.undecided", "Runs that a person has to decide about", "state", state);
	}

	@Override
	public void delay(Duration delay) {
		record("tinyfish.durable.handover.delay", "Time from the end of a run until its outcome was handed over",
				delay);
	}

	@Override
	public void planned(int calls) {
		use((found) -> DistributionSummary.builder("tinyfish.durable.sweep.calls")
			.description("Calls that a sweep of the open runs needs")
			.register(found)
			.record(calls));
	}

	@Override
	public void polled(Duration time) {
		record("tinyfish.durable.sweep", "Time from the beginning of a sweep until a range of runs was polled", time);
	}

	private void count(String name, String description, String tag, String value) {
		use((found) -> Counter.builder(name).description(description).tag(tag, value).register(found).increment());
	}

	private void record(String name, String description, Duration time) {
		// the clock of the service may be ahead
		use((found) -> Timer.builder(name)
			.description(description)
			.register(found)
			.record(time.isNegative() ? Duration.ZERO : time));
	}

	private void use(Consumer<MeterRegistry> measure) {
		MeterRegistry found = this.registry.getIfUnique();
		if (found != null) {
			measure.accept(found);
		}
	}

}
