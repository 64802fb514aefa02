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

package ai.tinyfish.durable.autoconfigure;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

import ai.tinyfish.TinyFishClient;
import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.durable.DurableRunState;
import ai.tinyfish.durable.testing.DatabaseKind;
import ai.tinyfish.durable.testing.Instance;
import ai.tinyfish.simulator.TinyFishSimulator;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.core.io.ClassPathResource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.datasource.init.ResourceDatabasePopulator;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The code with the tables of version 1, which had no row for their version, and with
 * runs that an instance of that time has left open.
 */
@ExtendWith(OutputCaptureExtension.class)
class UpgradeTests {

	private static final String VERSION = "select version from tinyfish_schema where name = 'durable'";

	private static final String WARNING = "The tables of durable runs have no version";

	private static final List<String> RUNS = List.of("accepted", "together-1", "together-2", "running", "undelivered");

	@ParameterizedTest
	@MethodSource(DatabaseKind.TESTED)
	void theScriptUpgradesTablesWithOpenRuns(DatabaseKind kind, CapturedOutput output) {
		List<String> database = kind.newDatabase();
		try (TinyFishSimulator simulator = TinyFishSimulator.start()) {
			JdbcClient jdbc = tablesOfVersion1(kind, database, simulator);
			for (int start = 1; start <= 2; start++) {
				allIsHandedOver(database, simulator, "tinyfish.durable.initialize-schema=always");
				assertThat(jdbc.sql(VERSION).query(Integer.class).single()).isEqualTo(4);
			}
		}
		assertThat(output).doesNotContain(WARNING);
	}

	@ParameterizedTest
	@MethodSource(DatabaseKind.TESTED)
	void tablesThatAreNotUpgradedServeUntilTheyAre(DatabaseKind kind, CapturedOutput output) throws IOException {
		List<String> database = kind.newDatabase();
		try (TinyFishSimulator simulator = TinyFishSimulator.start()) {
			JdbcClient jdbc = tablesOfVersion1(kind, database, simulator);
			// those without which an instance does not start
			jdbc.sql("alter table tinyfish_run add column goal_version varchar(255)").update();
			jdbc.sql(watches(kind)).update();
			allIsHandedOver(database, simulator, "tinyfish.durable.initialize-schema=never");
		}
		assertThat(output).contains(WARNING);
	}

	@ParameterizedTest
	@MethodSource(DatabaseKind.TESTED)
	void theScriptAddsColumnsOfEarlierBuilds(DatabaseKind kind) {
		List<String> database = kind.newDatabase();
		try (TinyFishSimulator simulator = TinyFishSimulator.start()) {
			JdbcClient jdbc = tablesOfVersion1(kind, database, simulator);
			jdbc.sql("drop index tinyfish_run_key").update();
			for (String column : List.of("submission_key", "submitted", "submission_id", "verdict", "failures",
					"decided_by", "decided_at")) {
				jdbc.sql("alter table tinyfish_run drop column " + column).update();
			}
			allIsHandedOver(database, simulator, "tinyfish.durable.initialize-schema=always");
		}
	}

	/**
	 * Such as a table that was restored from a backup of an earlier version.
	 */
	@ParameterizedTest
	@MethodSource(DatabaseKind.TESTED)
	void theScriptAddsColumnsThoughItsVersionIsStored(DatabaseKind kind) {
		List<String> database = kind.newDatabase();
		try (TinyFishSimulator simulator = TinyFishSimulator.start()) {
			JdbcClient jdbc = tablesOfVersion1(kind, database, simulator);
			allIsHandedOver(database, simulator, "tinyfish.durable.initialize-schema=always");
			jdbc.sql("alter table tinyfish_run drop column decided_by").update();
			allIsHandedOver(database, simulator, "tinyfish.durable.initialize-schema=always");
		}
	}

	private static JdbcClient tablesOfVersion1(DatabaseKind kind, List<String> database, TinyFishSimulator simulator) {
		DriverManagerDataSource dataSource = new DriverManagerDataSource(
				database.get(0).replace("spring.datasource.url=", ""), (kind == DatabaseKind.H2) ? "sa" : "postgres",
				"");
		new ResourceDatabasePopulator(
				new ClassPathResource("schema-1/schema-" + kind.name().toLowerCase(Locale.ROOT) + ".sql"))
			.execute(dataSource);
		JdbcClient jdbc = JdbcClient.create(dataSource);
		insert(jdbc, "accepted", Map.of("state", "ACCEPTED"));
		insert(jdbc, "together-1", Map.of("state", "ACCEPTED", "batch", "batch-1"));
		insert(jdbc, "together-2", Map.of("state", "ACCEPTED", "batch", "batch-1"));
		try (TinyFishClient client = TinyFishClient.builder()
			.baseUrl(simulator.baseUrl())
			.apiKey(simulator.apiKey())
			.build()) {
			String runId = client.agent().queue(AgentRequest.of("https://shop.example", "Find running")).runId();
			insert(jdbc, "running", Map.of("state", "RUNNING", "run_id", runId, "send_token", "token-4"));
		}
		insert(jdbc, "undelivered", Map.of("state", "UNDELIVERED", "status", "COMPLETED", "run_id", "run-5", "result",
				"{\"run_id\":\"run-5\",\"status\":\"COMPLETED\",\"result\":{\"price\":\"1\"}}"));
		insert(jdbc, "uncertain", Map.of("state", "UNCERTAIN", "send_token", "token-6"));
		task(jdbc, "tinyfish-send", "accepted");
		task(jdbc, "tinyfish-send-batch", "batch-1");
		task(jdbc, "tinyfish-handover", "undelivered");
		return jdbc;
	}

	/**
	 * Return the statements that add what watches need.
	 */
	private static String watches(DatabaseKind kind) throws IOException {
		String script = new ClassPathResource(
				"ai/tinyfish/durable/schema/schema-" + kind.name().toLowerCase(Locale.ROOT) + ".sql")
			.getContentAsString(StandardCharsets.UTF_8);
		return script.substring(script.indexOf("--changeset tinyfish:durable-4"),
				script.indexOf("update tinyfish_schema set version = 4"));
	}

	private static void insert(JdbcClient jdbc, String id, Map<String, String> values) {
		String names = String.join(", ", values.keySet());
		String parameters = ", ?".repeat(values.size()).substring(2);
		jdbc.sql("insert into tinyfish_run (id, tag, request, accepted_at, changed_at, " + names
				+ ") values (?, ?, ?, current_timestamp, current_timestamp, " + parameters + ")")
			.params(Stream.concat(Stream.of(id, id,
					"{\"run\":{\"url\":\"https://shop.example\",\"goal\":\"Find " + id + "\"},\"tag\":\"" + id + "\"}"),
					values.values().stream())
				.toList())
			.update();
	}

	private static void task(JdbcClient jdbc, String name, String instance) {
		jdbc.sql("""
				insert into tinyfish_task (task_name, task_instance, execution_time, picked, version, priority)
				values (?, ?, current_timestamp, false, 1, 50)""").params(name, instance).update();
	}

	private static void allIsHandedOver(List<String> database, TinyFishSimulator simulator, String property) {
		try (Instance instance = Instance.start(database, simulator, List.of(), property)) {
			RUNS.forEach((id) -> instance.await(id, DurableRunState.DONE));
			assertThat(instance.state("uncertain")).isEqualTo(DurableRunState.UNCERTAIN);
			assertThat(simulator.journal().runsByGoal()).hasSize(4)
				.allSatisfy((goal, runs) -> assertThat(runs).hasSize(1));
		}
	}

}
