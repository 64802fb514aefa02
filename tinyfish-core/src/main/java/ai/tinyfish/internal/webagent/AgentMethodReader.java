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

import java.lang.reflect.Method;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

import ai.tinyfish.agent.AgentOperations;
import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.agent.ReactiveAgentOperations;
import ai.tinyfish.agent.event.CompleteEvent;
import ai.tinyfish.internal.call.BlockingExecutor;
import ai.tinyfish.internal.request.RunOrigin;
import ai.tinyfish.internal.request.WireForm;
import ai.tinyfish.run.GoalEvaluator;
import ai.tinyfish.webagent.Goal;
import ai.tinyfish.webagent.WebAgent;
import org.jspecify.annotations.Nullable;

import org.springframework.core.KotlinDetector;
import org.springframework.core.ResolvableType;
import org.springframework.core.annotation.AnnotatedElementUtils;

/**
 * Reader of the methods of one agent interface.
 *
 * @param agentType the interface
 * @param agent its annotation
 * @param clients start the runs
 * @param placeholders replaces placeholders
 * @param evaluator judges the outcomes
 */
record AgentMethodReader(Class<?> agentType, WebAgent agent, AgentClients clients, UnaryOperator<String> placeholders,
		GoalEvaluator evaluator) {

	/** Placeholder for values that each call sets. */
	private static final AgentRequest BLANK = AgentRequest.of("https://example.com", "Goal");

	/**
	 * Read an abstract method.
	 * @throws DeclarationException if it is not valid
	 */
	AgentMethod read(Method method) {
		Goal declared = AnnotatedElementUtils.findMergedAnnotation(method, Goal.class);
		if (declared == null) {
			throw new DeclarationException("it has no @Goal", "Annotate it, or make it a default method");
		}
		// first, since placeholders may have no value ahead of time
		List<AgentParameter> parameters = AgentParameter.of(method, this.agentType);
		ReturnType returnType = ReturnType.of(method, this.agentType);
		requireEffect(declared, returnType, parameters, method);
		AgentRequest.Builder request = BLANK.toBuilder().outputSchema(returnType.schema());
		AgentSettings settings = new AgentSettings(declared, this.agent, this::resolve);
		GoalTemplate goal = GoalTemplate.of(goal(declared));
		UrlTemplate url = url(declared, settings, parameters);
		Map<String, AgentParameter> variables = variables(goal, url, parameters);
		List<String> texts = variables.entrySet()
			.stream()
			.filter((entry) -> entry.getValue().type() == VariableType.TEXT)
			.map(Map.Entry::getKey)
			.toList();
		settings.applyTo(request);
		String version = resolve(declared.version()).strip();
		WireForm.ofBuilder(request)
			.origin(new RunOrigin(this.agentType.getName(), method.getName(), version.isEmpty() ? null : version));
		MethodAnswer answer = new MethodAnswer(returnType.form(), returnType.result(), declared.acceptMissed(),
				this.evaluator, this.agentType.getName() + "." + method.getName());
		ReturnType.Way way = returnType.way();
		boolean waits = way != ReturnType.Way.START && way != ReturnType.Way.QUEUE;
		return new AgentMethod(request.build(), url, goal.withTexts(texts), parameters, variables,
				way.isReactive() ? null : blocking(method), waits ? answer : null, execution(way, answer, method),
				way == ReturnType.Way.SUSPEND);
	}

	private String goal(Goal declared) {
		String location = resolve(declared.resource()).strip();
		if (location.isEmpty()) {
			return resolve(declared.value());
		}
		if (!declared.value().isEmpty()) {
			throw new DeclarationException("it has a goal and a resource for the goal", "Remove one of them");
		}
		return resolve(GoalResource.read(location, this.agentType));
	}

	private static void requireEffect(Goal declared, ReturnType returnType, List<AgentParameter> parameters,
			Method method) {
		String returned = "a method that returns "
				+ ResolvableType.forType(Coroutines.returnType(method)).toClass().getSimpleName();
		if (declared.acceptMissed() && !returnType.isJudged()) {
			throw new DeclarationException("acceptMissed has no effect on " + returned, "Remove it");
		}
		boolean limited = !declared.runTimeout().isEmpty()
				|| parameters.stream().anyMatch((parameter) -> parameter.role() == AgentParameter.Role.TIMEOUT);
		if (limited && returnType.way() == ReturnType.Way.QUEUE) {
			throw new DeclarationException("a timeout has no effect on " + returned,
					"Remove it, or set maxDuration, which the service applies");
		}
	}

	private String resolve(String text) {
		try {
			return this.placeholders.apply(text);
		}
		catch (IllegalArgumentException ex) {
			throw new DeclarationException(
					"a placeholder in '" + text + "' cannot be replaced (" + ex.getMessage() + ")",
					"Set the property that it names, or give it a default as in ${name:default}", ex);
		}
	}

	private static @Nullable UrlTemplate url(Goal declared, AgentSettings settings, List<AgentParameter> parameters) {
		boolean given = parameters.stream().anyMatch((parameter) -> parameter.role() == AgentParameter.Role.START_URL);
		if (given) {
			if (!declared.url().isEmpty()) {
				throw new DeclarationException("it has a url and a parameter for the URL", "Remove one of them");
			}
			return null;
		}
		String text = settings.url();
		if (text.isEmpty()) {
			throw new DeclarationException("it has no URL",
					"Set the url of @WebAgent or @Goal, or pass it as a parameter with @StartUrl");
		}
		return UrlTemplate.of(text);
	}

	private static Map<String, AgentParameter> variables(GoalTemplate goal, @Nullable UrlTemplate url,
			List<AgentParameter> parameters) {
		Set<String> used = AgentMethod.templateVariables(goal, url);
		Map<String, AgentParameter> named = new LinkedHashMap<>();
		for (AgentParameter parameter : parameters) {
			boolean variable = parameter.role() == AgentParameter.Role.VARIABLE;
			String name = parameter.name();
			if (variable && name == null) {
				throw new DeclarationException("the name of parameter " + (parameter.index() + 1) + " is not known",
						"Compile the interface with -parameters, or name the parameter with @TemplateVariable");
			}
			if (name != null && (variable || parameter.role() == AgentParameter.Role.TAG)) {
				if (named.put(name, parameter) != null) {
					throw new DeclarationException("more than one parameter has the name " + name, "Rename one");
				}
			}
		}
		for (String name : used) {
			if (!named.containsKey(name)) {
				throw new DeclarationException("the template variable {" + name + "} has no parameter",
						"Name a parameter " + name + (named.isEmpty() ? ""
								: ", or use one of the existing names: " + String.join(", ", named.keySet())));
			}
		}
		named.forEach((name, parameter) -> {
			if (parameter.role() == AgentParameter.Role.VARIABLE && !used.contains(name)) {
				throw new DeclarationException("its parameter " + name + " is in neither the goal nor the URL",
						"Write {" + name
								+ "} in the goal, annotate it with @RunTag, @RunTimeout or @StartUrl, or remove the parameter");
			}
		});
		return named;
	}

	private Function<AgentRequest, Object> execution(ReturnType.Way way, MethodAnswer answer, Method method) {
		if (way.isReactive()) {
			Supplier<ReactiveAgentOperations> agent = reactive(method);
			if (way == ReturnType.Way.FLUX) {
				return (request) -> agent.get().stream(request);
			}
			if (way == ReturnType.Way.FLOW) {
				return (request) -> Coroutines.flow(method.getReturnType(), agent.get().stream(request));
			}
			// with a stream, which has the run id from the beginning
			return (request) -> agent.get()
				.stream(request)
				.ofType(CompleteEvent.class)
				.next()
				.map((event) -> answer.of(event.run()));
		}
		Supplier<AgentOperations> agent = blocking(method);
		return switch (way) {
			case START -> (request) -> agent.get().start(request);
			case QUEUE -> (request) -> agent.get().queue(request);
			case FUTURE -> (request) -> agent.get().start(request).result().thenApply(answer::of);
			default -> {
				String operation = this.agentType.getSimpleName() + "." + method.getName();
				yield (request) -> {
					BlockingExecutor.requireBlockingThread(operation);
					return answer.of(agent.get().start(request).await());
				};
			}
		};
	}

	private Supplier<AgentOperations> blocking(Method method) {
		Supplier<AgentOperations> agent = this.clients.blocking().get();
		if (agent == null) {
			throw new DeclarationException(
					"a method that returns " + method.getReturnType().getSimpleName()
							+ " needs a TinyFishClient, which is missing",
					"Set one with client(...) of WebAgents.Builder, or return a Mono or a Flux");
		}
		return agent;
	}

	private Supplier<ReactiveAgentOperations> reactive(Method method) {
		Supplier<ReactiveAgentOperations> agent = this.clients.reactive().get();
		if (agent == null) {
			String subject = KotlinDetector.isSuspendingFunction(method) ? "a suspend function"
					: "a method that returns a " + method.getReturnType().getSimpleName();
			throw new DeclarationException(subject + " needs a ReactiveTinyFishClient, which is missing",
					"Set one with reactiveClient(...) of WebAgents.Builder, or return a CompletableFuture or a RunHandle");
		}
		return agent;
	}

}
