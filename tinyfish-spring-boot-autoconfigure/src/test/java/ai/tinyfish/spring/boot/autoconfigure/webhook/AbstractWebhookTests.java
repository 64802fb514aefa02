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

package ai.tinyfish.spring.boot.autoconfigure.webhook;

import java.time.Duration;

import ai.tinyfish.TinyFishClient;
import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.simulator.Scenario;
import ai.tinyfish.simulator.TinyFishSimulator;
import ai.tinyfish.simulator.TinyFishSimulatorBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ArgumentsSource;

import org.springframework.boot.WebApplicationType;

import static org.awaitility.Awaitility.await;

/**
 * An application of Spring MVC, and then one of WebFlux, that receives webhooks of
 * simulated runs. The tests of a class share it.
 */
@ParameterizedClass(name = "{0}")
@ArgumentsSource(WebStacks.class)
abstract class AbstractWebhookTests {

	static final Duration SOON = Duration.ofSeconds(30);

	static TinyFishSimulator simulator;

	/** The shared application, or the one that the test uses instead. */
	static WebhookApplication application;

	private static WebhookApplication shared;

	@Parameter
	WebApplicationType type;

	@BeforeEach
	void prepare() {
		if (shared == null) {
			simulator = simulatorBuilder().start();
			shared = startApplication();
		}
		simulator.reset();
		application = shared;
		application.events().all.clear();
		if (!inbox().isRunning()) {
			inbox().start();
		}
	}

	TinyFishSimulatorBuilder simulatorBuilder() {
		return TinyFishSimulator.builder()
			.pace(Duration.ofMillis(5))
			.given("endless", Scenario.builder().steps("Waiting").neverEnds().build());
	}

	WebhookApplication startApplication() {
		return WebhookApplication.start(this.type, simulator.baseUrl());
	}

	/**
	 * Use an application of the test's own, such as one that has logged nothing yet:
	 * warnings that deliveries cause are logged once a minute.
	 */
	void useAnother(String... properties) {
		application = WebhookApplication.start(this.type, simulator.baseUrl(), properties);
	}

	@AfterEach
	void closeAnother() {
		if (application != shared) {
			application.close();
		}
	}

	@AfterParameterizedClassInvocation
	static void closeAll() {
		if (shared != null) {
			shared.close();
			simulator.close();
			shared = null;
		}
	}

	static WebhookInbox inbox() {
		return application.bean(WebhookInbox.class);
	}

	static TinyFishClient client() {
		return application.bean(TinyFishClient.class);
	}

	static AgentRequest request(String goal, String tag) {
		return AgentRequest.of("https://shop.example/", goal).withTag(tag);
	}

	static String queue(String goal, String tag) {
		return client().agent().queue(request(goal, tag)).runId();
	}

	static String endedRun(String tag) {
		return endedRun("Read the price", tag);
	}

	static String endedRun(String goal, String tag) {
		String runId = queue(goal, tag);
		awaitEnd(runId);
		return runId;
	}

	static void awaitEnd(String runId) {
		await().atMost(SOON).until(() -> simulator.journal().outcome(runId) != null);
	}

	/**
	 * Return the number of reads of single runs.
	 */
	static long reads() {
		return simulator.journal().requests("GET /v1/runs/{id}");
	}

}
