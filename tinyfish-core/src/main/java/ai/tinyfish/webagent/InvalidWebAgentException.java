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

package ai.tinyfish.webagent;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

/**
 * Exception for an interface that cannot be implemented as a {@link WebAgent}. Thrown
 * when it is to be implemented, before anything is sent.
 *
 * @since 0.1.0
 */
public class InvalidWebAgentException extends IllegalArgumentException {

	private final Class<?> agentType;

	private final @Nullable Method method;

	private final String reason;

	private final String cure;

	/**
	 * Create a new exception.
	 * @param agentType the interface
	 * @param method the method that is not valid, or null if it is the interface itself
	 * @param reason the problem, a clause without a full stop
	 * @param cure the action to take, a sentence without a full stop
	 * @param cause the root cause, or null
	 */
	public InvalidWebAgentException(Class<?> agentType, @Nullable Method method, String reason, String cure,
			@Nullable Throwable cause) {
		super(describe(agentType, method) + ": " + reason + ". " + cure + ".", cause);
		this.agentType = agentType;
		this.method = method;
		this.reason = reason;
		this.cure = cure;
	}

	private static String describe(Class<?> agentType, @Nullable Method method) {
		if (method == null) {
			return "Web agent " + agentType.getName();
		}
		String parameters = Arrays.stream(method.getParameterTypes())
			.map(Class::getSimpleName)
			.collect(Collectors.joining(", "));
		return "Method " + method.getName() + "(" + parameters + ") of web agent " + agentType.getName();
	}

	/**
	 * Return the interface.
	 * @return the interface
	 */
	public Class<?> agentType() {
		return this.agentType;
	}

	/**
	 * Return the method that is not valid.
	 * @return the method, or null if it is the interface itself
	 */
	public @Nullable Method method() {
		return this.method;
	}

	/**
	 * Return the reason.
	 * @return the problem, without a full stop
	 */
	public String reason() {
		return this.reason;
	}

	/**
	 * Return the cure.
	 * @return the action to take, without a full stop
	 */
	public String cure() {
		return this.cure;
	}

}
