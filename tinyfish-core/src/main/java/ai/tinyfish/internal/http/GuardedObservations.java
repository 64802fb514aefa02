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

package ai.tinyfish.internal.http;

import io.micrometer.observation.Observation;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps what an observation handler of the application throws from taking an answer, or
 * an ending, from its caller.
 */
public final class GuardedObservations {

	private static final Logger logger = LoggerFactory.getLogger(GuardedObservations.class);

	private GuardedObservations() {
	}

	/**
	 * Make an observation current.
	 * @param observation the observation, or null for none
	 * @return what ends that; never throws
	 */
	public static Scope openScope(@Nullable Observation observation) {
		if (observation == null) {
			return () -> {
			};
		}
		try {
			Observation.Scope scope = observation.openScope();
			return () -> quietly(scope::close);
		}
		catch (RuntimeException ex) {
			log(ex);
			return () -> {
			};
		}
	}

	/**
	 * Record something.
	 * @param action what to do with an observation
	 */
	public static void quietly(Runnable action) {
		try {
			action.run();
		}
		catch (RuntimeException ex) {
			log(ex);
		}
	}

	private static void log(RuntimeException ex) {
		logger.warn("An observation handler failed", ex);
	}

	/**
	 * An observation that is current.
	 */
	@FunctionalInterface
	public interface Scope extends AutoCloseable {

		@Override
		void close();

	}

}
