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

import java.time.Duration;
import java.util.Map;
import java.util.NavigableSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

import ai.tinyfish.spring.boot.testing.BootContexts;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.distribution.DistributionStatisticConfig;
import io.micrometer.core.instrument.distribution.pause.PauseDetector;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for the histogram of {@code tinyfish.run}.
 */
class RunDurationMeterFilterTests {

	private static final String RUN = "tinyfish.run";

	private static final String HISTOGRAM = "management.metrics.distribution.percentiles-histogram.";

	private static final String LONGEST = "management.metrics.distribution.maximum-expected-value.";

	private static final double SECOND = Duration.ofSeconds(1).toNanos();

	private static final double HOUR = Duration.ofHours(1).toNanos();

	private final ApplicationContextRunner contextRunner = BootContexts.withTinyFish()
		.withConfiguration(
				AutoConfigurations.of(MetricsAutoConfiguration.class, CompositeMeterRegistryAutoConfiguration.class))
		.withBean(MeterRegistry.class, RecordingRegistry::new);

	@Test
	void bucketsReachFromASecondToAnHour() {
		this.contextRunner.withPropertyValues(HISTOGRAM + "tinyfish.run=true").run((context) -> {
			NavigableSet<Double> buckets = buckets(context.getBean(MeterRegistry.class), RUN);
			assertThat(buckets).hasSizeBetween(20, 70);
			assertThat(buckets.first()).isEqualTo(SECOND);
			assertThat(buckets.last()).isEqualTo(HOUR);
		});
	}

	@Test
	void thereIsNoHistogramUnlessTheApplicationTurnsItOn() {
		this.contextRunner.run((context) -> assertThat(buckets(context.getBean(MeterRegistry.class), RUN)).isEmpty());
	}

	@Test
	void otherMetersAreAsTheyWere() {
		this.contextRunner.withPropertyValues(HISTOGRAM + "all=true").run((context) -> {
			MeterRegistry meters = context.getBean(MeterRegistry.class);
			NavigableSet<Double> others = buckets(new RecordingRegistry(),
					(registry) -> registry.config().meterFilter(new HistogramFilter()), "shop.orders");
			for (String name : new String[] { "shop.orders", "tinyfish.run.wait", "tinyfish.client.calls" }) {
				assertThat(buckets(meters, name)).as(name).isEqualTo(others);
			}
		});
	}

	@Test
	void propertiesOfTheApplicationComeFirst() {
		this.contextRunner
			.withPropertyValues(HISTOGRAM + "tinyfish.run=true", LONGEST + "tinyfish.run=20m",
					"management.metrics.distribution.minimum-expected-value.tinyfish=10s")
			.run((context) -> {
				NavigableSet<Double> buckets = buckets(context.getBean(MeterRegistry.class), RUN);
				assertThat(buckets.first()).isEqualTo(10 * SECOND);
				assertThat(buckets.last()).isEqualTo(HOUR / 3);
			});
	}

	@Test
	void filtersOfTheApplicationComeFirst() {
		this.contextRunner.withPropertyValues(HISTOGRAM + "tinyfish.run=true")
			.withBean(MeterFilter.class, () -> MeterFilter.maxExpected(RUN, Duration.ofHours(2)))
			.run((context) -> assertThat(buckets(context.getBean(MeterRegistry.class), RUN).last())
				.isEqualTo(2 * HOUR));
	}

	@Test
	void boundariesOfTheApplicationAreKept() {
		this.contextRunner.withPropertyValues("management.metrics.distribution.slo.tinyfish.run=1m,5m")
			.run((context) -> assertThat(buckets(context.getBean(MeterRegistry.class), RUN))
				.containsExactly(60 * SECOND, 300 * SECOND));
	}

	private static NavigableSet<Double> buckets(MeterRegistry registry, String name) {
		return buckets((RecordingRegistry) registry, (own) -> {
		}, name);
	}

	private static NavigableSet<Double> buckets(RecordingRegistry registry, Consumer<MeterRegistry> setup,
			String name) {
		setup.accept(registry);
		Timer.builder(name).register(registry);
		return registry.timers.get(name).getHistogramBuckets(true);
	}

	private static final class HistogramFilter implements MeterFilter {

		@Override
		public DistributionStatisticConfig configure(Meter.Id id, DistributionStatisticConfig config) {
			return DistributionStatisticConfig.builder().percentilesHistogram(true).build().merge(config);
		}

	}

	/**
	 * Registry that records how each timer is configured in the end.
	 */
	static final class RecordingRegistry extends SimpleMeterRegistry {

		private final Map<String, DistributionStatisticConfig> timers = new ConcurrentHashMap<>();

		@Override
		protected Timer newTimer(Meter.Id id, DistributionStatisticConfig config, PauseDetector pauseDetector) {
			this.timers.put(id.getName(), config);
			return super.newTimer(id, config, pauseDetector);
		}

	}

}
