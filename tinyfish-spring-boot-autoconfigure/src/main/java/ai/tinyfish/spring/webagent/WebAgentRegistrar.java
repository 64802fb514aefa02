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

import org.springframework.beans.factory.FactoryBean;
import org.springframework.beans.factory.annotation.AnnotatedBeanDefinition;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.context.annotation.ClassPathScanningCandidateComponentProvider;
import org.springframework.context.annotation.ImportBeanDefinitionRegistrar;
import org.springframework.core.annotation.AnnotationAttributes;
import org.springframework.core.env.Environment;
import org.springframework.core.io.ResourceLoader;
import org.springframework.core.type.AnnotationMetadata;
import org.springframework.core.type.filter.AnnotationTypeFilter;
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
		for (AnnotationAttributes imported : metadata.getMergedRepeatableAnnotationAttributes(ImportWebAgents.class,
				ImportWebAgents.Container.class, false)) {
			Set<Class<?>> types = new LinkedHashSet<>(List.of(imported.getClassArray("types")));
			for (String javaPackage : packages(imported, metadata)) {
				types.addAll(scan(javaPackage));
			}
			types.forEach((type) -> register(type, imported.getString("client"), registry));
		}
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

	private List<Class<?>> scan(String javaPackage) {
		Scanner scanner = new Scanner(this.environment, this.resourceLoader);
		ClassLoader classLoader = this.resourceLoader.getClassLoader();
		return scanner.findCandidateComponents(javaPackage)
			.stream()
			.<Class<?>>map(
					(found) -> ClassUtils.resolveClassName(String.valueOf(found.getBeanClassName()), classLoader))
			.toList();
	}

	private static void register(Class<?> type, String client, BeanDefinitionRegistry registry) {
		if (registry.containsBeanDefinition(type.getName())) {
			return;
		}
		RootBeanDefinition definition = new RootBeanDefinition(WebAgentFactoryBean.class);
		// by name: code that is generated ahead of time may not see the type
		definition.getConstructorArgumentValues().addIndexedArgumentValue(0, type.getName());
		definition.getConstructorArgumentValues().addIndexedArgumentValue(1, client);
		definition.setAttribute(FactoryBean.OBJECT_TYPE_ATTRIBUTE, type);
		// what is wrong with it is to be seen at the start, also in a lazy application
		definition.setLazyInit(false);
		definition.setDescription("Web agent " + type.getName());
		registry.registerBeanDefinition(type.getName(), definition);
	}

	/**
	 * Finds interfaces that have {@link WebAgent}, also by a meta-annotation.
	 */
	private static final class Scanner extends ClassPathScanningCandidateComponentProvider {

		Scanner(Environment environment, ResourceLoader resourceLoader) {
			super(false, environment);
			setResourceLoader(resourceLoader);
			addIncludeFilter(new AnnotationTypeFilter(WebAgent.class, true, false));
		}

		@Override
		protected boolean isCandidateComponent(AnnotatedBeanDefinition definition) {
			AnnotationMetadata metadata = definition.getMetadata();
			return metadata.isInterface() && metadata.isIndependent() && !metadata.isAnnotation();
		}

	}

}
