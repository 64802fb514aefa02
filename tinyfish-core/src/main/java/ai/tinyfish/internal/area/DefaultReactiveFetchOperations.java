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

package ai.tinyfish.internal.area;

import ai.tinyfish.fetch.FetchRequest;
import ai.tinyfish.fetch.FetchResponse;
import ai.tinyfish.fetch.FetchUsage;
import ai.tinyfish.fetch.ReactiveFetchOperations;
import ai.tinyfish.usage.UsagePage;
import ai.tinyfish.usage.UsageQuery;
import reactor.core.publisher.Mono;

/**
 * Executes the calls about pages without blocking.
 */
public final class DefaultReactiveFetchOperations implements ReactiveFetchOperations {

	private final ReactiveOperationExecutor executor;

	public DefaultReactiveFetchOperations(ReactiveOperationExecutor executor) {
		this.executor = executor;
	}

	@Override
	public Mono<FetchResponse> getContents(FetchRequest request) {
		return this.executor.execute(FetchCalls.getContents(request, this.executor.bodies()));
	}

	@Override
	public Mono<UsagePage<FetchUsage>> usage(UsageQuery query) {
		return this.executor.execute(FetchCalls.usage(query));
	}

}
