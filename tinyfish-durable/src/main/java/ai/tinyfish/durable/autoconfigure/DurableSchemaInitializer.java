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

import javax.sql.DataSource;

import ai.tinyfish.durable.internal.store.Database;
import ai.tinyfish.durable.internal.store.Tables;

import org.springframework.boot.jdbc.init.DataSourceScriptDatabaseInitializer;
import org.springframework.boot.jdbc.init.PlatformPlaceholderDatabaseDriverResolver;
import org.springframework.boot.sql.init.DatabaseInitializationSettings;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.util.StringUtils;

/**
 * Creates the tables of durable runs.
 */
class DurableSchemaInitializer extends DataSourceScriptDatabaseInitializer {

	private final Database database;

	DurableSchemaInitializer(DataSource dataSource, TinyFishDurableProperties properties) {
		super(dataSource, settings(dataSource, properties));
		this.database = new Database(dataSource, new JdbcTransactionManager(dataSource));
	}

	private static DatabaseInitializationSettings settings(DataSource dataSource,
			TinyFishDurableProperties properties) {
		PlatformPlaceholderDatabaseDriverResolver resolver = new PlatformPlaceholderDatabaseDriverResolver();
		String platform = properties.platform();
		DatabaseInitializationSettings settings = new DatabaseInitializationSettings();
		settings.setSchemaLocations(StringUtils.hasText(platform) ? resolver.resolveAll(platform, properties.schema())
				: resolver.resolveAll(dataSource, properties.schema()));
		settings.setMode(properties.initializeSchema());
		settings.setContinueOnError(properties.continueOnError());
		return settings;
	}

	@Override
	public boolean initializeDatabase() {
		// fail before a script for an unsupported database is searched
		this.database.isPostgreSql();
		return super.initializeDatabase();
	}

	/**
	 * Run the scripts, unless this was done before: {@code create index if not exists}
	 * always locks the table, so that this instance and the listeners of others would
	 * wait for each other. On PostgreSQL the instances run them one after the other,
	 * since {@code if not exists} ignores tables of uncommitted transactions.
	 */
	@Override
	protected void runScripts(Scripts scripts) {
		Tables tables = new Tables(this.database);
		if (tables.exist()) {
			return;
		}
		// PostgreSQL aborts the transaction at an error
		if (scripts.isContinueOnError() || !this.database.isPostgreSql()) {
			super.runScripts(scripts);
			return;
		}
		this.database.doInTransaction(() -> {
			this.database.lock("tinyfish_run");
			if (!tables.exist()) {
				super.runScripts(scripts);
			}
		});
	}

}
