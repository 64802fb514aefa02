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

import ai.tinyfish.agent.ReactiveRunHandle;
import ai.tinyfish.agent.event.AgentEvent;
import ai.tinyfish.internal.call.DroppedErrors;
import ai.tinyfish.internal.call.ReactiveExecutor;
import ai.tinyfish.internal.poll.RunCalls;
import ai.tinyfish.internal.request.RunIds;
import ai.tinyfish.run.AgentRun;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.SignalType;
import reactor.util.context.ContextView;

/**
 * {@link ReactiveRunHandle} over the engine's pipeline.
 *
 * @param runId the run
 * @param session the session of the run
 * @param executor cancels the run
 */
public record DefaultReactiveRunHandle(String runId, RunSession session,
		ReactiveExecutor executor) implements ReactiveRunHandle {

	/**
	 * Submit the run, and follow it in the background.
	 * @param run the events, once the service has accepted the request
	 * @param session the session of the run
	 * @param executor cancels the run
	 * @param context the context of the subscriber
	 * @return the handle, once the id is known; to be subscribed to once. Cancelling
	 * withdraws the run if it was not sent
	 */
	public static Mono<ReactiveRunHandle> start(Mono<Flux<List<AgentEvent>>> run, RunSession session,
			ReactiveExecutor executor, ContextView context) {
		// in this order: if a subscriber cancels at once, nothing is sent
		return Mono.<String>fromRunnable(() -> RunStream.follow(run, session, context))
			.then(Mono.fromFuture(session.started(), true))
			.<ReactiveRunHandle>map((runId) -> new DefaultReactiveRunHandle(runId, session, executor))
			// after the cancel has passed: only listeners are notified of the failure
			.doFinally((signal) -> {
				if (signal == SignalType.CANCEL) {
					session.giveUp("Cancelled");
				}
			})
			.contextWrite(DroppedErrors.quiet());
	}

	@Override
	public Mono<AgentRun> result() {
		return this.session.result();
	}

	@Override
	public Mono<Void> cancel() {
		return Mono.defer(() -> {
			String id = this.session.handleCancelled(this.executor.isOpen());
			return (id != null) ? this.executor.execute(RunCalls.cancel(id), this.session.apiKey()).then()
					: Mono.empty();
		});
	}

	/**
	 * Return a description without secrets.
	 */
	@Override
	public String toString() {
		return "ReactiveRunHandle[run " + RunIds.printable(this.runId) + "]";
	}

}
