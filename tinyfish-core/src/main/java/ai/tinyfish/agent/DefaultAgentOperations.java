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

import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.stream.Stream;

import ai.tinyfish.internal.ClientRuntime;
import ai.tinyfish.internal.http.ApiCall;
import ai.tinyfish.internal.http.BlockingExecutor;
import ai.tinyfish.internal.http.ClientSettings;
import ai.tinyfish.internal.http.GuardedObservations;
import ai.tinyfish.internal.stream.StreamWatchdog;
import ai.tinyfish.run.AgentRun;
import ai.tinyfish.run.QueuedRun;
import ai.tinyfish.run.RunError;
import ai.tinyfish.run.RunOperations;
import ai.tinyfish.run.RunStatus;
import ai.tinyfish.run.TinyFishRunFailedException;
import reactor.core.scheduler.Schedulers;

/**
 * Executes the agent's calls for callers that block.
 */
final class DefaultAgentOperations implements AgentOperations {

	private final ClientRuntime runtime;

	private final List<TinyFishRunListener> listeners;

	private final Executor eventExecutor;

	private final Executor futureExecutor;

	private final RunEngine engine;

	DefaultAgentOperations(ClientRuntime runtime, List<TinyFishRunListener> listeners, Executor eventExecutor,
			Executor futureExecutor) {
		this.runtime = runtime;
		this.listeners = List.copyOf(listeners);
		this.eventExecutor = eventExecutor;
		this.futureExecutor = futureExecutor;
		this.engine = new RunEngine(runtime);
	}

	@Override
	@SuppressWarnings("try")
	public AgentRun run(AgentRequest request) {
		ApiCall<AgentRun> call = AgentCalls.run(request, this.runtime.settings().integration());
		String apiKey = this.runtime.resolveApiKey();
		requireBlockingThread(call);
		Submission submission = submission("run", request, this.listeners);
		try (GuardedObservations.Scope scope = GuardedObservations.openScope(submission.observation())) {
			AgentRun run = this.runtime.blocking().execute(call, apiKey);
			submission.finished(run);
			return run;
		}
		catch (RuntimeException | Error ex) {
			submission.failed(ex);
			throw ex;
		}
	}

	@Override
	public QueuedRun queue(AgentRequest request) {
		ApiCall<QueuedRun> call = AgentCalls.queue(request, this.runtime.settings().integration());
		String apiKey = this.runtime.resolveApiKey();
		requireBlockingThread(call);
		// a queued run ends elsewhere: only that it could not be queued is an ending here
		Submission submission = Submission.unobserved(request, this.listeners, this.eventExecutor,
				this.runtime.observationRegistry());
		try {
			QueuedRun queued = this.runtime.blocking().execute(call, apiKey);
			RunError error = queued.error();
			if (!queued.isAccepted() && error != null) {
				submission.error(new TinyFishRunFailedException(null, RunStatus.FAILED, error));
			}
			return queued;
		}
		catch (RuntimeException | Error ex) {
			submission.failed(ex);
			throw ex;
		}
	}

	@Override
	public AgentStream stream(AgentRequest request) {
		return stream(request, new TinyFishRunListener() {
		});
	}

	@Override
	public AgentStream stream(AgentRequest request, TinyFishRunListener listener) {
		Objects.requireNonNull(listener, "listener must not be null");
		ApiCall<AgentRun> call = AgentCalls.stream(request, this.runtime.settings().integration());
		String apiKey = this.runtime.resolveApiKey();
		requireBlockingThread(call);
		StreamWatchdog watchdog = register();
		Submission submission = submission("stream", request, this.listeners);
		return DefaultAgentStream.open(this.engine.run(call, apiKey, submission, watchdog), submission, request,
				listener);
	}

	@Override
	public RunHandle start(AgentRequest request) {
		return start(request, this.listeners);
	}

	@Override
	public RunHandle start(AgentRequest request, TinyFishRunListener listener) {
		Objects.requireNonNull(listener, "listener must not be null");
		return start(request, Stream.concat(Stream.of(listener), this.listeners.stream()).toList());
	}

	private RunHandle start(AgentRequest request, List<TinyFishRunListener> listeners) {
		ApiCall<AgentRun> call = AgentCalls.stream(request, this.runtime.settings().integration());
		String apiKey = this.runtime.resolveApiKey();
		StreamWatchdog watchdog = register();
		Submission submission = submission("start", request, listeners);
		return DefaultRunHandle.start(this.engine.run(call, apiKey, submission, watchdog), submission,
				RunOperations.create(this.runtime, () -> apiKey), this.futureExecutor);
	}

	/**
	 * Take a place among the open streams: where there is none, nothing was submitted and
	 * nobody is told.
	 */
	private StreamWatchdog register() {
		ClientSettings settings = this.runtime.settings();
		return this.runtime.openStreams().register(settings.idleTimeout(), settings.runTimeout());
	}

	private Submission submission(String how, AgentRequest request, List<TinyFishRunListener> listeners) {
		return Submission.observed(how, request, listeners, this.eventExecutor, this.runtime.observationRegistry());
	}

	private static void requireBlockingThread(ApiCall<?> call) {
		if (Schedulers.isInNonBlockingThread()) {
			throw new IllegalStateException(call.operation() + " blocks, which the thread "
					+ Thread.currentThread().getName() + " must not; nothing was sent");
		}
		BlockingExecutor.requireNotInterrupted(call.operation());
	}

}
