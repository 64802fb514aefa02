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

package ai.tinyfish.durable.internal;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

import ai.tinyfish.durable.DurableRun;
import ai.tinyfish.durable.internal.store.RunRow;
import ai.tinyfish.durable.internal.store.WatchEvents;
import ai.tinyfish.durable.internal.store.WatchTable;
import ai.tinyfish.durable.internal.task.TaskKind;
import ai.tinyfish.durable.internal.watch.WatchDeliveryTask;
import ai.tinyfish.durable.testing.DatabaseKind;
import ai.tinyfish.durable.watch.WatchDriftedEvent;
import ai.tinyfish.durable.watch.WatchOutcome;
import ai.tinyfish.durable.watch.WatchResult;
import ai.tinyfish.run.RunResult;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Watches while another transaction has locked them.
 */
@Timeout(60)
class WatchLockTests extends AbstractWatchTests {

	@Test
	void noSecondRunIsStartedWhileAnotherTransactionStartsOne() {
		save(teas());
		AtomicReference<CompletableFuture<DurableRun>> second = new AtomicReference<>();
		DurableRun first = transaction(() -> {
			DurableRun run = this.time.watches.runNow("teas");
			this.time.sleep(Duration.ofSeconds(1));
			second.set(meanwhile(() -> this.time.watches.runNow("teas")));
			return run;
		});
		assertThat(second.get().join().id()).isEqualTo(first.id());
		assertThat(count("tinyfish_run")).isOne();
	}

	@Test
	void deletingWhileAListenerIsCalledWaitsForIt() {
		save(teas().confirm(1));
		nextSlot();
		AtomicReference<CompletableFuture<Boolean>> deleted = new AtomicReference<>();
		this.time.onEvent = () -> deleted.set(meanwhile(() -> this.time.watches.delete("teas")));
		nextSlot(result("T1:1.50"));
		assertThat(deleted.get().join()).isTrue();
		assertThat(this.time.watchEvents).hasSize(1);
		assertThat(this.time.watches.list()).isEmpty();
		assertThat(count("tinyfish_watch_result")).isZero();
		assertThat(count("tinyfish_run")).isZero();
	}

	@Test
	void aListenerMayChangeItsWatchWhileItIsDeleted() {
		save(teas().confirm(1));
		nextSlot();
		AtomicReference<CompletableFuture<Boolean>> deleted = new AtomicReference<>();
		List<RuntimeException> failures = new ArrayList<>();
		this.time.onEvent = () -> {
			deleted.set(meanwhile(() -> this.time.watches.delete("teas")));
			change(failures);
		};
		nextSlot(result("T1:1.50"));
		assertThat(deleted.get().join()).isTrue();
		assertThat(failures).isEmpty();
		assertThat(this.time.watchEvents).hasSize(1);
		assertThat(count("tinyfish_watch_result")).isZero();
	}

	@Test
	void aResultThatIsRecordedWhileItsWatchIsDeletedIsDeliveredBefore() {
		save(teas().confirm(1));
		nextSlot();
		WatchTable table = this.time.engine.watches().table();
		CompletableFuture<Long> locked = new CompletableFuture<>();
		CompletableFuture<Void> released = new CompletableFuture<>();
		CompletableFuture<Boolean> other = CompletableFuture.supplyAsync(() -> transaction(() -> {
			table.lock("teas");
			locked.complete(session());
			released.join();
			return true;
		}));
		long session = locked.join();
		CompletableFuture<Boolean> deleted = CompletableFuture.supplyAsync(() -> this.time.watches.delete("teas"));
		// it has locked all deliveries
		awaitWaiting(deleted, session);
		List<RuntimeException> failures = new ArrayList<>();
		Instant slot = this.time.now();
		transaction(() -> {
			table.record("teas",
					new WatchResult(slot, slot, 1, WatchOutcome.MISSED, null, RunResult.empty(), null, List.of(), null),
					new WatchEvents(null, new WatchDriftedEvent("teas", false, "All are gone", slot), null));
			this.time.engine.scheduling.ensure(TaskKind.WATCH_DELIVERY, WatchDeliveryTask.instance("teas", slot), slot);
			return true;
		});
		this.time.onEvent = () -> {
			released.complete(null);
			other.join();
			awaitWaiting(deleted);
			change(failures);
		};
		this.time.run();
		assertThat(failures).isEmpty();
		assertThat(this.time.watchEvents).hasSize(1);
		assertThat(deleted.join()).isTrue();
		assertThat(count("tinyfish_watch_result")).isZero();
	}

	private void change(List<RuntimeException> failures) {
		try {
			this.time.watches.pause("teas");
		}
		catch (RuntimeException ex) {
			failures.add(ex);
			throw ex;
		}
	}

	@Test
	void deletingCancelsARunThatIsStartedAtTheSameTime() {
		save(teas());
		AtomicReference<CompletableFuture<Boolean>> deleted = new AtomicReference<>();
		DurableRun run = transaction(() -> {
			DurableRun started = this.time.watches.runNow("teas");
			deleted.set(meanwhile(() -> this.time.watches.delete("teas")));
			return started;
		});
		assertThat(deleted.get().join()).isTrue();
		this.time.run();
		assertThat(this.time.find(run.id())).isNull();
		assertThat(submissions()).isZero();
		assertThat(this.time.watches.list()).isEmpty();
	}

	@Test
	void deletingDoesNotWaitForAnOutcomeThatWaitsForTheWatch() throws Exception {
		save(teas());
		WatchTable table = this.time.engine.watches().table();
		String run = this.time.watches.runNow("teas").id();
		JdbcClient jdbc = this.time.engine.database.jdbc();
		jdbc.sql("update tinyfish_watch set open_run = null").update();
		CompletableFuture<Void> locked = new CompletableFuture<>();
		CompletableFuture<Void> waits = new CompletableFuture<>();
		// an outcome locks the run, and then the watch
		CompletableFuture<Boolean> outcome = CompletableFuture.supplyAsync(() -> transaction(() -> {
			RunRow row = this.time.engine.table.lock(run).orElseThrow();
			locked.complete(null);
			waits.join();
			return table.close(row).isPresent();
		}));
		locked.get(30, TimeUnit.SECONDS);
		AtomicReference<CompletableFuture<Boolean>> deleted = new AtomicReference<>();
		transaction(() -> {
			table.lock("teas");
			deleted.set(meanwhile(() -> this.time.watches.delete("teas")));
			return jdbc.sql("update tinyfish_watch set open_run = ?").param(run).update();
		});
		await().until(() -> deleted.get().isDone() || count("tinyfish_watch") == 0 || isWaiting(jdbc));
		waits.complete(null);
		assertThat(outcome.get(30, TimeUnit.SECONDS)).isFalse();
		assertThat(deleted.get().get(30, TimeUnit.SECONDS)).isTrue();
		// the task cancels it
		this.time.run();
		this.time.jump(VirtualTime.INTERVAL);
		assertThat(this.time.find(run)).isNull();
	}

	/**
	 * Return whether a transaction waits for another one.
	 */
	private boolean isWaiting(JdbcClient jdbc) {
		return this.kind == DatabaseKind.POSTGRESQL
				&& jdbc.sql("select count(*) from pg_stat_activity where cardinality(pg_blocking_pids(pid)) > 0")
					.query(Long.class)
					.single() > 0;
	}

	@Test
	void deletingRemovesAResultThatIsRecordedAtTheSameTime() {
		save(teas());
		WatchTable table = this.time.engine.watches().table();
		AtomicReference<CompletableFuture<Boolean>> deleted = new AtomicReference<>();
		transaction(() -> {
			table.lock("teas");
			table.record("teas", new WatchResult(this.time.now(), this.time.now(), 1, WatchOutcome.SKIPPED, null,
					RunResult.empty(), null, List.of(), null), null);
			deleted.set(meanwhile(() -> this.time.watches.delete("teas")));
			return true;
		});
		assertThat(deleted.get().join()).isTrue();
		save(teas());
		assertThat(history()).isEmpty();
	}

	@Test
	void declaringWaitsForAWatchWithoutHoldingUpTheScheduler() {
		save(teas());
		AtomicReference<CompletableFuture<Void>> declared = new AtomicReference<>();
		int free = transaction(() -> {
			this.time.watches.pause("teas");
			declared.set(meanwhile(() -> {
				this.time.engine.watches().declare(List.of(teas()), this.time.now());
				return null;
			}));
			return this.time.engine.database.jdbc()
				.sql("select task_name from tinyfish_task where task_name = 'tinyfish-watch' for update skip locked")
				.query(String.class)
				.list()
				.size();
		});
		declared.get().join();
		assertThat(free).isOne();
	}

	/**
	 * Start work that waits for the current transaction.
	 */
	private <T> CompletableFuture<T> meanwhile(Supplier<T> work) {
		CompletableFuture<T> future = CompletableFuture.supplyAsync(work);
		awaitWaiting(future);
		return future;
	}

	/**
	 * Wait until work waits for the current transaction, or has ended.
	 */
	private void awaitWaiting(CompletableFuture<?> work) {
		awaitWaiting(work, session());
	}

	private void awaitWaiting(CompletableFuture<?> work, long session) {
		JdbcClient jdbc = this.time.engine.database.jdbc();
		await()
			.until(() -> work.isDone() || jdbc.sql(this.kind.waiting()).param(session).query(Long.class).single() > 0);
	}

	private long session() {
		return this.time.engine.database.jdbc().sql(this.kind.session()).query(Long.class).single();
	}

	private <T> T transaction(Supplier<T> work) {
		return new TransactionTemplate(this.time.transactions()).execute((status) -> work.get());
	}

}
