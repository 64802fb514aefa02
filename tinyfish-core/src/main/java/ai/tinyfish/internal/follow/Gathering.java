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
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

import ai.tinyfish.internal.request.RunIds;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;

/**
 * Collection of the runs of an account that are called about in the same moment, so that
 * one call serves many of them.
 *
 * @param <T> the type of result
 */
final class Gathering<T> {

	private final Duration time;

	private final Action<T> action;

	private final Map<ApiAccount, Map<String, Sinks.One<T>>> gathered = new HashMap<>();

	/**
	 * Create a new collection.
	 * @param time the time after the first run within which others join it
	 * @param action makes the calls
	 */
	Gathering(Duration time, Action<T> action) {
		this.time = time;
		this.action = action;
	}

	/**
	 * Call about a run, together with others.
	 * @param runId the run
	 * @param account the account of the run
	 * @return the result of the run
	 */
	Mono<T> add(String runId, ApiAccount account) {
		return Mono.defer(() -> {
			RunIds.require(runId);
			synchronized (this.gathered) {
				Map<String, Sinks.One<T>> runs = this.gathered.get(account);
				if (runs == null) {
					Schedulers.parallel().schedule(() -> act(account), this.time.toMillis(), TimeUnit.MILLISECONDS);
					runs = new LinkedHashMap<>();
					this.gathered.put(account, runs);
				}
				return runs.computeIfAbsent(runId, (id) -> Sinks.one()).asMono();
			}
		});
	}

	private void act(ApiAccount account) {
		Map<String, Sinks.One<T>> runs;
		synchronized (this.gathered) {
			runs = this.gathered.remove(account);
		}
		this.action.act(account, Objects.requireNonNull(runs));
	}

	/**
	 * Callback interface for the calls about runs.
	 *
	 * @param <T> the type of result
	 */
	@FunctionalInterface
	interface Action<T> {

		/**
		 * Call about runs. Must not throw.
		 * @param account the account of the run
		 * @param runs the waiters by the id of their run; each gets one result
		 */
		void act(ApiAccount account, Map<String, Sinks.One<T>> runs);

	}

}
