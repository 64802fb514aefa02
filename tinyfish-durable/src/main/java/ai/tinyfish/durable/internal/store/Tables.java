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

/**
 * The tables of durable runs, which the script creates.
 */
public record Tables(Database database) {

	/** The table that the script creates last. */
	static final String LAST = "tinyfish_watch_result";

	/**
	 * Return whether the script has been executed.
	 */
	public boolean exist() {
		String sql = this.database.isPostgreSql() ? "select to_regclass(?) is not null"
				: "select count(*) > 0 from information_schema.tables"
						+ " where lower(table_name) = ? and table_schema = current_schema";
		return this.database.jdbc().sql(sql).param(LAST).query(Boolean.class).single();
	}

	/**
	 * Require that the script has been executed.
	 * @throws DurableStartException if a table is missing
	 */
	public void require() {
		if (!exist()) {
			throw new DurableStartException(
					"The database does not have the tables of durable runs: " + LAST + " does not exist.",
					"Set tinyfish.durable.initialize-schema=always, or add the script to the migrations of the"
							+ " application: ai/tinyfish/durable/schema/"
							+ (this.database.isPostgreSql() ? "schema-postgresql.sql" : "schema-h2.sql")
							+ " in the jar. By default the tables are created only in an H2 database in memory.");
		}
	}

}
