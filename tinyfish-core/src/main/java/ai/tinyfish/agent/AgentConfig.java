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

import java.time.Duration;
import java.util.Map;
import java.util.Set;

import ai.tinyfish.internal.request.Checks;
import ai.tinyfish.internal.request.WireForm;
import org.jspecify.annotations.Nullable;

/**
 * Configuration of the agent. Immutable.
 *
 * @since 0.1.0
 */
public final class AgentConfig extends RequestPart {

	private static final Set<String> NAMES = Set.of("mode", "max_steps", "max_duration_seconds");

	private static final int MAX_STEPS = 500;

	AgentConfig(Map<String, Object> fields) {
		super(fields, NAMES);
	}

	/**
	 * Start a new configuration.
	 * @return a builder without any setting
	 */
	public static Builder builder() {
		return new Builder(new WireForm(Map.of()));
	}

	/**
	 * Start a new configuration from this one.
	 * @return a builder with the settings of this configuration
	 */
	public Builder toBuilder() {
		return new Builder(this.fields);
	}

	/**
	 * Return the mode: how closely the agent keeps to its goal.
	 * @return the mode, or null for the service's default
	 */
	public @Nullable AgentMode mode() {
		return this.fields.read("mode", AgentMode::of);
	}

	/**
	 * Return the largest number of steps that the agent may take.
	 * @return the number of steps, or null for the service's default
	 */
	public @Nullable Integer maxSteps() {
		return (Integer) this.fields.get("max_steps");
	}

	/**
	 * Return the longest time that the service gives the agent.
	 * @return whole seconds, or null for the service's limit
	 */
	public @Nullable Duration maxDuration() {
		return this.fields.read("max_duration_seconds", (Integer seconds) -> Duration.ofSeconds(seconds));
	}

	/**
	 * Builder for an {@link AgentConfig}. In every method, null leaves the choice to the
	 * service.
	 */
	public static final class Builder {

		private final WireForm.Builder<Builder> fields;

		private Builder(WireForm fields) {
			this.fields = fields.toBuilder(this);
		}

		/**
		 * Set the mode: how closely the agent keeps to its goal.
		 * @param mode the mode, or null for the service's default
		 * @return this builder
		 */
		public Builder mode(@Nullable AgentMode mode) {
			return this.fields.set("mode", (mode != null) ? mode.toString() : null);
		}

		/**
		 * Set the largest number of steps that the agent may take. TinyFish's own
		 * documentation calls this a beta feature: for an account without it, the request
		 * is refused as forbidden
		 * ({@link ai.tinyfish.error.TinyFishPermissionDeniedException}, HTTP 403).
		 * @param maxSteps from 1 to 500, or null for the service's default of 150
		 * @return this builder
		 * @throws IllegalArgumentException if the number is out of range
		 */
		public Builder maxSteps(@Nullable Integer maxSteps) {
			return this.fields.set("max_steps", Checks.optionalRange("maxSteps", maxSteps, 1, MAX_STEPS));
		}

		/**
		 * Set the longest time that the service gives the agent, as TinyFish's own MCP
		 * server does. {@code AgentRequest.Builder.runTimeout} limits how long the client
		 * waits, and is never sent.
		 * @param maxDuration whole seconds, at least one, or null for the service's limit
		 * @return this builder
		 * @throws IllegalArgumentException if the duration is not positive, or has a part
		 * of a second
		 */
		public Builder maxDuration(@Nullable Duration maxDuration) {
			return this.fields.set("max_duration_seconds", Checks.optionalUnits("maxDuration", maxDuration,
					Duration.ofSeconds(1), "seconds", 1, Integer.MAX_VALUE));
		}

		/**
		 * Set a field that this version has no method for.
		 * @param name the name on the wire, within {@code agent_config}
		 * @param value a text, number, boolean, map or collection, copied deeply
		 * @return this builder
		 * @throws IllegalArgumentException if the name is blank or has its own method, or
		 * the value is null or not JSON
		 */
		public Builder additionalProperty(String name, Object value) {
			return this.fields.setAdditional(NAMES, name, value);
		}

		/**
		 * Build the configuration.
		 * @return the configuration
		 */
		public AgentConfig build() {
			return new AgentConfig(this.fields.build().toMap());
		}

	}

}
