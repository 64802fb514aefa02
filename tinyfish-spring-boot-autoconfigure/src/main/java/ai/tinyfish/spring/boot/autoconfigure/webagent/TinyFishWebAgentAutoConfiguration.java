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

package ai.tinyfish.spring.boot.autoconfigure.webagent;

import ai.tinyfish.WebAgents;
import ai.tinyfish.spring.boot.autoconfigure.TinyFishAutoConfiguration;
import ai.tinyfish.spring.webagent.ImportWebAgents;
import ai.tinyfish.spring.webagent.WebAgentsBuilderConfigurer;

import org.springframework.beans.factory.config.ConfigurableBeanFactory;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Scope;

/**
 * Auto-configuration for {@link WebAgents.Builder}, from which the beans of
 * {@link ImportWebAgents} are created as well.
 */
@AutoConfiguration(after = TinyFishAutoConfiguration.class)
@ConditionalOnBooleanProperty(name = "tinyfish.enabled", matchIfMissing = true)
public final class TinyFishWebAgentAutoConfiguration {

	@Bean
	@Scope(ConfigurableBeanFactory.SCOPE_PROTOTYPE)
	@ConditionalOnMissingBean
	WebAgents.Builder tinyFishWebAgentsBuilder(ConfigurableListableBeanFactory beanFactory) {
		return new WebAgentsBuilderConfigurer(beanFactory).configure(WebAgents.builder());
	}

}
