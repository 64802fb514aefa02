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
package ai.tinyfish.internal.area;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import ai.tinyfish.TinyFishClient;
import ai.tinyfish.error.TinyFishStatusException;
import ai.tinyfish.run.AgentRun;
import ai.tinyfish.run.QueuedRun;
import ai.tinyfish.run.TinyFishRunOutcomeUnknownException;
import ai.tinyfish.testing.BothClients;
import ai.tinyfish.testing.ClientKind;
import ai.tinyfish.testing.MoreTime;
import ai.tinyfish.testing.Operation;
import ai.tinyfish.testing.RequestParts;
import ai.tinyfish.testing.server.ScriptedServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

/**
 * If an answer is a list, another value in its place is not an empty list.
 */
@BothClients(always = true)
class WrongListTests {

	/** The list that each operation's answer is. */
	private static final Map<Operation, String> LISTS = Map.ofEntries(Map.entry(Operation.LIST, "data"),
			Map.entry(Operation.GETALL, "data"), Map.entry(Operation.CANCELALL, "results"),
			Map.entry(Operation.SEARCH_QUERY, "results"), Map.entry(Operation.SEARCH_USAGE, "items"),
			Map.entry(Operation.FETCH_GETCONTENTS, "results"), Map.entry(Operation.FETCH_USAGE, "items"),
			Map.entry(Operation.BROWSER_USAGE, "items"), Map.entry(Operation.VAULT_CONNECTIONS, "connections"),
			Map.entry(Operation.VAULT_ITEMS, "items"), Map.entry(Operation.VAULT_SYNC, "items"),
			Map.entry(Operation.PROFILES_LIST, "profiles"));

	@Parameter
	ClientKind kind;

	@ParameterizedTest
	@ValueSource(strings = { "{}", "{\"0\":{\"run_id\":\"run-1\"}}", "\"\"", "\"none\"", "0", "true", "false",
			"[\"run-1\",\"run-2\"]", "[1]", "[[]]", "[null,\"x\"]" })
	void anotherValueThanAListOfObjectsCannotBeUsed(String value) {
		LISTS.forEach((operation, list) -> {
			try (ScriptedServer server = answering("{\"" + list + "\":" + value + ",\"total\":5,\"has_more\":false}");
					TinyFishClient client = this.kind.client(server.baseUrl()).build()) {
				assertThatExceptionOfType(TinyFishStatusException.class).as("%s", operation)
					.isThrownBy(() -> operation.call(client))
					.withMessageContaining(list)
					.satisfies((ex) -> assertThat(ex.status()).isEqualTo(200));
				assertThat(server.requests()).hasSize(1);
			}
		});
	}

	@ParameterizedTest
	@ValueSource(strings = { "[]", "[null]", "[{}]", "[null,{}]", "[17,{}]", "[{},\"x\",[]]" })
	void aListThatIsEmptyOrHasAnOddItemCanBeUsed(String value) {
		LISTS.forEach((operation, list) -> {
			try (ScriptedServer server = answering(
					"{\"" + list + "\":" + value + ",\"pagination\":{\"has_more\":false}}");
					TinyFishClient client = this.kind.client(server.baseUrl()).build()) {
				assertThatNoException().as("%s", operation).isThrownBy(() -> operation.call(client));
			}
		});
	}

	@ParameterizedTest
	@ValueSource(strings = { "{\"results\":[],\"errors\":{}}", "{\"results\":null,\"errors\":\"x\"}",
			"{\"results\":\"x\",\"errors\":[]}", "{\"errors\":[\"https://a.example\"]}", "{\"results\":null}",
			"{\"results\":null,\"errors\":null}" })
	void bothListsOfAFetchHaveToBeLists(String answer) {
		try (ScriptedServer server = answering(answer);
				TinyFishClient client = this.kind.client(server.baseUrl()).build()) {
			assertThatExceptionOfType(TinyFishStatusException.class)
				.isThrownBy(() -> client.fetch().getContents("https://a.example"));
		}
	}

	@Test
	void oneListOfAFetchIsEnough() {
		for (String answer : List.of("{\"results\":null,\"errors\":[{\"url\":\"https://a.example\"}]}",
				"{\"results\":[{\"url\":\"https://a.example\"}]}")) {
			try (ScriptedServer server = answering(answer);
					TinyFishClient client = this.kind.client(server.baseUrl()).build()) {
				assertThatNoException().isThrownBy(() -> client.fetch().getContents("https://a.example"));
			}
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "{\"run_ids\":\"run-1\"}", "{\"run_ids\":{}}", "{\"run_ids\":[{},{}]}" })
	void idsThatAreNotAListOfTextsMayHaveStartedRuns(String answer) {
		try (ScriptedServer server = answering(answer);
				TinyFishClient client = this.kind.client(server.baseUrl()).build()) {
			assertThatExceptionOfType(TinyFishRunOutcomeUnknownException.class)
				.isThrownBy(() -> Operation.QUEUEALL.call(client));
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "{\"data\":{}}", "{\"data\":[\"run-1\"]}", "{}", "[]", "none" })
	void runsThatAreNotInAListAreLookedAtOneByOne(String answer) throws Exception {
		MoreTime.whereTooLittle(Duration.ofMillis(100), (interval) -> {
			try (ScriptedServer server = new ScriptedServer((exchange) -> {
				boolean batch = exchange.request().startsWith("POST /v1/runs/batch ");
				String id = RequestParts.target(exchange.request()).substring("/v1/runs/".length());
				exchange.answer(200, "application/json",
						batch ? answer : "{\"run_id\":\"" + id + "\",\"status\":\"COMPLETED\"}");
			});
					TinyFishClient client = this.kind.client(server.baseUrl())
						.pollInterval(interval)
						.maxPollInterval(interval)
						.build()) {
				List<QueuedRun> runs = List.of(QueuedRun.of("run-1"), QueuedRun.of("run-2"));
				try (Stream<AgentRun> endings = client.runs().awaitAll(runs, Duration.ofMinutes(1))) {
					assertThat(endings).extracting(AgentRun::runId).containsExactlyInAnyOrder("run-1", "run-2");
				}
				if (!RequestParts.of(server.requests().get(0)).body().contains("run-2")) {
					// it was not there yet when there was the first look
					throw MoreTime.tooLittle();
				}
				List<String> targets = server.requests().stream().map(RequestParts::target).toList();
				// on a machine that stands still, the batch is requested once more
				assertThat(targets).startsWith("/v1/runs/batch");
				if (targets.size() > 4) {
					throw MoreTime.tooLittle();
				}
				assertThat(targets).filteredOn((target) -> !target.equals("/v1/runs/batch"))
					.containsExactlyInAnyOrder("/v1/runs/run-1", "/v1/runs/run-2");
			}
		});
	}

	private static ScriptedServer answering(String body) {
		return new ScriptedServer((exchange) -> exchange.answer(200, "application/json", body));
	}

}
