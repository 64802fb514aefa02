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
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

import ai.tinyfish.simulator.internal.api.Json;
import ai.tinyfish.simulator.internal.fault.PlannedFault;
import ai.tinyfish.simulator.internal.run.RunFailure;
import ai.tinyfish.simulator.internal.run.RunScript;
import ai.tinyfish.simulator.internal.run.RunScript.PlannedOutcome;
import org.jspecify.annotations.Nullable;

/**
 * Scenario of a run: its steps, its outcome and its duration. Scenarios are immutable.
 *
 * @since 0.1.0
 */
public final class Scenario {

	private final List<String> steps;

	private final PlannedOutcome outcome;

	private final @Nullable Duration pace;

	private final List<PlannedFault> faults;

	private final int hiddenPolls;

	private final Duration recordDelay;

	private final int webhookDeliveries;

	private Scenario(Builder builder) {
		this.steps = builder.steps;
		this.outcome = builder.outcome;
		this.pace = builder.pace;
		this.faults = List.copyOf(builder.faults);
		this.hiddenPolls = builder.hiddenPolls;
		this.recordDelay = builder.recordDelay;
		this.webhookDeliveries = builder.webhookDeliveries;
	}

	/**
	 * Create a scenario that completes after one step.
	 * @param result the result: a map, list, scalar or bean, or {@code null} for none; a
	 * list or single value is wrapped as {@link Builder#result} says
	 * @return the scenario
	 * @throws IllegalArgumentException if the result cannot be written as JSON
	 */
	public static Scenario completed(@Nullable Object result) {
		return builder().result(result).build();
	}

	/**
	 * Create a scenario that fails after one step.
	 * @param errorCode the error code, such as {@code SITE_BLOCKED}
	 * @param errorMessage the text for people
	 * @return the scenario
	 * @throws IllegalArgumentException if the code has a space
	 */
	public static Scenario failed(String errorCode, String errorMessage) {
		return builder().fails(errorCode, errorMessage).build();
	}

	/**
	 * Create a builder for a scenario that completes after one step without a result.
	 * @return the builder
	 */
	public static Builder builder() {
		return new Builder();
	}

	/**
	 * Create a builder that starts from this scenario.
	 * @return the builder
	 */
	public Builder toBuilder() {
		Builder builder = new Builder();
		builder.steps = this.steps;
		builder.outcome = this.outcome;
		builder.pace = this.pace;
		builder.faults.addAll(this.faults);
		builder.hiddenPolls = this.hiddenPolls;
		builder.recordDelay = this.recordDelay;
		builder.webhookDeliveries = this.webhookDeliveries;
		return builder;
	}

	RunScript toScript(Duration defaultPace) {
		return new RunScript(this.steps, (this.pace != null) ? this.pace : defaultPace, this.outcome, this.faults,
				this.hiddenPolls, this.recordDelay, this.webhookDeliveries);
	}

	@Override
	public String toString() {
		RunFailure failure = this.outcome.failure();
		String how = (this.outcome.state() != null) ? this.outcome.state().name() : "never ends";
		return "Scenario[" + this.steps.size() + " steps, " + how + ((failure != null) ? " with " + failure.code() : "")
				+ "]";
	}

	/**
	 * Builder for a {@link Scenario}.
	 */
	public static final class Builder {

		private List<String> steps = List.of("Working on the goal");

		private PlannedOutcome outcome = PlannedOutcome.of(null, null);

		private @Nullable Duration pace;

		private final List<PlannedFault> faults = new ArrayList<>();

		private int hiddenPolls;

		private Duration recordDelay = Duration.ZERO;

		private int webhookDeliveries = 1;

		private Builder() {
		}

		/**
		 * Set the steps.
		 * @param purposes the purpose of each step, in order; empty for a run without
		 * steps
		 * @return this builder
		 * @throws IllegalArgumentException if there are more than 500
		 */
		public Builder steps(String... purposes) {
			return steps(List.of(purposes));
		}

		/**
		 * Set the steps.
		 * @param purposes the purpose of each step, in order; empty for a run without
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
		 * Let the run complete with a result. If the output schema of a run is that of a
		 * list or a single value, a list is wrapped as {@code items} of an object, and a
		 * single value as {@code value}, as agents return them.
		 * @param result a map, list, scalar or bean, or {@code null} for none; it is
		 * turned into JSON at once
		 * @return this builder
		 * @throws IllegalArgumentException if it cannot be written as JSON
		 */
		public Builder result(@Nullable Object result) {
			return endsAs(PlannedOutcome.of((result != null) ? Json.write(result) : null, null));
		}

		/**
		 * Let the run complete with a result, like {@link #result}.
		 * @param json the result as JSON text
		 * @return this builder
		 * @throws IllegalArgumentException if the text is not one JSON document
		 */
		public Builder resultJson(String json) {
			return endsAs(PlannedOutcome.of(Json.compact(json), null));
		}

		/**
		 * Let the run fail.
		 * @param errorCode the error code, such as {@code SITE_BLOCKED}
		 * @param errorMessage the text for people
		 * @return this builder
		 * @throws IllegalArgumentException if the code has a space
		 */
		public Builder fails(String errorCode, String errorMessage) {
			return endsAs(PlannedOutcome.of(null, new RunFailure(RunFailure.checkCode(errorCode),
					Objects.requireNonNull(errorMessage, "errorMessage"))));
		}

		/**
		 * Let the run be cancelled after its last step, as if on request of another
		 * client.
		 * @return this builder
		 */
		public Builder cancelled() {
			return endsAs(PlannedOutcome.CANCELLED);
		}

		/**
		 * Let the run continue after its last step until it is cancelled.
		 * @return this builder
		 */
		public Builder neverEnds() {
			return endsAs(new PlannedOutcome(null, null, null, null, null));
		}

		/**
		 * Set the time from the last step of the run to its outcome.
		 * @param time the time, zero or more; the pace unless set
		 * @return this builder
		 * @throws IllegalArgumentException if it is negative
		 */
		public Builder endsAfter(Duration time) {
			if (time.isNegative()) {
				throw new IllegalArgumentException("The time must not be negative");
			}
			this.outcome = this.outcome.in(time);
			return this;
		}

		/**
		 * Hide the run from its first polls: {@code GET /v1/runs/{id}} answers 404, and
		 * {@code POST /v1/runs/batch} lists it as not found.
		 * @param polls the number of polls, 0 or more, of both kinds together
		 * @return this builder
		 * @throws IllegalArgumentException if the number is negative
		 */
		public Builder unknownAtFirst(int polls) {
			if (polls < 0) {
				throw new IllegalArgumentException("The number of polls must not be negative");
			}
			this.hiddenPolls = polls;
			return this;
		}

		/**
		 * Let the record of the run be late: once the run has ended and its stream has
		 * reported the outcome, {@code GET /v1/runs/{id}}, {@code POST /v1/runs/batch}
		 * and {@code GET /v1/runs} show it as unfinished for a while.
		 * @param delay the time, zero (the default) or more
		 * @return this builder
		 * @throws IllegalArgumentException if it is negative
		 */
		public Builder recordedAfter(Duration delay) {
			if (delay.isNegative()) {
				throw new IllegalArgumentException("The delay must not be negative");
			}
			this.recordDelay = delay;
			return this;
		}

		/**
		 * Set how many times the outcome of the run is delivered to its webhook.
		 * @param times the number: 1 unless set, 2 or more for duplicates, 0 for an
		 * outcome that is not delivered
		 * @return this builder
		 * @throws IllegalArgumentException if the number is negative
		 */
		public Builder webhookDeliveries(int times) {
			if (times < 0) {
				throw new IllegalArgumentException("The number of deliveries must not be negative");
			}
			this.webhookDeliveries = times;
			return this;
		}

		/**
		 * Inject a fault into each run, at every call that the point names. Several
		 * faults may be injected into the same stream at different points.
		 * @param point the point
		 * @param fault the fault
		 * @return this builder
		 * @throws IllegalArgumentException if the fault cannot be injected there
		 */
		public Builder fault(FaultPoint point, Fault fault) {
			return fault(point, fault, PlannedFault.ALWAYS);
		}

		/**
		 * Inject a fault into the first calls for each run; later calls are not affected.
		 * Of several for the same call, the first is used first.
		 * @param point the point
		 * @param fault the fault
		 * @param times the number of calls, at least 1
		 * @return this builder
		 * @throws IllegalArgumentException if the fault cannot be injected there
		 */
		public Builder fault(FaultPoint point, Fault fault, int times) {
			this.faults.add(new PlannedFault(point.place(), fault.effect(), times));
			return this;
		}

		/**
		 * Set the time that each step takes. A run whose steps take no time has ended
		 * when its submission is answered, unless it was queued for some time or ends
		 * later than its last step.
		 * @param pace the time, zero or more; the pace of the simulator unless set
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

		private Builder endsAs(PlannedOutcome outcome) {
			this.outcome = outcome.in(this.outcome.after());
			return this;
		}

		/**
		 * Build the scenario.
		 * @return the scenario
		 */
		public Scenario build() {
			return new Scenario(this);
		}

	}

}
