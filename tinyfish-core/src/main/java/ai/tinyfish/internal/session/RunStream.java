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

import java.util.List;
import java.util.function.Function;

import ai.tinyfish.agent.event.AgentEvent;
import ai.tinyfish.agent.event.CompleteEvent;
import ai.tinyfish.error.TinyFishException;
import ai.tinyfish.internal.call.ApiCall;
import ai.tinyfish.internal.call.DroppedErrors;
import ai.tinyfish.internal.call.ObservationSupport;
import ai.tinyfish.internal.call.StreamOpener.OpenStream;
import ai.tinyfish.internal.poll.RunRedaction;
import ai.tinyfish.internal.stream.OpenStreams.StreamPermit;
import ai.tinyfish.run.AgentRun;
import ai.tinyfish.run.RunStatus;
import ai.tinyfish.run.TinyFishRunOutcomeUnknownException;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.SignalType;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

/**
 * Stream of a run: opened once, and read into its session. The reader gets the events as
 * the stream brings them, and the outcome from the session.
 *
 * @param session the session of the run
 * @param sessions the sessions of its client
 */
record RunStream(RunSession session, RunSessions sessions) {

	/**
	 * Submit the run, once its turn has come.
	 * @param call the submission
	 * @param form turns the events, in lists as they arrive together, into the form in
	 * which they are read
	 * @return the events, once the service has accepted the request; they must be
	 * subscribed to at once
	 */
	<T> Mono<Flux<T>> open(ApiCall<AgentRun> call, Function<Flux<List<AgentEvent>>, Flux<T>> form) {
		return this.sessions.awaitTurn(this.session)
			.then(Mono.defer(() -> this.session.isOpen()
					? ObservationSupport.within(this.session.observation(), submit(call, form))
					: Mono.<Flux<T>>empty()))
			.onErrorResume((failure) -> openingFailed(failure, form))
			.switchIfEmpty(Mono.defer(() -> this.session.result().map((run) -> Flux.<T>empty())))
			.doFinally(this::finished)
			// an open stream does not keep what has opened it
			.onTerminateDetach();
	}

	/**
	 * Follow a run that nobody reads but listeners, behind the handles of both clients.
	 * @param run the events, once the service has accepted the request
	 * @param session the session of the run
	 * @param context the context of the pipeline
	 */
	static void follow(Mono<Flux<List<AgentEvent>>> run, RunSession session, ContextView context) {
		// an onErrorContinue() of the subscriber is for its own operators
		run.flatMapMany((events) -> events).onErrorStop().subscribe((event) -> {
		}, session::failed, () -> {
		}, DroppedErrors.quiet().apply(Context.of(context)));
	}

	private <T> Mono<Flux<T>> submit(ApiCall<AgentRun> call, Function<Flux<List<AgentEvent>>, Flux<T>> form) {
		StreamPermit permit = this.sessions.takeStream(this.session);
		return permit.guardOpening(this.sessions.streams().open(call, this.session.apiKey(), this.session.decision()))
			.map((opened) -> untilClosed(form.apply(events(opened, permit))));
	}

	/**
	 * After the cancel has passed, or what it leads to would be dropped with an error.
	 */
	private void finished(SignalType signal) {
		if (signal == SignalType.CANCEL) {
			this.session.closeEarly();
		}
	}

	/**
	 * React to an answer that is no stream.
	 * @return the outcome alone if the answer names the run, which is polled then; else
	 * empty, since another outcome may have been decided before
	 */
	private <T> Mono<Flux<T>> openingFailed(Throwable failure, Function<Flux<List<AgentEvent>>, Flux<T>> form) {
		this.session.callFailed(failure);
		return (this.session.phase() == RunState.Phase.POLL)
				? Mono.just(untilClosed(form.apply(followed(Flux.empty())))) : Mono.empty();
	}

	private Flux<List<AgentEvent>> events(OpenStream<AgentRun> stream, StreamPermit permit) {
		AgentRun run = stream.value();
		if (run != null) {
			return followed(Flux.defer(() -> {
				this.session.answered(run);
				return Flux.empty();
			}));
		}
		return followed(permit.read(stream.body(), this.sessions.settings().stream().maxEventSize(), this::decode,
				this::decodeLast));
	}

	/**
	 * The events, and the outcome after them, whether the stream reports it or not.
	 */
	private Flux<List<AgentEvent>> followed(Flux<List<AgentEvent>> events) {
		return events.onErrorResume((failure) -> {
			this.session.lost(failure);
			return Flux.empty();
		}).concatWith(Mono.defer(() -> {
			this.session.streamEnded();
			return this.session.lastEvent().map(List::of);
		}));
	}

	/**
	 * Notice that the events are read no longer. Last, since an outcome that is decided
	 * still gets through to their reader.
	 */
	private <T> Flux<T> untilClosed(Flux<T> events) {
		return events.doOnCancel(this.session::publishKept)
			.doFinally(this::finished)
			.contextWrite(DroppedErrors.quiet());
	}

	private @Nullable AgentEvent decode(byte[] buffer, int offset, int length) {
		if (!this.session.isOpen() || isKeepAlive(buffer, offset, length)) {
			return null;
		}
		AgentEvent event = read(buffer, offset, length);
		if (event instanceof CompleteEvent complete) {
			complete(complete);
			return null;
		}
		this.session.event(event);
		return event;
	}

	private AgentEvent read(byte[] buffer, int offset, int length) {
		byte[] redacted = this.session.secrets().withoutKey(buffer, offset, length);
		return (redacted != null) ? AgentEventReader.read(redacted, 0, redacted.length)
				: AgentEventReader.read(buffer, offset, length);
	}

	/**
	 * An outcome that has arrived whole counts, although the stream ended before the
	 * blank line after it.
	 */
	private void decodeLast(byte[] buffer, int offset, int length) {
		try {
			if (this.session.isOpen() && read(buffer, offset, length) instanceof CompleteEvent complete) {
				complete(complete);
			}
		}
		catch (TinyFishException ex) {
			// half an event, or no outcome of this run: the run is asked for
		}
	}

	/**
	 * Take the outcome that the stream reports.
	 * @throws TinyFishRunOutcomeUnknownException if it is not that of this run
	 */
	private void complete(CompleteEvent event) {
		String id = this.session.runId();
		if (id != null && event.runId() != null && !id.equals(event.runId())) {
			throw Outcomes.unknown("The stream reported the outcome of another run", null, id);
		}
		if (event.status() == RunStatus.RUNNING || event.status() == RunStatus.PENDING) {
			this.session.known(event.runId());
			throw Outcomes.unknown("The stream ended with the run still " + event.status(), null, this.session.runId());
		}
		AgentRun run = event.run();
		AgentRun named = (event.runId() != null || id == null) ? run : run.toBuilder().runId(id).build();
		this.session.completed(RunRedaction.redact(named, this.session.secrets()), event.timestamp());
	}

	private static boolean isKeepAlive(byte[] buffer, int offset, int length) {
		for (int i = offset; i < offset + length; i++) {
			if (buffer[i] > ' ' || buffer[i] < 0) {
				return false;
			}
		}
		return true;
	}

}
