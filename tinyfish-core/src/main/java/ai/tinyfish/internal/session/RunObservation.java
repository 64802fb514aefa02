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

package ai.tinyfish.internal.session;

import ai.tinyfish.internal.call.ObservationSupport;
import ai.tinyfish.internal.request.RunIds;
import ai.tinyfish.internal.request.RunOrigin;
import ai.tinyfish.observation.TinyFishObservationDocumentation;
import ai.tinyfish.observation.TinyFishObservationDocumentation.HighCardinalityRunKeyNames;
import ai.tinyfish.observation.TinyFishObservationDocumentation.LowCardinalityRunKeyNames;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import org.jspecify.annotations.Nullable;

/**
 * Observation {@code tinyfish.run} of one run, from its submission to its outcome.
 */
final class RunObservation {

	/** The status of a run, and the outcome of its wait, as long as it goes on. */
	static final String PENDING = "PENDING";

	/** The status of a run that was not accepted. */
	static final String REJECTED = "REJECTED";

	/** The status of a run whose outcome is not known. */
	static final String UNKNOWN = "UNKNOWN";

	private RunObservation() {
	}

	/**
	 * Start to record a run.
	 * @param operation the name of the operation
	 * @param origin where the request was declared
	 * @param registry where it is recorded
	 * @param parent the caller's observation, or null
	 */
	static Observation start(String operation, RunOrigin origin, ObservationRegistry registry,
			@Nullable Observation parent) {
		return ObservationSupport.start(() -> TinyFishObservationDocumentation.RUN.observation(registry)
			.parentObservation(parent)
			.lowCardinalityKeyValue(LowCardinalityRunKeyNames.OPERATION.withValue(operation))
			.lowCardinalityKeyValue(LowCardinalityRunKeyNames.STATUS.withValue(PENDING))
			.lowCardinalityKeyValue(LowCardinalityRunKeyNames.AGENT_INTERFACE.withValue(origin.type()))
			.lowCardinalityKeyValue(LowCardinalityRunKeyNames.AGENT_METHOD.withValue(origin.method()))
			.start());
	}

	/**
	 * Stop to record a run, which has ended.
	 * @param observation the observation
	 * @param status how
	 * @param runId the run, or null where it is not known
	 * @param failure what it ended with, or null
	 */
	static void stop(Observation observation, String status, @Nullable String runId, @Nullable Throwable failure) {
		ObservationSupport.quietly(() -> {
			observation.lowCardinalityKeyValue(LowCardinalityRunKeyNames.STATUS.withValue(status));
			if (runId != null) {
				observation
					.highCardinalityKeyValue(HighCardinalityRunKeyNames.RUN_ID.withValue(RunIds.printable(runId)));
			}
			if (failure != null) {
				observation.error(failure);
			}
		});
		ObservationSupport.quietly(observation::stop);
	}

}
