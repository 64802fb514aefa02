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

package ai.tinyfish.spring.test.cassette;

import java.lang.reflect.Method;
import java.util.List;

import ai.tinyfish.spring.test.AutoConfigureTinyFishSimulator;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.support.AbstractBeanDefinition;
import org.springframework.beans.factory.support.BeanDefinitionBuilder;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.MethodIntrospector;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.test.context.ContextConfigurationAttributes;
import org.springframework.test.context.ContextCustomizer;
import org.springframework.test.context.ContextCustomizerFactory;
import org.springframework.test.context.MergedContextConfiguration;
import org.springframework.test.context.TestContextAnnotationUtils;
import org.springframework.util.Assert;

/**
 * Factory of the customizer that gives a cassette to the simulator in the context of an
 * annotated test class.
 */
final class CassetteContextCustomizerFactory implements ContextCustomizerFactory {

	@Override
	public @Nullable ContextCustomizer createContextCustomizer(Class<?> testClass,
			List<ContextConfigurationAttributes> configAttributes) {
		TinyFishCassette annotation = TestContextAnnotationUtils.findMergedAnnotation(testClass,
				TinyFishCassette.class);
		if (annotation == null && MethodIntrospector
			.selectMethods(testClass,
					(Method method) -> AnnotatedElementUtils.hasAnnotation(method, TinyFishCassette.class))
			.isEmpty()) {
			return null;
		}
		Assert.state(TestContextAnnotationUtils.hasAnnotation(testClass, AutoConfigureTinyFishSimulator.class),
				() -> "@TinyFishCassette on a method needs @AutoConfigureTinyFishSimulator on " + testClass.getName());
		return new CassetteContextCustomizer((annotation != null) ? annotation.value() : "");
	}

	/**
	 * Customizer of the context. A part of the key under which the context is cached.
	 *
	 * @param name the name of the cassette of the class, empty if only methods have one
	 */
	record CassetteContextCustomizer(String name) implements ContextCustomizer {

		@Override
		public void customizeContext(ConfigurableApplicationContext context, MergedContextConfiguration mergedConfig) {
			BeanDefinitionRegistry registry = (BeanDefinitionRegistry) context.getBeanFactory();
			registry.registerBeanDefinition("tinyFishCassetteCustomizer",
					BeanDefinitionBuilder.rootBeanDefinition(CassetteCustomizer.class)
						.setAutowireMode(AbstractBeanDefinition.AUTOWIRE_CONSTRUCTOR)
						.addConstructorArgValue(this.name)
						.getBeanDefinition());
		}

	}

}
