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

package ai.tinyfish.spring.boot.webhook;

import java.time.Duration;

import ai.tinyfish.TinyFishClient;
import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.simulator.TinyFishSimulator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.boot.WebApplicationType;

import static org.awaitility.Awaitility.await;

/**
 * An application of Spring MVC, and then one of WebFlux, that receives webhooks of
 * simulated runs.
 */
@ParameterizedClass(name = "{0}")
@EnumSource(names = { "SERVLET", "REACTIVE" })
abstract class AbstractWebhookTests {

	static TinyFishSimulator simulator;

	static WebhookApplication application;

	@BeforeAll
	static void startSimulator() {
		simulator = TinyFishSimulator.builder().pace(Duration.ofMillis(5)).start();
	}

	@AfterAll
	static void stopSimulator() {
		simulator.close();
	}

	@BeforeParameterizedClassInvocation
	static void startApplication(WebApplicationType type) {
		application = WebhookApplication.start(type, simulator.baseUrl());
	}

	@AfterParameterizedClassInvocation
	static void closeApplication() {
		application.close();
	}

	@Parameter
	WebApplicationType type;

	@BeforeEach
	void forgetEvents() {
		application.events().all.clear();
	}

	static String endedRun(String tag) {
		String runId = application.bean(TinyFishClient.class)
			.agent()
			.queue(AgentRequest.of("https://shop.example/", "Read the price").withTag(tag))
			.runId();
		await().until(() -> simulator.journal().outcome(runId).isPresent());
		return runId;
	}

}
