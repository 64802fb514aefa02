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
import org.springframework.context.ApplicationListener;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.test.context.ContextConfigurationAttributes;
import org.springframework.test.context.ContextCustomizer;
import org.springframework.test.context.ContextCustomizerFactory;
import org.springframework.test.context.TestContext;
import org.springframework.test.context.TestExecutionListener;

/**
 * Connects evaluations with Spring tests and their applications: makes the test of the
 * current thread known, and lets clients call the interceptors and listeners of
 * evaluations, as long as there are any. Without interceptors, runs are submitted as
 * those of the application. When an application is closed, its evaluations end before its
 * clients.
 */
final class EvaluationSupport implements TestExecutionListener, ContextCustomizerFactory,
		TinyFishClientBuilderCustomizer, ApplicationListener<ContextClosedEvent> {

	/** The evaluations in progress. */
	static final List<EvaluatedRuns> ACTIVE = new CopyOnWriteArrayList<>();

	/** Prepares a context; the same for all of them, since it is a part of their key. */
	private static final ContextCustomizer CUSTOMIZER = (context,
			configuration) -> ((BeanDefinitionRegistry) context.getBeanFactory())
				.registerBeanDefinition("tinyFishEvaluations", new RootBeanDefinition(EvaluationSupport.class));

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

	@Override
	public ContextCustomizer createContextCustomizer(Class<?> testClass,
			List<ContextConfigurationAttributes> configAttributes) {
		return CUSTOMIZER;
	}

	@Override
	public void onApplicationEvent(ContextClosedEvent event) {
		ACTIVE.forEach((runs) -> runs.close(event.getApplicationContext()));
	}

}
