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

import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;

import ai.tinyfish.agent.RunHandle;
import ai.tinyfish.run.QueuedRun;
import ai.tinyfish.webagent.InvalidWebAgentException;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.cache.annotation.Cacheable;
import org.springframework.cache.config.CacheManagementConfigUtils;
import org.springframework.core.KotlinDetector;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.resilience.annotation.ConcurrencyLimit;
import org.springframework.resilience.annotation.ConcurrencyLimitBeanPostProcessor;
import org.springframework.resilience.annotation.RetryAnnotationBeanPostProcessor;
import org.springframework.resilience.annotation.Retryable;
import org.springframework.util.StringUtils;

/**
 * Check of Spring's annotations on an agent interface: those that Spring would ignore
 * without a word, and those that cost more than they seem to.
 */
final class MethodAnnotations {

	private static final Logger logger = LoggerFactory.getLogger(MethodAnnotations.class);

	private static final List<Class<?>> NOT_WAITED_FOR = List.of(RunHandle.class, QueuedRun.class,
			CompletableFuture.class, Publisher.class);

	private final Class<?> type;

	private final ConfigurableListableBeanFactory beans;

	MethodAnnotations(Class<?> type, ConfigurableListableBeanFactory beans) {
		this.type = type;
		this.beans = beans;
	}

	/**
	 * Log what is ignored or dear.
	 * @throws InvalidWebAgentException if a method has a limit without a number, which
	 * would fail each call
	 */
	void check() {
		List<Method> methods = Arrays.stream(this.type.getMethods())
			.filter((method) -> Modifier.isAbstract(method.getModifiers()))
			.toList();
		checkLimits(methods);
		checkRetries(methods);
		List<Method> cached = methods.stream().filter((method) -> find(method, Cacheable.class) != null).toList();
		if (!cached.isEmpty() && !this.beans.containsBean(CacheManagementConfigUtils.CACHE_ADVISOR_BEAN_NAME)
				&& !this.beans.containsBean(CacheManagementConfigUtils.CACHE_ASPECT_BEAN_NAME)) {
			logger
				.warn("@Cacheable on {} of web agent {} is ignored, so that each call is a new run: add @EnableCaching"
						+ " to a configuration class", names(cached), this.type.getName());
		}
	}

	private void checkLimits(List<Method> methods) {
		List<Method> limited = methods.stream()
			.filter((method) -> find(method, ConcurrencyLimit.class) != null)
			.toList();
		for (Method method : limited) {
			ConcurrencyLimit limit = find(method, ConcurrencyLimit.class);
			if (limit != null && limit.limit() == Integer.MIN_VALUE && !StringUtils.hasText(limit.limitString())) {
				throw new InvalidWebAgentException(this.type, method, "its @ConcurrencyLimit has no number",
						"Give it one, as in @ConcurrencyLimit(2)", null);
			}
		}
		warnIfIgnored(limited, "@ConcurrencyLimit", ConcurrencyLimitBeanPostProcessor.class);
		List<Method> notWaitedFor = limited.stream().filter(MethodAnnotations::isNotWaitedFor).toList();
		if (!notWaitedFor.isEmpty()) {
			logger.warn("@ConcurrencyLimit on {} of web agent {} limits the calls, not the runs, which go on after the"
					+ " call: see tinyfish.run.max-in-flight", names(notWaitedFor), this.type.getName());
		}
	}

	private static boolean isNotWaitedFor(Method method) {
		return KotlinDetector.isSuspendingFunction(method)
				|| NOT_WAITED_FOR.stream().anyMatch((kind) -> kind.isAssignableFrom(method.getReturnType()));
	}

	private void checkRetries(List<Method> methods) {
		List<Method> retried = methods.stream().filter((method) -> find(method, Retryable.class) != null).toList();
		warnIfIgnored(retried, "@Retryable", RetryAnnotationBeanPostProcessor.class);
		List<Method> suspending = retried.stream().filter(KotlinDetector::isSuspendingFunction).toList();
		if (!suspending.isEmpty()) {
			logger.warn("@Retryable on {} of web agent {} is ignored, since Spring does not repeat suspend functions:"
					+ " return a Mono", names(suspending), this.type.getName());
		}
		List<Method> all = retried.stream().filter((method) -> repeatsAll(find(method, Retryable.class))).toList();
		if (!all.isEmpty()) {
			logger.warn(
					"@Retryable on {} of web agent {} repeats every exception, and each repetition is a new run,"
							+ " which may be billed: name the exceptions to repeat in includes",
					names(all), this.type.getName());
		}
	}

	private static boolean repeatsAll(@Nullable Retryable retryable) {
		return retryable != null && retryable.includes().length == 0 && retryable.excludes().length == 0
				&& retryable.predicate().isInterface();
	}

	private void warnIfIgnored(List<Method> methods, String annotation, Class<?> postProcessor) {
		if (!methods.isEmpty() && this.beans.getBeanNamesForType(postProcessor, true, false).length == 0) {
			logger.warn("{} on {} of web agent {} is ignored: add @EnableResilientMethods to a configuration class",
					annotation, names(methods), this.type.getName());
		}
	}

	private <A extends Annotation> @Nullable A find(Method method, Class<A> annotation) {
		A own = AnnotatedElementUtils.findMergedAnnotation(method, annotation);
		return (own != null) ? own : AnnotatedElementUtils.findMergedAnnotation(this.type, annotation);
	}

	private static String names(List<Method> methods) {
		Set<String> names = methods.stream().map(Method::getName).collect(Collectors.toCollection(TreeSet::new));
		return String.join(", ", names);
	}

}
