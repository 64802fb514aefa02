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

package ai.tinyfish.internal.poll;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;

import ai.tinyfish.error.TinyFishException;
import ai.tinyfish.error.TinyFishStatusException;
import ai.tinyfish.error.TinyFishTimeoutException;
import ai.tinyfish.internal.call.BlockingExecutor;
import ai.tinyfish.internal.call.ReactiveExecutor;
import ai.tinyfish.internal.lifecycle.ClientClosedException;
import ai.tinyfish.internal.lifecycle.ClientLifecycle;
import ai.tinyfish.internal.lifecycle.CloseBudget;
import ai.tinyfish.internal.request.RunIds;
import ai.tinyfish.run.AgentRun;
import ai.tinyfish.run.CancelledRun;
import ai.tinyfish.run.CancelledRuns;
import ai.tinyfish.run.Run;
import ai.tinyfish.support.agent.ReadFailure;
import reactor.core.publisher.Mono;

/**
 * Access to the runs of one client after their submission: waits with the shared poller,
 * reads of their records, and cancels.
 */
public final class RunFollower {

	/** The longest wait for the service to cancel a run. */
	public static final Duration CANCEL_TIMEOUT = CloseBudget.CANCELLING;

	/** Maximum wait for a record, since it delays a known outcome. */
	public static final Duration RECORD_TIMEOUT = Duration.ofSeconds(2);

	private final ReactiveExecutor executor;

	private final RunPoller poller;

	private final ClientLifecycle lifecycle;

	/**
	 * Create the follower of a client.
	 * @param executor executes calls; it does not repeat failed polls, since the poller
	 * polls again
	 * @param settings the intervals of polls
	 * @param lifecycle ends waits when the client is closed
	 */
	public RunFollower(ReactiveExecutor executor, PollSettings settings, ClientLifecycle lifecycle) {
		this(executor, new RunPoller(executor, settings), lifecycle);
	}

	private RunFollower(ReactiveExecutor executor, RunPoller poller, ClientLifecycle lifecycle) {
		this.executor = executor;
		this.poller = poller;
		this.lifecycle = lifecycle;
	}

	/**
	 * Return the follower of a derived client.
	 * @param executor executes its calls
	 * @param lifecycle ends waits when it is closed
	 * @return a follower with the same poller
	 */
	public RunFollower derive(ReactiveExecutor executor, ClientLifecycle lifecycle) {
		return new RunFollower(executor, this.poller, lifecycle);
	}

	/**
	 * Return the lifecycle of the client.
	 * @return the lifecycle
	 */
	public ClientLifecycle lifecycle() {
		return this.lifecycle;
	}

	/**
	 * Wait for a run to end.
	 * @param runId the run
	 * @param apiKey the key of the run's account
	 * @return the outcome; fails with the failure of the polls, and with
	 * {@link IllegalStateException} when the client is closed
	 */
	public Mono<AgentRun> await(String runId, String apiKey) {
		return Mono.defer(() -> {
			Mono<Run> run = this.poller.await(RunIds.require(runId), account(apiKey));
			return this.lifecycle.untilClosed(run, ClientClosedException::new);
		}).map(Run::toAgentRun);
	}

	/**
	 * Return whether the service refuses a run to the account, or does not know it: it
	 * may belong to another key.
	 * @param failure the failure of {@link #await}, or of a cancel
	 * @return false if this is not known
	 */
	public static boolean isRefused(Throwable failure) {
		return failure instanceof NoSuchElementException
				|| List.of(ReadFailure.ACCOUNT, ReadFailure.UNKNOWN_RUN).contains(ReadFailure.of(failure));
	}

	/**
	 * Read the record of a run that has ended.
	 * @param runId the run
	 * @param apiKey the key of the run's account
	 * @return the record; fails if it cannot be read
	 */
	public Mono<Run> record(String runId, String apiKey) {
		return Mono.defer(() -> this.poller.record(RunIds.require(runId), account(apiKey)));
	}

	/**
	 * Cancel a run.
	 * @param runId the run
	 * @param apiKey the key of the run's account
	 * @param timeout the longest wait
	 * @return the answer of the service
	 */
	public Mono<CancelledRun> cancel(String runId, String apiKey, Duration timeout) {
		return Mono.defer(() -> this.executor.execute(RunCalls.cancel(runId), apiKey)).timeout(timeout);
	}

	/**
	 * Cancel a run on the calling thread. An interrupt does not prevent it, since the run
	 * would continue and be billed. In that case the cancel is sent on another thread.
	 * The calling thread waits for the answer as long as for other cancels, and its flag
	 * stays set.
	 * @param runId the run
	 * @param apiKey the key of the run's account
	 * @param blocking executes the call, unless the thread is interrupted
	 * @return the answer of the service
	 */
	public CancelledRun cancel(String runId, String apiKey, BlockingExecutor blocking) {
		try {
			return blocking.execute(RunCalls.cancel(runId), apiKey);
		}
		catch (TinyFishException ex) {
			if (!Thread.currentThread().isInterrupted()) {
				throw ex;
			}
		}
		return BlockingExecutor.join(this.executor.execute(RunCalls.cancel(runId), apiKey)
			.timeout(CANCEL_TIMEOUT,
					Mono.error(() -> new TinyFishTimeoutException("runs.cancel: no response within "
							+ CANCEL_TIMEOUT.toMillis() + " ms, the longest wait of an interrupted thread", null)
						.withoutRun())));
	}

	/**
	 * Return the key by which runs are grouped that one call can cancel.
	 * @param apiKey the key of the run's account
	 * @return an object that is equal for such runs
	 */
	public Object groupOf(String apiKey) {
		return List.of(this.poller, account(apiKey));
	}

	/**
	 * Cancel runs of one group, up to 100 of them with one call.
	 * @param runIds the runs
	 * @param apiKey the key of the runs' account
	 * @return the answers of the service by run; a call fails after
	 * {@link #CANCEL_TIMEOUT}
	 */
	public Map<String, Mono<CancelledRun>> cancelAll(Collection<String> runIds, String apiKey) {
		Map<String, Mono<CancelledRun>> answers = new HashMap<>();
		runIds.forEach((run) -> answers.put(run, cancel(run, apiKey, CANCEL_TIMEOUT)));
		List<String> valid = answers.keySet().stream().filter(RunIds::isValid).toList();
		for (int from = 0; from < valid.size() - 1; from += RunCalls.BATCH_SIZE) {
			List<String> batch = valid.subList(from, Math.min(valid.size(), from + RunCalls.BATCH_SIZE));
			Mono<List<CancelledRun>> together = this.executor.execute(RunCalls.cancelAll(batch), apiKey)
				.map(CancelledRuns::results)
				// without a response, single cancels would take as long
				.onErrorResume((ex) -> ex instanceof TinyFishStatusException && !ReadFailure.of(ex).affectsAllRuns(),
						(ex) -> Mono.just(List.of()))
				.timeout(CANCEL_TIMEOUT)
				.cache();
			batch.forEach((run) -> answers.computeIfPresent(run,
					(id, alone) -> together.flatMap((results) -> results.stream()
						.filter((result) -> id.equals(result.runId()))
						.findFirst()
						.map(Mono::just)
						.orElse(alone))));
		}
		return answers;
	}

	private ApiAccount account(String apiKey) {
		return new ApiAccount(apiKey, this.executor.options());
	}

}
