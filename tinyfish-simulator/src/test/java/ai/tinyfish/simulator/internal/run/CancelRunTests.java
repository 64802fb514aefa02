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
import java.util.Map;
import java.util.concurrent.CompletableFuture;

import ai.tinyfish.simulator.SimulatedRun;
import ai.tinyfish.simulator.TinyFishSimulator;
import ai.tinyfish.simulator.TinyFishSimulatorBuilder;
import ai.tinyfish.simulator.testing.Api;
import ai.tinyfish.simulator.testing.RawStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

class CancelRunTests {

	private static final Duration NEVER = Duration.ofHours(1);

	@AutoClose
	private TinyFishSimulator simulator;

	private Api api;

	@Test
	void runningRunIsCancelledOnce() {
		start(TinyFishSimulator.builder().pace(NEVER));
		String id = this.api.queue("Look");
		await().until(() -> run(id).status() == SimulatedRun.Status.RUNNING);
		Api.Reply first = cancel(id);
		assertThat(first.status()).isEqualTo(200);
		assertThat(first.body()).containsOnlyKeys("run_id", "status", "cancelled_at", "message")
			.containsEntry("run_id", id)
			.containsEntry("status", "CANCELLED")
			.containsEntry("cancelled_at", run(id).finishedAt().toString())
			.containsEntry("message", null);
		Api.Reply second = cancel(id);
		assertThat(second.status()).isEqualTo(200);
		assertThat(second.body()).containsEntry("status", "CANCELLED")
			.containsEntry("cancelled_at", first.body().get("cancelled_at"))
			.containsEntry("message", "Run already cancelled");
	}

	@Test
	void pendingRunIsCancelledAndNeverBegins() {
		start(TinyFishSimulator.builder().queueDelay(Duration.ofSeconds(2)).pace(Duration.ZERO));
		String id = this.api.queue("Look");
		assertThat(cancel(id).body()).containsEntry("status", "CANCELLED").containsEntry("message", null);
		String later = this.api.queue("Look");
		await().until(() -> run(later).status() == SimulatedRun.Status.COMPLETED);
		assertThat(run(id).status()).isEqualTo(SimulatedRun.Status.CANCELLED);
		Api.Reply reply = this.api.get("/v1/runs/" + id);
		assertThat(reply.body()).containsEntry("started_at", null).containsEntry("num_of_steps", 0);
	}

	@ParameterizedTest
	@CsvSource({ "Look, COMPLETED", "[fail], FAILED" })
	void endedRunKeepsItsEnding(String goal, SimulatedRun.Status ending) {
		start(TinyFishSimulator.builder().pace(Duration.ZERO));
		String id = this.api.queue(goal);
		await().until(() -> run(id).status() == ending);
		Api.Reply reply = cancel(id);
		assertThat(reply.status()).isEqualTo(200);
		assertThat(reply.body()).containsEntry("status", ending.name())
			.containsEntry("cancelled_at", null)
			.containsEntry("message", "Run already finished");
		assertThat(run(id).status()).isEqualTo(ending);
	}

	@Test
	void streamOfACancelledRunCompletesAsCancelled() throws IOException {
		start(TinyFishSimulator.builder().pace(NEVER));
		try (RawStream stream = RawStream.open(this.simulator, "Look")) {
			String id = (String) stream.next("STARTED").get("run_id");
			cancel(id);
			Map<String, Object> complete = stream.next("COMPLETE");
			assertThat(complete).containsEntry("run_id", id)
				.containsEntry("status", "CANCELLED")
				.containsEntry("result", null)
				.doesNotContainKey("error");
			assertThat(stream.next()).isNull();
		}
		assertThat(this.simulator.journal().droppedStreams()).isZero();
	}

	@Test
	void runThatIsWaitedForCannotBeCancelled() {
		start(TinyFishSimulator.builder().pace(NEVER));
		CompletableFuture<?> waiting = this.api.postAsync("/v1/automation/run", Api.submission("Look"));
		await().until(() -> this.simulator.journal().runsCreated() == 1);
		String id = this.simulator.journal().runs().get(0).id();
		Api.Reply reply = cancel(id);
		assertThat(reply.status()).isEqualTo(404);
		assertThat(reply.errorCode()).isEqualTo("NOT_FOUND");
		assertThat(waiting).isNotDone();
		assertThat(run(id).finishedAt()).isNull();
	}

	@Test
	void unknownRunIsNotFound() {
		start(TinyFishSimulator.builder());
		assertThat(cancel("unknown").status()).isEqualTo(404);
		assertThat(cancel("unknown").errorCode()).isEqualTo("NOT_FOUND");
	}

	private void start(TinyFishSimulatorBuilder builder) {
		this.simulator = builder.start();
		this.api = new Api(this.simulator);
	}

	private Api.Reply cancel(String id) {
		return this.api.post("/v1/runs/" + id + "/cancel");
	}

	private SimulatedRun run(String id) {
		return this.simulator.journal().run(id);
	}

}
