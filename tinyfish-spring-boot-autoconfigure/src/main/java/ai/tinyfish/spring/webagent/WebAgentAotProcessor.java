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
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.lang.reflect.Type;
import java.lang.reflect.WildcardType;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import java.util.stream.Stream;

import ai.tinyfish.ReactiveTinyFishClient;
import ai.tinyfish.TinyFishClient;
import ai.tinyfish.WebAgents;
import ai.tinyfish.agent.RunHandle;
import ai.tinyfish.agent.event.AgentEvent;
import ai.tinyfish.run.AgentRun;
import ai.tinyfish.run.QueuedRun;
import ai.tinyfish.run.TypedRun;
import ai.tinyfish.webagent.Goal;
import ai.tinyfish.webagent.InvalidWebAgentException;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.aot.generate.GenerationContext;
import org.springframework.aot.hint.BindingReflectionHintsRegistrar;
import org.springframework.aot.hint.MemberCategory;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.beans.factory.FactoryBean;
import org.springframework.beans.factory.aot.BeanRegistrationAotContribution;
import org.springframework.beans.factory.aot.BeanRegistrationAotProcessor;
import org.springframework.beans.factory.aot.BeanRegistrationCode;
import org.springframework.beans.factory.aot.BeanRegistrationCodeFragments;
import org.springframework.beans.factory.aot.BeanRegistrationCodeFragmentsDecorator;
import org.springframework.beans.factory.support.RegisteredBean;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.GenericTypeResolver;
import org.springframework.core.KotlinDetector;
import org.springframework.core.ResolvableType;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.core.env.Environment;
import org.springframework.javapoet.CodeBlock;
import org.springframework.util.PlaceholderResolutionException;
import org.springframework.util.ResourceUtils;

/**
 * Checks agent interfaces, and registers their hints: their proxies, plain and with the
 * advice of Spring around them, their methods, the types of their results, and the
 * resources that contain their goals.
 */
final class WebAgentAotProcessor implements BeanRegistrationAotProcessor {

	private static final Set<Class<?>> WRAPPERS = Set.of(CompletableFuture.class, Mono.class, Flux.class,
			Optional.class, TypedRun.class);

	private static final Set<Class<?>> NO_RESULTS = Set.of(AgentRun.class, RunHandle.class, QueuedRun.class,
			AgentEvent.class);

	@Override
	public @Nullable BeanRegistrationAotContribution processAheadOfTime(RegisteredBean registeredBean) {
		if (registeredBean.getBeanClass() != WebAgentFactoryBean.class || !(registeredBean.getMergedBeanDefinition()
			.getAttribute(FactoryBean.OBJECT_TYPE_ATTRIBUTE) instanceof Class<?> type)) {
			return null;
		}
		Environment environment = registeredBean.getBeanFactory()
			.getBean(ConfigurableApplicationContext.ENVIRONMENT_BEAN_NAME, Environment.class);
		check(type, environment);
		return new Contribution(type, environment);
	}

	/**
	 * Refuse the interfaces that the start would refuse, except for placeholders that
	 * have no value yet.
	 */
	private static void check(Class<?> type, Environment environment) {
		try {
			WebAgents.builder()
				.client(uncalled(TinyFishClient.class))
				.reactiveClient(uncalled(ReactiveTinyFishClient.class))
				.placeholders(environment::resolveRequiredPlaceholders)
				.build()
				.create(type);
		}
		catch (InvalidWebAgentException ex) {
			Stream.concat(Stream.of(ex), Stream.of(ex.getSuppressed()).map(InvalidWebAgentException.class::cast))
				.filter((invalid) -> !(invalid.getCause() instanceof PlaceholderResolutionException))
				.findFirst()
				.ifPresent((invalid) -> {
					throw invalid;
				});
		}
	}

	private static <T> T uncalled(Class<T> client) {
		return client.cast(Proxy.newProxyInstance(client.getClassLoader(), new Class<?>[] { client },
				(proxy, method, arguments) -> {
					throw new UnsupportedOperationException("No client exists during ahead-of-time processing");
				}));
	}

	private static void register(Class<?> type, Environment environment, RuntimeHints hints) {
		hints.proxies().registerJdkProxy(type);
		hints.proxies().registerJdkProxy(AopProxyUtils.completeJdkProxyInterfaces(type));
		hints.reflection().registerType(type, MemberCategory.INVOKE_PUBLIC_METHODS);
		for (Method method : type.getMethods()) {
			hints.reflection().registerType(method.getDeclaringClass(), MemberCategory.INVOKE_PUBLIC_METHODS);
			if (Modifier.isAbstract(method.getModifiers())) {
				Type result = result(ResolvableType.forType(GenericTypeResolver.resolveType(returnType(method), type)));
				if (result != null) {
					new BindingReflectionHintsRegistrar().registerReflectionHints(hints.reflection(), result);
				}
				Goal goal = AnnotatedElementUtils.findMergedAnnotation(method, Goal.class);
				if (goal != null) {
					registerResource(environment.resolvePlaceholders(goal.resource()).strip(), hints);
				}
			}
		}
	}

	private static void registerResource(String location, RuntimeHints hints) {
		if (location.startsWith(ResourceUtils.CLASSPATH_URL_PREFIX)) {
			String path = location.substring(ResourceUtils.CLASSPATH_URL_PREFIX.length());
			hints.resources().registerPattern(path.startsWith("/") ? path.substring(1) : path);
		}
	}

	/**
	 * Return the declared type, which for a suspend function is that of its continuation.
	 */
	private static Type returnType(Method method) {
		if (!KotlinDetector.isSuspendingFunction(method)) {
			return method.getGenericReturnType();
		}
		Type type = ResolvableType.forMethodParameter(method, method.getParameterCount() - 1).getGeneric(0).getType();
		return (type instanceof WildcardType wildcard && wildcard.getLowerBounds().length == 1)
				? wildcard.getLowerBounds()[0] : type;
	}

	private static @Nullable Type result(ResolvableType returned) {
		ResolvableType type = returned;
		while (type.isArray() || WRAPPERS.contains(type.toClass())) {
			type = type.isArray() ? type.getComponentType() : type.getGeneric(0);
		}
		return NO_RESULTS.contains(type.toClass()) ? null : type.getType();
	}

	private record Contribution(Class<?> type, Environment environment) implements BeanRegistrationAotContribution {

		/**
		 * Add the type of the bean to the code of its definition, without naming its
		 * class.
		 */
		@Override
		public BeanRegistrationCodeFragments customizeBeanRegistrationCodeFragments(GenerationContext context,
				BeanRegistrationCodeFragments fragments) {
			String typeName = this.type.getName();
			return new BeanRegistrationCodeFragmentsDecorator(fragments) {

				@Override
				public CodeBlock generateSetBeanDefinitionPropertiesCode(GenerationContext context,
						BeanRegistrationCode code, RootBeanDefinition definition, Predicate<String> attributeFilter) {
					return CodeBlock.builder()
						.add(super.generateSetBeanDefinitionPropertiesCode(context, code, definition, attributeFilter))
						.addStatement("$T.setObjectType($L, $S)", WebAgentFactoryBean.class, BEAN_DEFINITION_VARIABLE,
								typeName)
						.build();
				}

			};
		}

		@Override
		public void applyTo(GenerationContext context, BeanRegistrationCode code) {
			register(this.type, this.environment, context.getRuntimeHints());
		}

	}

}
