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

package ai.tinyfish.spring.test.evaluation;

import java.util.Collections;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import ai.tinyfish.TinyFishClientBuilder;
import ai.tinyfish.spring.boot.TinyFishClientBuilderCustomizer;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.test.context.ContextConfigurationAttributes;
import org.springframework.test.context.ContextCustomizer;
import org.springframework.test.context.ContextCustomizerFactory;
import org.springframework.test.context.MergedContextConfiguration;
import org.springframework.test.context.TestContext;
import org.springframework.test.context.TestExecutionListener;

/**
 * Connects evaluations with Spring tests and their applications: makes the test of the
 * current thread known, and lets clients call the interceptors and listeners of
 * evaluations, as long as there are any. Without interceptors, runs are submitted as
 * those of the application.
 */
final class EvaluationSupport implements TestExecutionListener, TinyFishClientBuilderCustomizer {

	/** The evaluations in progress. */
	static final List<EvaluatedRuns> ACTIVE = new CopyOnWriteArrayList<>();

	/** The test of the current thread. */
	static final ThreadLocal<@Nullable TestContext> CURRENT = new ThreadLocal<>();

	@Override
	public void beforeTestMethod(TestContext testContext) {
		CURRENT.set(testContext);
	}

	@Override
	public void afterTestMethod(TestContext testContext) {
		CURRENT.remove();
	}

	@Override
	public void customize(TinyFishClientBuilder<?> builder) {
		builder.runInterceptors(() -> Collections.unmodifiableList(ACTIVE))
			.runListeners(() -> Collections.unmodifiableList(ACTIVE));
	}

	/**
	 * Factory of the customizer that prepares all contexts for evaluations.
	 */
	static final class ContextFactory implements ContextCustomizerFactory {

		@Override
		public ContextCustomizer createContextCustomizer(Class<?> testClass,
				List<ContextConfigurationAttributes> configAttributes) {
			return new Context();
		}

	}

	/**
	 * Customizer that is equal for all contexts, a part of the key under which they are
	 * cached.
	 */
	record Context() implements ContextCustomizer {

		@Override
		public void customizeContext(ConfigurableApplicationContext context, MergedContextConfiguration mergedConfig) {
			((BeanDefinitionRegistry) context.getBeanFactory()).registerBeanDefinition("tinyFishEvaluations",
					new RootBeanDefinition(EvaluationSupport.class));
		}

	}

}
