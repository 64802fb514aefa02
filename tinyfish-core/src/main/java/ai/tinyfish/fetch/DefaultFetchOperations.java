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

package ai.tinyfish.fetch;

import java.util.function.Supplier;

import ai.tinyfish.internal.call.BlockingExecutor;
import ai.tinyfish.usage.UsagePage;
import ai.tinyfish.usage.UsageQuery;
import org.jspecify.annotations.Nullable;

/**
 * Executes the calls about pages on the calling thread.
 */
final class DefaultFetchOperations implements FetchOperations {

	private final BlockingExecutor executor;

	private final Supplier<String> apiKey;

	private final @Nullable String integration;

	DefaultFetchOperations(BlockingExecutor executor, Supplier<String> apiKey, @Nullable String integration) {
		this.executor = executor;
		this.apiKey = apiKey;
		this.integration = integration;
	}

	@Override
	public FetchResponse getContents(FetchRequest request) {
		return this.executor.execute(FetchCalls.getContents(request, this.integration), this.apiKey.get());
	}

	@Override
	public UsagePage<FetchUsage> usage(UsageQuery query) {
		return this.executor.execute(FetchCalls.usage(query), this.apiKey.get());
	}

}
