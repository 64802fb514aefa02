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

package ai.tinyfish.durable;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.durable.testing.DatabaseKind;
import ai.tinyfish.durable.testing.Instance;
import ai.tinyfish.simulator.Scenario;
import ai.tinyfish.simulator.TinyFishSimulator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

import org.springframework.modulith.events.ApplicationModuleListener;
import org.springframework.modulith.events.FailedEventPublications;
import org.springframework.modulith.events.ResubmissionOptions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Listeners of Spring Modulith.
 */
@Tag(DatabaseKind.ONLY_POSTGRESQL)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ModulithTests {

	private TinyFishSimulator simulator;

	private Instance instance;

	@BeforeAll
	void start() {
		this.simulator = TinyFishSimulator.builder().pace(Duration.ZERO).start();
		this.instance = Instance.start(DatabaseKind.POSTGRESQL.newDatabase(), this.simulator,
				List.of(Module.class, Calls.class), "spring.autoconfigure.exclude=",
				"spring.modulith.events.jdbc.schema-initialization.enabled=true");
	}

	@AfterAll
	void stop() {
		this.instance.close();
		this.simulator.close();
	}

	@Test
	void aListenerIsCalledAfterTheHandoverAndItsPublicationIsCompleted() {
		this.simulator.given("Find the price", Scenario.completed(Map.of("text", "x".repeat(10_000))));
		String id = submit("Find the price");
		Calls calls = this.instance.bean(Calls.class);
		await().atMost(Instance.SOON).until(() -> calls.succeeded.contains(id));
		assertThat(calls.states).contains(DurableRunState.DONE);
		await().atMost(Instance.SOON).until(() -> incomplete(id) == 0);
	}

	@Test
	void aListenerThatFailsIsCalledAgainByModulith() {
		String id = submit("Fail once");
		Calls calls = this.instance.bean(Calls.class);
		await().atMost(Instance.SOON).until(() -> calls.failed.contains(id));
		assertThat(this.instance.await(id, DurableRunState.DONE).run()).isNotNull();
		// the publication has the event as it was written
		await().atMost(Instance.SOON).untilAsserted(() -> {
			this.instance.bean(FailedEventPublications.class).resubmit(ResubmissionOptions.defaults());
			assertThat(calls.succeeded).contains(id);
		});
		await().atMost(Instance.SOON).until(() -> incomplete(id) == 0);
	}

	private String submit(String goal) {
		return this.instance.runs().submit(AgentRequest.of("https://shop.example/", goal).withTag(goal)).id();
	}

	private long incomplete(String id) {
		return this.instance.jdbc()
			.sql("select count(*) from event_publication where completion_date is null and serialized_event like ?")
			.param("%" + id + "%")
			.query(Long.class)
			.single();
	}

	static class Module {

		private final DurableRuns runs;

		private final Calls calls;

		Module(DurableRuns runs, Calls calls) {
			this.runs = runs;
			this.calls = calls;
		}

		@ApplicationModuleListener
		void on(DurableRunFinishedEvent event) {
			String id = event.getDurableId();
			this.calls.states.add(this.runs.find(id).state());
			if ("Fail once".equals(event.getTag()) && !this.calls.failed.contains(id)) {
				this.calls.failed.add(id);
				throw new IllegalStateException("thrown on purpose");
			}
			this.calls.succeeded.add(id);
		}

	}

	/** No part of the listener, which is proxied. */
	static class Calls {

		private final List<String> succeeded = new CopyOnWriteArrayList<>();

		private final List<String> failed = new CopyOnWriteArrayList<>();

		private final List<DurableRunState> states = new CopyOnWriteArrayList<>();

	}

}
