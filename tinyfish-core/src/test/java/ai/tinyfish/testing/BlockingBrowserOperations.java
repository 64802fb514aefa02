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

import ai.tinyfish.browser.BrowserOperations;
import ai.tinyfish.browser.BrowserSessionRequest;
import ai.tinyfish.browser.BrowserUsage;
import ai.tinyfish.browser.ReactiveBrowserOperations;
import ai.tinyfish.browser.RemoteBrowser;
import ai.tinyfish.usage.UsagePage;
import ai.tinyfish.usage.UsageQuery;

/**
 * The reactive operations of browsers in the shape of the blocking ones.
 */
record BlockingBrowserOperations(ReactiveBrowserOperations operations) implements BrowserOperations {

	@Override
	public RemoteBrowser create() {
		return Blocking.await(this.operations.create());
	}

	@Override
	public RemoteBrowser create(BrowserSessionRequest request) {
		return Blocking.await(this.operations.create(request));
	}

	@Override
	public void close(String sessionId) {
		this.operations.close(sessionId).block(Blocking.BOUND);
	}

	@Override
	public UsagePage<BrowserUsage> usage() {
		return Blocking.await(this.operations.usage());
	}

	@Override
	public UsagePage<BrowserUsage> usage(UsageQuery query) {
		return Blocking.await(this.operations.usage(query));
	}

}
