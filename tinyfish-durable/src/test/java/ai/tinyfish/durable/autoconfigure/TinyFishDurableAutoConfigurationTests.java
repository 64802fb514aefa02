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

import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import javax.sql.DataSource;

import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.durable.DurableRunState;
import ai.tinyfish.durable.DurableRuns;
import ai.tinyfish.durable.internal.DurableScheduler;
import ai.tinyfish.durable.testing.DatabaseKind;
import ai.tinyfish.spring.boot.autoconfigure.TinyFishAutoConfiguration;
import ai.tinyfish.spring.boot.autoconfigure.observation.TinyFishMetricsAutoConfiguration;
import ai.tinyfish.spring.boot.webhook.WebhookRunFollower;
import com.github.kagkarlsson.scheduler.Scheduler;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mockito.Mockito;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcClientAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcTemplateAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.transaction.PlatformTransactionManager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link TinyFishDurableAutoConfiguration}.
 */
class TinyFishDurableAutoConfigurationTests {

	private final ApplicationContextRunner withoutDatabase = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(TinyFishAutoConfiguration.class,
				TinyFishMetricsAutoConfiguration.class, TinyFishDurableAutoConfiguration.class))
		.withPropertyValues("tinyfish.api-key=sk-0123456789", "tinyfish.base-url=http://127.0.0.1:1");

	private ApplicationContextRunner withDatabase(DatabaseKind kind, String... properties) {
		List<String> all = new ArrayList<>(kind.newDatabase());
		all.addAll(List.of(properties));
		return this.withoutDatabase
			.withConfiguration(
					AutoConfigurations.of(DataSourceAutoConfiguration.class, JdbcTemplateAutoConfiguration.class,
							JdbcClientAutoConfiguration.class, DataSourceTransactionManagerAutoConfiguration.class))
			.withPropertyValues(all.toArray(String[]::new));
	}

	@Test
	void offersDurableRunsAndNoSchedulerOfTheApplications() {
		withDatabase(DatabaseKind.H2).run((context) -> {
			assertThat(context).hasNotFailed().hasSingleBean(DurableRuns.class).doesNotHaveBean(Scheduler.class);
			assertThat(context.getBean(DurableScheduler.class).isRunning()).isTrue();
			assertThat(context.getBean(DurableScheduler.class).getPhase()).isEqualTo(Integer.MAX_VALUE - 6144);
			assertThat(count(context.getBean(JdbcClient.class), "tinyfish_task")).isEqualTo(3);
		});
	}

	@Test
	void admitsRunsIfThereIsALimit() {
		withDatabase(DatabaseKind.H2, "tinyfish.durable.max-running=3")
			.run((context) -> assertThat(context.getBean(JdbcClient.class)
				.sql("select count(*) from tinyfish_task where task_name = 'tinyfish-admit'")
				.query(Long.class)
				.single()).isEqualTo(1));
	}

	@Test
	@Tag(DatabaseKind.ONLY_POSTGRESQL)
	void theTablesAreCreatedWhereTheyExistAlready() {
		ApplicationContextRunner runner = withDatabase(DatabaseKind.POSTGRESQL);
		for (int i = 0; i < 2; i++) {
			runner.run((context) -> assertThat(context).hasNotFailed());
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "interval=0", "threads=0", "send-timeout=-1s", "retention=0", "max-handovers=0",
			"max-running=0", "uncertain.after=0" })
	void aPropertyThatIsNotPositiveFailsTheStart(String property) {
		String name = "tinyfish.durable." + property.substring(0, property.indexOf('='));
		withDatabase(DatabaseKind.H2, "tinyfish.durable." + property).run((context) -> assertThat(context).hasFailed()
			.getFailure()
			.rootCause()
			.hasMessage(name + " must be positive"));
	}

	@Test
	@Tag(DatabaseKind.ONLY_POSTGRESQL)
	void instancesThatStartTogetherCreateTheTablesOnce() throws Exception {
		int instances = 4;
		ExecutorService executor = Executors.newFixedThreadPool(instances);
		try {
			for (int round = 0; round < 10; round++) {
				String url = DatabaseKind.POSTGRESQL.newDatabase().get(0).replace("spring.datasource.url=", "");
				TinyFishDurableProperties properties = new Binder(
						new MapConfigurationPropertySource(Map.of("tinyfish.durable.initialize-schema", "always")))
					.bind("tinyfish.durable", TinyFishDurableProperties.class)
					.get();
				CyclicBarrier together = new CyclicBarrier(instances);
				List<Future<Boolean>> started = new ArrayList<>();
				for (int i = 0; i < instances; i++) {
					started.add(executor.submit(() -> {
						DurableSchemaInitializer initializer = new DurableSchemaInitializer(
								new DriverManagerDataSource(url), properties);
						together.await();
						return initializer.initializeDatabase();
					}));
				}
				for (Future<Boolean> each : started) {
					assertThat(each.get(1, TimeUnit.MINUTES)).isTrue();
				}
			}
		}
		finally {
			executor.shutdownNow();
		}
	}

	@Test
	void saysWhatToDoWithoutTables() {
		assertSaysWhatToDoWithoutTables(withDatabase(DatabaseKind.H2, "tinyfish.durable.initialize-schema=never"));
	}

	@Test
	@Tag(DatabaseKind.ONLY_POSTGRESQL)
	void saysWhatToDoWithoutTablesInADatabaseThatIsNotEmbedded() {
		assertSaysWhatToDoWithoutTables(
				withDatabase(DatabaseKind.POSTGRESQL, "tinyfish.durable.initialize-schema=embedded"));
	}

	private static void assertSaysWhatToDoWithoutTables(ApplicationContextRunner runner) {
		runner.run((context) -> {
			FailureAnalysis analysis = new DurableStartFailureAnalyzer().analyze(context.getStartupFailure());
			assertThat(analysis).isNotNull();
			assertThat(analysis.getDescription()).contains("tinyfish_watch_result");
			assertThat(analysis.getAction()).contains("tinyfish.durable.initialize-schema=always");
		});
	}

	@Test
	void saysWhatToDoWithoutADatabase() {
		this.withoutDatabase.run((context) -> {
			FailureAnalysis analysis = analyze(context.getStartupFailure());
			assertThat(analysis.getDescription()).contains("there is no DataSource bean");
			assertThat(analysis.getAction()).contains("spring-boot-starter-jdbc")
				.contains("tinyfish.durable.enabled=false");
		});
	}

	@Test
	void refusesTheTransactionManagerOfSomethingElse() {
		withDatabase(DatabaseKind.H2)
			.withBean(PlatformTransactionManager.class, () -> Mockito.mock(PlatformTransactionManager.class))
			.run((context) -> assertThat(analyze(context.getStartupFailure()).getAction()).contains("@Primary"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "always", "embedded", "never" })
	void saysWhichDatabasesAreSupported(String mode) {
		this.withoutDatabase.withBean(DataSource.class, TinyFishDurableAutoConfigurationTests::unsupported)
			.withPropertyValues("tinyfish.durable.initialize-schema=" + mode)
			.run((context) -> {
				FailureAnalysis analysis = analyze(context.getStartupFailure());
				assertThat(analysis.getDescription()).contains("PostgreSQL or H2").contains("HSQL Database Engine");
				assertThat(analysis.getAction()).contains("@TinyFishDurableDataSource");
			});
	}

	private static DataSource unsupported() {
		try {
			DatabaseMetaData metaData = Mockito.mock(DatabaseMetaData.class);
			Connection connection = Mockito.mock(Connection.class);
			Mockito.when(connection.getMetaData()).thenReturn(metaData);
			Mockito.when(metaData.getConnection()).thenReturn(connection);
			Mockito.when(metaData.getDatabaseProductName()).thenReturn("HSQL Database Engine");
			Mockito.when(metaData.getURL()).thenReturn("jdbc:hsqldb:mem:test");
			DataSource dataSource = Mockito.mock(DataSource.class);
			Mockito.when(dataSource.getConnection()).thenReturn(connection);
			return dataSource;
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@Test
	void usesTheDataSourceThatIsMarkedForIt() {
		withDatabase(DatabaseKind.H2).withUserConfiguration(SecondDatabase.class).run((context) -> {
			assertThat(context).hasNotFailed();
			String id = context.getBean(DurableRuns.class).submit(AgentRequest.of("https://shop.example", "goal")).id();
			assertThat(JdbcClient.create(context.getBean("second", DataSource.class))
				.sql("select id from tinyfish_run")
				.query(String.class)
				.single()).isEqualTo(id);
		});
	}

	@Configuration(proxyBeanMethods = false)
	static class SecondDatabase {

		@Bean(defaultCandidate = false)
		@TinyFishDurableDataSource
		DataSource second() {
			return new DriverManagerDataSource("jdbc:h2:mem:second;DB_CLOSE_DELAY=-1");
		}

	}

	@Test
	void measuresNothingWithoutMicrometer() {
		withDatabase(DatabaseKind.H2).withClassLoader(new FilteredClassLoader("io.micrometer.core")).run((context) -> {
			assertThat(context).hasNotFailed();
			String id = context.getBean(DurableRuns.class).submit(AgentRequest.of("https://shop.example", "goal")).id();
			await().atMost(Duration.ofSeconds(30))
				.until(() -> context.getBean(DurableRuns.class).find(id).attempts() > 0);
		});
	}

	@Test
	void saysWhatToDoWithSeveralDatabases() {
		this.withoutDatabase.withBean("one", DataSource.class, () -> Mockito.mock(DataSource.class))
			.withBean("two", DataSource.class, () -> Mockito.mock(DataSource.class))
			.run((context) -> {
				FailureAnalysis analysis = analyze(context.getStartupFailure());
				assertThat(analysis.getDescription()).contains("several DataSource beans");
				assertThat(analysis.getAction()).contains("@Primary");
			});
	}

	@Test
	void isNotThereIfItIsDisabled() {
		this.withoutDatabase.withPropertyValues("tinyfish.durable.enabled=false")
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(DurableRuns.class));
		this.withoutDatabase.withPropertyValues("tinyfish.enabled=false")
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(DurableRuns.class));
	}

	@Test
	void namesThePropertyThatIsNotValid() {
		for (String property : List.of("interval=0s", "threads=0", "send-timeout=-1s", "retention=0s",
				"max-handovers=0", "uncertain.after=0s", "max-running=0", "max-running=-1")) {
			withDatabase(DatabaseKind.H2, "tinyfish.durable." + property)
				.run((context) -> assertThat(context).getFailure()
					.hasStackTraceContaining("tinyfish.durable." + property.replaceAll("=.*", "")));
		}
	}

	@Test
	void backsOffIfTheApplicationHasItsOwn() {
		DurableRuns own = Mockito.mock(DurableRuns.class);
		withDatabase(DatabaseKind.H2).withBean(DurableRuns.class, () -> own)
			.run((context) -> assertThat(context.getBean(DurableRuns.class)).isSameAs(own));
	}

	@Test
	void followsTheRunsOfWebhooksWhereTheyAreEnabled() {
		withDatabase(DatabaseKind.H2)
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(WebhookRunFollower.class));
		withDatabase(DatabaseKind.H2, "tinyfish.webhook.enabled=true",
				"tinyfish.webhook.secret=s3cret-s3cret-s3cret-s3cret")
			.run((context) -> assertThat(context).hasNotFailed().hasSingleBean(WebhookRunFollower.class));
		withDatabase(DatabaseKind.H2, "tinyfish.webhook.enabled=true")
			.run((context) -> assertThat(context).getFailure().hasStackTraceContaining("tinyfish.webhook.secret"));
	}

	@Test
	void measuresWhereTheApplicationHasMeters() {
		SimpleMeterRegistry registry = new SimpleMeterRegistry();
		withDatabase(DatabaseKind.H2, "tinyfish.durable.send-timeout=1s")
			.withBean(SimpleMeterRegistry.class, () -> registry)
			.run((context) -> {
				String id = context.getBean(DurableRuns.class)
					.submit(AgentRequest.of("https://shop.example", "goal"))
					.id();
				// the claim is committed before the call is counted
				await().atMost(Duration.ofSeconds(30)).until(() -> {
					Counter calls = registry.find("tinyfish.durable.calls").tag("operation", "agent.queue").counter();
					return calls != null && calls.count() > 0;
				});
				assertThat(registry.get("tinyfish.durable.runs").tag("state", "uncertain").gauge().value()).isZero();
				assertThat(registry.get("tinyfish.durable.oldest").timeGauge().value()).isNotNegative();
				assertThat(context.getBean(DurableRuns.class).find(id).state()).isIn(DurableRunState.ACCEPTED,
						DurableRunState.SENDING);
			});
	}

	@Test
	void theSchedulerStartsAgain() {
		withDatabase(DatabaseKind.H2).run((context) -> {
			DurableScheduler scheduler = context.getBean(DurableScheduler.class);
			scheduler.stop();
			assertThat(scheduler.isRunning()).isFalse();
			// runs submitted meanwhile are sent later
			String id = context.getBean(DurableRuns.class).submit(AgentRequest.of("https://shop.example", "goal")).id();
			scheduler.start();
			await().atMost(Duration.ofSeconds(30))
				.until(() -> context.getBean(DurableRuns.class).find(id).attempts() > 0);
		});
	}

	private static FailureAnalysis analyze(Throwable failure) {
		FailureAnalysis analysis = new DurableStartFailureAnalyzer().analyze(failure);
		assertThat(analysis).isNotNull();
		return analysis;
	}

	private static long count(JdbcClient jdbc, String table) {
		return jdbc.sql("select count(*) from " + table).query(Long.class).single();
	}

}
