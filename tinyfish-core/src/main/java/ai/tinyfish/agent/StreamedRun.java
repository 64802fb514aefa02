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

package ai.tinyfish.agent;

import java.util.concurrent.atomic.AtomicReference;

import ai.tinyfish.agent.event.AgentEvent;
import ai.tinyfish.agent.event.CompleteEvent;
import ai.tinyfish.internal.ClientRuntime;
import ai.tinyfish.internal.http.ApiCall;
import ai.tinyfish.internal.http.GuardedObservations;
import ai.tinyfish.internal.http.LateFailures;
import ai.tinyfish.internal.http.OpenStream;
import ai.tinyfish.internal.http.Secrets;
import ai.tinyfish.internal.stream.EventFlux;
import ai.tinyfish.internal.stream.StreamWatchdog;
import ai.tinyfish.internal.transport.ClientClosedException;
import ai.tinyfish.run.AgentRun;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

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

	private final AtomicReference<@Nullable String> runId = new AtomicReference<>();

	/**
	 * Shared by the stream that is closed early and the client that is closed with it.
	 */
	private final Mono<Void> abandonment;

	private final Mono<Void> farewell;

	private volatile boolean completed;

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
			.defer(() -> recovery.closedEarly(this.runId.get(), apiKey, secrets, this.withOthers, submission))
			.cache();
		this.farewell = Mono.defer(() -> {
			this.withOthers = true;
			return (this.runId.get() != null) ? this.abandonment : Mono.empty();
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
		Mono<Flux<AgentEvent>> opened = this.watchdog.guardOpening(this.runtime.streams().open(call, this.apiKey))
			.map(this::events)
			.doOnError((ex) -> this.watchdog.release())
			.doOnCancel(this::closedEarly)
			.onErrorMap((ex) -> Outcomes.ofStream(asTold(ex), null, this.secrets))
			.doOnError(this.submission::failed);
		return GuardedObservations.within(this.submission.observation(), opened);
	}

	/**
	 * End the run for this application, as the end of the client would.
	 */
	private Mono<Void> stop() {
		Mono<Void> cancelled = this.recovery.cancelsOnClose() ? this.farewell.onErrorComplete() : Mono.empty();
		return cancelled.doFinally((signal) -> this.submission.abandon());
	}

	private Flux<AgentEvent> events(OpenStream<AgentRun> stream) {
		AgentRun run = stream.value();
		// listeners are told as events are read off the wire, a few ahead of the caller
		Flux<AgentEvent> events = (run != null)
				? Flux.defer(() -> Flux.just(arrived(CompleteEvent.of(run, null, false)))) : EventFlux
					.of(this.watchdog.guard(stream.body()), this.runtime.settings().maxEventSize(), this::decode);
		return events.takeUntil(CompleteEvent.class::isInstance)
			.concatWith(Mono.defer(this::requireCompleted))
			.onErrorResume(this::recover)
			.onErrorMap((ex) -> Outcomes.ofRecovered(ex, this.runId.get(), this.secrets))
			.doOnError(this.submission::failed)
			.doOnCancel(this::closedEarly)
			.doFinally((signal) -> this.watchdog.release())
			.contextWrite(LateFailures.quiet());
	}

	/**
	 * Whoever closes the stream does not wait for what becomes of its run. Told by the
	 * opening and by the events, whichever is cancelled.
	 */
	private void closedEarly() {
		this.watchdog.release();
		if (this.submission.ending() == null) {
			this.abandonment.subscribe();
		}
	}

	/**
	 * Learn the ending in another way, if the run is known.
	 */
	private Flux<AgentEvent> recover(Throwable failure) {
		// the connection is gone, and its place is free
		this.watchdog.release();
		String id = this.runId.get();
		if (id == null) {
			return Flux.error(asTold(failure));
		}
		Mono<AgentRun> ending = (failure instanceof ClientClosedException) ? Mono.error(failure)
				: this.recovery.ending(id, this.apiKey, failure, this.watchdog);
		return ending.onErrorResume(ClientClosedException.class, this::endingOnClose)
			.map((run) -> arrived(CompleteEvent.of(run, null, true)))
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
		return (failure instanceof ClientClosedException && ending != null && ending.exception() != null)
				? ending.failure() : failure;
	}

	private @Nullable AgentEvent decode(byte[] buffer, int offset, int length) {
		if (this.completed || isKeepAlive(buffer, offset, length)) {
			return null;
		}
		AgentEvent event = arrived(AgentEventReader.read(buffer, offset, length));
		if (this.completed) {
			this.watchdog.complete();
		}
		return event;
	}

	private static boolean isKeepAlive(byte[] buffer, int offset, int length) {
		for (int i = offset; i < offset + length; i++) {
			if (buffer[i] > ' ' || buffer[i] < 0) {
				return false;
			}
		}
		return true;
	}

	private AgentEvent arrived(AgentEvent event) {
		AgentEvent taken = take(event);
		this.submission.event(taken);
		return taken;
	}

	private AgentEvent take(AgentEvent event) {
		if (event.runId() != null) {
			this.runId.compareAndSet(null, event.runId());
		}
		if (event instanceof CompleteEvent complete) {
			this.completed = true;
			return ofThisRun(complete);
		}
		return event;
	}

	private AgentEvent ofThisRun(CompleteEvent event) {
		String id = (event.runId() != null) ? event.runId() : this.runId.get();
		return new CompleteEvent(id, event.timestamp(), event.statusText(), event.result(),
				Echoes.takeOut(event.error(), this.secrets), event.recovered(), event.startedAt(), event.finishedAt(),
				event.numOfSteps(), event.schemaValidation());
	}

	private Mono<AgentEvent> requireCompleted() {
		return this.completed ? Mono.empty()
				: Mono.error(() -> Outcomes.unknown("The stream ended before the run did", null, this.runId.get()));
	}

}
