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
 * Gathers the runs of an account that something is asked about in the same moment, so
 * that one call asks for many of them.
 *
 * @param <T> what is asked for
 */
final class Gathering<T> {

	private final Duration time;

	private final Action<T> action;

	private final Map<ApiAccount, Map<String, Sinks.One<T>>> gathered = new HashMap<>();

	/**
	 * Create a new gathering.
	 * @param time those that come within this time of the first are asked about together
	 * @param action asks
	 */
	Gathering(Duration time, Action<T> action) {
		this.time = time;
		this.action = action;
	}

	/**
	 * Ask about a run, together with others.
	 * @param runId the run
	 * @param asker on whose behalf
	 * @return what the action tells of the run
	 */
	Mono<T> add(String runId, ApiAccount asker) {
		return Mono.defer(() -> {
			RunIds.require(runId);
			synchronized (this.gathered) {
				Map<String, Sinks.One<T>> runs = this.gathered.get(asker);
				if (runs == null) {
					Schedulers.parallel().schedule(() -> act(asker), this.time.toMillis(), TimeUnit.MILLISECONDS);
					runs = new LinkedHashMap<>();
					this.gathered.put(asker, runs);
				}
				return runs.computeIfAbsent(runId, (id) -> Sinks.one()).asMono();
			}
		});
	}

	private void act(ApiAccount asker) {
		Map<String, Sinks.One<T>> runs;
		synchronized (this.gathered) {
			runs = this.gathered.remove(asker);
		}
		this.action.act(asker, Objects.requireNonNull(runs));
	}

	/**
	 * Asks about runs.
	 *
	 * @param <T> what is asked for
	 */
	@FunctionalInterface
	interface Action<T> {

		/**
		 * Ask about runs. Must not throw.
		 * @param asker on whose behalf
		 * @param runs who waits, by the id of the run; each is told once
		 */
		void act(ApiAccount asker, Map<String, Sinks.One<T>> runs);

	}

}
