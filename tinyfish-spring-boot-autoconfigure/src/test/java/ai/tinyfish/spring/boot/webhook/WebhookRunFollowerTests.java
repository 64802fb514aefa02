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
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

import ai.tinyfish.TinyFishClient;
import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.simulator.TinyFishSimulator;
import io.micrometer.core.instrument.MeterRegistry;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link WebhookRunFollower}.
 */
@ParameterizedClass(name = "{0}")
@EnumSource(names = { "SERVLET", "REACTIVE" })
class WebhookRunFollowerTests {

	private static final Duration SOON = Duration.ofSeconds(30);

	@Parameter
	WebApplicationType type;

	private TinyFishSimulator simulator;

	private WebhookApplication application;

	private Followers followers;

	@BeforeEach
	void start() {
		this.simulator = TinyFishSimulator.builder().pace(Duration.ofMillis(5)).start();
		this.application = WebhookApplication.of(this.type, Followers.class, "tinyfish.webhook.enabled=true",
				"tinyfish.webhook.secret=" + WebhookApplication.SECRET,
				"tinyfish.base-url=" + this.simulator.baseUrl());
		this.followers = this.application.bean(Followers.class);
	}

	@AfterEach
	void stop() {
		this.application.close();
		this.simulator.close();
	}

	@Test
	void aRunThatAFollowerHasIsNeitherReadNorPublished() {
		String runId = endedRun();
		this.followers.answers = true;
		assertThat(deliver(runId, "?submission_token=abc-123")).isEqualTo(204);
		assertThat(this.followers.asked).containsExactly(runId + " abc-123");
		assertThat(this.simulator.journal().requests("GET /v1/runs/{id}")).isZero();
		assertThat(this.application.events().endedTags()).isEmpty();
		assertThat(this.application.bean(MeterRegistry.class)
			.get("tinyfish.webhook.runs")
			.tag("outcome", "FOLLOWED")
			.functionCounter()
			.count()).isEqualTo(1);
	}

	@Test
	void aRunThatNoFollowerHasIsPublished() {
		String runId = endedRun();
		assertThat(deliver(runId, "?a=b&submission_token=abc-123&c=d")).isEqualTo(204);
		assertThat(this.followers.asked).containsExactly(runId + " abc-123");
		assertThat(this.application.events().awaitEndedTags(1)).containsExactly("order-42");
	}

	@Test
	void aTokenThatIsNotWellFormedIsNone() {
		for (String query : List.of("", "?submission_token=", "?submission_token=a%20b", "?submission_token=a.b",
				"?submission_token=" + "x".repeat(65), "?my_submission_token=abc", "?submission_token")) {
			String runId = endedRun();
			assertThat(deliver(runId, query)).isEqualTo(204);
			assertThat(this.followers.asked).endsWith(runId + " null");
		}
	}

	@Test
	void aDeliveryIsRefusedWhileAFollowerFails() {
		String runId = endedRun();
		this.followers.failing = true;
		assertThat(deliver(runId, "?submission_token=abc-123")).isEqualTo(503);
		this.followers.answers = true;
		this.followers.failing = false;
		assertThat(deliver(runId, "?submission_token=abc-123")).isEqualTo(204);
		assertThat(this.followers.asked).containsExactly(runId + " abc-123");
		assertThat(this.application.events().endedTags()).isEmpty();
	}

	@Test
	@ExtendWith(OutputCaptureExtension.class)
	void furtherDeliveriesAreRefusedWhileManyArePending(CapturedOutput output) {
		WebhookInbox inbox = this.application.bean(WebhookInbox.class);
		this.followers.held = new CountDownLatch(1);
		this.followers.answers = true;
		for (int i = 0; i < WebhookInbox.MAX_PENDING; i++) {
			inbox.accept("waiting-" + i, null);
		}
		assertThat(output.getOut()).doesNotContain("answered with 503");
		for (int i = 0; i < 10; i++) {
			assertThat(deliver("too-many-" + i, "")).isEqualTo(503);
		}
		assertThat(output.getOut().lines().filter((line) -> line.contains("answered with 503"))).hasSize(1);
		this.followers.held.countDown();
		await().atMost(SOON).until(() -> inbox.pending() == 0);
		assertThat(deliver("one-more", "")).isEqualTo(204);
	}

	@Test
	void aTokenThatIsWrongDoesNotHideTheRightOne() {
		String runId = endedRun();
		this.followers.failing = true;
		assertThat(deliver(runId, "?submission_token=wrong")).isEqualTo(503);
		this.followers.answers = true;
		this.followers.failing = false;
		assertThat(deliver(runId, "?submission_token=right")).isEqualTo(204);
		assertThat(this.followers.asked).contains(runId + " right");
	}

	private int deliver(String runId, String query) {
		return this.application.post(WebhookApplication.PATH + query, WebhookApplication.delivery(runId)).statusCode();
	}

	private String endedRun() {
		String runId = this.application.bean(TinyFishClient.class)
			.agent()
			.queue(AgentRequest.of("https://shop.example/", "Read the price").withTag("order-42"))
			.runId();
		await().atMost(SOON).until(() -> this.simulator.journal().outcome(runId).isPresent());
		return runId;
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Followers {

		final List<String> asked = new CopyOnWriteArrayList<>();

		volatile boolean answers;

		volatile boolean failing;

		volatile CountDownLatch held = new CountDownLatch(0);

		@Bean
		WebhookRunFollower follower() {
			return this::follow;
		}

		private boolean follow(String runId, @Nullable String token) {
			try {
				this.held.await();
			}
			catch (InterruptedException ex) {
				throw new IllegalStateException(ex);
			}
			if (this.failing) {
				throw new IllegalStateException("The database is away");
			}
			this.asked.add(runId + " " + token);
			return this.answers;
		}

	}

}
