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

package ai.tinyfish;

import java.time.Duration;

import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.agent.AgentStream;
import ai.tinyfish.agent.event.AgentEvent;
import ai.tinyfish.run.AgentRun;
import ai.tinyfish.run.RunStatus;
import ai.tinyfish.simulator.TinyFishSimulator;
import ai.tinyfish.testing.OwnThreads;
import ai.tinyfish.testing.RecordingListener;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Both clients as an application without Spring uses them, on the simulator.
 */
class StandaloneTests {

	private static final Duration SOON = Duration.ofSeconds(20);

	private static final AgentRequest REQUEST = AgentRequest.of("https://example.com",
			"What is the title of this page?");

	@AutoClose
	private static final TinyFishSimulator simulator = TinyFishSimulator.builder().pace(Duration.ofMillis(10)).start();

	@Test
	void theBlockingClientNeedsNoSpringContext() {
		RecordingListener listener = new RecordingListener();
		try (TinyFishClient client = TinyFishClient.builder()
			.apiKey(simulator.apiKey())
			.baseUrl(simulator.baseUrl())
			.runListener(listener)
			.build()) {
			AgentRun run = client.agent().run(REQUEST);
			assertThat(run.status()).isEqualTo(RunStatus.COMPLETED);
			assertThat(client.runs().get(run.runId()).goal()).isEqualTo(REQUEST.goal());
			assertThat(client.agent().start(REQUEST).await(SOON).isCompleted()).isTrue();
			try (AgentStream stream = client.agent().stream(REQUEST)) {
				assertThat(stream).extracting(AgentEvent::type).startsWith("STARTED").endsWith("COMPLETE");
			}
			assertThat(client.runs().list().data()).hasSizeGreaterThanOrEqualTo(3);
		}
		// closing delivers waiting events
		assertThat(listener.calls()).filteredOn("finished"::equals).hasSize(3);
		await().atMost(SOON).until(() -> OwnThreads.names().isEmpty());
	}

	@Test
	void theReactiveClientNeedsNoSpringContext() {
		RecordingListener listener = new RecordingListener();
		try (ReactiveTinyFishClient client = ReactiveTinyFishClient.builder()
			.apiKey(simulator.apiKey())
			.baseUrl(simulator.baseUrl())
			.runListener(listener)
			.build()) {
			StepVerifier.create(client.agent().run(REQUEST).flatMap((run) -> client.runs().get(run.runId())))
				.assertNext((run) -> assertThat(run.goal()).isEqualTo(REQUEST.goal()))
				.expectComplete()
				.verify(SOON);
			Flux<String> types = client.agent().stream(REQUEST).map(AgentEvent::type);
			StepVerifier.create(types.collectList())
				.assertNext((all) -> assertThat(all).startsWith("STARTED").endsWith("COMPLETE"))
				.expectComplete()
				.verify(SOON);
			StepVerifier.create(client.agent().queue(REQUEST).flatMap((queued) -> client.runs().cancel(queued.runId())))
				.assertNext((cancelled) -> assertThat(cancelled.runId()).isNotNull())
				.expectComplete()
				.verify(SOON);
		}
		assertThat(listener.calls()).filteredOn("finished"::equals).hasSize(2);
		await().atMost(SOON).until(() -> OwnThreads.names().isEmpty());
	}

}
