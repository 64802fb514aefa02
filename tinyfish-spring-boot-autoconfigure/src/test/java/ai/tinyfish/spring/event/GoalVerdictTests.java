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

package ai.tinyfish.spring.event;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import ai.tinyfish.TinyFishClient;
import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.run.AgentRun;
import ai.tinyfish.run.GoalEvaluator;
import ai.tinyfish.run.GoalOutcome;
import ai.tinyfish.run.GoalVerdict;
import ai.tinyfish.simulator.Scenario;
import ai.tinyfish.simulator.TinyFishSimulator;
import ai.tinyfish.spring.boot.testing.BootContexts;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.event.EventListener;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Whether a run reached its goal, as its last event says.
 */
class GoalVerdictTests {

	private static final Duration SOON = Duration.ofSeconds(20);

	@AutoClose
	private static final TinyFishSimulator simulator = TinyFishSimulator.builder()
		.pace(Duration.ofMillis(5))
		.given("reached", Scenario.builder().resultJson("{\"success\": true, \"price\": 7}").build())
		.given("missed", Scenario.builder().resultJson("{\"status\": \"failure\", \"reason\": \"A captcha\"}").build())
		.start();

	private final ApplicationContextRunner contextRunner = BootContexts.withTinyFish()
		.withPropertyValues("tinyfish.base-url=" + simulator.baseUrl(), "tinyfish.api-key=" + simulator.apiKey())
		.withBean(Verdicts.class);

	@Test
	void listenersCanAskForRunsThatReachedTheirGoal() {
		this.contextRunner.run((context) -> {
			TinyFishClient client = context.getBean(TinyFishClient.class);
			client.agent().run(AgentRequest.of("https://shop.example/", "missed"));
			client.agent().run(AgentRequest.of("https://shop.example/", "reached"));
			Verdicts verdicts = context.getBean(Verdicts.class);
			await().atMost(SOON).until(() -> verdicts.all.size() == 2 && !verdicts.achieved.isEmpty());
			assertThat(verdicts.achieved).containsExactly("reached");
			assertThat(verdicts.all).extracting(GoalVerdict::outcome)
				.containsExactlyInAnyOrder(GoalOutcome.MISSED, GoalOutcome.ACHIEVED);
			assertThat(verdicts.all).anySatisfy((verdict) -> assertThat(verdict.reason()).contains("A captcha"));
		});
	}

	@Test
	void theApplicationsOwnEvaluatorDecides() {
		GoalEvaluator own = (run) -> GoalVerdict.missed("Nothing is ever good enough");
		this.contextRunner.withBean(GoalEvaluator.class, () -> own).run((context) -> {
			context.getBean(TinyFishClient.class).agent().run(AgentRequest.of("https://shop.example/", "reached"));
			Verdicts verdicts = context.getBean(Verdicts.class);
			await().atMost(SOON).until(() -> !verdicts.all.isEmpty());
			assertThat(verdicts.all).containsExactly(GoalVerdict.missed("Nothing is ever good enough"));
		});
	}

	@Test
	void anEvaluatorMayUseTheClient() {
		this.contextRunner.withBean(AskingEvaluator.class).run((context) -> {
			context.getBean(TinyFishClient.class).agent().run(AgentRequest.of("https://shop.example/", "reached"));
			Verdicts verdicts = context.getBean(Verdicts.class);
			await().atMost(SOON).until(() -> !verdicts.all.isEmpty());
			assertThat(verdicts.all).containsExactly(GoalVerdict.achieved("The service knows the run"));
		});
	}

	@Test
	void anEvaluatorThatFailsKeepsNoEndingBack() {
		assertUnknown((run) -> {
			throw new IllegalStateException("broken");
		});
	}

	@Test
	void norDoesOneThatFailsWithAnError() {
		assertUnknown((run) -> {
			throw new StackOverflowError("broken");
		});
	}

	@Test
	void norDoesOneThatThrowsACheckedException() {
		// as Kotlin code may
		assertUnknown((run) -> {
			throw GoalVerdictTests.<RuntimeException>unchecked(new IOException("broken"));
		});
	}

	@Test
	@SuppressWarnings("NullAway")
	void anEvaluatorThatGivesNoVerdictIsTakenForUnknown() {
		assertUnknown((run) -> null);
	}

	private void assertUnknown(GoalEvaluator own) {
		this.contextRunner.withBean(GoalEvaluator.class, () -> own).run((context) -> {
			context.getBean(TinyFishClient.class).agent().run(AgentRequest.of("https://shop.example/", "reached"));
			Verdicts verdicts = context.getBean(Verdicts.class);
			await().atMost(SOON).until(() -> !verdicts.all.isEmpty());
			assertThat(verdicts.all).containsExactly(GoalVerdict.unknown());
		});
	}

	@SuppressWarnings("unchecked")
	private static <X extends Throwable> X unchecked(Throwable ex) throws X {
		throw (X) ex;
	}

	record AskingEvaluator(TinyFishClient client) implements GoalEvaluator {

		@Override
		public GoalVerdict evaluate(AgentRun run) {
			return this.client.runs().get(String.valueOf(run.runId())).runId().equals(run.runId())
					? GoalVerdict.achieved("The service knows the run") : GoalVerdict.unknown();
		}

	}

	static class Verdicts {

		private final List<GoalVerdict> all = new CopyOnWriteArrayList<>();

		private final List<String> achieved = new CopyOnWriteArrayList<>();

		@EventListener
		void on(TinyFishRunFinishedEvent event) {
			this.all.add(event.getVerdict());
		}

		@EventListener(condition = "#event.verdict.achieved")
		void onAchieved(TinyFishRunFinishedEvent event) {
			this.achieved.add(String.valueOf(event.getGoal()));
		}

	}

}
