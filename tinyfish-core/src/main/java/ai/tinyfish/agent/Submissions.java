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
import java.util.concurrent.Executor;
import java.util.stream.Stream;

import ai.tinyfish.error.TinyFishException;
import ai.tinyfish.internal.ClientRuntime;
import ai.tinyfish.run.AgentRun;
import ai.tinyfish.run.AwaitListener;
import ai.tinyfish.run.QueuedRun;
import io.micrometer.observation.Observation;
import org.jspecify.annotations.Nullable;

/**
 * Makes the submissions of one client, which tell the client's listeners.
 */
final class Submissions implements AwaitListener {

	private final ClientRuntime runtime;

	private final List<TinyFishRunListener> listeners;

	private final Executor eventExecutor;

	private final EndedRuns endedRuns;

	Submissions(ClientRuntime runtime, List<TinyFishRunListener> listeners, Executor eventExecutor,
			EndedRuns endedRuns) {
		this.runtime = runtime;
		this.listeners = List.copyOf(listeners);
		this.eventExecutor = eventExecutor;
		this.endedRuns = endedRuns;
	}

	/**
	 * The same with a listener more, which is told first.
	 */
	Submissions with(TinyFishRunListener listener) {
		return new Submissions(this.runtime, Stream.concat(Stream.of(listener), this.listeners.stream()).toList(),
				this.eventExecutor, this.endedRuns);
	}

	/**
	 * A submission that is recorded as {@code tinyfish.run}.
	 * @param how the operation
	 * @param request what is submitted
	 * @param parent the caller's observation, or null
	 */
	Submission observed(String how, AgentRequest request, @Nullable Observation parent) {
		return submission(context(request), false, Submission.observe(how, this.runtime.observationRegistry(), parent),
				parent);
	}

	/**
	 * A submission of which only a failure is told.
	 * @param request what is submitted
	 * @param parent the caller's observation, or null
	 */
	Submission unobserved(AgentRequest request, @Nullable Observation parent) {
		return submission(context(request), false, Observation.NOOP, parent);
	}

	/**
	 * Submissions of which only a failure is told.
	 */
	List<Submission> unobserved(List<AgentRequest> requests, @Nullable Observation parent) {
		return requests.stream().map((request) -> unobserved(request, parent)).toList();
	}

	@Override
	public Wait begin(QueuedRun run) {
		Submission submission = submission(this.endedRuns.context(run), true, Observation.NOOP,
				this.runtime.observationRegistry().getCurrentObservation());
		return new Wait() {
			@Override
			public void finished(AgentRun ending) {
				submission.finished(ending);
			}

			@Override
			public void error(TinyFishException exception) {
				submission.error(exception);
			}
		};
	}

	private Submission submission(RunContext context, boolean awaited, Observation observation,
			@Nullable Observation parent) {
		return new Submission(context, this.listeners, new ListenerQueue(this.eventExecutor, parent), this.endedRuns,
				awaited, parent, observation);
	}

	private static RunContext context(AgentRequest request) {
		return new RunContext(null, request.url(), request.goal(), request.tag());
	}

}
