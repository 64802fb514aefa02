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

import java.time.Duration;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Predicate;

import tools.jackson.databind.json.JsonMapper;

import org.springframework.util.unit.DataSize;

/**
 * Creates the relay and its emitters. Public for the auto-configuration of this module,
 * not for applications.
 *
 * @since 0.1.0
 */
public final class RelayFactory {

	private final Settings settings;

	private final JsonMapper mapper;

	/**
	 * Create a factory.
	 * @param settings the limits
	 * @param mapper the application's mapper, which is copied
	 */
	public RelayFactory(Settings settings, JsonMapper mapper) {
		this.settings = settings;
		this.mapper = mapper;
	}

	/**
	 * Create a relay. As a bean, it listens to the events of runs and has a lifecycle.
	 * @param followed tests whether the last event of a run is still to be published,
	 * which is also true during its publication
	 * @return the relay
	 */
	public RunEventRelay relay(Predicate<String> followed) {
		return new DefaultRunEventRelay(followed, this.settings, frames());
	}

	/**
	 * Create the emitters of a relay.
	 * @param relay the relay, which may be the application's own
	 * @return the emitters
	 */
	public RunEventEmitters emitters(RunEventRelay relay) {
		return new DefaultRunEventEmitters(relay, (relay instanceof DefaultRunEventRelay shared) ? shared.writer()
				: new EventWriter(frames(), this.settings.writeTimeout(), new LongAdder()));
	}

	private EventFrames frames() {
		return new EventFrames(this.mapper);
	}

	/**
	 * Limits of a relay.
	 */
	public interface Settings {

		/**
		 * Return the maximum number of stored runs.
		 * @return the number
		 */
		int maxRuns();

		/**
		 * Return the maximum number of stored events of one run.
		 * @return the number
		 */
		int maxEventsPerRun();

		/**
		 * Return the maximum size of the stored events of all runs, as they are sent.
		 * @return the size
		 */
		DataSize maxSize();

		/**
		 * Return the maximum number of open streams of all runs together.
		 * @return the number
		 */
		int maxStreams();

		/**
		 * Return the maximum number of open streams of one run.
		 * @return the number
		 */
		int maxStreamsPerRun();

		/**
		 * Return how long a run is stored after its end.
		 * @return the time
		 */
		Duration retention();

		/**
		 * Return the time between two comments that keep connections alive.
		 * @return the time
		 */
		Duration heartbeat();

		/**
		 * Return the time after which a stream is closed if its browser reads nothing.
		 * @return the time
		 */
		Duration writeTimeout();

	}

}
