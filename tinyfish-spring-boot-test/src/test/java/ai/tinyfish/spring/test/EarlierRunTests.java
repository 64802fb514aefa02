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

package ai.tinyfish.spring.test;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import ai.tinyfish.ReactiveTinyFishClient;
import ai.tinyfish.TinyFishClient;
import ai.tinyfish.simulator.TinyFishSimulator;
import ai.tinyfish.spring.boot.TinyFishWebClientCustomizer;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import reactor.core.publisher.Mono;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;

import static ai.tinyfish.spring.test.TinyFishAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * A test that ends while its runs are being submitted, and the test after it.
 */
@SpringBootTest(webEnvironment = WebEnvironment.NONE)
@AutoConfigureTinyFishSimulator
@TestMethodOrder(OrderAnnotation.class)
class EarlierRunTests {

	private static final int RUNS = 2;

	/** Counted down by each submission that is held. */
	private static final CountDownLatch held = new CountDownLatch(RUNS);

	/** Counted down by each of them that has been answered or given up. */
	private static final CountDownLatch over = new CountDownLatch(RUNS);

	private static final CompletableFuture<Void> letGo = new CompletableFuture<>();

	@Autowired
	TinyFishClient client;

	@Autowired
	ReactiveTinyFishClient reactiveClient;

	@Autowired
	TinyFishSimulator simulator;

	@Autowired
	RunEventRecorder recorder;

	@Test
	@Order(1)
	void testEndsBeforeItsRunsAreSent() throws InterruptedException {
		this.client.agent().start(SimulatorInContextTests.REQUEST);
		this.reactiveClient.agent().start(SimulatorInContextTests.REQUEST).subscribe((handle) -> {
		}, (failure) -> {
		});
		assertThat(held.await(30, TimeUnit.SECONDS)).isTrue();
		assertThat(this.simulator).hasStartedNoRuns();
	}

	@Test
	@Order(2)
	void runsOfTheTestBeforeDoNotReachTheNext() throws InterruptedException {
		letGo.complete(null);
		assertThat(over.await(30, TimeUnit.SECONDS)).isTrue();
		assertThat(this.simulator).hasStartedNoRuns().hasReceivedRequests("POST /v1/automation/run-sse", 0);
		assertThat(this.recorder.events()).isEmpty();
		this.client.agent().run(SimulatorInContextTests.REQUEST);
		this.reactiveClient.agent().run(SimulatorInContextTests.REQUEST).block(Duration.ofSeconds(30));
		assertThat(this.simulator).hasStartedRuns(RUNS);
	}

	@TestConfiguration(proxyBeanMethods = false)
	static class HeldSubmissions {

		@Bean
		TinyFishWebClientCustomizer hold() {
			return (builder) -> builder.filter((request, next) -> {
				if (!request.url().getPath().endsWith("/run-sse")) {
					return next.exchange(request);
				}
				held.countDown();
				return Mono.fromFuture(letGo, true)
					.then(Mono.defer(() -> next.exchange(request)))
					.doFinally((signal) -> over.countDown());
			});
		}

	}

}
