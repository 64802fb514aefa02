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
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;

import ai.tinyfish.agent.RunContext;
import ai.tinyfish.durable.DurableRun;
import ai.tinyfish.durable.internal.service.Service;
import ai.tinyfish.durable.internal.store.Database;
import ai.tinyfish.durable.internal.store.Page;
import ai.tinyfish.durable.internal.store.WatchRow;
import ai.tinyfish.durable.internal.store.WatchRow.Definition;
import ai.tinyfish.durable.internal.store.WatchRow.Progress;
import ai.tinyfish.durable.internal.store.WatchTable;
import ai.tinyfish.durable.internal.store.WatchTable.WatchCounts;
import ai.tinyfish.durable.internal.task.Scheduling;
import ai.tinyfish.durable.internal.task.TaskKind;
import ai.tinyfish.durable.watch.Watch;
import ai.tinyfish.durable.watch.WatchOutcome;
import ai.tinyfish.durable.watch.WatchPreview;
import ai.tinyfish.durable.watch.WatchResult;
import ai.tinyfish.durable.watch.WatchState;
import ai.tinyfish.durable.watch.WatchStatus;
import ai.tinyfish.durable.watch.WatchValue;
import ai.tinyfish.durable.watch.Watches;
import ai.tinyfish.run.AgentRun;
import ai.tinyfish.run.GoalEvaluator;
import ai.tinyfish.run.GoalVerdict;
import ai.tinyfish.run.RunResult;
import ai.tinyfish.spring.boot.actuate.TinyFishEndpointContributor;
import ai.tinyfish.support.agent.AgentRequestJson;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/**
 * Watches in the application's database, and their part of the actuator endpoint.
 *
 * @param accounts checks an account
 * @param previews sends the runs of previews
 */
public record DefaultWatches(Database database, WatchTable table, WatchTask task, Scheduling scheduling,
		Consumer<@Nullable String> accounts, Service previews,
		GoalEvaluator evaluator) implements Watches, TinyFishEndpointContributor {

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
				watch.zone(), watch.key(), watch.ignore(), watch.tolerance(), watch.confirm(), watch.confirmAfter(),
				watch.acceptEmpty(), RunContext.of(null, watch.request()).goalVersion(), PageCheckTask.check(watch));
		Shape.of(definition).check();
		return definition;
	}

	private WatchStatus save(Watch watch, @Nullable Instant declaredAt) {
		this.accounts.accept(watch.account());
		Definition definition = definition(watch);
		this.table.insert(new WatchRow(watch.id(), watch.account(), definition, null, null, WatchState.ACTIVE, null,
				null, false, null, start()));
		WatchRow last = require(watch.id());
		String secrets = secrets(watch, definition, last);
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
		// results of slots until now, which others may have begun, answer another
		// question
		Progress progress = anew ? start() : last.progress();
		if (anew || !last.definition().equals(definition)) {
			progress = progress.withPage(last.progress().page().reset());
		}
		this.table.store(new WatchRow(watch.id(), watch.account(), definition, secrets, declaredAt,
				paused ? WatchState.PAUSED : WatchState.ACTIVE, paused ? null : next, null, false, null, progress));
		return require(watch.id()).status();
	}

	private Progress start() {
		return new Progress(null, Map.of(), now(), now(), 0, null, 0, Page.UNKNOWN);
	}

	/**
	 * Return the secrets of a watch in the form in which they are stored.
	 * @throws IllegalArgumentException if one is masked, and not that of the stored watch
	 */
	private @Nullable String secrets(Watch watch, Definition definition, @Nullable WatchRow last) {
		String stored = (last != null && Objects.equals(last.account(), watch.account())
				&& last.definition().url().equals(definition.url())) ? last.secrets() : null;
		return this.task.requests().unmasked(AgentRequestJson.of(watch.request()).secrets(), stored);
	}

	@Override
	public Watch get(String id) {
		WatchRow row = existing(id, this.table.find(id));
		Definition stored = row.definition();
		return new Watch(id, this.task.requests().masked(stored.request(), row.secrets()), stored.cron(), stored.zone(),
				stored.key(), stored.ignore(), stored.tolerance(), stored.confirm(), stored.confirmAfter(),
				stored.acceptEmpty(), row.account(), stored.check().skipUnchanged(), stored.check().selectors());
	}

	@Override
	public WatchPreview preview(Watch watch) {
		this.accounts.accept(watch.account());
		Definition definition = definition(watch);
		AgentRun run = this.previews.run(watch.account(), this.task.requests()
			.read(definition.request(), secrets(watch, definition, this.table.find(watch.id()).orElse(null)), null));
		Snapshot result = WatchOutcomes.read(run, GoalVerdict.of(this.evaluator, WatchOutcomes.judged(run)),
				definition.acceptEmpty(), Shape.of(definition));
		return new WatchPreview(run,
				result.records().values().stream().map((record) -> RunResult.ofJson(record.toString())).toList(),
				result.problems());
	}

	@Override
	public void rebaseline(String id) {
		this.database.doInTransaction(() -> {
			WatchRow row = require(id);
			Progress last = row.progress();
			this.table.progress(row, new Progress(null, Map.of(), last.newest(), last.goodAt(), last.misses(),
					last.drift(), last.early(), last.page().reset()));
		});
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
			this.table.progress(row, row.progress().withPage(row.progress().page().resume()));
			this.table.schedule(id, WatchState.ACTIVE,
					(row.nextAt() != null) ? row.nextAt() : row.definition().next(now()));
		});
	}

	@Override
	public DurableRun runNow(String id) {
		return this.database.inTransactionOfCaller(() -> {
			WatchRow row = require(id);
			DurableRun open = row.open() ? this.task.runs().find(String.valueOf(row.openRun())) : null;
			return (open != null) ? open : this.task.submit(List.of(row), now(), Map.of()).get(0);
		});
	}

	@Override
	public boolean delete(String id) {
		Optional<Boolean> deleted = this.database.inTransaction(() -> {
			int locked = this.table.deliveries(id, true);
			Optional<WatchRow> row = this.table.lock(id);
			if (this.table.deliveries(id, false) > locked) {
				// the listeners of a new one may wait for the watch
				return Optional.empty();
			}
			// by a task: outcomes lock the run before the watch
			row.map(WatchRow::openRun)
				.ifPresent((run) -> this.scheduling.ensure(TaskKind.CANCEL, run, TaskKind.ALL, now()));
			return Optional.of(this.table.delete(id));
		});
		return deleted.orElseGet(() -> delete(id));
	}

	@Override
	public List<WatchResult> history(String id) {
		return this.table.history(id);
	}

	@Override
	public boolean redeliver(String id) {
		return this.database.inTransaction(() -> {
			// without a lock of the watch: deliveries are locked before it
			boolean parked = this.table.unpark(existing(id, this.table.find(id)).id(), now()) > 0;
			if (parked) {
				this.scheduling.ensure(TaskKind.WATCH_DELIVERY, WatchDeliveryTask.instance(id, now()), now());
			}
			return parked;
		});
	}

	@Override
	public <T> List<T> baseline(String id, Class<T> type) {
		List<JsonNode> records = existing(id, this.table.find(id)).progress().baseline();
		return Objects.requireNonNullElse(records, List.<JsonNode>of())
			.stream()
			.map((record) -> AgentRun.completed(id, RunResult.ofJson(record.toString())).typed(type).value())
			.toList();
	}

	@Override
	public List<WatchValue> series(String id, String property) {
		Definition definition = existing(id, this.table.find(id)).definition();
		Shape shape = Shape.of(definition);
		shape.checkNames("property", List.of(property));
		return history(id).stream()
			.filter((result) -> result.outcome() != WatchOutcome.MISSED && result.outcome() != WatchOutcome.LATE)
			.sorted(Comparator.comparing(WatchResult::slot))
			.flatMap((result) -> WatchOutcomes
				.read(AgentRun.completed(id, result.result()), GoalVerdict.unknown(), definition.acceptEmpty(), shape)
				.values(shape.key(), result.slot(), property))
			.toList();
	}

	@Override
	public String name() {
		return "watches";
	}

	@Override
	public Map<String, ?> details() {
		WatchCounts counts = this.table.counts(now());
		return Map.of("active", counts.active(), "paused", counts.paused(), "open", counts.open(), "failing",
				counts.failing(), "undelivered", counts.undelivered());
	}

	@Override
	public Map<String, Predicate<String>> actions() {
		return Map.of("pause", ifKnown(this::pause), "resume", ifKnown(this::resume), "run", ifKnown(this::tryRun),
				"redeliver", ifKnown(this::redeliver));
	}

	private Predicate<String> ifKnown(Consumer<String> action) {
		return (id) -> {
			Optional<WatchRow> known = this.table.find(id);
			known.map(WatchRow::id).ifPresent(action);
			return known.isPresent();
		};
	}

	private void tryRun(String id) {
		try {
			runNow(id);
		}
		catch (RuntimeException ex) {
			throw WatchTask.isUnavailable(ex) ? ex : new IllegalStateException(ex.getMessage(), ex);
		}
	}

	private WatchRow require(String id) {
		return existing(id, this.table.lock(id));
	}

	private static WatchRow existing(String id, Optional<WatchRow> row) {
		return row.orElseThrow(() -> new NoSuchElementException("There is no watch " + id));
	}

	/**
	 * Return the time as every database stores it.
	 */
	private Instant now() {
		return this.task.clock().now().truncatedTo(ChronoUnit.MILLIS);
	}

}
