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

package ai.tinyfish.simulator.internal.server;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

import ai.tinyfish.simulator.internal.api.ApiException;
import ai.tinyfish.simulator.internal.api.ApiException.Issue;
import ai.tinyfish.simulator.internal.api.Fields;

/**
 * Reader of the body of a request for several runs.
 */
final class BatchReader {

	static final int MAX_IDS = 100;

	private BatchReader() {
	}

	/**
	 * Read the ids, each once, in their order.
	 */
	static Set<String> read(byte[] body) {
		List<Issue> issues = new ArrayList<>();
		List<String> ids = Fields.of(body, issues).requiredTexts("run_ids", MAX_IDS);
		if (!issues.isEmpty()) {
			throw ApiException.invalidInput(issues);
		}
		return new LinkedHashSet<>(ids);
	}

}
