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
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

import ai.tinyfish.TinyFishClient;
import ai.tinyfish.simulator.Scenario;
import ai.tinyfish.simulator.TinyFishSimulator;
import ai.tinyfish.spring.event.TinyFishRunEvent;
import ai.tinyfish.spring.event.TinyFishRunFinishedEvent;
import ai.tinyfish.spring.event.TinyFishRunProgressEvent;
import ai.tinyfish.spring.event.TinyFishRunStartedEvent;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.event.EventListener;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

@SpringBootTest
@AutoConfigureTinyFishSimulator
@TestMethodOrder(OrderAnnotation.class)
class RunEventRecorderTests {

	/** The run that the first test leaves open. */
	private static CompletableFuture<String> left = new CompletableFuture<>();

	@Autowired
	TinyFishClient client;

	@Autowired
	TinyFishSimulator simulator;

	@Autowired
	RunEventRecorder recorder;

	@Autowired
	ApplicationEventPublisher publisher;

	@Autowired
	Listeners listeners;

	@Test
	@Order(1)
	void eventsOfOtherThreadsAreRecordedInOrder() {
		this.simulator.given("price", Scenario.builder().steps("One", "Two").result(42).build());
		this.client.agent().start(SimulatorInContextTests.REQUEST);
		TinyFishRunFinishedEvent finished = this.recorder.await(TinyFishRunFinishedEvent.class);
		String runId = this.simulator.journal().runs().get(0).id();
		assertThat(finished.getRunId()).isEqualTo(runId);
		assertThat(this.recorder.events(runId)).isEqualTo(this.recorder.events())
			.startsWith(this.recorder.events(TinyFishRunStartedEvent.class).get(0))
			.endsWith(finished);
		assertThat(this.recorder.events(TinyFishRunProgressEvent.class))
			.extracting(TinyFishRunProgressEvent::getPurpose)
			.containsExactly("One", "Two");
		assertThat(this.recorder.events("another")).isEmpty();
	}

	@Test
	@Order(2)
	void listenersOfTheApplicationAreCalledBefore() {
		assertThat(this.recorder.events()).isEmpty();
		this.client.agent().start(SimulatorInContextTests.REQUEST);
		TinyFishRunEvent finished = this.recorder.await(TinyFishRunFinishedEvent.class);
		assertThat(this.listeners.seen).contains(finished);
	}

	@Test
	@Order(3)
	void aRunIsLeftOpen() {
		this.simulator.given("price", Scenario.builder().neverEnds().build());
		this.client.agent().start(SimulatorInContextTests.REQUEST);
		left.complete(this.recorder.await(TinyFishRunStartedEvent.class).getRunId());
	}

	@Test
	@Order(4)
	void lateEventsOfEarlierRunsAreNotRecorded() throws Exception {
		String runId = left.get(1, TimeUnit.SECONDS);
		// the reset has cancelled the run; its last event comes on its own time
		this.listeners.awaitFinishedOf(runId);
		this.publisher.publishEvent(TestRun.running().runId(runId).progressEvent("late"));
		this.publisher.publishEvent(TestRun.completed().runId("mine").finishedEvent());
		assertThat(this.recorder.await(TinyFishRunFinishedEvent.class).getRunId()).isEqualTo("mine");
		assertThat(this.recorder.events()).hasSize(1);
	}

	@Test
	void clearForgets() {
		this.publisher.publishEvent(TestRun.running().startedEvent());
		this.recorder.clear();
		assertThat(this.recorder.events()).isEmpty();
		this.publisher.publishEvent(TestRun.running().progressEvent("Reading"));
		assertThat(this.recorder.events()).hasSize(1);
		assertThat(this.recorder)
			.hasToString("RunEventRecorder[TinyFishRunProgressEvent[runId=run-1, tag=null, purpose=Reading]]");
	}

	@Test
	void eventThatDoesNotComeFailsWithThoseThatDid() {
		this.publisher.publishEvent(TestRun.running().startedEvent());
		assertThatExceptionOfType(AssertionError.class)
			.isThrownBy(() -> this.recorder.await(TinyFishRunStartedEvent.class,
					(event) -> "other".equals(event.getRunId()), Duration.ofMillis(1)))
			.withMessage("Expected a TinyFishRunStartedEvent within 1 ms, but recorded were:"
					+ " [TinyFishRunStartedEvent[runId=run-1, tag=null]]");
		Thread.currentThread().interrupt();
		assertThatExceptionOfType(AssertionError.class)
			.isThrownBy(() -> this.recorder.await(TinyFishRunFinishedEvent.class))
			.withMessage("Interrupted while waiting for a TinyFishRunFinishedEvent");
		assertThat(Thread.interrupted()).isTrue();
	}

	@TestConfiguration(proxyBeanMethods = false)
	static class Listeners {

		private final List<TinyFishRunEvent> seen = new CopyOnWriteArrayList<>();

		private final Map<String, CompletableFuture<Void>> finished = new ConcurrentHashMap<>();

		@EventListener
		void on(TinyFishRunEvent event) {
			this.seen.add(event);
			if (event instanceof TinyFishRunFinishedEvent) {
				finished(event.getRunId()).complete(null);
			}
		}

		void awaitFinishedOf(String runId) throws Exception {
			finished(runId).get(30, TimeUnit.SECONDS);
		}

		private CompletableFuture<Void> finished(String runId) {
			return this.finished.computeIfAbsent(runId, (key) -> new CompletableFuture<>());
		}

	}

}
