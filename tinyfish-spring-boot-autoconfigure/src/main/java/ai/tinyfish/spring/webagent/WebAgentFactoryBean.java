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

import java.util.Objects;

import ai.tinyfish.ReactiveTinyFishClient;
import ai.tinyfish.TinyFishClient;
import ai.tinyfish.WebAgents;
import ai.tinyfish.run.GoalEvaluator;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.BeanFactoryAware;
import org.springframework.beans.factory.FactoryBean;
import org.springframework.beans.factory.InitializingBean;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.util.ClassUtils;

/**
 * Factory of the bean of an agent interface. Implements it when it is initialized itself,
 * so that the application does not start where that fails.
 */
final class WebAgentFactoryBean implements FactoryBean<Object>, BeanFactoryAware, InitializingBean {

	private final Class<?> type;

	private @Nullable ConfigurableListableBeanFactory beanFactory;

	private @Nullable Object agent;

	WebAgentFactoryBean(Class<?> type) {
		this.type = type;
	}

	/**
	 * Say in the definition of such a bean what it makes. Called by code that is
	 * generated ahead of time, which could not name an interface that is not public.
	 * @param definition the definition
	 * @param typeName the name of the interface
	 */
	static void setObjectType(RootBeanDefinition definition, String typeName) {
		definition.setAttribute(OBJECT_TYPE_ATTRIBUTE, ClassUtils.resolveClassName(typeName, null));
	}

	@Override
	public void setBeanFactory(BeanFactory beanFactory) {
		this.beanFactory = (ConfigurableListableBeanFactory) beanFactory;
	}

	@Override
	public void afterPropertiesSet() {
		ConfigurableListableBeanFactory beans = Objects.requireNonNull(this.beanFactory);
		// found when a run has ended, since an evaluator may use an agent itself
		ObjectProvider<GoalEvaluator> evaluator = beans.getBeanProvider(GoalEvaluator.class);
		this.agent = WebAgents.builder()
			.client(() -> beans.getBeanProvider(TinyFishClient.class).getIfAvailable())
			.reactiveClient(() -> beans.getBeanProvider(ReactiveTinyFishClient.class).getIfAvailable())
			.goalEvaluator((run) -> evaluator.getIfAvailable(GoalEvaluator::defaults).evaluate(run))
			.placeholders((text) -> Objects.requireNonNullElse(beans.resolveEmbeddedValue(text), ""))
			.build()
			.create(this.type);
		new MethodAnnotations(this.type, beans).check();
	}

	@Override
	public @Nullable Object getObject() {
		return this.agent;
	}

	@Override
	public Class<?> getObjectType() {
		return this.type;
	}

}
