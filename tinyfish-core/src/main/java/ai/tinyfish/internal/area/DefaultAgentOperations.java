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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.function.Function;

import ai.tinyfish.agent.AgentOperations;
import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.agent.AgentStream;
import ai.tinyfish.agent.QueuedBatch;
import ai.tinyfish.agent.RunHandle;
import ai.tinyfish.agent.TinyFishRunListener;
import ai.tinyfish.error.TinyFishException;
import ai.tinyfish.internal.call.ApiCall;
import ai.tinyfish.internal.call.BlockingExecutor;
import ai.tinyfish.internal.call.ObservationSupport;
import ai.tinyfish.internal.delivery.CallerContext;
import ai.tinyfish.internal.follow.RunFollower;
import ai.tinyfish.internal.session.AgentRuntime;
import ai.tinyfish.internal.session.ClientRuntime;
import ai.tinyfish.internal.session.DefaultAgentStream;
import ai.tinyfish.internal.session.DefaultRunHandle;
import ai.tinyfish.internal.session.Outcomes;
import ai.tinyfish.internal.session.RunAdmission;
import ai.tinyfish.internal.session.RunEngine;
import ai.tinyfish.internal.session.RunWaits;
import ai.tinyfish.internal.session.RunLimiter;
import ai.tinyfish.internal.session.Submission;
import ai.tinyfish.internal.session.Submissions;
import ai.tinyfish.run.AgentRun;
import ai.tinyfish.run.QueuedRun;
import ai.tinyfish.run.TinyFishRunOutcomeUnknownException;

/**
 * Executes the agent's calls for callers that block.
 */
public final class DefaultAgentOperations implements AgentOperations {

	private final ClientRuntime runtime;

	private final RequestBodies bodies;

	private final BlockingExecutor executor;

	private final Submissions submissions;

	private final Executor futureExecutor;

	private final RunEngine engine;

	private final RunFollower endings;

	private final RunAdmission admission;

	public DefaultAgentOperations(AgentRuntime runtime, BlockingExecutor executor, Executor futureExecutor) {
		this.runtime = runtime.client();
		this.bodies = RequestBodies.of(this.runtime.settings());
		this.executor = executor;
		this.submissions = runtime.submissions();
		this.futureExecutor = futureExecutor;
		this.engine = runtime.engine();
		this.endings = runtime.endings();
		this.admission = runtime.admission();
	}

	@Override
	@SuppressWarnings("try")
	public AgentRun run(AgentRequest request) {
		ApiCall<AgentRun> call = AgentCalls.run(request, this.bodies);
		String apiKey = this.runtime.resolveApiKey();
		BlockingExecutor.requireBlockingThread(call.operation());
		RunLimiter.Entry entry = this.admission.enter();
		Submission submission = this.submissions.observed("run", request, caller(), entry::leave);
		try (ObservationSupport.Scope scope = ObservationSupport.openScope(call.operation(),
				submission.observation())) {
			awaitAdmission(entry, submission);
			submission.requireSend();
			AgentRun run = send(call, apiKey, request, submission);
			submission.finished(run);
			submission.requireFollowed();
			return run;
		}
		catch (Throwable ex) {
			submission.failed(ex);
			throw ex;
		}
	}

	private AgentRun send(ApiCall<AgentRun> call, String apiKey, AgentRequest request, Submission submission) {
		try {
			return execute(call, apiKey, submission);
		}
		catch (TinyFishRunOutcomeUnknownException ex) {
			CompletableFuture<AgentRun> ending = submission
				.untilAbandoned(this.engine.follow(ex, request, call, apiKey, submission))
				.toFuture();
			return get(ending, (interrupted) -> {
				TinyFishException unknown = Outcomes.unknown("Interrupted while waiting for the run to end; it goes on",
						interrupted, ex.runId());
				// first: what the cancelling says comes too late then
				submission.error(unknown);
				return unknown;
			});
		}
	}

	private void awaitAdmission(RunLimiter.Entry entry, Submission submission) {
		get(this.admission.admitted(entry, submission).toFuture(), (interrupted) -> {
			TinyFishException unsent = entry.givenUp("Interrupted");
			submission.unsent(unsent);
			return unsent;
		});
	}

	private static <T> T get(CompletableFuture<T> future,
			Function<InterruptedException, TinyFishException> onInterrupt) {
		try {
			return future.get();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			TinyFishException outcome = onInterrupt.apply(ex);
			future.cancel(true);
			throw outcome;
		}
		catch (ExecutionException ex) {
			throw (ex.getCause() instanceof RuntimeException cause) ? cause : new IllegalStateException(ex.getCause());
		}
	}

	@Override
	public QueuedRun queue(AgentRequest request) {
		ApiCall<QueuedRun> call = AgentCalls.queue(request, this.bodies);
		String apiKey = this.runtime.resolveApiKey();
		BlockingExecutor.requireBlockingThread(call.operation());
		Submission submission = this.submissions.unobserved(request, caller());
		try {
			QueuedRun queued = execute(call, apiKey, submission);
			submission.queued(queued);
			submission.requireFollowed();
			return queued;
		}
		catch (Throwable ex) {
			submission.failed(ex);
			throw ex;
		}
	}

	@Override
	public QueuedBatch queueAll(List<AgentRequest> requests) {
		BatchQueue batch = new BatchQueue(requests, this.bodies);
		String apiKey = this.runtime.resolveApiKey();
		BlockingExecutor.requireBlockingThread("agent.queueAll");
		for (BatchQueue.Chunk chunk : batch.chunks()) {
			List<Submission> submissions = List.of();
			try {
				submissions = this.submissions.unobserved(chunk.requests(), caller());
				List<QueuedRun> queued = BatchQueue.requireQueued(submissions,
						execute(chunk.call(), apiKey, submissions.get(0)));
				submissions.get(0).requireFollowed();
				batch.queued(queued);
			}
			catch (Throwable ex) {
				for (Submission submission : submissions) {
					submission.failed(ex);
				}
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
		return stream(request, new TinyFishRunListener() {
		});
	}

	@Override
	public AgentStream stream(AgentRequest request, TinyFishRunListener listener) {
		Objects.requireNonNull(listener, "listener must not be null");
		ApiCall<AgentRun> call = AgentCalls.stream(request, this.bodies);
		String apiKey = this.runtime.resolveApiKey();
		BlockingExecutor.requireBlockingThread(call.operation());
		RunEngine.Place place = this.engine.enter(request);
		Submission submission = this.submissions.observed("stream", request, caller(), place::leave);
		return DefaultAgentStream.open(this.engine.run(call, apiKey, submission, place), place.entry(), submission,
				request, listener);
	}

	@Override
	public RunHandle start(AgentRequest request) {
		return start(request, this.submissions);
	}

	@Override
	public RunHandle start(AgentRequest request, TinyFishRunListener listener) {
		Objects.requireNonNull(listener, "listener must not be null");
		return start(request, this.submissions.with(listener));
	}

	private RunHandle start(AgentRequest request, Submissions submissions) {
		ApiCall<AgentRun> call = AgentCalls.stream(request, this.bodies);
		String apiKey = this.runtime.resolveApiKey();
		RunEngine.Place place = this.engine.enter(request);
		Submission submission = submissions.observed("start", request, caller(), place::leave);
		return DefaultRunHandle.start(this.engine.run(call, apiKey, submission, place), place.entry(), submission,
				new DefaultRunOperations(this.executor, () -> apiKey, new RunWaits(this.endings, this.submissions)),
				this.futureExecutor);
	}

	/**
	 * Execute a call, whose caller is told what listeners are if the application stops.
	 */
	private <T> T execute(ApiCall<T> call, String apiKey, Submission submission) {
		try {
			return this.executor.execute(call, apiKey, submission.decision(),
					submission.whenToldAbandoned().toFuture());
		}
		catch (RuntimeException ex) {
			submission.requireFollowed();
			throw ex;
		}
	}

	private CallerContext caller() {
		return CallerContext.ofThread(this.runtime.observationRegistry());
	}

}
