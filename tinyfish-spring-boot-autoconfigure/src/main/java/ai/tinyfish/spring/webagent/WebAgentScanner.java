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

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;

import ai.tinyfish.webagent.WebAgent;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.annotation.AnnotatedBeanDefinition;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.context.annotation.ClassPathScanningCandidateComponentProvider;
import org.springframework.core.env.Environment;
import org.springframework.core.io.ResourceLoader;
import org.springframework.core.type.AnnotationMetadata;
import org.springframework.core.type.classreading.MetadataReader;
import org.springframework.util.ClassUtils;

/**
 * Finds interfaces that have {@link WebAgent}, also by a meta-annotation, and evaluates
 * their profiles and other conditions.
 */
final class WebAgentScanner extends ClassPathScanningCandidateComponentProvider {

	private final BeanDefinitionRegistry registry;

	private final @Nullable ClassLoader classLoader;

	private boolean found;

	WebAgentScanner(BeanDefinitionRegistry registry, Environment environment, ResourceLoader resourceLoader) {
		super(false, environment);
		this.registry = registry;
		this.classLoader = resourceLoader.getClassLoader();
		setResourceLoader(resourceLoader);
		addIncludeFilter((reader, factory) -> isAgent(reader));
	}

	/**
	 * Find the agents in a package and below whose conditions match.
	 * @param basePackage the package
	 * @return the interfaces, or empty if there is no agent at all. Agents whose
	 * conditions do not match count
	 */
	Optional<List<Class<?>>> scan(String basePackage) {
		this.found = false;
		List<Class<?>> types = findCandidateComponents(basePackage).stream()
			.<Class<?>>map(
					(agent) -> ClassUtils.resolveClassName(String.valueOf(agent.getBeanClassName()), this.classLoader))
			.toList();
		return this.found ? Optional.of(types) : Optional.empty();
	}

	/**
	 * Return whether a type is to be registered. This includes a type that is not an
	 * agent: an error then reports it.
	 */
	boolean isIncluded(Class<?> type) {
		try {
			MetadataReader reader = getMetadataReaderFactory().getMetadataReader(type.getName());
			return !isAgent(reader) || isCandidateComponent(reader);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	@Override
	protected boolean isCandidateComponent(MetadataReader reader) throws IOException {
		this.found |= isAgent(reader);
		return super.isCandidateComponent(reader);
	}

	@Override
	protected boolean isCandidateComponent(AnnotatedBeanDefinition definition) {
		return true;
	}

	@Override
	protected BeanDefinitionRegistry getRegistry() {
		return this.registry;
	}

	private static boolean isAgent(MetadataReader reader) {
		AnnotationMetadata metadata = reader.getAnnotationMetadata();
		return metadata.isAnnotated(WebAgent.class.getName()) && metadata.isInterface() && metadata.isIndependent()
				&& !metadata.isAnnotation();
	}

}
