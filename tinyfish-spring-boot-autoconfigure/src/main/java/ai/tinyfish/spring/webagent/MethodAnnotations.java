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
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import java.util.stream.Stream;

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
 * Check of Spring's annotations on an agent interface: those that Spring would silently
 * ignore, and those with unexpected cost.
 *
 * @param type the interface
 * @param beans the beans of the application
 */
record MethodAnnotations(Class<?> type, ConfigurableListableBeanFactory beans) {

	private static final Logger logger = LoggerFactory.getLogger(MethodAnnotations.class);

	private static final List<Class<?>> NOT_WAITED_FOR = List.of(RunHandle.class, QueuedRun.class,
			CompletableFuture.class, Publisher.class);

	/**
	 * Log ignored and costly annotations.
	 * @throws InvalidWebAgentException if a method has a limit without a number, which
	 * would fail each call
	 */
	void check() {
		checkLimits();
		checkRetries();
		if (!this.beans.containsBean(CacheManagementConfigUtils.CACHE_ADVISOR_BEAN_NAME)
				&& !this.beans.containsBean(CacheManagementConfigUtils.CACHE_ASPECT_BEAN_NAME)) {
			names(Cacheable.class, (method) -> true).ifPresent((names) -> logger
				.warn("@Cacheable on {} of web agent {} is ignored, so that each call is a new run: add @EnableCaching"
						+ " to a configuration class", names, this.type.getName()));
		}
	}

	private void checkLimits() {
		methods(ConcurrencyLimit.class).forEach((method) -> {
			ConcurrencyLimit limit = find(method, ConcurrencyLimit.class);
			if (limit != null && limit.limit() == Integer.MIN_VALUE && !StringUtils.hasText(limit.limitString())) {
				throw new InvalidWebAgentException(this.type, method, "its @ConcurrencyLimit has no number",
						"Give it one, as in @ConcurrencyLimit(2)", null);
			}
		});
		warnIfIgnored(ConcurrencyLimit.class, ConcurrencyLimitBeanPostProcessor.class);
		names(ConcurrencyLimit.class, MethodAnnotations::isNotWaitedFor).ifPresent((names) -> logger
			.warn("@ConcurrencyLimit on {} of web agent {} limits the calls, not the runs, which go on after the"
					+ " call: see tinyfish.run.max-in-flight", names, this.type.getName()));
	}

	private static boolean isNotWaitedFor(Method method) {
		return KotlinDetector.isSuspendingFunction(method)
				|| NOT_WAITED_FOR.stream().anyMatch((kind) -> kind.isAssignableFrom(method.getReturnType()));
	}

	private void checkRetries() {
		warnIfIgnored(Retryable.class, RetryAnnotationBeanPostProcessor.class);
		names(Retryable.class, KotlinDetector::isSuspendingFunction).ifPresent((names) -> logger
			.warn("@Retryable on {} of web agent {} is ignored, since Spring does not repeat suspend functions:"
					+ " return a Mono", names, this.type.getName()));
		names(Retryable.class, this::repeatsAll).ifPresent((names) -> logger.warn(
				"@Retryable on {} of web agent {} repeats every exception, and each repetition is a new run,"
						+ " which may be billed: name the exceptions to repeat in includes",
				names, this.type.getName()));
	}

	private boolean repeatsAll(Method method) {
		Retryable retryable = find(method, Retryable.class);
		return retryable != null && retryable.includes().length == 0 && retryable.excludes().length == 0
				&& retryable.predicate().isInterface();
	}

	private void warnIfIgnored(Class<? extends Annotation> annotation, Class<?> postProcessor) {
		if (this.beans.getBeanNamesForType(postProcessor, true, false).length == 0) {
			names(annotation, (method) -> true).ifPresent((names) -> logger.warn(
					"{} on {} of web agent {} is ignored: add @EnableResilientMethods to a configuration class",
					"@" + annotation.getSimpleName(), names, this.type.getName()));
		}
	}

	private Stream<Method> methods(Class<? extends Annotation> annotation) {
		return Stream.of(this.type.getMethods())
			.filter((method) -> Modifier.isAbstract(method.getModifiers()) && find(method, annotation) != null);
	}

	/**
	 * Return the names of the methods that have an annotation and meet a condition.
	 * @return the names, or empty without such methods
	 */
	private Optional<String> names(Class<? extends Annotation> annotation, Predicate<Method> condition) {
		return methods(annotation).filter(condition)
			.map(Method::getName)
			.distinct()
			.sorted()
			.reduce((names, name) -> names + ", " + name);
	}

	private <A extends Annotation> @Nullable A find(Method method, Class<A> annotation) {
		A own = AnnotatedElementUtils.findMergedAnnotation(method, annotation);
		return (own != null) ? own : AnnotatedElementUtils.findMergedAnnotation(this.type, annotation);
	}

}
