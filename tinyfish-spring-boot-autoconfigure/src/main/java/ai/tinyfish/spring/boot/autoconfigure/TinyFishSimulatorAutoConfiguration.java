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

package ai.tinyfish.spring.boot.autoconfigure;

import ai.tinyfish.TinyFishApiKeyProvider;
import ai.tinyfish.simulator.TinyFishSimulator;
import ai.tinyfish.simulator.TinyFishSimulatorBuilder;
import ai.tinyfish.spring.boot.TinyFishSimulatorBuilderCustomizer;
import ai.tinyfish.spring.boot.autoconfigure.diagnostics.TinyFishApiKeyMissingException;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.BeanFactoryUtils;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Lazy;
import org.springframework.core.env.Environment;

/**
 * Auto-configuration that replaces TinyFish with a simulator in this process, depending
 * on {@code tinyfish.simulator.enabled}. The property is not a condition on beans, so
 * that an application processed ahead of time still decides at its start.
 *
 * @since 0.1.0
 */
@AutoConfiguration(before = TinyFishAutoConfiguration.class)
@ConditionalOnClass(TinyFishSimulator.class)
@ConditionalOnBooleanProperty(name = "tinyfish.enabled", matchIfMissing = true)
@EnableConfigurationProperties(TinyFishProperties.class)
public final class TinyFishSimulatorAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean
	TinyFishConnectionDetails tinyFishSimulatorConnectionDetails(TinyFishProperties properties, Environment environment,
			ListableBeanFactory beanFactory, ObjectProvider<TinyFishSimulatorBuilderCustomizer> customizers) {
		TinyFishConnectionDetails configured = new PropertiesTinyFishConnectionDetails(properties, environment);
		boolean simulated = switch (properties.simulator().enabled()) {
			case TRUE -> true;
			case FALSE -> false;
			case AUTO -> isWithoutKey(configured, properties, environment, beanFactory);
		};
		if (!simulated) {
			return configured;
		}
		return new SimulatorTinyFishConnectionDetails(() -> {
			TinyFishSimulatorBuilder builder = TinyFishSimulator.builder()
				.pace(properties.simulator().pace())
				.chromium(properties.simulator().chromium());
			if (properties.simulator().strict()) {
				builder.strict();
			}
			customizers.orderedStream().forEach((customizer) -> customizer.customize(builder));
			return builder.start();
		});
	}

	/**
	 * Exposes the simulator to tests, which add scenarios and read its journal. Absent if
	 * the simulator does not replace TinyFish.
	 */
	@Bean(destroyMethod = "")
	@Lazy
	@ConditionalOnMissingBean
	@Nullable TinyFishSimulator tinyFishSimulator(ObjectProvider<TinyFishConnectionDetails> connectionDetails) {
		return (connectionDetails.getIfUnique() instanceof SimulatorTinyFishConnectionDetails details)
				? details.simulator() : null;
	}

	private static boolean isWithoutKey(TinyFishConnectionDetails configured, TinyFishProperties properties,
			Environment environment, ListableBeanFactory beanFactory) {
		if (configured.getApiKey() != null || hasApiKeyProvider(beanFactory)) {
			return false;
		}
		if (properties.apiKey() != null
				|| environment.containsProperty(PropertiesTinyFishConnectionDetails.API_KEY_VARIABLE)) {
			// blank by mistake: made-up results must not replace real ones by accident
			throw new TinyFishApiKeyMissingException();
		}
		return true;
	}

	private static boolean hasApiKeyProvider(ListableBeanFactory beanFactory) {
		return BeanFactoryUtils.beanNamesForTypeIncludingAncestors(beanFactory, TinyFishApiKeyProvider.class, true,
				false).length > 0;
	}

}
