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

import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;

import ai.tinyfish.agent.RunContext;
import ai.tinyfish.internal.interceptor.InterceptedRun;
import ai.tinyfish.internal.redaction.Secrets;
import ai.tinyfish.run.AgentRun;
import org.jspecify.annotations.Nullable;

/**
 * Memory of published outcomes, so that a run that is awaited twice, or awaited and
 * streamed, has one published outcome. It also has the runs that sessions follow, and the
 * requests of queued runs, since a webhook only names the id. Entries are kept by run and
 * account: an account does not affect the outcomes that are published for another.
 */
public final class PublishedOutcomes {

	private static final int CAPACITY = 10_000;

	private final Memory<Published> published = new Memory<>(CAPACITY);

	private final Memory<Queued> queued = new Memory<>(CAPACITY);

	/**
	 * Keyed by the runs that sessions follow: the outcome that an await has read before
	 * the session. At most one for each open session.
	 */
	private final Memory<Optional<AgentRun>> followed = new Memory<>(Integer.MAX_VALUE);

	/** The number of outcomes of a run that are on their way to listeners. */
	private final Memory<Integer> undelivered = new Memory<>(Integer.MAX_VALUE);

	private final UnnamedRuns unnamed = new UnnamedRuns();

	/**
	 * Return the outcomes of the runs of an account.
	 * @param baseUrl the base URL of the service
	 * @param apiKey the key
	 * @param secrets the secrets of all requests with this key
	 */
	Account of(String baseUrl, String apiKey, Secrets secrets) {
		return new Account(this, baseUrl, apiKey, secrets, false);
	}

	/**
	 * Return whether the outcome of a run is published for an account, or will be by its
	 * session. An unknown outcome of an await does not count, since a known one may
	 * follow.
	 * @param runId the run
	 * @param accounts the accounts that count
	 */
	synchronized boolean publishes(String runId, Predicate<Account> accounts) {
		return this.followed.has(runId, accounts, (followed) -> true)
				|| this.published.has(runId, accounts, (published) -> published != Published.UNKNOWN_BY_AWAIT);
	}

	/**
	 * Return whether listeners will still be notified of an outcome of a run, for any
	 * account.
	 */
	synchronized boolean willPublish(String runId) {
		return this.followed.has(runId, (account) -> true, (followed) -> true)
				|| this.undelivered.has(runId, (account) -> true, (count) -> true);
	}

	private enum Published {

		BY_SUBMISSION, BY_AWAIT, UNKNOWN_BY_AWAIT

	}

	/**
	 * Account of runs, and their outcomes. Two keys are two accounts.
	 *
	 * @param all the outcomes of all accounts
	 * @param baseUrl the base URL of the service
	 * @param apiKey the key
	 * @param secrets the secrets of all requests with this key
	 * @param anyKey whether the outcomes of other keys of the same service count
	 */
	record Account(PublishedOutcomes all, String baseUrl, String apiKey, Secrets secrets, boolean anyKey) {

		/**
		 * Return the same account for a run that may belong to another key of the same
		 * service.
		 */
		Account ofAnyKey() {
			return new Account(this.all, this.baseUrl, this.apiKey, this.secrets, true);
		}

		/**
		 * Return the secrets of a request: the shared secrets of all runs if it has no
		 * further ones, as most requests.
		 */
		Secrets secrets(Collection<String> own) {
			return own.isEmpty() ? this.secrets : this.secrets.and(own);
		}

		private boolean counts(Account other) {
			return this.baseUrl.equals(other.baseUrl) && (this.anyKey || this.apiKey.equals(other.apiKey));
		}

		@Override
		public boolean equals(@Nullable Object other) {
			return other instanceof Account account && this.baseUrl.equals(account.baseUrl)
					&& this.apiKey.equals(account.apiKey);
		}

		@Override
		public int hashCode() {
			return 31 * this.baseUrl.hashCode() + this.apiKey.hashCode();
		}

		/**
		 * Return a description without the key.
		 */
		@Override
		public String toString() {
			return "Account[" + this.baseUrl + "]";
		}

		/**
		 * Add a streamed run that may turn out to be any run of the account.
		 * @param runId completes when its id is known, or it has ended
		 */
		void addUnnamed(CompletableFuture<String> runId) {
			this.all.unnamed.add(this, runId);
		}

		/**
		 * Wait until no streamed run can turn out to be an awaited run.
		 * @param runId the awaited run
		 * @param action called then
		 * @return cancels the wait; null if there is nothing to wait for, such as for a
		 * run that was queued here
		 */
		@Nullable Runnable awaitIds(@Nullable String runId, Runnable action) {
			return (runId == null || find(runId) != null || this.all.publishes(runId, this::counts)) ? null
					: this.all.unnamed.await(this::counts, action);
		}

		/**
		 * Add the outcome of a session that follows its run.
		 * @param runId the run, or null if it is not known
		 * @param outcome the outcome
		 * @param streamed whether the session has published events of the run, which its
		 * outcome follows
		 * @return the outcome, that of an await if only that is known, and whether to
		 * publish it, which lasts until {@link #delivered}. An outcome without events is
		 * not published if an await has published it
		 */
		Added addSubmitted(@Nullable String runId, SessionOutcome outcome, boolean streamed) {
			if (runId == null) {
				return new Added(outcome, true);
			}
			synchronized (this.all) {
				Optional<AgentRun> awaited = this.all.followed.get(runId, this);
				this.all.followed.remove(runId, this);
				SessionOutcome best = (outcome.run() == null && awaited != null && awaited.isPresent())
						? SessionOutcome.recovered(awaited.get()) : outcome;
				Published before = this.all.published.get(runId, this);
				if (before != Published.BY_AWAIT) {
					this.all.published.put(runId, this, Published.BY_SUBMISSION);
				}
				return new Added(best, publishIf(streamed || before == null || before == Published.BY_SUBMISSION
						|| isFirstKnown(before, best.run() != null), runId));
			}
		}

		/**
		 * Add the outcome of an await.
		 * @param runId the run
		 * @param outcome the outcome
		 * @return the outcome, and whether to publish it, which lasts until
		 * {@link #delivered}: unless an outcome is published, or will be by the session
		 * that follows the run. A known outcome follows an unknown one of an await
		 */
		Added addAwaited(@Nullable String runId, SessionOutcome outcome) {
			if (runId == null) {
				return new Added(outcome, true);
			}
			AgentRun run = outcome.run();
			synchronized (this.all) {
				if (run != null) {
					// the session that follows the run may not receive it
					this.all.followed.replace(runId, this::counts, Optional.of(run));
				}
				Published before = this.all.published.get(runId, this);
				// a session that follows the run publishes its outcome after its events
				boolean first = !this.all.publishes(runId, this::counts)
						&& (before == null || isFirstKnown(before, run != null));
				if (first) {
					this.all.published.put(runId, this,
							(run != null) ? Published.BY_AWAIT : Published.UNKNOWN_BY_AWAIT);
				}
				return new Added(outcome, publishIf(first, runId));
			}
		}

		private static boolean isFirstKnown(Published before, boolean known) {
			return known && before == Published.UNKNOWN_BY_AWAIT;
		}

		private boolean publishIf(boolean publish, String runId) {
			if (publish) {
				Integer count = this.all.undelivered.get(runId, this);
				this.all.undelivered.put(runId, this, (count != null) ? count + 1 : 1);
			}
			return publish;
		}

		/**
		 * Record that listeners were notified of an outcome.
		 * @param runId the run, or null if it is not known
		 */
		void delivered(@Nullable String runId) {
			if (runId == null) {
				return;
			}
			synchronized (this.all) {
				Integer count = this.all.undelivered.get(runId, this);
				if (count != null && count > 1) {
					this.all.undelivered.put(runId, this, count - 1);
				}
				else {
					this.all.undelivered.remove(runId, this);
				}
			}
		}

		/**
		 * Record that a session follows a run, until its outcome is added.
		 * @param runId the run
		 */
		void follow(String runId) {
			synchronized (this.all) {
				this.all.followed.put(runId, this, Optional.empty());
			}
		}

		/**
		 * Remember a run that was queued.
		 * @param context the run, with its URL, goal and tag
		 * @param run the run with its interceptors, or null if it has no interceptors
		 */
		void queued(RunContext context, @Nullable InterceptedRun run) {
			String runId = context.runId();
			if (runId == null) {
				return;
			}
			synchronized (this.all) {
				Published before = this.all.published.get(runId, this);
				if (before == null || before == Published.UNKNOWN_BY_AWAIT) {
					this.all.queued.put(runId, this, new Queued(context, run));
				}
			}
		}

		/**
		 * Complete a run with the values that were stored when it was queued.
		 * @param run the run; its values stay
		 */
		RunContext complete(RunContext run) {
			Queued queued = find(run.runId());
			if (queued == null) {
				return run;
			}
			RunContext known = queued.context();
			return new RunContext(run.runId(), (run.url() != null) ? run.url() : known.url(),
					(run.goal() != null) ? run.goal() : known.goal(), (run.tag() != null) ? run.tag() : known.tag(),
					known.agentInterface(), known.agentMethod(), known.goalVersion());
		}

		/**
		 * Remove a queued run whose outcome was added.
		 * @param runId the run, or null if it is not known
		 * @return the run with its interceptors, or null if no interceptor waits for its
		 * outcome
		 */
		@Nullable InterceptedRun removeQueued(@Nullable String runId) {
			synchronized (this.all) {
				Queued queued = find(runId);
				if (queued == null || runId == null) {
					return null;
				}
				this.all.queued.remove(runId, this);
				return queued.run();
			}
		}

		private @Nullable Queued find(@Nullable String runId) {
			synchronized (this.all) {
				return (runId != null) ? this.all.queued.get(runId, this) : null;
			}
		}

	}

	/**
	 * Outcome that was added.
	 *
	 * @param outcome the outcome
	 * @param published whether to publish it
	 */
	record Added(SessionOutcome outcome, boolean published) {

	}

	/**
	 * Run that was queued.
	 *
	 * @param context the run, with its URL, goal and tag
	 * @param run the run with its interceptors, or null if it has no interceptors
	 */
	private record Queued(RunContext context, @Nullable InterceptedRun run) {

	}

	/**
	 * Values by run and account. Removes the eldest run.
	 */
	private static final class Memory<V> extends LinkedHashMap<String, Map<Account, V>> {

		private final int capacity;

		Memory(int capacity) {
			this.capacity = capacity;
		}

		@Override
		protected boolean removeEldestEntry(Map.Entry<String, Map<Account, V>> eldest) {
			return size() > this.capacity;
		}

		@Nullable V get(String runId, Account account) {
			return getOrDefault(runId, Map.of()).get(account);
		}

		boolean has(String runId, Predicate<Account> accounts, Predicate<V> values) {
			return getOrDefault(runId, Map.of()).entrySet()
				.stream()
				.anyMatch((entry) -> accounts.test(entry.getKey()) && values.test(entry.getValue()));
		}

		void put(String runId, Account account, V value) {
			computeIfAbsent(runId, (id) -> new HashMap<>(2)).put(account, value);
		}

		void replace(String runId, Predicate<Account> accounts, V value) {
			Map<Account, V> values = get(runId);
			if (values != null) {
				values.replaceAll((account, before) -> accounts.test(account) ? value : before);
			}
		}

		void remove(String runId, Account account) {
			computeIfPresent(runId, (id, values) -> {
				values.remove(account);
				return values.isEmpty() ? null : values;
			});
		}

	}

}
