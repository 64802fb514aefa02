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

package ai.tinyfish.spring.boot.autoconfigure;

import java.util.ArrayList;
import java.util.List;

import ai.tinyfish.OpenRuns;
import ai.tinyfish.TinyFishClient;
import ai.tinyfish.agent.RunHandle;
import ai.tinyfish.error.TinyFishException;
import ai.tinyfish.run.RunStatus;
import ai.tinyfish.simulator.TinyFishSimulator;
import ai.tinyfish.spring.boot.testing.EventContexts;
import ai.tinyfish.spring.boot.testing.RunEvents;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.context.LifecycleAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static ai.tinyfish.spring.boot.testing.EventContexts.ENDLESS;
import static ai.tinyfish.spring.boot.testing.EventContexts.SOON;
import static ai.tinyfish.spring.boot.testing.EventContexts.TWO_STEPS;
import static ai.tinyfish.spring.boot.testing.EventContexts.client;
import static ai.tinyfish.spring.boot.testing.EventContexts.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Runs in contexts that pause, stop and start again, or have children.
 */
class RestartedContextTests {

	@AutoClose
	private static final TinyFishSimulator simulator = EventContexts.startSimulator();

	/** Stands for anything else that ends runs. */
	@AutoClose
	private static final TinyFishClient outside = TinyFishClient.builder()
		.baseUrl(simulator.baseUrl())
		.apiKey(simulator.apiKey())
		.build();

	private final ApplicationContextRunner contextRunner = EventContexts.using(simulator)
		.withPropertyValues("tinyfish.run.poll-interval=20ms")
		.withBean(RunEvents.class);

	@Test
	void runsGoOnWhileTheApplicationIsPaused() {
		this.contextRunner.run((context) -> {
			RunHandle handle = client(context).agent().start(request(ENDLESS));
			String runId = EventContexts.startedId(handle);
			context.getSourceApplicationContext().pause();
			assertThat(client(context).agent().run(request(TWO_STEPS)).isCompleted()).isTrue();
			context.getBean(RunEvents.class).awaitEndedTags(1);
			context.getSourceApplicationContext().restart();
			assertThat(client(context).agent().run(request(TWO_STEPS)).isCompleted()).isTrue();
			assertThat(handle.result()).isNotDone();
			outside.runs().cancel(runId);
			assertThat(handle.await(SOON).status()).isEqualTo(RunStatus.CANCELLED);
		});
	}

	@Test
	void aStoppedApplicationTakesRunsAgainWhenItStarts() {
		this.contextRunner.run((context) -> {
			RunHandle handle = client(context).agent().start(request(ENDLESS));
			EventContexts.startedId(handle);
			context.getSourceApplicationContext().stop();
			assertThatExceptionOfType(TinyFishException.class).isThrownBy(() -> handle.await(SOON));
			RunsLifecycleTests.assertRefused(() -> client(context).agent().run(request(TWO_STEPS)));
			context.getSourceApplicationContext().start();
			assertThat(client(context).agent().run(request(TWO_STEPS)).isCompleted()).isTrue();
		});
	}

	@Test
	void soDoesOneThatStartsBeforeItsRunsHaveEnded() {
		this.contextRunner.withConfiguration(AutoConfigurations.of(LifecycleAutoConfiguration.class))
			.withPropertyValues("tinyfish.run.shutdown-timeout=25s",
					"spring.lifecycle.timeout-per-shutdown-phase=100ms")
			.run((context) -> {
				RunHandle handle = client(context).agent().start(request(ENDLESS));
				String runId = EventContexts.startedId(handle);
				context.getSourceApplicationContext().stop();
				RunsLifecycleTests.assertRefused(() -> client(context).agent().run(request(TWO_STEPS)));
				context.getSourceApplicationContext().start();
				assertThat(client(context).agent().run(request(TWO_STEPS)).isCompleted()).isTrue();
				outside.runs().cancel(runId);
				assertThat(handle.await(SOON).status()).isEqualTo(RunStatus.CANCELLED);
			});
	}

	@Test
	void aChildThatSharesItsParentsRunsDoesNotEndThem() {
		this.contextRunner.run((parent) -> {
			RunHandle[] handle = new RunHandle[1];
			EventContexts.using(simulator).withParent(parent).run((child) -> {
				assertThat(child.getBean(OpenRuns.class)).isSameAs(parent.getBean(OpenRuns.class));
				handle[0] = client(child).agent().start(request(ENDLESS));
				EventContexts.startedId(handle[0]);
			});
			assertThat(handle[0].result()).isNotDone();
			assertThat(client(parent).agent().run(request(TWO_STEPS)).isCompleted()).isTrue();
			handle[0].cancel();
			assertThat(handle[0].await(SOON).status()).isEqualTo(RunStatus.CANCELLED);
		});
	}

	@Test
	void aChildWithARegistryOfItsOwnEndsTheRunsOfThatOne() {
		this.contextRunner.run((parent) -> {
			List<RunHandle> handles = new ArrayList<>();
			OpenRuns registry = OpenRuns.unlimited();
			EventContexts.using(simulator)
				.withParent(parent)
				.withBean(OpenRuns.class, () -> registry)
				.withBean(TinyFishClient.class,
						() -> TinyFishClient.builder()
							.baseUrl(simulator.baseUrl())
							.apiKey(simulator.apiKey())
							.openRuns(registry)
							.build())
				.run((child) -> {
					handles.add(client(parent).agent().start(request(ENDLESS)));
					handles.add(client(child).agent().start(request(ENDLESS)));
					handles.forEach(EventContexts::startedId);
				});
			assertThat(handles.get(0).result()).isNotDone();
			assertThat(handles.get(1).result()).isCompletedExceptionally();
		});
	}

}
