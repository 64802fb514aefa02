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

package ai.tinyfish.testing;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import ai.tinyfish.agent.RunHandle;
import ai.tinyfish.agent.event.AgentEvent;
import ai.tinyfish.agent.event.CompleteEvent;
import ai.tinyfish.run.AgentRun;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * A run in the background: its events are requested at once and read by nobody.
 */
record BlockingRunHandle(Mono<AgentRun> outcome) implements RunHandle {

	static RunHandle of(Flux<AgentEvent> events) {
		Mono<AgentRun> outcome = events.last().cast(CompleteEvent.class).map(CompleteEvent::toAgentRun).cache();
		outcome.subscribe((run) -> {
		}, (failure) -> {
		});
		return new BlockingRunHandle(outcome);
	}

	@Override
	public AgentRun await() {
		return Blocking.await(this.outcome);
	}

	@Override
	public AgentRun await(Duration timeout) {
		return Blocking.await(this.outcome.timeout(timeout));
	}

	@Override
	public CompletableFuture<AgentRun> result() {
		return this.outcome.toFuture();
	}

	@Override
	public CompletionStage<String> started() {
		throw Blocking.unsupported("the start of a run");
	}

	@Override
	public Optional<String> runId() {
		throw Blocking.unsupported("the run id of a handle");
	}

	@Override
	public void cancel() {
		throw Blocking.unsupported("the cancelling of a handle");
	}

}
