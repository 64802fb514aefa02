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

import ai.tinyfish.ReactiveTinyFishClient;
import ai.tinyfish.TinyFishClient;

import org.springframework.beans.factory.BeanFactoryUtils;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.NoSuchBeanDefinitionException;
import org.springframework.beans.factory.NoUniqueBeanDefinitionException;
import org.springframework.beans.factory.annotation.BeanFactoryAnnotationUtils;

/**
 * Client beans that run the methods of agents.
 *
 * @param beans the beans of the application
 * @param qualifier the qualifier or name of the clients; empty for those that are
 * injected without one
 */
record AgentClients(ListableBeanFactory beans, String qualifier) {

	/**
	 * Return the client of methods that block, or return a handle, a future or a queued
	 * run.
	 * @throws AgentClientException if there is not exactly one
	 */
	TinyFishClient client() {
		return find(TinyFishClient.class, "client");
	}

	/**
	 * Return the client of methods that return a Mono or a Flux.
	 * @throws AgentClientException if there is not exactly one
	 */
	ReactiveTinyFishClient reactiveClient() {
		return find(ReactiveTinyFishClient.class, "reactiveClient");
	}

	private <T> T find(Class<T> type, String setter) {
		try {
			return this.qualifier.isEmpty() ? this.beans.getBean(type)
					: BeanFactoryAnnotationUtils.qualifiedBeanOfType(this.beans, type, this.qualifier);
		}
		catch (NoSuchBeanDefinitionException ex) {
			String name = type.getSimpleName();
			String[] all = BeanFactoryUtils.beanNamesForTypeIncludingAncestors(this.beans, type, true, false);
			throw this.qualifier.isEmpty() ? noDefault(name, all, setter, ex)
					: noneWithQualifier(name, all, ex instanceof NoUniqueBeanDefinitionException, ex);
		}
	}

	private static AgentClientException noDefault(String type, String[] all, String setter, Throwable cause) {
		String set = setter + "(...) of WebAgents.Builder";
		if (all.length == 0) {
			return new AgentClientException("it needs a " + type + ", which is missing",
					"Define a bean, or call " + set + ". With tinyfish.enabled=false, no client is auto-configured",
					cause);
		}
		return new AgentClientException(
				"it needs a single " + type + ", and there are " + all.length + ": " + String.join(", ", all),
				"Name one with @ImportWebAgents(client = \"" + all[0] + "\"), call " + set
						+ ", mark one of the beans with @Primary, or declare the others with"
						+ " @Bean(defaultCandidate = false)",
				cause);
	}

	private AgentClientException noneWithQualifier(String type, String[] all, boolean several, Throwable cause) {
		String existing = (all.length > 0) ? " (existing beans: " + String.join(", ", all) + ")" : "";
		if (several) {
			return new AgentClientException(
					"more than one " + type + " has the name or qualifier '" + this.qualifier + "'" + existing,
					"Name one of them with the client attribute of @ImportWebAgents", cause);
		}
		return new AgentClientException("no " + type + " has the name or qualifier '" + this.qualifier + "'" + existing,
				"Correct the client attribute of @ImportWebAgents, or define a " + type + " with @Qualifier(\""
						+ this.qualifier + "\")",
				cause);
	}

}
