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

package ai.tinyfish.internal.interceptor;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

import ai.tinyfish.ReactiveTinyFishClient;
import ai.tinyfish.TinyFishClient;
import ai.tinyfish.agent.RunSubmission;
import ai.tinyfish.agent.TinyFishRunInterceptor;
import ai.tinyfish.run.AgentRun;
import ai.tinyfish.testing.BothClients;
import ai.tinyfish.testing.Samples;
import ai.tinyfish.testing.Soon;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.MDC;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * Tests for the threads on which interceptors are asked.
 */
@BothClients
class RunInterceptorThreadTests extends AbstractRunInterceptorTests {

	@Test
	void anInterceptorMayBlockWhereTheSubscriberMustNot() {
		List<String> asked = new CopyOnWriteArrayList<>();
		try (ReactiveTinyFishClient client = Samples.reactiveClient(this.simulator.baseUrl())
			.runInterceptor((submission) -> {
				asked.add(MDC.get("order") + (Schedulers.isInNonBlockingThread() ? " on the thread" : " on a worker"));
				return submission.request();
			})
			.build()) {
			Mono<AgentRun> run = Mono.defer(() -> {
				MDC.put("order", "order-42");
				return client.agent().run(Samples.request());
			});
			assertThat(run.subscribeOn(Schedulers.parallel()).block(Duration.ofSeconds(20)).isCompleted()).isTrue();
			assertThat(asked).containsExactly("order-42 on a worker");
		}
	}

	@Test
	void theKeyIsResolvedOnTheThreadOfTheSubscriber() {
		List<String> threads = new CopyOnWriteArrayList<>();
		try (ReactiveTinyFishClient client = Samples.reactiveClient(this.simulator.baseUrl()).apiKeyProvider(() -> {
			threads.add(Schedulers.isInNonBlockingThread() ? "subscriber" : "worker");
			return Samples.KEY;
		}).runInterceptor(RunSubmission::request).build()) {
			Mono<AgentRun> run = Mono.defer(() -> client.agent().run(Samples.request()));
			assertThat(run.subscribeOn(Schedulers.parallel()).block(Duration.ofSeconds(20)).isCompleted()).isTrue();
			assertThat(threads).containsOnly("subscriber");
		}
	}

	@ParameterizedTest
	// the stream of the reactive client in this test cannot throw errors
	@EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "STREAM")
	void anErrorReachesTheCallerFromEachThread(Form form) {
		TinyFishRunInterceptor failing = (submission) -> {
			throw new NoClassDefFoundError("com/example/Missing");
		};
		try (TinyFishClient client = client(failing)) {
			assertThatThrownBy(() -> form.submit(client, Samples.request())).isInstanceOf(NoClassDefFoundError.class);
		}
		try (ReactiveTinyFishClient client = Samples.reactiveClient(this.simulator.baseUrl())
			.runInterceptor(failing)
			.build()) {
			Mono<AgentRun> run = Mono.defer(() -> client.agent().run(Samples.request()));
			assertThat(catchThrowable(() -> run.subscribeOn(Schedulers.parallel()).block(Duration.ofSeconds(20))))
				.hasMessageContaining("com/example/Missing");
		}
	}

	@Test
	void aSubscriberThatLeavesWhileAnInterceptorIsAskedSendsNothing() throws Exception {
		CountDownLatch asked = new CountDownLatch(1);
		CountDownLatch left = new CountDownLatch(1);
		Recording recording = new Recording("first", (request) -> {
			asked.countDown();
			try {
				left.await();
			}
			catch (InterruptedException ex) {
				// the subscriber has left
			}
			return request;
		});
		try (ReactiveTinyFishClient client = Samples.reactiveClient(this.simulator.baseUrl())
			.openRuns(this.registry)
			.runInterceptor(recording)
			.build()) {
			Disposable run = client.agent().run(Samples.request()).subscribeOn(Schedulers.parallel()).subscribe();
			asked.await();
			run.dispose();
			left.countDown();
			Soon.until(() -> this.calls.size() == 2);
			assertThat(this.calls).endsWith("first not sent: Read the price");
			assertThat(this.simulator.journal().received()).isEmpty();
		}
	}

	@Test
	void aRunThatIsStartedOnANonBlockingThreadIsRefusedIfThereAreInterceptors() {
		try (TinyFishClient client = Samples.client(this.simulator.baseUrl())
			.runInterceptor(new Recording("first", (request) -> request))
			.build()) {
			assertThatThrownBy(() -> Mono.fromCallable(() -> client.agent().start(Samples.request()))
				.subscribeOn(Schedulers.parallel())
				.block()).isInstanceOf(IllegalStateException.class).hasMessageContaining("ReactiveTinyFishClient");
			assertThat(this.calls).isEmpty();
			assertThat(this.simulator.journal().received()).isEmpty();
		}
	}

}
