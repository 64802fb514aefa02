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

package ai.tinyfish.spring.relay.autoconfigure;

import java.time.Duration;

import ai.tinyfish.spring.relay.RelayFactory;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.Assert;
import org.springframework.util.unit.DataSize;

/**
 * Properties of the relay.
 *
 * @param maxRuns Maximum number of stored runs.
 * @param maxEventsPerRun Maximum number of stored events of one run.
 * @param maxSize Maximum size of the stored events of all runs, as they are sent.
 * @param maxStreams Maximum number of open streams of all runs together.
 * @param maxStreamsPerRun Maximum number of open streams of one run.
 * @param retention How long a run is stored after its end.
 * @param heartbeat Time between two comments that keep connections alive.
 * @param writeTimeout Time after which a stream is closed if its browser reads nothing.
 * @since 0.1.0
 */
@ConfigurationProperties("tinyfish.relay")
public record TinyFishRelayProperties(@DefaultValue("1000") int maxRuns, @DefaultValue("256") int maxEventsPerRun,
		@DefaultValue("32MB") DataSize maxSize, @DefaultValue("1000") int maxStreams,
		@DefaultValue("100") int maxStreamsPerRun, @DefaultValue("10m") Duration retention,
		@DefaultValue("15s") Duration heartbeat,
		@DefaultValue("30s") Duration writeTimeout) implements RelayFactory.Settings {

	/**
	 * Create new properties.
	 * @param maxRuns maximum number of stored runs
	 * @param maxEventsPerRun maximum number of stored events of one run
	 * @param maxSize maximum size of the stored events of all runs
	 * @param maxStreams maximum number of open streams of all runs
	 * @param maxStreamsPerRun maximum number of open streams of one run
	 * @param retention how long a run is stored after its end
	 * @param heartbeat time between two comments
	 * @param writeTimeout time after which a stream is closed if its browser reads
	 * nothing
	 * @throws IllegalArgumentException if a value is not positive
	 */
	public TinyFishRelayProperties {
		requirePositive("max-runs", maxRuns);
		requirePositive("max-events-per-run", maxEventsPerRun);
		requirePositive("max-size", maxSize.toBytes());
		requirePositive("max-streams", maxStreams);
		requirePositive("max-streams-per-run", maxStreamsPerRun);
		requirePositive("retention", retention.toMillis());
		requirePositive("heartbeat", heartbeat.toMillis());
		requirePositive("write-timeout", writeTimeout.toMillis());
	}

	private static void requirePositive(String name, long value) {
		Assert.isTrue(value > 0, () -> "tinyfish.relay." + name + " must be positive");
	}

}
