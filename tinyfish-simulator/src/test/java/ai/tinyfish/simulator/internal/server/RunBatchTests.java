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
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import ai.tinyfish.simulator.Fault;
import ai.tinyfish.simulator.FaultPoint;
import ai.tinyfish.simulator.Scenario;
import ai.tinyfish.simulator.SimulatedRun;
import ai.tinyfish.simulator.TinyFishSimulator;
import ai.tinyfish.simulator.testing.Api;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

class RunBatchTests {

	private static final String PATH = "/v1/automation/run-batch";

	@AutoClose
	private final TinyFishSimulator simulator = TinyFishSimulator.builder().pace(Duration.ZERO).start();

	private final Api api = new Api(this.simulator);

	@Test
	void allRunsAreCreatedInTheirOrder() {
		Api.Reply reply = batch(Api.submission("First"), Api.submission("Second [fail]"), Api.submission("First"));
		assertThat(reply.status()).isEqualTo(200);
		assertThat(reply.body()).containsOnlyKeys("run_ids", "error").containsEntry("error", null);
		List<String> ids = ids(reply);
		assertThat(ids).hasSize(3).doesNotHaveDuplicates();
		await().until(() -> ids.stream().allMatch((id) -> this.simulator.journal().outcome(id) != null));
		assertThat(this.simulator.journal().runs()).extracting(SimulatedRun::id).isEqualTo(ids);
		assertThat(this.simulator.journal().runs()).extracting(SimulatedRun::status)
			.containsExactly(SimulatedRun.Status.COMPLETED, SimulatedRun.Status.FAILED, SimulatedRun.Status.COMPLETED);
		assertThat(this.simulator.journal().runs())
			.allSatisfy((run) -> assertThat(run.request().endpoint()).isEqualTo("POST " + PATH));
		assertThat(this.simulator.journal().submissions("Second")).hasSize(1);
	}

	@Test
	void hundredRunsAreTheMost() {
		assertThat(ids(batch(runs(100)))).hasSize(100);
		Api.Reply reply = batch(runs(101));
		assertThat(reply.status()).isEqualTo(400);
		assertThat(reply.errorCode()).isEqualTo("INVALID_INPUT");
		assertThat(reply.wrongFields()).containsExactly("runs");
		assertThat(this.simulator.journal().runsCreated()).isEqualTo(100);
	}

	@Test
	void oneWrongRunKeepsAllFromBeingCreated() {
		Api.Reply reply = batch(Api.submission("Well"), "{\"url\": \"https://a.example\"}", Api.submission("Well"));
		assertThat(reply.status()).isEqualTo(400);
		assertThat(reply.wrongFields()).containsExactly("runs.1.goal");
		assertThat(this.simulator.journal().runsCreated()).isZero();
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			{}                                                              | runs
			{"runs": null}                                                  | runs
			{"runs": {}}                                                    | runs
			{"runs": []}                                                    | runs
			{"runs": ["x"]}                                                 | runs.0
			{"runs": [{R, "url": "x"}]}                                     | runs.0.url
			{"runs": [{R, "browser_profile": "fast"}]}                      | runs.0.browser_profile
			{"runs": [{R, "agent_config": {"max_steps": 501}}]}             | runs.0.agent_config.max_steps
			{"runs": [{R, "webhook_url": "http://hook.example"}]}           | runs.0.webhook_url
			{"runs": [{R, "output_schema": {"type": "object"}}]}            | runs.0.output_schema
			{"runs": [{R}], "output_schema": "x"}                           | output_schema
			{"runs": [{R}], "output_schema": {"oneOf": []}}                 | output_schema.oneOf
			""")
	void invalidFieldIsNamed(String body, String path) {
		Api.Reply reply = this.api.post(PATH,
				body.replace("{R", "{\"goal\": \"x\", \"url\": \"https://a.example\"").replace("\", }", "\"}"));
		assertThat(reply.status()).isEqualTo(400);
		assertThat(reply.errorCode()).isEqualTo("INVALID_INPUT");
		assertThat(reply.wrongFields()).containsExactly(path);
		assertThat(this.simulator.journal().runsCreated()).isZero();
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "[]", "{", "null" })
	void bodyWithoutAnObjectIsRefused(String body) {
		assertThat(this.api.post(PATH, body).status()).isEqualTo(400);
	}

	@Test
	void schemaBesideTheRunsHoldsForAll() {
		List<String> ids = ids(this.api.post(PATH, """
				{"runs": [%s, %s], "output_schema": {"type": "object", "properties": {"price": {"type": "number"}}}}"""
			.formatted(Api.submission("One"), Api.submission("Two [misfit]"))));
		await().until(() -> ids.stream().allMatch((id) -> this.simulator.journal().outcome(id) != null));
		assertThat(this.api.get("/v1/runs/" + ids.get(0)).object("schema_validation")).containsEntry("valid", true);
		assertThat(this.api.get("/v1/runs/" + ids.get(1)).object("schema_validation")).containsEntry("valid", false);
	}

	@Test
	void selectorThatThrowsKeepsAllFromBeingCreated() {
		this.simulator.given((request) -> {
			if (request.goal().equals("throw")) {
				throw new IllegalStateException("on purpose");
			}
			return null;
		});
		assertThat(batch(Api.submission("fine"), Api.submission("throw")).status()).isEqualTo(500);
		assertThat(this.simulator.journal().runsCreated()).isZero();
	}

	@Test
	void refusedBatchCreatesNoRunAndALostAnswerCreatesAll() {
		FaultPoint point = FaultPoint.answerOf("POST " + PATH);
		this.simulator.fault(point, Fault.refusal(403, "INSUFFICIENT_CREDITS", "Not enough for all"), 1);
		Api.Reply refused = batch(runs(2));
		assertThat(refused.status()).isEqualTo(403);
		assertThat(refused.errorCode()).isEqualTo("INSUFFICIENT_CREDITS");
		assertThat(this.simulator.journal().runsCreated()).isZero();
		this.simulator.fault(point, Fault.badGateway(), 1);
		assertThat(batch(runs(2)).status()).isEqualTo(502);
		assertThat(this.simulator.journal().runsCreated()).isEqualTo(2);
	}

	@Test
	void scenarioOfOneRunStrikesTheAnswerForAll() {
		this.simulator.given("struck",
				Scenario.builder().fault(FaultPoint.answerOf("POST " + PATH), Fault.answer(200, "application/json", """
						{"run_ids": null, "error": {"code": "INTERNAL_ERROR", "message": "Not now"}}""")).build());
		assertThat(batch(Api.submission("well"), Api.submission("struck")).body()).containsEntry("run_ids", null);
		assertThat(ids(batch(Api.submission("well")))).hasSize(1);
	}

	@Test
	void runOfABatchCanBeCancelled() {
		this.simulator.given("stay", Scenario.builder().neverEnds().build());
		String id = ids(batch(Api.submission("stay"))).get(0);
		assertThat(this.api.post("/v1/runs/" + id + "/cancel").body()).containsEntry("status", "CANCELLED");
	}

	private Api.Reply batch(String... runs) {
		return this.api.post(PATH, "{\"runs\": [" + String.join(", ", runs) + "]}");
	}

	private static String[] runs(int count) {
		return IntStream.range(0, count).mapToObj((i) -> Api.submission("Goal " + i)).toArray(String[]::new);
	}

	private static List<String> ids(Api.Reply reply) {
		assertThat(reply.status()).isEqualTo(200);
		List<?> ids = (List<?>) reply.body().get("run_ids");
		return ids.stream().map(Object::toString).collect(Collectors.toList());
	}

}
