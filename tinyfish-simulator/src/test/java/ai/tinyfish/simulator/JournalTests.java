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

package ai.tinyfish.simulator;

import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import ai.tinyfish.simulator.testing.Api;
import ai.tinyfish.simulator.testing.RawStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

class JournalTests {

	@AutoClose
	private TinyFishSimulator simulator;

	private Api api;

	@Test
	void requestsAreKeptInTheirOrder() {
		start(TinyFishSimulator.builder().pace(Duration.ZERO));
		String id = this.api.queue("Look");
		this.api.get("/v1/runs/" + id + "?screenshots=none");
		this.api.post("/v1/runs/" + id + "/cancel");
		this.api.post("/v1/runs/batch", Api.batch(id));
		this.api.send(this.api.withoutKey("/v1/runs").GET());
		this.api.post("/v1/automation/run-async", "{}");
		this.api.get("/elsewhere");
		List<ReceivedRequest> received = this.simulator.journal().received();
		assertThat(received).extracting(ReceivedRequest::endpoint)
			.containsExactly("POST /v1/automation/run-async", "GET /v1/runs/{id}", "POST /v1/runs/{id}/cancel",
					"POST /v1/runs/batch", "GET /v1/runs", "POST /v1/automation/run-async", "other");
		assertThat(received).extracting(ReceivedRequest::runId).containsExactly(id, id, id, null, null, null, null);
		assertThat(received).isSortedAccordingTo((a, b) -> a.receivedAt().compareTo(b.receivedAt()));
		assertThat(received.get(0).body()).isEqualTo(Api.submission("Look"));
		assertThat(received.get(1).path()).isEqualTo("/v1/runs/" + id + "?screenshots=none");
		assertThat(received.get(1).method()).isEqualTo("GET");
		assertThat(received.get(3).body()).isEqualTo(Api.batch(id));
		assertThat(received.get(5).body()).isEqualTo("{}");
		assertThat(this.simulator.journal().cancels(id)).containsExactly(received.get(2));
	}

	@Test
	void theLargestNumberOfRunsInFlightIsKept() {
		start(TinyFishSimulator.builder());
		this.simulator.given("endless", Scenario.builder().neverEnds().build());
		assertThat(this.simulator.journal().maxInFlight()).isZero();
		List<String> first = List.of(this.api.queue("endless 1"), this.api.queue("endless 2"),
				this.api.queue("endless 3"));
		assertThat(this.simulator.journal().maxInFlight()).isEqualTo(3);
		first.forEach((id) -> this.api.post("/v1/runs/" + id + "/cancel"));
		this.api.queue("endless 4");
		this.api.queue("endless 5");
		assertThat(this.simulator.journal().maxInFlight()).isEqualTo(3);
		this.api.queue("endless 6");
		this.api.queue("endless 7");
		assertThat(this.simulator.journal().maxInFlight()).isEqualTo(4);
	}

	@Test
	void submissionsAreFoundByTheirGoal() {
		start(TinyFishSimulator.builder().pace(Duration.ZERO));
		this.api.queue("order 1");
		this.api.queue("order 2");
		this.api.queue("order 2");
		this.api.post("/v1/automation/run", Api.submission("order 3"));
		SimulatorJournal journal = this.simulator.journal();
		assertThat(journal.submissions("order 2")).hasSize(2);
		assertThat(journal.submissions("order")).hasSize(4);
		assertThat(journal.submissions("order 4")).isEmpty();
		assertThat(journal.runsByGoal()).containsOnlyKeys("order 1", "order 2", "order 3");
		assertThat(journal.runsByGoal().get("order 2")).hasSize(2);
		assertThat(journal.outcome(journal.submissions("order 3").get(0).runId()))
			.isEqualTo(SimulatedRun.Status.COMPLETED);
		assertThat(journal.outcome("unknown")).isNull();
	}

	@Test
	void eventsAreListedPerRunWithoutHeartbeats() throws IOException {
		start(TinyFishSimulator.builder().pace(Duration.ofMillis(300)).heartbeat(Duration.ofMillis(5)));
		try (RawStream stream = RawStream.open(this.simulator, "[steps:2]")) {
			stream.next("HEARTBEAT");
			stream.all();
		}
		String queued = this.api.queue("[steps:2]");
		SimulatorJournal journal = this.simulator.journal();
		assertThat(journal.events(journal.runs().get(0).id())).containsExactly("STARTED", "STREAMING_URL", "PROGRESS",
				"PROGRESS", "COMPLETE");
		assertThat(journal.events(queued)).isEmpty();
		assertThat(journal.events("unknown")).isEmpty();
	}

	@Test
	void oldestRequestsAreForgottenFirst() {
		start(TinyFishSimulator.builder().maxRequests(3));
		this.simulator.fault(FaultPoint.getRun(), Fault.badGateway());
		for (int i = 0; i < 5; i++) {
			this.api.get("/v1/runs/id-" + i);
		}
		SimulatorJournal journal = this.simulator.journal();
		assertThat(journal.received()).extracting(ReceivedRequest::runId).containsExactly("id-2", "id-3", "id-4");
		assertThat(journal.faults()).hasSize(3);
		assertThat(journal.requests("GET /v1/runs/{id}")).isEqualTo(5);
	}

	@Test
	void journalCanKeepNoRequests() {
		start(TinyFishSimulator.builder().maxRequests(0).pace(Duration.ZERO));
		this.simulator.fault(FaultPoint.getRun(), Fault.badGateway(), 1);
		String id = this.api.queue("Look");
		assertThat(this.api.get("/v1/runs/" + id).status()).isEqualTo(502);
		assertThat(this.api.get("/v1/runs/" + id).status()).isEqualTo(200);
		assertThat(this.simulator.journal().received()).isEmpty();
		assertThat(this.simulator.journal().faults()).isEmpty();
		assertThat(this.simulator.journal().requests())
			.isEqualTo(Map.of("POST /v1/automation/run-async", 1L, "GET /v1/runs/{id}", 2L));
		assertThatIllegalArgumentException().isThrownBy(() -> TinyFishSimulator.builder().maxRequests(-1));
	}

	@Test
	void longBodiesAreCut() {
		start(TinyFishSimulator.builder());
		this.api.send(this.api.request("/v1/automation/run-async").POST(BodyPublishers.ofString("x".repeat(100_000))));
		assertThat(this.simulator.journal().received()).singleElement()
			.satisfies((request) -> assertThat(request.body()).hasSize(16 * 1024));
	}

	@Test
	void textsShowNoBody() {
		start(TinyFishSimulator.builder());
		this.api.post("/v1/automation/run-async", "{\"proxy_config\": {\"password\": \"hidden-word\"}}");
		SimulatorJournal journal = this.simulator.journal();
		assertThat(journal.received().get(0).body()).contains("hidden-word");
		assertThat(journal.received().toString()).doesNotContain("hidden-word");
		assertThat(journal.toString()).doesNotContain("hidden-word").contains("runsCreated=0");
	}

	@Test
	void journalDoesNotChange() {
		start(TinyFishSimulator.builder().pace(Duration.ZERO));
		SimulatorJournal before = this.simulator.journal();
		String id = this.api.queue("Look");
		await().until(() -> this.simulator.journal().outcome(id) != null);
		assertThat(before.received()).isEmpty();
		assertThat(before.runs()).isEmpty();
		assertThat(before.outcome(id)).isNull();
	}

	private void start(TinyFishSimulatorBuilder builder) {
		this.simulator = builder.start();
		this.api = new Api(this.simulator);
	}

}
