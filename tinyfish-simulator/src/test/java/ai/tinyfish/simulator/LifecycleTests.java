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
import java.net.ConnectException;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

import ai.tinyfish.simulator.testing.Api;
import ai.tinyfish.simulator.testing.RawStream;
import ai.tinyfish.simulator.testing.Threads;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

class LifecycleTests {

	private static final Duration NEVER = Duration.ofHours(1);

	@Test
	void startUsesAFreePortAndTheDefaultKey() {
		try (TinyFishSimulator simulator = TinyFishSimulator.start()) {
			assertThat(simulator.port()).isPositive();
			assertThat(simulator.baseUrl()).isEqualTo("http://127.0.0.1:" + simulator.port());
			assertThat(simulator.apiKey()).isEqualTo(TinyFishSimulator.DEFAULT_API_KEY);
			assertThat(new Api(simulator).get("/v1/runs").status()).isEqualTo(200);
		}
	}

	@Test
	void closeEndsThreadsSocketsAndWaitingCalls() throws IOException {
		TinyFishSimulator simulator = TinyFishSimulator.builder().pace(NEVER).heartbeat(NEVER).start();
		int port = simulator.port();
		CompletableFuture<?> waiting = new Api(simulator).postAsync("/v1/automation/run", Api.submission("Look"));
		try (RawStream stream = RawStream.open(simulator, "Watch")) {
			stream.next("STREAMING_URL");
			await().until(() -> simulator.journal().runsCreated() == 2);
			long began = System.nanoTime();
			simulator.close();
			assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(10));
			assertThat(stream.all()).isEmpty();
		}
		await().until(waiting::isCompletedExceptionally);
		await().untilAsserted(() -> assertThat(Threads.ofSimulators()).isEmpty());
		assertThatExceptionOfType(ConnectException.class).isThrownBy(() -> new Socket("127.0.0.1", port).close());
	}

	@Test
	void closingTwiceDoesNothing() {
		TinyFishSimulator simulator = TinyFishSimulator.start();
		simulator.close();
		simulator.close();
		assertThat(simulator.journal().openStreams()).isZero();
	}

	@Test
	void portCanBeHadAgainAfterClose() {
		TinyFishSimulator first = TinyFishSimulator.start();
		int port = first.port();
		new Api(first).get("/v1/runs");
		first.close();
		try (TinyFishSimulator second = TinyFishSimulator.builder().port(port).start()) {
			assertThat(second.port()).isEqualTo(port);
		}
	}

	@Test
	void portInUseIsReportedAndLeavesNoThread() {
		try (TinyFishSimulator first = TinyFishSimulator.start()) {
			int before = Threads.ofSimulators().size();
			assertThatIllegalStateException().isThrownBy(() -> TinyFishSimulator.builder().port(first.port()).start())
				.withMessage("Cannot listen on 127.0.0.1:" + first.port());
			await().untilAsserted(() -> assertThat(Threads.ofSimulators()).hasSizeLessThanOrEqualTo(before));
		}
	}

	@Test
	void twoSimulatorsDoNotShareAnything() {
		TinyFishSimulator one = TinyFishSimulator.builder().apiKey("sk-one").start();
		try (TinyFishSimulator two = TinyFishSimulator.builder().apiKey("sk-two").start()) {
			String id = new Api(one).queue("Look");
			assertThat(new Api(two).get("/v1/runs/" + id).status()).isEqualTo(404);
			assertThat(new Api(two).send(new Api(two).withoutKey("/v1/runs").header("X-API-Key", "sk-one")).status())
				.isEqualTo(401);
			one.close();
			assertThat(new Api(two).get("/v1/runs").status()).isEqualTo(200);
		}
		finally {
			one.close();
		}
	}

	@Test
	void keyIsNotPartOfAnyText() {
		try (TinyFishSimulator simulator = TinyFishSimulator.builder().apiKey("sk-secret").start()) {
			assertThat(simulator.toString()).doesNotContain("sk-secret").contains(simulator.baseUrl());
		}
		assertThatIllegalArgumentException().isThrownBy(() -> TinyFishSimulator.builder().apiKey("sk secret"))
			.withMessageNotContaining("secret");
	}

	@Test
	void impossibleSettingsAreRefused() {
		TinyFishSimulatorBuilder builder = TinyFishSimulator.builder();
		assertThatIllegalArgumentException().isThrownBy(() -> builder.port(70_000));
		assertThatIllegalArgumentException().isThrownBy(() -> builder.apiKey(""));
		assertThatIllegalArgumentException().isThrownBy(() -> builder.pace(Duration.ofMillis(-1)));
		assertThatIllegalArgumentException().isThrownBy(() -> builder.heartbeat(Duration.ZERO));
		assertThatIllegalArgumentException().isThrownBy(() -> builder.queueDelay(Duration.ofMillis(-1)));
		assertThatIllegalArgumentException().isThrownBy(() -> builder.failedRunStatus(404));
		assertThatIllegalArgumentException().isThrownBy(() -> builder.maxRuns(0));
	}

}
