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
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

import ai.tinyfish.agent.RunContext;
import ai.tinyfish.error.TinyFishException;
import ai.tinyfish.internal.interceptor.InterceptedRun;
import ai.tinyfish.internal.lifecycle.ClientClosedException;
import ai.tinyfish.internal.listener.ListenerQueue;
import ai.tinyfish.internal.poll.RunFollower;
import ai.tinyfish.internal.redaction.Secrets;
import ai.tinyfish.internal.request.RunIds;
import ai.tinyfish.internal.session.PublishedOutcomes.Account;
import ai.tinyfish.internal.stream.OpenStreams.StreamPermit;
import ai.tinyfish.internal.stream.Ticker;
import ai.tinyfish.internal.wire.SendDecision;
import ai.tinyfish.run.AgentRun;
import ai.tinyfish.run.CancelledRun;
import ai.tinyfish.run.QueuedRun;
import ai.tinyfish.run.RunStatus;
import ai.tinyfish.run.TinyFishRunOutcomeUnknownException;
import ai.tinyfish.run.TinyFishRunTimeoutException;
import io.micrometer.observation.ObservationRegistry;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Mono;

/**
 * One run of a client, from its place among the runs in flight to its outcome. It reacts
 * to signals, each of which is a method, according to the tables of this package. A
 * signal counts only if it moves the run forward. {@link RunState} has the phase and the
 * lock, {@link RunLifecycle} the resources and the end.
 */
public final class RunSession extends RunLifecycle {

	private static final Duration LONGEST_WAIT_FOR_IDS = Duration.ofSeconds(10);

	private final Duration lifetime;

	private final RunSources sources;

	private volatile boolean givenUp;

	/**
	 * Create a session.
	 * @param run the run with its interceptors, or null if it has no interceptors
	 * @param account the account of the submission, whose key is used for all following
	 * calls
	 * @param secrets the secrets of the request, which the service may repeat
	 * @param lifetime how long the run may take if it is streamed
	 * @param shared the runs of which this is one, with the limit on those in flight
	 * @param registry the registry that records the run, unless it is queued
	 */
	RunSession(SessionKind kind, @Nullable InterceptedRun run, RunContext context, Account account, Secrets secrets,
			Duration lifetime, RunSources sources, SharedRuns shared, ListenerQueue queue, ObservationRegistry registry,
			SendDecision decision) {
		super(kind, run, context, account, secrets, shared, queue, registry, decision);
		this.lifetime = lifetime;
		this.sources = sources;
	}

	public String apiKey() {
		return account().apiKey();
	}

	RunSources sources() {
		return this.sources;
	}

	/**
	 * Take a place among the runs in flight.
	 * @return false if the session has already ended
	 */
	boolean takePlace() {
		return moveTo(Phase.ANSWER);
	}

	/**
	 * Follow the run by a stream, from its opening. The deadline begins.
	 * @param opened the permit of the stream, which is released if the session has
	 * already ended
	 */
	void follow(StreamPermit opened) {
		if (holdStream(opened)) {
			startDeadline(this.lifetime);
			account().addUnnamed(started());
		}
		else {
			opened.complete();
		}
	}

	@Override
	public @Nullable Runnable tick(long now) {
		if (!isOverdue(now)) {
			return null;
		}
		Ticker.remove(this);
		return this::deadlinePassed;
	}

	/**
	 * End the run with the answer to the call that submitted it.
	 */
	public void answered(AgentRun answer) {
		end(SessionOutcome.of(answer));
	}

	/**
	 * End the run, since its call failed, or poll it if the failure names it.
	 * @return whether the failure is the outcome; if not, the caller receives another one
	 */
	public boolean callFailed(Throwable failure) {
		if (kind().takesPlace() && failure instanceof TinyFishException named && named.runId() != null) {
			lost(failure);
			return false;
		}
		return failed(failure);
	}

	/**
	 * End the run, since it failed before its outcome was known.
	 * @return false if another outcome was decided before, which the caller receives
	 */
	public boolean failed(Throwable failure) {
		return end(SessionOutcome.unknown(OutcomeExceptions.ofSubmission(failure, decision(), runId())));
	}

	/**
	 * End the wait for an answer when an outcome is published, and fail with it.
	 */
	public <T> Mono<T> untilEnded(Mono<T> answer) {
		return answer.takeUntilOther(whenEnded())
			.onErrorMap((failure) -> failed(failure) ? failure : failureOr(failure))
			.switchIfEmpty(Mono.defer(() -> Mono.error(failureOr(new IllegalStateException("There was no response")))));
	}

	/**
	 * Leave the session, since the run was queued and ends elsewhere. If it could not be
	 * queued, this is its outcome.
	 * @throws TinyFishException if another outcome was decided before
	 */
	public void queued(QueuedRun queued) {
		TinyFishException refusal = OutcomeExceptions.refusal(queued);
		boolean first = (refusal != null) ? end(SessionOutcome.unknown(refusal)) : leaveQueued(queued.runId());
		if (!first) {
			requireOpen();
		}
	}

	/**
	 * Keep the outcome that the stream has reported.
	 * @param reported the outcome of the run
	 * @param timestamp when it was reported, or null
	 */
	void completed(AgentRun reported, @Nullable Instant timestamp) {
		known(reported.runId());
		endWithRecord(reported, (run) -> SessionOutcome.reported(run, timestamp));
	}

	/**
	 * Keep an outcome. It is published once the missing values of the run were read from
	 * its record, or cannot be awaited.
	 * @param reported the run as reported
	 * @param toOutcome creates the outcome of the run, without and with these values
	 */
	private void endWithRecord(AgentRun reported, Function<AgentRun, SessionOutcome> toOutcome) {
		if (keep(toOutcome.apply(reported))) {
			Disposable record = this.sources.record(this, reported).map(toOutcome).subscribe(this::publish);
			if (!record.isDisposed()) {
				Disposable latest = Ticker.deadline(RunFollower.RECORD_TIMEOUT, this::publishKept);
				ended().whenComplete((outcome, failure) -> Disposables.composite(record, latest).dispose());
			}
		}
	}

	/**
	 * Poll the run, since the answer or the stream was lost. If no run id is known, the
	 * outcome is unknown.
	 * @param failure the failure of the answer or stream
	 */
	void lost(Throwable failure) {
		closeStream();
		if (failure instanceof TinyFishException named) {
			known(named.runId());
		}
		if (runId() == null || failure instanceof ClientClosedException) {
			endUnknown(OutcomeExceptions.ofStream(failure, runId(), secrets()));
		}
		else if (moveTo(Phase.POLL)) {
			if (!kind().isStreamed()) {
				startDeadline(this.lifetime);
			}
			holdPoll(this.sources.poll(this, failure).subscribe(this::end));
		}
	}

	/**
	 * Poll the run, since its stream has ended, unless the stream has reported the
	 * outcome.
	 */
	void streamEnded() {
		if (phase() == Phase.STREAM) {
			lost(OutcomeExceptions.unknown("The stream ended before the run did", null, runId()));
		}
	}

	/**
	 * Poll the queued run. If the service refuses to return its outcome, or the client is
	 * closed, only this caller receives the failure.
	 */
	void poll() {
		holdPoll(this.sources.poll(this).subscribe(this::awaited, (failure) -> {
			leave();
			ended().completeExceptionally(failure);
		}));
	}

	/**
	 * End the session with the outcome that an await has read. The caller receives it at
	 * once. It is also published at once, unless a stream whose id is not known yet may
	 * be that of the run: that stream publishes it after its events.
	 */
	private void awaited(SessionOutcome outcome) {
		if (!keep(outcome)) {
			return;
		}
		Disposable.Swap latest = Disposables.swap();
		Runnable wait = account().awaitIds(runId(), () -> {
			latest.dispose();
			publish(outcome);
		});
		if (wait == null) {
			publish(outcome);
			return;
		}
		answer(outcome);
		latest.replace(Ticker.deadline(LONGEST_WAIT_FOR_IDS, () -> {
			wait.run();
			publish(outcome);
		}));
	}

	void deadlinePassed() {
		String problem = "The run did not end within " + this.lifetime.toMillis() + " ms";
		String runId = runId();
		if (runId == null) {
			end(SessionOutcome.unknown(OutcomeExceptions.deadline(problem, decision().giveUp())));
		}
		else if (kind().isStreamed() && this.sources.cancelsOnTimeout()) {
			if (moveTo(Phase.CANCEL)) {
				// first, otherwise it might report the cancel as the outcome of the run
				closeStream();
				cancel(this.sources.cancelAtDeadline(this, problem), (run) -> SessionOutcome
					.unknown(new TinyFishRunTimeoutException(problem + ". It was cancelled", run)));
			}
		}
		else if (phase() != Phase.CANCEL) {
			end(SessionOutcome.unknown(new TinyFishRunTimeoutException(
					problem + ". It was left running. " + OutcomeExceptions.howToCheck(runId), null, runId)));
		}
	}

	/**
	 * Wait for the outcome on the calling thread.
	 * @return the outcome of the run
	 * @throws TinyFishException if it is unknown, or the thread is interrupted
	 */
	public AgentRun await() {
		return BlockingWait.get(resultFuture(), (interrupted) -> {
			TinyFishException unknown = OutcomeExceptions.unknown(BlockingWait.INTERRUPTED, interrupted, runId());
			end(SessionOutcome.unknown(unknown));
			throw unknown;
		});
	}

	/**
	 * Give up the run, if nothing was sent.
	 * @param how the way in which it was given up
	 * @return false if something may have been sent
	 */
	public boolean giveUp(String how) {
		if (!giveUpSending()) {
			return false;
		}
		this.givenUp = true;
		end(SessionOutcome.unknown(isWaiting() ? limiter().givenUp(how) : OutcomeExceptions.givenUpBeforeSending(how)));
		return true;
	}

	/** Return whether the caller gave the run up before anything was sent. */
	boolean isGivenUp() {
		return this.givenUp;
	}

	/**
	 * End the run, since the caller has cancelled its call, or its wait for the run.
	 * @param problem the reason, if something may have been sent
	 */
	public void cancelled(String problem) {
		if (!giveUp("Cancelled")) {
			end(SessionOutcome.unknown(OutcomeExceptions.unknown(problem, null, runId())));
		}
	}

	/**
	 * Give up the reading of the stream. The run is left or cancelled, according to the
	 * policy of the client.
	 */
	void closeEarly() {
		if (phase() == Phase.ENDED) {
			return;
		}
		closeStream();
		if (RunSources.cancelOnClose(List.of(this))) {
			// even if the response is there already, its record is still read
			return;
		}
		if (phase() != Phase.CANCEL && !giveUp("Cancelled")
				&& !end(SessionOutcome.unknown(OutcomeExceptions.closedEarly(runId())))) {
			// already decided: its reader does not wait for the record either
			publishKept();
		}
	}

	/**
	 * Begin to cancel the run, since its stream, client or application is closed, if this
	 * is the policy.
	 * @return whether {@link #cancel} is to follow
	 */
	boolean beginCancelOnClose() {
		return runId() != null && kind().isStreamed() && this.sources.cancelsOnClose() && moveTo(Phase.CANCEL);
	}

	/**
	 * Cancel the run. The cancel continues when the session ends, since the run is still
	 * to be cancelled.
	 * @param cancel the cancel, with the outcome; empty if the run was cancelled
	 * @param cancelled creates the outcome of the cancelled run
	 */
	void cancel(Mono<SessionOutcome> cancel, Function<AgentRun, SessionOutcome> cancelled) {
		stopPolling();
		AgentRun run = AgentRun.builder().runId(runId()).statusText(RunStatus.CANCELLED.name()).build();
		cancel.switchIfEmpty(Mono.fromRunnable(() -> endWithRecord(run, cancelled))).subscribe(this::end);
	}

	/**
	 * Cancel the run for its handle. If it has no id yet, its request is closed. A run
	 * whose outcome is unknown may continue, and can be cancelled while the client is
	 * open.
	 * @param clientOpen whether the client is open
	 * @return the run that the service is to cancel, or null
	 * @throws TinyFishRunOutcomeUnknownException if the id of the run is malformed
	 */
	@Nullable String handleCancelled(boolean clientOpen) {
		String runId = runId();
		if (runId != null && (isOpen() || (clientOpen && isUnknown()))) {
			return OutcomeExceptions.requireValid(runId);
		}
		if (isOpen()) {
			cancelled("Cancelled before the run had started");
		}
		return null;
	}

	/**
	 * Cancel the run for an operator. Its outcome is published like that of any other
	 * run.
	 * @return the answer of the service
	 */
	Mono<CancelledRun> cancelByOperator() {
		String runId = Objects.requireNonNull(runId());
		return this.sources.follower()
			.cancel(runId, apiKey(), RunFollower.CANCEL_TIMEOUT)
			.onErrorMap(TimeoutException.class,
					(ex) -> OutcomeExceptions.unknown(OutcomeExceptions.UNCONFIRMED_CANCEL, null, runId));
	}

	/**
	 * Return whether this is a streamed run whose outcome is that of its cancel, or is
	 * about to be published.
	 */
	boolean isEnding() {
		return kind().isStreamed() && phase().compareTo(Phase.CANCEL) >= 0;
	}

	/**
	 * End the run, since the application stops, and cancels have begun.
	 * @return completes when its outcome is published
	 */
	Mono<Void> stop() {
		return (isEnding() ? whenEnded() : Mono.<Void>empty()).doFinally((signal) -> abandon());
	}

	/**
	 * End the session, unless its request may have been sent.
	 * @return false if the request may have been sent
	 */
	boolean abandonUnsent() {
		if (!giveUpSending()) {
			return false;
		}
		end(SessionOutcome.unknown(OutcomeExceptions.givenUpBeforeSending(OutcomeExceptions.STOPPED)));
		return true;
	}

	/**
	 * End the session, since the application has stopped.
	 */
	void abandon() {
		if (!abandonUnsent()) {
			publishKept();
			endUnknown(
					OutcomeExceptions.unknown(OutcomeExceptions.STOPPED + " before the run had ended", null, runId()));
		}
	}

	/**
	 * End the session, since the client or the application ends: no outcome has arrived
	 * in time.
	 * @param unknown the outcome, unless the service was asked to cancel the run
	 */
	private void endUnknown(TinyFishException unknown) {
		String runId = runId();
		end(SessionOutcome.unknown((phase() == Phase.CANCEL && runId != null)
				? OutcomeExceptions.unknown(OutcomeExceptions.UNCONFIRMED_CANCEL, null, runId) : unknown));
	}

	/**
	 * Return a description without secrets.
	 */
	@Override
	public String toString() {
		return "RunSession[" + kind() + ", run " + RunIds.printable(runId()) + ", " + (isOpen() ? "open" : "ended")
				+ "]";
	}

}
