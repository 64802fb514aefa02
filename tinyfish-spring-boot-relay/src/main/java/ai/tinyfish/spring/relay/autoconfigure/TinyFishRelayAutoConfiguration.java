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

package ai.tinyfish.spring.relay.autoconfigure;

import ai.tinyfish.OpenRuns;
import ai.tinyfish.spring.boot.autoconfigure.TinyFishAutoConfiguration;
import ai.tinyfish.spring.relay.RelayFactory;
import ai.tinyfish.spring.relay.RelayMeters;
import ai.tinyfish.spring.relay.RunEventEmitters;
import ai.tinyfish.spring.relay.RunEventRelay;
import ai.tinyfish.support.RunControl;
import io.micrometer.core.instrument.MeterRegistry;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication.Type;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/**
 * Auto-configuration for {@link RunEventRelay} and {@link RunEventEmitters}, which are
 * created only if they are injected.
 *
 * @since 0.1.0
 */
@AutoConfiguration(after = TinyFishAutoConfiguration.class)
@EnableConfigurationProperties(TinyFishRelayProperties.class)
@ConditionalOnBooleanProperty(name = "tinyfish.enabled", matchIfMissing = true)
public final class TinyFishRelayAutoConfiguration {

	/**
	 * Declared as a type that neither listens nor has a lifecycle: otherwise the context
	 * would create the bean for that reason alone.
	 */
	@Bean
	@Lazy
	@ConditionalOnMissingBean
	RunEventRelay tinyFishRunEventRelay(OpenRuns openRuns, TinyFishRelayProperties properties,
			ObjectProvider<JsonMapper> mapper) {
		return factory(properties, mapper).relay(((RunControl) openRuns)::isFollowed);
	}

	private static RelayFactory factory(TinyFishRelayProperties properties, ObjectProvider<JsonMapper> mapper) {
		return new RelayFactory(properties, mapper.getIfUnique(JsonMapper::shared));
	}

	/**
	 * Adds meters of the relay.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(MeterRegistry.class)
	static class MeterConfiguration {

		@Bean
		RelayMeters tinyFishRelayMeters(ConfigurableListableBeanFactory beanFactory) {
			return new RelayMeters(beanFactory);
		}

	}

	/**
	 * Emitters for Spring MVC.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnWebApplication(type = Type.SERVLET)
	@ConditionalOnClass(SseEmitter.class)
	static class ServletConfiguration {

		@Bean
		@Lazy
		@ConditionalOnMissingBean
		RunEventEmitters tinyFishRunEventEmitters(RunEventRelay relay, TinyFishRelayProperties properties,
				ObjectProvider<JsonMapper> mapper) {
			return factory(properties, mapper).emitters(relay);
		}

	}

}
