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

package ai.tinyfish.browser;

import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;

import ai.tinyfish.ReactiveTinyFishClient;
import ai.tinyfish.TinyFishClient;
import ai.tinyfish.error.TinyFishApiException;
import ai.tinyfish.error.TinyFishServerException;
import ai.tinyfish.simulator.Fault;
import ai.tinyfish.simulator.FaultPoint;
import ai.tinyfish.simulator.TinyFishSimulator;
import ai.tinyfish.testing.Samples;
import ai.tinyfish.testing.Seeds;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Browser sessions under faults: only those are open at the end whose creation was
 * answered by nothing.
 */
class BrowserFaultTests {

	private static final FaultPoint CREATE = FaultPoint.answerOf("POST /v1/browser");

	private static final FaultPoint CLOSE = FaultPoint.answerOf("DELETE /v1/browser/{id}");

	private static final Fault REFUSED = Fault.refusal(502, "INTERNAL_ERROR", "Failed to terminate");

	private int lost;

	@ParameterizedTest
	@MethodSource(Seeds.ALL)
	void sessionsEndUnderFaults(long seed) {
		Random random = new Random(seed);
		// the faults of one session would meet what another has left under way
		try (TinyFishSimulator simulator = Samples.simulator().start();
				TinyFishSimulator racing = Samples.simulator().start()) {
			try (TinyFishClient client = Samples.client(simulator.baseUrl()).build();
					ReactiveTinyFishClient reactive = Samples.reactiveClient(simulator.baseUrl()).build();
					TinyFishClient racingClient = Samples.client(racing.baseUrl()).build();
					ReactiveTinyFishClient racingReactive = Samples.reactiveClient(racing.baseUrl()).build()) {
				for (int i = 0; i < 200; i++) {
					int kind = random.nextInt(9);
					if (kind == 5) {
						interrupted(random.nextInt(4_000_000), racingClient);
					}
					else if (kind == 6) {
						disposed(random.nextInt(4_000_000), racingReactive);
					}
					else {
						session(kind, random.nextBoolean(), simulator, client, reactive);
					}
					simulator.clearFaults();
				}
			}
			await(Seeds.describe(seed)).atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
				assertThat(simulator.journal().openBrowsers()).hasSize(this.lost);
				assertThat(racing.journal().openBrowsers()).isEmpty();
			});
			assertThat(simulator.journal().requests("POST /v1/browser")).isGreaterThan(100);
			assertThat(this.lost).isPositive();
		}
	}

	private void session(int kind, boolean other, TinyFishSimulator simulator, TinyFishClient client,
			ReactiveTinyFishClient reactive) {
		switch (kind) {
			case 0 -> client.browser().create().close();
			case 1 -> {
				simulator.fault(CREATE, other ? Fault.reset() : Fault.badGateway(), 1);
				this.lost++;
				assertThatExceptionOfType(TinyFishApiException.class).isThrownBy(() -> client.browser().create())
					.withMessageContaining("A session may be open");
			}
			case 2 -> {
				simulator.fault(CLOSE, other ? REFUSED : Fault.badGateway(), 2);
				client.browser().create().close();
			}
			case 3 -> {
				simulator.fault(CLOSE, REFUSED, 3);
				RemoteBrowser remote = client.browser().create();
				// the client ends it at the end
				assertThatExceptionOfType(TinyFishServerException.class).isThrownBy(remote::close)
					.withMessageContaining(remote.sessionId());
			}
			case 4 -> {
				simulator.fault(CLOSE, Fault.reset(), 1);
				RemoteBrowser remote = client.browser().create();
				Thread.currentThread().interrupt();
				remote.close();
				assertThat(Thread.interrupted()).isTrue();
			}
			case 7 -> {
				simulator.fault(CLOSE, REFUSED, 1);
				assertThat(reactive.browser()
					.use(BrowserSessionRequest.defaults(), (remote) -> Mono.just(remote.sessionId()))
					.collectList()
					.block(Duration.ofSeconds(20))).isNotEqualTo(List.of());
			}
			default -> {
				simulator.fault(CREATE, Fault.reset(), 1);
				this.lost++;
				assertThatExceptionOfType(TinyFishApiException.class)
					.isThrownBy(() -> reactive.browser()
						.use(BrowserSessionRequest.defaults(), (remote) -> Mono.never())
						.blockLast(Duration.ofSeconds(20)))
					.withMessageContaining("A session may be open");
			}
		}
	}

	private static void disposed(int nanos, ReactiveTinyFishClient reactive) {
		Disposable use = reactive.browser().use(BrowserSessionRequest.defaults(), (remote) -> Mono.never()).subscribe();
		LockSupport.parkNanos(nanos);
		use.dispose();
	}

	/**
	 * A thread that is interrupted while it creates, uses or closes.
	 */
	private static void interrupted(int nanos, TinyFishClient client) {
		Thread thread = new Thread(() -> {
			try (RemoteBrowser remote = client.browser().create()) {
				assertThat(remote.sessionId()).isNotBlank();
				LockSupport.parkNanos(1_000_000);
			}
			catch (TinyFishApiException ex) {
				// it was interrupted before there was one
			}
		});
		thread.start();
		LockSupport.parkNanos(nanos);
		thread.interrupt();
		await().until(() -> !thread.isAlive());
	}

}
