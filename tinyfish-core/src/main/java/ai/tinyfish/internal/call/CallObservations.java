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

import ai.tinyfish.error.TinyFishStatusException;
import ai.tinyfish.internal.retry.AttemptFailure;
import ai.tinyfish.observation.DefaultTinyFishCallObservationConvention;
import ai.tinyfish.observation.TinyFishCallObservationConvention;
import ai.tinyfish.observation.TinyFishObservationDocumentation;
import ai.tinyfish.observation.TinyFishObservationDocumentation.CallEvents;
import io.micrometer.common.KeyValue;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import org.jspecify.annotations.Nullable;

/**
 * Observes the calls of one client.
 *
 * @param registry the registry that records them
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
		CallContext context = new CallContext(call);
		return ObservationSupport.start(() -> {
			TinyFishCallObservationConvention own = conventionFor(context);
			Observation observation = TinyFishObservationDocumentation.CLIENT_CALL
				.observation(own, DEFAULT, () -> context, this.registry)
				.parentObservation(caller)
				.start();
			return new CallObservation(observation, caller, context, (own != null) ? own : DEFAULT);
		});
	}

	private @Nullable TinyFishCallObservationConvention conventionFor(CallContext context) {
		TinyFishCallObservationConvention own = this.convention;
		return (own != null && own.supportsContext(context)) ? own : null;
	}

	/**
	 * The observation of one API call, its retries included. Each retry is an event,
	 * which Micrometer counts.
	 */
	static final class CallObservation {

		private final Observation observation;

		private final @Nullable Observation parent;

		private final @Nullable CallContext context;

		private final TinyFishCallObservationConvention convention;

		private final Object lock = new Object();

		/**
		 * Guarded by the lock, as are the values of the context, since a cancel may
		 * happen at any time.
		 */
		private boolean stopped;

		/**
		 * Follow an observation that was started.
		 * @param parent the caller's observation, or null
		 * @param context the context of the convention, or null if nothing is recorded
		 * @param convention supplies the keys of a retry
		 */
		CallObservation(Observation observation, @Nullable Observation parent, @Nullable CallContext context,
				TinyFishCallObservationConvention convention) {
			this.observation = observation;
			this.parent = parent;
			this.context = context;
			this.convention = convention;
		}

		/**
		 * Return the observation that the attempts belong to.
		 */
		Observation observation() {
			return ObservationSupport.recorded(this.observation, this.parent);
		}

		/**
		 * Record a failed attempt that is followed by another. The event has the keys of
		 * the failed attempt: Micrometer counts it with the keys that the call has at
		 * that time.
		 * @param failure the failure
		 */
		void retry(AttemptFailure failure) {
			CallContext context = this.context;
			if (context == null) {
				return;
			}
			synchronized (this.lock) {
				if (this.stopped) {
					return;
				}
				context.retry((failure.status() > 0) ? failure.status() : null);
				updateKeys(context);
			}
			ObservationSupport.quietly(() -> this.observation.event(CallEvents.RETRY));
			synchronized (this.lock) {
				if (!this.stopped) {
					context.resume();
					updateKeys(context);
				}
			}
		}

		/**
		 * Replace the values of the keys that the observation has: a global convention,
		 * which Micrometer does not reveal, may have others.
		 */
		private void updateKeys(CallContext context) {
			ObservationSupport.quietly(() -> {
				for (KeyValue value : this.convention.getLowCardinalityKeyValues(context)) {
					if (context.getLowCardinalityKeyValue(value.getKey()) != null) {
						this.observation.lowCardinalityKeyValue(value);
					}
				}
			});
		}

		void success(int status) {
			stop(status, false, null);
		}

		<X extends Throwable> X failed(X failure) {
			TinyFishStatusException answer = IoFailures.find(failure, TinyFishStatusException.class);
			stop((answer != null) ? answer.status() : null, false, failure);
			return failure;
		}

		void cancelled() {
			stop(null, true, null);
		}

		/**
		 * Record the end of the call, once.
		 * @param status the status of the answer, or null if there is no answer
		 */
		private void stop(@Nullable Integer status, boolean cancelled, @Nullable Throwable failure) {
			synchronized (this.lock) {
				if (this.stopped) {
					return;
				}
				this.stopped = true;
				if (this.context != null) {
					this.context.end(status, cancelled);
				}
			}
			if (failure != null) {
				ObservationSupport.quietly(() -> this.observation.error(failure));
			}
			ObservationSupport.quietly(this.observation::stop);
		}

	}

}
