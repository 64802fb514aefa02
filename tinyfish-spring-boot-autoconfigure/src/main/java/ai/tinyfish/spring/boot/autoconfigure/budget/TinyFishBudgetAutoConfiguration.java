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

package ai.tinyfish.spring.boot.autoconfigure.budget;

import java.math.BigDecimal;
import java.time.Clock;
import java.time.Duration;
import java.util.function.Supplier;

import ai.tinyfish.TinyFishClient;
import ai.tinyfish.spring.boot.autoconfigure.TinyFishAutoConfiguration;
import ai.tinyfish.spring.boot.autoconfigure.TinyFishProperties;
import ai.tinyfish.spring.boot.autoconfigure.rules.TinyFishRunRulesAutoConfiguration;
import ai.tinyfish.spring.boot.budget.BudgetLedger;
import io.micrometer.core.instrument.MeterRegistry;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigureOrder;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/**
 * Auto-configuration that limits runs, steps and cost per day. It comes last, so that all
 * other interceptors are called before the budget.
 *
 * @since 0.1.0
 */
@AutoConfiguration(after = { TinyFishAutoConfiguration.class, TinyFishRunRulesAutoConfiguration.class })
@AutoConfigureOrder(Ordered.LOWEST_PRECEDENCE)
@ConditionalOnBooleanProperty(name = "tinyfish.enabled", matchIfMissing = true)
@EnableConfigurationProperties(TinyFishBudgetProperties.class)
public final class TinyFishBudgetAutoConfiguration {

	private static final Duration WALLET_TIMEOUT = Duration.ofSeconds(10);

	@Bean
	@Lazy
	@ConditionalOnMissingBean(BudgetLedger.class)
	InMemoryBudgetLedger tinyFishBudgetLedger() {
		return new InMemoryBudgetLedger();
	}

	/**
	 * Return the price of a step, or null if it has no source.
	 */
	@Bean(defaultCandidate = false)
	@Lazy
	@ConditionalOnMissingBean(name = "tinyFishStepPrice")
	@Nullable StepPrice tinyFishStepPrice(TinyFishBudgetProperties properties, ObjectProvider<TinyFishClient> client) {
		return (properties.pricePerStep() != null || properties.costPerDay() != null)
				? new StepPrice(properties.pricePerStep(),
						() -> client.getObject().mutate().timeout(WALLET_TIMEOUT).build().wallet().get(),
						Clock.systemUTC())
				: null;
	}

	/**
	 * Comes last, since it needs the request as it is sent. Whether there is a budget is
	 * decided when the application starts, not ahead of time, so that a limit set later
	 * is not ignored.
	 * @return the budget, or null if there is no limit
	 */
	@Bean
	@Order(Ordered.LOWEST_PRECEDENCE)
	@Nullable RunBudget tinyFishRunBudget(TinyFishBudgetProperties properties, ObjectProvider<BudgetLedger> ledger,
			@Qualifier("tinyFishStepPrice") ObjectProvider<Supplier<@Nullable BigDecimal>> price,
			TinyFishProperties clientProperties) {
		if (!properties.isLimited()) {
			return null;
		}
		RunBudget budget = new RunBudget(properties, ledger.getObject(), price.getIfAvailable(), Clock.systemUTC());
		budget.checkLimits(properties.pricePerStep(), clientProperties.run().maxSteps());
		return budget;
	}

	/**
	 * Adds gauges of the remaining budget.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(MeterRegistry.class)
	static class MeterConfiguration {

		@Bean
		BudgetMeters tinyFishBudgetMeters(ObjectProvider<RunBudget> budget) {
			return new BudgetMeters(budget);
		}

	}

}
