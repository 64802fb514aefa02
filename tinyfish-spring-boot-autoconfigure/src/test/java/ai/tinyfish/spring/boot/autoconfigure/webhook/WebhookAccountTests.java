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
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

import ai.tinyfish.OpenRuns;
import ai.tinyfish.ReactiveTinyFishClient;
import ai.tinyfish.TinyFishClient;
import ai.tinyfish.agent.RunHandle;
import ai.tinyfish.run.AgentRun;
import ai.tinyfish.run.QueuedRun;
import ai.tinyfish.run.TinyFishRunOutcomeUnknownException;
import ai.tinyfish.simulator.Fault;
import ai.tinyfish.simulator.FaultPoint;
import ai.tinyfish.simulator.TinyFishSimulatorBuilder;
import ai.tinyfish.spring.event.TinyFishRunErrorEvent;
import ai.tinyfish.spring.event.TinyFishRunEvent;
import ai.tinyfish.spring.event.TinyFishRunFinishedEvent;
import ai.tinyfish.support.BaseUrlSource;
import ai.tinyfish.support.RunControl;
import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.client.WireMock;
import org.junit.jupiter.api.Test;

import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.wireMockConfig;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

/**
 * Deliveries for runs in an application that has clients with several keys.
 */
class WebhookAccountTests extends AbstractWebhookTests {

	private static final String TENANT_KEY = "sk-tinyfish-of-a-tenant";

	@Override
	TinyFishSimulatorBuilder simulatorBuilder() {
		return super.simulatorBuilder().anyApiKey();
	}

	@Test
	void failedAwaitWithAnotherKeyDoesNotSilenceTheDelivery() {
		String runId = endedRun("order-42");
		simulator.fault(FaultPoint.getRun(), Fault.refusal(401, "INVALID_API_KEY", "No such key"), 1);
		assertUnread(tenant(), runId);
		assertThat(application.deliver(runId).statusCode()).isEqualTo(204);
		assertThat(application.events().awaitEndedTags(1)).containsExactly("order-42");
		assertThat(application.events().all.get(0)).isInstanceOf(TinyFishRunFinishedEvent.class);
		assertThat(application.events().all.get(0).getUrl()).isEqualTo("https://shop.example/");
	}

	@Test
	void outcomeThatAnAwaitCouldNotReadIsPublishedByTheDelivery() {
		String runId = endedRun("order-42");
		simulator.fault(FaultPoint.getRun(), Fault.badGateway());
		assertUnread(client().mutate().pollTolerance(Duration.ofMillis(200)).build(), runId);
		application.events().awaitEndedTags(1);
		simulator.clearFaults();
		assertThat(application.deliver(runId).statusCode()).isEqualTo(204);
		assertThat(application.events().awaitEndedTags(2)).containsExactly("order-42", "order-42");
		assertThat(application.events().all).extracting(Object::getClass)
			.isEqualTo(List.of(TinyFishRunErrorEvent.class, TinyFishRunFinishedEvent.class));
	}

	@Test
	void runThatAnotherKeyFollowsIsNotReadForItsDelivery() {
		RunHandle handle = tenant().agent().start(request("endless", "of the tenant"));
		String runId = handle.started().join();
		assertThat(application.deliver(runId).statusCode()).isEqualTo(204);
		assertThat(reads()).isZero();
		handle.cancel();
		handle.await(SOON);
		await().atMost(SOON).until(() -> !((RunControl) application.bean(OpenRuns.class)).isFollowed(runId));
		assertThat(application.deliver(runId).statusCode()).isEqualTo(204);
		assertThat(application.events().endedTags()).containsExactly("of the tenant");
	}

	@Test
	void outcomeOfARunThatAnotherKeyAwaitsIsPublishedOnceByTheAwait() {
		TinyFishClient tenant = tenant();
		QueuedRun queued = tenant.agent().queue(request("endless", "of the tenant"));
		String runId = queued.runId();
		CompletableFuture<AgentRun> awaited = CompletableFuture.supplyAsync(() -> tenant.runs().await(queued, SOON));
		BaseUrlSource service = (BaseUrlSource) application.bean(ReactiveTinyFishClient.class);
		await().atMost(SOON).until(() -> ((RunControl) application.bean(OpenRuns.class)).isAwaited(runId, service));
		client().runs().cancel(runId);
		assertThat(application.deliver(runId).statusCode()).isEqualTo(204);
		assertThat(awaited.join().runId()).isEqualTo(runId);
		application.events().awaitEndedTags(1);
		assertThat(application.deliver(runId).statusCode()).isEqualTo(204);
		assertThat(application.events().endedTags()).containsExactly("of the tenant");
	}

	@Test
	void outcomeOfAnotherServiceDoesNotSilenceTheDelivery() {
		WireMockServer staging = new WireMockServer(wireMockConfig().bindAddress("127.0.0.1").dynamicPort());
		staging.start();
		try {
			String runId = endedRun("order-42");
			staging.stubFor(WireMock.get("/v1/runs/" + runId)
				.willReturn(WireMock.jsonResponse(Map.of("run_id", runId, "status", "FAILED"), 200)));
			try (TinyFishClient other = application.bean(TinyFishClient.Builder.class)
				.baseUrl("http://127.0.0.1:" + staging.port())
				.build()) {
				assertThat(other.runs().await(runId, SOON).isCompleted()).isFalse();
			}
			application.events().awaitEndedTags(1);
			assertThat(application.deliver(runId).statusCode()).isEqualTo(204);
			application.events().awaitEndedTags(2);
			assertThat(application.events().all).extracting(TinyFishRunEvent::getTag).containsExactly(null, "order-42");
		}
		finally {
			staging.stop();
		}
	}

	private static void assertUnread(TinyFishClient client, String runId) {
		assertThat(
				catchThrowableOfType(TinyFishRunOutcomeUnknownException.class, () -> client.runs().await(runId, SOON)))
			.isNotNull();
	}

	private TinyFishClient tenant() {
		return client().mutate().apiKey(TENANT_KEY).build();
	}

}
