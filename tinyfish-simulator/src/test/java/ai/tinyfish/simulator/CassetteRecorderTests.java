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

package ai.tinyfish.simulator;

import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

import ai.tinyfish.simulator.testing.Api;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for the recorder of the runs that a cassette lacks.
 */
class CassetteRecorderTests extends AbstractCassetteTests {

	@Test
	void lackingRunIsWhatTheRecorderBrings() throws IOException {
		CompletableFuture<String> accepted = new CompletableFuture<>();
		CompletableFuture<String> entry = new CompletableFuture<>();
		AtomicReference<String> received = new AtomicReference<>();
		record((apiKey, body, request) -> {
			received.set(new String(body, StandardCharsets.UTF_8));
			return new CassetteRecorder.Recording(accepted, entry, () -> {
			});
		});
		String secret = REQUEST.replace("}", ", \"webhook_url\": \"https://hook.example/token\"}");
		CompletableFuture<?> reply = this.api.postAsync("/v1/automation/run-sse", secret);
		await().until(() -> received.get() != null);
		assertThat(Api.json(received.get())).containsEntry("webhook_url", "https://hook.example/token");
		assertThat(this.simulator.journal().runsCreated()).isZero();
		accepted.complete("");
		await().until(() -> this.simulator.journal().runs(SimulatedRun.Status.RUNNING).size() == 1);
		entry.complete(PRICE);
		assertThat(reply).succeedsWithin(Duration.ofSeconds(10)).asString().isNotEmpty();
		SimulatedRun run = this.simulator.journal().runs().get(0);
		assertThat(run.resultJson()).isEqualTo("{\"price\":640}");
		assertThat(run.stepsTaken()).isEqualTo(2);
	}

	@Test
	void recorderIsAskedForTheRunsThatTheFileLacks() throws IOException {
		write(PRICE);
		AtomicInteger recorded = new AtomicInteger();
		start(TinyFishSimulator.builder().cassette(file(), NO_FILTER, (apiKey, body, request) -> {
			recorded.incrementAndGet();
			return new CassetteRecorder.Recording(new CompletableFuture<>(),
					CompletableFuture.completedFuture(PRICE.replace("640", "650")), () -> {
					});
		}));
		assertThat(price()).isEqualTo(640);
		assertThat(recorded).hasValue(0);
		assertThat(price()).isEqualTo(650);
		assertThat(recorded).hasValue(1);
		write(PRICE, PRICE.replace("640", "650"));
		this.simulator.reset();
		assertThat(List.of(price(), price())).containsExactly(640, 650);
		assertThat(recorded).hasValue(1);
	}

	@Test
	void refusalOfARunThatIsRecordedIsItsResponse() throws IOException {
		CompletableFuture<String> entry = new CompletableFuture<>();
		record((apiKey, body, request) -> new CassetteRecorder.Recording(new CompletableFuture<>(), entry, () -> {
		}));
		entry.complete("{\"request\": " + REQUEST
				+ ", \"refusal\": {\"status\": 403, \"code\": \"FORBIDDEN\", \"message\": \"No\"}}");
		assertThat(post(REQUEST).status()).isEqualTo(403);
		assertThat(this.api.post("/v1/automation/run-batch", "{\"runs\": [" + REQUEST + "]}").errorCode())
			.isEqualTo("FORBIDDEN");
		assertThat(this.simulator.journal().runsCreated()).isZero();
	}

	@Test
	void recorderThatFailsFailsTheRun() throws IOException {
		CompletableFuture<String> accepted = new CompletableFuture<>();
		CompletableFuture<String> entry = new CompletableFuture<>();
		record((apiKey, body, request) -> new CassetteRecorder.Recording(accepted, entry, () -> {
		}));
		accepted.complete("");
		String id = this.api.post("/v1/automation/run-async", REQUEST).text("run_id");
		entry.completeExceptionally(new IllegalStateException("disk full"));
		await().until(() -> this.simulator.journal().outcome(id) == SimulatedRun.Status.FAILED);
		assertThat(this.api.get("/v1/runs/" + id).object("error")).containsEntry("code", "RECORDING_FAILED");
		assertThat(post(REQUEST).errorCode()).isEqualTo("RECORDING_FAILED");
	}

	@Test
	void recorderThatFailsBeforeTheRunBeganIsNotAskedAgainByRetries() throws IOException {
		record((apiKey, body, request) -> new CassetteRecorder.Recording(new CompletableFuture<>(),
				CompletableFuture.failedFuture(new IllegalStateException("disk full")), () -> {
				}));
		Api.Reply reply = post(REQUEST);
		assertThat(reply.body()).containsEntry("status", "FAILED").containsKey("run_id");
		assertThat(reply.object("error")).containsEntry("code", "RECORDING_FAILED");
	}

	@ParameterizedTest
	@ValueSource(strings = { "run", "run-batch" })
	void recorderLearnsTheKeyOfTheRun(String endpoint) throws IOException {
		AtomicReference<String> received = new AtomicReference<>();
		start(TinyFishSimulator.builder()
			.apiKeys("key-of-a", "key-of-b")
			.cassette(file(), NO_FILTER, (apiKey, body, request) -> {
				received.set(apiKey);
				return new CassetteRecorder.Recording(CompletableFuture.completedFuture(""),
						CompletableFuture.completedFuture(PRICE), () -> {
						});
			}));
		String body = endpoint.equals("run-batch") ? "{\"runs\": [" + REQUEST + "]}" : REQUEST;
		this.api.send(this.api.withoutKey("/v1/automation/" + endpoint)
			.header("X-API-Key", "key-of-b")
			.header("Content-Type", "application/json")
			.POST(BodyPublishers.ofString(body)));
		assertThat(received).hasValue("key-of-b");
	}

	@Test
	void cancelIsPassedOn() throws IOException {
		AtomicInteger cancels = new AtomicInteger();
		CompletableFuture<String> entry = new CompletableFuture<>();
		record((apiKey, body, request) -> new CassetteRecorder.Recording(CompletableFuture.completedFuture(""), entry,
				() -> {
					cancels.incrementAndGet();
					entry.complete(PRICE.replace("COMPLETED", "CANCELLED")
						.replace("\"result\"", "\"num_of_steps\": 7, \"old\""));
				}));
		String id = this.api.post("/v1/automation/run-async", REQUEST).text("run_id");
		this.api.post("/v1/runs/" + id + "/cancel");
		this.api.post("/v1/runs/" + id + "/cancel");
		assertThat(cancels).hasValue(1);
		assertThat(this.api.get("/v1/runs/" + id).body()).containsEntry("status", "CANCELLED")
			.containsEntry("num_of_steps", 7);
		this.api.post("/v1/automation/run-async", REQUEST);
		this.simulator.reset();
		assertThat(cancels).as("of a reset").hasValue(1);
	}

}
