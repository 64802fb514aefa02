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

package ai.tinyfish.simulator;

import java.time.Duration;
import java.util.List;
import java.util.Objects;

import ai.tinyfish.simulator.internal.Failure;
import ai.tinyfish.simulator.internal.Json;
import ai.tinyfish.simulator.internal.RunScript;
import org.jspecify.annotations.Nullable;

/**
 * What happens in a run: its steps, how it ends, and how long it takes. Scenarios are
 * immutable.
 */
public final class Scenario {

	private final List<String> steps;

	private final @Nullable String resultJson;

	private final @Nullable Failure failure;

	private final @Nullable Duration pace;

	private Scenario(Builder builder) {
		this.steps = builder.steps;
		this.resultJson = (builder.failure != null) ? null : builder.resultJson;
		this.failure = builder.failure;
		this.pace = builder.pace;
	}

	/**
	 * Creates a scenario that completes after one step.
	 * @param result the result: a map, list, scalar or bean, or {@code null} for none
	 * @return the scenario
	 * @throws IllegalArgumentException if the result cannot be written as JSON
	 */
	public static Scenario completed(@Nullable Object result) {
		return builder().result(result).build();
	}

	/**
	 * Creates a scenario that fails after one step.
	 * @param errorCode the error code, such as {@code SITE_BLOCKED}
	 * @param errorMessage the text for people
	 * @return the scenario
	 */
	public static Scenario failed(String errorCode, String errorMessage) {
		return builder().fails(errorCode, errorMessage).build();
	}

	/**
	 * Creates a builder for a scenario that completes after one step without a result.
	 * @return the builder
	 */
	public static Builder builder() {
		return new Builder();
	}

	/**
	 * Creates a builder that starts from this scenario.
	 * @return the builder
	 */
	public Builder toBuilder() {
		Builder builder = new Builder();
		builder.steps = this.steps;
		builder.resultJson = this.resultJson;
		builder.failure = this.failure;
		builder.pace = this.pace;
		return builder;
	}

	RunScript toScript(Duration defaultPace) {
		return new RunScript(this.steps, this.resultJson, this.failure, (this.pace != null) ? this.pace : defaultPace);
	}

	@Override
	public String toString() {
		String ending = (this.failure != null) ? "FAILED with " + this.failure.code() : "COMPLETED";
		return "Scenario[" + this.steps.size() + " steps, " + ending + "]";
	}

	/**
	 * Builds a {@link Scenario}.
	 */
	public static final class Builder {

		private List<String> steps = List.of("Working on the goal");

		private @Nullable String resultJson;

		private @Nullable Failure failure;

		private @Nullable Duration pace;

		private Builder() {
		}

		/**
		 * Sets the steps.
		 * @param purposes the purpose of each step, in order; none for a run without
		 * steps
		 * @return this builder
		 * @throws IllegalArgumentException if there are more than 500
		 */
		public Builder steps(String... purposes) {
			return steps(List.of(purposes));
		}

		/**
		 * Sets the steps.
		 * @param purposes the purpose of each step, in order; none for a run without
		 * steps
		 * @return this builder
		 * @throws IllegalArgumentException if there are more than 500
		 */
		public Builder steps(List<String> purposes) {
			if (purposes.size() > RunScript.MAX_STEPS) {
				throw new IllegalArgumentException("A run has at most " + RunScript.MAX_STEPS + " steps");
			}
			this.steps = List.copyOf(purposes);
			return this;
		}

		/**
		 * Lets the run complete with a result.
		 * @param result a map, list, scalar or bean, or {@code null} for none; it is
		 * turned into JSON at once
		 * @return this builder
		 * @throws IllegalArgumentException if it cannot be written as JSON
		 */
		public Builder result(@Nullable Object result) {
			this.resultJson = (result != null) ? Json.write(result) : null;
			this.failure = null;
			return this;
		}

		/**
		 * Lets the run complete with a result.
		 * @param json the result as JSON text
		 * @return this builder
		 * @throws IllegalArgumentException if the text is not one JSON document
		 */
		public Builder resultJson(String json) {
			this.resultJson = Json.compact(json);
			this.failure = null;
			return this;
		}

		/**
		 * Lets the run fail.
		 * @param errorCode the error code, such as {@code SITE_BLOCKED}
		 * @param errorMessage the text for people
		 * @return this builder
		 */
		public Builder fails(String errorCode, String errorMessage) {
			this.failure = new Failure(Objects.requireNonNull(errorCode, "errorCode"),
					Objects.requireNonNull(errorMessage, "errorMessage"));
			return this;
		}

		/**
		 * Sets the time that each step takes.
		 * @param pace the time, zero or more; without it the pace of the simulator holds
		 * @return this builder
		 * @throws IllegalArgumentException if it is negative
		 */
		public Builder pace(Duration pace) {
			if (pace.isNegative()) {
				throw new IllegalArgumentException("The pace must not be negative");
			}
			this.pace = pace;
			return this;
		}

		/**
		 * Builds the scenario.
		 * @return the scenario
		 */
		public Scenario build() {
			return new Scenario(this);
		}

	}

}
