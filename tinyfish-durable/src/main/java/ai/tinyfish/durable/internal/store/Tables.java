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

package ai.tinyfish.durable.internal.store;

import java.sql.ResultSetMetaData;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.jdbc.BadSqlGrammarException;
import org.springframework.jdbc.core.ResultSetExtractor;

/**
 * The tables of durable runs: the columns that this version of the code needs, and the
 * version that the script has stored in them.
 */
public record Tables(Database database) {

	/** The version of the script. */
	static final int VERSION = 4;

	/** The columns that the code reads and writes, by table, as in the script. */
	static final Map<String, List<String>> COLUMNS = columns();

	private static final String VERSION_TABLE = "tinyfish_schema";

	private static final Logger logger = LoggerFactory.getLogger(Tables.class);

	private static Map<String, List<String>> columns() {
		Map<String, List<String>> columns = new LinkedHashMap<>();
		columns.put("tinyfish_run",
				List.of("id", "seq", "batch", "submission_key", "tag", "account", "state", "request", "submitted",
						"submission_id", "secrets", "timeout_millis", "send_token", "sender", "sending_at", "attempts",
						"cancel_requested", "run_id", "status", "verdict", "result", "error", "failures",
						"handover_attempts", "next_at", "accepted_at", "ended_at", "changed_at", "decided_by",
						"decided_at", "goal_version", "watch", "slot"));
		columns.put("tinyfish_pause", List.of("name", "not_before"));
		columns.put("tinyfish_task",
				List.of("task_name", "task_instance", "task_data", "execution_time", "picked", "picked_by",
						"last_success", "last_failure", "consecutive_failures", "last_heartbeat", "version",
						"priority"));
		columns.put("tinyfish_budget", List.of("account", "budget_day", "runs", "steps", "cost"));
		columns.put("tinyfish_budget_run", List.of("id", "account", "budget_day", "steps", "price"));
		columns.put("tinyfish_watch", List.of("id", "account", "definition", "secrets", "declared_at", "state",
				"next_at", "open_run", "progress", "good_at", "failing"));
		columns.put("tinyfish_watch_result", List.of("watch", "slot", "outcome", "run_id", "result", "reason"));
		return columns;
	}

	/**
	 * Return whether the script of this version, or of a later one, has been executed,
	 * and no column is missing, as in a table that was restored from a backup. Unlike
	 * {@link #require()}, this never fails, so that it may be part of a transaction.
	 */
	public boolean areComplete() {
		return version() >= VERSION && COLUMNS.keySet().stream().allMatch(this::exists) && missingColumns().isEmpty();
	}

	/**
	 * Return the version of the script that was executed last, or 0 if that is not known.
	 */
	private int version() {
		return !exists(VERSION_TABLE) ? 0
				: this.database.jdbc()
					.sql("select version from " + VERSION_TABLE + " where name = 'durable'")
					.query(Integer.class)
					.optional()
					.orElse(0);
	}

	private boolean exists(String table) {
		String sql = this.database.isPostgreSql() ? "select to_regclass(?) is not null"
				: "select count(*) > 0 from information_schema.tables"
						+ " where lower(table_name) = ? and table_schema = current_schema";
		return this.database.jdbc().sql(sql).param(table).query(Boolean.class).single();
	}

	/**
	 * Require the tables and columns that this version needs.
	 * @throws DurableStartException if one is missing
	 */
	public void require() {
		List<String> missing = missingColumns();
		int version = version();
		if (!missing.isEmpty()) {
			throw new DurableStartException(
					"The tables of durable runs lack columns: " + String.join(", ", missing) + ". They have "
							+ ((version > 0) ? "version " + version : "no version") + ", and this application needs "
							+ VERSION + ".",
					"Set tinyfish.durable.initialize-schema=always, or execute the script with the migrations of the"
							+ " application: ai/tinyfish/durable/schema/" + script()
							+ " in the jar. It adds the columns that tables of earlier versions lack.",
					null);
		}
		if (version < VERSION) {
			logger.warn(
					"The tables of durable runs have {}, and this application is made for {}. It works, but may be"
							+ " slower: execute {}",
					(version > 0) ? "version " + version : "no version", VERSION, script());
		}
	}

	private List<String> missingColumns() {
		List<String> missing = new ArrayList<>();
		COLUMNS.forEach((table, columns) -> missing(table, columns).stream()
			.map((column) -> table + "." + column)
			.forEach(missing::add));
		return missing;
	}

	/**
	 * Return the columns that a table lacks.
	 */
	private List<String> missing(String table, List<String> columns) {
		try {
			TreeSet<String> found = this.database.jdbcTemplate()
				.query("select * from " + table + " where 1 = 0", (ResultSetExtractor<TreeSet<String>>) (rows) -> {
					TreeSet<String> names = new TreeSet<>();
					ResultSetMetaData metaData = rows.getMetaData();
					for (int i = 1; i <= metaData.getColumnCount(); i++) {
						names.add(metaData.getColumnName(i).toLowerCase(Locale.ROOT));
					}
					return names;
				});
			return columns.stream().filter((column) -> found == null || !found.contains(column)).toList();
		}
		catch (BadSqlGrammarException ex) {
			throw new DurableStartException("The database does not have the tables of durable runs: " + ex.getMessage(),
					"Set tinyfish.durable.initialize-schema=always, or add the script to the migrations of the"
							+ " application: ai/tinyfish/durable/schema/" + script()
							+ " in the jar. By default the tables are created only in an H2 database in memory.",
					ex);
		}
	}

	private String script() {
		return this.database.isPostgreSql() ? "schema-postgresql.sql" : "schema-h2.sql";
	}

}
