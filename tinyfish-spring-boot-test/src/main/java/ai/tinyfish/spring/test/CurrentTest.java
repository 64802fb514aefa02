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

import java.util.Optional;

import org.jspecify.annotations.Nullable;

import org.springframework.test.context.TestContext;
import org.springframework.test.context.TestExecutionListener;

/**
 * Listener that makes the test of the current thread known to its evaluations.
 */
final class CurrentTest implements TestExecutionListener {

	private static final ThreadLocal<@Nullable TestContext> CURRENT = new ThreadLocal<>();

	@Override
	public void beforeTestMethod(TestContext testContext) {
		CURRENT.set(testContext);
	}

	@Override
	public void afterTestMethod(TestContext testContext) {
		CURRENT.remove();
	}

	/**
	 * Return the test of this thread.
	 * @throws IllegalStateException if the thread is not that of a test with an
	 * application context
	 */
	static TestContext get() {
		return Optional.ofNullable(CURRENT.get())
			.orElseThrow(() -> new IllegalStateException("Run it on the thread of a @SpringBootTest method"));
	}

}
