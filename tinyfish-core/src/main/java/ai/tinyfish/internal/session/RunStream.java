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
 * Stream of a run: opened once, and read into its session. The reader receives the events
 * from the stream, and the outcome from the session.
 */
final class RunStream {

	private RunStream() {
	}

	/**
	 * Submit the run, once it has a place.
	 * @param session the session of the run
	 * @param sessions the sessions of its client
	 * @param call the submission
	 * @param form converts the lists of events that arrive together into the form for the
	 * reader
	 * @return the events, once the service has accepted the request; they must be
	 * subscribed to at once
	 */
	static <T> Mono<Flux<T>> open(RunSession session, RunSessions sessions, ApiCall<AgentRun> call,
			Function<Flux<List<AgentEvent>>, Flux<T>> form) {
		return sessions.awaitTurn(session)
			.then(Mono.defer(() -> session.isOpen()
					? ObservationSupport.within(session.observation(), submit(session, sessions, call, form))
					: Mono.<Flux<T>>empty()))
			.onErrorResume((failure) -> openingFailed(session, failure, form))
			.switchIfEmpty(Mono.defer(() -> session.result().map((run) -> Flux.<T>empty())))
			.doFinally((signal) -> finished(session, signal))
			// an open stream must not keep the objects that opened it
			.onTerminateDetach();
	}

	/**
	 * Follow a run that only listeners read, for the handles of both clients.
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

	private static <T> Mono<Flux<T>> submit(RunSession session, RunSessions sessions, ApiCall<AgentRun> call,
			Function<Flux<List<AgentEvent>>, Flux<T>> form) {
		StreamPermit permit = sessions.takeStream(session);
		int maxEventSize = sessions.settings().stream().maxEventSize();
		return permit.guardOpening(sessions.streams().open(call, session.apiKey(), session.decision()))
			.map((opened) -> untilClosed(session, form.apply(events(session, opened, permit, maxEventSize))));
	}

	/**
	 * Called after the cancel has passed: otherwise its effects would be dropped with an
	 * error.
	 */
	private static void finished(RunSession session, SignalType signal) {
		if (signal == SignalType.CANCEL) {
			session.closeEarly();
		}
	}

	/**
	 * React to an answer that is not a stream.
	 * @return the outcome alone if the answer names the run, which is polled then; else
	 * empty, since another outcome may have been decided before
	 */
	private static <T> Mono<Flux<T>> openingFailed(RunSession session, Throwable failure,
			Function<Flux<List<AgentEvent>>, Flux<T>> form) {
		session.callFailed(failure);
		return (session.phase() == RunState.Phase.POLL)
				? Mono.just(untilClosed(session, form.apply(followed(session, Flux.empty())))) : Mono.empty();
	}

	private static Flux<List<AgentEvent>> events(RunSession session, OpenStream<AgentRun> stream, StreamPermit permit,
			int maxEventSize) {
		AgentRun run = stream.value();
		if (run != null) {
			return followed(session, Flux.defer(() -> {
				session.answered(run);
				return Flux.empty();
			}));
		}
		return followed(session,
				permit.read(stream.body(), maxEventSize,
						(buffer, offset, length) -> decode(session, buffer, offset, length),
						(buffer, offset, length) -> decodeLast(session, buffer, offset, length)));
	}

	/**
	 * Return the events, and the outcome after them, even if the stream does not report
	 * it.
	 */
	private static Flux<List<AgentEvent>> followed(RunSession session, Flux<List<AgentEvent>> events) {
		return events.onErrorResume((failure) -> {
			session.lost(failure);
			return Flux.empty();
		}).concatWith(Mono.defer(() -> {
			session.streamEnded();
			return session.lastEvent().map(List::of);
		}));
	}

	/**
	 * Detect that the events are no longer read. Last in the pipeline, since a decided
	 * outcome must still reach the reader.
	 */
	private static <T> Flux<T> untilClosed(RunSession session, Flux<T> events) {
		return events.doOnCancel(session::publishKept)
			.doFinally((signal) -> finished(session, signal))
			.contextWrite(DroppedErrors.quiet());
	}

	private static @Nullable AgentEvent decode(RunSession session, byte[] buffer, int offset, int length) {
		if (!session.isOpen() || isKeepAlive(buffer, offset, length)) {
			return null;
		}
		AgentEvent event = read(session, buffer, offset, length);
		if (event instanceof CompleteEvent complete) {
			complete(session, complete);
			return null;
		}
		session.event(event);
		return event;
	}

	private static AgentEvent read(RunSession session, byte[] buffer, int offset, int length) {
		byte[] redacted = session.secrets().withoutKey(buffer, offset, length);
		return (redacted != null) ? AgentEventReader.read(redacted, 0, redacted.length)
				: AgentEventReader.read(buffer, offset, length);
	}

	/**
	 * Decode trailing data. A complete outcome counts, although the stream ended before
	 * the blank line after it.
	 */
	private static void decodeLast(RunSession session, byte[] buffer, int offset, int length) {
		try {
			if (session.isOpen() && read(session, buffer, offset, length) instanceof CompleteEvent complete) {
				complete(session, complete);
			}
		}
		catch (TinyFishException ex) {
			// an incomplete event, or the outcome of another run: the run is polled
		}
	}

	/**
	 * Take the outcome that the stream reports.
	 * @throws TinyFishRunOutcomeUnknownException if it is not that of this run
	 */
	private static void complete(RunSession session, CompleteEvent event) {
		String id = session.runId();
		if (id != null && event.runId() != null && !id.equals(event.runId())) {
			throw OutcomeExceptions.unknown("The stream reported the outcome of another run", null, id);
		}
		if (event.status() == RunStatus.RUNNING || event.status() == RunStatus.PENDING) {
			session.known(event.runId());
			throw OutcomeExceptions.unknown("The stream ended with the run still " + event.status(), null,
					session.runId());
		}
		AgentRun run = event.run();
		AgentRun named = (event.runId() != null || id == null) ? run : run.toBuilder().runId(id).build();
		session.completed(RunRedaction.redact(named, session.secrets()), event.timestamp());
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
