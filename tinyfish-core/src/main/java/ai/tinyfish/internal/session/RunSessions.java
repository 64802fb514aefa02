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
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;

import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.agent.RunContext;
import ai.tinyfish.agent.TinyFishRunInterceptor;
import ai.tinyfish.agent.TinyFishRunListener;
import ai.tinyfish.agent.event.AgentEvent;
import ai.tinyfish.error.TinyFishException;
import ai.tinyfish.error.TinyFishTooManyRunsException;
import ai.tinyfish.error.TinyFishTooManyStreamsException;
import ai.tinyfish.internal.call.ApiCall;
import ai.tinyfish.internal.call.BlockingExecutor;
import ai.tinyfish.internal.call.DroppedErrors;
import ai.tinyfish.internal.call.ObservationSupport;
import ai.tinyfish.internal.call.StreamOpener;
import ai.tinyfish.internal.interceptor.InterceptedRun;
import ai.tinyfish.internal.interceptor.RunInterceptors;
import ai.tinyfish.internal.lifecycle.ClientClosedException;
import ai.tinyfish.internal.listener.CallerContext;
import ai.tinyfish.internal.listener.EventExecutor;
import ai.tinyfish.internal.listener.ListenerDelivery;
import ai.tinyfish.internal.listener.ListenerQueue;
import ai.tinyfish.internal.session.PublishedOutcomes.Account;
import ai.tinyfish.internal.settings.ClientSettings;
import ai.tinyfish.internal.stream.OpenStreams.StreamPermit;
import ai.tinyfish.internal.wire.SendDecision;
import ai.tinyfish.observation.TinyFishObservationDocumentation;
import ai.tinyfish.observation.TinyFishObservationDocumentation.LowCardinalityRunWaitKeyNames;
import ai.tinyfish.run.AgentRun;
import ai.tinyfish.run.QueuedRun;
import io.micrometer.observation.Observation;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.context.ContextView;

/**
 * Sessions of one client. {@link #submit} and {@link #queueing} begin sessions of runs,
 * {@link #awaiting} those of waits for queued runs.
 */
public final class RunSessions {

	private final ClientRuntime runtime;

	private final RunSources sources;

	private final SharedRuns shared;

	private final Supplier<List<TinyFishRunListener>> listeners;

	private final ListenerDelivery delivery;

	private final RunInterceptors interceptors;

	/** The account of the latest run: most have the same, and share it. */
	private volatile @Nullable Account account;

	/**
	 * Create the sessions of a client.
	 * @param runtime the settings and the streams of the client
	 * @param sources the other sources of the outcome of a run
	 * @param shared the runs that clients share
	 * @param listeners the listeners of all runs; requested when a run begins
	 * @param interceptors the interceptors of all runs; requested when a run is submitted
	 * @param eventExecutor calls the listeners
	 * @param eventBuffer the maximum number of events of a run that wait for its
	 * listeners
	 */
	public RunSessions(ClientRuntime runtime, RunSources sources, SharedRuns shared,
			Supplier<List<TinyFishRunListener>> listeners, Supplier<List<TinyFishRunInterceptor>> interceptors,
			EventExecutor eventExecutor, int eventBuffer) {
		this.runtime = runtime;
		this.sources = sources;
		this.shared = shared;
		this.listeners = listeners;
		this.delivery = shared.delivery(eventExecutor, eventBuffer);
		this.interceptors = new RunInterceptors(interceptors, runtime.settings().allowedHosts(), this.delivery,
				runtime::requireOpen);
	}

	public ClientSettings settings() {
		return this.runtime.settings();
	}

	/** Return the context of the calling thread. */
	public CallerContext caller() {
		return CallerContext.ofThread(this.runtime.observationRegistry());
	}

	public CallerContext caller(ContextView context) {
		return CallerContext.of(context, this.runtime.observationRegistry());
	}

	public RunInterceptors interceptors() {
		return this.interceptors;
	}

	/**
	 * Submit a run for a caller that blocks: call the interceptors, describe the call,
	 * and begin a session. If this fails, all resources are released, no listener is
	 * notified, and nothing was sent.
	 * @param <T> the answer to the call
	 * @param <R> the result for the caller
	 * @param kind the operation that submits the run
	 * @param request the request
	 * @param listener a listener of this run alone, or null
	 * @param describe describes the call, and checks the request before interceptors are
	 * called
	 * @param send sends the call for its session
	 * @return the result for the caller
	 * @throws IllegalStateException if the client is closed, has no key, runs are no
	 * longer accepted, or the thread must not block
	 * @throws TinyFishTooManyRunsException if the maximum number of runs is in flight
	 * @throws TinyFishTooManyStreamsException if the maximum number of streams is open
	 * @throws RuntimeException the refusal of an interceptor, or of the host
	 */
	public <T, R> R submit(SessionKind kind, AgentRequest request, @Nullable TinyFishRunListener listener,
			Function<AgentRequest, ApiCall<T>> describe, BiFunction<ApiCall<T>, RunSession, R> send) {
		ApiCall<T> call = describe.apply(request);
		String apiKey = admit();
		if (kind != SessionKind.START) {
			BlockingExecutor.requireBlockingThread(kind.operation());
		}
		List<InterceptedRun> asked = this.interceptors.ask(kind.operation(), List.of(request));
		return submit(kind, request, asked, (sent) -> (sent == request) ? call : describe.apply(sent), apiKey, listener,
				caller(), send);
	}

	/**
	 * Submit a run without blocking, in the same way. The request is checked at once.
	 * @return the result for the caller
	 */
	public <T, R> Mono<R> submitLater(SessionKind kind, AgentRequest request, @Nullable TinyFishRunListener listener,
			Function<AgentRequest, ApiCall<T>> describe, BiFunction<ApiCall<T>, RunSession, Mono<R>> send) {
		ApiCall<T> call = describe.apply(request);
		return Mono.deferContextual((context) -> {
			// of the subscribing thread: interceptors may switch to another
			CallerContext caller = caller(context);
			String apiKey = admit();
			return this.interceptors.ask(kind.operation(), List.of(request), caller)
				.flatMap((asked) -> submit(kind, request, asked,
						(sent) -> (sent == request) ? call : describe.apply(sent), apiKey, listener, caller, send));
		}).onErrorStop().contextWrite(DroppedErrors.quiet());
	}

	private <T, R> R submit(SessionKind kind, AgentRequest request, List<InterceptedRun> asked,
			Function<AgentRequest, ApiCall<T>> describe, String apiKey, @Nullable TinyFishRunListener listener,
			CallerContext caller, BiFunction<ApiCall<T>, RunSession, R> send) {
		try {
			AgentRequest sent = asked.isEmpty() ? request : asked.get(0).request();
			ApiCall<T> call = describe.apply(sent);
			RunSession session = kind.takesPlace() ? begin(kind, sent, asked, call, apiKey, listener, caller)
					: queueing(kind, call, List.of(sent), asked, new SendDecision(), caller, apiKey).get(0);
			return send.apply(call, session);
		}
		finally {
			// unless it has begun
			asked.forEach(InterceptedRun::release);
		}
	}

	private RunSession begin(SessionKind kind, AgentRequest request, List<InterceptedRun> asked, ApiCall<?> call,
			String apiKey, @Nullable TinyFishRunListener listener, CallerContext caller) {
		this.shared.requireAccepting();
		boolean placed = this.shared.limiter().enter();
		StreamPermit stream = null;
		RunSession session = null;
		try {
			// a waiting run does not have an open stream yet
			stream = (placed && kind.isStreamed()) ? openStream() : null;
			session = session(kind, request, asked.isEmpty() ? null : asked.get(0), call, apiKey,
					queue(caller, listener), new SendDecision());
			this.shared.add(List.of(session));
			if (placed && !session.takePlace()) {
				// runs were stopped in the meantime
				this.shared.limiter().leave();
			}
			if (stream != null) {
				session.follow(stream);
			}
			asked.forEach(InterceptedRun::begun);
			return session;
		}
		catch (Throwable ex) {
			if (session != null) {
				session.leave();
				session.recorded(SessionOutcome.REJECTED, ex);
			}
			if (stream != null) {
				stream.release();
			}
			if (placed) {
				this.shared.limiter().leave();
			}
			throw ex;
		}
	}

	/**
	 * Begin sessions of runs that are queued together. Only a failure to queue them is
	 * published.
	 * @param kind the operation that submits the runs
	 * @param call the submission
	 * @param requests the requests of the runs
	 * @param asked the runs with their interceptors, in the same order; empty without
	 * interceptors
	 * @param decision whether the call is sent
	 * @param caller the context that listeners are called with
	 * @param apiKey the key to send
	 * @return the sessions
	 * @throws IllegalStateException if runs are no longer accepted
	 */
	public List<RunSession> queueing(SessionKind kind, ApiCall<?> call, List<AgentRequest> requests,
			List<InterceptedRun> asked, SendDecision decision, CallerContext caller, String apiKey) {
		List<RunSession> sessions = new ArrayList<>(requests.size());
		for (int i = 0; i < requests.size(); i++) {
			sessions.add(session(kind, requests.get(i), asked.isEmpty() ? null : asked.get(i), call, apiKey,
					queue(caller, null), decision));
		}
		this.shared.add(sessions);
		asked.forEach(InterceptedRun::begun);
		return sessions;
	}

	/**
	 * Return the key for a submission.
	 * @return a checked key
	 * @throws IllegalStateException if the key is missing or malformed, if the client is
	 * closed, or if runs are no longer accepted
	 */
	public String admit() {
		this.shared.requireAccepting();
		return this.runtime.resolveApiKey();
	}

	/** Begin to wait for a run that was submitted before. */
	RunSession awaiting(QueuedRun run, String apiKey, ContextView context) {
		RunContext known = new RunContext(run.runId(), run.url(), run.goal(), run.tag(), null, null, null);
		Account account = account(apiKey);
		Account counted = RunWaits.isWithAnyKey(context) ? account.ofAnyKey() : account;
		RunSession session = new RunSession(SessionKind.AWAIT, null, counted.complete(known), counted,
				counted.secrets(List.of()), Duration.ZERO, this.sources, this.shared, queue(caller(context), null),
				this.runtime.observationRegistry(), new SendDecision());
		this.shared.addWait(session);
		return session;
	}

	/** See {@link RunStream#open}. */
	public <T> Mono<Flux<T>> stream(ApiCall<AgentRun> call, RunSession session,
			Function<Flux<List<AgentEvent>>, Flux<T>> form) {
		return RunStream.open(session, this, call, form);
	}

	StreamOpener streams() {
		return this.runtime.streams();
	}

	/**
	 * Acquire a permit for a stream, unless the session has one.
	 * @throws TinyFishTooManyStreamsException if the maximum number of streams is open
	 */
	StreamPermit takeStream(RunSession session) {
		StreamPermit stream = session.stream();
		if (stream == null) {
			stream = openStream();
			session.follow(stream);
		}
		return stream;
	}

	private StreamPermit openStream() {
		try {
			return this.runtime.openStreams().register(this.runtime.settings().stream().idleTimeout());
		}
		catch (ClientClosedException ex) {
			throw OutcomeExceptions.givenUpBeforeSending(OutcomeExceptions.CLIENT_CLOSED);
		}
	}

	/**
	 * Wait for a place for a session.
	 * @param session the session
	 * @return completes when the request may be sent, or the session has ended. A failure
	 * of the wait ends the session: nothing was sent
	 */
	public Mono<Void> awaitTurn(RunSession session) {
		if (!session.isWaiting()) {
			return Mono.fromRunnable(session::requireOpen);
		}
		return Mono.defer(() -> {
			Observation wait = observe(session);
			AtomicBoolean stopped = new AtomicBoolean();
			Mono<Void> granted = this.shared.limiter()
				.await(session::takePlace)
				.takeUntilOther(session.whenEnded())
				.then(Mono.fromRunnable(session::requireOpen));
			// places of runs that end by the closing are not offered to waiting runs
			return this.runtime.lifecycle()
				.untilClosed(granted.thenReturn(true), ClientClosedException::new)
				.doOnNext((turn) -> this.runtime.lifecycle().requireOpen())
				.onErrorMap(ClientClosedException.class,
						(closed) -> OutcomeExceptions.givenUpBeforeSending(OutcomeExceptions.CLIENT_CLOSED))
				.doOnError(TinyFishException.class,
						(ex) -> stop(wait, stopped,
								session.isGivenUp() ? SessionOutcome.CANCELLED : SessionOutcome.REJECTED))
				.doOnSuccess((turn) -> stop(wait, stopped, "ADMITTED"))
				.doOnCancel(() -> stop(wait, stopped, SessionOutcome.CANCELLED))
				.then();
		}).doOnError(session::failed);
	}

	/**
	 * Wait for a place for a session on the calling thread.
	 * @param session the session
	 * @throws TinyFishException if no place becomes free, or the thread is interrupted
	 */
	public void blockForTurn(RunSession session) {
		if (session.isWaiting()) {
			CompletableFuture<Void> turn = awaitTurn(session).toFuture();
			BlockingWait.get(turn, (interrupted) -> {
				session.giveUp("Interrupted");
				turn.cancel(true);
				return null;
			});
		}
		session.requireOpen();
	}

	private Observation observe(RunSession session) {
		return ObservationSupport
			.start(() -> TinyFishObservationDocumentation.RUN_WAIT.observation(this.runtime.observationRegistry())
				.parentObservation(session.observation())
				.lowCardinalityKeyValue(LowCardinalityRunWaitKeyNames.OUTCOME.withValue(SessionOutcome.PENDING))
				.start());
	}

	private static void stop(Observation wait, AtomicBoolean stopped, String outcome) {
		if (stopped.compareAndSet(false, true)) {
			ObservationSupport
				.quietly(() -> wait.lowCardinalityKeyValue(LowCardinalityRunWaitKeyNames.OUTCOME.withValue(outcome)));
			ObservationSupport.quietly(wait::stop);
		}
	}

	private RunSession session(SessionKind kind, AgentRequest request, @Nullable InterceptedRun run, ApiCall<?> call,
			String apiKey, ListenerQueue queue, SendDecision decision) {
		Duration timeout = request.runTimeout();
		Account account = account(apiKey);
		return new RunSession(kind, run, RunContext.of(null, request), account, account.secrets(call.secrets()),
				(timeout != null) ? timeout : this.runtime.settings().run().timeout(), this.sources, this.shared, queue,
				this.runtime.observationRegistry(), decision);
	}

	private Account account(String apiKey) {
		Account latest = this.account;
		if (latest == null || !latest.apiKey().equals(apiKey)) {
			ClientSettings settings = this.runtime.settings();
			latest = this.shared.published().of(settings.baseUrl(), apiKey, settings.secrets(List.of(), apiKey));
			this.account = latest;
		}
		return latest;
	}

	private ListenerQueue queue(CallerContext caller, @Nullable TinyFishRunListener listener) {
		List<TinyFishRunListener> all = this.listeners.get();
		return new ListenerQueue(this.delivery, caller,
				(listener != null) ? Stream.concat(Stream.of(listener), all.stream()).toList() : all);
	}

}
