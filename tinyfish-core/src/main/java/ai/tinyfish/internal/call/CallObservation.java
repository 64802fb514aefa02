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
import ai.tinyfish.internal.retry.Failure;
import ai.tinyfish.observation.TinyFishCallObservationContext;
import ai.tinyfish.observation.TinyFishCallObservationConvention;
import ai.tinyfish.observation.TinyFishObservationDocumentation.CallEvents;
import io.micrometer.common.KeyValue;
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

	private final TinyFishCallObservationConvention convention;

	private final AtomicBoolean stopped = new AtomicBoolean();

	/**
	 * Follow an observation that was started.
	 * @param parent the caller's observation, or null
	 * @param context what the convention sees, or null where nothing is recorded
	 * @param convention gives the keys of a retry
	 */
	CallObservation(Observation observation, @Nullable Observation parent,
			@Nullable TinyFishCallObservationContext context, TinyFishCallObservationConvention convention) {
		this.observation = observation;
		this.parent = parent;
		this.context = context;
		this.convention = convention;
	}

	/**
	 * The observation that the attempts belong to.
	 */
	Observation observation() {
		return ObservationSupport.recorded(this.observation, this.parent);
	}

	/**
	 * An attempt failed, and there is another. The event has the keys of the attempt that
	 * failed, as Micrometer counts it with the keys that the call has at that time.
	 * @param failure why it failed
	 */
	void retry(Failure failure) {
		TinyFishCallObservationContext context = this.context;
		if (context == null) {
			return;
		}
		context.setRetries(context.getRetries() + 1);
		context.setStatus((failure.status() > 0) ? failure.status() : null);
		context.setPending(false);
		updateKeys(context);
		ObservationSupport.quietly(() -> this.observation.event(CallEvents.RETRY));
		context.setStatus(null);
		context.setPending(!this.stopped.get());
		updateKeys(context);
	}

	/**
	 * Replace the values of the keys that the observation has: a global convention, which
	 * Micrometer does not reveal, may have others.
	 */
	private void updateKeys(TinyFishCallObservationContext context) {
		ObservationSupport.quietly(() -> {
			for (KeyValue value : this.convention.getLowCardinalityKeyValues(context)) {
				if (context.getLowCardinalityKeyValue(value.getKey()) != null) {
					this.observation.lowCardinalityKeyValue(value);
				}
			}
		});
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
		if (this.context != null) {
			this.context.setPending(false);
		}
		ObservationSupport.quietly(this.observation::stop);
	}

}
