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

package ai.tinyfish.spring.boot;

import java.util.function.ToDoubleFunction;

import ai.tinyfish.RunRegistry;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;

/**
 * Counters of the events that listeners missed or failed on. Boot binds them where the
 * actuator is present; where there is only a registry, they bind themselves.
 */
final class EventMeters implements MeterBinder, SmartInitializingSingleton {

	private static final String ERRORS = "tinyfish.listener.errors";

	private final RunRegistry runs;

	private final ObjectProvider<MeterRegistry> meterRegistry;

	EventMeters(RunRegistry runs, ObjectProvider<MeterRegistry> meterRegistry) {
		this.runs = runs;
		this.meterRegistry = meterRegistry;
	}

	@Override
	public void afterSingletonsInstantiated() {
		this.meterRegistry.ifUnique(this::bindTo);
	}

	@Override
	public void bindTo(MeterRegistry registry) {
		if (registry.find(ERRORS).functionCounter() != null) {
			// both Boot and this may come first, and Micrometer warns of the second
			return;
		}
		dropped("heartbeat", RunRegistry::droppedHeartbeats).register(registry);
		dropped("progress", RunRegistry::droppedProgress).register(registry);
		FunctionCounter.builder(ERRORS, this.runs, RunRegistry::failedListenerCalls)
			.description("Calls of listeners that threw")
			.register(registry);
	}

	private FunctionCounter.Builder<RunRegistry> dropped(String type, ToDoubleFunction<RunRegistry> count) {
		return FunctionCounter.builder("tinyfish.events.dropped", this.runs, count)
			.tag("type", type)
			.description("Events that were dropped because listeners were slower than their run");
	}

}
