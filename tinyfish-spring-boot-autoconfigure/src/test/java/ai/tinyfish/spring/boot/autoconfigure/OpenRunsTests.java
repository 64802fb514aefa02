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

import java.time.Duration;

import ai.tinyfish.OpenRuns;
import ai.tinyfish.ReactiveTinyFishClient;
import ai.tinyfish.TinyFishClient;
import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.agent.RunHandle;
import ai.tinyfish.error.TinyFishTooManyRunsException;
import ai.tinyfish.run.QueuedRun;
import ai.tinyfish.simulator.Scenario;
import ai.tinyfish.simulator.TinyFishSimulator;
import ai.tinyfish.spring.boot.testing.BootContexts;
import ai.tinyfish.spring.boot.testing.RunEvents;
import ai.tinyfish.spring.event.TinyFishRunFinishedEvent;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Runs of an application that all of its clients know.
 */
class OpenRunsTests {

	private static final Duration SOON = Duration.ofSeconds(20);

	@AutoClose
	private static final TinyFishSimulator simulator = TinyFishSimulator.builder()
		.pace(Duration.ofMillis(5))
		.given("endless", Scenario.builder().steps("Waiting").neverEnds().build())
		.start();

	private final ApplicationContextRunner contextRunner = BootContexts.withTinyFish()
		.withPropertyValues("tinyfish.base-url=" + simulator.baseUrl(), "tinyfish.api-key=" + simulator.apiKey(),
				"tinyfish.run.poll-interval=50ms")
		.withBean(RunEvents.class);

	@Test
	void aRunThatBothClientsAwaitIsPublishedOnce() {
		this.contextRunner.run((context) -> {
			TinyFishClient blocking = context.getBean(TinyFishClient.class);
			ReactiveTinyFishClient reactive = context.getBean(ReactiveTinyFishClient.class);
			QueuedRun queued = blocking.agent().queue(request("Read the price").withTag("first"));
			blocking.runs().await(queued, SOON);
			reactive.runs().await(queued, SOON).block(SOON);
			blocking.mutate().build().runs().await(queued, SOON);
			// an event later than this cannot have come before
			blocking.agent().run(request("Read the price").withTag("second"));
			RunEvents events = context.getBean(RunEvents.class);
			await().atMost(SOON).until(() -> events.endedTags().contains("second"));
			assertThat(events.endedTags()).containsExactly("first", "second");
			assertThat(events.all).allMatch(TinyFishRunFinishedEvent.class::isInstance);
		});
	}

	@Test
	void theLimitHoldsForBothClients() {
		this.contextRunner.withPropertyValues("tinyfish.run.max-in-flight=1", "tinyfish.run.max-wait=0")
			.run((context) -> {
				TinyFishClient blocking = context.getBean(TinyFishClient.class);
				Mono<?> reactive = context.getBean(ReactiveTinyFishClient.class).agent().run(request("Read the price"));
				OpenRuns openRuns = context.getBean(OpenRuns.class);
				RunHandle running = blocking.agent().start(request("endless"));
				assertThat(running.started().get()).isNotEmpty();
				assertThat(openRuns.inFlight()).isEqualTo(1);
				assertThatExceptionOfType(TinyFishTooManyRunsException.class).isThrownBy(() -> reactive.block(SOON))
					.satisfies((ex) -> assertThat(ex.limit()).isEqualTo(1));
				assertThatExceptionOfType(TinyFishTooManyRunsException.class)
					.isThrownBy(() -> blocking.agent().run(request("Read the price")));
				running.cancel();
				running.await();
				await().atMost(SOON).until(() -> openRuns.inFlight() == 0);
				reactive.block(SOON);
			});
	}

	@Test
	void aRunWaitsForItsTurnByDefault() {
		this.contextRunner.withPropertyValues("tinyfish.run.max-in-flight=1").run((context) -> {
			TinyFishClient client = context.getBean(TinyFishClient.class);
			OpenRuns openRuns = context.getBean(OpenRuns.class);
			RunHandle running = client.agent().start(request("endless"));
			RunHandle waiting = client.agent().start(request("Read the price"));
			assertThat(openRuns.waiting()).isEqualTo(1);
			running.started().get();
			running.cancel();
			assertThat(waiting.await(SOON).isCompleted()).isTrue();
		});
	}

	@Test
	void theApplicationsOwnBeanTakesThePlaceOfOurs() {
		OpenRuns own = OpenRuns.limitedTo(3, Duration.ofSeconds(1));
		this.contextRunner.withBean(OpenRuns.class, () -> own).run((context) -> {
			assertThat(context).getBean(OpenRuns.class).isSameAs(own);
			RunHandle running = context.getBean(TinyFishClient.class).agent().start(request("endless"));
			assertThat(own.inFlight()).isEqualTo(1);
			running.started().get();
			running.cancel();
			running.await();
		});
	}

	private static AgentRequest request(String goal) {
		return AgentRequest.of("https://shop.example/", goal);
	}

}
