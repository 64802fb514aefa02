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

import ai.tinyfish.browser.BrowserSession;
import ai.tinyfish.browser.BrowserSessionRequest;
import ai.tinyfish.browser.BrowserUsage;
import ai.tinyfish.browser.ReactiveBrowserOperations;
import ai.tinyfish.usage.UsagePage;
import ai.tinyfish.usage.UsageQuery;
import reactor.core.publisher.Mono;

/**
 * Executes the calls about browser sessions without blocking.
 */
public final class DefaultReactiveBrowserOperations implements ReactiveBrowserOperations {

	private final ReactiveOperationExecutor executor;

	public DefaultReactiveBrowserOperations(ReactiveOperationExecutor executor) {
		this.executor = executor;
	}

	@Override
	public Mono<BrowserSession> create(BrowserSessionRequest request) {
		return this.executor.execute(BrowserCalls.create(request, this.executor.bodies()));
	}

	@Override
	public Mono<Void> close(String sessionId) {
		return this.executor.execute(BrowserCalls.close(sessionId)).then();
	}

	@Override
	public Mono<UsagePage<BrowserUsage>> usage(UsageQuery query) {
		return this.executor.execute(BrowserCalls.usage(query));
	}

}
