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

/**
 * Exception for an agent whose client is missing or ambiguous.
 */
final class AgentClientException extends IllegalStateException {

	private final String reason;

	private final String cure;

	/**
	 * Create a new exception.
	 * @param reason the problem, a clause without a full stop
	 * @param cure the action to take, a sentence without a full stop
	 * @param cause the root cause
	 */
	AgentClientException(String reason, String cure, Throwable cause) {
		super("The web agent is not valid: " + reason + ". " + cure + ".", cause);
		this.reason = reason;
		this.cure = cure;
	}

	String reason() {
		return this.reason;
	}

	String cure() {
		return this.cure;
	}

}
