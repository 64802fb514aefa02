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

package ai.tinyfish.spring.boot.autoconfigure.actuate;

import ai.tinyfish.OpenRuns;
import ai.tinyfish.spring.boot.actuate.TinyFishEndpointContributor;
import ai.tinyfish.spring.boot.autoconfigure.TinyFishAutoConfiguration;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.SimpleAutowireCandidateResolver;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;

/**
 * Auto-configuration for the actuator endpoint {@code tinyfish}.
 *
 * @since 0.1.0
 */
@AutoConfiguration(after = TinyFishAutoConfiguration.class)
@ConditionalOnClass({ Endpoint.class, ConditionalOnAvailableEndpoint.class })
@ConditionalOnBean(OpenRuns.class)
public final class TinyFishEndpointAutoConfiguration {

	@Bean
	@ConditionalOnAvailableEndpoint
	TinyFishEndpoint tinyFishEndpoint(ConfigurableListableBeanFactory beanFactory,
			ObjectProvider<TinyFishEndpointContributor> contributors) {
		return new TinyFishEndpoint(
				SimpleAutowireCandidateResolver.resolveAutowireCandidates(beanFactory, OpenRuns.class),
				contributors.orderedStream().toList());
	}

	@Bean
	@ConditionalOnAvailableEndpoint
	TinyFishEndpointWebExtension tinyFishEndpointWebExtension(TinyFishEndpoint tinyFishEndpoint) {
		return new TinyFishEndpointWebExtension(tinyFishEndpoint);
	}

}
