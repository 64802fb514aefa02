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

import ai.tinyfish.search.ReactiveSearchOperations;
import ai.tinyfish.search.SearchOperations;
import ai.tinyfish.search.SearchPage;
import ai.tinyfish.search.SearchRequest;
import ai.tinyfish.search.SearchUsage;
import ai.tinyfish.usage.UsagePage;
import ai.tinyfish.usage.UsageQuery;

/**
 * The reactive operations of search in the shape of the blocking ones.
 */
record BlockingSearchOperations(ReactiveSearchOperations operations) implements SearchOperations {

	@Override
	public SearchPage query(String query) {
		return Blocking.await(this.operations.query(query));
	}

	@Override
	public SearchPage query(SearchRequest request) {
		return Blocking.await(this.operations.query(request));
	}

	@Override
	public UsagePage<SearchUsage> usage() {
		return Blocking.await(this.operations.usage());
	}

	@Override
	public UsagePage<SearchUsage> usage(UsageQuery query) {
		return Blocking.await(this.operations.usage(query));
	}

}
