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

package ai.tinyfish.durable.internal.watch;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Predicate;

import ai.tinyfish.agent.RunContext;
import ai.tinyfish.durable.DurableRun;
import ai.tinyfish.durable.internal.store.Database;
import ai.tinyfish.durable.internal.store.WatchRow;
import ai.tinyfish.durable.internal.store.WatchRow.Definition;
import ai.tinyfish.durable.internal.store.WatchRow.Progress;
import ai.tinyfish.durable.internal.store.WatchTable;
import ai.tinyfish.durable.internal.store.WatchTable.WatchCounts;
import ai.tinyfish.durable.watch.Watch;
import ai.tinyfish.durable.watch.WatchResult;
import ai.tinyfish.durable.watch.WatchState;
import ai.tinyfish.durable.watch.WatchStatus;
import ai.tinyfish.durable.watch.Watches;
import ai.tinyfish.spring.boot.actuate.TinyFishEndpointContributor;
import ai.tinyfish.support.agent.AgentRequestJson;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches in the application's database, and their part of the actuator endpoint.
 *
 * @param accounts checks an account
 */
public record DefaultWatches(Database database, WatchTable table, WatchTask task,
		Consumer<@Nullable String> accounts) implements Watches, TinyFishEndpointContributor {

	private static final Logger logger = LoggerFactory.getLogger(DefaultWatches.class);

	@Override
	public WatchStatus save(Watch watch) {
		return this.database.inTransactionOfCaller(() -> save(watch, null));
	}

	/**
	 * Store the watches that the code of an instance declares, and pause those that it no
	 * longer declares.
	 * @param startedAt when the instance was started: those that were started later have
	 * precedence
	 */
	public void declare(List<Watch> watches, Instant startedAt) {
		Instant time = startedAt.truncatedTo(ChronoUnit.MILLIS);
		this.database.doInTransaction(() -> {
			this.database.lock("tinyfish_watch declarations");
			watches.forEach((watch) -> save(watch, time));
			List<String> paused = this.table.undeclare(time);
			if (!paused.isEmpty()) {
				logger.warn("Paused the watches that this instance does not declare ({}): {}", paused.size(), paused);
			}
		});
	}

	/**
	 * Return the form in which a watch is stored.
	 * @throws IllegalArgumentException if it is not valid
	 */
	static Definition definition(Watch watch) {
		Definition definition = new Definition(AgentRequestJson.of(watch.request()).request(), watch.cron(),
				watch.zone(), watch.key(), watch.ignore(), watch.confirm(), watch.acceptEmpty(),
				RunContext.of(null, watch.request()).goalVersion());
		Shape.of(definition).check();
		return definition;
	}

	private WatchStatus save(Watch watch, @Nullable Instant declaredAt) {
		this.accounts.accept(watch.account());
		Definition definition = definition(watch);
		Progress start = new Progress(null, null, Map.of(), now(), now(), 0, null);
		this.table.insert(new WatchRow(watch.id(), watch.account(), definition, null, null, WatchState.ACTIVE, null,
				null, false, start));
		WatchRow last = require(watch.id());
		if (declaredAt != null && last.declaredAt() != null && last.declaredAt().isAfter(declaredAt)) {
			return last.status();
		}
		boolean anew = !last.definition().question().equals(definition.question())
				|| !Objects.equals(last.account(), watch.account());
		if (anew) {
			logger.info("Watch {} has another goal, URL, output type, key or account. Its next result is a new"
					+ " baseline", watch.id());
		}
		boolean paused = last.state() == WatchState.PAUSED;
		Instant due = last.nextAt();
		boolean same = last.definition().cron().equals(definition.cron())
				&& last.definition().zone().equals(definition.zone());
		// a slot that is late answers the new question
		Instant next = (due == null || !same) ? definition.next(now()) : (anew && due.isBefore(now())) ? now() : due;
		this.table.store(new WatchRow(watch.id(), watch.account(), definition,
				this.task.requests().encode(AgentRequestJson.of(watch.request()).secrets()), declaredAt,
				paused ? WatchState.PAUSED : WatchState.ACTIVE, paused ? null : next, null, false,
				anew ? start : last.progress()));
		return require(watch.id()).status();
	}

	@Override
	public @Nullable WatchStatus find(String id) {
		return this.table.find(id).map(WatchRow::status).orElse(null);
	}

	@Override
	public List<WatchStatus> list() {
		return this.table.list();
	}

	@Override
	public void pause(String id) {
		this.database.doInTransaction(() -> this.table.schedule(require(id).id(), WatchState.PAUSED, null));
	}

	@Override
	public void resume(String id) {
		this.database.doInTransaction(() -> {
			WatchRow row = require(id);
			this.table.schedule(id, WatchState.ACTIVE,
					(row.nextAt() != null) ? row.nextAt() : row.definition().next(now()));
		});
	}

	@Override
	public DurableRun runNow(String id) {
		return this.database.inTransactionOfCaller(() -> {
			WatchRow row = require(id);
			DurableRun open = row.open() ? this.task.runs().find(String.valueOf(row.openRun())) : null;
			return (open != null) ? open : this.task.submit(List.of(row), now()).get(0);
		});
	}

	@Override
	public boolean delete(String id) {
		return this.database.inTransaction(() -> {
			// first the run, then the watch: outcomes lock them in this order
			this.table.lockOpenRun(id).forEach(this.task.runs()::cancel);
			this.table.lock(id);
			// a slot may have come meanwhile
			this.table.lockOpenRun(id).forEach(this.task.runs()::cancel);
			return this.table.delete(id);
		});
	}

	@Override
	public List<WatchResult> history(String id) {
		return this.table.history(id);
	}

	@Override
	public String name() {
		return "watches";
	}

	@Override
	public Map<String, ?> details() {
		WatchCounts counts = this.table.counts();
		return Map.of("active", counts.active(), "paused", counts.paused(), "open", counts.open(), "failing",
				counts.failing());
	}

	@Override
	public Map<String, Predicate<String>> actions() {
		return Map.of("pause", ifKnown(this::pause), "resume", ifKnown(this::resume), "run", ifKnown(this::runNow));
	}

	private Predicate<String> ifKnown(Consumer<String> action) {
		return (id) -> {
			boolean known = this.table.find(id).isPresent();
			if (known) {
				action.accept(id);
			}
			return known;
		};
	}

	private WatchRow require(String id) {
		return this.table.lock(id).orElseThrow(() -> new NoSuchElementException("There is no watch " + id));
	}

	/**
	 * Return the time as every database stores it.
	 */
	private Instant now() {
		return this.task.clock().now().truncatedTo(ChronoUnit.MILLIS);
	}

}
