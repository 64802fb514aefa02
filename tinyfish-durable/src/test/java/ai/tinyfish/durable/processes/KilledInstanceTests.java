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

package ai.tinyfish.durable.processes;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import ai.tinyfish.durable.processes.Processes.InstanceProcess;
import ai.tinyfish.durable.processes.SharedDatabase.Lock;
import ai.tinyfish.durable.testing.DatabaseKind;
import ai.tinyfish.durable.testing.Instance;
import ai.tinyfish.simulator.Fault;
import ai.tinyfish.simulator.FaultPoint;
import ai.tinyfish.simulator.Scenario;
import ai.tinyfish.simulator.SimulatorJournal;
import ai.tinyfish.simulator.TinyFishSimulator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * An instance that is killed as by {@code kill -9} while it holds many runs, each at
 * another step, and an instance that takes them over. It is the table "If an instance is
 * killed" in {@code docs/durable.md}.
 */
@Tag("processes")
class KilledInstanceTests {

	private static final String BATCH_GET = "POST /v1/runs/batch";

	/** Takeover after 31 seconds, then the decision about runs that were being sent. */
	private static final Duration TAKEN_OVER = Duration.ofMinutes(4);

	private static final int MAX_SWEEPS = 20;

	@RegisterExtension
	final Processes processes = new Processes();

	private static final List<String> SETTLED = List.of("in-post", "before-stored", "together-1", "together-2",
			"together-3", "in-part-1", "in-part-2", "in-part-3");

	private TinyFishSimulator simulator;

	private SharedDatabase database;

	private InstanceProcess victim;

	@ParameterizedTest
	@EnumSource(DatabaseKind.class)
	void runsGoOnFromWhereverTheirInstanceWasKilled(DatabaseKind kind) {
		try (TinyFishSimulator service = TinyFishSimulator.builder().pace(Duration.ZERO).start();
				SharedDatabase shared = new SharedDatabase(kind)) {
			this.simulator = service;
			this.database = shared;
			this.victim = this.processes.start("killed-" + kind,
					Instance.properties(shared.properties(), service, "tinyfish.durable.interval=1s",
							"tinyfish.durable.threads=40", "spring.datasource.hikari.maximum-pool-size=90",
							"tinyfish.durable.send-timeout=10m"));
			inTheCallersTransaction();
			beforeTheClaim();
			whileItIsSent();
			whileABatchIsSent();
			whileAnOutcomeIsHandedOver();
			whileRunsArePolled();
			assertThat(this.victim.isAlive()).isTrue();
			this.victim.kill();
			this.simulator.clearFaults();
			this.database.releaseAll();
			try (Instance survivor = Instance.start(
					Instance.properties(shared.properties(), service, "tinyfish.durable.send-timeout=1s"),
					List.of(ProcessApplication.class))) {
				await().atMost(TAKEN_OVER).untilAsserted(() -> allIsDecided(survivor));
			}
			nothingWasSentTwice();
			eachOutcomeWasHandedOver();
		}
	}

	private void inTheCallersTransaction() {
		Lock commit = this.database.hold("caller:before-commit");
		submit("", "before-commit");
		commit.awaitWaiting();
	}

	private void beforeTheClaim() {
		Lock held = this.database.hold("secret:before-claim");
		submit("", "before-claim");
		held.awaitWaiting();
		Lock ready = this.database.hold("ready:before-post");
		submit("", "before-post");
		ready.awaitWaiting();
		Lock key = this.database.hold("key:before-key");
		submit("before-key", "before-key");
		key.awaitWaiting();
		assertThat(this.database.state("before-claim")).isEqualTo("ACCEPTED");
		assertThat(this.database.state("before-key")).isEqualTo("ACCEPTED");
		assertThat(this.database.state("before-post")).isEqualTo("ACCEPTED");
	}

	private void whileItIsSent() {
		Lock claimed = this.database.hold("post:after-claim");
		submit("", "after-claim");
		claimed.awaitWaiting();
		this.simulator.given("in-post", Scenario.builder().fault(FaultPoint.runAsync(), Fault.silence()).build());
		submit("", "in-post");
		awaitSubmission("in-post");
		Lock beforeAnswer = this.database.hold("post:before-stored");
		submit("", "before-stored");
		beforeAnswer.awaitWaiting();
		Lock answer = this.database.lockRun("before-stored");
		beforeAnswer.release();
		answer.awaitWaiting();
		this.simulator.given("refused-to-listener",
				Scenario.builder()
					.fault(FaultPoint.runAsync(), Fault.refusal(400, "INVALID_INPUT", "Not allowed"))
					.build());
		Lock refusal = this.database.hold("listener:refused-to-listener");
		submit("", "refused-to-listener");
		refusal.awaitWaiting();
		for (String tag : List.of("after-claim", "in-post", "before-stored")) {
			assertThat(this.database.state(tag)).as(tag).isEqualTo("SENDING");
		}
		assertThat(this.database.state("refused-to-listener")).isEqualTo("UNDELIVERED");
	}

	private void whileABatchIsSent() {
		this.simulator.given("together",
				Scenario.builder()
					.fault(FaultPoint.answerOf("POST /v1/automation/run-batch"), Fault.silence())
					.build());
		this.victim.send("batch", "", "together", "3");
		awaitSubmission("together-1");
		Lock beforeAnswer = this.database.hold("post:in-part");
		this.simulator.given("in-part", endsAfter(Duration.ofSeconds(30)));
		this.victim.send("batch", "", "in-part", "3");
		beforeAnswer.awaitWaiting();
		Lock answer = this.database.lockRun("in-part-2");
		beforeAnswer.release();
		answer.awaitWaiting();
		// the ids of a batch are stored together
		assertThat(this.database.state("in-part-1")).isEqualTo("SENDING");
		assertThat(this.database.state("in-part-2")).isEqualTo("SENDING");
		assertThat(this.database.state("in-part-3")).isEqualTo("SENDING");
	}

	private void whileAnOutcomeIsHandedOver() {
		Lock listener = this.database.hold("listener:to-listener-2");
		this.victim.send("batch", "", "to-listener", "3");
		listener.awaitWaiting();
		this.database.awaitState("to-listener-1", "DONE");
		// a later sweep does not wait for the one that is held
		this.database.awaitState("to-listener-3", "DONE");
		Lock again = this.database.hold("listener:again-" + Outcomes.FAILS_ONCE);
		submit("", "again-" + Outcomes.FAILS_ONCE);
		again.awaitWaiting();
		assertThat(this.database.state("again-" + Outcomes.FAILS_ONCE)).isEqualTo("UNDELIVERED");
		Lock committed = this.database.hold("commit:after-commit");
		submit("", "after-commit");
		committed.awaitWaiting();
		assertThat(this.database.state("after-commit")).isEqualTo("DONE");
		assertThat(this.database.state("to-listener-2")).isEqualTo("RUNNING");
	}

	/**
	 * The last ones, since a lock of a task keeps the instance from saying that it is
	 * alive.
	 */
	private void whileRunsArePolled() {
		this.simulator.given("open", endsAfter(Duration.ofSeconds(40)));
		for (String account : List.of("open-planned", "open-polled", "open-sent")) {
			this.database.hold("key:" + account).release();
		}
		submit("open-planned", "open-planned");
		submit("open-polled", "open-polled");
		this.database.awaitState("open-planned", "RUNNING");
		this.database.awaitState("open-polled", "RUNNING");
		whilePlanning("open-planned");
		Lock sending = this.database.lock("select name from hold where name = ? for update", "key:open-sent");
		submit("open-sent", "open-sent");
		sending.awaitWaiting();
		Lock task = this.database.lock("select task_name from tinyfish_task where task_instance = ? for update",
				this.database.id("open-sent"));
		sending.release();
		task.awaitWaiting();
		this.database.awaitState("open-sent", "RUNNING");
		this.simulator.fault(FaultPoint.getRuns(), Fault.silence());
		long polls = this.simulator.journal().requests(BATCH_GET);
		await().atMost(SharedDatabase.SOON).until(() -> this.simulator.journal().requests(BATCH_GET) > polls);
		assertThat(this.database.state("open-polled")).isEqualTo("RUNNING");
	}

	/**
	 * Let a sweep wait that plans its first range.
	 */
	private void whilePlanning(String account) {
		String plan = account + "#";
		// scheduled after the id of the run is stored
		await().atMost(SharedDatabase.SOON)
			.until(() -> this.database.count("tinyfish_task where task_instance = ?", plan) == 1);
		Instant due = this.database.due("tinyfish-plan", plan);
		for (int sweep = 2; sweep < MAX_SWEEPS; sweep++) {
			Lock range = this.database.insert("""
					insert into tinyfish_task (task_name, task_instance, execution_time, picked, version)
					values ('tinyfish-poll', ?, current_timestamp, false, 1)""",
					account + "#" + due.plusSeconds(sweep).toEpochMilli() + "#0");
			await().atMost(SharedDatabase.SOON)
				.until(() -> range.isAwaited()
						|| this.database.due("tinyfish-plan", plan).isAfter(due.plusSeconds(MAX_SWEEPS)));
			if (range.isAwaited()) {
				return;
			}
			range.release();
		}
		throw new AssertionError("No sweep was caught while it was planned");
	}

	private void allIsDecided(Instance survivor) {
		for (String tag : List.of("before-claim", "before-post", "before-key", "to-listener-1", "to-listener-2",
				"to-listener-3", "again-" + Outcomes.FAILS_ONCE, "after-commit", "open-planned", "open-polled",
				"open-sent")) {
			assertThat(this.database.state(tag)).as(tag).isEqualTo("DONE");
		}
		// the service has one run with their goal
		for (String tag : SETTLED) {
			assertThat(this.database.state(tag)).as(tag).isEqualTo("DONE");
		}
		assertThat(this.database.state("after-claim")).isEqualTo("UNCERTAIN");
		assertThat(this.database.state("refused-to-listener")).isEqualTo("REFUSED");
		// only the tasks that are always there
		assertThat(survivor
			.count("tinyfish_task where task_name not in ('tinyfish-plan', 'tinyfish-tidy', 'tinyfish-watch')"))
			.isZero();
	}

	private void nothingWasSentTwice() {
		SimulatorJournal journal = this.simulator.journal();
		assertThat(this.database.count("tinyfish_run")).isEqualTo(21);
		assertThat(this.database.state("before-commit")).isEmpty();
		assertThat(submissions("before-commit")).isZero();
		assertThat(submissions("after-claim")).isZero();
		for (String tag : List.of("before-claim", "before-post", "before-key", "in-post", "before-stored",
				"refused-to-listener", "together-1", "in-part-1", "to-listener-1", "again-" + Outcomes.FAILS_ONCE,
				"after-commit", "open-planned", "open-polled", "open-sent")) {
			assertThat(submissions(tag)).as(tag).isEqualTo(1);
		}
		assertThat(journal.runsByGoal()).doesNotContainKeys("before-commit", "after-claim", "refused-to-listener")
			.hasSize(19)
			.allSatisfy((goal, runs) -> assertThat(runs).hasSize(1));
	}

	private void eachOutcomeWasHandedOver() {
		assertThat(this.database.count("tinyfish_run r join outcome o on o.id = r.id where r.state = 'DONE'"))
			.isEqualTo(19);
		assertThat(this.database.count("outcome")).isEqualTo(20);
		assertThat(this.database.count("tinyfish_run r join notice n on n.id = r.id where r.state = 'UNCERTAIN'"))
			.isEqualTo(1);
		assertThat(this.database.count("notice")).isEqualTo(1);
		// again only where the transaction of the listener was not committed
		Map<String, Long> again = Map.of("to-listener-2", 2L, "refused-to-listener", 2L, "again-" + Outcomes.FAILS_ONCE,
				3L);
		Stream
			.of("before-claim", "before-post", "before-key", "to-listener-1", "to-listener-2", "to-listener-3",
					"again-" + Outcomes.FAILS_ONCE, "after-commit", "open-planned", "open-polled", "open-sent",
					"refused-to-listener")
			.forEach((tag) -> assertThat(calls(tag, "listener")).as(tag).isEqualTo(again.getOrDefault(tag, 1L)));
		SETTLED.forEach((tag) -> assertThat(calls(tag, "listener")).as(tag).isEqualTo(1));
		assertThat(calls("after-commit", "commit")).isEqualTo(1);
		assertThat(calls("refused-to-listener", "commit")).isZero();
	}

	private long calls(String tag, String listener) {
		return this.database.count(
				"listener_call c join tinyfish_run r on r.id = c.id where r.tag = ? and listener = ?", tag, listener);
	}

	private void submit(String account, String goal) {
		this.victim.send("submit", account, goal);
	}

	private void awaitSubmission(String goal) {
		await().atMost(SharedDatabase.SOON).until(() -> submissions(goal) == 1);
	}

	private int submissions(String goal) {
		return this.simulator.journal().submissions("\"" + goal + "\"").size();
	}

	private static Scenario endsAfter(Duration time) {
		return Scenario.builder().endsAfter(time).build();
	}

}
