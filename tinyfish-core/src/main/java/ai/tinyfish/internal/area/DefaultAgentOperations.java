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
import java.util.concurrent.Executor;
import java.util.function.BiFunction;
import java.util.function.Function;

import ai.tinyfish.agent.AgentOperations;
import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.agent.AgentStream;
import ai.tinyfish.agent.QueuedBatch;
import ai.tinyfish.agent.RunHandle;
import ai.tinyfish.agent.TinyFishRunListener;
import ai.tinyfish.internal.call.ApiCall;
import ai.tinyfish.internal.call.BlockingExecutor;
import ai.tinyfish.internal.call.ObservationSupport;
import ai.tinyfish.internal.interceptor.InterceptedRun;
import ai.tinyfish.internal.session.DefaultAgentStream;
import ai.tinyfish.internal.session.DefaultRunHandle;
import ai.tinyfish.internal.session.RunSession;
import ai.tinyfish.internal.session.RunSessions;
import ai.tinyfish.internal.session.SessionKind;
import ai.tinyfish.run.AgentRun;
import ai.tinyfish.run.QueuedRun;
import org.jspecify.annotations.Nullable;

/**
 * Executes the agent's calls for callers that block.
 */
public final class DefaultAgentOperations implements AgentOperations {

	private static final TinyFishRunListener NO_LISTENER = new TinyFishRunListener() {
	};

	private final RunSessions sessions;

	private final RequestBodies bodies;

	private final BlockingExecutor executor;

	private final Executor futureExecutor;

	/**
	 * Create new operations.
	 * @param sessions the sessions of the client
	 * @param executor executes calls
	 * @param futureExecutor runs the continuations of futures
	 */
	public DefaultAgentOperations(RunSessions sessions, BlockingExecutor executor, Executor futureExecutor) {
		this.sessions = sessions;
		this.bodies = RequestBodies.of(sessions.settings());
		this.executor = executor;
		this.futureExecutor = futureExecutor;
	}

	@Override
	public AgentRun run(AgentRequest request) {
		return submit(SessionKind.RUN, request, null, AgentCalls::run, this::run);
	}

	private AgentRun run(ApiCall<AgentRun> call, RunSession session) {
		try {
			ObservationSupport.call(session.observation(), () -> {
				this.sessions.blockForTurn(session);
				session.answered(execute(call, session));
				return session;
			});
		}
		catch (Throwable ex) {
			if (session.callFailed(ex)) {
				throw ex;
			}
		}
		return session.await();
	}

	@Override
	public QueuedRun queue(AgentRequest request) {
		return submit(SessionKind.QUEUE, request, null, AgentCalls::queue, this::queue);
	}

	private QueuedRun queue(ApiCall<QueuedRun> call, RunSession session) {
		try {
			QueuedRun queued = execute(call, session);
			session.queued(queued);
			return queued;
		}
		catch (Throwable ex) {
			if (!session.failed(ex)) {
				session.requireOpen();
			}
			throw ex;
		}
	}

	@Override
	public QueuedBatch queueAll(List<AgentRequest> requests) {
		List<AgentRequest> checked = BatchQueue.check(requests);
		String apiKey = this.sessions.admit();
		BlockingExecutor.requireBlockingThread(SessionKind.QUEUE_ALL.operation());
		List<InterceptedRun> asked = this.sessions.interceptors().ask(SessionKind.QUEUE_ALL.operation(), checked);
		try {
			return queueAll(new BatchQueue(checked, asked, this.bodies), apiKey);
		}
		finally {
			asked.forEach(InterceptedRun::release);
		}
	}

	private QueuedBatch queueAll(BatchQueue batch, String apiKey) {
		for (BatchQueue.Chunk chunk : batch.chunks()) {
			List<RunSession> sessions = List.of();
			try {
				sessions = this.sessions.queueing(SessionKind.QUEUE_ALL, chunk.call(), chunk.requests(), chunk.asked(),
						chunk.decision(), this.sessions.caller(), apiKey);
				batch.queued(sessions, execute(chunk.call(), sessions.get(0)));
			}
			catch (Throwable ex) {
				sessions.forEach((session) -> session.failed(ex));
				if (batch.isVisible(ex)) {
					return batch.failed(chunk, ex);
				}
				throw ex;
			}
		}
		return batch.complete();
	}

	@Override
	public AgentStream stream(AgentRequest request) {
		return stream(request, NO_LISTENER);
	}

	@Override
	public AgentStream stream(AgentRequest request, TinyFishRunListener listener) {
		Objects.requireNonNull(listener, "listener must not be null");
		return submit(SessionKind.STREAM, request, null, AgentCalls::stream, (call, session) -> DefaultAgentStream
			.open(this.sessions.stream(call, session, Function.identity()), session, listener));
	}

	@Override
	public RunHandle start(AgentRequest request) {
		return doStart(request, null);
	}

	@Override
	public RunHandle start(AgentRequest request, TinyFishRunListener listener) {
		return doStart(request, Objects.requireNonNull(listener, "listener must not be null"));
	}

	private RunHandle doStart(AgentRequest request, @Nullable TinyFishRunListener listener) {
		return submit(SessionKind.START, request, listener, AgentCalls::start,
				(call, session) -> DefaultRunHandle.start(this.sessions.stream(call, session, Function.identity()),
						session, this.executor, this.futureExecutor));
	}

	private <T, R> R submit(SessionKind kind, AgentRequest request, @Nullable TinyFishRunListener listener,
			BiFunction<AgentRequest, RequestBodies, ApiCall<T>> describe, BiFunction<ApiCall<T>, RunSession, R> send) {
		return this.sessions.submit(kind, request, listener, (sent) -> describe.apply(sent, this.bodies), send);
	}

	/**
	 * Execute a call. If the application stops, its caller receives the same outcome as
	 * listeners.
	 */
	private <T> T execute(ApiCall<T> call, RunSession session) {
		try {
			return this.executor.execute(call, session.apiKey(), session.decision(), session.ended());
		}
		catch (RuntimeException ex) {
			session.requireOpen();
			throw ex;
		}
	}

}
