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

package ai.tinyfish.durable;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * Page of a list of durable runs.
 *
 * @param data the runs, in the order of the query
 * @param nextCursor where the next page begins, or null if this is the last
 * @since 0.1.0
 */
public record DurableRunPage(List<DurableRun> data, @Nullable String nextCursor) {

	/**
	 * Create a new page.
	 * @param data the runs
	 * @param nextCursor where the next page begins, or null
	 */
	public DurableRunPage {
		data = List.copyOf(data);
	}

}
