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

import java.time.Duration;

import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.agent.event.AgentEvent;
import ai.tinyfish.agent.event.CompleteEvent;
import ai.tinyfish.error.TinyFishTooManyRunsException;
import ai.tinyfish.error.TinyFishTooManyStreamsException;
import ai.tinyfish.internal.call.ApiCall;
import ai.tinyfish.internal.lifecycle.ClientClosedException;
import ai.tinyfish.internal.redaction.Secrets;
import ai.tinyfish.internal.stream.StreamWatchdog;
import ai.tinyfish.run.AgentRun;
import ai.tinyfish.run.TinyFishRunOutcomeUnknownException;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The one pipeline behind {@code stream} and {@code start}: take a place, open the
 * stream, read its events, and end with exactly one {@link CompleteEvent}, after which
 * nothing is read, or with an exception that says what is known.
 */
public final class RunEngine {

	private final ClientRuntime runtime;

	private final Recovery recovery;

	private final RunAdmission admission;

	RunEngine(ClientRuntime runtime, Recovery recovery, RunAdmission admission) {
		this.runtime = runtime;
		this.recovery = recovery;
		this.admission = admission;
	}

	/**
	 * Take a place among the runs in flight and the open streams: where there is none,
	 * and none is waited for, nothing was submitted and nobody is told.
	 * @throws TinyFishTooManyRunsException if as many runs as may be are in flight
	 * @throws TinyFishTooManyStreamsException if as many streams as may be are open
	 */
	public Place enter(AgentRequest request) {
		Duration lifetime = lifetime(request);
		RunLimiter.Entry entry = this.admission.enter();
		try {
			// one that waits is no open stream yet
			return new Place(entry, lifetime, entry.isGranted() ? register(lifetime) : null);
		}
		catch (RuntimeException ex) {
			entry.leave();
			throw (ex instanceof ClientClosedException) ? Outcomes.closedBeforeSending() : ex;
		}
	}

	private Duration lifetime(AgentRequest request) {
		Duration timeout = request.runTimeout();
		return (timeout != null) ? timeout : this.runtime.settings().runTimeout();
	}

	private StreamWatchdog register(Duration lifetime) {
		return this.runtime.openStreams().register(this.runtime.settings().idleTimeout(), lifetime);
	}

	/**
	 * Run the agent when subscribed to, which must happen once.
	 * @param call the submission
	 * @param apiKey the key to send
	 * @param submission is told what happens
	 * @param place the place that was taken for it, given back when it ends
	 * @return gives the events once the service has accepted the request; they must be
	 * subscribed to at once
	 */
	public Mono<Flux<AgentEvent>> run(ApiCall<AgentRun> call, String apiKey, Submission submission, Place place) {
		return this.admission.admitted(place.entry(), submission).then(Mono.defer(() -> {
			if (submission.decision().isGivenUp()) {
				return submission.<Flux<AgentEvent>>notSent();
			}
			StreamWatchdog watchdog = place.watchdog();
			Secrets secrets = this.runtime.settings().secrets(call, apiKey);
			return new StreamedRun(this.runtime, this.recovery, apiKey, secrets, submission,
					(watchdog != null) ? watchdog : register(place.lifetime()))
				.open(call);
		})
			.onErrorMap(ClientClosedException.class, (closed) -> Outcomes.closedBeforeSending())
			.doOnError(submission::failed))
			.doOnCancel(() -> cancelled(submission, place))
			// an open stream does not keep what has opened it
			.onTerminateDetach();
	}

	/**
	 * Follow a run of {@code run} whose answer says which run it is, and not how it
	 * ended.
	 * @param failure what the submission failed with
	 * @return the ending; fails with {@code failure} where it names no run, or the ending
	 * cannot be learnt
	 */
	public Mono<AgentRun> follow(TinyFishRunOutcomeUnknownException failure, AgentRequest request,
			ApiCall<AgentRun> call, String apiKey, Submission submission) {
		String runId = failure.runId();
		if (runId == null) {
			return Mono.error(failure);
		}
		this.runtime.settings().secrets(call, apiKey).remember(runId);
		submission.known(runId);
		return this.recovery.ending(runId, apiKey, failure, lifetime(request))
			.onErrorMap(ClientClosedException.class, (closed) -> Outcomes.closed(runId))
			.doOnCancel(() -> submission.error(Outcomes.unknown("The wait for the run was cancelled", null, runId)));
	}

	private static void cancelled(Submission submission, Place place) {
		StreamWatchdog watchdog = place.watchdog();
		if (RunAdmission.cancelled(place.entry(), submission) && watchdog != null) {
			watchdog.release();
		}
	}

	/**
	 * A place for a run.
	 *
	 * @param entry the place among the runs in flight
	 * @param lifetime how long the run may take
	 * @param watchdog the place among the open streams, or null where the run has to wait
	 * first
	 */
	public record Place(RunLimiter.Entry entry, Duration lifetime, @Nullable StreamWatchdog watchdog) {

		/**
		 * Give back what was taken.
		 */
		public void leave() {
			this.entry.leave();
			if (this.watchdog != null) {
				this.watchdog.release();
			}
		}

	}

}
