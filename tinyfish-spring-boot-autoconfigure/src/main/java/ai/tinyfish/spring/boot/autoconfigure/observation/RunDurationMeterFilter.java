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

import ai.tinyfish.observation.TinyFishObservationDocumentation;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.distribution.DistributionStatisticConfig;

/**
 * Adds buckets for runs of minutes to the histogram of {@code tinyfish.run}, if the
 * application has one: Micrometer's own buckets end at 30 seconds. It is applied before
 * the application's own filters and properties, which override it.
 */
final class RunDurationMeterFilter implements MeterFilter {

	private static final DistributionStatisticConfig RANGE = DistributionStatisticConfig.builder()
		.minimumExpectedValue((double) Duration.ofSeconds(1).toNanos())
		.maximumExpectedValue((double) Duration.ofHours(1).toNanos())
		.build();

	@Override
	public DistributionStatisticConfig configure(Meter.Id id, DistributionStatisticConfig config) {
		boolean run = id.getType() == Meter.Type.TIMER
				&& id.getName().equals(TinyFishObservationDocumentation.RUN.getName());
		return run ? RANGE.merge(config) : config;
	}

}
