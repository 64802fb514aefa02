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

package ai.tinyfish.simulator.internal.server;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

import ai.tinyfish.simulator.Fault;
import ai.tinyfish.simulator.FaultPoint;
import ai.tinyfish.simulator.Scenario;
import ai.tinyfish.simulator.SimulatedRun;
import ai.tinyfish.simulator.TinyFishSimulator;
import ai.tinyfish.simulator.testing.Api;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

class BatchCancelTests {

	private static final String PATH = "/v1/runs/batch/cancel";

	@AutoClose
	private TinyFishSimulator simulator;

	private Api api;

	@BeforeEach
	void start() {
		this.simulator = TinyFishSimulator.builder().pace(Duration.ofHours(1)).start();
		this.simulator.given("quick", Scenario.builder().pace(Duration.ZERO).result("done").build());
		this.api = new Api(this.simulator);
	}

	@Test
	void eachRunIsAnsweredForInTheOrderAskedFor() {
		String running = this.api.queue("stay");
		String done = this.api.queue("quick");
		await().until(() -> this.simulator.journal().outcome(done) != null);
		Api.Reply reply = cancel(done, "unknown", running, done);
		assertThat(reply.status()).isEqualTo(200);
		assertThat(reply.body()).containsOnlyKeys("results", "not_found")
			.containsEntry("not_found", List.of("unknown"));
		assertThat(reply.list("results")).hasSize(2);
		assertThat(reply.list("results").get(0)).containsEntry("run_id", done)
			.containsEntry("status", "COMPLETED")
			.containsEntry("cancelled_at", null)
			.containsEntry("message", "Run already finished");
		assertThat(reply.list("results").get(1)).containsEntry("run_id", running)
			.containsEntry("status", "CANCELLED")
			.containsEntry("message", null)
			.hasEntrySatisfying("cancelled_at", (at) -> assertThat(at).isNotNull());
		assertThat(this.simulator.journal().outcome(running)).isEqualTo(SimulatedRun.Status.CANCELLED);
		assertThat(this.simulator.journal().cancels(running)).hasSize(1);
	}

	@Test
	void mayBeRepeated() {
		String id = this.api.queue("stay");
		cancel(id);
		Api.Reply again = cancel(id);
		assertThat(again.list("results").get(0)).containsEntry("status", "CANCELLED")
			.containsEntry("message", "Run already cancelled");
		assertThat(again.body()).containsEntry("not_found", null);
	}

	@Test
	void runOfAWaitingCallCannotBeCancelled() {
		CompletableFuture<?> waiting = this.api.postAsync("/v1/automation/run", Api.submission("stay"));
		await().until(() -> this.simulator.journal().runsCreated() == 1);
		String id = this.simulator.journal().runs().get(0).id();
		assertThat(cancel(id).body()).containsEntry("results", List.of()).containsEntry("not_found", List.of(id));
		assertThat(this.simulator.journal().outcome(id)).isNull();
		assertThat(waiting).isNotDone();
	}

	@Test
	void hundredIdsAreTheMost() {
		assertThat(cancel(ids(100)).status()).isEqualTo(200);
		Api.Reply reply = cancel(ids(101));
		assertThat(reply.status()).isEqualTo(400);
		assertThat(reply.wrongFields()).containsExactly("run_ids");
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "[]", "{}", "{\"run_ids\": []}", "{\"run_ids\": \"a\"}", "{\"run_ids\": [1]}" })
	void wrongBodyIsRefused(String body) {
		Api.Reply reply = this.api.post(PATH, body);
		assertThat(reply.status()).isEqualTo(400);
		assertThat(reply.errorCode()).isEqualTo("INVALID_INPUT");
	}

	@Test
	void lostAnswerHasCancelledNothing() {
		String id = this.api.queue("stay");
		this.simulator.fault(FaultPoint.answerOf("POST " + PATH), Fault.badGateway(), 1);
		assertThat(cancel(id).status()).isEqualTo(502);
		assertThat(this.simulator.journal().outcome(id)).isNull();
		assertThat(cancel(id).list("results")).hasSize(1);
	}

	private Api.Reply cancel(String... ids) {
		return this.api.post(PATH, Api.batch(ids));
	}

	private static String[] ids(int count) {
		return IntStream.range(0, count).mapToObj((i) -> "id-" + i).toArray(String[]::new);
	}

}
