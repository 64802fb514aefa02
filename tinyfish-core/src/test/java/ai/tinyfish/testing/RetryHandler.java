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

package ai.tinyfish.testing;

import java.util.concurrent.CountDownLatch;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;

/**
 * Tells that a call waits for its next attempt.
 */
public record RetryHandler(CountDownLatch waiting) implements ObservationHandler<Observation.Context> {

	@Override
	public void onEvent(Observation.Event event, Observation.Context context) {
		if (event.getName().equals("retry")) {
			this.waiting.countDown();
		}
	}

	@Override
	public boolean supportsContext(Observation.Context context) {
		return true;
	}

}
