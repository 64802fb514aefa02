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

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

import ai.tinyfish.webagent.WebAgent;

import org.springframework.aop.scope.ScopedProxyUtils;
import org.springframework.beans.factory.FactoryBean;
import org.springframework.beans.factory.annotation.AnnotatedGenericBeanDefinition;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.BeanDefinitionHolder;
import org.springframework.beans.factory.support.BeanDefinitionReaderUtils;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.context.annotation.AnnotationConfigUtils;
import org.springframework.context.annotation.AnnotationScopeMetadataResolver;
import org.springframework.context.annotation.ImportBeanDefinitionRegistrar;
import org.springframework.context.annotation.ScopeMetadata;
import org.springframework.context.annotation.ScopedProxyMode;
import org.springframework.core.Conventions;
import org.springframework.core.annotation.AnnotationAttributes;
import org.springframework.core.env.Environment;
import org.springframework.core.io.ResourceLoader;
import org.springframework.core.type.AnnotationMetadata;
import org.springframework.util.ClassUtils;

/**
 * Registers the beans of {@link ImportWebAgents}.
 */
final class WebAgentRegistrar implements ImportBeanDefinitionRegistrar {

	private final Environment environment;

	private final ResourceLoader resourceLoader;

	WebAgentRegistrar(Environment environment, ResourceLoader resourceLoader) {
		this.environment = environment;
		this.resourceLoader = resourceLoader;
	}

	@Override
	public void registerBeanDefinitions(AnnotationMetadata metadata, BeanDefinitionRegistry registry) {
		WebAgentScanner scanner = new WebAgentScanner(registry, this.environment, this.resourceLoader);
		for (AnnotationAttributes imported : metadata.getMergedRepeatableAnnotationAttributes(ImportWebAgents.class,
				ImportWebAgents.Container.class, false)) {
			for (Class<?> type : types(imported, metadata, scanner)) {
				register(definition(type, imported.getString("client"), metadata), type.getName(), metadata, registry);
			}
		}
	}

	private static Set<Class<?>> types(AnnotationAttributes imported, AnnotationMetadata metadata,
			WebAgentScanner scanner) {
		Set<Class<?>> types = new LinkedHashSet<>();
		for (Class<?> type : imported.getClassArray("types")) {
			if (scanner.isIncluded(type)) {
				types.add(type);
			}
		}
		for (String javaPackage : packages(imported, metadata)) {
			types.addAll(scanner.scan(javaPackage)
				.orElseThrow(() -> new ImportWebAgentsException(metadata,
						"there is no interface with @WebAgent in the package '" + javaPackage + "' or below",
						"Correct the package, or name the interfaces, as in @ImportWebAgents(Coins.class)")));
		}
		return types;
	}

	private static Set<String> packages(AnnotationAttributes imported, AnnotationMetadata metadata) {
		Set<String> packages = new LinkedHashSet<>(List.of(imported.getStringArray("basePackages")));
		for (Class<?> marker : imported.getClassArray("basePackageClasses")) {
			packages.add(marker.getPackageName());
		}
		if (packages.isEmpty() && imported.getClassArray("types").length == 0) {
			packages.add(ClassUtils.getPackageName(metadata.getClassName()));
		}
		return packages;
	}

	private static AnnotatedGenericBeanDefinition definition(Class<?> type, String client,
			AnnotationMetadata metadata) {
		AnnotatedGenericBeanDefinition definition = new AnnotatedGenericBeanDefinition(type);
		definition.setBeanClass(WebAgentFactoryBean.class);
		// by name: code that is generated ahead of time may have no access to the type
		definition.getConstructorArgumentValues().addIndexedArgumentValue(0, type.getName());
		definition.getConstructorArgumentValues().addIndexedArgumentValue(1, client);
		definition.setAttribute(FactoryBean.OBJECT_TYPE_ATTRIBUTE, type);
		if (!client.isEmpty()) {
			// for tinyfish-durable, whose runs do not have it
			definition.setAttribute(Conventions.getQualifiedAttributeName(ImportWebAgents.class, "client"), client);
		}
		// problems are reported at the start, also in a lazy application
		definition.setLazyInit(false);
		definition.setDescription("Web agent " + type.getName());
		definition.setSource(metadata);
		definition.setResourceDescription("@ImportWebAgents declared on " + metadata.getClassName());
		AnnotationConfigUtils.processCommonDefinitionAnnotations(definition);
		return definition;
	}

	private static void register(AnnotatedGenericBeanDefinition definition, String name, AnnotationMetadata metadata,
			BeanDefinitionRegistry registry) {
		if (registry.containsBeanDefinition(name)) {
			requireSameClient(definition, registry.getBeanDefinition(name), name, metadata);
			return;
		}
		ScopeMetadata scope = new AnnotationScopeMetadataResolver().resolveScopeMetadata(definition);
		definition.setScope(scope.getScopeName());
		BeanDefinitionHolder holder = new BeanDefinitionHolder(definition, name);
		ScopedProxyMode proxyMode = scope.getScopedProxyMode();
		if (proxyMode != ScopedProxyMode.NO) {
			holder = ScopedProxyUtils.createScopedProxy(holder, registry, proxyMode == ScopedProxyMode.TARGET_CLASS);
		}
		BeanDefinitionReaderUtils.registerBeanDefinition(holder, registry);
	}

	private static void requireSameClient(BeanDefinition definition, BeanDefinition existing, String name,
			AnnotationMetadata metadata) {
		if (WebAgentFactoryBean.class.getName().equals(existing.getBeanClassName())
				&& !existing.getConstructorArgumentValues().equals(definition.getConstructorArgumentValues())) {
			throw new ImportWebAgentsException(metadata,
					"the web agent " + name + " has another client in " + existing.getResourceDescription(),
					"Import it once. If it is found in a package, name the interfaces or other packages instead. To get a"
							+ " second bean, define one with the WebAgents.Builder bean");
		}
	}

}
