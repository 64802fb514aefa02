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

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;

import ai.tinyfish.agent.event.AgentEvent;
import ai.tinyfish.agent.event.CompleteEvent;
import ai.tinyfish.internal.ClientRuntime;
import ai.tinyfish.internal.http.ApiCall;
import ai.tinyfish.internal.http.ClientSettings;
import ai.tinyfish.internal.http.GuardedObservations;
import ai.tinyfish.internal.http.LateFailures;
import ai.tinyfish.internal.http.OpenStream;
import ai.tinyfish.internal.stream.EventFlux;
import ai.tinyfish.internal.stream.StreamWatchdog;
import ai.tinyfish.internal.transport.ClientClosedException;
import ai.tinyfish.run.AgentRun;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The one pipeline behind {@code stream} and {@code start}: open the stream, read its
 * events, and end with exactly one {@link CompleteEvent}, after which nothing is read, or
 * with an exception that says what is known.
 */
final class RunEngine {

	private final ClientRuntime runtime;

	private final Recovery recovery;

	RunEngine(ClientRuntime runtime, Recovery recovery) {
		this.runtime = runtime;
		this.recovery = recovery;
	}

	/**
	 * Take a place among the open streams: where there is none, nothing was submitted and
	 * nobody is told.
	 */
	StreamWatchdog register() {
		ClientSettings settings = this.runtime.settings();
		return this.runtime.openStreams().register(settings.idleTimeout(), settings.runTimeout());
	}

	/**
	 * Run the agent when subscribed to, which must happen once.
	 * @param call the submission
	 * @param apiKey the key to send
	 * @param submission is told what happens
	 * @param watchdog the stream's place among the open ones, given back when it ends
	 * @return gives the events once the service has accepted the request; they must be
	 * subscribed to at once
	 */
	Mono<Flux<AgentEvent>> run(ApiCall<AgentRun> call, String apiKey, Submission submission, StreamWatchdog watchdog) {
		Progress progress = new Progress();
		Mono<Flux<AgentEvent>> opened = watchdog.guardOpening(this.runtime.streams().open(call, apiKey))
			.map((stream) -> events(stream, watchdog, progress, submission, apiKey))
			.doOnError((ex) -> watchdog.release())
			.doOnCancel(() -> closedEarly(watchdog, progress, submission, apiKey))
			.onErrorMap((ex) -> Outcomes.ofStream(ex, null, apiKey))
			.doOnError(submission::failed);
		return GuardedObservations.within(submission.observation(), opened);
	}

	private Flux<AgentEvent> events(OpenStream<AgentRun> stream, StreamWatchdog watchdog, Progress progress,
			Submission submission, String apiKey) {
		AgentRun run = stream.value();
		// listeners are told as the events arrive, however slowly the caller reads them
		Flux<AgentEvent> events = (run != null)
				? Flux.defer(() -> Flux.just(arrived(CompleteEvent.of(run, null, false), progress, submission)))
				: EventFlux.of(watchdog.guard(stream.body()), this.runtime.settings().maxEventSize(),
						(buffer, offset, length) -> decode(buffer, offset, length, watchdog, progress, submission));
		return events.takeUntil(CompleteEvent.class::isInstance)
			.concatWith(Mono.defer(progress::requireCompleted))
			.onErrorResume((ex) -> recover(ex, watchdog, progress, submission, apiKey))
			.onErrorMap((ex) -> Outcomes.ofRecovered(ex, progress.runId.get(), apiKey))
			.doOnError(submission::failed)
			.doOnCancel(() -> closedEarly(watchdog, progress, submission, apiKey))
			.doFinally((signal) -> watchdog.release())
			.contextWrite(LateFailures.quiet());
	}

	private void closedEarly(StreamWatchdog watchdog, Progress progress, Submission submission, String apiKey) {
		watchdog.release();
		// told by the opening and by the events, whichever is cancelled
		if (submission.ending() == null && progress.closedEarly.compareAndSet(false, true)) {
			this.recovery.closedEarly(progress.runId.get(), apiKey, submission);
		}
	}

	/**
	 * Learn the ending in another way, if the run is known.
	 */
	private Mono<AgentEvent> recover(Throwable failure, StreamWatchdog watchdog, Progress progress,
			Submission submission, String apiKey) {
		// the connection is gone, and its place is free
		watchdog.release();
		String runId = progress.runId.get();
		if (runId == null || failure instanceof ClientClosedException) {
			return Mono.error(failure);
		}
		return this.recovery.ending(runId, apiKey, failure, watchdog)
			.map((run) -> arrived(CompleteEvent.of(run, null, true), progress, submission));
	}

	private static @Nullable AgentEvent decode(byte[] buffer, int offset, int length, StreamWatchdog watchdog,
			Progress progress, Submission submission) {
		if (progress.completed || isKeepAlive(buffer, offset, length)) {
			return null;
		}
		AgentEvent event = arrived(AgentEventReader.read(buffer, offset, length), progress, submission);
		if (progress.completed) {
			watchdog.complete();
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

	private static AgentEvent arrived(AgentEvent event, Progress progress, Submission submission) {
		AgentEvent taken = progress.take(event);
		submission.event(taken);
		return taken;
	}

	/**
	 * What is known of the run so far.
	 */
	private static final class Progress {

		private final AtomicReference<@Nullable String> runId = new AtomicReference<>();

		private final AtomicBoolean closedEarly = new AtomicBoolean();

		private volatile boolean completed;

		AgentEvent take(AgentEvent event) {
			if (event.runId() != null) {
				this.runId.compareAndSet(null, event.runId());
			}
			if (event instanceof CompleteEvent complete) {
				this.completed = true;
				return (complete.runId() != null) ? complete : withRunId(complete);
			}
			return event;
		}

		private AgentEvent withRunId(CompleteEvent event) {
			return new CompleteEvent(this.runId.get(), event.timestamp(), event.statusText(), event.result(),
					event.error(), event.recovered(), event.startedAt(), event.finishedAt(), event.numOfSteps(),
					event.schemaValidation());
		}

		Mono<AgentEvent> requireCompleted() {
			return this.completed ? Mono.empty()
					: Mono.error(() -> Outcomes.unknown("The stream ended before the run did", null, this.runId.get()));
		}

	}

}
