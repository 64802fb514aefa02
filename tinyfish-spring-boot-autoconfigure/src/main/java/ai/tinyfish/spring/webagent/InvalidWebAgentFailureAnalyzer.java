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

import ai.tinyfish.webagent.InvalidWebAgentException;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.annotation.Order;

/**
 * Failure analyzer for agent interfaces that are not valid: names interface, method,
 * reason and cure. Comes before Boot's analyzers. If a client is missing or ambiguous,
 * these would report a failure of the component that uses the agent.
 */
@Order(0)
final class InvalidWebAgentFailureAnalyzer extends AbstractFailureAnalyzer<InvalidWebAgentException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, InvalidWebAgentException cause) {
		Method method = cause.method();
		String description = String.format("The web agent is not valid:%n%n    interface: %s%n%s    reason: %s%n",
				cause.agentType().getName(),
				(method != null) ? String.format("    method: %s%n", describe(method)) : "", cause.reason());
		return new FailureAnalysis(description, cause.cure() + ".", cause);
	}

	private static String describe(Method method) {
		return method.getName() + Stream.of(method.getParameterTypes())
			.map(Class::getSimpleName)
			.collect(Collectors.joining(", ", "(", ")"));
	}

}
