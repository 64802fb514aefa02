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
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;

import ai.tinyfish.simulator.testing.Api;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

/**
 * Tests for the requests that match recorded runs, and for the replay of these.
 */
class CassetteTests extends AbstractCassetteTests {

	@ParameterizedTest
	@ValueSource(strings = { "run", "run-async", "run-sse", "run-batch" })
	void recordedRunAnswersOnEachEndpoint(String endpoint) throws IOException {
		replay(PRICE);
		String body = endpoint.equals("run-batch") ? "{\"runs\": [" + REQUEST + "]}" : REQUEST;
		Api.Reply reply = this.api.post("/v1/automation/" + endpoint, body);
		assertThat(reply.status()).isEqualTo(200);
		SimulatedRun run = this.simulator.journal().runs().get(0);
		assertThat(run.status()).isEqualTo(SimulatedRun.Status.COMPLETED);
		assertThat(run.resultJson()).isEqualTo("{\"price\":640}");
		assertThat(this.api.get("/v1/runs/" + run.id()).list("steps")).extracting((step) -> step.get("action"))
			.containsExactly("Open the shop", "Read");
		if (endpoint.equals("run-sse")) {
			assertThat(reply.raw()).containsSubsequence("STARTED", "Open", "Read the price", "COMPLETE", "640");
		}
	}

	@Test
	void sameRequestReplaysItsRecordingsInOrderAndTheLastOneAgain() throws IOException {
		replay(PRICE, PRICE.replace("640", "650"));
		assertThat(this.simulator.journal().unused())
			.containsExactly("recording of \"Find the price\" at https://shop.example/phones?page=2");
		assertThat(price()).isEqualTo(640);
		this.simulator.fault(FaultPoint.run(), Fault.refusal(429, "RATE_LIMIT_EXCEEDED", "Later"), 1);
		assertThat(post(REQUEST).status()).isEqualTo(429);
		assertThat(this.simulator.journal().unused()).hasSize(1);
		assertThat(price()).isEqualTo(650);
		assertThat(price()).isEqualTo(650);
		assertThat(this.simulator.journal().unused()).isEmpty();
		this.simulator.reset();
		assertThat(price()).isEqualTo(640);
	}

	@Test
	void failuresAndRefusalsAreReplayed() throws IOException {
		replay("""
				{"request": %s, "status": "FAILED",
					"error": {"message": "No luck", "category": "AGENT_FAILURE", "retry_after": 7}}"""
			.formatted(REQUEST),
				"""
						{"request": %s, "refusal": {"status": 402, "code": "INSUFFICIENT_CREDITS", "message": "No credit"}}"""
					.formatted(REQUEST),
				"{\"request\": %s, \"status\": \"CANCELLED\"}".formatted(REQUEST));
		assertThat(post(REQUEST).object("error")).doesNotContainKey("code")
			.containsEntry("message", "No luck")
			.containsEntry("category", "AGENT_FAILURE")
			.containsEntry("retry_after", 7);
		Api.Reply refusal = post(REQUEST);
		assertThat(refusal.status()).isEqualTo(402);
		assertThat(refusal.object("error")).containsEntry("code", "INSUFFICIENT_CREDITS")
			.containsEntry("message", "No credit");
		assertThat(this.simulator.journal().runsCreated()).isOne();
		assertThat(post(REQUEST).body()).containsEntry("status", "CANCELLED");
	}

	@Test
	void recordedRunIsNotCutAtTheLimitOfSteps() throws IOException {
		String request = REQUEST.replace("}", ", \"agent_config\": {\"max_steps\": 1}}");
		replay(PRICE.replace(REQUEST, REQUEST.replace("}", ", \"agent_config.max_steps\": \"1\"}"))
			.replace("\"status\"", "\"num_of_steps\": 2, \"status\""));
		assertThat(post(request).body()).containsEntry("status", "COMPLETED").containsEntry("num_of_steps", 2);
	}

	@Test
	void simulatorWithACassetteIsNotStrictBecauseOfIt() throws IOException {
		replay(PRICE);
		assertThat(this.simulator.isStrict()).isFalse();
	}

	@Test
	void faultsAndGivenScenariosComeFirst() throws IOException {
		replay(PRICE);
		this.simulator.fault(FaultPoint.beforeComplete(), Fault.endOfStream(), 1);
		assertThat(this.api.post("/v1/automation/run-sse", REQUEST).raw()).contains("Read").doesNotContain("COMPLETE");
		this.simulator.given("price", Scenario.completed(Map.of("price", 1)));
		assertThat(price()).isEqualTo(1);
		this.simulator.reset();
		assertThat(price()).isEqualTo(640);
	}

	@ParameterizedTest
	@ValueSource(strings = { "HTTPS://Shop.Example/phones?page=2", "https://shop.example:443/phones?page=2" })
	void urlsThatMeanTheSameMatch(String url) throws IOException {
		replay(PRICE);
		assertThat(post(REQUEST.replace("https://shop.example/phones?page=2", url)).status()).isEqualTo(200);
	}

	@Test
	void userOfAUrlIsMaskedAndNotTheSameAsNone() throws IOException {
		String mine = REQUEST.replace("https://", "https://me:hunter2@");
		String url = "https://***@shop.example/phones?page=2";
		assertThat(recordedRequest(mine)).containsEntry("url", url);
		replay(PRICE.replace("https://shop.example/phones?page=2", url));
		assertThat(post(mine).status()).isEqualTo(200);
		assertThat(post(mine.replace("hunter2", "hunter3")).status()).isEqualTo(200);
		assertThat((String) post(REQUEST).object("error").get("message")).contains("differs in url (recorded ");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			https://shop.example/?access_token=%s&page=2 | Find the price
			https://shop.example/#sig=%s                 | Find the price
			https://shop.example/phones?page=2           | Look at https://me:%s@shop.example/
			https://shop.example/phones?page=2           | Find <url>/?page=2&amp;api_key=%s</url>
			https://me:it's-%s@shop.example/             | Find the price
			https://shop.example/?api_key=it's-%s        | Find the price
			https://shop.example/?next=https%%3A%%2F%%2Fme%%3A%s%%40x | Find the price
			https://shop.example/phones?page=2           | Look at /go?next=https%%3A%%2F%%2Fme%%3A%s%%40x
			https://shop.example/phones?page=2           | Look at /go?next=%%2Fa%%3Faccess_token%%3D%s
			""")
	void secretsOfUrlsAreNotCompared(String url, String goal) throws IOException {
		String request = "{\"url\": \"%s\", \"goal\": \"%s\"}".formatted(url, goal);
		assertThat(recordedRequest(request.formatted("secret-4711")).toString()).contains("***").doesNotContain("4711");
		for (String recorded : List.of("***", "secret-4711")) {
			replay(PRICE.replace(REQUEST, request.formatted(recorded)));
			assertThat(post(request.formatted("secret-4712")).status()).isEqualTo(200);
			assertThat(post(REQUEST).status()).isEqualTo(422);
		}
		replay(PRICE);
		assertThat(post(request.formatted("secret-4711")).raw()).contains("has no recording of it")
			.doesNotContain("4711");
	}

	@Test
	void hostAndAddressInACompactGoalAreCompared() throws IOException {
		String request = """
				{"url": "https://shop.example/", "goal": "Compare {\\"site\\":\\"https://%s.example\\",\\"contact\\":\\"%s@shop.example\\"}"}""";
		replay(PRICE.replace(REQUEST, request.formatted("a", "me")));
		assertThat(post(request.formatted("a", "me")).status()).isEqualTo(200);
		assertThat(post(request.formatted("b", "me")).status()).isEqualTo(422);
		assertThat(post(request.formatted("a", "you")).status()).isEqualTo(422);
	}

	@Test
	void emptyValuesMatter() throws IOException {
		replay(PRICE);
		for (String empty : List.of("\"output_schema\": {}", "\"output_schema\": {\"properties\": {}}", "\"later\": {}",
				"\"output_schema\": {\"required\": []}")) {
			String body = REQUEST.replace("}", ", " + empty + "}");
			assertThat(post(body).status()).as(empty).isEqualTo(422);
			assertThat(recordedRequest(body)).as(empty).hasSize(3);
		}
	}

	@Test
	void stepsThatTheServiceDidNotCountAreNotCounted() throws IOException {
		replay(PRICE);
		assertThat(post(REQUEST).body()).containsEntry("num_of_steps", null);
	}

	@Test
	void cancelledRunEndsAsItWasRecorded() throws IOException {
		write(PRICE.replace("\"COMPLETED\", \"result\": {\"price\": 640}",
				"\"CANCELLED\", \"num_of_steps\": 9, \"profile_id\": \"prof_1\""), PRICE);
		this.simulator = TinyFishSimulator.builder().pace(Duration.ofMinutes(1)).cassette(file()).start();
		this.api = new Api(this.simulator);
		String id = this.api.post("/v1/automation/run-async", REQUEST).text("run_id");
		assertThat(this.api.post("/v1/runs/" + id + "/cancel").body()).containsEntry("status", "CANCELLED");
		assertThat(this.api.get("/v1/runs/" + id).body()).containsEntry("num_of_steps", 9)
			.containsEntry("profile_id", "prof_1");
		String completed = this.api.post("/v1/automation/run-async", REQUEST).text("run_id");
		assertThat(this.api.post("/v1/runs/" + completed + "/cancel").body()).containsEntry("status", "COMPLETED");
		assertThat(this.api.get("/v1/runs/" + completed).object("result")).containsEntry("price", 640);
	}

	@Test
	void fieldsThatDoNotDecideAboutTheResultDoNotMatter() throws IOException {
		replay(PRICE);
		assertThat(post(REQUEST.replace("}",
				", \"webhook_url\": \"https://hook.example/token\", \"capture_config\": {\"recording\": true},"
						+ " \"api_integration\": \"us\"}"))
			.status()).isEqualTo(200);
	}

	@Test
	void valuesThatMayBeSecretAreComparedByADigest() throws IOException {
		AtomicReference<Map<String, Object>> request = new AtomicReference<>();
		record((apiKey, body, recorded) -> {
			request.set(recorded);
			return new CassetteRecorder.Recording(CompletableFuture.completedFuture(""),
					CompletableFuture.completedFuture(PRICE), () -> {
					});
		});
		String body = REQUEST.replace("}",
				", \"later_field\": {\"a\": 1}, \"use_vault\": true, \"credential_item_ids\": [\"item-4711\"], \"proxy_config\":"
						+ " {\"enabled\": true, \"type\": \"custom\", \"url\": \"http://proxy.example:8080\", \"username\": \"user-4711\", \"password\": \"pass-4711\"}}");
		assertThat(post(body).status()).isEqualTo(200);
		assertThat(request.get()).containsOnlyKeys("url", "goal", "proxy_config.enabled", "proxy_config.type",
				"proxy_config.username", "use_vault", "later_field.a", "credential_item_ids", "proxy_config.url");
		assertThat(request.get().toString()).doesNotContain("4711", "proxy.example");
		replay(PRICE.replace(REQUEST, new JsonMapper().writeValueAsString(request.get())));
		assertThat(post(body).status()).isEqualTo(200);
		assertThat((String) post(body.replace("item-4711", "item-4712")).object("error").get("message"))
			.contains("The nearest differs in credential_item_ids (recorded \"digest ");
	}

	@Test
	void versionOfTheGoalMatters() throws IOException {
		write(PRICE.replace("price\"}", "price\", \"goal_version\": \"2\"}"));
		start(TinyFishSimulator.builder().cassette(file(), (fields) -> fields.put("goal_version", "2"), null));
		assertThat(price()).isEqualTo(640);
		start(TinyFishSimulator.builder().cassette(file(), (fields) -> fields.put("goal_version", "3"), null));
		assertThat((String) post(REQUEST).object("error").get("message"))
			.contains("goal_version (recorded \"2\", requested \"3\")");
	}

	@Test
	void responseOfTheServiceIsReplayed() throws IOException {
		replay("""
				{"request": %s, "status": "COMPLETED", "num_of_steps": 17, "result": [],
					"schema_validation": {"valid": false, "re_prompt_attempts": 2, "errors": []}, "profile_id": "prof_1",
					"events": [{"type": "PROGRESS", "purpose": "Look", "tinyfish_api": "search"},
						{"type": "TF_API_RESULT", "tinyfish_api": "search", "result": {"a": 1}}],
					"steps": [{"status": "COMPLETED", "action": "Open"}, {"status": "FAILED", "action": "Read", "note": 1}],
					"times": {"recorded_at": "2026-11-30T12:00:00Z"}}"""
			.formatted(REQUEST));
		String events = this.api.post("/v1/automation/run-sse", REQUEST).raw();
		assertThat(events).containsSubsequence("\"purpose\":\"Look\",\"tinyfish_api\":\"search\"", "TF_API_RESULT",
				"\"result\":{\"a\":1}", "COMPLETE");
		String id = this.simulator.journal().runs().get(0).id();
		Api.Reply run = this.api.get("/v1/runs/" + id);
		assertThat(run.body()).containsEntry("num_of_steps", 17)
			.containsEntry("profile_id", "prof_1")
			.doesNotContainKeys("events", "times", "request");
		assertThat(run.object("schema_validation")).containsEntry("valid", false);
		assertThat(run.list("steps"))
			.extracting((step) -> step.get("action"), (step) -> step.get("status"), (step) -> step.get("note"))
			.containsExactly(tuple("Open", "COMPLETED", null), tuple("Read", "FAILED", 1));
		assertThat(post(REQUEST).body()).containsEntry("num_of_steps", 17);
	}

	@Test
	void recordedRunMayHaveMoreEventsThanSteps() throws IOException {
		String event = "{\"type\": \"PROGRESS\", \"purpose\": \"Look\"}";
		replay(PRICE
			.replace("\"steps\"", "\"events\": [" + String.join(", ", Collections.nCopies(501, event)) + "], \"steps\"")
			.replaceFirst("\"events\"", "\"old\""));
		assertThat(price()).isEqualTo(640);
	}

	@ParameterizedTest
	@ValueSource(strings = { "GET /v1/search?query=books", "POST /v1/fetch", "POST /v1/browser", "GET /v1/vault/items",
			"POST /v1/vault/connections", "POST /v1/profiles" })
	void nothingIsMixedWithRecordedRuns(String call) throws IOException {
		replay(PRICE);
		String path = call.substring(call.indexOf(' ') + 1);
		Api.Reply reply = call.startsWith("GET") ? this.api.get(path) : this.api.post(path, "{}");
		assertThat(reply.status()).isEqualTo(422);
		assertThat((String) reply.object("error").get("message")).contains("a cassette has runs alone");
		assertThat(this.simulator.journal().unmatched()).hasSize(1);
		assertThat(this.api.get("/v1/wallet").status()).isEqualTo(200);
	}

	@Test
	void cassetteCanBeReplacedUntilTheNextReset() throws IOException {
		replay(PRICE);
		Path other = Files.writeString(this.directory.resolve("other.json"),
				"{\"version\": 1, \"runs\": [" + PRICE.replace("640", "650") + "]}");
		this.simulator.cassette(other, NO_FILTER, null);
		assertThat(price()).isEqualTo(650);
		this.simulator.reset();
		assertThat(price()).isEqualTo(640);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '~',
			textBlock = """
					url                                | "url": "https://shop.example/phones?page=3"
					url                                | "url": "http://shop.example/phones?page=2"
					goal                               | "goal": "Find the name"
					output_schema.properties.a.type    | "output_schema": {"type": "object", "properties": {"a": {"type": "string"}}}
					browser_profile                    | "browser_profile": "stealth"
					agent_config.mode                  | "agent_config": {"mode": "strict"}
					agent_config.max_steps             | "agent_config": {"max_steps": 20}
					agent_config.max_duration_seconds  | "agent_config": {"max_duration_seconds": 60}
					proxy_config.enabled               | "proxy_config": {"enabled": true}
					proxy_config.country_code          | "proxy_config": {"enabled": true, "country_code": "DE"}
					proxy_config.type                  | "proxy_config": {"enabled": true, "type": "tetra"}
					use_profile                        | "use_profile": true
					profile_id                         | "use_profile": true, "profile_id": "prof_1"
					use_vault                          | "use_vault": true
					credential_item_ids                | "use_vault": true, "credential_item_ids": ["item-1"]
					proxy_config.url                   | "proxy_config": {"enabled": true, "type": "custom", "url": "http://proxy.example:8080"}
					agent_config.later                 | "agent_config": {"later": 1}
					later_field                        | "later_field": "x"
					feature_flags.enable_agent_memory  | "feature_flags": {"enable_agent_memory": true}
					""")
	void refusalNamesEachFieldThatDiffers(String field, String change) throws IOException {
		replay(PRICE, PRICE.replace("Find the price", "Something else").replace("shop.example", "other.example"));
		Map<String, Object> body = Api.json(REQUEST);
		body.putAll(Api.json("{" + change + "}"));
		Api.Reply reply = post(new JsonMapper().writeValueAsString(body));
		assertThat(reply.status()).isEqualTo(422);
		assertThat(reply.errorCode()).isEqualTo("NO_SCENARIO");
		String message = (String) reply.object("error").get("message");
		assertThat(message).contains("the cassette prices.json has no recording of it. The nearest differs in ")
			.contains(" " + field + " (recorded ")
			.endsWith("mvn test -Dtest=<the test> -Dtinyfish.cassette.mode=record");
		assertThat(this.simulator.journal().unmatched()).containsExactly(message);
	}

	@Test
	void messageShowsWhereALongGoalDiffers() throws IOException {
		String goal = "a".repeat(300);
		replay(PRICE.replace("Find the price", goal + " one"));
		assertThat((String) post(REQUEST.replace("Find the price", goal + " two")).object("error").get("message"))
			.contains("goal (recorded \"aaa", "aa one\", requested \"aaa", "aa two\").")
			.hasSizeLessThan(700);
	}

	@Test
	void filterChangesTheRequestBeforeItIsCompared() throws IOException {
		write(PRICE.replace("price\"", "price of TODAY\""));
		start(TinyFishSimulator.builder()
			.cassette(file(), (fields) -> fields.computeIfPresent("goal",
					(name, goal) -> ((String) goal).replaceAll("\\d{4}-\\d\\d-\\d\\d", "TODAY")), null));
		assertThat(post(REQUEST.replace("price\"", "price of 2026-11-30\"")).status()).isEqualTo(200);
	}

	@Test
	void filterMayRemoveFieldsAndWriteOtherValuesThanTexts() throws IOException {
		write(PRICE.replace("\"goal\": \"Find the price\"", "\"goal\": \"7\""));
		start(TinyFishSimulator.builder().cassette(file(), (fields) -> {
			fields.put("goal", 7);
			fields.replace("browser_profile", null);
		}, null));
		assertThat(post(REQUEST.replace("}", ", \"browser_profile\": \"stealth\"}")).status()).isEqualTo(200);
		assertThat((String) post(REQUEST.replace("page=2", "page=3")).object("error").get("message"))
			.contains("differs in url (recorded ");
	}

	@Test
	void orderOfTheSchemaDoesNotMatter() throws IOException {
		AtomicReference<String> request = new AtomicReference<>();
		record((apiKey, body, recorded) -> {
			request.set(new JsonMapper().writeValueAsString(recorded));
			return new CassetteRecorder.Recording(CompletableFuture.completedFuture(""),
					CompletableFuture.completedFuture(PRICE), () -> {
					});
		});
		String schema = "{\"type\": \"object\", \"properties\": {\"price\": {\"type\": \"number\"}}}";
		assertThat(post(withSchema(schema)).status()).isEqualTo(200);
		replay(PRICE.replace(REQUEST, request.get()));
		assertThat(post(withSchema("{\"properties\": {\"price\": {\"type\": \"number\"}}, \"type\": \"object\"}"))
			.status()).isEqualTo(200);
	}

	@Test
	void faultOfARefusedRunIsInjected() throws IOException {
		replay("""
				{"request": %s, "refusal": {"status": 402, "code": "INSUFFICIENT_CREDITS", "message": "No credit"}}"""
			.formatted(REQUEST));
		this.simulator.fault(FaultPoint.run(), Fault.contentType("text/html"), 1);
		assertThat(post(REQUEST).status()).isEqualTo(402);
		assertThat(this.simulator.journal().faults()).hasSize(1);
	}

	private String withSchema(String schema) {
		return REQUEST.replace("}", ", \"output_schema\": " + schema + "}");
	}

	private Map<String, Object> recordedRequest(String body) {
		AtomicReference<Map<String, Object>> request = new AtomicReference<>();
		TinyFishSimulator recording = TinyFishSimulator.builder()
			.cassette(this.directory.resolve("recorded.json"), NO_FILTER, (apiKey, bytes, recorded) -> {
				request.set(recorded);
				return new CassetteRecorder.Recording(CompletableFuture.completedFuture(""),
						CompletableFuture.completedFuture(PRICE), () -> {
						});
			})
			.pace(Duration.ZERO)
			.start();
		try (recording) {
			assertThat(new Api(recording).post("/v1/automation/run", body).status()).isEqualTo(200);
		}
		return request.get();
	}

}
