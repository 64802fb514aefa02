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

import java.time.Duration;

import javax.sql.DataSource;

import ai.tinyfish.TinyFishClient;
import ai.tinyfish.durable.DurableRunApiKeyProvider;
import ai.tinyfish.durable.DurableRunSecretsCodec;
import ai.tinyfish.durable.DurableRuns;
import ai.tinyfish.durable.internal.DefaultDurableRuns;
import ai.tinyfish.durable.internal.DurableScheduler;
import ai.tinyfish.durable.internal.DurableSettings;
import ai.tinyfish.durable.internal.DurableWebhooks;
import ai.tinyfish.durable.internal.Engine;
import ai.tinyfish.durable.internal.Meters;
import ai.tinyfish.durable.internal.store.Database;
import ai.tinyfish.run.GoalEvaluator;
import ai.tinyfish.spring.boot.TinyFishAutoConfiguration;
import ai.tinyfish.spring.boot.TinyFishProperties;
import ai.tinyfish.spring.boot.WebhookSettings;
import com.github.kagkarlsson.scheduler.Scheduler;
import io.micrometer.core.instrument.MeterRegistry;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.sql.autoconfigure.init.OnDatabaseInitializationCondition;
import org.springframework.boot.sql.init.dependency.DatabaseInitializationDependencyConfigurer;
import org.springframework.boot.sql.init.dependency.DependsOnDatabaseInitialization;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.PlatformTransactionManager;

/**
 * Auto-configuration for {@link DurableRuns}.
 */
@AutoConfiguration(after = TinyFishAutoConfiguration.class,
		afterName = { "org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration",
				"org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration",
				"org.springframework.boot.hibernate.autoconfigure.HibernateJpaAutoConfiguration",
				"org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration" })
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
			TinyFishDurableProperties properties) {
		return new DurableSchemaInitializer(require(dataSource), properties);
	}

	@Bean
	@ConditionalOnMissingBean
	DurableRunSecretsCodec tinyFishDurableRunSecretsCodec() {
		return new PlainSecretsCodec();
	}

	@Bean
	@DependsOnDatabaseInitialization
	Engine tinyFishDurableEngine(ObjectProvider<DataSource> dataSource,
			ObjectProvider<PlatformTransactionManager> transactionManager, ObjectProvider<TinyFishClient> client,
			ObjectProvider<DurableRunApiKeyProvider> apiKeys, DurableRunSecretsCodec codec,
			ApplicationEventPublisher publisher, ObjectProvider<GoalEvaluator> goalEvaluator,
			ObjectProvider<Meters> meters, TinyFishDurableProperties properties, TinyFishProperties clientProperties) {
		DataSource database = require(dataSource);
		return new Engine(
				new Database(database, transactionManager.getIfAvailable(() -> new JdbcTransactionManager(database))),
				settings(properties, clientProperties),
				new Engine.Application(client::getObject, apiKeys.getIfAvailable(), codec, publisher,
						(run) -> goalEvaluator.getIfAvailable(GoalEvaluator::defaults).evaluate(run),
						meters.getIfAvailable(() -> Meters.NONE),
						clientProperties.getWebhook().isEnabled() ? WebhookSettings.of(clientProperties) : null));
	}

	private static DurableSettings settings(TinyFishDurableProperties properties, TinyFishProperties client) {
		Integer maxRunning = properties.getMaxRunning();
		return new DurableSettings(positive("interval", properties.getInterval()),
				positive("threads", properties.getThreads()), positive("send-timeout", properties.getSendTimeout()),
				positive("retention", properties.getRetention()),
				positive("max-handovers", properties.getMaxHandovers()), client.getRun().getTimeout(),
				client.getRun().getOnTimeout(), (maxRunning != null) ? positive("max-running", maxRunning) : null);
	}

	private static Duration positive(String property, Duration value) {
		if (value.isZero() || value.isNegative()) {
			throw new IllegalArgumentException("tinyfish.durable." + property + " must be positive");
		}
		return value;
	}

	private static int positive(String property, int value) {
		if (value < 1) {
			throw new IllegalArgumentException("tinyfish.durable." + property + " must be 1 or more");
		}
		return value;
	}

	private static DataSource require(ObjectProvider<DataSource> dataSource) {
		DataSource unique = dataSource.getIfUnique();
		if (unique == null) {
			throw new DurableDataSourceMissingException(dataSource.stream().findAny().isPresent());
		}
		return unique;
	}

	@Bean
	@DependsOnDatabaseInitialization
	@ConditionalOnMissingBean(DurableRuns.class)
	DefaultDurableRuns tinyFishDurableRuns(Engine engine) {
		return new DefaultDurableRuns(engine);
	}

	@Bean
	@ConditionalOnBooleanProperty("tinyfish.webhook.enabled")
	DurableWebhooks tinyFishDurableWebhooks(Engine engine) {
		return new DurableWebhooks(engine);
	}

	@Bean
	DurableScheduler tinyFishDurableScheduler(Engine engine, ApplicationContext context) {
		return new DurableScheduler(engine, context);
	}

	/**
	 * Measures, where the application has meters.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(MeterRegistry.class)
	static class MeterConfiguration {

		@Bean
		Meters tinyFishDurableMeters(ObjectProvider<MeterRegistry> registry) {
			return new RegistryMeters(registry);
		}

		@Bean
		DurableRunGauges tinyFishDurableRunGauges(ObjectProvider<Engine> engine) {
			return new DurableRunGauges(engine);
		}

	}

	static class OnSchemaInitializationCondition extends OnDatabaseInitializationCondition {

		OnSchemaInitializationCondition() {
			super("TinyFish Durable", "tinyfish.durable.initialize-schema");
		}

	}

}
