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

package ai.tinyfish.internal.session;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import java.util.stream.Collectors;

import ai.tinyfish.internal.session.PublishedOutcomes.Account;
import org.jspecify.annotations.Nullable;

/**
 * Streamed runs whose ids are not known yet, and the waits for these ids.
 */
final class UnnamedRuns {

	/** The accounts of the runs, keyed by the futures of their ids. */
	private final Map<CompletableFuture<String>, Account> runs = new HashMap<>();

	private final Set<Wait> waits = new HashSet<>();

	/**
	 * Add a run.
	 * @param account the account of the run
	 * @param runId completes when the id is known, or the run has ended
	 */
	void add(Account account, CompletableFuture<String> runId) {
		synchronized (this) {
			this.runs.put(runId, account);
		}
		runId.whenComplete((id, failure) -> remove(runId));
	}

	private void remove(CompletableFuture<String> runId) {
		Set<Wait> over;
		synchronized (this) {
			this.runs.remove(runId);
			if (this.waits.isEmpty()) {
				return;
			}
			over = this.waits.stream()
				.filter((wait) -> wait.runs.remove(runId) && wait.runs.isEmpty())
				.collect(Collectors.toSet());
			this.waits.removeAll(over);
		}
		over.forEach((wait) -> wait.action.run());
	}

	/**
	 * Wait until the id of each run is known, or it has ended.
	 * @param accounts the accounts of the runs
	 * @param action called then
	 * @return cancels the wait; null if there is nothing to wait for
	 */
	synchronized @Nullable Runnable await(Predicate<Account> accounts, Runnable action) {
		Set<CompletableFuture<String>> awaited = this.runs.entrySet()
			.stream()
			.filter((run) -> accounts.test(run.getValue()))
			.map(Map.Entry::getKey)
			.collect(Collectors.toSet());
		if (awaited.isEmpty()) {
			return null;
		}
		Wait wait = new Wait(awaited, action);
		this.waits.add(wait);
		return () -> giveUp(wait);
	}

	private synchronized void giveUp(Wait wait) {
		this.waits.remove(wait);
	}

	/**
	 * Wait for the ids of runs; only equal to itself.
	 */
	private static final class Wait {

		private final Set<CompletableFuture<String>> runs;

		private final Runnable action;

		private Wait(Set<CompletableFuture<String>> runs, Runnable action) {
			this.runs = runs;
			this.action = action;
		}

	}

}
