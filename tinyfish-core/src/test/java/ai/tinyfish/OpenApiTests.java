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

package ai.tinyfish;

import java.net.URI;
import java.net.URLDecoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;

import ai.tinyfish.internal.json.Json;
import ai.tinyfish.simulator.TinyFishSimulator;
import ai.tinyfish.testing.Operation;
import ai.tinyfish.testing.Samples;
import ai.tinyfish.testing.server.ScriptedServer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * Compares requests of the client, and responses of the simulator, with TinyFish's
 * published API description, if that is at hand.
 */
class OpenApiTests {

	private static OpenApiDocuments documents;

	/**
	 * Before each test: a class that is skipped at once would go unnoticed.
	 */
	@BeforeEach
	void findDocuments() {
		documents = OpenApiDocuments.find().orElse(null);
		assumeTrue(documents != null, "The API description is not at hand (-Dtinyfish.contract)");
	}

	@Test
	void requestsOfTheClientAreDescribedThereAndEverythingDescribedThereIsSent() {
		Set<String> sent = new ConcurrentSkipListSet<>();
		try (ScriptedServer server = Operation.answering();
				TinyFishClient client = Samples.client(server.baseUrl()).build()) {
			for (Operation operation : Operation.values()) {
				operation.call(client);
			}
			for (String request : server.requests()) {
				sent.add(check(request));
			}
		}
		assertThat(sent).containsAll(documents.operations());
	}

	@Test
	void undescribedPropertyIsNoticed() {
		assertThat(documents.problemsOfRequest("POST /v1/automation/run", Map.of(), "{\"goal\":1}")).isNotEmpty();
		assertThat(documents.problemsOfRequest("GET /v1/runs", Map.of("limit", "1000"), "")).isNotEmpty();
		assertThat(documents.problemsOfRequest("GET /v1/search", Map.of(), "")).isNotEmpty();
		assertThat(documents.problemsOfAnswer("GET /v1/runs", 200, "{}")).isNotEmpty();
		assertThat(documents.problemsOfAnswer("GET /v1/runs", 418, "{}")).isNotEmpty();
	}

	/**
	 * The documents have schemas that are nullable and have no type, which some
	 * validators take for schemas that allow everything.
	 */
	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			POST /v1/automation/run       | %s
			POST /v1/automation/run-async | %s
			POST /v1/automation/run-sse   | %s
			POST /v1/automation/run-batch | {"runs":[%s]}
			""")
	void aRunWithoutItsUrlIsNoticed(String operation, String body) {
		String whole = body.formatted("{\"goal\":\"Read the price\",\"url\":\"https://shop.example/\"}");
		assertThat(documents.problemsOfRequest(operation, Map.of(), whole)).isEmpty();
		String half = body.formatted("{\"goal\":\"Read the price\"}");
		assertThat(documents.problemsOfRequest(operation, Map.of(), half)).isNotEmpty()
			.allSatisfy((problem) -> assertThat(problem).contains("url"));
	}

	/**
	 * Check one request.
	 * @return the operation that it is of
	 */
	private static String check(String request) {
		String[] line = request.split(" ", 3);
		String[] target = line[1].split("\\?", 2);
		String body = request.substring(request.indexOf("\r\n\r\n") + 4);
		String operation = documents.operationOf(line[0], target[0]).orElse(null);
		if (operation == null) {
			// docs/api.md says what these rest on
			assertThat(line[0] + " " + target[0])
				.matches("DELETE /v1/browser/.*|(GET|POST) /v1/profiles.*|GET /v1/wallet");
			return line[0] + " " + target[0];
		}
		assertThat(documents.problemsOfRequest(operation, query(target), body)).as(request).isEmpty();
		return operation;
	}

	private static Map<String, String> query(String[] target) {
		Map<String, String> query = new LinkedHashMap<>();
		if (target.length > 1) {
			for (String parameter : target[1].split("&")) {
				String[] parts = parameter.split("=", 2);
				query.put(parts[0], URLDecoder.decode(parts[1], StandardCharsets.UTF_8));
			}
		}
		return query;
	}

	@Test
	void responsesOfTheSimulatorAreDescribedThere() throws Exception {
		try (TinyFishSimulator simulator = TinyFishSimulator.start()) {
			Exchanges exchanges = new Exchanges(simulator);
			String run = "{\"goal\":\"Read the price\",\"url\":\"https://shop.example/\"}";
			exchanges.send("POST", "/v1/automation/run", run);
			exchanges.send("POST", "/v1/automation/run",
					"{\"goal\":\"[fail:SITE_BLOCKED]\",\"url\":\"https://shop.example/\"}");
			String id = exchanges.send("POST", "/v1/automation/run-async", run).get("run_id").asString();
			exchanges.send("POST", "/v1/automation/run-batch", "{\"runs\":[" + run + "," + run + "]}");
			exchanges.send("GET", "/v1/runs?limit=2", null);
			exchanges.send("GET", "/v1/runs/" + id, null);
			exchanges.send("GET", "/v1/runs/" + id + "?screenshots=base64", null);
			exchanges.send("GET", "/v1/runs/unknown", null);
			exchanges.send("POST", "/v1/runs/batch", "{\"run_ids\":[\"" + id + "\",\"unknown\"]}");
			exchanges.send("POST", "/v1/runs/" + id + "/cancel", "");
			exchanges.send("POST", "/v1/runs/batch/cancel", "{\"run_ids\":[\"" + id + "\",\"unknown\"]}");
			exchanges.send("GET", "/v1/search?query=java", null);
			exchanges.send("GET", "/v1/search/usage", null);
			exchanges.send("POST", "/v1/fetch",
					"{\"urls\":[\"https://shop.example/\",\"https://shop.example/timeout\"]}");
			exchanges.send("GET", "/v1/fetch/usage", null);
			exchanges.send("POST", "/v1/browser", "{}");
			exchanges.send("GET", "/v1/browser/usage", null);
			exchanges.send("GET", "/v1/vault/items", null);
			String connection = exchanges
				.send("POST", "/v1/vault/connections", "{\"provider\":\"1password\",\"token\":\"t\"}")
				.get("connectionId")
				.asString();
			exchanges.send("GET", "/v1/vault/connections", null);
			exchanges.send("GET", "/v1/vault/items", null);
			exchanges.send("POST", "/v1/vault/items/sync", "");
			exchanges.send("DELETE", "/v1/vault/connections/" + connection, null);
			exchanges.send("POST", "/v1/automation/run", "{\"goal\":\"\",\"url\":\"none\"}");
			Set<String> described = new TreeSet<>(documents.operations());
			// a stream is not a JSON document
			described.remove("POST /v1/automation/run-sse");
			assertThat(exchanges.operations).containsAll(described);
		}
	}

	/**
	 * Requests to the simulator, whose answers are checked.
	 */
	private static final class Exchanges {

		private final HttpClient http = HttpClient.newHttpClient();

		private final Set<String> operations = new TreeSet<>();

		private final TinyFishSimulator simulator;

		Exchanges(TinyFishSimulator simulator) {
			this.simulator = simulator;
		}

		JsonNode send(String method, String target, String body) throws Exception {
			HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(this.simulator.baseUrl() + target))
				.header("X-API-Key", this.simulator.apiKey());
			request.method(method,
					(body != null) ? HttpRequest.BodyPublishers.ofString(body) : HttpRequest.BodyPublishers.noBody());
			if (body != null && !body.isEmpty()) {
				request.header("Content-Type", "application/json");
			}
			HttpResponse<String> answer = this.http.send(request.build(), HttpResponse.BodyHandlers.ofString());
			String operation = documents.operationOf(method, target.split("\\?")[0]).orElseThrow();
			this.operations.add(operation);
			List<String> problems = documents.problemsOfAnswer(operation, answer.statusCode(), answer.body());
			assertThat(problems).as("%s %s: %s", method, target, answer.body()).isEmpty();
			return Json.mapper().readTree(answer.body());
		}

	}

}
