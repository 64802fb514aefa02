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

import ai.tinyfish.WebAgents;
import ai.tinyfish.webagent.InvalidWebAgentException;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.BeanFactoryAware;
import org.springframework.beans.factory.FactoryBean;
import org.springframework.beans.factory.InitializingBean;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.util.ClassUtils;

/**
 * Factory of the bean of an agent interface. The agent is created when the factory is
 * initialized, so that a failure stops the start of the application.
 */
final class WebAgentFactoryBean implements FactoryBean<Object>, BeanFactoryAware, InitializingBean {

	private final Class<?> type;

	private final String client;

	private @Nullable ConfigurableListableBeanFactory beanFactory;

	private @Nullable Object agent;

	/**
	 * Create a factory.
	 * @param type the interface
	 * @param client the name or qualifier of its clients; empty for the default ones
	 */
	WebAgentFactoryBean(Class<?> type, String client) {
		this.type = type;
		this.client = client;
	}

	/**
	 * Set the object type in the definition of such a bean. Called by code that is
	 * generated ahead of time and cannot reference an interface that is not public.
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
		WebAgents agents = beans.getBeanProvider(WebAgents.Builder.class)
			.getIfAvailable(() -> new WebAgentsBuilderConfigurer(beans).configure(WebAgents.builder()))
			.build();
		if (!this.client.isEmpty()) {
			AgentClients clients = new AgentClients(beans, this.client);
			// a copy: the application may share its builder
			agents = agents.mutate().client(clients::client).reactiveClient(clients::reactiveClient).build();
		}
		try {
			this.agent = agents.create(this.type);
		}
		catch (AgentClientException ex) {
			throw new InvalidWebAgentException(this.type, null, ex.reason(), ex.cure(), ex);
		}
		MethodAnnotations.warnOfCost(this.type);
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
