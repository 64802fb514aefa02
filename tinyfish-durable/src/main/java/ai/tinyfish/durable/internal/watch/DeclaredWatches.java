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

package ai.tinyfish.durable.internal.watch;

import java.lang.reflect.Method;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

import ai.tinyfish.WebAgents;
import ai.tinyfish.agent.RunHandle;
import ai.tinyfish.durable.watch.Tolerance;
import ai.tinyfish.durable.watch.Watch;
import ai.tinyfish.durable.watch.Watched;
import ai.tinyfish.run.QueuedRun;
import ai.tinyfish.spring.webagent.ImportWebAgents;
import ai.tinyfish.webagent.Goal;
import ai.tinyfish.webagent.InvalidWebAgentException;
import ai.tinyfish.webagent.WebAgent;
import ai.tinyfish.webagent.WebAgentMethod;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.convert.DurationStyle;
import org.springframework.core.Conventions;
import org.springframework.core.KotlinDetector;
import org.springframework.core.MethodIntrospector;
import org.springframework.core.ReactiveAdapterRegistry;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.util.Assert;
import org.springframework.util.ClassUtils;
import org.springframework.util.PlaceholderResolutionException;
import org.springframework.util.ReflectionUtils.MethodFilter;

/**
 * Watches that the agents of an application declare with {@link Watched}.
 *
 * @param agents describes the agents
 * @param placeholders replaces placeholders
 * @param ahead whether placeholders may have no value yet
 */
public record DeclaredWatches(Supplier<WebAgents> agents, UnaryOperator<String> placeholders, boolean ahead) {

	private static final MethodFilter WATCHED = (method) -> AnnotatedElementUtils.hasAnnotation(method, Watched.class);

	private static final String CLIENT = Conventions.getQualifiedAttributeName(ImportWebAgents.class, "client");

	/**
	 * Return the watches of all agents, without creating a bean.
	 * @throws InvalidWebAgentException if a declaration is not valid
	 */
	public List<Watch> of(ConfigurableListableBeanFactory beans) {
		Map<String, Watch> watches = new TreeMap<>();
		Stream.of(beans.getBeanDefinitionNames())
			.map((name) -> beans.getType(name, false))
			.filter((type) -> type != null && !type.getName().startsWith("org.springframework."))
			.flatMap(DeclaredWatches::agents)
			.distinct()
			.forEach((type) -> Stream.of(type.getMethods()).filter(WATCHED::matches).forEach((method) -> {
				requireDefaultClient(beans, type, method);
				Watch watch = watch(type, method);
				if (watch != null && watches.put(watch.id(), watch) != null) {
					throw new InvalidWebAgentException(type, method, "another watch has the id " + watch.id(),
							"Give it another id", null);
				}
			}));
		return List.copyOf(watches.values());
	}

	/**
	 * Return the web agents among the interfaces of a bean.
	 * @throws InvalidWebAgentException if a method is watched without an agent
	 */
	private static Stream<Class<?>> agents(Class<?> bean) {
		List<Class<?>> agents = ClassUtils.getAllInterfacesForClassAsSet(bean)
			.stream()
			.filter((type) -> AnnotatedElementUtils.hasAnnotation(type, WebAgent.class))
			.toList();
		if (agents.isEmpty()) {
			MethodIntrospector.selectMethods(bean, WATCHED).forEach((method) -> {
				throw new InvalidWebAgentException(bean, method, "it is watched, and belongs to no web agent",
						"Declare it in an interface with @WebAgent that @ImportWebAgents imports", null);
			});
		}
		return agents.stream();
	}

	private static void requireDefaultClient(ConfigurableListableBeanFactory beans, Class<?> type, Method method) {
		if (Stream.of(beans.getBeanNamesForType(type, true, false))
			.anyMatch((name) -> beans.containsBeanDefinition(name)
					&& beans.getBeanDefinition(name).hasAttribute(CLIENT))) {
			throw new InvalidWebAgentException(type, method,
					"it is watched, and its interface is imported for a client of its own",
					"Import it without client: the runs of watches use the application's TinyFishClient", null);
		}
	}

	private @Nullable Watch watch(Class<?> type, Method method) {
		Class<?> returned = method.getReturnType();
		boolean waits = returned != RunHandle.class && returned != QueuedRun.class
				&& !KotlinDetector.isSuspendingFunction(method)
				&& ReactiveAdapterRegistry.getSharedInstance().getAdapter(returned) == null;
		if (!waits || method.getParameterCount() > 0) {
			throw new InvalidWebAgentException(type, method,
					"it is watched, and " + (waits ? "has parameters" : "does not wait"),
					"Declare no parameters, and return T, List<T>, Optional<T> or TypedRun<T>", null);
		}
		try {
			return watch(this.agents.get().describe(type, method::equals).get(0));
		}
		catch (IllegalArgumentException ex) {
			if (this.ahead && (ex instanceof PlaceholderResolutionException
					|| ex.getCause() instanceof PlaceholderResolutionException)) {
				return null;
			}
			throw (ex instanceof InvalidWebAgentException) ? ex : new InvalidWebAgentException(type, method,
					"its @Watched is not valid (" + ex.getMessage() + ")", "Correct it, or the return type", ex);
		}
	}

	private Watch watch(WebAgentMethod described) {
		Method method = described.method();
		Watched watched = AnnotatedElementUtils.findMergedAnnotation(method, Watched.class);
		Goal goal = AnnotatedElementUtils.findMergedAnnotation(method, Goal.class);
		boolean acceptEmpty = method.getReturnType() == Optional.class || Objects.requireNonNull(goal).acceptMissed();
		Watch watch = new Watch(this.placeholders.apply(Objects.requireNonNull(watched).id()),
				described.request(Map.of()), this.placeholders.apply(watched.cron()),
				this.placeholders.apply(watched.zone()), List.of(watched.key()), List.of(watched.ignore()),
				tolerances(watched), watched.confirm(),
				watched.confirmAfter().isEmpty() ? null
						: DurationStyle.detectAndParse(this.placeholders.apply(watched.confirmAfter())),
				acceptEmpty, null, watched.skipUnchanged(), List.of(watched.selectors()));
		DefaultWatches.definition(watch);
		return watch;
	}

	private static Map<String, Tolerance> tolerances(Watched watched) {
		Map<String, Tolerance> tolerances = new LinkedHashMap<>();
		for (String each : watched.tolerance()) {
			String[] parts = each.split(":", 2);
			Assert.isTrue(parts.length == 2, () -> "tolerance '" + each + "' is not a name, a colon and a number");
			Assert.isTrue(tolerances.put(parts[0].strip(), Tolerance.parse(parts[1])) == null,
					() -> "tolerance names " + parts[0] + " twice");
		}
		return tolerances;
	}

}
