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
import java.util.concurrent.CompletableFuture;

import ai.tinyfish.agent.ReactiveRunHandle;
import ai.tinyfish.agent.RunHandle;
import ai.tinyfish.error.TinyFishTooManyRunsException;
import ai.tinyfish.error.TinyFishTooManyStreamsException;
import ai.tinyfish.run.AgentRun;
import ai.tinyfish.run.RunError;
import ai.tinyfish.run.TinyFishRunFailedException;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * A run that the reactive client has started, in the shape of the blocking one's.
 */
final class BlockingRunHandle implements RunHandle {

	private final CompletableFuture<ReactiveRunHandle> handle;

	private BlockingRunHandle(CompletableFuture<ReactiveRunHandle> handle) {
		this.handle = handle;
	}

	/**
	 * Subscribe at once.
	 * @throws RuntimeException what the blocking client refuses at once as well
	 */
	static RunHandle of(Mono<ReactiveRunHandle> run) {
		Thread caller = Thread.currentThread();
		RuntimeException[] refusal = new RuntimeException[1];
		CompletableFuture<ReactiveRunHandle> handle = run.doOnError(BlockingRunHandle::isRefusal, (failure) -> {
			// later events come on a thread of the client
			if (Thread.currentThread() == caller) {
				refusal[0] = (RuntimeException) failure;
			}
		}).toFuture();
		if (refusal[0] != null) {
			throw refusal[0];
		}
		return new BlockingRunHandle(handle);
	}

	private static boolean isRefusal(Throwable failure) {
		return failure instanceof IllegalStateException || failure instanceof TinyFishTooManyRunsException
				|| failure instanceof TinyFishTooManyStreamsException;
	}

	@Override
	public @Nullable String runId() {
		ReactiveRunHandle started = this.handle.exceptionally((failure) -> null).getNow(null);
		return (started != null) ? started.runId() : null;
	}

	@Override
	public CompletableFuture<String> started() {
		return this.handle.thenApply(ReactiveRunHandle::runId);
	}

	@Override
	public CompletableFuture<AgentRun> result() {
		return outcome().toFuture();
	}

	@Override
	public AgentRun await() {
		return Blocking.await(outcome());
	}

	@Override
	public AgentRun await(Duration timeout) {
		return Blocking.await(outcome().timeout(timeout));
	}

	private Mono<AgentRun> outcome() {
		return Mono.fromFuture(this.handle, true)
			.flatMap(ReactiveRunHandle::result)
			.onErrorResume(TinyFishRunFailedException.class, BlockingRunHandle::ofNoRun);
	}

	/**
	 * A run that ended without an id has no handle; the failure has all that is known.
	 */
	private static Mono<AgentRun> ofNoRun(TinyFishRunFailedException failure) {
		RunError error = failure.error();
		return Mono
			.just(AgentRun.builder().runId(failure.runId()).statusText(failure.status().name()).error(error).build());
	}

	@Override
	public void cancel() {
		ReactiveRunHandle started = this.handle.exceptionally((failure) -> null).getNow(null);
		if (started != null) {
			started.cancel().block(Blocking.BOUND);
		}
		else {
			// its future cancels the subscription
			this.handle.cancel(true);
		}
	}

}
