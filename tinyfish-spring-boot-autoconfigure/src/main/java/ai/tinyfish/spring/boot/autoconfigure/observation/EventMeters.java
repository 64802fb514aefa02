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

package ai.tinyfish.spring.boot.autoconfigure.observation;

import java.util.function.ToDoubleFunction;

import ai.tinyfish.OpenRuns;
import ai.tinyfish.support.RunControl;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;

/**
 * Meters of the events that wait for listeners, were dropped, or made listeners fail.
 */
final class EventMeters implements MeterBinder {

	private final RunControl runs;

	EventMeters(OpenRuns runs) {
		this.runs = (RunControl) runs;
	}

	@Override
	public void bindTo(MeterRegistry registry) {
		Gauge.builder("tinyfish.events.waiting", this.runs, (control) -> control.counts().waitingEvents())
			.description("Events that wait for their listeners")
			.register(registry);
		dropped("heartbeat", (control) -> control.counts().droppedHeartbeats()).register(registry);
		dropped("progress", (control) -> control.counts().droppedProgress()).register(registry);
		FunctionCounter
			.builder("tinyfish.listener.errors", this.runs, (control) -> control.counts().failedListenerCalls())
			.description("Calls of listeners that threw")
			.register(registry);
	}

	private FunctionCounter.Builder<RunControl> dropped(String type, ToDoubleFunction<RunControl> count) {
		return FunctionCounter.builder("tinyfish.events.dropped", this.runs, count)
			.tag("type", type)
			.description("Events that were dropped because listeners were slower than their run");
	}

}
