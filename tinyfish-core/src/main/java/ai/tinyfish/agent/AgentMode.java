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

package ai.tinyfish.agent;

import ai.tinyfish.settings.OpenValue;

/**
 * Mode of the agent: how closely it keeps to its goal. The service adds modes: use
 * {@link #of(String)} for one without a constant.
 *
 * @since 0.1.0
 */
public final class AgentMode extends OpenValue {

	/**
	 * Normal behavior: the default.
	 */
	public static final AgentMode DEFAULT = new AgentMode("default");

	/**
	 * Strict adherence to the goal.
	 */
	public static final AgentMode STRICT = new AgentMode("strict");

	private AgentMode(String value) {
		super(value);
	}

	/**
	 * Return the mode with the given name.
	 * @param value the value as the API knows it; space around it is removed
	 * @return the mode
	 * @throws IllegalArgumentException if the value is blank
	 */
	public static AgentMode of(String value) {
		return new AgentMode(value);
	}

}
