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

import java.util.concurrent.atomic.AtomicBoolean;

import ai.tinyfish.error.TinyFishException;
import ai.tinyfish.error.TinyFishTooManyRunsException;
import ai.tinyfish.internal.call.ObservationSupport;
import ai.tinyfish.internal.lifecycle.ClientClosedException;
import ai.tinyfish.internal.stream.OpenStreams;
import ai.tinyfish.observation.TinyFishObservationDocumentation;
import ai.tinyfish.observation.TinyFishObservationDocumentation.LowCardinalityRunWaitKeyNames;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import reactor.core.publisher.Mono;

/**
 * Lets runs past the limit on those in flight, and records how long they wait for that as
 * {@code tinyfish.run.wait}.
 */
public final class RunAdmission {

	private static final String CANCELLED = "CANCELLED";

	private final SharedRuns registry;

	private final OpenStreams openStreams;

	private final ObservationRegistry observationRegistry;

	RunAdmission(SharedRuns registry, OpenStreams openStreams, ObservationRegistry observationRegistry) {
		this.registry = registry;
		this.openStreams = openStreams;
		this.observationRegistry = observationRegistry;
	}

	/**
	 * Ask for a place, before anybody is told of the run.
	 * @throws TinyFishTooManyRunsException if there is none, and none is waited for
	 * @throws IllegalStateException if no more runs are taken
	 */
	public RunLimiter.Entry enter() {
		this.registry.submissions().requireAccepting();
		return this.registry.limiter().enter();
	}

	/**
	 * Wait for the place, if it was not taken at once. It is given back when the
	 * submission ends.
	 * @return empty when the submission may be sent, or has ended meanwhile. What fails
	 * the waiting ends the submission: nothing was sent. Who cancels it has it
	 * {@link #cancelled}
	 */
	public Mono<Void> admitted(RunLimiter.Entry entry, Submission submission) {
		submission.whenCompleted(entry::leave);
		if (entry.isGranted()) {
			return Mono.empty();
		}
		return Mono.defer(() -> {
			Observation wait;
			try {
				wait = observe(submission);
			}
			catch (TinyFishException ex) {
				submission.error(ex);
				return Mono.error(ex);
			}
			AtomicBoolean stopped = new AtomicBoolean();
			Mono<RunLimiter.Entry> granted = entry.awaitGranted()
				.takeUntilOther(submission.whenAbandoned())
				.switchIfEmpty(Mono.error(Outcomes::stoppedBeforeSending));
			// the places of runs that the closing ends are for nobody here
			return this.openStreams.untilClosed(granted)
				.doOnNext((place) -> this.openStreams.requireOpen())
				.onErrorMap(ClientClosedException.class, (closed) -> Outcomes.closedBeforeSending())
				.doOnError(TinyFishException.class, (ex) -> {
					stop(wait, stopped, "REJECTED");
					submission.error(ex);
				})
				.doOnSuccess((place) -> stop(wait, stopped, "ADMITTED"))
				.doOnCancel(() -> stop(wait, stopped, CANCELLED))
				.then();
		});
	}

	/**
	 * Nobody is interested in the submission any more. Has no effect once the request may
	 * have been sent.
	 * @return false if the request may have been sent
	 */
	public static boolean cancelled(RunLimiter.Entry entry, Submission submission) {
		return submission.unsent(givenUp(entry, "Cancelled"));
	}

	/**
	 * What a submission ends with that is given up before it is sent.
	 * @param how what happened
	 */
	static TinyFishException givenUp(RunLimiter.Entry entry, String how) {
		return entry.isGranted() ? Outcomes.givenUpBeforeSending(how) : entry.givenUp(how);
	}

	private Observation observe(Submission submission) {
		return ObservationSupport.start("agent.run",
				() -> TinyFishObservationDocumentation.RUN_WAIT.observation(this.observationRegistry)
					.parentObservation(submission.observation())
					.lowCardinalityKeyValue(LowCardinalityRunWaitKeyNames.OUTCOME.withValue(CANCELLED)));
	}

	private static void stop(Observation wait, AtomicBoolean stopped, String outcome) {
		if (!stopped.compareAndSet(false, true)) {
			return;
		}
		ObservationSupport
			.quietly(() -> wait.lowCardinalityKeyValue(LowCardinalityRunWaitKeyNames.OUTCOME.withValue(outcome)));
		ObservationSupport.quietly(wait::stop);
	}

}
