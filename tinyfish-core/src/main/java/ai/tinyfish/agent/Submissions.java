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

import ai.tinyfish.internal.ClientRuntime;
import io.micrometer.observation.Observation;
import org.jspecify.annotations.Nullable;

/**
 * Makes the submissions of one client, which tell the client's listeners.
 */
final class Submissions {

	private final ClientRuntime runtime;

	private final List<TinyFishRunListener> listeners;

	private final Executor eventExecutor;

	Submissions(ClientRuntime runtime, List<TinyFishRunListener> listeners, Executor eventExecutor) {
		this.runtime = runtime;
		this.listeners = List.copyOf(listeners);
		this.eventExecutor = eventExecutor;
	}

	/**
	 * The same with a listener more, which is told first.
	 */
	Submissions with(TinyFishRunListener listener) {
		return new Submissions(this.runtime, Stream.concat(Stream.of(listener), this.listeners.stream()).toList(),
				this.eventExecutor);
	}

	/**
	 * A submission that is recorded as {@code tinyfish.run}.
	 * @param how the operation
	 * @param request what is submitted
	 * @param parent the caller's observation, or null
	 */
	Submission observed(String how, AgentRequest request, @Nullable Observation parent) {
		return Submission.observed(how, request, this.listeners, this.eventExecutor, this.runtime.observationRegistry(),
				parent);
	}

	/**
	 * A submission of which only a failure is told.
	 * @param request what is submitted
	 * @param parent the caller's observation, or null
	 */
	Submission unobserved(AgentRequest request, @Nullable Observation parent) {
		return Submission.unobserved(request, this.listeners, this.eventExecutor, parent);
	}

}
