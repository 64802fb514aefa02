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

package ai.tinyfish.spring.test.internal;

import java.util.Arrays;

import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.beans.BeanUtils;
import org.springframework.core.annotation.MergedAnnotations;
import org.springframework.core.annotation.MergedAnnotations.SearchStrategy;
import org.springframework.test.context.BootstrapWith;
import org.springframework.test.context.TestContextAnnotationUtils;
import org.springframework.test.context.TestContextBootstrapper;
import org.springframework.test.context.cache.DefaultCacheAwareContextLoaderDelegate;
import org.springframework.test.context.junit.jupiter.SpringExtension;
import org.springframework.test.context.support.DefaultBootstrapContext;
import org.springframework.test.context.support.DefaultTestContextBootstrapper;
import org.springframework.util.ClassUtils;

/**
 * Properties of the application context of a test class.
 */
public final class SpringTests {

	private SpringTests() {
	}

	/**
	 * Return whether a test class has an application context.
	 */
	public static boolean isSpringTest(Class<?> testClass) {
		return MergedAnnotations.search(SearchStrategy.TYPE_HIERARCHY)
			.withEnclosingClasses(ClassUtils::isInnerClass)
			.from(testClass)
			.stream(ExtendWith.class)
			.anyMatch((annotation) -> Arrays.asList(annotation.getClassArray("value")).contains(SpringExtension.class));
	}

	/**
	 * Return a text that is the same for test classes with the same application context.
	 * This starts no context.
	 * @throws RuntimeException if the configuration of the class is not valid
	 */
	public static String contextOf(Class<?> testClass) {
		BootstrapWith annotation = TestContextAnnotationUtils.findMergedAnnotation(testClass, BootstrapWith.class);
		TestContextBootstrapper bootstrapper = (annotation != null) ? BeanUtils.instantiateClass(annotation.value())
				: new DefaultTestContextBootstrapper();
		bootstrapper
			.setBootstrapContext(new DefaultBootstrapContext(testClass, new DefaultCacheAwareContextLoaderDelegate()));
		return "context " + bootstrapper.buildMergedContextConfiguration().hashCode();
	}

}
