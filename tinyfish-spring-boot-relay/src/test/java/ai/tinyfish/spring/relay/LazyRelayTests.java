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

package ai.tinyfish.spring.relay;

import java.time.Duration;

import ai.tinyfish.OpenRuns;
import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.agent.RunHandle;
import ai.tinyfish.agent.TinyFishRunListener;
import ai.tinyfish.simulator.Scenario;
import ai.tinyfish.simulator.TinyFishSimulator;
import ai.tinyfish.support.RunControl;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ArgumentsSource;

import org.springframework.boot.WebApplicationType;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Relay that is created by the first request, as with lazy initialization.
 */
@Timeout(120)
class LazyRelayTests {

	private static final Duration SOON = Duration.ofSeconds(30);

	@AutoClose
	private static final TinyFishSimulator simulator = TinyFishSimulator.builder()
		.pace(Duration.ofMillis(5))
		.given("two steps", Scenario.builder().steps("Opening", "Reading").resultJson("{\"price\": 42}").build())
		.start();

	@ParameterizedTest
	@ArgumentsSource(WebStacks.class)
	void runThatEndedBeforeIsNotFound(WebApplicationType type) {
		try (RelayApplication application = start(type, new EventGate())) {
			RunHandle run = startRun(application);
			run.await(SOON);
			String runId = run.runId();
			OpenRuns registry = application.context().getBean(OpenRuns.class);
			await().atMost(SOON).until(() -> !((RunControl) registry).isFollowed(runId));
			assertThat(isThere(application)).isFalse();
			for (int i = 0; i < 2; i++) {
				try (Browser browser = application.browse(runId)) {
					assertThat(browser.status()).isEqualTo(404);
				}
			}
			assertThat(isThere(application)).isTrue();
		}
	}

	/**
	 * The run has ended, and its listeners are being notified.
	 */
	@ParameterizedTest
	@ArgumentsSource(WebStacks.class)
	void outcomeThatIsBeingPublishedIsReceived(WebApplicationType type) {
		EventGate gate = new EventGate();
		gate.closeAtEnd();
		try (RelayApplication application = start(type, gate)) {
			RunHandle run = startRun(application);
			await().atMost(SOON).until(gate::isHolding);
			try (Browser browser = application.browse(run.runId())) {
				assertThat(browser.status()).isEqualTo(200);
				assertThat(browser.nextMessage()).matches(Browser.Message::isComment);
				gate.open();
				assertThat(browser.remainingEvents()).extracting(Browser.Message::name)
					.containsExactly("TinyFishRunFinishedEvent");
			}
		}
		finally {
			gate.open();
		}
	}

	private static RelayApplication start(WebApplicationType type, EventGate gate) {
		return RelayApplication.start(type,
				(context) -> context.registerBean("gate", TinyFishRunListener.class, () -> gate),
				"spring.main.lazy-initialization=true", "tinyfish.base-url=" + simulator.baseUrl());
	}

	private static RunHandle startRun(RelayApplication application) {
		return application.client().agent().start(AgentRequest.of("https://shop.example/", "two steps"));
	}

	private static boolean isThere(RelayApplication application) {
		return application.context().getBeanFactory().containsSingleton("tinyFishRunEventRelay");
	}

}
