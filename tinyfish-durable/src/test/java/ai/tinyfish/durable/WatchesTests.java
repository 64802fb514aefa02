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

package ai.tinyfish.durable;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Pattern;

import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.durable.testing.DatabaseKind;
import ai.tinyfish.durable.testing.Instance;
import ai.tinyfish.durable.testing.Listeners;
import ai.tinyfish.durable.watch.Watch;
import ai.tinyfish.durable.watch.WatchChangedEvent;
import ai.tinyfish.durable.watch.WatchDelivery;
import ai.tinyfish.durable.watch.WatchDeliveryState;
import ai.tinyfish.durable.watch.WatchDriftedEvent;
import ai.tinyfish.durable.watch.WatchOutcome;
import ai.tinyfish.durable.watch.WatchState;
import ai.tinyfish.durable.watch.Watches;
import ai.tinyfish.simulator.Fault;
import ai.tinyfish.simulator.FaultPoint;
import ai.tinyfish.simulator.Scenario;
import ai.tinyfish.simulator.TinyFishSimulator;
import ai.tinyfish.spring.boot.actuate.TinyFishEndpointContributor;
import ai.tinyfish.spring.event.TinyFishRunEvent;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.context.event.EventListener;
import org.springframework.core.ParameterizedTypeReference;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.event.TransactionPhase;
import org.springframework.transaction.event.TransactionalEventListener;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

/**
 * Watches of an instance that receives webhooks, with each database.
 */
@ParameterizedClass(name = "{0}")
@MethodSource(DatabaseKind.TESTED)
class WatchesTests {

	private static final String GOAL = "List all teas";

	private static TinyFishSimulator simulator;

	private static Instance instance;

	@Parameter
	private DatabaseKind kind;

	@BeforeParameterizedClassInvocation
	static void start(DatabaseKind kind) {
		simulator = TinyFishSimulator.builder().pace(Duration.ZERO).start();
		instance = Instance.startWithWebhooks(kind.newDatabase(), simulator,
				List.of(Listeners.class, WatchListeners.class, SimpleMeterRegistry.class),
				"tinyfish.budget.runs-per-day=30");
	}

	@AfterParameterizedClassInvocation
	static void stop() {
		instance.close();
		simulator.close();
	}

	@AfterEach
	void clear() {
		simulator.clearFaults();
		listeners().fails = false;
		listeners().failsBeforeCommit = false;
		watches().list().forEach((status) -> watches().delete(status.id()));
		listeners().changed.clear();
		listeners().drifted.clear();
		instance.update("delete from tinyfish_budget");
		instance.update("delete from tinyfish_pause where name like 'written%'");
	}

	@Test
	void listenersOfWatchesAreCalledInOneTransactionAndOthersAreNot() {
		watches().save(teas().confirm(1));
		run("1.00", WatchOutcome.BASELINE);
		listeners().fails = true;
		run("2.00", WatchOutcome.CHANGED);
		await().atMost(Instance.SOON).until(() -> delivery().attempts() > 0);
		assertThat(instance.count("tinyfish_pause where name like 'written%'")).isZero();
		listeners().fails = false;
		await().atMost(Instance.SOON).until(() -> delivery().state() == WatchDeliveryState.DELIVERED);
		assertThat(listeners().changed).last()
			.satisfies((event) -> assertThat(event.changed(Tea.class)).singleElement()
				.satisfies((change) -> assertThat(change.after().price()).isEqualByComparingTo("2")));
		assertThat(instance.count("tinyfish_pause where name like 'written%'")).isOne();
		assertThat(instance.bean(Listeners.class).finished()).isEmpty();
		// nor those of runs that webhooks report
		assertThat(listeners().others).isEmpty();
		await().atMost(Instance.SOON).until(() -> instance.count("tinyfish_run where state <> 'ABANDONED'") == 0);
	}

	private static WatchDelivery delivery() {
		return watches().history("teas").get(0).delivery();
	}

	@Test
	void aListenerThatFailsIsARetryAndItsRunIsMeasuredOnce() {
		double retries = registry().counter("tinyfish.durable.handovers", "result", "retry").count();
		double before = steps();
		watches().save(teas().confirm(1));
		run("1.00", WatchOutcome.BASELINE);
		await().atMost(Instance.SOON).until(() -> steps() == before + 1);
		listeners().fails = true;
		run("2.00", WatchOutcome.CHANGED);
		await().atMost(Instance.SOON).until(() -> steps() == before + 2);
		await().atMost(Instance.SOON)
			.until(() -> registry().counter("tinyfish.durable.handovers", "result", "retry").count() > retries);
		assertThat(steps()).isEqualTo((long) before + 2);
	}

	/**
	 * Return how many runs were measured.
	 */
	private static long steps() {
		return registry().find("tinyfish.run.steps").summaries().stream().mapToLong(DistributionSummary::count).sum();
	}

	@Test
	void metersAndEndpointShowWatches() throws IOException {
		SimpleMeterRegistry registry = instance.bean(SimpleMeterRegistry.class);
		watches().save(teas().confirm(1));
		run("1.00", WatchOutcome.BASELINE);
		double changes = registry.counter("tinyfish.watch.changes").count();
		// a transaction that is rolled back after all listeners were called
		listeners().failsBeforeCommit = true;
		run("2.00", WatchOutcome.CHANGED);
		await().atMost(Instance.SOON).until(() -> delivery().attempts() > 0);
		assertThat(registry.counter("tinyfish.watch.changes").count()).isEqualTo(changes);
		listeners().failsBeforeCommit = false;
		await().atMost(Instance.SOON).until(() -> delivery().state() == WatchDeliveryState.DELIVERED);
		simulator.given(GOAL, Scenario.failed("SITE_BLOCKED", "Access denied"));
		for (int misses = 1; misses <= 3; misses++) {
			run(WatchOutcome.MISSED);
		}
		await().atMost(Instance.SOON).until(() -> !listeners().drifted.isEmpty());
		assertThat(listeners().drifted).singleElement().matches((event) -> !event.over());
		await().atMost(Instance.SOON)
			.until(() -> registry.get("tinyfish.watch.changes").counter().count() == changes + 1);
		// counted after the commit
		await().atMost(Instance.SOON).until(() -> registry.counter("tinyfish.watch.drifts").count() == 1);
		assertThat(registry.get("tinyfish.watch.failing").gauge().value()).isEqualTo(1);
		assertThat(registry.get("tinyfish.watch.oldest").gauge().value()).isZero();
		// read once for all gauges
		instance.update("update tinyfish_watch set failing = false");
		assertThat(registry.get("tinyfish.watch.failing").gauge().value()).isEqualTo(1);
		instance.update("update tinyfish_watch set failing = true");
		assertThat(registry.getMeters()
			.stream()
			.map(Meter::getId)
			.map(Meter.Id::getName)
			.filter((name) -> name.startsWith("tinyfish.watch."))
			.distinct()
			.toList()).isSubsetOf(documented())
			// no page was checked: PageCheckTests
			.hasSize(documented().size() - 1);
		assertThat(registry.find("tinyfish.durable.undecided").counter()).isNull();
		TinyFishEndpointContributor endpoint = instance.bean("tinyFishWatches", TinyFishEndpointContributor.class);
		assertThat(endpoint.details())
			.isEqualTo(Map.of("active", 1L, "paused", 0L, "open", 0L, "failing", 1L, "undelivered", 0L));
		assertThat(endpoint.actions().get("pause").test("teas")).isTrue();
		assertThat(watches().find("teas").state()).isEqualTo(WatchState.PAUSED);
		assertThat(endpoint.actions().get("resume").test("teas")).isTrue();
		int before = watches().history("teas").size();
		assertThat(endpoint.actions().get("run").test("teas")).isTrue();
		await().atMost(Instance.SOON).until(() -> watches().history("teas").size() > before);
		assertThat(endpoint.actions().get("run").test("none")).isFalse();
		assertThat(endpoint.actions().get("redeliver").test("teas")).isTrue();
		await().atMost(Instance.SOON).until(() -> watches().find("teas").openRun() == null);
		instance.update("update tinyfish_budget set runs = 30");
		assertThatIllegalStateException().isThrownBy(() -> endpoint.actions().get("run").test("teas"))
			.withMessageContaining("tinyfish.budget.runs-per-day");
	}

	private static SimpleMeterRegistry registry() {
		return instance.bean(SimpleMeterRegistry.class);
	}

	private static List<String> documented() throws IOException {
		return Pattern.compile("(?m)^\\| `(tinyfish\\.watch\\.[a-z.]+)` \\| (gauge|counter):")
			.matcher(Files.readString(Path.of("../docs/watches.md")))
			.results()
			.map((match) -> match.group(1))
			.toList();
	}

	@Test
	void aSlotBeyondTheBudgetIsSkipped() {
		watches().save(teas().cron("* * * * * *"));
		instance.update("update tinyfish_budget set runs = 30");
		simulator.given(GOAL, scenario("1.00"));
		await().atMost(Instance.SOON).until(() -> !watches().history("teas").isEmpty());
		instance.update("update tinyfish_budget set runs = 30");
		await().atMost(Instance.SOON)
			.untilAsserted(() -> assertThat(watches().history("teas").get(0).reason())
				.contains("tinyfish.budget.runs-per-day"));
		watches().pause("teas");
		assertThat(watches().history("teas").get(0).outcome()).isEqualTo(WatchOutcome.SKIPPED);
		assertThat(watches().find("teas").misses()).isZero();
	}

	@Test
	void aRunWithoutAnAnswerIsGivenUpAndKeepsItsPlaceInTheBudget() {
		watches().save(teas());
		simulator.fault(FaultPoint.listRuns(), Fault.refusal(403, "FORBIDDEN", "Not for this key"));
		simulator.fault(FaultPoint.runAsync(), Fault.disconnect(), 1);
		simulator.given(GOAL, Scenario.builder().webhookDeliveries(0).build());
		String id = watches().runNow("teas").id();
		await().atMost(Instance.SOON).until(() -> {
			instance.update("update tinyfish_run set sending_at = sending_at - interval '121' second where id = ?"
					+ " and state = 'SENDING' and error is not null and sending_at > accepted_at - interval '100' second",
					id);
			instance.update("update tinyfish_task set execution_time = current_timestamp"
					+ " where task_name = 'tinyfish-settle' and task_instance = ? and not picked", id);
			return instance.state(id) == DurableRunState.ABANDONED;
		});
		assertThat(watches().history("teas")).singleElement()
			.matches((result) -> result.outcome() == WatchOutcome.UNKNOWN);
		assertThat(instance.bean(Listeners.class).errors(id)).isEmpty();
		assertThat(instance.count("tinyfish_budget_run where id = '" + id + "'")).isOne();
		simulator.clearFaults();
		run("1.00", WatchOutcome.BASELINE);
	}

	@Test
	void aWatchThatIsNotValidIsRefusedWithTheNameOfTheProperty() {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> watches().save(Watch.of("teas", AgentRequest.of("https://shop.example", GOAL))))
			.withMessageStartingWith("request must have an output type");
		assertThatIllegalArgumentException().isThrownBy(() -> watches().save(teas().key(new String[0])))
			.withMessageStartingWith("key must name");
		assertThatIllegalArgumentException().isThrownBy(() -> watches().save(teas().key("skuu")))
			.withMessageStartingWith("key names skuu, which the result does not have. It has sku, price");
		assertThatIllegalArgumentException().isThrownBy(() -> watches().save(teas().account("a b")))
			.withMessageStartingWith("account must have");
		assertThatIllegalStateException().isThrownBy(() -> watches().save(teas().account("acme")))
			.withMessageContaining("DurableRunApiKeyProvider");
		assertThat(watches().list()).isEmpty();
	}

	private static Watch teas() {
		return Watch.of("teas", AgentRequest.of("https://shop.example", GOAL)
			.withOutputType(new ParameterizedTypeReference<List<Tea>>() {
			})).key("sku");
	}

	private static void run(String price, WatchOutcome outcome) {
		simulator.given(GOAL, scenario(price));
		run(outcome);
	}

	private static void run(WatchOutcome outcome) {
		int before = watches().history("teas").size();
		watches().runNow("teas");
		await().atMost(Instance.SOON).until(() -> watches().history("teas").size() > before);
		assertThat(watches().history("teas").get(0).outcome()).isEqualTo(outcome);
	}

	private static Scenario scenario(String price) {
		return Scenario.completed(List.of(Map.of("sku", "T1", "price", new BigDecimal(price))));
	}

	private static Watches watches() {
		return instance.bean(Watches.class);
	}

	private static WatchListeners listeners() {
		return instance.bean(WatchListeners.class);
	}

	record Tea(String sku, BigDecimal price) {

	}

	static class WatchListeners {

		private final List<WatchChangedEvent> changed = new CopyOnWriteArrayList<>();

		private final List<WatchDriftedEvent> drifted = new CopyOnWriteArrayList<>();

		private final List<TinyFishRunEvent> others = new CopyOnWriteArrayList<>();

		private final JdbcClient jdbc;

		private volatile boolean fails;

		private volatile boolean failsBeforeCommit;

		WatchListeners(JdbcClient jdbc) {
			this.jdbc = jdbc;
		}

		@EventListener
		void on(WatchChangedEvent event) {
			this.changed.add(event);
			this.jdbc.sql("insert into tinyfish_pause (name) values ('written " + this.changed.size() + "')").update();
			if (this.fails) {
				throw new IllegalStateException("thrown on purpose");
			}
		}

		@TransactionalEventListener(phase = TransactionPhase.BEFORE_COMMIT)
		void beforeCommit(WatchChangedEvent event) {
			if (this.failsBeforeCommit) {
				throw new IllegalStateException("thrown on purpose");
			}
		}

		@EventListener
		void on(WatchDriftedEvent event) {
			this.drifted.add(event);
		}

		@EventListener
		void on(TinyFishRunEvent event) {
			this.others.add(event);
		}

	}

}
