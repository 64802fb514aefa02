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

package ai.tinyfish.spring.boot.autoconfigure.rules;

import ai.tinyfish.spring.boot.autoconfigure.TinyFishAutoConfiguration;
import ai.tinyfish.spring.boot.autoconfigure.TinyFishProperties;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigureOrder;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/**
 * Auto-configuration of the rules for all runs. It comes late, so that other interceptors
 * are called before the rules.
 *
 * @since 0.1.0
 */
@AutoConfiguration(after = TinyFishAutoConfiguration.class)
@AutoConfigureOrder(Ordered.LOWEST_PRECEDENCE)
@ConditionalOnBooleanProperty(name = "tinyfish.enabled", matchIfMissing = true)
public final class TinyFishRunRulesAutoConfiguration {

	/**
	 * Receives the request as the interceptors of the application have changed it.
	 * Whether there are rules is decided when the application starts, not ahead of time,
	 * so that a rule set later is not ignored.
	 * @return the rules, or null if no default is set: without interceptors, runs are not
	 * intercepted
	 */
	@Bean
	@Order(Ordered.LOWEST_PRECEDENCE)
	@Nullable RunRules tinyFishRunRules(TinyFishProperties properties) {
		return RunRules.of(properties.run());
	}

}
