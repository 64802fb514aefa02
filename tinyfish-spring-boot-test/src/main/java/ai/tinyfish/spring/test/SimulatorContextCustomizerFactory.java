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

package ai.tinyfish.spring.test;

import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.support.BeanDefinitionBuilder;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.boot.test.util.TestPropertyValues;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.test.context.ContextConfigurationAttributes;
import org.springframework.test.context.ContextCustomizer;
import org.springframework.test.context.ContextCustomizerFactory;
import org.springframework.test.context.MergedContextConfiguration;

/**
 * Factory of the customizer that replaces TinyFish with the simulator in the context of
 * an annotated test class.
 */
final class SimulatorContextCustomizerFactory implements ContextCustomizerFactory {

	@Override
	public @Nullable ContextCustomizer createContextCustomizer(Class<?> testClass,
			List<ContextConfigurationAttributes> configAttributes) {
		SimulatorSettings settings = SimulatorSettings.of(testClass);
		return (settings != null) ? new SimulatorContextCustomizer(settings) : null;
	}

	/**
	 * Customizer of the context. A part of the key under which the context is cached.
	 *
	 * @param settings the settings of the simulator
	 */
	record SimulatorContextCustomizer(SimulatorSettings settings) implements ContextCustomizer {

		@Override
		public void customizeContext(ConfigurableApplicationContext context, MergedContextConfiguration mergedConfig) {
			BeanDefinitionRegistry registry = (BeanDefinitionRegistry) context.getBeanFactory();
			TestPropertyValues.of("tinyfish.simulator.enabled=true").applyTo(context);
			// by class and arguments, as instance suppliers cannot be processed ahead of
			// time
			registry.registerBeanDefinition("tinyFishSimulatorTestCustomizer",
					BeanDefinitionBuilder.rootBeanDefinition(SimulatorSettings.class)
						.addConstructorArgValue(this.settings.apiKeys())
						.addConstructorArgValue(this.settings.anyApiKey())
						.addConstructorArgValue(this.settings.strict())
						.getBeanDefinition());
			registry.registerBeanDefinition("tinyFishRunEventRecorder", new RootBeanDefinition(RunEventRecorder.class));
			registry.registerBeanDefinition("tinyFishRunEventRecording",
					new RootBeanDefinition(RunEventRecording.class));
		}

	}

}
