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

package ai.tinyfish.observation;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationConvention;

/**
 * Convention for the name and key values of the observation of an API call. Called when
 * the call starts, for each retry, and when the call ends: low-cardinality keys must be
 * the same each time, and for all calls. If a convention throws, the default one is used.
 * Usually extends {@link DefaultTinyFishCallObservationConvention}.
 *
 * @since 0.1.0
 */
public interface TinyFishCallObservationConvention extends ObservationConvention<TinyFishCallObservationContext> {

	@Override
	default boolean supportsContext(Observation.Context context) {
		return context instanceof TinyFishCallObservationContext;
	}

}
