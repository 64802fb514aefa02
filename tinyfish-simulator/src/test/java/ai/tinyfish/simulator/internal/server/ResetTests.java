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

package ai.tinyfish.simulator.internal.server;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

import ai.tinyfish.simulator.Fault;
import ai.tinyfish.simulator.FaultPoint;
import ai.tinyfish.simulator.ReceivedRequest;
import ai.tinyfish.simulator.Scenario;
import ai.tinyfish.simulator.SimulatedRun;
import ai.tinyfish.simulator.SimulatorJournal;
import ai.tinyfish.simulator.TinyFishSimulator;
import ai.tinyfish.simulator.testing.Api;
import ai.tinyfish.simulator.testing.RawStream;
import ai.tinyfish.simulator.testing.WebhookReceiver;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

class ResetTests {

	private static final Duration NEVER = Duration.ofHours(1);

	private final TinyFishSimulator simulator = TinyFishSimulator.builder()
		.pace(Duration.ZERO)
		.heartbeat(NEVER)
		.apiKey("sk-kept")
		.given("built", Scenario.failed("SITE_BLOCKED", "Blocked"))
		.given("endless", Scenario.builder().pace(NEVER).result(1).build())
		.start();

	private final Api api = new Api(this.simulator);

	@AfterEach
	void close() {
		this.simulator.close();
	}

	@Test
	void runsAndJournalAreForgotten() {
		String id = this.api.queue("Look");
		int port = this.simulator.port();
		this.simulator.fault(FaultPoint.listRuns(), Fault.badGateway(), 1);
		assertThat(this.api.get("/v1/runs").status()).isEqualTo(502);

		this.simulator.reset();

		SimulatorJournal journal = this.simulator.journal();
		assertThat(journal.runs()).isEmpty();
		assertThat(journal.runsCreated()).isZero();
		assertThat(journal.maxInFlight()).isZero();
		assertThat(journal.requests()).isEmpty();
		assertThat(journal.received()).isEmpty();
		assertThat(journal.faults()).isEmpty();
		assertThat(journal.events()).isEmpty();
		assertThat(this.simulator.port()).isEqualTo(port);
		assertThat(this.simulator.apiKey()).isEqualTo("sk-kept");
		assertThat(this.api.get("/v1/runs/" + id).status()).isEqualTo(404);
		assertThat(this.api.get("/v1/runs").list("data")).isEmpty();
	}

	@Test
	void sequenceOfTheBuilderBeginsAgain() {
		try (TinyFishSimulator other = TinyFishSimulator.builder()
			.pace(Duration.ZERO)
			.given("phone", Scenario.failed("SITE_BLOCKED", "Blocked"), Scenario.completed(1))
			.start()) {
			Api requests = new Api(other);
			for (int i = 0; i < 2; i++) {
				assertThat(requests.post("/v1/automation/run", Api.submission("phone")).body()).containsEntry("status",
						"FAILED");
				assertThat(requests.post("/v1/automation/run", Api.submission("phone")).body()).containsEntry("status",
						"COMPLETED");
				other.reset();
			}
		}
	}

	@Test
	void scenariosAndFaultsOfTheBuilderAreBackAndLaterOnesAreGone() {
		this.simulator.given("built", Scenario.completed(1)).given("later", Scenario.failed("LATE", "Late"));
		this.simulator.fault(FaultPoint.runAsync(), Fault.badGateway());

		this.simulator.reset();

		assertThat(status(this.api.queue("built"))).isEqualTo("FAILED");
		assertThat(status(this.api.queue("later"))).isEqualTo("COMPLETED");
	}

	@Test
	void openStreamsEndWithACancelledRun() throws IOException {
		try (RawStream stream = RawStream.open(this.simulator, "endless")) {
			stream.next("STREAMING_URL");

			this.simulator.reset();

			assertThat(this.simulator.journal().openStreams()).isZero();
			assertThat(stream.next("COMPLETE")).containsEntry("status", "CANCELLED");
			assertThat(stream.next()).isNull();
		}
		assertThat(this.simulator.journal().droppedStreams()).isZero();
	}

	@Test
	void waitingCallsAreAnsweredAndConnectionsLast() throws Exception {
		CompletableFuture<HttpResponse<String>> waiting = this.api.postAsync("/v1/automation/run",
				Api.submission("endless"));
		await().until(() -> this.simulator.journal().runsCreated() == 1);

		this.simulator.reset();

		assertThat(waiting.get().statusCode()).isEqualTo(200);
		assertThat(Api.json(waiting.get().body())).containsEntry("status", "CANCELLED");
		assertThat(this.simulator.journal().runsCreated()).isZero();
	}

	@Test
	void silentStreamsAndAnswersAreCutOff() throws IOException {
		this.simulator.fault(FaultPoint.beforeHeaders(), Fault.silence(), 1);
		this.simulator.fault(FaultPoint.afterEvent(1), Fault.silence(), 1);
		this.simulator.fault(FaultPoint.run(), Fault.silence(), 1);
		CompletableFuture<HttpResponse<String>> waiting = this.api.postAsync("/v1/automation/run",
				Api.submission("Look"));
		try (RawStream first = RawStream.open(this.simulator, "Look");
				RawStream second = RawStream.open(this.simulator, "endless")) {
			await().until(() -> this.simulator.journal().runsCreated() == 3
					&& this.simulator.journal().openStreams() == 2 && this.simulator.journal().faults().size() == 3);

			this.simulator.reset();

			assertThat(this.simulator.journal().openStreams()).isZero();
			assertThat(this.simulator.journal().droppedStreams()).isZero();
			// either may be the one whose first event was sent
			assertThat(first.all()).hasSizeLessThanOrEqualTo(1);
			assertThat(second.all()).hasSizeLessThanOrEqualTo(1);
			await().until(waiting::isCompletedExceptionally);
		}
	}

	@Test
	void webhooksAreGivenUpAndForwardsAreKept() throws IOException {
		try (WebhookReceiver receiver = WebhookReceiver.start()) {
			this.simulator.forwardWebhooks("https://shop.example", "http://127.0.0.1:" + receiver.port());
			this.api.post("/v1/automation/run-async", submission("endless"));

			this.simulator.reset();
			this.api.post("/v1/automation/run-async", submission("Look"));

			await().until(() -> !this.simulator.journal().webhooks().isEmpty());
			assertThat(this.simulator.journal().webhooks()).hasSize(1)
				.allSatisfy((delivery) -> assertThat(delivery.event()).isEqualTo("run.completed"));
		}
	}

	@Test
	void storedThingsOfOtherEndpointsAreForgotten() {
		int before = this.api.get("/v1/profiles").list("profiles").size();
		assertThat(this.api.post("/v1/profiles", "{\"name\": \"Shop\"}").status()).isBetween(200, 201);
		assertThat(this.api.get("/v1/profiles").list("profiles")).hasSize(before + 1);
		this.api.get("/v1/search?query=phones");

		this.simulator.reset();

		assertThat(this.api.get("/v1/profiles").list("profiles")).hasSize(before);
		assertThat(this.api.get("/v1/search/usage").list("items")).isEmpty();
	}

	@Test
	void runsNeverReachTheNextTestWhileOthersSubmit() throws Exception {
		CompletableFuture<HttpResponse<String>> one = this.api.postAsync("/v1/automation/run",
				Api.submission("endless"));
		await().until(() -> this.simulator.journal().runsCreated() == 1);
		for (int i = 0; i < 20; i++) {
			this.simulator.reset();
			String id = this.api.queue("Look");
			assertThat(this.simulator.journal().runs()).extracting(SimulatedRun::id).containsExactly(id);
		}
		assertThat(one.get().statusCode()).isEqualTo(200);
	}

	@Test
	void closedSimulatorIsNotReset() {
		this.simulator.close();
		assertThatIllegalStateException().isThrownBy(this.simulator::reset).withMessage("The simulator is closed");
	}

	@Test
	void severalKeysAreAcceptedAndNotedInTheJournal() {
		try (TinyFishSimulator tenants = TinyFishSimulator.builder().apiKeys("sk-acme", "sk-globex").start()) {
			Api tenantsApi = new Api(tenants);
			assertThat(tenants.apiKey()).isEqualTo("sk-acme");
			assertThat(tenants.acceptsOtherApiKeys()).isTrue();
			for (String key : new String[] { "sk-globex", "sk-acme", "sk-other" }) {
				tenantsApi.send(tenantsApi.withoutKey("/v1/runs").header("X-API-Key", key));
			}
			assertThat(tenants.journal().received()).extracting(ReceivedRequest::apiKey)
				.containsExactly("sk-globex", "sk-acme", null);
			assertThat(tenants.journal().received().toString()).doesNotContain("sk-globex");
		}
	}

	@Test
	void anyKeyIsAcceptedButABlankOne() {
		try (TinyFishSimulator open = TinyFishSimulator.builder().anyApiKey().start()) {
			Api openApi = new Api(open);
			assertThat(open.apiKey()).isEqualTo(TinyFishSimulator.DEFAULT_API_KEY);
			assertThat(open.acceptsOtherApiKeys()).isTrue();
			assertThat(openApi.send(openApi.withoutKey("/v1/runs").header("X-API-Key", "sk-1")).status())
				.isEqualTo(200);
			assertThat(openApi.send(openApi.withoutKey("/v1/runs").header("X-API-Key", " ")).status()).isEqualTo(401);
			assertThat(openApi.send(openApi.withoutKey("/v1/runs")).status()).isEqualTo(401);
		}
		assertThat(this.simulator.acceptsOtherApiKeys()).isFalse();
	}

	private String status(String id) {
		return this.api.get("/v1/runs/" + id).text("status");
	}

	private static String submission(String goal) {
		return Api.submission(goal).replace("}", ", \"webhook_url\": \"https://shop.example/hook\"}");
	}

}
