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

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import org.jspecify.annotations.Nullable;

/**
 * Handler of the observations with a name: does something when they start, and when they
 * stop.
 */
public record NamedHandler(String name, @Nullable Runnable onStart,
		@Nullable Runnable onStop) implements ObservationHandler<Observation.Context> {

	@Override
	public void onStart(Observation.Context context) {
		if (this.onStart != null) {
			this.onStart.run();
		}
	}

	@Override
	public void onStop(Observation.Context context) {
		if (this.onStop != null) {
			this.onStop.run();
		}
	}

	@Override
	public boolean supportsContext(Observation.Context context) {
		return this.name.equals(context.getName());
	}

}
