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

package ai.tinyfish.internal.follow;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;

import reactor.core.publisher.Mono;

/**
 * Strategy interface for the calls that read runs. A failed call is not repeated here,
 * since the poller polls again.
 *
 * @param <R> what says how a run stands
 */
public interface RunSource<R> {

	/**
	 * Read one run.
	 * @param runId the run
	 * @param account the account of the runs
	 * @param deadline the longest wait for the answer
	 * @return how it stands
	 */
	Mono<R> get(String runId, ApiAccount account, Duration deadline);

	/**
	 * Read many runs at once.
	 * @param runIds the runs, 100 at most
	 * @param account the account of the runs
	 * @param deadline the longest wait for the answer
	 * @return what is said about them
	 */
	Mono<BatchAnswer<R>> getAll(List<String> runIds, ApiAccount account, Duration deadline);

	/**
	 * Return whether a run has ended.
	 * @param run how it stands
	 * @return true if nothing will follow
	 */
	boolean hasEnded(R run);

	/**
	 * Answer about many runs.
	 *
	 * @param <R> what says how a run stands
	 * @param found how those stand that were found, by id
	 * @param unknown the ids of those that are not known
	 */
	record BatchAnswer<R>(Map<String, R> found, Set<String> unknown) {

	}

}
