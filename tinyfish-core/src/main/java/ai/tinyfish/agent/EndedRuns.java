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

package ai.tinyfish.agent;

import java.util.LinkedHashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * The runs whose endings listeners were told, as far back as memory should go: a run that
 * is awaited twice, or beside its stream, has one ending.
 */
final class EndedRuns {

	private static final int CAPACITY = 10_000;

	/** By run, whether the ending was told to those who had awaited it. */
	private final Map<String, Boolean> awaited = new LinkedHashMap<>() {
		@Override
		protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
			return size() > CAPACITY;
		}
	};

	/**
	 * Take note of the ending of a submission.
	 * @param runId the run, or null where it is not known
	 * @return whether listeners are to be told: they are unless the run was awaited as
	 * well, and they were told then
	 */
	synchronized boolean addSubmitted(@Nullable String runId) {
		return runId == null || !Boolean.TRUE.equals(this.awaited.putIfAbsent(runId, false));
	}

	/**
	 * Take note of the ending of a run that was awaited.
	 * @param runId the run
	 * @return whether listeners are to be told: they are unless they were before
	 */
	synchronized boolean addAwaited(@Nullable String runId) {
		return runId == null || this.awaited.putIfAbsent(runId, true) == null;
	}

}
