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
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;

import ai.tinyfish.agent.RunContext;
import ai.tinyfish.agent.event.AgentEvent;
import ai.tinyfish.agent.event.CompleteEvent;
import ai.tinyfish.agent.event.HeartbeatEvent;
import ai.tinyfish.agent.event.StartedEvent;
import ai.tinyfish.agent.event.StreamingUrlEvent;
import ai.tinyfish.error.TinyFishApiException;
import ai.tinyfish.error.TinyFishException;
import ai.tinyfish.internal.delivery.ListenerCalls;
import ai.tinyfish.internal.delivery.ListenerQueue;
import ai.tinyfish.internal.wire.SendDecision;
import ai.tinyfish.run.AgentRun;
import ai.tinyfish.run.QueuedRun;
import ai.tinyfish.run.RunError;
import ai.tinyfish.run.RunStatus;
import ai.tinyfish.run.TinyFishRunFailedException;
import io.micrometer.observation.Observation;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * One submission from its sending to its ending: tells listeners what happens, exactly
 * one ending among it, and records the observation {@code tinyfish.run}.
 */
public final class Submission {

	/** What was submitted, as far as it is known. */
	private volatile RunContext context;

	private final ListenerQueue queue;

	private final SharedRuns registry;

	private final boolean awaited;

	private final RunObservation observation;

	private final SendDecision decision;

	/** Ends what goes on, when runs are to go on no longer. */
	private volatile Mono<Void> stopping = Mono.fromRunnable(this::abandon);

	private volatile boolean abandoned;

	private final Sinks.Empty<Void> abandonment = Sinks.empty();

	private final AtomicReference<@Nullable Ending> ending = new AtomicReference<>();

	private final List<Watcher> watchers = new CopyOnWriteArrayList<>();

	private volatile @Nullable String runId;

	private volatile boolean completed;

	private boolean streamingUrlSeen;

	/**
	 * A submission.
	 * @param request what was submitted, as far as it is known
	 * @param queue takes what listeners are to be told
	 * @param registry knows what of runs was told before
	 * @param awaited whether this is a wait for a run that was submitted before
	 * @param observation records it
	 * @param decision whether it is sent
	 */
	Submission(RunContext request, ListenerQueue queue, SharedRuns registry, boolean awaited,
			RunObservation observation, SendDecision decision) {
		this.context = request;
		this.queue = queue;
		this.registry = registry;
		this.awaited = awaited;
		this.observation = observation;
		this.decision = decision;
		this.runId = request.runId();
	}

	/**
	 * Count among those that have not ended.
	 * @throws RunsStoppedException if no more runs are taken
	 */
	void begin() {
		try {
			this.registry.submissions().add(List.of(this));
		}
		catch (RunsStoppedException ex) {
			this.observation.stop(RunObservation.REJECTED, null, ex);
			throw ex;
		}
	}

	/**
	 * The observation that the submission's calls belong to.
	 */
	public Observation observation() {
		return this.observation.current();
	}

	/**
	 * Have someone told at once, on the thread that brings the news.
	 * @param watcher may be told of the ending twice
	 */
	void watch(Watcher watcher) {
		this.watchers.add(watcher);
		Ending known = this.ending.get();
		if (known != null) {
			watcher.ended(known);
		}
	}

	/**
	 * Have something done when this ends, or at once if it has.
	 * @param action may be done twice
	 */
	void whenEnded(Runnable action) {
		watch(new Watcher() {
			@Override
			public void ended(Ending ending) {
				action.run();
			}
		});
	}

	/**
	 * Have something done when nothing more happens in the run, which may be a little
	 * before this ends.
	 * @param action may be done more than once
	 */
	void whenCompleted(Runnable action) {
		watch(new Watcher() {
			@Override
			public void completed() {
				action.run();
			}

			@Override
			public void ended(Ending ending) {
				action.run();
			}
		});
	}

	/**
	 * Whether the request is sent.
	 */
	public SendDecision decision() {
		return this.decision;
	}

	/**
	 * Check that the request is to be sent.
	 * @throws TinyFishException if it was given up
	 */
	public void requireSend() {
		if (this.decision.isGivenUp()) {
			throw Outcomes.stoppedBeforeSending();
		}
	}

	/**
	 * Decide not to send the request. Has no effect once it may have been sent.
	 * @param exception how this ends
	 * @return false if the request may have been sent
	 */
	public boolean unsent(TinyFishException exception) {
		if (this.awaited || !this.decision.giveUp()) {
			return false;
		}
		error(exception);
		return true;
	}

	/**
	 * The run, as soon as an event has said it.
	 */
	@Nullable String runId() {
		return this.runId;
	}

	/**
	 * The one ending, or null as long as there is none.
	 */
	@Nullable Ending ending() {
		return this.ending.get();
	}

	/**
	 * The run that the service has named.
	 */
	void known(String runId) {
		takeRunId(runId);
	}

	/**
	 * Nothing more happens in the run, whose ending is on its way.
	 */
	void completed() {
		this.completed = true;
		this.watchers.forEach(Watcher::completed);
	}

	/**
	 * Whether the service has said how the run ended, which may not have been told yet.
	 */
	boolean isCompleted() {
		return this.completed;
	}

	void event(AgentEvent event) {
		ListenerQueue.Kind kind = kind(event);
		takeRunId(event.runId());
		if (event instanceof CompleteEvent complete) {
			finished(complete.toAgentRun());
		}
		else if (this.ending.get() == null && ListenerCalls.isTold(event)) {
			RunContext context = context();
			int text = (kind != ListenerQueue.Kind.MILESTONE) ? ListenerCalls.text(event) : 0;
			this.queue.add(new ListenerQueue.Entry(event.type(), context, kind, text,
					(listener) -> ListenerCalls.tell(listener, context, event)));
		}
	}

	/**
	 * The service told how the run ended. Has no effect after another ending.
	 */
	public void finished(AgentRun run) {
		if (!end(new Ending(run, null), run.runId())) {
			return;
		}
		RunContext context = endingContext();
		publishEnding("finished", context, (listener) -> listener.finished(context, run));
		this.observation.stop(run.status().name(), this.runId, null);
		over();
	}

	/**
	 * The run was queued, and ends elsewhere: only that it could not be queued is an
	 * ending here.
	 */
	public void queued(QueuedRun queued) {
		RunError reason = queued.error();
		if (queued.isAccepted()) {
			this.registry.endedRuns()
				.queued(new RunContext(queued.runId(), this.context.url(), this.context.goal(), this.context.tag()));
			over();
		}
		else if (reason != null) {
			error(notQueued(reason));
		}
	}

	public static TinyFishRunFailedException notQueued(RunError reason) {
		return new TinyFishRunFailedException(null, RunStatus.FAILED, reason);
	}

	/**
	 * Take note of what the submission failed with.
	 */
	public void failed(Throwable failure) {
		error(Outcomes.ofSubmission(failure, this.runId));
	}

	/**
	 * The run was not accepted, or its ending is unknown. Has no effect after another
	 * ending.
	 */
	public void error(TinyFishException exception) {
		if (!end(new Ending(null, exception), exception.runId())) {
			return;
		}
		RunContext context = endingContext();
		publishEnding("error", context, (listener) -> listener.error(context, exception));
		this.observation.stop(
				(exception instanceof TinyFishApiException) ? RunObservation.REJECTED : RunObservation.UNKNOWN,
				this.runId, exception);
		over();
	}

	private boolean end(Ending ending, @Nullable String runId) {
		if (!this.ending.compareAndSet(null, ending)) {
			return false;
		}
		takeRunId(runId);
		this.watchers.forEach((watcher) -> watcher.ended(ending));
		return true;
	}

	private void takeRunId(@Nullable String runId) {
		// the first one counts: a run does not change its name
		if (this.runId == null && runId != null) {
			this.runId = runId;
			if (!this.awaited && this.ending.get() == null) {
				follow(runId);
			}
			this.watchers.forEach((watcher) -> watcher.started(runId));
		}
	}

	private void follow(String runId) {
		this.registry.endedRuns().follow(runId);
		if (this.ending.get() != null) {
			// it ended meanwhile, perhaps without knowing the run
			this.registry.endedRuns().unfollow(runId);
		}
	}

	private RunContext context() {
		RunContext current = this.context;
		if (!Objects.equals(current.runId(), this.runId)) {
			current = new RunContext(this.runId, current.url(), current.goal(), current.tag());
			this.context = current;
		}
		return current;
	}

	private RunContext endingContext() {
		// who awaits a run may be faster than the answer of the call that queued it
		return this.awaited ? this.registry.endedRuns().complete(context()) : context();
	}

	private void publishEnding(String what, RunContext context, ListenerQueue.Notice notice) {
		PublishedOutcomes endedRuns = this.registry.endedRuns();
		boolean told = this.awaited ? endedRuns.addAwaited(context.runId()) : endedRuns.addSubmitted(context.runId());
		if (told) {
			this.queue.end(new ListenerQueue.Entry(what, context, ListenerQueue.Kind.MILESTONE, 0, notice),
					() -> endedRuns.told(context.runId()));
		}
		else {
			this.queue.end();
		}
		this.queue.logDropped(context.runId());
	}

	/**
	 * Nothing more is expected of this, whether or not it has ended.
	 */
	void over() {
		this.registry.submissions().remove(this);
	}

	/**
	 * Say how to end what goes on, when runs are to go on no longer.
	 * @param stopping ends it, when subscribed to
	 */
	void whenStopped(Mono<Void> stopping) {
		this.stopping = stopping;
	}

	/**
	 * End what goes on.
	 * @return completes when its ending is on its way
	 */
	Mono<Void> stop() {
		return Mono.defer(() -> this.stopping);
	}

	/**
	 * Runs go on no longer, and nothing else has ended this.
	 */
	void abandon() {
		if (!abandonUnsent()) {
			error(Outcomes.stopped(this.runId));
			this.abandonment.tryEmitEmpty();
		}
	}

	/**
	 * Runs are taken no longer. Has no effect once the request may have been sent.
	 * @return false if the request may have been sent
	 */
	boolean abandonUnsent() {
		// first: whoever may not send it asks why
		this.abandoned = true;
		boolean unsent = unsent(Outcomes.stoppedBeforeSending());
		if (unsent) {
			this.abandonment.tryEmitEmpty();
		}
		return unsent;
	}

	/**
	 * Completes when nobody will look after this any more, or at once.
	 */
	Mono<Void> whenAbandoned() {
		return this.abandonment.asMono();
	}

	/**
	 * End the wait for an outcome when this is abandoned: its caller fails with what
	 * listeners were told.
	 */
	public <T> Mono<T> untilAbandoned(Mono<T> outcome) {
		return outcome.onErrorMap(this::asTold)
			.takeUntilOther(whenToldAbandoned())
			// the two may have come at once
			.doOnSuccess((value) -> requireFollowed());
	}

	/**
	 * Completes when listeners were told that this is abandoned. An outcome that was
	 * faster is on its way to the caller.
	 */
	public Mono<Void> whenToldAbandoned() {
		return whenAbandoned().then(Mono.defer(() -> isAbandoned() ? Mono.empty() : Mono.never()));
	}

	/**
	 * Whether listeners were told that this is abandoned.
	 */
	public boolean isAbandoned() {
		return abandonedAs() != null;
	}

	/**
	 * Check that listeners were not told that this is abandoned.
	 * @throws TinyFishException what they were told
	 */
	public void requireFollowed() {
		TinyFishException told = abandonedAs();
		if (told != null) {
			throw told;
		}
	}

	/**
	 * The failure of the caller: what listeners were told, if this is abandoned.
	 */
	private Throwable asTold(Throwable failure) {
		TinyFishException told = abandonedAs();
		return (told != null) ? told : failure;
	}

	private @Nullable TinyFishException abandonedAs() {
		Ending told = this.ending.get();
		return (this.abandoned && told != null) ? told.exception() : null;
	}

	/**
	 * What becomes of a submission that is not to be sent.
	 * @return fails if somebody waits for it; its caller has lost interest otherwise
	 */
	public <T> Mono<T> notSent() {
		return this.abandoned ? Mono.error(Outcomes::stoppedBeforeSending) : Mono.empty();
	}

	/**
	 * Only the first event of its type is a milestone: a server that repeats itself
	 * cannot fill the queue.
	 */
	private ListenerQueue.Kind kind(AgentEvent event) {
		if (event instanceof StreamingUrlEvent && !this.streamingUrlSeen) {
			this.streamingUrlSeen = true;
			return ListenerQueue.Kind.MILESTONE;
		}
		if (event instanceof StartedEvent && this.runId == null) {
			return ListenerQueue.Kind.MILESTONE;
		}
		return (event instanceof HeartbeatEvent) ? ListenerQueue.Kind.HEARTBEAT : ListenerQueue.Kind.PROGRESS;
	}

	/**
	 * Is told what becomes of a submission.
	 */
	interface Watcher {

		default void started(String runId) {
		}

		default void completed() {
		}

		default void ended(Ending ending) {
		}

	}

	/**
	 * The one ending of a submission.
	 *
	 * @param run how the run ended, or null if that is not known
	 * @param exception why it is not known, or null
	 */
	record Ending(@Nullable AgentRun run, @Nullable TinyFishException exception) {

		/**
		 * Why it is not known how the run ended, where that is so.
		 */
		TinyFishException failure() {
			return Objects.requireNonNull(this.exception);
		}

	}

}
