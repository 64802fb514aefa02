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
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import javax.sql.DataSource;

import ai.tinyfish.durable.internal.store.Database;

import org.springframework.boot.jdbc.init.PropertiesBasedDataSourceScriptDatabaseInitializer;
import org.springframework.core.io.Resource;
import org.springframework.jdbc.support.JdbcTransactionManager;

/**
 * Creates the tables of durable runs.
 */
class DurableSchemaInitializer extends PropertiesBasedDataSourceScriptDatabaseInitializer<TinyFishDurableProperties> {

	/** Key of an advisory lock. */
	private static final int LOCK = "tinyfish_run".hashCode();

	private static final Pattern COMMENT = Pattern.compile("^\\s*--.*$", Pattern.MULTILINE);

	private static final Pattern CREATE = Pattern.compile(
			"create\\s+(?:table|(?:unique\\s+)?index)\\s+if\\s+not\\s+exists\\s+(\\w+)\\s.*",
			Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

	private final Database database;

	DurableSchemaInitializer(DataSource dataSource, TinyFishDurableProperties properties) {
		super(dataSource, properties);
		this.database = new Database(dataSource, new JdbcTransactionManager(dataSource));
	}

	/**
	 * Run the scripts. On PostgreSQL one instance does so after the other, since
	 * {@code if not exists} does not see what another transaction creates. None does if
	 * all exists: {@code create index if not exists} locks the table all the same, would
	 * wait for the listeners of other instances, and would have them wait.
	 */
	@Override
	protected void runScripts(Scripts scripts) {
		// after an error, PostgreSQL continues no transaction
		if (scripts.isContinueOnError() || !this.database.isPostgreSql()) {
			super.runScripts(scripts);
			return;
		}
		if (isComplete(scripts)) {
			return;
		}
		this.database.inTransaction(() -> {
			this.database.jdbc().sql("select pg_advisory_xact_lock(?)").param(LOCK).query((row) -> {
			});
			if (!isComplete(scripts)) {
				super.runScripts(scripts);
			}
			return null;
		});
	}

	private boolean isComplete(Scripts scripts) {
		for (Resource script : scripts) {
			if (!statements(script, scripts).allMatch(this::isDone)) {
				return false;
			}
		}
		return true;
	}

	private boolean isDone(String statement) {
		Matcher create = CREATE.matcher(statement);
		return create.matches() && this.database.jdbc()
			.sql("select to_regclass(?) is not null")
			.param(create.group(1))
			.query(Boolean.class)
			.single();
	}

	private static Stream<String> statements(Resource script, Scripts scripts) {
		Charset encoding = Objects.requireNonNullElse(scripts.getEncoding(), StandardCharsets.UTF_8);
		try {
			String text = COMMENT.matcher(script.getContentAsString(encoding)).replaceAll("");
			return Arrays.stream(text.split(Pattern.quote(scripts.getSeparator())))
				.map(String::strip)
				.filter((statement) -> !statement.isEmpty());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
