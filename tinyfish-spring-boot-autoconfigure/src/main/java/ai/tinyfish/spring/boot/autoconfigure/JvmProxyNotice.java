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

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.http.client.ClientHttpRequestFactoryBuilder;
import org.springframework.boot.http.client.ReactorClientHttpRequestFactoryBuilder;
import org.springframework.boot.http.client.autoconfigure.ClientHttpRequestFactoryBuilderCustomizer;
import org.springframework.core.ResolvableType;
import org.springframework.core.env.Environment;
import org.springframework.util.StringUtils;

/**
 * Log message for an application whose other HTTP clients ignore the proxy of the JVM.
 * Our client adds Reactor Netty to the class path. Boot then uses it for those clients,
 * too, and Reactor Netty ignores the system properties that the JDK's client follows.
 */
final class JvmProxyNotice implements SmartInitializingSingleton {

	private static final String AUTO_CONFIGURATION = "org.springframework.boot.http.client.autoconfigure.";

	private static final String FACTORY = "spring.http.clients.imperative.factory";

	private static final Logger logger = LoggerFactory.getLogger(JvmProxyNotice.class);

	private final ConfigurableListableBeanFactory beanFactory;

	private final Environment environment;

	JvmProxyNotice(ConfigurableListableBeanFactory beanFactory, Environment environment) {
		this.beanFactory = beanFactory;
		this.environment = environment;
	}

	@Override
	public void afterSingletonsInstantiated() {
		String property = StringUtils.hasText(System.getProperty("https.proxyHost")) ? "https.proxyHost"
				: "http.proxyHost";
		if (StringUtils.hasText(System.getProperty(property)) && !this.environment.containsProperty(FACTORY)
				&& isReactorByDetection()) {
			logger.info("A proxy is set in the system property {}, and the RestClients of this application do not "
					+ "use it: they use Reactor Netty, since it is on the class path. With "
					+ "{}=jdk they use it. The TinyFish clients do so in any case.", property, FACTORY);
		}
	}

	private boolean isReactorByDetection() {
		String[] builders = this.beanFactory.getBeanNamesForType(ClientHttpRequestFactoryBuilder.class);
		if (builders.length != 1 || !this.beanFactory.containsBeanDefinition(builders[0])) {
			return false;
		}
		// a customizer for it is a choice as well, and may set the proxy
		String[] customizers = this.beanFactory.getBeanNamesForType(ResolvableType.forClassWithGenerics(
				ClientHttpRequestFactoryBuilderCustomizer.class, ReactorClientHttpRequestFactoryBuilder.class));
		BeanDefinition definition = this.beanFactory.getMergedBeanDefinition(builders[0]);
		String origin = definition.getFactoryBeanName();
		return customizers.length == 0 && origin != null && origin.startsWith(AUTO_CONFIGURATION)
				&& this.beanFactory.getBean(builders[0]) instanceof ReactorClientHttpRequestFactoryBuilder;
	}

}
