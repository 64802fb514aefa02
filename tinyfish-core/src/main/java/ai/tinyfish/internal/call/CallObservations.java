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

package ai.tinyfish.internal.call;

import ai.tinyfish.observation.DefaultTinyFishCallObservationConvention;
import ai.tinyfish.observation.TinyFishCallObservationContext;
import ai.tinyfish.observation.TinyFishCallObservationConvention;
import ai.tinyfish.observation.TinyFishObservationDocumentation;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import org.jspecify.annotations.Nullable;

/**
 * Observes the calls of one client.
 *
 * @param registry where they are recorded
 * @param convention the application's convention, or null for the registry's own or the
 * default
 */
public record CallObservations(ObservationRegistry registry, @Nullable TinyFishCallObservationConvention convention) {

	private static final TinyFishCallObservationConvention DEFAULT = new DefaultTinyFishCallObservationConvention();

	/**
	 * Start to observe a call.
	 * @param parent the parent, or null for the observation that is current on this
	 * thread
	 */
	CallObservation start(ApiCall<?> call, @Nullable Observation parent) {
		if (this.registry.isNoop()) {
			return new CallObservation(Observation.NOOP, parent, null, DEFAULT);
		}
		Observation caller = (parent != null) ? parent : this.registry.getCurrentObservation();
		TinyFishCallObservationContext context = new TinyFishCallObservationContext(call.operation(),
				call.isSubmission(), call.runId());
		return ObservationSupport.start(() -> {
			TinyFishCallObservationConvention own = conventionFor(context);
			Observation observation = TinyFishObservationDocumentation.CLIENT_CALL
				.observation(own, DEFAULT, () -> context, this.registry)
				.parentObservation(caller)
				.start();
			return new CallObservation(observation, caller, context, (own != null) ? own : DEFAULT);
		});
	}

	private @Nullable TinyFishCallObservationConvention conventionFor(TinyFishCallObservationContext context) {
		TinyFishCallObservationConvention own = this.convention;
		return (own != null && own.supportsContext(context)) ? own : null;
	}

}
