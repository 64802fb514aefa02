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

package ai.tinyfish.internal.poll;

import java.util.HashMap;
import java.util.Map;

import ai.tinyfish.internal.call.ReactiveExecutor;
import ai.tinyfish.run.Run;
import reactor.core.publisher.Mono;

/**
 * Poller of one client, for all waiters of its runs. One call polls many runs of an
 * account, so that a thousand streams that break at once are ten calls, not a thousand.
 * Accounts do not wait for each other.
 */
final class RunPoller {

	private final ReactiveExecutor executor;

	private final PollSettings settings;

	private final Map<ApiAccount, AccountPoller> accounts = new HashMap<>();

	/**
	 * Create a new poller. It sends nothing before the first wait.
	 * @param executor executes the calls
	 * @param settings the intervals and deadlines
	 */
	RunPoller(ReactiveExecutor executor, PollSettings settings) {
		this.executor = executor;
		this.settings = settings;
	}

	/**
	 * Wait for a run to end. The first poll is sent after a fraction of a second, for all
	 * runs that are due then.
	 * @param runId the run
	 * @param account the account of the run
	 * @return the run once it has ended. Fails with the failure of the polls, once they
	 * have lasted too long or one is final. Cancelling ends the wait
	 */
	Mono<Run> await(String runId, ApiAccount account) {
		return Mono.create((waiter) -> {
			AccountPoller poller = poller(account);
			poller.add(runId, waiter);
			waiter.onDispose(() -> poller.remove(runId, waiter));
		});
	}

	/**
	 * Read the record of a run that has ended: at once, or together with those of other
	 * runs while one is being read.
	 * @param runId the run
	 * @param account the account of the run
	 * @return the record. Fails if it cannot be read. Cancelling ends the wait
	 */
	Mono<Run> record(String runId, ApiAccount account) {
		return Mono.create((waiter) -> poller(account).read(runId, waiter));
	}

	private AccountPoller poller(ApiAccount account) {
		synchronized (this.accounts) {
			AccountPoller poller = this.accounts.get(account);
			if (poller == null) {
				// keys may change, and be many
				this.accounts.values().removeIf(AccountPoller::isIdle);
				poller = new AccountPoller(account, this.executor, this.settings);
				this.accounts.put(account, poller);
			}
			return poller;
		}
	}

}
