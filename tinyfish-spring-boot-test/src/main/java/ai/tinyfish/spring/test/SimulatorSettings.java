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

import java.time.Duration;
import java.util.List;

import ai.tinyfish.simulator.TinyFishSimulatorBuilder;
import ai.tinyfish.spring.boot.TinyFishSimulatorBuilderCustomizer;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.support.BeanDefinitionBuilder;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.boot.test.util.TestPropertyValues;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.test.context.ContextCustomizer;
import org.springframework.test.context.MergedContextConfiguration;
import org.springframework.test.context.TestContextAnnotationUtils;

/**
 * Settings of the simulator of a test class, before those of the application. They
 * replace TinyFish with the simulator in its context. A part of the key under which the
 * context is cached: equal settings let contexts be shared.
 *
 * @param apiKeys the accepted keys, or none for the default one
 * @param anyApiKey whether any key is accepted
 * @param strict whether runs are refused that no scenario fits
 */
@Order(Ordered.HIGHEST_PRECEDENCE)
record SimulatorSettings(List<String> apiKeys, boolean anyApiKey,
		boolean strict) implements ContextCustomizer, TinyFishSimulatorBuilderCustomizer {

	/**
	 * Return the settings of a test class, its superclasses or the classes around it.
	 * @return the settings, or null if the annotation is absent
	 */
	static @Nullable SimulatorSettings of(Class<?> testClass) {
		AutoConfigureTinyFishSimulator annotation = TestContextAnnotationUtils.findMergedAnnotation(testClass,
				AutoConfigureTinyFishSimulator.class);
		return (annotation != null)
				? new SimulatorSettings(List.of(annotation.apiKeys()), annotation.anyApiKey(), annotation.strict())
				: null;
	}

	@Override
	public void customizeContext(ConfigurableApplicationContext context, MergedContextConfiguration mergedConfig) {
		BeanDefinitionRegistry registry = (BeanDefinitionRegistry) context.getBeanFactory();
		TestPropertyValues.of("tinyfish.simulator.enabled=true").applyTo(context);
		// by class and arguments, as instance suppliers cannot be processed ahead of time
		registry.registerBeanDefinition("tinyFishSimulatorTestCustomizer",
				BeanDefinitionBuilder.rootBeanDefinition(SimulatorSettings.class)
					.addConstructorArgValue(this.apiKeys)
					.addConstructorArgValue(this.anyApiKey)
					.addConstructorArgValue(this.strict)
					.getBeanDefinition());
		registry.registerBeanDefinition("tinyFishRunEventRecorder", new RootBeanDefinition(RunEventRecorder.class));
		registry.registerBeanDefinition("tinyFishRunEventRecording", new RootBeanDefinition(RunEventRecording.class));
	}

	@Override
	public void customize(TinyFishSimulatorBuilder builder) {
		builder.pace(Duration.ZERO);
		if (!this.apiKeys.isEmpty()) {
			builder.apiKeys(this.apiKeys.toArray(String[]::new));
		}
		if (this.anyApiKey) {
			builder.anyApiKey();
		}
		if (this.strict) {
			builder.strict();
		}
	}

	/**
	 * Leave out the keys.
	 */
	@Override
	public String toString() {
		return "SimulatorSettings[apiKeys=" + this.apiKeys.size() + ", anyApiKey=" + this.anyApiKey + ", strict="
				+ this.strict + "]";
	}

}
