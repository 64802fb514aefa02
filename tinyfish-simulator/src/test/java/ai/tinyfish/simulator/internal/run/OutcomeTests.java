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

package ai.tinyfish.simulator.internal.run;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.Map;

import ai.tinyfish.simulator.Fault;
import ai.tinyfish.simulator.FaultPoint;
import ai.tinyfish.simulator.Scenario;
import ai.tinyfish.simulator.SimulatedRun;
import ai.tinyfish.simulator.TinyFishSimulator;
import ai.tinyfish.simulator.testing.Api;
import ai.tinyfish.simulator.testing.RawStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

class OutcomeTests {

	@AutoClose
	private final TinyFishSimulator simulator = TinyFishSimulator.builder().pace(Duration.ZERO).start();

	private final Api api = new Api(this.simulator);

	@Test
	void runIsCancelledElsewhere() throws IOException {
		this.simulator.given("gone", Scenario.builder().result("unused").cancelled().build());
		try (RawStream stream = RawStream.open(this.simulator, "gone")) {
			assertThat(stream.next("COMPLETE")).containsEntry("status", "CANCELLED").containsEntry("result", null);
		}
		String id = this.simulator.journal().runs().get(0).id();
		assertThat(this.api.get("/v1/runs/" + id).body()).containsEntry("status", "CANCELLED")
			.containsEntry("error", null);
		assertThat(this.simulator.journal().cancels(id)).isEmpty();
		assertThat(this.simulator.journal().outcome(id)).isEqualTo(SimulatedRun.Status.CANCELLED);
	}

	@Test
	void unpairedSurrogatesOfAScenarioAreEscaped() throws IOException {
		this.simulator.given("odd", Scenario.builder().steps("\ud83dx").result(Map.of("a", "\udca9x")).build());
		this.simulator.given("bad", Scenario.builder().fails("TASK_FAILED", "x\ud83d").build());
		try (RawStream stream = RawStream.open(this.simulator, "odd")) {
			assertThat(stream.next("PROGRESS")).containsEntry("purpose", "\ud83dx");
			assertThat(stream.next("COMPLETE")).containsEntry("result", Map.of("a", "\udca9x"));
		}
		assertThat(this.api.post("/v1/automation/run", Api.submission("bad")).object("error")).containsEntry("message",
				"x\ud83d");
	}

	@Test
	void runThatTakesNoTimeHasEndedWhenItsSubmissionIsAnswered() throws IOException {
		for (int i = 0; i < 50; i++) {
			String id = this.api.queue("quick");
			assertThat(this.simulator.journal().outcome(id)).isEqualTo(SimulatedRun.Status.COMPLETED);
			try (RawStream stream = RawStream.open(this.simulator, "quick")) {
				String streamed = (String) stream.next("STARTED").get("run_id");
				assertThat(this.simulator.journal().outcome(streamed)).isEqualTo(SimulatedRun.Status.COMPLETED);
			}
			assertThat(
					this.api.post("/v1/automation/run-batch", "{\"runs\": [" + Api.submission("quick") + "]}").status())
				.isEqualTo(200);
			assertThat(this.simulator.journal().runs()).allMatch((run) -> run.finishedAt() != null);
		}
	}

	@Test
	void runOfTheMostStepsTakesNoTimeEither() {
		this.simulator.given("many",
				Scenario.builder().steps(Collections.nCopies(RunScript.MAX_STEPS, "Step")).result("done").build());
		String body = "{\"url\": \"" + Api.URL + "\", \"goal\": \"many\", \"agent_config\": {\"max_steps\": 500}}";
		Api.Reply reply = this.api.post("/v1/automation/run-async", body);
		assertThat(this.simulator.journal().run(reply.text("run_id"))).isNotNull()
			.satisfies((run) -> assertThat(run.status()).isEqualTo(SimulatedRun.Status.COMPLETED))
			.satisfies((run) -> assertThat(run.stepsTaken()).isEqualTo(500));
	}

	@Test
	void runGoesOnUntilItIsCancelled() throws IOException {
		this.simulator.given("endless", Scenario.builder().steps("One", "Two").neverEnds().build());
		try (RawStream stream = RawStream.open(this.simulator, "endless")) {
			String id = (String) stream.next("STARTED").get("run_id");
			stream.next("PROGRESS");
			stream.next("PROGRESS");
			String later = this.api.queue("quick");
			await().until(() -> this.simulator.journal().outcome(later) != null);
			assertThat(this.simulator.journal().outcome(id)).isNull();
			assertThat(this.api.post("/v1/runs/" + id + "/cancel").status()).isEqualTo(200);
			assertThat(stream.next()).containsEntry("type", "COMPLETE").containsEntry("status", "CANCELLED");
			assertThat(this.simulator.journal().cancels(id)).hasSize(1);
		}
	}

	@Test
	void endingTakesItsTime() {
		Duration time = Duration.ofMillis(300);
		this.simulator.given("late",
				Scenario.builder().steps("One", "Two").endsAfter(time).fails("OOPS", "No").build());
		String id = this.api.queue("late");
		await().until(() -> this.simulator.journal().outcome(id) != null);
		SimulatedRun run = this.simulator.journal().run(id);
		assertThat(run.status()).isEqualTo(SimulatedRun.Status.FAILED);
		// times are cut to whole milliseconds
		assertThat(Duration.between(run.startedAt(), run.finishedAt())).isGreaterThanOrEqualTo(time.minusMillis(1));
	}

	@Test
	void recordOfARunIsLate() throws IOException {
		this.simulator.given("late",
				Scenario.builder().result("done").recordedAfter(Duration.ofHours(1)).build().toBuilder().build());
		String id;
		try (RawStream stream = RawStream.open(this.simulator, "late")) {
			id = (String) stream.next("COMPLETE").get("run_id");
		}
		assertThat(this.simulator.journal().outcome(id)).isEqualTo(SimulatedRun.Status.COMPLETED);
		assertThat(this.api.get("/v1/runs/" + id).body()).containsEntry("status", "RUNNING")
			.containsEntry("finished_at", null)
			.containsEntry("result", null);
		assertThat(this.api.post("/v1/runs/batch", Api.batch(id)).list("data")).singleElement()
			.satisfies((run) -> assertThat(run).containsEntry("status", "RUNNING"));
		assertThat(this.api.get("/v1/runs?status=COMPLETED").list("data")).isEmpty();
		assertThat(this.api.get("/v1/runs?status=RUNNING").list("data")).hasSize(1);
	}

	@Test
	void lateRecordComesInTheEnd() {
		this.simulator.given("late", Scenario.builder().result("done").recordedAfter(Duration.ofMillis(100)).build());
		String id = this.api.queue("late");
		await()
			.untilAsserted(() -> assertThat(this.api.get("/v1/runs/" + id).body()).containsEntry("status", "COMPLETED")
				.containsEntry("result", "done"));
		Instant finished = this.simulator.journal().run(id).finishedAt();
		// times are cut to whole milliseconds
		assertThat(Duration.between(finished, Instant.now())).isGreaterThanOrEqualTo(Duration.ofMillis(99));
	}

	@Test
	void impossibleEndingsAreRefused() {
		assertThatIllegalArgumentException().isThrownBy(() -> Scenario.builder().recordedAfter(Duration.ofMillis(-1)));
		assertThatIllegalArgumentException().isThrownBy(() -> Scenario.builder().endsAfter(Duration.ofMillis(-1)));
		assertThatIllegalArgumentException().isThrownBy(() -> Scenario.builder().unknownAtFirst(-1));
	}

	@Test
	void derivedScenarioKeepsEndingAndFaults() throws IOException {
		Scenario base = Scenario.builder().cancelled().fault(FaultPoint.afterEvent(1), Fault.endOfStream()).build();
		this.simulator.given("derived", base.toBuilder().steps("One", "Two", "Three").build());
		try (RawStream stream = RawStream.open(this.simulator, "derived")) {
			assertThat(stream.all()).hasSize(1);
		}
		await().until(() -> this.simulator.journal().runs(SimulatedRun.Status.CANCELLED).size() == 1);
		assertThat(base.toString()).isEqualTo("Scenario[1 steps, CANCELLED]");
		assertThat(Scenario.builder().neverEnds().build().toString()).isEqualTo("Scenario[1 steps, never ends]");
		assertThat(Scenario.failed("OOPS", "No").toString()).isEqualTo("Scenario[1 steps, FAILED with OOPS]");
	}

}
