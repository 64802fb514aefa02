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

package ai.tinyfish.spring.test;

import java.util.List;
import java.util.Set;

import ai.tinyfish.spring.test.internal.SpringTests;
import org.junit.jupiter.api.parallel.ResourceAccessMode;
import org.junit.jupiter.api.parallel.ResourceLocksProvider;

/**
 * Locks of the tests that use one simulator: those of one application context, or of one
 * class without a context. JUnit requests them when it discovers tests.
 */
final class SimulatorLocks implements ResourceLocksProvider {

	@Override
	public Set<Lock> provideForClass(Class<?> testClass) {
		return Set.of(new Lock("tinyfish simulator of " + owner(testClass), ResourceAccessMode.READ_WRITE));
	}

	@Override
	public Set<Lock> provideForNestedClass(List<Class<?>> enclosingInstanceTypes, Class<?> testClass) {
		return provideForClass(testClass);
	}

	private static String owner(Class<?> testClass) {
		if (SpringTests.isSpringTest(testClass)) {
			try {
				return SpringTests.contextOf(testClass);
			}
			catch (RuntimeException ex) {
				// the test reports the problem when its context is loaded
			}
		}
		return testClass.getName();
	}

}
