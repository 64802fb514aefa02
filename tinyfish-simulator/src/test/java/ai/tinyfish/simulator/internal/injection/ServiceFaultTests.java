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
import java.net.http.HttpRequest.BodyPublishers;
import java.util.stream.Stream;

import ai.tinyfish.simulator.Fault;
import ai.tinyfish.simulator.FaultPoint;
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
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Faults in the answers of the calls that are not about runs, and of any call by its
 * name.
 */
class ServiceFaultTests {

	@AutoClose
	private final TinyFishSimulator simulator = TinyFishSimulator.start();

	private final Api api = new Api(this.simulator);

	static Stream<Call> calls() {
		return Stream.of(new Call("GET /v1/search", "/v1/search?query=x", "", 200),
				new Call("GET /v1/search/usage", "/v1/search/usage", "", 200),
				new Call("POST /v1/fetch", "/v1/fetch", "{\"urls\": [\"https://a.example\"]}", 200),
				new Call("GET /v1/fetch/usage", "/v1/fetch/usage", "", 200),
				new Call("POST /v1/browser", "/v1/browser", "{}", 201),
				new Call("GET /v1/browser/usage", "/v1/browser/usage", "", 200),
				new Call("DELETE /v1/browser/{id}", "/v1/browser/unknown", "", 404),
				new Call("POST /v1/vault/connections", "/v1/vault/connections",
						"{\"provider\": \"1password\", \"token\": \"x\"}", 200),
				new Call("GET /v1/vault/connections", "/v1/vault/connections", "", 200),
				new Call("DELETE /v1/vault/connections/{id}", "/v1/vault/connections/unknown", "", 404),
				new Call("GET /v1/vault/items", "/v1/vault/items", "", 404),
				new Call("POST /v1/vault/items/sync", "/v1/vault/items/sync", "", 404),
				new Call("GET /v1/profiles", "/v1/profiles", "", 200),
				new Call("POST /v1/profiles", "/v1/profiles", "{\"name\": \"x\"}", 200),
				new Call("POST /v1/profiles/{id}/setup-session", "/v1/profiles/unknown/setup-session", "{}", 404),
				new Call("POST /v1/profiles/{id}/save", "/v1/profiles/unknown/save", "{\"session_id\": \"x\"}", 404),
				new Call("POST /v1/profiles/{id}/setup-session/cancel", "/v1/profiles/unknown/setup-session/cancel",
						"{\"session_id\": \"x\"}", 404),
				new Call("GET /v1/wallet", "/v1/wallet", "", 200),
				new Call("POST /v1/automation/run-batch", "/v1/automation/run-batch",
						"{\"runs\": [" + Api.submission("x") + "]}", 200),
				new Call("POST /v1/runs/batch/cancel", "/v1/runs/batch/cancel", Api.batch("unknown"), 200),
				new Call("GET /v1/runs", "/v1/runs", "", 200));
	}

	@ParameterizedTest
	@MethodSource("calls")
	void answerIsAPageOnceAndThenRight(Call call) {
		this.simulator.fault(call.point(), Fault.badGateway(), 1);
		assertThat(call.send(this.api).status()).isEqualTo(502);
		assertThat(call.send(this.api).status()).isEqualTo(call.status());
		assertThat(this.simulator.journal().faults()).singleElement().satisfies((struck) -> {
			assertThat(struck.point()).isEqualTo(call.point().toString());
			assertThat(struck.fault()).isEqualTo("HTML 502");
		});
		assertThat(this.simulator.journal().requests(call.endpoint())).isEqualTo(2);
	}

	@ParameterizedTest
	@MethodSource("calls")
	void answerIsARefusalOnce(Call call) {
		this.simulator.fault(call.point(), Fault.refusal(429, "RATE_LIMIT_EXCEEDED", "Later"), 1);
		Api.Reply reply = call.send(this.api);
		assertThat(reply.status()).isEqualTo(429);
		assertThat(reply.errorCode()).isEqualTo("RATE_LIMIT_EXCEEDED");
		assertThat(call.send(this.api).status()).isEqualTo(call.status());
	}

	@ParameterizedTest
	@MethodSource("calls")
	void answerIsTornOff(Call call) throws IOException {
		this.simulator.fault(call.point(), Fault.reset(), 1);
		try (Wiretap wire = Wiretap.send(this.simulator, call.method(), call.path(), call.body())) {
			Recording recording = wire.toTheEnd();
			assertThat(recording.bytes()).isEmpty();
			assertThat(recording.end()).isEqualTo(End.RESET);
		}
		assertThat(call.send(this.api).status()).isEqualTo(call.status());
	}

	@ParameterizedTest
	@MethodSource("calls")
	void answerComesUnderAnotherContentType(Call call) {
		this.simulator.fault(call.point(), Fault.contentType("text/plain"), 1);
		Api.Reply reply = call.send(this.api);
		assertThat(reply.status()).isEqualTo(call.status());
		assertThat(reply.headers().firstValue("content-type")).hasValue("text/plain");
	}

	@Test
	void lostAnswerLeavesASessionAndARefusalDoesNot() {
		FaultPoint point = FaultPoint.answerOf("POST /v1/browser");
		this.simulator.fault(point, Fault.refusal(402, "INSUFFICIENT_CREDITS", "Empty"), 1);
		assertThat(this.api.post("/v1/browser", "{}").status()).isEqualTo(402);
		assertThat(this.api.get("/v1/browser/usage").list("items")).isEmpty();
		this.simulator.fault(point, Fault.badGateway(), 1);
		assertThat(this.api.post("/v1/browser", "{}").status()).isEqualTo(502);
		assertThat(this.api.get("/v1/browser/usage").list("items")).hasSize(1);
	}

	@Test
	void lostAnswerLeavesAProfileAndARefusalDoesNot() {
		FaultPoint point = FaultPoint.answerOf("POST /v1/profiles");
		this.simulator.fault(point, Fault.refusal(503, "SERVICE_BUSY", "Later"), 1);
		assertThat(this.api.post("/v1/profiles", "{\"name\": \"x\"}").status()).isEqualTo(503);
		assertThat(this.api.get("/v1/profiles").list("profiles")).isEmpty();
		this.simulator.fault(point, Fault.badGateway(), 1);
		assertThat(this.api.post("/v1/profiles", "{\"name\": \"x\"}").status()).isEqualTo(502);
		assertThat(this.api.get("/v1/profiles").list("profiles")).hasSize(1);
	}

	@Test
	void answerCanBeOneOfYourOwn() {
		this.simulator.fault(FaultPoint.answerOf("GET /v1/search"),
				Fault.answer(200, "application/json", "{\"query\": \"mine\", \"results\": [], \"total_results\": 0}"));
		assertThat(this.api.get("/v1/search?query=x").text("query")).isEqualTo("mine");
	}

	@ParameterizedTest
	@MethodSource("calls")
	void answerHasAHeaderInAddition(Call call) {
		Fault busy = Fault.refusal(429, "RATE_LIMIT_EXCEEDED", "Later").withHeader("Retry-After", "1");
		this.simulator.fault(call.point(), busy.withHeader("X-Other", "a b").withHeader("Retry-After", "30"), 1);
		this.simulator.fault(call.point(), busy, 1);
		Api.Reply first = call.send(this.api);
		assertThat(first.errorCode()).isEqualTo("RATE_LIMIT_EXCEEDED");
		assertThat(first.headers().allValues("retry-after")).containsExactly("1");
		assertThat(first.headers().firstValue("x-other")).isEmpty();
		Api.Reply second = call.send(this.api);
		assertThat(second.headers().allValues("retry-after")).containsExactly("30");
		assertThat(second.headers().firstValue("x-other")).hasValue("a b");
		assertThat(call.send(this.api).headers().firstValue("retry-after")).isEmpty();
	}

	@Test
	void headersThatCannotBeSentAreRefused() {
		assertThatIllegalArgumentException().isThrownBy(() -> Fault.reset().withHeader("Retry-After", "1"))
			.withMessageContaining("reset");
		assertThatIllegalArgumentException().isThrownBy(() -> Fault.badGateway().withHeader("", "1"));
		assertThatIllegalArgumentException().isThrownBy(() -> Fault.badGateway().withHeader("A: b", "1"));
		assertThatIllegalArgumentException().isThrownBy(() -> Fault.badGateway().withHeader("A", "1\r\nB: 2"));
	}

	@Test
	void callsAboutRunsAreNamedTheSameWay() {
		String id = this.api.queue("Look");
		this.simulator.fault(FaultPoint.answerOf("GET /v1/runs/{id}"), Fault.badGateway(), 1);
		assertThat(this.api.get("/v1/runs/" + id).status()).isEqualTo(502);
		this.simulator.fault(FaultPoint.answerOf("POST /v1/automation/run-sse"), Fault.badGateway(), 1);
		assertThat(this.api.post("/v1/automation/run-sse", Api.submission("x")).status()).isEqualTo(502);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "GET", "/v1/search", "POST /v1/search", "GET /v1/search?query=x", "GET /v1/monitors" })
	void unknownEndpointIsRefused(String endpoint) {
		assertThatIllegalArgumentException().isThrownBy(() -> FaultPoint.answerOf(endpoint));
	}

	record Call(String endpoint, String path, String body, int status) {

		String method() {
			return this.endpoint.substring(0, this.endpoint.indexOf(' '));
		}

		FaultPoint point() {
			return this.endpoint.equals("GET /v1/runs") ? FaultPoint.listRuns() : FaultPoint.answerOf(this.endpoint);
		}

		Api.Reply send(Api api) {
			return api.send(api.request(this.path)
				.method(method(), this.body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(this.body)));
		}

		@Override
		public String toString() {
			return this.endpoint;
		}

	}

}
