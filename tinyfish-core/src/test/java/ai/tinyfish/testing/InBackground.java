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

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import ai.tinyfish.TinyFishClient;
import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.run.AgentRun;

import static org.assertj.core.api.Assertions.catchThrowableOfType;

/**
 * Submissions without a blocked caller.
 */
public final class InBackground {

	private InBackground() {
	}

	/**
	 * Submit a run, on a thread of its own where the operation blocks.
	 */
	public static CompletableFuture<AgentRun> submit(TinyFishClient client, Operation how, AgentRequest request) {
		return switch (how) {
			case RUN -> call(() -> client.agent().run(request));
			case STREAM -> call(() -> client.agent().stream(request).await());
			case START -> client.agent().start(request).result();
			default -> throw new IllegalArgumentException("No run is followed by " + how);
		};
	}

	/**
	 * Make a call on its own thread. The common pool has only one on two processors.
	 */
	public static <T> CompletableFuture<T> call(Supplier<T> call) {
		return CompletableFuture.supplyAsync(call, (task) -> {
			Thread thread = new Thread(task, "test-caller");
			thread.setDaemon(true);
			thread.start();
		});
	}

	/**
	 * Return the result of a submission.
	 */
	public static <T> T value(CompletableFuture<T> submission) throws Exception {
		return submission.get(20, TimeUnit.SECONDS);
	}

	/**
	 * Return the failure of a submission.
	 */
	public static Throwable failure(CompletableFuture<?> submission) {
		return catchThrowableOfType(ExecutionException.class, () -> submission.get(20, TimeUnit.SECONDS)).getCause();
	}

}
