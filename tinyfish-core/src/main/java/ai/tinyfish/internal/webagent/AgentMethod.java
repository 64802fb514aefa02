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

import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

import ai.tinyfish.agent.AgentOperations;
import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.internal.request.Checks;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Method of an agent interface: the request of each call, and its execution.
 *
 * @param template the request with all values that do not depend on arguments
 * @param url the template of the URL, or null if it is a parameter
 * @param goal the template of the goal
 * @param parameters the parameters
 * @param variables the parameters, keyed by the names of their variables
 * @param agent the operations that start the run, or null for the reactive ones
 * @param answer creates the answer from the outcome, or null if the method does not wait
 * @param execution executes the run
 * @param suspending whether it is a suspend function, whose execution returns a
 * {@code Mono}
 */
record AgentMethod(AgentRequest template, @Nullable UrlTemplate url, GoalTemplate goal, List<AgentParameter> parameters,
		Map<String, AgentParameter> variables, @Nullable Supplier<AgentOperations> agent, @Nullable MethodAnswer answer,
		Function<AgentRequest, Object> execution, boolean suspending) {

	@Nullable Object invoke(@Nullable Object[] arguments) {
		Object answer = this.execution.apply(request(arguments));
		return this.suspending ? Coroutines.await((Mono<?>) answer, arguments[arguments.length - 1]) : answer;
	}

	AgentRequest request(@Nullable Object[] arguments) {
		Function<String, List<String>> values = (name) -> values(name, arguments);
		AgentRequest.Builder request = this.template.toBuilder().goal(this.goal.expand(values));
		if (this.url != null) {
			request.url(this.url.expand(values));
		}
		for (AgentParameter parameter : this.parameters) {
			apply(parameter.role(), arguments[parameter.index()], request);
		}
		return request.build();
	}

	/**
	 * Return the names of the variables of the goal and the URL.
	 */
	static Set<String> templateVariables(GoalTemplate goal, @Nullable UrlTemplate url) {
		Set<String> used = new LinkedHashSet<>(goal.variables());
		if (url != null) {
			used.addAll(url.variables());
		}
		return used;
	}

	private List<String> values(String name, @Nullable Object[] arguments) {
		AgentParameter parameter = Objects.requireNonNull(this.variables.get(name));
		return VariableType.texts(name, arguments[parameter.index()]);
	}

	@SuppressWarnings("unchecked")
	private static void apply(AgentParameter.Role role, @Nullable Object argument, AgentRequest.Builder request) {
		Object value = (argument instanceof Optional<?> optional) ? optional.orElse(null) : argument;
		if (role == AgentParameter.Role.START_URL) {
			request.url(startUrl(value));
		}
		else if (value != null) {
			switch (role) {
				case TAG -> request.tag(value.toString());
				case TIMEOUT -> request.runTimeout((Duration) value);
				case CUSTOMIZER -> ((Consumer<AgentRequest.Builder>) value).accept(request);
				default -> {
				}
			}
		}
	}

	private static String startUrl(@Nullable Object argument) {
		String url = Checks.webUrl("The start URL", (argument != null) ? argument.toString() : null);
		VariableText.check("The start URL", url, false);
		return url;
	}

}
