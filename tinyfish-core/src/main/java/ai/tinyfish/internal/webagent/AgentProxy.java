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

package ai.tinyfish.internal.webagent;

import java.lang.invoke.MethodHandles;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

import ai.tinyfish.run.GoalEvaluator;
import ai.tinyfish.webagent.Goal;
import ai.tinyfish.webagent.InvalidWebAgentException;
import ai.tinyfish.webagent.WebAgent;
import ai.tinyfish.webagent.WebAgentMethod;
import org.jspecify.annotations.Nullable;

import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.util.ReflectionUtils;

/**
 * Handler of the calls of an agent interface. All methods have been read.
 */
public final class AgentProxy implements InvocationHandler {

	private static final Object[] NO_ARGUMENTS = {};

	private final Class<?> agentType;

	private final Map<Method, AgentMethod> methods;

	private AgentProxy(Class<?> agentType, Map<Method, AgentMethod> methods) {
		this.agentType = agentType;
		this.methods = methods;
	}

	/**
	 * Implement an agent interface.
	 * @param <T> the interface
	 * @param type the interface
	 * @param clients the clients that run its methods
	 * @param placeholders replaces placeholders in attributes of annotations
	 * @param evaluator decides whether runs reached their goals
	 * @return the implementation
	 * @throws InvalidWebAgentException if the interface is not valid; if several methods
	 * are not valid, for one of them, and with the exceptions for the others suppressed
	 */
	public static <T> T create(Class<T> type, AgentClients clients, UnaryOperator<String> placeholders,
			GoalEvaluator evaluator) {
		Map<Method, AgentMethod> methods = read(type, (method) -> true, clients, placeholders, evaluator);
		return type.cast(
				Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] { type }, new AgentProxy(type, methods)));
	}

	/**
	 * Describe methods of an agent interface.
	 * @param type the interface
	 * @param methods the methods to describe
	 * @param clients the clients that run its methods
	 * @param placeholders replaces placeholders in attributes of annotations
	 * @param evaluator decides whether runs reached their goals
	 * @return the methods, by name
	 * @throws InvalidWebAgentException if the interface is not valid, or a method is run
	 * by the reactive client
	 */
	public static List<WebAgentMethod> describe(Class<?> type, Predicate<Method> methods, AgentClients clients,
			UnaryOperator<String> placeholders, GoalEvaluator evaluator) {
		List<WebAgentMethod> described = new ArrayList<>();
		read(type, methods, clients, placeholders, evaluator).forEach((method, called) -> {
			try {
				described.add(DescribedMethod.of(method, called));
			}
			catch (DeclarationException ex) {
				throw ex.at(type, method);
			}
		});
		described.sort(Comparator.comparing((method) -> method.method().getName()));
		return described;
	}

	private static Map<Method, AgentMethod> read(Class<?> type, Predicate<Method> wanted, AgentClients clients,
			UnaryOperator<String> placeholders, GoalEvaluator evaluator) {
		WebAgent agent = AnnotatedElementUtils.findMergedAnnotation(type, WebAgent.class);
		if (!type.isInterface() || type.isAnnotation() || type.isSealed()) {
			throw new InvalidWebAgentException(type, null, "it is not an interface that can be implemented",
					"Make it an interface that is not sealed", null);
		}
		if (agent == null) {
			throw new InvalidWebAgentException(type, null, "it has no @WebAgent", "Annotate it", null);
		}
		AgentMethodReader reader = new AgentMethodReader(type, agent, clients, placeholders, evaluator);
		Map<Method, AgentMethod> methods = new HashMap<>();
		List<InvalidWebAgentException> invalid = new ArrayList<>();
		for (Method method : Stream.of(type.getMethods()).filter(wanted).toList()) {
			try {
				read(type, method, reader, methods);
			}
			catch (DeclarationException ex) {
				invalid.add(ex.at(type, method));
			}
		}
		if (!invalid.isEmpty()) {
			InvalidWebAgentException first = invalid.get(0);
			invalid.stream().skip(1).forEach(first::addSuppressed);
			throw first;
		}
		if (methods.isEmpty()) {
			throw new InvalidWebAgentException(type, null, "it has no method with a @Goal", "Declare one", null);
		}
		return methods;
	}

	private static void read(Class<?> type, Method method, AgentMethodReader reader, Map<Method, AgentMethod> methods) {
		if (Modifier.isAbstract(method.getModifiers())) {
			if (!ReflectionUtils.isObjectMethod(method)) {
				requireVisible(type, method.getReturnType());
				methods.put(method, reader.read(method));
			}
		}
		else if (!method.isBridge() && method.isAnnotationPresent(Goal.class)) {
			throw new DeclarationException("it has a body, which is not called if there is a @Goal",
					"Make it abstract, or remove @Goal");
		}
	}

	/**
	 * Check that the proxy class of a public interface, which is in another package, can
	 * cast to the return type.
	 */
	private static void requireVisible(Class<?> type, Class<?> returned) {
		Class<?> raw = returned.isArray() ? returned.componentType() : returned;
		if (Modifier.isPublic(type.getModifiers())
				&& (raw.getModifiers() & (Modifier.PUBLIC | Modifier.PROTECTED)) == 0) {
			throw new DeclarationException("the interface is public, and its return type " + raw.getName() + " is not",
					"Make the type public, or the interface package-private");
		}
	}

	@Override
	public @Nullable Object invoke(Object proxy, Method method, @Nullable Object @Nullable [] arguments)
			throws Throwable {
		AgentMethod agentMethod = this.methods.get(method);
		if (agentMethod != null) {
			return agentMethod.invoke((arguments != null) ? arguments : NO_ARGUMENTS);
		}
		if (method.isDefault()) {
			return invokeDefault(proxy, method, arguments);
		}
		return switch (method.getName()) {
			case "equals" -> arguments != null && proxy == arguments[0];
			case "hashCode" -> System.identityHashCode(proxy);
			default -> "Web agent " + this.agentType.getName();
		};
	}

	/**
	 * Call a default method. The JDK's own method does not work with interfaces that are
	 * not public.
	 */
	private static @Nullable Object invokeDefault(Object proxy, Method method, @Nullable Object @Nullable [] arguments)
			throws Throwable {
		Class<?> declaring = method.getDeclaringClass();
		if (Modifier.isPublic(declaring.getModifiers())) {
			return InvocationHandler.invokeDefault(proxy, method, arguments);
		}
		return MethodHandles.privateLookupIn(declaring, MethodHandles.lookup())
			.unreflectSpecial(method, declaring)
			.bindTo(proxy)
			.invokeWithArguments((arguments != null) ? arguments : NO_ARGUMENTS);
	}

}
