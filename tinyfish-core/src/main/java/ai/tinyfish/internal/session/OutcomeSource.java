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
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;

import ai.tinyfish.agent.OpenRun;
import ai.tinyfish.agent.RunContext;
import ai.tinyfish.error.TinyFishException;
import ai.tinyfish.internal.lifecycle.ClientClosedException;
import ai.tinyfish.internal.lifecycle.ClientLifecycle;
import ai.tinyfish.internal.poll.RunFollower;
import ai.tinyfish.internal.poll.RunRedaction;
import ai.tinyfish.internal.request.Descriptions;
import ai.tinyfish.internal.request.RunOrigin;
import ai.tinyfish.internal.session.Recovery.RunAccess;
import ai.tinyfish.internal.stream.OpenStreams.StreamPermit;
import ai.tinyfish.internal.stream.Ticker;
import ai.tinyfish.run.AgentRun;
import ai.tinyfish.run.CancelledRun;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Mono;

/**
 * Source that a session expects its outcome from: the answer of a call or a stream, and
 * when that is lost or given up, a poll or the cancelling of the run. It belongs to one
 * session, whose lock it uses.
 */
final class OutcomeSource {

	private static final Duration LONGEST_WAIT_FOR_IDS = Duration.ofSeconds(10);

	private final RunSession session;

	/** Its monitor is the lock. */
	private final RunState state;

	private final SessionKind kind;

	private final RunAccess access;

	private final long begun = System.nanoTime();

	private @Nullable StreamPermit stream;

	/** Once it is disposed, what is put into it is as well. */
	private final Disposable.Swap deadline = Disposables.swap();

	private final Disposable.Swap poll = Disposables.swap();

	OutcomeSource(RunSession session, RunState state, SessionKind kind, RunAccess access) {
		this.session = session;
		this.state = state;
		this.kind = kind;
		this.access = access;
	}

	/**
	 * Follow the run by a stream, from its opening. The deadline begins.
	 * @param stream the place among the open streams
	 */
	void follow(StreamPermit stream) {
		synchronized (this.state) {
			if (this.state.moveTo(RunState.Phase.STREAM)) {
				this.stream = stream;
				scheduleDeadline();
			}
		}
		if (stream() == stream) {
			this.access.outcomes().addUnnamed(this.session.started());
		}
		else {
			stream.complete();
		}
	}

	@Nullable StreamPermit stream() {
		synchronized (this.state) {
			return this.stream;
		}
	}

	private void scheduleDeadline() {
		this.deadline.replace(Ticker.deadline(this.access.lifetime(), this::deadlinePassed));
	}

	/**
	 * Give back what the source takes, since the outcome is decided. A cancel goes on.
	 */
	void release() {
		this.deadline.dispose();
		this.poll.dispose();
		closeStream();
	}

	/**
	 * Give the place among the open streams back, and end the reading.
	 */
	private void closeStream() {
		StreamPermit current = stream();
		if (current != null) {
			current.complete();
		}
	}

	/**
	 * Decide the outcome that the stream has reported. It is published once the record of
	 * the run was read for what the stream does not say, or cannot be waited for.
	 * @param run how the run ended
	 * @param timestamp when that was reported, or null
	 */
	void completed(AgentRun run, @Nullable Instant timestamp) {
		this.session.known(run.runId());
		Outcome reported = Outcome.reported(run, timestamp);
		if (this.session.decide(reported)) {
			this.access.recovery()
				.complete(run, this.access.apiKey())
				.takeUntilOther(this.session.whenEnded())
				.map((completed) -> Outcome.reported(RunRedaction.redact(completed, this.access.secrets()), timestamp))
				.defaultIfEmpty(reported)
				.subscribe(this.session::publish);
		}
	}

	/**
	 * Decide the outcome that an await has read. It is published at once, unless the run
	 * may turn out to be one whose stream is held back: that one publishes it after its
	 * events.
	 * @param outcome the outcome, which the caller gets at once
	 */
	void awaited(Outcome outcome) {
		if (!this.session.decide(outcome)) {
			return;
		}
		Disposable.Swap latest = Disposables.swap();
		Runnable wait = this.access.outcomes().awaitIds(this.session.runId(), () -> {
			latest.dispose();
			this.session.publish(outcome);
		});
		if (wait == null) {
			this.session.publish(outcome);
			return;
		}
		this.session.complete(outcome);
		latest.replace(Ticker.deadline(LONGEST_WAIT_FOR_IDS, () -> {
			wait.run();
			this.session.publish(outcome);
		}));
	}

	/**
	 * Poll the run, since the answer or the stream was lost. Where no run is known the
	 * outcome is unknown.
	 * @param failure why it was lost
	 */
	void lost(Throwable failure) {
		closeStream();
		if (failure instanceof TinyFishException named) {
			this.session.known(named.runId());
		}
		String runId = this.session.runId();
		if (runId == null || failure instanceof ClientClosedException) {
			endUnknown(Outcomes.ofStream(failure, runId, this.access.secrets()));
			return;
		}
		if (!this.state.moveTo(RunState.Phase.POLL)) {
			return;
		}
		if (this.deadline.get() == null) {
			scheduleDeadline();
		}
		this.poll.replace(this.access.recovery().poll(runId, this.access, failure).subscribe(this.session::settle));
	}

	/**
	 * Poll the run, since its stream has ended, unless that has reported the outcome.
	 */
	void streamEnded() {
		if (this.state.phase() == RunState.Phase.STREAM) {
			lost(Outcomes.unknown("The stream ended before the run did", null, this.session.runId()));
		}
	}

	void deadlinePassed() {
		String problem = "The run did not end within " + this.access.lifetime().toMillis() + " ms";
		String runId = this.session.runId();
		if (runId == null) {
			this.session.settle(Outcome.unknown(Outcomes.deadline(problem, this.session.decision().giveUp())));
		}
		else if (this.kind.isStreamed() && this.access.recovery().cancelsOnTimeout()) {
			if (this.state.moveTo(RunState.Phase.CANCEL)) {
				// first, or it might report the cancel as how the run ended
				closeStream();
				cancel(this.access.recovery().cancelAtDeadline(runId, this.access, problem));
			}
		}
		else if (!isBeingCancelled()) {
			this.session.settle(Outcome.unknown(Outcomes.leftRunning(problem, runId)));
		}
	}

	/**
	 * Give up the reading of the stream. The run is left alone or cancelled, as the
	 * client is set up.
	 */
	void closeEarly() {
		closeStream();
		cancelOnClose(List.of(this));
		if (this.session.isOpen() && !isBeingCancelled() && !this.session.giveUp("Cancelled")) {
			this.session.settle(Outcome.unknown(Outcomes.closedEarly(this.session.runId())));
		}
	}

	/**
	 * Cancel runs whose streams, client or application are closed, where that is wanted:
	 * up to 100 of an account with one call. Outcomes that are decided are published.
	 */
	static void cancelOnClose(Collection<OutcomeSource> sources) {
		sources.forEach((source) -> source.session.publishDecided());
		sources.stream()
			.filter((source) -> source.cancelsOnClose() && source.state.moveTo(RunState.Phase.CANCEL))
			.collect(Collectors.groupingBy((source) -> source.follower().groupOf(source.session.apiKey())))
			.values()
			.forEach((group) -> {
				OutcomeSource first = group.get(0);
				Map<String, Mono<CancelledRun>> cancels = first.follower()
					.cancelAll(group.stream().map(OutcomeSource::runId).toList(), first.session.apiKey());
				group.forEach((source) -> source.cancel(source.access.recovery()
					.cancelOnClose(source.runId(), source.access,
							Objects.requireNonNull(cancels.get(source.runId())))));
			});
	}

	private boolean cancelsOnClose() {
		return this.session.runId() != null && this.kind.isStreamed() && this.access.recovery().cancelsOnClose();
	}

	private String runId() {
		return Objects.requireNonNull(this.session.runId());
	}

	RunFollower follower() {
		return this.access.recovery().follower();
	}

	/**
	 * Return whether the outcome of the run is that of its cancel.
	 */
	boolean isBeingCancelled() {
		return this.state.phase() == RunState.Phase.CANCEL;
	}

	/**
	 * Return whether this is the run of a stream whose outcome is that of its cancel, or
	 * is about to be published.
	 */
	boolean isEnding() {
		return this.kind.isStreamed() && this.state.phase().compareTo(RunState.Phase.CANCEL) >= 0;
	}

	/**
	 * Return whether this is a run of a client, or of one that is derived from it.
	 */
	boolean isOf(ClientLifecycle client) {
		return follower().lifecycle().isPartOf(client);
	}

	/** Completes when the outcome is published. */
	Mono<Void> whenEnded() {
		return this.session.whenEnded();
	}

	/**
	 * End the run, since the application stops.
	 * @return completes when its outcome is published
	 */
	Mono<Void> stop() {
		return (isBeingCancelled() ? whenEnded() : Mono.<Void>empty()).doFinally((signal) -> abandon());
	}

	/**
	 * End the session, since the application has stopped.
	 */
	void abandon() {
		if (!abandonUnsent()) {
			this.session.publishDecided();
			endUnknown(Outcomes.stopped(this.session.runId()));
		}
	}

	/**
	 * End the session, since the client or the application ends: no outcome has come in
	 * time.
	 * @param unknown the outcome, unless the service was asked to cancel the run
	 */
	private void endUnknown(TinyFishException unknown) {
		String runId = this.session.runId();
		this.session.settle(
				Outcome.unknown((isBeingCancelled() && runId != null) ? Outcomes.cancelUnconfirmed(runId) : unknown));
	}

	@Nullable String runIdOrNull() {
		return this.session.runId();
	}

	PublishedOutcomes.Account account() {
		return this.access.account();
	}

	/**
	 * Return whether this is the wait for a run that was submitted before.
	 */
	boolean isAwait() {
		return this.kind == SessionKind.AWAIT;
	}

	/**
	 * Return whether this is the wait for a queued run.
	 * @param runId the run
	 * @param baseUrl the base URL of its account, or null for any
	 */
	boolean isAwaitOf(String runId, @Nullable String baseUrl) {
		return isAwait() && runId.equals(this.session.runId())
				&& (baseUrl == null || baseUrl.equals(account().baseUrl()));
	}

	/**
	 * Describe the run for operators.
	 * @param now the time by {@link System#nanoTime()}
	 */
	OpenRun describe(long now) {
		RunContext context = this.state.context();
		RunOrigin origin = this.session.origin();
		boolean declared = origin != RunOrigin.NONE;
		return OpenRun.builder()
			.runId(context.runId())
			.operation(this.kind.operation())
			.agentInterface(declared ? origin.type() : null)
			.agentMethod(declared ? origin.method() : null)
			.tag(context.tag())
			.host(Descriptions.host(context.url()))
			.age(Duration.ofNanos(Math.max(0, now - this.begun)))
			.lastStep(Descriptions.text(this.access.secrets().redactIfPresent(this.state.lastStep())))
			.state(this.state.phase().shown())
			.build();
	}

	/**
	 * Cancel the run for an operator. Its outcome comes as that of any other run.
	 * @return the answer of the service
	 */
	Mono<CancelledRun> cancel() {
		return follower().cancel(runId(), this.session.apiKey(), RunFollower.CANCEL_TIMEOUT)
			.onErrorMap(TimeoutException.class, (ex) -> Outcomes.cancelUnconfirmed(runId()));
	}

	/**
	 * End the session, unless its request may have been sent.
	 * @return false if the request may have been sent
	 */
	boolean abandonUnsent() {
		if (!this.kind.isSent() || !this.session.decision().giveUp()) {
			return false;
		}
		this.session.settle(Outcome.unknown(Outcomes.stoppedBeforeSending()));
		return true;
	}

	private void cancel(Mono<Outcome> cancel) {
		this.poll.dispose();
		// goes on when the session ends: the run is to be cancelled all the same
		cancel.subscribe(this.session::settle);
	}

}
