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

package ai.tinyfish.spring.webagent;

import ai.tinyfish.webagent.WebAgent;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.BeanFactoryUtils;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.NoSuchBeanDefinitionException;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.analyzer.AbstractInjectionFailureAnalyzer;
import org.springframework.context.annotation.Conditional;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.core.annotation.Order;
import org.springframework.util.ClassUtils;

/**
 * Failure analyzer for a missing bean of a {@link WebAgent} interface, which needs an
 * {@link ImportWebAgents} instead of a definition. Comes before Boot's analyzer.
 */
@Order(0)
final class MissingWebAgentFailureAnalyzer extends AbstractInjectionFailureAnalyzer<NoSuchBeanDefinitionException> {

	private final ListableBeanFactory beanFactory;

	MissingWebAgentFailureAnalyzer(BeanFactory beanFactory) {
		this.beanFactory = (ListableBeanFactory) beanFactory;
	}

	@Override
	protected @Nullable FailureAnalysis analyze(Throwable rootFailure, NoSuchBeanDefinitionException cause,
			@Nullable String description) {
		Class<?> type = cause.getBeanType();
		if (type == null || !type.isInterface() || !AnnotatedElementUtils.isAnnotated(type, WebAgent.class)
				|| isRegistered(type)) {
			return null;
		}
		String name = ClassUtils.getShortName(type);
		String action = String.format(
				"""
						Add @ImportWebAgents(%s.class) to a configuration class, such as the class with @SpringBootApplication. \
						Without attributes, @ImportWebAgents registers all agents in the package of the annotated class and \
						below.""",
				name);
		if (AnnotatedElementUtils.isAnnotated(type, Conditional.class)) {
			action += " If there is one already, check the profiles and conditions of " + name + ".";
		}
		return new FailureAnalysis(String.format(
				"%s required a bean of type '%s' that could not be found.%n%n%s is a web agent, and no @ImportWebAgents"
						+ " registers it.%n",
				(description != null) ? description : "A component", type.getName(), name), action, cause);
	}

	/** If it is, the required qualifier is missing. */
	private boolean isRegistered(Class<?> type) {
		return BeanFactoryUtils.beanNamesForTypeIncludingAncestors(this.beanFactory, type, true, false).length > 0;
	}

}
