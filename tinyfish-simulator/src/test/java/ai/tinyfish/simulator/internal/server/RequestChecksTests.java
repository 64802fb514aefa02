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
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

import ai.tinyfish.simulator.SimulatorJournal;
import ai.tinyfish.simulator.TinyFishSimulator;
import ai.tinyfish.simulator.testing.Api;
import ai.tinyfish.simulator.testing.Wiretap;
import ai.tinyfish.simulator.testing.Wiretap.Recording;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class RequestChecksTests {

	@AutoClose
	private static final TinyFishSimulator simulator = TinyFishSimulator.builder().pace(Duration.ZERO).start();

	private static final String U = "{\"url\": \"https://a.example\", \"goal\": \"x\"";

	private static final Api api = new Api(simulator);

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			{}                                                            | url
			{"url": 5, "goal": "x"}                                       | url
			{"url": null, "goal": "x"}                                    | url
			{"url": " ", "goal": "x"}                                     | url
			{"url": "shop.example", "goal": "x"}                          | url
			{"url": "ftp://shop.example", "goal": "x"}                    | url
			{"url": "https:", "goal": "x"}                                | url
			{"url": "https://a b", "goal": "x"}                           | url
			{"url": "https://a.example"}                                  | goal
			{"url": "https://a.example", "goal": "  "}                    | goal
			{"url": "https://a.example", "goal": ["x"]}                   | goal
			{U, "browser_profile": "fast"}                                | browser_profile
			{U, "browser_profile": null}                                  | browser_profile
			{U, "proxy_config": true}                                     | proxy_config
			{U, "proxy_config": {}}                                       | proxy_config.enabled
			{U, "proxy_config": {"enabled": "yes"}}                       | proxy_config.enabled
			{U, "proxy_config": {"enabled": true, "country_code": "ZZ"}}  | proxy_config.country_code
			{U, "proxy_config": {"enabled": true, "type": "own"}}         | proxy_config.type
			{U, "proxy_config": {"enabled": true, "type": "custom"}}      | proxy_config.url
			{U, "proxy_config": {"enabled": true, "url": "here"}}         | proxy_config.url
			{U, "proxy_config": {"enabled": true, "password": 1}}         | proxy_config.password
			{U, "api_integration": 1}                                     | api_integration
			{U, "agent_config": []}                                       | agent_config
			{U, "agent_config": {"mode": "wild"}}                         | agent_config.mode
			{U, "agent_config": {"max_steps": 0}}                         | agent_config.max_steps
			{U, "agent_config": {"max_steps": 501}}                       | agent_config.max_steps
			{U, "agent_config": {"max_steps": 99999999999}}               | agent_config.max_steps
			{U, "agent_config": {"max_steps": 1.5}}                       | agent_config.max_steps
			{U, "agent_config": {"max_steps": "5"}}                       | agent_config.max_steps
			{U, "agent_config": {"max_duration_seconds": 0}}              | agent_config.max_duration_seconds
			{U, "capture_config": {"screenshots": 1}}                     | capture_config.screenshots
			{U, "webhook_url": "http://hook.example"}                     | webhook_url
			{U, "use_vault": "yes"}                                       | use_vault
			{U, "credential_item_ids": ["a"]}                             | credential_item_ids
			{U, "use_vault": false, "credential_item_ids": ["a"]}         | credential_item_ids
			{U, "use_vault": true, "credential_item_ids": []}             | credential_item_ids
			{U, "use_vault": true, "credential_item_ids": ["a", ""]}      | credential_item_ids.1
			{U, "profile_id": "p"}                                        | profile_id
			{U, "use_profile": 1}                                         | use_profile
			{U, "output_schema": "object"}                                | output_schema
			{U, "output_schema": null}                                    | output_schema
			{U, "output_schema": {"type": "array"}}                       | output_schema
			{U, "output_schema": {"type": ["object", "null"]}}            | output_schema
			{U, "webhook_url": "http://10.0.0.1/hook"}                    | webhook_url
			{U, "webhook_url": "http://localhost.example/hook"}           | webhook_url
			{U, "webhook_url": "ftp://localhost/hook"}                    | webhook_url
			{U, "webhook_url": "hook"}                                    | webhook_url
			{U, "webhook_url": 1}                                         | webhook_url
			{U, "feature_flags": {"enable_agent_memory": "on"}}           | feature_flags.enable_agent_memory
			""")
	void invalidFieldIsNamed(String body, String path) {
		for (String endpoint : List.of("run", "run-async", "run-sse")) {
			Api.Reply reply = post("/v1/automation/" + endpoint, body);
			assertThat(reply.status()).isEqualTo(400);
			assertThat(reply.errorCode()).isEqualTo("INVALID_INPUT");
			assertThat(reply.wrongFields()).contains(path);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "{U}", "{U, \"browser_profile\": \"stealth\"}", "{U, \"brand_new_field\": {\"a\": null}}",
			"{U, \"proxy_config\": {\"enabled\": true, \"type\": \"tinyfish\", \"country_code\": \"JP\"}}",
			"{U, \"proxy_config\": {\"enabled\": true, \"type\": \"custom\", \"url\": \"http://proxy.example:8080\","
					+ " \"username\": \"u\", \"password\": \"p\"}}",
			"{U, \"agent_config\": {\"mode\": \"strict\", \"max_steps\": 500, \"max_duration_seconds\": 60}}",
			"{U, \"capture_config\": {\"elements\": true, \"html\": false}}",
			"{U, \"webhook_url\": \"https://hook.example/a\", \"api_integration\": \"n8n\"}",
			"{U, \"webhook_url\": \"http://localhost:1/a\"}", "{U, \"webhook_url\": \"http://127.0.0.1:1/a\"}",
			"{U, \"webhook_url\": \"http://[::1]:1/a\"}", "{U, \"use_vault\": true, \"credential_item_ids\": [\"a\"]}",
			"{U, \"use_profile\": true, \"profile_id\": \"p\"}", "{U, \"output_schema\": true}",
			"{U, \"output_schema\": {\"type\": \"object\"}}" })
	void validBodyIsAccepted(String body) {
		assertThat(post("/v1/automation/run-async", body).status()).isEqualTo(200);
	}

	@ParameterizedTest
	@ValueSource(strings = { "Host: localhost", "Host: LocalHost:80", "Host: app.localhost:8787", "Host: 127.0.0.1",
			"Host: 127.1.2.3:1", "Host: [::1]", "host: [::1]:8787" })
	void requestForThisMachineIsAnswered(String header) throws IOException {
		assertThat(submitWith(header + "\r\n").head()).startsWith("HTTP/1.1 200 ");
	}

	@ParameterizedTest
	@ValueSource(strings = { "Host: attacker.example", "Host: attacker.example:8787",
			"Host: localhost.attacker.example", "Host: 127.0.0.1.attacker.example", "Host: 127.0.0.1@attacker.example",
			"Host: 10.0.0.1", "Host: 0.0.0.0", "Host: [::2]", "Host: ", "X-No-Host: 1",
			"Host: 127.0.0.1\r\nHost: attacker.example", "Host: notlocalhost" })
	void requestForAnotherHostDoesNothing(String headers) throws IOException {
		long runs = simulator.journal().runsCreated();
		Recording refused = submitWith(headers + "\r\n");
		assertThat(refused.head()).startsWith("HTTP/1.1 421 ").contains("content-type: application/json");
		assertThat(Api.json(refused.text())).extractingByKey("error")
			.asInstanceOf(InstanceOfAssertFactories.MAP)
			.containsEntry("code", "MISDIRECTED_REQUEST");
		assertThat(refused.text()).doesNotContain("attacker");
		assertThat(simulator.journal().runsCreated()).isEqualTo(runs);
	}

	@Test
	void requestForAnotherHostIsRefusedWhereNoKeyIsNeeded() throws IOException {
		try (Wiretap wire = Wiretap.sendWith(simulator, "Host: attacker.example\r\n", "GET", "/screenshots/a", "")) {
			assertThat(wire.upTo(12).latin1()).isEqualTo("HTTP/1.1 421");
		}
	}

	private static Recording submitWith(String hostHeaders) throws IOException {
		try (Wiretap wire = Wiretap.sendWith(simulator, hostHeaders + "Connection: close\r\n", "POST",
				"/v1/automation/run-async", Api.submission("x"))) {
			return wire.toTheEnd();
		}
	}

	@Test
	void allProblemsAreReportedAtOnceAndNoValueIsRepeated() {
		Api.Reply reply = api.post("/v1/automation/run", """
				{"url": "hidden-url", "proxy_config": {"enabled": 1, "country_code": "hidden-country"}}""");
		assertThat(reply.wrongFields()).containsExactlyInAnyOrder("url", "goal", "proxy_config.enabled",
				"proxy_config.country_code");
		assertThat(reply.raw()).doesNotContain("hidden");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			/v1/automation/run       | {"url": "https://a.example", "goal": "S"}                        | goal
			/v1/automation/run       | {"url": "https://a.example/S", "goal": "x"}                      | url
			/v1/automation/run-async | {"url": "https://a.example", "goal": "S"}                        | goal
			/v1/automation/run-async | {"url": "https://a.example/S", "goal": "x"}                      | url
			/v1/automation/run-async | {U, "output_schema": {"properties": {"a": {"enum": ["S"]}}}}     | \
			output_schema.properties.a.enum.0
			/v1/automation/run-async | {U, "webhook_url": "https://hook.example/S"}                     | webhook_url
			/v1/automation/run-batch | {"runs": [{U}, {"url": "https://a.example", "goal": "S"}]}       | runs.1.goal
			/v1/automation/run-batch | {"runs": [{"url": "https://a.example/S", "goal": "x"}]}          | runs.0.url
			/v1/automation/run-batch | {"runs": [{U}], "output_schema": {"required": ["S"]}}            | \
			output_schema.required.0
			/v1/automation/run-sse   | {"url": "https://a.example", "goal": "S"}                        | goal
			/v1/automation/run-sse   | {"url": "https://a.example/S", "goal": "x"}                      | url
			/v1/runs/batch           | {"run_ids": ["S"]}                                               | run_ids.0
			/v1/runs/batch/cancel    | {"run_ids": ["S"]}                                               | run_ids.0
			/v1/fetch                | {"urls": ["https://a.example/S"]}                                | urls.0
			/v1/browser              | {"url": "https://a.example/S"}                                   | url
			/v1/profiles             | {"name": "S"}                                                    | name
			""")
	void textThatNoAnswerCouldRepeatIsRefused(String path, String body, String field) {
		long runs = simulator.journal().runsCreated();
		for (String surrogate : List.of("\\ud83d", "\\udca9", "\\udca9\\ud83d", "a\\ud83d\\ud83d\\udca9")) {
			Api.Reply reply = post(path, body.replace("S\"", surrogate + "\""));
			assertThat(reply.status()).as(reply.raw()).isEqualTo(400);
			assertThat(reply.errorCode()).isEqualTo("INVALID_INPUT");
			assertThat(reply.wrongFields()).containsExactly(field);
			assertThat(reply.raw()).contains("\\\"" + field + "\\\" has an unpaired UTF-16 surrogate");
		}
		assertThat(simulator.journal().runsCreated()).isEqualTo(runs);
	}

	@ParameterizedTest
	@ValueSource(strings = { "{\"url\": \"https://a.example\", \"goal\": \"???\"}", "{U, \"???\": 1}",
			"{U, \"output_schema\": {\"properties\": {\"a name that is longer???\": {\"type\": \"string\"}}}}" })
	void surrogateAsBytesIsRefusedAsWell(String text) {
		byte[] body = text.replace("{U", U).getBytes(StandardCharsets.US_ASCII);
		System.arraycopy(new byte[] { (byte) 0xed, (byte) 0xa0, (byte) 0xbd }, 0, body,
				text.replace("{U", U).indexOf("???"), 3);
		Api.Reply reply = api.send(api.request("/v1/automation/run").POST(BodyPublishers.ofByteArray(body)));
		assertThat(reply.status()).isEqualTo(400);
		assertThat(reply.errorCode()).isEqualTo("INVALID_INPUT");
	}

	@ParameterizedTest
	@ValueSource(strings = { "{U, \"\\ud83d\": 1}",
			"{U, \"output_schema\": {\"properties\": {\"a name that is longer\\udca9\": {\"type\": \"string\"}}}}" })
	void surrogateInTheNameOfAFieldIsRefused(String body) {
		Api.Reply reply = post("/v1/automation/run", body);
		assertThat(reply.status()).isEqualTo(400);
		assertThat(reply.errorCode()).isEqualTo("INVALID_INPUT");
	}

	@ParameterizedTest
	@ValueSource(strings = { "\\ud83d\\udca9", "\\u0000\\u001b\\u007f", "\\ufffe\\uffff", "\\u2028\\u202e",
			"\\r\\n\\ndata: {}" })
	void anyOtherTextIsRepeated(String text) {
		String goal = (String) Api.json("{\"text\": \"" + text + "\"}").get("text");
		Api.Reply run = post("/v1/automation/run", "{\"url\": \"https://a.example\", \"goal\": \"a" + text + "\"}");
		assertThat(run.object("result")).containsEntry("goal", "a" + goal);
		Api.Reply stream = post("/v1/automation/run-sse",
				"{\"url\": \"https://a.example\", \"goal\": \"a" + text + "\"}");
		String last = stream.raw().lines().filter((line) -> line.contains("COMPLETE")).findFirst().orElseThrow();
		assertThat(Api.json(last.substring("data: ".length()))).extractingByKey("result")
			.asInstanceOf(InstanceOfAssertFactories.MAP)
			.containsEntry("goal", "a" + goal);
	}

	@ParameterizedTest
	@ValueSource(strings = { "%ED%A0%BD", "%ED%A0%BDx", "%FF", "%C3", "%00", "%F0%9F%92%A9", "%ED%A0%BD%ED%B2%A9" })
	void queryOfASearchIsRepeatedOrRefused(String query) {
		Api.Reply reply = api.get("/v1/search?query=a" + query);
		assertThat(reply.status()).as(reply.raw()).isIn(200, 400);
		assertThat(api.get("/v1/search/usage").status()).isEqualTo(200);
		assertThat(api.get("/v1/runs?goal=a" + query).status()).isIn(200, 400);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "{", "nonsense", "{\"password\": \"hidden\"", "{} {}", "[]", "\"text\"", "null" })
	void bodyWithoutAnObjectIsRefused(String body) {
		Api.Reply reply = api.post("/v1/automation/run", body);
		assertThat(reply.status()).isEqualTo(400);
		assertThat(reply.errorCode()).isEqualTo("INVALID_INPUT");
		assertThat(reply.raw()).doesNotContain("hidden");
	}

	@Test
	void hugeBodyIsRefusedAndTheServerGoesOn() {
		String body = Api.submission("x".repeat(8 * 1024 * 1024));
		Api.Reply reply = api.post("/v1/automation/run-async", body);
		assertThat(reply.status()).isEqualTo(413);
		assertThat(reply.errorCode()).isEqualTo("INVALID_INPUT");
		assertThat(api.get("/v1/runs").status()).isEqualTo(200);
	}

	@Test
	void largeGoalWithinTheBoundIsAccepted() {
		assertThat(api.queue("é".repeat(200_000))).isNotBlank();
	}

	@Test
	void missingKeyIsDistinguishedFromAWrongOne() {
		Api.Reply missing = api.send(api.withoutKey("/v1/runs").GET());
		assertThat(missing.status()).isEqualTo(401);
		assertThat(missing.errorCode()).isEqualTo("MISSING_API_KEY");
		Api.Reply wrong = api.send(api.withoutKey("/v1/runs").header("X-API-Key", "sk-tinyfish-wrong").GET());
		assertThat(wrong.status()).isEqualTo(401);
		assertThat(wrong.errorCode()).isEqualTo("INVALID_API_KEY");
		assertThat(wrong.raw()).doesNotContain("sk-tinyfish");
	}

	@ParameterizedTest
	@ValueSource(strings = { "/v1/automation/run", "/v1/automation/run-async", "/v1/automation/run-sse",
			"/v1/automation/run-batch", "/v1/runs/some/cancel", "/v1/runs/batch/cancel", "/v1/fetch", "/v1/browser",
			"/v1/vault/connections", "/v1/vault/items/sync" })
	void keyIsCheckedBeforeAnythingElse(String path) {
		Api.Reply reply = api.send(api.withoutKey(path).POST(BodyPublishers.ofString("nonsense")));
		assertThat(reply.status()).isEqualTo(401);
	}

	@Test
	void bearerTokenIsNotAKey() {
		Api.Reply reply = api
			.send(api.withoutKey("/v1/runs").header("Authorization", "Bearer " + simulator.apiKey()).GET());
		assertThat(reply.errorCode()).isEqualTo("MISSING_API_KEY");
	}

	@ParameterizedTest
	@ValueSource(strings = { "/", "/v1", "/v1/monitors", "/v1/runs/", "/v1/runs/batch", "/v1/runs/a.b",
			"/v1/automation/run/", "/live/some-run", "/v1/browser/", "/v1/search/", "/v1/vault", "/usage" })
	void otherPathsAreNotFound(String path) {
		Api.Reply reply = api.get(path);
		assertThat(reply.status()).isEqualTo(404);
		assertThat(reply.errorCode()).isEqualTo("NOT_FOUND");
	}

	@ParameterizedTest
	@CsvSource({ "DELETE, /v1/runs, GET", "PUT, /v1/automation/run, POST", "GET, /v1/automation/run-sse, POST",
			"DELETE, /v1/runs/some, GET", "GET, /v1/runs/some/cancel, POST", "GET, /v1/runs/batch/cancel, POST",
			"GET, /v1/automation/run-batch, POST", "POST, /v1/search, GET", "GET, /v1/fetch, POST",
			"GET, /v1/browser, POST", "PATCH, /v1/browser/some, DELETE", "GET, /v1/vault/connections/some, DELETE",
			"DELETE, /v1/vault/items, GET", "POST, /v1/wallet, GET", "GET, /v1/profiles/some/save, POST",
			"DELETE, /v1/profiles, 'GET, POST'", "'PUT', /v1/vault/connections, 'POST, GET'" })
	void wrongMethodNamesTheRightOne(String method, String path, String allowed) {
		Api.Reply reply = api.send(api.request(path).method(method, BodyPublishers.noBody()));
		assertThat(reply.status()).isEqualTo(405);
		assertThat(reply.errorCode()).isEqualTo("METHOD_NOT_ALLOWED");
		assertThat(reply.headers().firstValue("allow")).hasValue(allowed);
	}

	@Test
	void journalCountsRequestsByEndpoint() {
		try (TinyFishSimulator other = TinyFishSimulator.start()) {
			Api otherApi = new Api(other);
			otherApi.get("/v1/runs");
			otherApi.get("/v1/runs");
			otherApi.get("/v1/runs/some");
			otherApi.post("/v1/automation/run-async", "{}");
			otherApi.send(otherApi.withoutKey("/v1/runs/a/cancel").POST(BodyPublishers.noBody()));
			otherApi.get("/v1/monitors");
			SimulatorJournal journal = other.journal();
			assertThat(journal.requests("GET /v1/runs")).isEqualTo(2);
			assertThat(journal.requests("GET /v1/runs/{id}")).isEqualTo(1);
			assertThat(journal.requests("POST /v1/automation/run-async")).isEqualTo(1);
			assertThat(journal.requests("POST /v1/runs/{id}/cancel")).isEqualTo(1);
			assertThat(journal.requests("other")).isEqualTo(1);
			assertThat(journal.requests("POST /v1/automation/run")).isZero();
			assertThat(journal.runsCreated()).isZero();
		}
	}

	private static Api.Reply post(String path, String body) {
		return api.post(path, body.replace("{U", U));
	}

}
