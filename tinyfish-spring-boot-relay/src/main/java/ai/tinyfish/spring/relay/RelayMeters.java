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

import java.util.function.ToDoubleFunction;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;

import org.springframework.beans.factory.config.SingletonBeanRegistry;

/**
 * Meters of the relay. They do not create the relay, so that an application without it
 * stores no events. Public for the auto-configuration of this module, not for
 * applications.
 *
 * @since 0.1.0
 */
public final class RelayMeters implements MeterBinder {

	/** Name of the bean. */
	private static final String RELAY = "tinyFishRunEventRelay";

	private final SingletonBeanRegistry beans;

	/**
	 * Create the meters.
	 * @param beans the beans, which may include the relay
	 */
	public RelayMeters(SingletonBeanRegistry beans) {
		this.beans = beans;
	}

	@Override
	public void bindTo(MeterRegistry registry) {
		Gauge.builder("tinyfish.relay.watchers", this, (meters) -> meters.value((relay) -> relay.histories().watches()))
			.description("Subscribers of runs")
			.register(registry);
		dropped("slow", (relay) -> relay.histories().drops().slow().sum()).register(registry);
		dropped("forgotten", (relay) -> relay.histories().drops().forgotten().sum()).register(registry);
		dropped("displaced", (relay) -> relay.histories().drops().displaced().sum()).register(registry);
	}

	private FunctionCounter.Builder<RelayMeters> dropped(String reason, ToDoubleFunction<DefaultRunEventRelay> count) {
		return FunctionCounter.builder("tinyfish.relay.dropped", this, (meters) -> meters.value(count))
			.tag("reason", reason)
			.description("Subscribers that were dropped before the end of their run");
	}

	private double value(ToDoubleFunction<DefaultRunEventRelay> value) {
		return (this.beans.getSingleton(RELAY) instanceof DefaultRunEventRelay relay) ? value.applyAsDouble(relay) : 0;
	}

}
