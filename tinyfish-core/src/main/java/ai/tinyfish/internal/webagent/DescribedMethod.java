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
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.agent.RunHandle;
import ai.tinyfish.agent.TinyFishRunListener;
import ai.tinyfish.internal.request.Checks;
import ai.tinyfish.run.AgentRun;
import ai.tinyfish.webagent.WebAgentMethod;
import org.jspecify.annotations.Nullable;

/**
 * Method of an agent interface that is called by the names of its parameters.
 *
 * @param method the method
 * @param called the method as it is called
 * @param parameters the parameters with a value from the caller
 */
record DescribedMethod(Method method, AgentMethod called, List<Parameter> parameters) implements WebAgentMethod {

	/**
	 * Describe a method.
	 * @throws DeclarationException if it cannot be called by names
	 */
	static DescribedMethod of(Method method, AgentMethod called) {
		if (called.agent() == null) {
			throw new DeclarationException(
					"it uses the reactive client, and only methods of the blocking client can be called by name",
					"Return the type of the result, a CompletableFuture or a RunHandle");
		}
		if (called.variables()
			.entrySet()
			.stream()
			.anyMatch((entry) -> entry.getValue().role() == AgentParameter.Role.TAG
					&& AgentMethod.templateVariables(called.goal(), called.url()).contains(entry.getKey()))) {
			throw new DeclarationException("its tag is a template variable as well",
					"Declare a parameter of its own for the variable");
		}
		return new DescribedMethod(method, called,
				called.parameters()
					.stream()
					.filter((parameter) -> parameter.role() == AgentParameter.Role.VARIABLE
							|| parameter.role() == AgentParameter.Role.START_URL)
					.map((parameter) -> new Parameter(name(method, parameter), parameter.index(),
							parameter.role() == AgentParameter.Role.START_URL))
					.toList());
	}

	private static String name(Method method, AgentParameter parameter) {
		java.lang.reflect.Parameter declared = method.getParameters()[parameter.index()];
		return Objects.requireNonNullElse(parameter.name(), declared.isNamePresent() ? declared.getName() : "url");
	}

	@Override
	public String goal() {
		return this.called.goal().text();
	}

	@Override
	public boolean waits() {
		return this.called.answer() != null;
	}

	@Override
	public AgentRequest request(Map<String, ?> arguments) {
		@Nullable Object[] values = new Object[this.method.getParameterCount()];
		for (Parameter parameter : this.parameters) {
			Object value = arguments.get(parameter.name());
			Checks.that(this.called.parameters().get(parameter.index()).type() != VariableType.PLAIN || !isText(value),
					parameter.name() + " must not be a text");
			values[parameter.index()] = value;
		}
		return this.called.request(values);
	}

	/**
	 * Return whether a value contains text, which would become a part of the goal in the
	 * place of a number.
	 */
	private static boolean isText(@Nullable Object value) {
		if (value instanceof Optional<?> optional) {
			return isText(optional.orElse(null));
		}
		return value instanceof CharSequence || value instanceof Character
				|| (value instanceof Collection<?> values && values.stream().anyMatch(DescribedMethod::isText));
	}

	@Override
	public RunHandle start(AgentRequest request, TinyFishRunListener listener) {
		return Objects.requireNonNull(this.called.agent()).get().start(request, listener);
	}

	@Override
	public @Nullable Object answer(AgentRun run) {
		return (this.called.answer() != null) ? this.called.answer().of(run) : null;
	}

}
