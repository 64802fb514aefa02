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

import java.util.HashMap;
import java.util.Map;

import reactor.core.publisher.Mono;

/**
 * Waits for runs to end, for all who wait in one client. However many wait, one call asks
 * for many runs of an account, so that a thousand streams that break at once are ten
 * calls, not a thousand; accounts do not wait for each other.
 *
 * @param <R> what says how a run stands
 */
public final class RunPoller<R> {

	private final RunSource<R> source;

	private final PollSettings settings;

	private final BatchSupport batches = new BatchSupport();

	private final Map<ApiAccount, AccountPoller<R>> accounts = new HashMap<>();

	/**
	 * Create a new watcher; nothing is asked before somebody waits.
	 * @param source where to ask
	 * @param settings how often
	 */
	public RunPoller(RunSource<R> source, PollSettings settings) {
		this.source = source;
		this.settings = settings;
	}

	/**
	 * Wait for a run to end. It is looked at for the first time after a fraction of a
	 * second, together with those that others wait for.
	 * @param runId the run
	 * @param asker on whose behalf
	 * @return how it ended. Fails with what kept the watcher from learning it, once that
	 * has lasted too long or is final. Cancelling ends the waiting
	 */
	public Mono<R> await(String runId, ApiAccount asker) {
		return Mono.create((waiter) -> {
			synchronized (this.accounts) {
				this.accounts
					.computeIfAbsent(asker, (key) -> new AccountPoller<>(key, this.source, this.settings, this.batches))
					.add(runId, waiter);
			}
			waiter.onDispose(() -> {
				synchronized (this.accounts) {
					AccountPoller<R> account = this.accounts.get(asker);
					if (account != null && account.remove(runId, waiter)) {
						this.accounts.remove(asker);
					}
				}
			});
		});
	}

}
