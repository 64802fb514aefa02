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

package ai.tinyfish.spring.boot.testing;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.client.WireMock;
import com.github.tomakehurst.wiremock.stubbing.Scenario;
import com.github.tomakehurst.wiremock.verification.LoggedRequest;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.wireMockConfig;

/**
 * An API of canned answers, to look at the requests.
 */
public final class WireMockApi implements AutoCloseable {

	public static final String RUN_ID = "run-1";

	private static final String UNAVAILABLE = """
			{"error": {"code": "SERVICE_BUSY", "message": "Busy"}}""";

	private final WireMockServer server = new WireMockServer(
			wireMockConfig().bindAddress("127.0.0.1").dynamicPort().containerThreads(10));

	public WireMockApi() {
		this.server.start();
	}

	public String baseUrl() {
		return "http://127.0.0.1:" + this.server.port();
	}

	public WireMockApi reset() {
		this.server.resetAll();
		this.server.stubFor(WireMock.get("/v1/runs/" + RUN_ID).willReturn(okJson("""
				{"run_id": "run-1", "status": "RUNNING"}""")));
		this.server.stubFor(WireMock.post("/v1/automation/run").willReturn(okJson("""
				{"run_id": "run-1", "status": "COMPLETED", "result": {"price": 42}}""")));
		this.server.stubFor(WireMock.post("/v1/automation/run-sse")
			.willReturn(aResponse().withHeader("Content-Type", "text/event-stream").withBody("""
					data: {"type": "STARTED", "run_id": "run-1"}

					data: {"type": "COMPLETE", "run_id": "run-1", "status": "COMPLETED", "result": {"price": 42}}

					""")));
		return this;
	}

	public WireMockApi delay(int milliseconds) {
		this.server.stubFor(WireMock.any(anyUrl()).willReturn(okJson("{}").withFixedDelay(milliseconds)));
		return this;
	}

	public WireMockApi alwaysUnavailable() {
		this.server.stubFor(WireMock.any(anyUrl()).willReturn(aResponse().withStatus(503).withBody(UNAVAILABLE)));
		return this;
	}

	public WireMockApi unavailableOnce() {
		this.server.stubFor(WireMock.get("/v1/runs/" + RUN_ID)
			.inScenario("once")
			.whenScenarioStateIs(Scenario.STARTED)
			.willReturn(aResponse().withStatus(503).withBody(UNAVAILABLE))
			.willSetStateTo("available"));
		return this;
	}

	public WireMockApi streaming(String... events) {
		String body = Stream.of(events).map((event) -> "data: " + event + "\n\n").collect(Collectors.joining());
		this.server.stubFor(WireMock.post("/v1/automation/run-sse")
			.willReturn(aResponse().withHeader("Content-Type", "text/event-stream").withBody(body)));
		return this;
	}

	public List<LoggedRequest> requests() {
		return this.server.findAll(com.github.tomakehurst.wiremock.client.WireMock.anyRequestedFor(anyUrl()));
	}

	public List<String> apiKeys() {
		return requests().stream().map((request) -> request.getHeader("X-API-Key")).toList();
	}

	public String submittedBody() {
		return this.server.findAll(postRequestedFor(urlPathEqualTo("/v1/automation/run"))).get(0).getBodyAsString();
	}

	@Override
	public void close() {
		this.server.stop();
	}

}
