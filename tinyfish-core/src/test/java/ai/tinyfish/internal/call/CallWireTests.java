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

package ai.tinyfish.internal.call;

import java.util.List;
import java.util.Map;

import ai.tinyfish.TinyFishClient;
import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.run.AgentRun;
import ai.tinyfish.run.CancelledRun;
import ai.tinyfish.run.QueuedRun;
import ai.tinyfish.run.Run;
import ai.tinyfish.run.RunPage;
import ai.tinyfish.run.RunQuery;
import ai.tinyfish.run.RunStatus;
import ai.tinyfish.run.SortDirection;
import ai.tinyfish.run.TinyFishRunFailedException;
import ai.tinyfish.testing.BothClients;
import ai.tinyfish.testing.ClientKind;
import ai.tinyfish.testing.Samples;
import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.core.WireMockConfiguration;
import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.web.client.RestClient;
import org.springframework.web.reactive.function.client.WebClient;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.absent;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.equalToJson;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.getRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.matching;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Bytes on the wire for each call, and the results of the answers.
 */
@BothClients(always = true)
class CallWireTests {

	@RegisterExtension
	static WireMockExtension server = WireMockExtension.newInstance()
		.options(WireMockConfiguration.wireMockConfig().dynamicPort())
		.build();

	@Parameter
	ClientKind kind;

	private TinyFishClient client;

	@BeforeEach
	void createClient() {
		this.client = this.kind.client(server.baseUrl()).build();
	}

	@AfterEach
	void closeClient() {
		this.client.close();
	}

	@Test
	void runSendsTheRequestAndGivesTheEnding() {
		answer("/v1/automation/run", 200, """
				{"run_id":"run-1","status":"COMPLETED","started_at":"2026-03-01T08:00:00Z",
				"finished_at":"2026-03-01T08:00:30.5Z","num_of_steps":4,"result":{"price":7},"error":null}""");
		AgentRun run = this.client.agent().run(Samples.request());
		assertThat(run.runId()).isEqualTo("run-1");
		assertThat(run.status()).isEqualTo(RunStatus.COMPLETED);
		assertThat(run.numOfSteps()).isEqualTo(4);
		assertThat(run.startedAt()).isEqualTo("2026-03-01T08:00:00Z");
		assertThat(run.finishedAt()).isEqualTo("2026-03-01T08:00:30.500Z");
		assertThat(run.result().toMap()).isEqualTo(Map.of("price", 7));
		server
			.verify(1, postRequestedFor(urlEqualTo("/v1/automation/run")).withHeader("X-API-Key", equalTo(Samples.KEY))
				.withHeader("Content-Type", equalTo("application/json"))
				.withHeader("Content-Length", matching("\\d+"))
				.withHeader("Accept", equalTo("application/json"))
				.withHeader("User-Agent", matching("tinyfish-java/.+"))
				.withHeader("X-TF-Request-Origin", equalTo("tinyfish-java"))
				.withHeader("X-TF-Client-Name", equalTo("tinyfish-java"))
				.withHeader("X-TF-Client-Version", matching(".+"))
				.withHeader("Authorization", absent())
				.withHeader("Transfer-Encoding", absent())
				.withRequestBody(equalToJson("{\"goal\":\"Read the price\",\"url\":\"https://shop.example/item\"}")));
	}

	@Test
	void integrationTagOfTheClientIsSentUnlessTheRequestHasItsOwn() {
		answer("/v1/automation/run-async", 200, "{\"run_id\":\"run-1\",\"error\":null}");
		try (TinyFishClient tagged = this.kind.client(server.baseUrl()).integration(" acme ").build()) {
			tagged.agent().queue(Samples.request());
			tagged.agent()
				.queue(AgentRequest.builder().url("https://x.example").goal("g").apiIntegration("own").build());
		}
		List<String> bodies = server.findAll(postRequestedFor(urlEqualTo("/v1/automation/run-async")))
			.stream()
			.map((request) -> request.getBodyAsString())
			.toList();
		assertThat(bodies).hasSize(2);
		assertThat(bodies).anySatisfy((body) -> assertThat(body).contains("\"api_integration\":\"acme\""));
		assertThat(bodies).anySatisfy((body) -> assertThat(body).contains("\"api_integration\":\"own\""));
	}

	@ParameterizedTest
	@ValueSource(ints = { 200, 500 })
	void aFailedRunIsAResultWithAnyStatus(int status) {
		answer("/v1/automation/run", status, """
				{"run_id":"run-1","status":"FAILED","started_at":null,"finished_at":null,"num_of_steps":3,
				"result":null,"error":{"message":"The browser crashed"}}""");
		AgentRun run = this.client.agent().run(Samples.request());
		assertThat(run.status()).isEqualTo(RunStatus.FAILED);
		assertThat(run.error().message()).isEqualTo("The browser crashed");
		assertThatExceptionOfType(TinyFishRunFailedException.class).isThrownBy(() -> run.result().toMap())
			.satisfies((ex) -> assertThat(ex.runId()).isEqualTo("run-1"));
		server.verify(1, postRequestedFor(urlEqualTo("/v1/automation/run")));
	}

	@Test
	void anInfrastructureFailureWithoutARunIdIsAResultToo() {
		answer("/v1/automation/run", 500, """
				{"run_id":null,"status":"FAILED","started_at":null,"finished_at":null,"num_of_steps":0,
				"result":null,"error":{"message":"No browser"}}""");
		AgentRun run = this.client.agent().run(Samples.request());
		assertThat(run.runId()).isNull();
		assertThat(run.error().message()).isEqualTo("No browser");
		server.verify(1, postRequestedFor(urlEqualTo("/v1/automation/run")));
	}

	@Test
	void oldSpellingsAndUnknownFieldsAreUnderstood() {
		answer("/v1/automation/run", 200,
				"{\"runId\":\"run-1\",\"status\":\"completed\",\"resultJson\":{\"a\":[1]},\"new_field\":{\"x\":1}}");
		AgentRun run = this.client.agent().run(Samples.request());
		assertThat(run.runId()).isEqualTo("run-1");
		assertThat(run.status()).isEqualTo(RunStatus.COMPLETED);
		assertThat(run.result().json()).isEqualTo("{\"a\":[1]}");
	}

	@Test
	void anUnknownStatusIsKeptAsText() {
		answer("/v1/automation/run", 200, "{\"run_id\":\"run-1\",\"status\":\"PAUSED\"}");
		AgentRun run = this.client.agent().run(Samples.request());
		assertThat(run.status()).isEqualTo(RunStatus.UNKNOWN);
		assertThat(run.statusText()).isEqualTo("PAUSED");
	}

	@Test
	void queueGivesTheRunAndRemembersTheRequest() {
		answer("/v1/automation/run-async", 200, "{\"run_id\":\"run-1\",\"error\":null}");
		QueuedRun queued = this.client.agent().queue(Samples.request());
		assertThat(queued.isAccepted()).isTrue();
		assertThat(queued.runId()).isEqualTo("run-1");
		assertThat(queued.tag()).isEqualTo("order-42");
		assertThat(queued.goal()).isEqualTo("Read the price");
		assertThat(queued.url()).isEqualTo("https://shop.example/item");
	}

	@Test
	void anErrorOfTheQueueIsData() {
		answer("/v1/automation/run-async", 200,
				"{\"run_id\":null,\"error\":{\"code\":\"INTERNAL_ERROR\",\"message\":\"Not queued\"}}");
		QueuedRun queued = this.client.agent().queue(Samples.request());
		assertThat(queued.isAccepted()).isFalse();
		assertThat(queued.error().code()).isEqualTo("INTERNAL_ERROR");
		server.verify(1, postRequestedFor(urlEqualTo("/v1/automation/run-async")));
	}

	@Test
	void getGivesTheRecordOfARun() {
		server.stubFor(get("/v1/runs/run_1-A").willReturn(json(200,
				"""
						{"run_id":"run_1-A","status":"RUNNING","goal":"Read","created_at":"2026-03-01T08:00:00Z",
						"streaming_url":"https://watch.example/1","browser_config":{"proxy_enabled":true,"proxy_country_code":"DE"},
						"num_of_steps":null,"result":null,
						"steps":[{"id":"s1","timestamp":"2026-03-01T08:00:01Z","status":"COMPLETED","action":"Click"}]}""")));
		Run run = this.client.runs().get("run_1-A");
		assertThat(run.status()).isEqualTo(RunStatus.RUNNING);
		assertThat(run.streamingUrl()).isEqualTo("https://watch.example/1");
		assertThat(run.browserConfig().proxyCountryCode()).isEqualTo("DE");
		assertThat(run.steps()).singleElement().satisfies((step) -> assertThat(step.action()).isEqualTo("Click"));
		server.verify(1, getRequestedFor(urlEqualTo("/v1/runs/run_1-A")).withHeader("X-API-Key", equalTo(Samples.KEY)));
	}

	@Test
	void readingDependsOnNoDefaultsOfJacksonOrTheApplication() {
		server.stubFor(get("/v1/runs/run-1").willReturn(json(200, """
				{"run_id":"run-1","status":"PAUSED","num_of_steps":null,"new_field":{"a":[1]},
				"created_at":"2026-03-01T08:00:00Z","started_at":"yesterday","result":{"price":7}}""")));
		TinyFishClient.Builder builder = this.kind.client(server.baseUrl())
			.webClientBuilder(WebClient.builder().codecs((codecs) -> codecs.registerDefaults(false)));
		if (this.kind == ClientKind.BLOCKING) {
			builder.restClientBuilder(RestClient.builder()
				.configureMessageConverters(
						(converters) -> converters.configureMessageConvertersList((list) -> list.clear())));
		}
		try (TinyFishClient bare = builder.build()) {
			Run run = bare.runs().get("run-1");
			assertThat(run.status()).isEqualTo(RunStatus.UNKNOWN);
			assertThat(run.statusText()).isEqualTo("PAUSED");
			assertThat(run.numOfSteps()).isNull();
			assertThat(run.createdAt()).isEqualTo("2026-03-01T08:00:00Z");
			assertThat(run.startedAt()).isNull();
		}
	}

	@Test
	void listSendsTheConditionsEncoded() {
		server.stubFor(get(urlPathEqualTo("/v1/runs")).willReturn(json(200, "{\"data\":[" + Samples.RUN
				+ "],\"pagination\":{\"total\":3,\"next_cursor\":\"bmV4dA==\",\"has_more\":true}}")));
		RunPage page = this.client.runs()
			.list(RunQuery.builder()
				.status(RunStatus.COMPLETED)
				.goal("50% off & more")
				.sortDirection(SortDirection.ASC)
				.cursor("YWJj+/==")
				.limit(7)
				.build());
		assertThat(page.data()).singleElement().satisfies((run) -> assertThat(run.runId()).isEqualTo("run-1"));
		assertThat(page.pagination().hasMore()).isTrue();
		assertThat(page.pagination().nextCursor()).isEqualTo("bmV4dA==");
		server.verify(1,
				getRequestedFor(urlPathEqualTo("/v1/runs")).withQueryParam("status", equalTo("COMPLETED"))
					.withQueryParam("goal", equalTo("50% off & more"))
					.withQueryParam("sort_direction", equalTo("asc"))
					.withQueryParam("cursor", equalTo("YWJj+/=="))
					.withQueryParam("limit", equalTo("7")));
		assertThat(server.getAllServeEvents().get(0).getRequest().getUrl()).contains("cursor=YWJj%2B%2F%3D%3D");
	}

	@Test
	void listWithoutConditionsSendsNoQuery() {
		server.stubFor(get("/v1/runs").willReturn(
				json(200, "{\"data\":[],\"pagination\":{\"total\":0,\"next_cursor\":null,\"has_more\":false}}")));
		assertThat(this.client.runs().list().data()).isEmpty();
		server.verify(1, getRequestedFor(urlEqualTo("/v1/runs")));
	}

	@Test
	void cancelSendsNoBodyAndReturnsTheStateOfTheRun() {
		server.stubFor(post("/v1/runs/run-1/cancel").willReturn(json(200,
				"{\"run_id\":\"run-1\",\"status\":\"COMPLETED\",\"cancelled_at\":null,\"message\":\"Run already finished\"}")));
		CancelledRun cancelled = this.client.runs().cancel("run-1");
		assertThat(cancelled.status()).isEqualTo(RunStatus.COMPLETED);
		assertThat(cancelled.message()).isEqualTo("Run already finished");
		server.verify(1, postRequestedFor(urlEqualTo("/v1/runs/run-1/cancel")).withRequestBody(absent()));
	}

	@ParameterizedTest
	@ValueSource(strings = { "", " ", "a/b", "a b", "../x", "a?b", "\u00e9", "a\n" })
	void aRunIdIsCheckedBeforeAnythingIsSent(String runId) {
		assertThatIllegalArgumentException().isThrownBy(() -> this.client.runs().get(runId))
			.withMessageContaining("runId");
		assertThatIllegalArgumentException().isThrownBy(() -> this.client.runs().cancel(runId))
			.withMessageContaining("runId");
		server.verify(0, getRequestedFor(anyUrl()));
		server.verify(0, postRequestedFor(anyUrl()));
	}

	private static void answer(String path, int status, String body) {
		server.stubFor(post(path).willReturn(json(status, body)));
	}

	private static ResponseDefinitionBuilder json(int status, String body) {
		return aResponse().withStatus(status).withHeader("Content-Type", "application/json").withBody(body);
	}

}
