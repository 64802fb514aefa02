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

package ai.tinyfish.spring.boot.budget;

import java.time.Clock;
import java.time.Duration;

import ai.tinyfish.TinyFishClient;
import ai.tinyfish.spring.boot.TinyFishAutoConfiguration;
import io.micrometer.core.instrument.MeterRegistry;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigureOrder;
import org.springframework.boot.autoconfigure.condition.AnyNestedCondition;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/**
 * Auto-configuration that limits what runs may use in a day. It comes last, so that the
 * interceptors of others are asked before the budget.
 */
@AutoConfiguration(after = TinyFishAutoConfiguration.class)
@AutoConfigureOrder(Ordered.LOWEST_PRECEDENCE)
@ConditionalOnBooleanProperty(name = "tinyfish.enabled", matchIfMissing = true)
@Conditional(TinyFishBudgetAutoConfiguration.OnLimit.class)
@EnableConfigurationProperties(TinyFishBudgetProperties.class)
public final class TinyFishBudgetAutoConfiguration {

	private static final Duration WALLET_TIMEOUT = Duration.ofSeconds(10);

	@Bean
	@ConditionalOnMissingBean(BudgetLedger.class)
	InMemoryBudgetLedger tinyFishBudgetLedger() {
		return new InMemoryBudgetLedger();
	}

	/**
	 * Comes last: it must see the request as it is sent.
	 */
	@Bean
	@Order(Ordered.LOWEST_PRECEDENCE)
	RunBudget tinyFishRunBudget(TinyFishBudgetProperties properties, BudgetLedger ledger,
			ObjectProvider<TinyFishClient> client) {
		Clock clock = Clock.systemUTC();
		return new RunBudget(properties, ledger,
				new StepPrice(properties.pricePerStep(),
						() -> client.getObject().mutate().timeout(WALLET_TIMEOUT).build().wallet().get(), clock),
				clock);
	}

	/**
	 * Adds gauges of what is left.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(MeterRegistry.class)
	static class MeterConfiguration {

		@Bean
		BudgetMeters tinyFishBudgetMeters(RunBudget budget) {
			return new BudgetMeters(budget);
		}

	}

	static class OnLimit extends AnyNestedCondition {

		OnLimit() {
			super(ConfigurationPhase.REGISTER_BEAN);
		}

		@ConditionalOnProperty("tinyfish.budget.runs-per-day")
		static class OnRuns {

		}

		@ConditionalOnProperty("tinyfish.budget.steps-per-day")
		static class OnSteps {

		}

		@ConditionalOnProperty("tinyfish.budget.cost-per-day")
		static class OnCost {

		}

	}

}
