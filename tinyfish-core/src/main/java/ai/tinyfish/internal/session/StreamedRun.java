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

import ai.tinyfish.agent.event.AgentEvent;
import ai.tinyfish.agent.event.CompleteEvent;
import ai.tinyfish.error.TinyFishException;
import ai.tinyfish.internal.call.ApiCall;
import ai.tinyfish.internal.call.DroppedErrors;
import ai.tinyfish.internal.call.ObservationSupport;
import ai.tinyfish.internal.call.OpenStream;
import ai.tinyfish.internal.follow.RunRedaction;
import ai.tinyfish.internal.lifecycle.ClientClosedException;
import ai.tinyfish.internal.redaction.Secrets;
import ai.tinyfish.internal.stream.EventFlux;
import ai.tinyfish.internal.stream.StreamWatchdog;
import ai.tinyfish.run.AgentRun;
import ai.tinyfish.run.RunStatus;
import ai.tinyfish.run.TinyFishRunOutcomeUnknownException;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * One run that is followed by its stream, and in another way once that has failed.
 */
final class StreamedRun {

	private final ClientRuntime runtime;

	private final Recovery recovery;

	private final String apiKey;

	private final Secrets secrets;

	private final Submission submission;

	private final StreamWatchdog watchdog;

	/**
	 * Shared by the stream that is closed early and the client that is closed with it.
	 */
	private final Mono<Void> abandonment;

	private final Mono<Void> farewell;

	/** The outcome that the stream has told, once it has. */
	private volatile @Nullable Mono<AgentEvent> told;

	/** Ends the wait for what the record of the run adds to the outcome. */
	private final Sinks.Empty<Void> hurry = Sinks.empty();

	/** Whether the application or the client ends, with all of its runs. */
	private volatile boolean withOthers;

	StreamedRun(ClientRuntime runtime, Recovery recovery, String apiKey, Secrets secrets, Submission submission,
			StreamWatchdog watchdog) {
		this.runtime = runtime;
		this.recovery = recovery;
		this.apiKey = apiKey;
		this.secrets = secrets;
		this.submission = submission;
		this.watchdog = watchdog;
		this.abandonment = Mono
			.defer(() -> recovery.closedEarly(this.submission.runId(), apiKey, secrets, this.withOthers, submission))
			.cache();
		this.farewell = Mono.defer(() -> {
			this.withOthers = true;
			return (this.submission.runId() != null && !tellAtOnce()) ? this.abandonment : Mono.empty();
		});
	}

	/**
	 * Submit the run.
	 * @return gives the events once the service has accepted the request
	 */
	Mono<Flux<AgentEvent>> open(ApiCall<AgentRun> call) {
		this.submission.whenStopped(stop());
		// the stream is nobody's then
		this.submission.whenAbandoned().doOnTerminate(this.watchdog::stop).subscribe();
		if (this.recovery.cancelsOnClose()) {
			this.runtime.openStreams().addFarewell(this.farewell);
			this.submission.whenEnded(() -> this.runtime.openStreams().removeFarewell(this.farewell));
		}
		Mono<Flux<AgentEvent>> opened = this.watchdog
			.guardOpening(this.runtime.streams().open(call, this.apiKey, this.submission.decision()))
			.map(this::events)
			.onErrorResume(TinyFishRunOutcomeUnknownException.class, this::named)
			.doOnError((ex) -> this.watchdog.release())
			.doOnCancel(this::closedEarly)
			.onErrorMap((ex) -> Outcomes.ofOpening(asTold(ex), this.submission.decision(), this.secrets))
			.doOnError(this.submission::failed);
		return ObservationSupport.within(call.operation(), this.submission.observation(), opened)
			.doOnError((ex) -> this.watchdog.release());
	}

	/**
	 * End the run for this application, as the end of the client would.
	 */
	private Mono<Void> stop() {
		Mono<Void> ended = Mono.defer(() -> {
			Mono<AgentEvent> told = this.told;
			if (told != null) {
				tellAtOnce();
				return told.then();
			}
			return this.recovery.cancelsOnClose() ? this.farewell : Mono.empty();
		});
		return ended.onErrorComplete().doFinally((signal) -> this.submission.abandon());
	}

	private Flux<AgentEvent> events(OpenStream<AgentRun> stream) {
		AgentRun run = stream.value();
		// listeners are told as events are read off the wire, a few ahead of the caller
		return followed((run != null) ? Flux.defer(() -> {
			complete(CompleteEvent.of(run, null, false), Mono.just(run));
			return Flux.empty();
		}) : EventFlux.of(this.watchdog.guard(stream.body()), this.runtime.settings().maxEventSize(), this::decode,
				this::decodeLast));
	}

	/**
	 * An answer that is no stream and yet names the run: that is followed in another way.
	 */
	private Mono<Flux<AgentEvent>> named(TinyFishRunOutcomeUnknownException failure) {
		String id = failure.runId();
		if (id == null) {
			return Mono.error(failure);
		}
		return Mono.just(followed(Flux.defer(() -> {
			this.secrets.remember(id);
			this.submission.known(id);
			return Flux.error(failure);
		})));
	}

	/**
	 * The events, and the one outcome after them, whether the stream tells it or not.
	 */
	private Flux<AgentEvent> followed(Flux<AgentEvent> events) {
		return events.concatWith(Mono.defer(this::outcome))
			.onErrorResume(this::recover)
			.onErrorMap((ex) -> Outcomes.ofRecovered(ex, this.submission.runId(), this.secrets))
			.doOnError(this.submission::failed)
			.doOnCancel(this::closedEarly)
			.doFinally((signal) -> this.watchdog.release())
			.contextWrite(DroppedErrors.quiet());
	}

	/**
	 * Whoever closes the stream does not wait for what becomes of its run. Told by the
	 * opening and by the events, whichever is cancelled.
	 */
	private void closedEarly() {
		this.watchdog.release();
		if (!tellAtOnce() && this.submission.ending() == null) {
			this.abandonment.subscribe();
		}
	}

	/**
	 * Tell the outcome, if the stream has told it, without waiting for what the record of
	 * the run adds to it.
	 * @return whether the stream has told it
	 */
	private boolean tellAtOnce() {
		boolean told = this.told != null;
		if (told) {
			this.hurry.tryEmitEmpty();
		}
		return told;
	}

	/**
	 * Learn the ending in another way, if the run is known.
	 */
	private Flux<AgentEvent> recover(Throwable failure) {
		// the connection is gone, and its place is free
		this.watchdog.release();
		Mono<AgentEvent> told = this.told;
		if (told != null) {
			return told.flux();
		}
		String id = this.submission.runId();
		if (id == null) {
			return Flux.error(asTold(failure));
		}
		Mono<AgentRun> ending = (failure instanceof ClientClosedException) ? Mono.error(failure)
				: this.recovery.ending(id, this.apiKey, failure, this.watchdog);
		return this.submission
			.untilAbandoned(ending.onErrorResume(ClientClosedException.class, this::endingOnClose)
				.map((run) -> arrived(ofThisRun(CompleteEvent.of(run, null, true)))))
			.flux()
			// a reader that is behind asks for nothing: its run's ending must not wait
			.onBackpressureBuffer();
	}

	/**
	 * What was told when the client was about to be closed is what its reader is told.
	 */
	private Mono<AgentRun> endingOnClose(ClientClosedException closed) {
		Submission.Ending ending = this.submission.ending();
		if (ending == null) {
			return Mono.error(closed);
		}
		return (ending.run() != null) ? Mono.just(ending.run()) : Mono.error(ending.failure());
	}

	/**
	 * What the reader of a stream that has named no run yet is told: where the stream was
	 * ended by us, what listeners were.
	 */
	private Throwable asTold(Throwable failure) {
		Submission.Ending ending = this.submission.ending();
		boolean byUs = failure instanceof ClientClosedException || this.submission.decision().isGivenUp();
		return (byUs && ending != null && ending.exception() != null) ? ending.failure() : failure;
	}

	private @Nullable AgentEvent decode(byte[] buffer, int offset, int length) {
		if (this.told != null || isKeepAlive(buffer, offset, length)) {
			return null;
		}
		AgentEvent event = read(buffer, offset, length);
		if (event instanceof CompleteEvent complete) {
			requireOutcome(complete);
			complete(complete);
			return null;
		}
		return arrived(event);
	}

	private AgentEvent read(byte[] buffer, int offset, int length) {
		byte[] redacted = this.secrets.withoutKey(buffer, offset, length);
		AgentEvent event = (redacted != null) ? AgentEventReader.read(redacted, 0, redacted.length)
				: AgentEventReader.read(buffer, offset, length);
		if (this.submission.runId() == null) {
			this.secrets.remember(event.runId());
		}
		return event;
	}

	/**
	 * An outcome that has arrived whole counts, although the stream ended before the
	 * blank line after it.
	 */
	private void decodeLast(byte[] buffer, int offset, int length) {
		if (this.told != null || this.submission.ending() != null) {
			return;
		}
		try {
			if (read(buffer, offset, length) instanceof CompleteEvent complete) {
				requireOutcome(complete);
				complete(complete);
			}
		}
		catch (TinyFishException ex) {
			// half an event, or no outcome of this run: the run is asked for
		}
	}

	/**
	 * Check that an event tells how this run ended.
	 */
	private void requireOutcome(CompleteEvent event) {
		String id = this.submission.runId();
		if (id != null && event.runId() != null && !id.equals(event.runId())) {
			throw Outcomes.unknown("The stream told the outcome of another run", null, id);
		}
		if (event.status() == RunStatus.RUNNING || event.status() == RunStatus.PENDING) {
			if (event.runId() != null) {
				this.submission.known(event.runId());
			}
			throw Outcomes.unknown("The stream ended with the run still " + event.status(), null,
					this.submission.runId());
		}
	}

	private static boolean isKeepAlive(byte[] buffer, int offset, int length) {
		for (int i = offset; i < offset + length; i++) {
			if (buffer[i] > ' ' || buffer[i] < 0) {
				return false;
			}
		}
		return true;
	}

	/**
	 * The stream has told the outcome, of which the record of the run may know more.
	 */
	private void complete(CompleteEvent event) {
		CompleteEvent outcome = ofThisRun(event);
		String id = outcome.runId();
		complete(outcome, (id != null)
				? this.recovery.complete(outcome.toAgentRun(), id, this.apiKey).takeUntilOther(this.hurry.asMono())
				: Mono.empty());
	}

	/**
	 * The outcome is known: what the run has kept is free, and listeners are told without
	 * waiting for the reader.
	 * @param run the run with what is known of it besides; may be empty
	 */
	private void complete(CompleteEvent event, Mono<AgentRun> run) {
		if (event.runId() != null) {
			this.submission.known(event.runId());
		}
		// its reader is told what listeners are, who may have been told of a stop before
		Mono<AgentEvent> outcome = this.submission
			.untilAbandoned(run.map((found) -> CompleteEvent.of(found, event.timestamp(), false))
				.defaultIfEmpty(event)
				.map(this::arrived))
			.cache();
		this.told = outcome;
		this.watchdog.complete();
		this.submission.completed();
		outcome.subscribe((told) -> {
		}, (failure) -> {
		});
	}

	private AgentEvent arrived(AgentEvent event) {
		this.submission.event(event);
		return event;
	}

	private CompleteEvent ofThisRun(CompleteEvent event) {
		String id = (event.runId() != null) ? event.runId() : this.submission.runId();
		return new CompleteEvent(id, event.timestamp(), event.statusText(), event.result(),
				RunRedaction.redact(event.error(), this.secrets), event.recovered(), event.startedAt(),
				event.finishedAt(), event.numOfSteps(), event.schemaValidation());
	}

	private Mono<AgentEvent> outcome() {
		Mono<AgentEvent> told = this.told;
		return (told != null) ? told : Mono
			.error(() -> Outcomes.unknown("The stream ended before the run did", null, this.submission.runId()));
	}

}
