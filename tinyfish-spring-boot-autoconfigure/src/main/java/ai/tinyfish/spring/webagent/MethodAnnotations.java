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

import java.lang.reflect.Method;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.resilience.annotation.Retryable;

/**
 * Check of Spring's annotations on an agent interface for unexpected cost.
 */
final class MethodAnnotations {

	private static final Logger logger = LoggerFactory.getLogger(MethodAnnotations.class);

	private MethodAnnotations() {
	}

	/**
	 * Log the methods of an interface that are repeated after every exception.
	 */
	static void warnOfCost(Class<?> type) {
		String names = Stream.of(type.getMethods())
			.filter((method) -> repeatsAll(retryable(method, type)))
			.map(Method::getName)
			.distinct()
			.sorted()
			.collect(Collectors.joining(", "));
		if (!names.isEmpty()) {
			logger.warn("@Retryable on {} of web agent {} repeats every exception, and each repetition is a new run,"
					+ " which may be billed: name the exceptions to repeat in includes, or choose them with a predicate",
					names, type.getName());
		}
	}

	private static @Nullable Retryable retryable(Method method, Class<?> type) {
		Retryable own = AnnotatedElementUtils.findMergedAnnotation(method, Retryable.class);
		return (own != null) ? own : AnnotatedElementUtils.findMergedAnnotation(type, Retryable.class);
	}

	private static boolean repeatsAll(@Nullable Retryable retryable) {
		return retryable != null && retryable.includes().length == 0 && retryable.excludes().length == 0
				&& retryable.predicate().isInterface();
	}

}
