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

import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

import ai.tinyfish.simulator.TinyFishSimulator;
import ai.tinyfish.simulator.TinyFishSimulatorBuilder;
import ai.tinyfish.simulator.testing.Api;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

class BatchGetTests {

	private static final String PATH = "/v1/runs/batch";

	@AutoClose
	private TinyFishSimulator simulator;

	private Api api;

	@Test
	void fullRunsComeInTheOrderAskedFor() {
		start(TinyFishSimulator.builder().pace(Duration.ZERO));
		String first = this.api.queue("Look");
		String second = this.api.queue("[fail]");
		await().until(() -> this.simulator.journal().outcome(first) != null
				&& this.simulator.journal().outcome(second) != null);
		Api.Reply reply = get(second, first, second);
		assertThat(reply.status()).isEqualTo(200);
		assertThat(reply.body()).containsOnlyKeys("data", "not_found").containsEntry("not_found", null);
		List<Map<String, Object>> data = reply.list("data");
		assertThat(data).extracting((run) -> run.get("run_id")).containsExactly(second, first);
		assertThat(data.get(0)).isEqualTo(this.api.get("/v1/runs/" + second).body());
		assertThat(data.get(1)).isEqualTo(this.api.get("/v1/runs/" + first).body()).containsKey("steps");
		assertThat(this.simulator.journal().requests("POST /v1/runs/batch")).isEqualTo(1);
	}

	@Test
	void unknownRunsAreNamed() {
		start(TinyFishSimulator.builder().queueDelay(Duration.ofHours(1)));
		String id = this.api.queue("Look");
		Api.Reply reply = get("unknown", id, "no-one");
		assertThat(reply.list("data")).extracting((run) -> run.get("status")).containsExactly("PENDING");
		assertThat(reply.body()).containsEntry("not_found", List.of("unknown", "no-one"));
		assertThat(get("unknown").body()).containsEntry("data", List.of())
			.containsEntry("not_found", List.of("unknown"));
	}

	@Test
	void hundredIdsAreTheMost() {
		start(TinyFishSimulator.builder());
		assertThat(get(ids(100)).list("data")).isEmpty();
		Api.Reply reply = get(ids(101));
		assertThat(reply.status()).isEqualTo(400);
		assertThat(reply.errorCode()).isEqualTo("INVALID_INPUT");
		assertThat(details(reply)).singleElement()
			.satisfies((detail) -> assertThat(detail).containsEntry("code", "too_big")
				.containsEntry("path", List.of("run_ids")));
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "[]", "{", "{}", "{\"run_ids\": null}", "{\"run_ids\": \"a\"}", "{\"run_ids\": []}",
			"{\"run_ids\": [1]}", "{\"run_ids\": [\"a\", null]}", "{\"run_ids\": [\"\"]}" })
	void wrongBodyIsRefused(String body) {
		start(TinyFishSimulator.builder());
		Api.Reply reply = this.api.post(PATH, body);
		assertThat(reply.status()).isEqualTo(400);
		assertThat(reply.errorCode()).isEqualTo("INVALID_INPUT");
	}

	@Test
	void wrongItemIsPointedAt() {
		start(TinyFishSimulator.builder());
		assertThat(details(this.api.post(PATH, "{\"run_ids\": [\"a\", 2]}"))).singleElement()
			.satisfies((detail) -> assertThat(detail).containsEntry("path", List.of("run_ids", 1)));
	}

	@Test
	void serviceCanBeOneThatDoesNotKnowTheCall() {
		start(TinyFishSimulator.builder().batchGet(false).pace(Duration.ZERO));
		String id = this.api.queue("Look");
		Api.Reply reply = get(id);
		assertThat(reply.status()).isEqualTo(404);
		assertThat(reply.errorCode()).isEqualTo("NOT_FOUND");
		assertThat(this.api.get("/v1/runs/" + id).status()).isEqualTo(200);
		assertThat(this.simulator.journal().requests("POST /v1/runs/batch")).isEqualTo(1);
	}

	@Test
	void keyIsChecked() {
		start(TinyFishSimulator.builder());
		Api.Reply reply = this.api
			.send(this.api.withoutKey(PATH).POST(BodyPublishers.ofString("{\"run_ids\": [\"a\"]}")));
		assertThat(reply.status()).isEqualTo(401);
	}

	private void start(TinyFishSimulatorBuilder builder) {
		this.simulator = builder.start();
		this.api = new Api(this.simulator);
	}

	private Api.Reply get(String... ids) {
		return this.api.post(PATH, Api.batch(ids));
	}

	private static String[] ids(int count) {
		return IntStream.range(0, count).mapToObj((i) -> "id-" + i).toArray(String[]::new);
	}

	@SuppressWarnings("unchecked")
	private static List<Map<String, Object>> details(Api.Reply reply) {
		return (List<Map<String, Object>>) reply.object("error").get("details");
	}

}
