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
import java.util.function.Function;

import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.agent.QueuedBatch;
import ai.tinyfish.agent.ReactiveAgentOperations;
import ai.tinyfish.agent.event.AgentEvent;
import ai.tinyfish.error.TinyFishException;
import ai.tinyfish.internal.call.ApiCall;
import ai.tinyfish.internal.call.ObservationSupport;
import ai.tinyfish.internal.call.ReactiveExecutor;
import ai.tinyfish.internal.delivery.CallerContext;
import ai.tinyfish.internal.session.AgentRuntime;
import ai.tinyfish.internal.session.ClientRuntime;
import ai.tinyfish.internal.session.Outcomes;
import ai.tinyfish.internal.session.RunAdmission;
import ai.tinyfish.internal.session.RunEngine;
import ai.tinyfish.internal.session.RunLimiter;
import ai.tinyfish.internal.session.Submission;
import ai.tinyfish.internal.session.Submissions;
import ai.tinyfish.internal.wire.SendDecision;
import ai.tinyfish.run.AgentRun;
import ai.tinyfish.run.QueuedRun;
import ai.tinyfish.run.TinyFishRunOutcomeUnknownException;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.SignalType;
import reactor.util.context.ContextView;

/**
 * Executes the agent's calls without blocking.
 */
public final class DefaultReactiveAgentOperations implements ReactiveAgentOperations {

	private final ClientRuntime runtime;

	private final RequestBodies bodies;

	private final ReactiveExecutor executor;

	private final Submissions submissions;

	private final RunEngine engine;

	private final RunAdmission admission;

	public DefaultReactiveAgentOperations(AgentRuntime runtime, ReactiveExecutor executor) {
		this.runtime = runtime.client();
		this.bodies = RequestBodies.of(this.runtime.settings());
		this.executor = executor;
		this.submissions = runtime.submissions();
		this.engine = runtime.engine();
		this.admission = runtime.admission();
	}

	@Override
	public Mono<AgentRun> run(AgentRequest request) {
		ApiCall<AgentRun> call = AgentCalls.run(request, this.bodies);
		return Mono.deferContextual((context) -> {
			String apiKey = this.runtime.resolveApiKey();
			RunLimiter.Entry entry = this.admission.enter();
			Submission submission = this.submissions.observed("run", request, caller(context), entry::leave);
			return this.admission.admitted(entry, submission)
				.then(ObservationSupport.within(call.operation(), submission.observation(),
						send(call, apiKey, request, submission)))
				.doOnError(submission::failed)
				// after what the attempts tell of their cancelling
				.doFinally((signal) -> {
					if (signal == SignalType.CANCEL) {
						RunAdmission.cancelled(entry, submission);
					}
				});
		});
	}

	@Override
	public Mono<QueuedRun> queue(AgentRequest request) {
		ApiCall<QueuedRun> call = AgentCalls.queue(request, this.bodies);
		return Mono.deferContextual((context) -> {
			String apiKey = this.runtime.resolveApiKey();
			Submission submission = this.submissions.unobserved(request, caller(context));
			return submission.untilAbandoned(execute(call, apiKey, submission).doOnNext(submission::queued));
		});
	}

	@Override
	public Mono<QueuedBatch> queueAll(List<AgentRequest> requests) {
		List<AgentRequest> checked = new BatchQueue(requests, this.bodies).requests();
		return Mono.deferContextual((context) -> {
			BatchQueue batch = new BatchQueue(checked, this.bodies);
			String apiKey = this.runtime.resolveApiKey();
			return Flux.fromIterable(batch.chunks())
				.concatMap((chunk) -> queue(batch, chunk, apiKey, caller(context)))
				.next()
				.switchIfEmpty(Mono.fromSupplier(batch::complete));
		});
	}

	/**
	 * Queue one chunk.
	 * @return the result if the chunk was not queued, so that there is nothing to follow;
	 * empty if it was
	 */
	private Mono<QueuedBatch> queue(BatchQueue batch, BatchQueue.Chunk chunk, String apiKey, CallerContext caller) {
		return Mono.defer(() -> {
			List<Submission> submissions = this.submissions.unobserved(chunk.requests(), caller);
			return submissions.get(0)
				.untilAbandoned(execute(chunk.call(), apiKey, submissions)
					.map((runs) -> BatchQueue.requireQueued(submissions, runs)))
				.doOnError((ex) -> submissions.forEach((submission) -> submission.failed(ex)))
				.doOnNext(batch::queued)
				.then(Mono.<QueuedBatch>empty());
		}).onErrorResume(batch::isVisible, (ex) -> Mono.just(batch.failed(chunk, ex)));
	}

	@Override
	public Flux<AgentEvent> stream(AgentRequest request) {
		ApiCall<AgentRun> call = AgentCalls.stream(request, this.bodies);
		return Flux.deferContextual((context) -> {
			String apiKey = this.runtime.resolveApiKey();
			RunEngine.Place place = this.engine.enter(request);
			Submission submission = this.submissions.observed("stream", request, caller(context), place::leave);
			return this.engine.run(call, apiKey, submission, place).flatMapMany(Function.identity());
		});
	}

	private Mono<AgentRun> send(ApiCall<AgentRun> call, String apiKey, AgentRequest request, Submission submission) {
		return Mono.defer(() -> !submission.decision().isGivenUp()
				? submission.untilAbandoned(execute(call, apiKey, List.of(submission))
					.onErrorResume(TinyFishRunOutcomeUnknownException.class,
							(ex) -> this.engine.follow(ex, request, call, apiKey, submission))
					.doOnNext(submission::finished))
				: submission.notSent());
	}

	private <T> Mono<T> execute(ApiCall<T> call, String apiKey, Submission submission) {
		return execute(call, apiKey, List.of(submission)).doOnError(submission::failed);
	}

	private <T> Mono<T> execute(ApiCall<T> call, String apiKey, List<Submission> submissions) {
		SendDecision decision = submissions.get(0).decision();
		return this.executor.execute(call, apiKey, decision, (rejection) -> {
			if (submissions.get(0).isAbandoned()) {
				// it is cancelled for that, and all of them are
				return;
			}
			TinyFishException ending = (rejection != null) ? rejection : decision.giveUp()
					? Outcomes.givenUpBeforeSending("Cancelled")
					: Outcomes.unknown(call.operation() + " was cancelled before its answer arrived", null, null);
			submissions.forEach((submission) -> submission.error(ending));
		});
	}

	private CallerContext caller(ContextView context) {
		return CallerContext.of(context, this.runtime.observationRegistry());
	}

}
