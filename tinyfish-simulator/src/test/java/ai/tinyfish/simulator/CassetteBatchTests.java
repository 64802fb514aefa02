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
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

import ai.tinyfish.simulator.testing.Api;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Recording and replay of the runs of one call.
 */
class CassetteBatchTests {

	private static final String REQUEST = "{\"url\": \"https://shop.example/phones\", \"goal\": \"Find the price\"}";

	private static final String PRICE = "{\"request\": " + REQUEST
			+ ", \"status\": \"COMPLETED\", \"result\": 640, \"steps\": []}";

	@TempDir
	private Path directory;

	@AutoClose
	private TinyFishSimulator simulator;

	private Api api;

	/**
	 * A response that refuses the call would say that no run has begun, so that they
	 * would be submitted, and paid for, again.
	 */
	@Test
	void refusalOfARunOfABatchIsTheFailureOfThisRunIfAnotherHasBegun() throws IOException {
		AtomicInteger recorded = new AtomicInteger();
		String refusal = "{\"request\": " + REQUEST
				+ ", \"refusal\": {\"status\": 429, \"code\": \"RATE_LIMIT_EXCEEDED\", \"message\": \"Later\"}}";
		record((apiKey, body, request) -> {
			boolean refused = recorded.getAndIncrement() == 1;
			return new CassetteRecorder.Recording(
					refused ? new CompletableFuture<>() : CompletableFuture.completedFuture(""),
					CompletableFuture.completedFuture(refused ? refusal : PRICE), () -> {
					});
		});
		for (int i = 0; i < 2; i++) {
			assertThat(this.api.post("/v1/automation/run-batch", batch(3)).status()).isEqualTo(200);
			await().untilAsserted(() -> assertThat(this.simulator.journal().runs()).extracting(SimulatedRun::status)
				.containsExactly(SimulatedRun.Status.COMPLETED, SimulatedRun.Status.FAILED,
						SimulatedRun.Status.COMPLETED));
			assertThat(this.api.get("/v1/runs/" + this.simulator.journal().runs().get(1).id()).object("error"))
				.containsEntry("code", "RATE_LIMIT_EXCEEDED")
				.containsEntry("message", "Later");
			assertThat(recorded).hasValue(3);
			// the same when it is replayed
			replay(PRICE, refusal, PRICE);
		}
	}

	@Test
	void runsOfABatchBeginTogether() throws IOException {
		List<CompletableFuture<String>> accepted = new CopyOnWriteArrayList<>();
		record((apiKey, body, request) -> {
			accepted.add(new CompletableFuture<>());
			return new CassetteRecorder.Recording(accepted.get(accepted.size() - 1), new CompletableFuture<>(), () -> {
			});
		});
		CompletableFuture<?> reply = this.api.postAsync("/v1/automation/run-batch", batch(100));
		await().until(() -> accepted.size() == 100);
		for (int i = 99; i >= 0; i--) {
			assertThat(this.simulator.journal().runsCreated()).isZero();
			accepted.get(i).complete("");
		}
		assertThat(reply).succeedsWithin(Duration.ofSeconds(10));
		assertThat(this.simulator.journal().runsCreated()).isEqualTo(100);
	}

	private static String batch(int runs) {
		return "{\"runs\": [" + String.join(", ", Collections.nCopies(runs, REQUEST)) + "]}";
	}

	private void replay(String... runs) throws IOException {
		Files.writeString(file(), "{\"version\": 1, \"runs\": [" + String.join(", ", runs) + "]}");
		start(TinyFishSimulator.builder().cassette(file()));
	}

	private void record(CassetteRecorder recorder) {
		start(TinyFishSimulator.builder().cassette(file(), (fields) -> {
		}, recorder));
	}

	private Path file() {
		return this.directory.resolve("prices.json");
	}

	private void start(TinyFishSimulatorBuilder builder) {
		if (this.simulator != null) {
			this.simulator.close();
		}
		this.simulator = builder.pace(Duration.ZERO).start();
		this.api = new Api(this.simulator);
	}

}
