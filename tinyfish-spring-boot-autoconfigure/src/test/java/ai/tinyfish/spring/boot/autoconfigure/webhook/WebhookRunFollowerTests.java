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

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

import ai.tinyfish.spring.boot.webhook.WebhookRunFollower;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

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
class WebhookRunFollowerTests extends AbstractWebhookTests {

	private Followers followers;

	@Override
	WebhookApplication startApplication() {
		return WebhookApplication.of(this.type, Followers.class, "tinyfish.webhook.enabled=true",
				"tinyfish.webhook.secret=" + WebhookApplication.SECRET, "tinyfish.base-url=" + simulator.baseUrl());
	}

	@BeforeEach
	void resetFollowers() {
		this.followers = application.bean(Followers.class);
		this.followers.asked.clear();
		this.followers.answers = false;
		this.followers.failing = false;
	}

	@Test
	void aRunThatAFollowerHasIsNeitherReadNorPublished() {
		String runId = endedRun("order-42");
		FunctionCounter followed = application.bean(MeterRegistry.class)
			.get("tinyfish.webhook.runs")
			.tag("outcome", "FOLLOWED")
			.functionCounter();
		double before = followed.count();
		this.followers.answers = true;
		assertThat(deliver(runId, "?submission_token=abc-123")).isEqualTo(204);
		assertThat(this.followers.asked).containsExactly(runId + " abc-123");
		assertThat(reads()).isZero();
		assertThat(application.events().endedTags()).isEmpty();
		assertThat(followed.count()).isEqualTo(before + 1);
	}

	@Test
	void aRunThatNoFollowerHasIsPublished() {
		String runId = endedRun("order-42");
		assertThat(deliver(runId, "?a=b&submission_token=abc-123&c=d")).isEqualTo(204);
		assertThat(this.followers.asked).containsExactly(runId + " abc-123");
		assertThat(application.events().awaitEndedTags(1)).containsExactly("order-42");
	}

	@Test
	void aTokenThatIsNotWellFormedIsIgnored() {
		for (String query : List.of("", "?submission_token=", "?submission_token=a%20b", "?submission_token=a.b",
				"?submission_token=" + "x".repeat(65), "?my_submission_token=abc", "?submission_token")) {
			String runId = endedRun("order-42");
			assertThat(deliver(runId, query)).isEqualTo(204);
			assertThat(this.followers.asked).endsWith(runId + " null");
		}
	}

	@Test
	void aDeliveryIsRefusedWhileAFollowerFails() {
		String runId = endedRun("order-42");
		this.followers.failing = true;
		assertThat(deliver(runId, "?submission_token=abc-123")).isEqualTo(503);
		this.followers.answers = true;
		this.followers.failing = false;
		assertThat(deliver(runId, "?submission_token=abc-123")).isEqualTo(204);
		assertThat(this.followers.asked).containsExactly(runId + " abc-123");
		assertThat(application.events().endedTags()).isEmpty();
	}

	@Test
	@ExtendWith(OutputCaptureExtension.class)
	void furtherDeliveriesAreRefusedWhileManyArePending(CapturedOutput output) {
		this.followers.held = new CountDownLatch(1);
		this.followers.answers = true;
		for (int i = 0; i < WebhookInbox.MAX_PENDING; i++) {
			inbox().accept("waiting-" + i, null);
		}
		assertThat(output.getOut()).doesNotContain("answered with 503");
		for (int i = 0; i < 10; i++) {
			assertThat(deliver("too-many-" + i, "")).isEqualTo(503);
		}
		assertThat(output.getOut().lines().filter((line) -> line.contains("answered with 503"))).hasSize(1);
		this.followers.held.countDown();
		await().atMost(SOON).until(() -> inbox().pending() == 0);
		assertThat(deliver("one-more", "")).isEqualTo(204);
	}

	@Test
	void aTokenThatIsWrongDoesNotHideTheRightOne() {
		String runId = endedRun("order-42");
		this.followers.failing = true;
		assertThat(deliver(runId, "?submission_token=wrong")).isEqualTo(503);
		this.followers.answers = true;
		this.followers.failing = false;
		assertThat(deliver(runId, "?submission_token=right")).isEqualTo(204);
		assertThat(this.followers.asked).contains(runId + " right");
	}

	private int deliver(String runId, String query) {
		return application.post(WebhookApplication.PATH + query, WebhookApplication.delivery(runId)).statusCode();
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
