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

import java.util.function.BiConsumer;
import java.util.function.Supplier;

import javax.sql.DataSource;

import ai.tinyfish.TinyFishClient;
import ai.tinyfish.agent.RunContext;
import ai.tinyfish.durable.DurableRunApiKeyProvider;
import ai.tinyfish.durable.DurableRunApproval;
import ai.tinyfish.durable.DurableRunSecretsCodec;
import ai.tinyfish.durable.DurableRuns;
import ai.tinyfish.durable.autoconfigure.TinyFishDurableProperties.Uncertain;
import ai.tinyfish.durable.autoconfigure.TinyFishDurableProperties.UncertainPolicy;
import ai.tinyfish.durable.internal.DurableScheduler;
import ai.tinyfish.durable.internal.service.DurableSettings;
import ai.tinyfish.durable.internal.Engine;
import ai.tinyfish.durable.internal.service.Meters;
import ai.tinyfish.durable.internal.service.RunCounts;
import ai.tinyfish.durable.internal.store.Database;
import ai.tinyfish.durable.internal.store.DurableStartException;
import ai.tinyfish.durable.internal.watch.DefaultWatches;
import ai.tinyfish.durable.watch.Watches;
import ai.tinyfish.run.AgentRun;
import ai.tinyfish.run.GoalEvaluator;
import ai.tinyfish.spring.boot.autoconfigure.TinyFishAutoConfiguration;
import ai.tinyfish.spring.boot.autoconfigure.TinyFishProperties;
import ai.tinyfish.spring.boot.autoconfigure.budget.TinyFishBudgetAutoConfiguration;
import ai.tinyfish.spring.boot.budget.BudgetLedger;
import ai.tinyfish.spring.boot.webhook.WebhookRunFollower;
import com.github.kagkarlsson.scheduler.Scheduler;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.observation.ObservationRegistry;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.sql.autoconfigure.init.OnDatabaseInitializationCondition;
import org.springframework.boot.sql.init.dependency.DatabaseInitializationDependencyConfigurer;
import org.springframework.boot.sql.init.dependency.DependsOnDatabaseInitialization;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.PlatformTransactionManager;

/**
 * Auto-configuration for {@link DurableRuns}.
 *
 * @since 0.1.0
 */
@AutoConfiguration(after = TinyFishAutoConfiguration.class, before = TinyFishBudgetAutoConfiguration.class,
		afterName = { "org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration",
				"org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration",
				"org.springframework.boot.hibernate.autoconfigure.HibernateJpaAutoConfiguration",
				"org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration",
				"org.springframework.boot.micrometer.observation.autoconfigure.ObservationAutoConfiguration" })
@ConditionalOnClass({ Scheduler.class, DataSource.class })
@ConditionalOnBooleanProperty(name = "tinyfish.enabled", matchIfMissing = true)
@ConditionalOnBooleanProperty(name = "tinyfish.durable.enabled", matchIfMissing = true)
@EnableConfigurationProperties({ TinyFishDurableProperties.class, TinyFishProperties.class })
@Import(DatabaseInitializationDependencyConfigurer.class)
public final class TinyFishDurableAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean
	@Conditional(OnSchemaInitializationCondition.class)
	DurableSchemaInitializer tinyFishDurableSchemaInitializer(ObjectProvider<DataSource> dataSource,
			@TinyFishDurableDataSource ObjectProvider<DataSource> qualified, TinyFishDurableProperties properties) {
		return new DurableSchemaInitializer(qualified.getIfAvailable(() -> require(dataSource)), properties);
	}

	@Bean
	@DependsOnDatabaseInitialization
	Engine tinyFishDurableEngine(ObjectProvider<DataSource> dataSource,
			@TinyFishDurableDataSource ObjectProvider<DataSource> qualified,
			ObjectProvider<PlatformTransactionManager> transactionManager,
			@TinyFishDurableDataSource ObjectProvider<PlatformTransactionManager> qualifiedTransactionManager,
			ObjectProvider<TinyFishClient> client, ObjectProvider<DurableRunApiKeyProvider> apiKeys,
			ObjectProvider<DurableRunSecretsCodec> codec, ObjectProvider<DurableRunApproval> approval,
			ApplicationEventPublisher publisher, ObjectProvider<GoalEvaluator> goalEvaluator,
			ObjectProvider<Meters> meters, ObjectProvider<ObservationRegistry> observations,
			TinyFishDurableProperties properties, TinyFishProperties clientProperties) {
		DataSource own = qualified.getIfAvailable();
		DataSource used = (own != null) ? own : require(dataSource);
		PlatformTransactionManager manager = ((own != null) ? qualifiedTransactionManager : transactionManager)
			.getIfAvailable(() -> new JdbcTransactionManager(used));
		return new Engine(new Database(used, manager), settings(properties, clientProperties),
				new Engine.Application(client::getObject, apiKeys.getIfAvailable(), codec.getIfAvailable(),
						approval.getIfAvailable(), publisher,
						(run) -> goalEvaluator.getIfAvailable(GoalEvaluator::defaults).evaluate(run),
						meters.getIfAvailable(Meters::new), observations.getIfUnique(() -> ObservationRegistry.NOOP),
						clientProperties.webhook()));
	}

	private static DurableSettings settings(TinyFishDurableProperties properties, TinyFishProperties client) {
		Uncertain uncertain = properties.uncertain();
		return new DurableSettings(properties.interval(), properties.threads(), properties.sendTimeout(),
				properties.retention(), properties.maxHandovers(), client.run().timeout(), client.run().onTimeout(),
				properties.maxRunning(), (uncertain.then() == UncertainPolicy.ABANDON) ? uncertain.after() : null,
				properties.maxResults(), properties.approvalTimeout());
	}

	private static DataSource require(ObjectProvider<DataSource> dataSource) {
		DataSource unique = dataSource.getIfUnique();
		if (unique == null) {
			boolean several = dataSource.stream().findAny().isPresent();
			throw new DurableStartException(
					"tinyfish-durable stores runs in the application's database, and "
							+ (several ? "there are several DataSource beans of which none is the primary one."
									: "there is no DataSource bean."),
					several ? "Mark one of them with @TinyFishDurableDataSource, or as @Primary."
							: "Add spring-boot-starter-jdbc, which brings a connection pool, and a driver, and set"
									+ " spring.datasource.url (without a pool, it has no effect).");
		}
		return unique;
	}

	@Bean
	@DependsOnDatabaseInitialization
	@ConditionalOnMissingBean(DurableRuns.class)
	DurableRuns tinyFishDurableRuns(Engine engine) {
		return engine.runs();
	}

	@Bean
	@DependsOnDatabaseInitialization
	@ConditionalOnMissingBean(Watches.class)
	DefaultWatches tinyFishWatches(Engine engine) {
		return engine.watches();
	}

	@Bean
	@ConditionalOnBooleanProperty("tinyfish.webhook.enabled")
	WebhookRunFollower tinyFishDurableWebhooks(Engine engine) {
		return engine.webhooks();
	}

	@Bean
	@ConditionalOnMissingBean
	BudgetLedger tinyFishDurableBudgetLedger(Engine engine) {
		return engine.budget();
	}

	@Bean
	RunCounts tinyFishDurableRunCounts(Engine engine) {
		return engine.counts();
	}

	@Bean
	DurableScheduler tinyFishDurableScheduler(Engine engine, ConfigurableApplicationContext context) {
		return engine.scheduler(context);
	}

	/**
	 * Meters, if the application has a registry.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(MeterRegistry.class)
	static class MeterConfiguration {

		@Bean
		Meters tinyFishDurableMeters(ObjectProvider<MeterRegistry> registry,
				@Qualifier("tinyFishRunMeters") ObjectProvider<BiConsumer<RunContext, AgentRun>> runs) {
			return new Meters(registry::getIfUnique,
					(context, run) -> runs.ifAvailable((meters) -> meters.accept(context, run)));
		}

		@Bean
		MeterBinder tinyFishDurableRunGauges(ObjectProvider<RunCounts> counts) {
			// gauges have only a weak reference to it
			Supplier<RunCounts> supplier = counts::getObject;
			return (registry) -> Meters.bind(registry, supplier);
		}

	}

	static class OnSchemaInitializationCondition extends OnDatabaseInitializationCondition {

		OnSchemaInitializationCondition() {
			super("TinyFish Durable", "tinyfish.durable.initialize-schema");
		}

	}

}
