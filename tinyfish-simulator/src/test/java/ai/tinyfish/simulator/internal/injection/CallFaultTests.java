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

package ai.tinyfish.simulator.internal.injection;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;

import ai.tinyfish.simulator.Fault;
import ai.tinyfish.simulator.FaultPoint;
import ai.tinyfish.simulator.Scenario;
import ai.tinyfish.simulator.SimulatedRun;
import ai.tinyfish.simulator.TinyFishSimulator;
import ai.tinyfish.simulator.testing.Api;
import ai.tinyfish.simulator.testing.Wiretap;
import ai.tinyfish.simulator.testing.Wiretap.End;
import ai.tinyfish.simulator.testing.Wiretap.Recording;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Answers of calls other than streams that go wrong for a while.
 */
class CallFaultTests {

	private static final Duration NEVER = Duration.ofHours(1);

	@AutoClose
	private final TinyFishSimulator simulator = TinyFishSimulator.builder().pace(NEVER).start();

	private final Api api = new Api(this.simulator);

	static Stream<Call> calls() {
		return Stream.of(new Call("get", FaultPoint.getRun(), "GET", "/v1/runs/%s", ""),
				new Call("get as poll", FaultPoint.poll(), "GET", "/v1/runs/%s", ""),
				new Call("batch", FaultPoint.getRuns(), "POST", "/v1/runs/batch", "{\"run_ids\": [\"%s\"]}"),
				new Call("batch as poll", FaultPoint.poll(), "POST", "/v1/runs/batch", "{\"run_ids\": [\"%s\"]}"),
				new Call("cancel", FaultPoint.cancelRun(), "POST", "/v1/runs/%s/cancel", ""),
				new Call("list", FaultPoint.listRuns(), "GET", "/v1/runs", ""));
	}

	@ParameterizedTest
	@MethodSource("calls")
	void answerIsAPageTwiceAndThenRight(Call call) {
		String id = queue();
		this.simulator.fault(call.point(), Fault.badGateway(), 2);
		for (int i = 0; i < 2; i++) {
			Api.Reply reply = call.send(this.api, id);
			assertThat(reply.status()).isEqualTo(502);
			assertThat(reply.headers().firstValue("content-type")).hasValue("text/html; charset=utf-8");
			assertThat(reply.raw()).contains("502 Bad Gateway");
			assertThat(this.simulator.journal().outcome(id)).isNull();
		}
		assertThat(call.send(this.api, id).status()).isEqualTo(200);
		assertThat(this.simulator.journal().faults()).hasSize(2)
			.allSatisfy((struck) -> assertThat(struck.point()).isEqualTo(call.point().toString()));
	}

	@ParameterizedTest
	@MethodSource("calls")
	void answerIsARefusalOnce(Call call) {
		String id = queue();
		this.simulator.fault(call.point(), Fault.refusal(503, "SERVICE_BUSY", "Later"), 1);
		Api.Reply reply = call.send(this.api, id);
		assertThat(reply.status()).isEqualTo(503);
		assertThat(reply.errorCode()).isEqualTo("SERVICE_BUSY");
		assertThat(call.send(this.api, id).status()).isEqualTo(200);
	}

	@ParameterizedTest
	@MethodSource("calls")
	void answerIsTornOffAndThenRight(Call call) throws IOException {
		String id = queue();
		this.simulator.fault(call.point(), Fault.reset(), 1).fault(call.point(), Fault.disconnect(), 1);
		for (End end : List.of(End.CLOSED, End.RESET)) {
			try (Wiretap wire = call.wiretap(this.simulator, id)) {
				Recording recording = wire.toTheEnd();
				assertThat(recording.bytes()).isEmpty();
				assertThat(recording.end()).isEqualTo(end);
			}
		}
		assertThat(this.simulator.journal().outcome(id)).isNull();
		assertThat(call.send(this.api, id).status()).isEqualTo(200);
	}

	@ParameterizedTest
	@MethodSource("calls")
	void answerBreaksOffHalfWayAndIsThenRight(Call call) throws IOException {
		String id = queue();
		String half = "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"run_id\"";
		byte[] bytes = half.getBytes(StandardCharsets.US_ASCII);
		this.simulator.fault(call.point(), Fault.bytes(bytes, Fault.silence()), 1)
			.fault(call.point(), Fault.bytes(bytes, Fault.reset()), 1)
			.fault(call.point(), Fault.bytes(bytes, Fault.disconnect()), 1)
			.fault(call.point(), Fault.bytes(bytes), 1);
		for (End end : List.of(End.CLOSED, End.CLOSED, End.RESET)) {
			try (Wiretap wire = call.wiretap(this.simulator, id)) {
				Recording recording = wire.toTheEnd();
				assertThat(recording.latin1()).isEqualTo(half);
				assertThat(recording.end()).isEqualTo(end);
			}
		}
		try (Wiretap wire = call.wiretap(this.simulator, id)) {
			assertThat(wire.upTo(half.length()).latin1()).isEqualTo(half);
			assertThat(wire.untilSilent(100).end()).isEqualTo(End.SILENT);
		}
		assertThat(call.send(this.api, id).status()).isEqualTo(200);
	}

	@ParameterizedTest
	@MethodSource("calls")
	void answerNeverComes(Call call) throws IOException {
		String id = queue();
		this.simulator.fault(call.point(), Fault.silence(), 1);
		try (Wiretap wire = call.wiretap(this.simulator, id)) {
			await().until(() -> this.simulator.journal().faults().size() == 1);
			Recording recording = wire.untilSilent(200);
			assertThat(recording.end()).isEqualTo(End.SILENT);
			assertThat(recording.bytes()).isEmpty();
			assertThat(this.simulator.journal().openStreams()).isZero();
		}
		assertThat(call.send(this.api, id).status()).isEqualTo(200);
	}

	@ParameterizedTest
	@MethodSource("calls")
	void rightAnswerComesUnderAnotherContentType(Call call) {
		String id = queue();
		this.simulator.fault(call.point(), Fault.contentType("text/html"), 1);
		Api.Reply reply = call.send(this.api, id);
		assertThat(reply.status()).isEqualTo(200);
		assertThat(reply.headers().firstValue("content-type")).hasValue("text/html");
		assertThat(reply.raw()).contains(id);
	}

	@ParameterizedTest
	@MethodSource("calls")
	void interimAnswersComeBeforeTheRightOne(Call call) throws IOException {
		String id = queue();
		this.simulator.fault(call.point(), Fault.interim(100, 102, 103), 1);
		for (String expected : List.of("100 102 103 200", "200")) {
			try (Wiretap wire = call.wiretap(this.simulator, id)) {
				String[] received = { "" };
				await().until(() -> {
					received[0] = wire.untilSilent(20).latin1();
					return received[0].endsWith("}");
				});
				assertThat(received[0].lines()
					.filter((line) -> line.startsWith("HTTP/1.1 "))
					.map((line) -> line.substring(9, 12))).containsExactly(expected.split(" "));
				assertThat(received[0]).contains(id);
			}
		}
		assertThat(call.send(this.api, id).status()).isEqualTo(200);
	}

	@ParameterizedTest
	@ValueSource(strings = { "run", "run-async", "run-sse" })
	void interimAnswersToASubmissionLeaveOneRun(String endpoint) throws IOException {
		this.simulator.given("quick", Scenario.builder().pace(Duration.ZERO).result("done").build());
		this.simulator.fault(FaultPoint.answerOf("POST /v1/automation/" + endpoint), Fault.interim(103, 103));
		try (Wiretap wire = Wiretap.send(this.simulator, "POST", "/v1/automation/" + endpoint,
				Api.submission("quick"))) {
			await().until(() -> wire.untilSilent(20).latin1().contains("HTTP/1.1 200 OK"));
			assertThat(wire.untilSilent(20).latin1()).startsWith("HTTP/1.1 103 ");
		}
		assertThat(this.simulator.journal().runsCreated()).isEqualTo(1);
	}

	@Test
	void answerIsAboutAnotherRunOnceAndThenRight() {
		String id = queue();
		this.simulator.fault(FaultPoint.poll(), Fault.anotherRun(), 2);
		Map<String, Object> got = this.api.get("/v1/runs/" + id).body();
		assertThat(got).containsEntry("status", "COMPLETED")
			.containsEntry("result", Map.of("another", "run"))
			.doesNotContainEntry("run_id", id);
		Api.Reply batch = this.api.post("/v1/runs/batch", Api.batch(id));
		assertThat(batch.body()).containsEntry("not_found", null);
		assertThat(batch.list("data")).singleElement()
			.satisfies((run) -> assertThat(run).containsEntry("status", "COMPLETED")
				.doesNotContainEntry("run_id", id)
				.doesNotContainEntry("run_id", got.get("run_id")));
		assertThat(this.api.get("/v1/runs/" + id).body()).containsEntry("run_id", id);
		assertThat(this.simulator.journal().outcome(id)).isNull();
	}

	@Test
	void answerOfACancelIsAboutAnotherRun() {
		String id = queue();
		this.simulator.fault(FaultPoint.cancelRun(), Fault.anotherRun(), 1);
		assertThat(this.api.post("/v1/runs/" + id + "/cancel").body()).doesNotContainEntry("run_id", id);
		assertThat(this.simulator.journal().outcome(id)).isEqualTo(SimulatedRun.Status.CANCELLED);
	}

	@Test
	void runThatHasEndedIsShownUnfinishedOnceAndThenRight() {
		this.simulator.given("quick", Scenario.builder().pace(Duration.ZERO).result("done").build());
		String id = this.api.queue("quick");
		await().until(() -> this.simulator.journal().outcome(id) != null);
		this.simulator.fault(FaultPoint.poll(), Fault.unfinished(SimulatedRun.Status.PENDING), 1);
		this.simulator.fault(FaultPoint.poll(), Fault.unfinished(SimulatedRun.Status.RUNNING), 1);
		assertThat(this.api.get("/v1/runs/" + id).body()).containsEntry("status", "RUNNING")
			.containsEntry("run_id", id)
			.containsEntry("finished_at", null)
			.containsEntry("result", null);
		assertThat(this.api.post("/v1/runs/batch", Api.batch(id)).list("data")).singleElement()
			.satisfies((run) -> assertThat(run).containsEntry("status", "PENDING").containsEntry("run_id", id));
		assertThat(this.api.get("/v1/runs/" + id).body()).containsEntry("status", "COMPLETED");
	}

	@Test
	void submissionThatWaitsIsAnsweredBeforeItsRunHasEnded() {
		this.simulator.fault(FaultPoint.run(), Fault.unfinished(SimulatedRun.Status.RUNNING));
		Api.Reply reply = this.api.post("/v1/automation/run", Api.submission("endless"));
		assertThat(reply.status()).isEqualTo(200);
		assertThat(reply.body()).containsEntry("status", "RUNNING").containsEntry("result", null);
		assertThat(this.simulator.journal().runs()).singleElement()
			.satisfies((run) -> assertThat(run.id()).isEqualTo(reply.text("run_id")));
		assertThat(this.simulator.journal().outcome(reply.text("run_id"))).isNull();
	}

	@Test
	void scenarioSpoilsTheFirstPollsOfEachOfItsRuns() {
		this.simulator.given("spoilt", Scenario.builder().fault(FaultPoint.poll(), Fault.badGateway(), 2).build());
		String one = this.api.queue("spoilt one");
		String two = this.api.queue("spoilt two");
		String well = this.api.queue("well");
		assertThat(this.api.get("/v1/runs/" + one).status()).isEqualTo(502);
		assertThat(this.api.post("/v1/runs/batch", Api.batch(well, one)).status()).isEqualTo(502);
		assertThat(this.api.post("/v1/runs/batch", Api.batch(well, one)).status()).isEqualTo(200);
		assertThat(this.api.get("/v1/runs/" + two).status()).isEqualTo(502);
		assertThat(this.api.get("/v1/runs/" + two).status()).isEqualTo(502);
		assertThat(this.api.get("/v1/runs/" + two).status()).isEqualTo(200);
		assertThat(this.api.get("/v1/runs/" + well).status()).isEqualTo(200);
		assertThat(this.simulator.journal().faults(two)).hasSize(2);
	}

	@Test
	void faultPlannedLastComesFirst() {
		String id = queue();
		this.simulator.fault(FaultPoint.getRun(), Fault.badGateway());
		this.simulator.fault(FaultPoint.getRun(), Fault.refusal(500, "INTERNAL_ERROR", "No"), 1);
		assertThat(this.api.get("/v1/runs/" + id).status()).isEqualTo(500);
		assertThat(this.api.get("/v1/runs/" + id).status()).isEqualTo(502);
		this.simulator.clearFaults();
		assertThat(this.api.get("/v1/runs/" + id).status()).isEqualTo(200);
	}

	@Test
	void runIsUnknownAtFirst() {
		this.simulator.given("late", Scenario.builder().unknownAtFirst(3).build());
		String id = this.api.queue("late");
		assertThat(this.api.get("/v1/runs/" + id).errorCode()).isEqualTo("NOT_FOUND");
		assertThat(this.api.post("/v1/runs/batch", Api.batch(id)).body()).containsEntry("not_found", List.of(id))
			.containsEntry("data", List.of());
		assertThat(this.api.get("/v1/runs/" + id).status()).isEqualTo(404);
		assertThat(this.api.get("/v1/runs/" + id).status()).isEqualTo(200);
		assertThat(this.api.post("/v1/runs/batch", Api.batch(id)).body()).containsEntry("not_found", null);
	}

	@Test
	void runStaysUnknownForEver() {
		this.simulator.given("lost", Scenario.builder().unknownAtFirst(Integer.MAX_VALUE).build());
		String id = this.api.queue("lost");
		for (int i = 0; i < 5; i++) {
			assertThat(this.api.get("/v1/runs/" + id).status()).isEqualTo(404);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "run", "run-async" })
	void lostAnswerOfASubmissionLeavesOneRun(String endpoint) throws IOException {
		FaultPoint point = endpoint.equals("run") ? FaultPoint.run() : FaultPoint.runAsync();
		this.simulator.given("quick", Scenario.builder().pace(Duration.ZERO).result("done").build());
		List<Supplier<Fault>> faults = List.of(Fault::reset, Fault::disconnect, Fault::badGateway, Fault::garbage);
		for (Supplier<Fault> fault : faults) {
			this.simulator.fault(point, fault.get(), 1);
			try (Wiretap wire = Wiretap.send(this.simulator, "POST", "/v1/automation/" + endpoint,
					Api.submission("quick"))) {
				Recording recording = wire.upTo(1);
				boolean page = recording.bytes().length == 1 && recording.bytes()[0] == 'H';
				assertThat(page).isEqualTo("HTML 502".equals(fault.get().toString()));
			}
		}
		await().until(() -> this.simulator.journal().runs(SimulatedRun.Status.COMPLETED).size() == faults.size());
		assertThat(this.simulator.journal().runsCreated()).isEqualTo(faults.size());
		assertThat(this.simulator.journal().submissions("quick")).hasSize(faults.size())
			.doesNotHaveDuplicates()
			.allSatisfy((request) -> assertThat(this.simulator.journal().outcome(request.runId()))
				.isEqualTo(SimulatedRun.Status.COMPLETED));
	}

	@ParameterizedTest
	@ValueSource(strings = { "run", "run-async" })
	void refusedSubmissionCreatesNoRun(String endpoint) {
		this.simulator.given("quick", Scenario.builder().pace(Duration.ZERO).result("done").build());
		FaultPoint point = endpoint.equals("run") ? FaultPoint.run() : FaultPoint.runAsync();
		this.simulator.fault(point, Fault.refusal(429, "RATE_LIMIT_EXCEEDED", "Too many pending runs"), 1);
		String path = "/v1/automation/" + endpoint;
		assertThat(this.api.post(path, Api.submission("quick")).status()).isEqualTo(429);
		assertThat(this.simulator.journal().runsCreated()).isZero();
		assertThat(this.simulator.journal().submissions("quick")).singleElement()
			.satisfies((request) -> assertThat(request.runId()).isNull());
		assertThat(this.api.post(path, Api.submission("quick")).status()).isEqualTo(200);
		assertThat(this.simulator.journal().runsCreated()).isEqualTo(1);
	}

	private String queue() {
		return this.api.queue("Look");
	}

	record Call(String name, FaultPoint point, String method, String path, String body) {

		Api.Reply send(Api api, String id) {
			return this.method.equals("GET") ? api.get(this.path.formatted(id))
					: api.post(this.path.formatted(id), this.body.formatted(id));
		}

		Wiretap wiretap(TinyFishSimulator simulator, String id) throws IOException {
			return Wiretap.send(simulator, this.method, this.path.formatted(id), this.body.formatted(id));
		}

		@Override
		public String toString() {
			return this.name;
		}

	}

}
