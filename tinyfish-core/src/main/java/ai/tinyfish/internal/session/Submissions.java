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
import java.util.function.Supplier;
import java.util.stream.Stream;

import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.agent.RunContext;
import ai.tinyfish.agent.TinyFishRunListener;
import ai.tinyfish.error.TinyFishException;
import ai.tinyfish.internal.delivery.CallerContext;
import ai.tinyfish.internal.delivery.ListenerDelivery;
import ai.tinyfish.internal.delivery.ListenerQueue;
import ai.tinyfish.internal.wire.SendDecision;
import ai.tinyfish.run.AgentRun;
import ai.tinyfish.run.QueuedRun;
import io.micrometer.observation.ObservationRegistry;
import reactor.core.publisher.Mono;
import reactor.util.context.ContextView;

/**
 * Makes the submissions of one client, which tell the client's listeners.
 */
public final class Submissions implements AwaitListener {

	private final ObservationRegistry observationRegistry;

	private final Supplier<List<TinyFishRunListener>> listeners;

	private final ListenerDelivery delivery;

	private final SharedRuns registry;

	Submissions(ObservationRegistry observationRegistry, Supplier<List<TinyFishRunListener>> listeners,
			ListenerDelivery delivery, SharedRuns registry) {
		this.observationRegistry = observationRegistry;
		this.listeners = listeners;
		this.delivery = delivery;
		this.registry = registry;
	}

	/**
	 * The same with a listener more, which is told first.
	 */
	public Submissions with(TinyFishRunListener listener) {
		return new Submissions(this.observationRegistry,
				() -> Stream.concat(Stream.of(listener), this.listeners.get().stream()).toList(), this.delivery,
				this.registry);
	}

	/**
	 * A submission that is recorded as {@code tinyfish.run}.
	 * @param how the operation
	 * @param request what is submitted
	 * @param caller what of the caller reaches the listeners
	 * @param giveBack gives back the place that was taken for it, where it is not to be
	 * @throws IllegalStateException if no more runs are taken
	 */
	public Submission observed(String how, AgentRequest request, CallerContext caller, Runnable giveBack) {
		try {
			ListenerQueue queue = queue(caller);
			Submission submission = new Submission(context(request), queue, this.registry, false,
					RunObservation.start(how, this.observationRegistry, caller.observation()), new SendDecision());
			submission.begin();
			return submission;
		}
		catch (Throwable ex) {
			giveBack.run();
			throw ex;
		}
	}

	/**
	 * A submission of which only a failure is told, and which is sent at once.
	 * @param request what is submitted
	 * @param caller what of the caller reaches the listeners
	 * @throws IllegalStateException if no more runs are taken
	 */
	public Submission unobserved(AgentRequest request, CallerContext caller) {
		return unobserved(List.of(request), caller).get(0);
	}

	/**
	 * Submissions of which only a failure is told, and which are sent at once, together.
	 * @throws IllegalStateException if no more runs are taken
	 */
	public List<Submission> unobserved(List<AgentRequest> requests, CallerContext caller) {
		SendDecision decision = new SendDecision();
		List<Submission> submissions = requests.stream()
			.map((request) -> submission(context(request), false, caller, decision))
			.toList();
		this.registry.submissions().add(submissions);
		return submissions;
	}

	@Override
	public Wait begin(QueuedRun run, ContextView context) {
		RunContext known = new RunContext(run.runId(), run.url(), run.goal(), run.tag());
		Submission submission = submission(this.registry.endedRuns().complete(known), true,
				CallerContext.of(context, this.observationRegistry), new SendDecision());
		this.registry.submissions().addWait(submission);
		return new Wait() {
			@Override
			public void finished(AgentRun ending) {
				submission.finished(ending);
			}

			@Override
			public void error(TinyFishException exception) {
				submission.error(exception);
			}

			@Override
			public Mono<AgentRun> untilStopped(Mono<AgentRun> outcome) {
				return submission.untilAbandoned(outcome);
			}

			@Override
			public void over() {
				submission.over();
			}
		};
	}

	private Submission submission(RunContext context, boolean awaited, CallerContext caller, SendDecision decision) {
		return new Submission(context, queue(caller), this.registry, awaited, RunObservation.none(caller.observation()),
				decision);
	}

	private ListenerQueue queue(CallerContext caller) {
		return new ListenerQueue(this.delivery, caller, this.listeners.get());
	}

	private static RunContext context(AgentRequest request) {
		return new RunContext(null, request.url(), request.goal(), request.tag());
	}

}
