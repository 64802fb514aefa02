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

import ai.tinyfish.internal.request.Checks;
import ai.tinyfish.internal.request.WireFields;
import org.jspecify.annotations.Nullable;

/**
 * Configuration of the agent. Immutable.
 */
public final class AgentConfig extends RequestPart {

	private static final int MAX_STEPS = 500;

	private AgentConfig(WireFields<Object> fields) {
		super(fields);
	}

	/**
	 * Start a new configuration.
	 * @return a builder in which nothing is set
	 */
	public static Builder builder() {
		return new Builder();
	}

	/**
	 * Builder for an {@link AgentConfig}. In every method null leaves the choice to the
	 * service.
	 */
	public static final class Builder {

		private final WireFields<Object> fields = new WireFields<>();

		private Builder() {
		}

		/**
		 * Set the mode: how closely the agent keeps to its goal.
		 * @param mode the mode, or null
		 * @return this builder
		 */
		public Builder mode(@Nullable AgentMode mode) {
			this.fields.set("mode", (mode != null) ? mode.toString() : null);
			return this;
		}

		/**
		 * Set the largest number of steps that the agent may take.
		 * @param maxSteps from 1 to 500, or null for the service's default of 150
		 * @return this builder
		 * @throws IllegalArgumentException if the number is out of range
		 */
		public Builder maxSteps(@Nullable Integer maxSteps) {
			this.fields.set("max_steps", Checks.optionalRange("maxSteps", maxSteps, 1, MAX_STEPS));
			return this;
		}

		/**
		 * Build the configuration.
		 * @return the configuration
		 */
		public AgentConfig build() {
			return new AgentConfig(this.fields);
		}

	}

}
