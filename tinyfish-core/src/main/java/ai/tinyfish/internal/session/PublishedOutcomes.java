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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;

import ai.tinyfish.agent.RunContext;
import ai.tinyfish.internal.interceptor.InterceptedRun;
import org.jspecify.annotations.Nullable;

/**
 * Memory of published outcomes, so that a run that is awaited twice, or beside its
 * stream, has one published outcome. Also of the runs that sessions follow, and of the
 * requests of queued runs: a webhook names no more than the id. All of it is kept by run
 * and account: no account changes what is published for another.
 */
public final class PublishedOutcomes {

	private static final int CAPACITY = 10_000;

	private final Memory<Published> published = new Memory<>(CAPACITY);

	private final Memory<Queued> queued = new Memory<>(CAPACITY);

	/** No more than there are open sessions. */
	private final Memory<Boolean> followed = new Memory<>(Integer.MAX_VALUE);

	/** The number of outcomes of a run that are on their way to listeners. */
	private final Memory<Integer> undelivered = new Memory<>(Integer.MAX_VALUE);

	/** The ids of streamed runs that are not known yet. */
	private final Map<Account, Set<CompletableFuture<String>>> unnamed = new HashMap<>();

	/**
	 * Return the outcomes of the runs of an account.
	 */
	OfAccount of(Account account) {
		return new OfAccount(account, account::equals);
	}

	/**
	 * Return the outcomes of the runs of an account for a run that may belong to another
	 * key of the same service.
	 */
	OfAccount ofAnyKey(Account account) {
		return new OfAccount(account, (other) -> other.baseUrl().equals(account.baseUrl()));
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
	 * Return whether listeners will still be notified of an outcome of a run, for
	 * whichever account.
	 */
	synchronized boolean willPublish(String runId) {
		return this.followed.has(runId, (account) -> true, (followed) -> true)
				|| this.undelivered.has(runId, (account) -> true, (count) -> true);
	}

	private enum Published {

		BY_SUBMISSION, BY_AWAIT, UNKNOWN_BY_AWAIT

	}

	/**
	 * Account of runs. Two keys are two accounts.
	 *
	 * @param baseUrl the base URL of the service
	 * @param apiKey the key
	 */
	record Account(String baseUrl, String apiKey) {

		/**
		 * Return a description without the key.
		 */
		@Override
		public String toString() {
			return "Account[" + this.baseUrl + "]";
		}

	}

	/**
	 * Outcomes of the runs of one account.
	 */
	final class OfAccount {

		private final Account account;

		private final Predicate<Account> related;

		private final PublishedOutcomes all = PublishedOutcomes.this;

		private OfAccount(Account account, Predicate<Account> related) {
			this.account = account;
			this.related = related;
		}

		Account account() {
			return this.account;
		}

		/**
		 * Add a streamed run that may turn out to be any run of the account.
		 * @param runId completes when its id is known, or it has ended
		 */
		void addUnnamed(CompletableFuture<String> runId) {
			synchronized (this.all) {
				this.all.unnamed.computeIfAbsent(this.account, (account) -> new HashSet<>()).add(runId);
			}
			runId.whenComplete((id, failure) -> removeUnnamed(runId));
		}

		private void removeUnnamed(CompletableFuture<String> runId) {
			synchronized (this.all) {
				this.all.unnamed.computeIfPresent(this.account, (account, unnamed) -> {
					unnamed.remove(runId);
					return unnamed.isEmpty() ? null : unnamed;
				});
			}
		}

		/**
		 * Return the streamed runs without an id that an awaited run may turn out to be.
		 * @param runId the awaited run
		 * @return each completes when its id is known, or it has ended. Empty if the run
		 * was queued here
		 */
		List<CompletableFuture<String>> unnamed(@Nullable String runId) {
			synchronized (this.all) {
				return (find(runId) != null) ? List.of()
						: this.all.unnamed.entrySet()
							.stream()
							.filter((entry) -> this.related.test(entry.getKey()))
							.flatMap((entry) -> entry.getValue().stream())
							.toList();
			}
		}

		/**
		 * Add the outcome of a session that follows its run.
		 * @param runId the run, or null where it is not known
		 * @param known whether it is known how the run ended
		 * @param streamed whether the session has published events of the run, which its
		 * outcome follows
		 * @return whether to publish it, which lasts until {@link #delivered}. An outcome
		 * without events is not published if an await has published it
		 */
		boolean addSubmitted(@Nullable String runId, boolean known, boolean streamed) {
			if (runId == null) {
				return true;
			}
			synchronized (this.all) {
				this.all.followed.remove(runId, this.account);
				Published before = this.all.published.get(runId, this.account);
				if (before != Published.BY_AWAIT) {
					this.all.published.put(runId, this.account, Published.BY_SUBMISSION);
				}
				return publishIf(
						streamed || before == null || before == Published.BY_SUBMISSION || isFirstKnown(before, known),
						runId);
			}
		}

		/**
		 * Add the outcome of an await.
		 * @param runId the run
		 * @param known whether it is known how the run ended
		 * @return whether to publish it, which lasts until {@link #delivered}: unless an
		 * outcome is published, or will be by the session that follows the run. A known
		 * outcome follows an unknown one of an await
		 */
		boolean addAwaited(@Nullable String runId, boolean known) {
			if (runId == null) {
				return true;
			}
			synchronized (this.all) {
				Published before = this.all.published.get(runId, this.account);
				// a session that follows the run publishes its outcome after its events
				boolean first = !this.all.publishes(runId, this.related)
						&& (before == null || isFirstKnown(before, known));
				if (first) {
					this.all.published.put(runId, this.account,
							known ? Published.BY_AWAIT : Published.UNKNOWN_BY_AWAIT);
				}
				return publishIf(first, runId);
			}
		}

		private static boolean isFirstKnown(Published before, boolean known) {
			return known && before == Published.UNKNOWN_BY_AWAIT;
		}

		private boolean publishIf(boolean publish, String runId) {
			if (publish) {
				Integer count = this.all.undelivered.get(runId, this.account);
				this.all.undelivered.put(runId, this.account, (count != null) ? count + 1 : 1);
			}
			return publish;
		}

		/**
		 * Note that listeners were notified of an outcome.
		 * @param runId the run, or null where it is not known
		 */
		void delivered(@Nullable String runId) {
			if (runId == null) {
				return;
			}
			synchronized (this.all) {
				Integer count = this.all.undelivered.get(runId, this.account);
				if (count != null && count > 1) {
					this.all.undelivered.put(runId, this.account, count - 1);
				}
				else {
					this.all.undelivered.remove(runId, this.account);
				}
			}
		}

		/**
		 * Note that a session follows a run, until its outcome is added.
		 * @param runId the run
		 */
		void follow(String runId) {
			synchronized (this.all) {
				this.all.followed.put(runId, this.account, true);
			}
		}

		/**
		 * Remember a run that was queued.
		 * @param context the run, with its URL, goal and tag
		 * @param run the run as interceptors know it, or null
		 */
		void queued(RunContext context, @Nullable InterceptedRun run) {
			String runId = context.runId();
			if (runId == null) {
				return;
			}
			synchronized (this.all) {
				Published before = this.all.published.get(runId, this.account);
				if (before == null || before == Published.UNKNOWN_BY_AWAIT) {
					this.all.queued.put(runId, this.account,
							new Queued(context, (run != null && run.isWatched()) ? run : null));
				}
			}
		}

		/**
		 * Complete a run with what is remembered since it was queued.
		 * @param run the run; what it has stays
		 */
		RunContext complete(RunContext run) {
			Queued queued = find(run.runId());
			if (queued == null) {
				return run;
			}
			RunContext known = queued.context();
			return new RunContext(run.runId(), (run.url() != null) ? run.url() : known.url(),
					(run.goal() != null) ? run.goal() : known.goal(), (run.tag() != null) ? run.tag() : known.tag(),
					known.agentInterface(), known.agentMethod());
		}

		/**
		 * Forget a queued run, whose outcome was added.
		 * @param runId the run, or null where it is not known
		 * @return the run as interceptors know it, or null if none waits for its outcome
		 */
		@Nullable InterceptedRun removeQueued(@Nullable String runId) {
			synchronized (this.all) {
				Queued queued = find(runId);
				if (queued == null || runId == null) {
					return null;
				}
				this.all.queued.remove(runId, this.account);
				return queued.run();
			}
		}

		private @Nullable Queued find(@Nullable String runId) {
			synchronized (this.all) {
				return (runId != null) ? this.all.queued.get(runId, this.account) : null;
			}
		}

	}

	/**
	 * Run that was queued.
	 *
	 * @param context the run, with its URL, goal and tag
	 * @param run the run as interceptors know it, or null without any
	 */
	private record Queued(RunContext context, @Nullable InterceptedRun run) {

	}

	/**
	 * Values by run and account. Forgets the eldest run.
	 */
	private static final class Memory<V> {

		private final Map<String, Map<Account, V>> runs;

		Memory(int capacity) {
			this.runs = new LinkedHashMap<>() {
				@Override
				protected boolean removeEldestEntry(Map.Entry<String, Map<Account, V>> eldest) {
					return size() > capacity;
				}
			};
		}

		@Nullable V get(String runId, Account account) {
			return this.runs.getOrDefault(runId, Map.of()).get(account);
		}

		boolean has(String runId, Predicate<Account> accounts, Predicate<V> values) {
			return this.runs.getOrDefault(runId, Map.of())
				.entrySet()
				.stream()
				.anyMatch((entry) -> accounts.test(entry.getKey()) && values.test(entry.getValue()));
		}

		void put(String runId, Account account, V value) {
			this.runs.computeIfAbsent(runId, (id) -> new HashMap<>(2)).put(account, value);
		}

		void remove(String runId, Account account) {
			this.runs.computeIfPresent(runId, (id, values) -> {
				values.remove(account);
				return values.isEmpty() ? null : values;
			});
		}

	}

}
