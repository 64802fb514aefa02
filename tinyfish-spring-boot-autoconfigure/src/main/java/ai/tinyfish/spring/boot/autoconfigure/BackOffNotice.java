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

import ai.tinyfish.ReactiveTinyFishClient;
import ai.tinyfish.TinyFishClient;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.condition.ConditionEvaluationReport;
import org.springframework.boot.autoconfigure.condition.ConditionEvaluationReport.ConditionAndOutcomes;

/**
 * Log message for clients that are not auto-configured, since the application has beans
 * of their type. A bean that was meant as a second client is injected everywhere.
 */
final class BackOffNotice implements SmartInitializingSingleton {

	private static final Logger logger = LoggerFactory.getLogger(BackOffNotice.class);

	private final ConfigurableListableBeanFactory beanFactory;

	BackOffNotice(ConfigurableListableBeanFactory beanFactory) {
		this.beanFactory = beanFactory;
	}

	@Override
	public void afterSingletonsInstantiated() {
		log(TinyFishClient.class, TinyFishAutoConfiguration.CLIENT_METHOD);
		log(ReactiveTinyFishClient.class, TinyFishAutoConfiguration.REACTIVE_CLIENT_METHOD);
	}

	private void log(Class<?> type, String method) {
		String configuration = TinyFishAutoConfiguration.class.getName();
		// the report, which is large, is needed only if the bean is not ours
		if (this.beanFactory.containsBeanDefinition(method)
				&& configuration.equals(this.beanFactory.getBeanDefinition(method).getFactoryBeanName())) {
			return;
		}
		ConditionAndOutcomes outcomes = ConditionEvaluationReport.get(this.beanFactory)
			.getConditionAndOutcomesBySource()
			.get(configuration + "#" + method);
		if (outcomes == null || outcomes.isFullMatch()) {
			return;
		}
		String[] beans = this.beanFactory.getBeanNamesForType(type, true, false);
		if (beans.length > 0) {
			logger.info(
					"There is no auto-configured {}, since the application has one: {}. For both side by side, "
							+ "declare yours with @Bean(defaultCandidate = false) and inject it with @Qualifier.",
					type.getSimpleName(), String.join(", ", beans));
		}
	}

}
