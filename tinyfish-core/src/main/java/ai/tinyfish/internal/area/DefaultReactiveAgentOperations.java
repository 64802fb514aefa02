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

package ai.tinyfish.internal.area;

import java.util.List;
import java.util.Objects;
import java.util.function.BiFunction;
import java.util.function.Function;

import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.agent.QueuedBatch;
import ai.tinyfish.agent.ReactiveAgentOperations;
import ai.tinyfish.agent.ReactiveRunHandle;
import ai.tinyfish.agent.TinyFishRunListener;
import ai.tinyfish.agent.event.AgentEvent;
import ai.tinyfish.internal.call.ApiCall;
import ai.tinyfish.internal.call.ObservationSupport;
import ai.tinyfish.internal.call.ReactiveExecutor;
import ai.tinyfish.internal.interceptor.InterceptedRun;
import ai.tinyfish.internal.listener.CallerContext;
import ai.tinyfish.internal.session.DefaultReactiveRunHandle;
import ai.tinyfish.internal.session.RunSession;
import ai.tinyfish.internal.session.RunSessions;
import ai.tinyfish.internal.session.SessionKind;
import ai.tinyfish.run.AgentRun;
import ai.tinyfish.run.QueuedRun;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.SignalType;

/**
 * Executes the agent's calls without blocking.
 */
public final class DefaultReactiveAgentOperations implements ReactiveAgentOperations {

	private final RunSessions sessions;

	private final RequestBodies bodies;

	private final ReactiveExecutor executor;

	/**
	 * Create new operations.
	 * @param sessions the sessions of the client
	 * @param executor executes calls
	 */
	public DefaultReactiveAgentOperations(RunSessions sessions, ReactiveExecutor executor) {
		this.sessions = sessions;
		this.bodies = RequestBodies.of(sessions.settings());
		this.executor = executor;
	}

	@Override
	public Mono<AgentRun> run(AgentRequest request) {
		return submit(SessionKind.RUN, request, null, AgentCalls::run, (call, session) -> {
			Mono<AgentRun> answer = Mono
				.defer(() -> session.isOpen() ? execute(call, List.of(session)) : Mono.<AgentRun>empty());
			return this.sessions.awaitTurn(session)
				.then(ObservationSupport.within(session.observation(), answer))
				.takeUntilOther(session.whenEnded())
				.doOnNext(session::answered)
				.onErrorResume((ex) -> session.callFailed(ex) ? Mono.error(ex) : Mono.empty())
				.then(Mono.defer(session::result))
				// after the attempts have recorded their cancel
				.doFinally((signal) -> {
					if (signal == SignalType.CANCEL) {
						session.cancelled("The wait for the run was cancelled");
					}
				});
		});
	}

	@Override
	public Mono<QueuedRun> queue(AgentRequest request) {
		return submit(SessionKind.QUEUE, request, null, AgentCalls::queue,
				(call, session) -> session.untilEnded(execute(call, List.of(session))).doOnNext(session::queued));
	}

	@Override
	public Mono<QueuedBatch> queueAll(List<AgentRequest> requests) {
		List<AgentRequest> checked = BatchQueue.check(requests);
		return Mono.deferContextual((context) -> {
			String apiKey = this.sessions.admit();
			CallerContext caller = this.sessions.caller(context);
			return this.sessions.interceptors()
				.ask(SessionKind.QUEUE_ALL.operation(), checked, caller)
				.flatMap((asked) -> Mono
					.defer(() -> queueAll(new BatchQueue(checked, asked, this.bodies), apiKey, caller))
					.doFinally((signal) -> asked.forEach(InterceptedRun::release)));
		}).onErrorStop();
	}

	private Mono<QueuedBatch> queueAll(BatchQueue batch, String apiKey, CallerContext caller) {
		return Flux.fromIterable(batch.chunks())
			.concatMap((chunk) -> queue(batch, chunk, apiKey, caller))
			.next()
			.switchIfEmpty(Mono.fromSupplier(batch::complete));
	}

	/**
	 * Queue one chunk.
	 * @return the result if the chunk was not queued, after which no chunk is sent; empty
	 * if it was
	 */
	private Mono<QueuedBatch> queue(BatchQueue batch, BatchQueue.Chunk chunk, String apiKey, CallerContext caller) {
		return Mono.defer(() -> {
			List<RunSession> sessions = this.sessions.queueing(SessionKind.QUEUE_ALL, chunk.call(), chunk.requests(),
					chunk.asked(), chunk.decision(), caller, apiKey);
			return sessions.get(0)
				.untilEnded(execute(chunk.call(), sessions))
				.doOnNext((runs) -> batch.queued(sessions, runs))
				.doOnError((ex) -> sessions.forEach((session) -> session.failed(ex)))
				.then(Mono.<QueuedBatch>empty());
		}).onErrorResume(batch::isVisible, (ex) -> Mono.just(batch.failed(chunk, ex)));
	}

	@Override
	public Flux<AgentEvent> stream(AgentRequest request) {
		// one list at a time: the next is requested when the events of this one are read
		return submit(SessionKind.STREAM, request, null, AgentCalls::stream,
				(call, session) -> this.sessions.stream(call, session,
						(events) -> events.<AgentEvent>concatMapIterable(Function.identity(), 1)))
			.flatMapMany(Function.identity())
			.onErrorStop();
	}

	@Override
	public Mono<ReactiveRunHandle> start(AgentRequest request) {
		return doStart(request, null);
	}

	@Override
	public Mono<ReactiveRunHandle> start(AgentRequest request, TinyFishRunListener listener) {
		return doStart(request, Objects.requireNonNull(listener, "listener must not be null"));
	}

	private Mono<ReactiveRunHandle> doStart(AgentRequest request, @Nullable TinyFishRunListener listener) {
		return submit(SessionKind.START, request, listener, AgentCalls::start,
				(call, session) -> Mono.deferContextual((context) -> DefaultReactiveRunHandle
					.start(this.sessions.stream(call, session, Function.identity()), session, this.executor, context)));
	}

	private <T, R> Mono<R> submit(SessionKind kind, AgentRequest request, @Nullable TinyFishRunListener listener,
			BiFunction<AgentRequest, RequestBodies, ApiCall<T>> describe,
			BiFunction<ApiCall<T>, RunSession, Mono<R>> send) {
		return this.sessions.submitLater(kind, request, listener, (sent) -> describe.apply(sent, this.bodies), send);
	}

	private <T> Mono<T> execute(ApiCall<T> call, List<RunSession> sessions) {
		RunSession first = sessions.get(0);
		return this.executor.execute(call, first.apiKey(), first.decision(), (rejection) -> {
			// if the stop of the application has ended it, that is the reason of the
			// cancel, for all runs
			if (!first.isOpen()) {
				return;
			}
			for (RunSession session : sessions) {
				if (rejection != null) {
					session.failed(rejection);
				}
				else {
					session.cancelled(call.operation() + " was cancelled before its response arrived");
				}
			}
		});
	}

}
