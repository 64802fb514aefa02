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

package ai.tinyfish.internal.follow;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import ai.tinyfish.internal.call.ReactiveExecutor;
import ai.tinyfish.internal.lifecycle.ClientClosedException;
import ai.tinyfish.internal.lifecycle.ClientLifecycle;
import ai.tinyfish.internal.request.RunIds;
import ai.tinyfish.run.AgentRun;
import ai.tinyfish.run.CancelledRun;
import ai.tinyfish.run.Run;
import ai.tinyfish.run.RunOperations;
import ai.tinyfish.settings.RequestOptions;
import reactor.core.publisher.Mono;

/**
 * Learns how runs end, for all who wait in one client. Not for applications: they wait
 * with {@link RunOperations#await}.
 */
public final class RunFollower {

	/** The longest wait for the service to cancel a run. */
	public static final Duration CANCEL_TIMEOUT = Duration.ofSeconds(10);

	private final ReactiveExecutor executor;

	private final RunPoller<Run> watcher;

	private final BulkCancel canceller;

	private final OutcomeReader outcomes;

	private final ClientLifecycle lifecycle;

	/**
	 * Create the one of a client.
	 * @param executor executes calls; failed looks are not repeated by it, since the
	 * watcher asks again
	 * @param settings how often to ask
	 * @param lifecycle ends waits when the client is closed
	 */
	public RunFollower(ReactiveExecutor executor, PollSettings settings, ClientLifecycle lifecycle) {
		this(executor, new RunPoller<>(new Source(executor), settings), new BulkCancel(executor, CANCEL_TIMEOUT),
				new OutcomeReader(executor), lifecycle);
	}

	private RunFollower(ReactiveExecutor executor, RunPoller<Run> watcher, BulkCancel canceller, OutcomeReader outcomes,
			ClientLifecycle lifecycle) {
		this.executor = executor;
		this.watcher = watcher;
		this.canceller = canceller;
		this.outcomes = outcomes;
		this.lifecycle = lifecycle;
	}

	/**
	 * The same for the runs of operations with options.
	 * @param options the options, of which headers and listener count here
	 * @return one that looks at runs together with this one where it can
	 */
	public RunFollower withOptions(RequestOptions options) {
		RequestOptions.Builder following = RequestOptions.builder().onResponse(options.onResponse());
		options.headers().forEach(following::header);
		return new RunFollower(this.executor.withOptions(following.build()), this.watcher, this.canceller,
				this.outcomes, this.lifecycle);
	}

	/**
	 * Wait for a run to end.
	 * @param runId the run
	 * @param apiKey the key to ask with
	 * @return how it ended; fails with what kept us from learning it, and with
	 * {@link IllegalStateException} when the client is closed
	 */
	public Mono<AgentRun> await(String runId, String apiKey) {
		return Mono.defer(() -> {
			RunIds.require(runId);
			return this.lifecycle.untilClosed(this.watcher.await(runId, asker(apiKey)), ClientClosedException::new)
				.map(Run::toAgentRun);
		});
	}

	/**
	 * Read the record of a run that has ended.
	 * @param runId the run
	 * @param apiKey the key to ask with
	 * @return the record; fails where it cannot be had within two seconds, or the client
	 * is closed
	 */
	public Mono<Run> record(String runId, String apiKey) {
		return Mono.defer(
				() -> this.lifecycle.untilClosed(this.outcomes.read(runId, asker(apiKey)), ClientClosedException::new));
	}

	/**
	 * Cancel a run.
	 * @param runId the run
	 * @param apiKey the key to ask with
	 * @param timeout the longest wait
	 * @return what has become of it
	 */
	public Mono<CancelledRun> cancel(String runId, String apiKey, Duration timeout) {
		return Mono.defer(() -> this.executor.execute(RunCalls.cancel(runId), apiKey)).timeout(timeout);
	}

	/**
	 * Cancel a run together with others that are cancelled in the same moment.
	 * @param runId the run
	 * @param apiKey the key to ask with
	 * @return what has become of it; fails after {@link #CANCEL_TIMEOUT}
	 */
	public Mono<CancelledRun> cancelWithOthers(String runId, String apiKey) {
		return this.canceller.cancel(runId, asker(apiKey));
	}

	private ApiAccount asker(String apiKey) {
		return new ApiAccount(apiKey, this.executor.options());
	}

	private record Source(ReactiveExecutor executor) implements RunSource<Run> {

		@Override
		public Mono<Run> get(String runId, ApiAccount asker, Duration deadline) {
			return polling(asker, deadline).execute(RunCalls.get(runId), asker.apiKey());
		}

		@Override
		public Mono<Looked<Run>> getAll(List<String> runIds, ApiAccount asker, Duration deadline) {
			return polling(asker, deadline).execute(RunCalls.getAll(runIds), asker.apiKey()).map((batch) -> {
				Map<String, Run> found = new HashMap<>();
				// of a run that is told of twice, its ending counts
				batch.data()
					.forEach((run) -> found.merge(run.runId(), run,
							(first, second) -> hasEnded(first) ? first : second));
				return new Looked<>(found, Set.copyOf(batch.notFound()));
			});
		}

		private ReactiveExecutor polling(ApiAccount asker, Duration deadline) {
			return this.executor.withOptions(asker.options()).withoutRetries(deadline);
		}

		@Override
		public boolean hasEnded(Run run) {
			return run.status().isTerminal();
		}

	}

}
