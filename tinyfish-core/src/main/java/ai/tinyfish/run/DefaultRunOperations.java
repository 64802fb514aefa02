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

package ai.tinyfish.run;

import java.util.function.Supplier;

import ai.tinyfish.internal.http.ApiCall;
import ai.tinyfish.internal.http.BlockingExecutor;

/**
 * Executes the calls about runs on the calling thread.
 */
final class DefaultRunOperations implements RunOperations {

	private final BlockingExecutor executor;

	private final Supplier<String> apiKey;

	DefaultRunOperations(BlockingExecutor executor, Supplier<String> apiKey) {
		this.executor = executor;
		this.apiKey = apiKey;
	}

	@Override
	public Run get(String runId) {
		return execute(RunCalls.get(runId));
	}

	@Override
	public RunPage list(RunQuery query) {
		return execute(RunCalls.list(query));
	}

	@Override
	public CancelledRun cancel(String runId) {
		return execute(RunCalls.cancel(runId));
	}

	private <T> T execute(ApiCall<T> call) {
		return this.executor.execute(call, this.apiKey.get());
	}

}
