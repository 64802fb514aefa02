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

import ai.tinyfish.webagent.InvalidWebAgentException;
import org.jspecify.annotations.Nullable;

/**
 * Exception for a part of an agent interface that is not valid, before interface and
 * method are added.
 */
final class DeclarationException extends RuntimeException {

	private final String cure;

	/**
	 * Create a new exception.
	 * @param reason the problem, without a full stop
	 * @param cure the action to take, without a full stop
	 */
	DeclarationException(String reason, String cure) {
		this(reason, cure, null);
	}

	DeclarationException(String reason, String cure, @Nullable Throwable cause) {
		super(reason, cause);
		this.cure = cure;
	}

	/**
	 * Return the exception for users.
	 * @param type the interface
	 * @param method the method that is not valid
	 */
	InvalidWebAgentException at(Class<?> type, Method method) {
		return new InvalidWebAgentException(type, method, String.valueOf(getMessage()), this.cure, getCause());
	}

}
