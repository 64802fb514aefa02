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

import java.util.concurrent.atomic.AtomicBoolean;

import ai.tinyfish.error.TinyFishStatusException;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import org.jspecify.annotations.Nullable;

/**
 * The observation {@code tinyfish.client.calls}: one API call, its retries included. All
 * keys are of low cardinality, none is ever absent; the meter handler adds {@code error}.
 * Each retry is an event, which Micrometer counts as {@code tinyfish.client.calls.retry}.
 */
final class CallObservation {

	static final String NAME = "tinyfish.client.calls";

	private static final Observation.Event RETRY = Observation.Event.of("retry");

	private static final String NONE = "none";

	private final Observation observation;

	private final AtomicBoolean stopped = new AtomicBoolean();

	private CallObservation(Observation observation) {
		this.observation = observation;
	}

	/**
	 * Start to observe a call.
	 * @param parent the parent, or null for the observation that is current on this
	 * thread
	 */
	static CallObservation start(ApiCall<?> call, ObservationRegistry registry, @Nullable Observation parent) {
		return new CallObservation(Observation.createNotStarted(NAME, registry)
			.parentObservation((parent != null) ? parent : registry.getCurrentObservation())
			.contextualName("tinyfish " + call.operation())
			.lowCardinalityKeyValue("operation", call.operation())
			.lowCardinalityKeyValue("outcome", "UNKNOWN")
			.lowCardinalityKeyValue("status", NONE)
			.start());
	}

	Observation observation() {
		return this.observation;
	}

	void retry() {
		GuardedObservations.quietly(() -> this.observation.event(RETRY));
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
			GuardedObservations.quietly(() -> this.observation.error(failure));
			stop();
		}
		return failure;
	}

	void cancelled() {
		if (this.stopped.compareAndSet(false, true)) {
			this.observation.lowCardinalityKeyValue("outcome", "CANCELLED");
			stop();
		}
	}

	private void stop() {
		GuardedObservations.quietly(this.observation::stop);
	}

	private void answered(int status) {
		String outcome = switch (status / 100) {
			case 2 -> "SUCCESS";
			case 3 -> "REDIRECTION";
			case 4 -> "CLIENT_ERROR";
			case 5 -> "SERVER_ERROR";
			default -> "UNKNOWN";
		};
		this.observation.lowCardinalityKeyValue("outcome", outcome)
			.lowCardinalityKeyValue("status", String.valueOf(status));
	}

}
