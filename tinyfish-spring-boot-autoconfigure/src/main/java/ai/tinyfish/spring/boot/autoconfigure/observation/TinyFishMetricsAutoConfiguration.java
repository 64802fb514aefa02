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

import java.math.BigDecimal;
import java.util.function.Supplier;

import ai.tinyfish.OpenRuns;
import ai.tinyfish.spring.boot.autoconfigure.TinyFishAutoConfiguration;
import io.micrometer.core.instrument.MeterRegistry;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.SearchStrategy;
import org.springframework.context.annotation.Bean;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/**
 * Auto-configuration for meters without observations, and for the histogram of runs.
 *
 * @since 0.1.0
 */
@AutoConfiguration(after = TinyFishAutoConfiguration.class)
@ConditionalOnClass(MeterRegistry.class)
@ConditionalOnBooleanProperty(name = "tinyfish.enabled", matchIfMissing = true)
public final class TinyFishMetricsAutoConfiguration {

	@Bean
	EventMeters tinyFishEventMeters(OpenRuns openRuns) {
		return new EventMeters(openRuns);
	}

	@Bean
	BrowserMeters tinyFishBrowserMeters(OpenRuns openRuns) {
		return new BrowserMeters(openRuns);
	}

	@Bean
	RunMeters tinyFishRunMeters(
			@Qualifier(RunMeters.PRICE) ObjectProvider<Supplier<@Nullable BigDecimal>> pricePerStep) {
		return new RunMeters(pricePerStep);
	}

	@Bean
	@ConditionalOnMissingBean(name = "meterRegistryPostProcessor", search = SearchStrategy.CURRENT)
	MeterBinding tinyFishMeterBinding(ListableBeanFactory beanFactory, ObjectProvider<MeterRegistry> meterRegistry) {
		return new MeterBinding(beanFactory, meterRegistry);
	}

	@Bean
	@Order(Ordered.HIGHEST_PRECEDENCE)
	RunDurationMeterFilter tinyFishRunDurationMeterFilter() {
		return new RunDurationMeterFilter();
	}

}
