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

import java.util.concurrent.atomic.AtomicBoolean;

import ai.tinyfish.error.TinyFishStatusException;
import ai.tinyfish.observation.TinyFishCallObservationContext;
import ai.tinyfish.observation.TinyFishObservationDocumentation.CallEvents;
import io.micrometer.observation.Observation;
import org.jspecify.annotations.Nullable;

/**
 * The observation of one API call, its retries included. Each retry is an event, which
 * Micrometer counts.
 */
final class CallObservation {

	private final Observation observation;

	private final @Nullable Observation parent;

	private final @Nullable TinyFishCallObservationContext context;

	private final AtomicBoolean stopped = new AtomicBoolean();

	/**
	 * Follow an observation that was started.
	 * @param parent the caller's observation, or null
	 * @param context what the convention sees, or null where nothing is recorded
	 */
	CallObservation(Observation observation, @Nullable Observation parent,
			@Nullable TinyFishCallObservationContext context) {
		this.observation = observation;
		this.parent = parent;
		this.context = context;
	}

	/**
	 * The observation that the attempts belong to.
	 */
	Observation observation() {
		return ObservationSupport.recorded(this.observation, this.parent);
	}

	void retry() {
		if (this.context != null) {
			this.context.setRetries(this.context.getRetries() + 1);
		}
		ObservationSupport.quietly(() -> this.observation.event(CallEvents.RETRY));
	}

	void success(int status) {
		if (this.stopped.compareAndSet(false, true)) {
			answered(status);
			stop();
		}
	}

	<X extends Throwable> X failed(X failure) {
		if (this.stopped.compareAndSet(false, true)) {
			TinyFishStatusException answer = IoFailures.find(failure, TinyFishStatusException.class);
			if (answer != null) {
				answered(answer.status());
			}
			ObservationSupport.quietly(() -> this.observation.error(failure));
			stop();
		}
		return failure;
	}

	void cancelled() {
		if (this.stopped.compareAndSet(false, true)) {
			if (this.context != null) {
				this.context.setCancelled(true);
			}
			stop();
		}
	}

	private void answered(int status) {
		if (this.context != null) {
			this.context.setStatus(status);
		}
	}

	private void stop() {
		ObservationSupport.quietly(this.observation::stop);
	}

}
