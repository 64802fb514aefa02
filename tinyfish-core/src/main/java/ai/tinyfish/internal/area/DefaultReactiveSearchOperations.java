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

import ai.tinyfish.search.ReactiveSearchOperations;
import ai.tinyfish.search.SearchPage;
import ai.tinyfish.search.SearchRequest;
import ai.tinyfish.search.SearchUsage;
import ai.tinyfish.usage.UsagePage;
import ai.tinyfish.usage.UsageQuery;
import reactor.core.publisher.Mono;

/**
 * Executes the calls about searches without blocking.
 */
public final class DefaultReactiveSearchOperations implements ReactiveSearchOperations {

	private final ReactiveOperationExecutor executor;

	public DefaultReactiveSearchOperations(ReactiveOperationExecutor executor) {
		this.executor = executor;
	}

	@Override
	public Mono<SearchPage> query(SearchRequest request) {
		return this.executor.execute(SearchCalls.query(request));
	}

	@Override
	public Mono<UsagePage<SearchUsage>> usage(UsageQuery query) {
		return this.executor.execute(SearchCalls.usage(query));
	}

}
