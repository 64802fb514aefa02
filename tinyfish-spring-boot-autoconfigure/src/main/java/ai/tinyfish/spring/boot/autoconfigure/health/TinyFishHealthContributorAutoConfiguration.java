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

package ai.tinyfish.spring.boot.autoconfigure.health;

import ai.tinyfish.TinyFishClient;
import ai.tinyfish.spring.boot.autoconfigure.TinyFishAutoConfiguration;

import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.health.autoconfigure.contributor.CompositeReactiveHealthContributorConfiguration;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.contributor.ReactiveHealthContributor;
import org.springframework.context.annotation.Bean;

/**
 * Auto-configuration for the health indicator {@code tinyFish}, or one indicator for each
 * {@link TinyFishClient} if there are several. Off unless it is enabled: unlike
 * {@link ConditionalOnEnabledHealthIndicator}, the condition does not match by default.
 *
 * @since 0.1.0
 */
@AutoConfiguration(after = TinyFishAutoConfiguration.class)
@ConditionalOnClass({ ReactiveHealthContributor.class, ConditionalOnEnabledHealthIndicator.class })
@ConditionalOnBean(TinyFishClient.class)
@ConditionalOnBooleanProperty("management.health.tinyfish.enabled")
public final class TinyFishHealthContributorAutoConfiguration
		extends CompositeReactiveHealthContributorConfiguration<TinyFishHealthIndicator, TinyFishClient> {

	TinyFishHealthContributorAutoConfiguration() {
		super(TinyFishHealthIndicator::new);
	}

	@Bean
	@ConditionalOnMissingBean(name = { "tinyFishHealthIndicator", "tinyFishHealthContributor" })
	ReactiveHealthContributor tinyFishHealthContributor(ConfigurableListableBeanFactory beanFactory) {
		return createContributor(beanFactory, TinyFishClient.class);
	}

}
