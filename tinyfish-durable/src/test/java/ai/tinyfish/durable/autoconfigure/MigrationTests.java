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
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import javax.sql.DataSource;

import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.durable.DurableRun;
import ai.tinyfish.durable.DurableRuns;
import ai.tinyfish.durable.internal.DurableScheduler;
import ai.tinyfish.durable.testing.DatabaseKind;
import ai.tinyfish.spring.boot.autoconfigure.TinyFishAutoConfiguration;
import liquibase.integration.spring.SpringLiquibase;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.beans.factory.config.RuntimeBeanReference;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.flyway.autoconfigure.FlywayAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcClientAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcTemplateAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.core.io.ClassPathResource;
import org.springframework.jdbc.core.simple.JdbcClient;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The scripts as migrations of Flyway and as change logs of Liquibase, unchanged, in the
 * way that the page about operating durable runs says.
 */
class MigrationTests {

	private static final Path PAGE = Path.of("../docs/durable-operating.md");

	@TempDir
	private Path directory;

	@ParameterizedTest
	@MethodSource(DatabaseKind.TESTED)
	void flywayTakesTheScriptAsAMigrationOfTheApplication(DatabaseKind kind) throws IOException {
		Matcher copy = Pattern.compile("(?m)^unzip -p \\S+\\.jar (\\S+) > \\S+/(V\\S+\\.sql)$")
			.matcher(Files.readString(PAGE));
		assertThat(copy.find()).isTrue();
		ClassPathResource script = new ClassPathResource(of(kind, copy.group(1)));
		Files.writeString(this.directory.resolve("V1__application.sql"), "create table orders (id varchar(100))");
		Files.write(this.directory.resolve(copy.group(2)), script.getContentAsByteArray());
		ApplicationContextRunner runner = application(kind)
			.withConfiguration(AutoConfigurations.of(FlywayAutoConfiguration.class))
			.withPropertyValues("spring.flyway.locations=filesystem:" + this.directory);
		migrate(runner, "\"flyway_schema_history\" where \"version\" is not null", 2);
	}

	@ParameterizedTest
	@MethodSource(DatabaseKind.TESTED)
	void liquibaseTakesTheScriptAsAChangeLog(DatabaseKind kind) throws IOException {
		Matcher included = Pattern.compile("```yaml\\n(databaseChangeLog:.*?)```", Pattern.DOTALL)
			.matcher(Files.readString(PAGE));
		assertThat(included.find()).isTrue();
		Path changeLog = this.directory.resolve("db.changelog-master.yaml");
		Files.writeString(changeLog, of(kind, included.group(1)));
		ApplicationContextRunner runner = application(kind)
			.withBean(SpringLiquibase.class, SpringLiquibase::new,
					(definition) -> definition.getPropertyValues()
						.add("dataSource", new RuntimeBeanReference(DataSource.class))
						.add("changeLog", changeLog.toUri().toString()))
			// as Spring Boot does it for Liquibase
			.withInitializer((context) -> context.addBeanFactoryPostProcessor((beans) -> beans
				.getBeanDefinition(beans.getBeanNamesForType(DurableScheduler.class, false, false)[0])
				.setDependsOn(beans.getBeanNamesForType(SpringLiquibase.class, false, false))));
		migrate(runner, "databasechangelog where id like 'durable-%' and author = 'tinyfish'", 1);
	}

	/**
	 * The page shows the script for PostgreSQL.
	 */
	private static String of(DatabaseKind kind, String text) {
		assertThat(text).contains("schema-postgresql.sql");
		return text.replace("schema-postgresql.sql", "schema-" + kind.name().toLowerCase(Locale.ROOT) + ".sql");
	}

	private static ApplicationContextRunner application(DatabaseKind kind) {
		return new ApplicationContextRunner()
			.withConfiguration(
					AutoConfigurations.of(TinyFishAutoConfiguration.class, TinyFishDurableAutoConfiguration.class,
							DataSourceAutoConfiguration.class, JdbcTemplateAutoConfiguration.class,
							JdbcClientAutoConfiguration.class, DataSourceTransactionManagerAutoConfiguration.class))
			.withPropertyValues("tinyfish.api-key=sk-0123456789", "tinyfish.base-url=http://127.0.0.1:1")
			.withPropertyValues(kind.newDatabase().toArray(String[]::new));
	}

	/**
	 * Start the application with its migrations alone, then again, and then with the
	 * initialization of Spring Boot over the tables that exist.
	 */
	private static void migrate(ApplicationContextRunner runner, String history, int changes) {
		for (String mode : List.of("never", "never", "always", "always")) {
			runner.withPropertyValues("tinyfish.durable.initialize-schema=" + mode).run((context) -> {
				assertThat(context).hasNotFailed();
				assertThat(context.getBeansOfType(DurableSchemaInitializer.class))
					.hasSize(mode.equals("always") ? 1 : 0);
				DurableRuns runs = context.getBean(DurableRuns.class);
				DurableRun run = runs.submit(AgentRequest.of("https://shop.example/", "Find the price"));
				assertThat(runs.find(run.id())).isNotNull();
				assertThat(context.getBean(JdbcClient.class)
					.sql("select count(*) from " + history)
					.query(Integer.class)
					.single()).isEqualTo(changes);
			});
		}
	}

}
