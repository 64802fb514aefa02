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

package ai.tinyfish.spring.boot.autoconfigure.observation;

import java.math.BigDecimal;
import java.util.Objects;
import java.util.function.BiConsumer;
import java.util.function.Supplier;

import ai.tinyfish.agent.RunContext;
import ai.tinyfish.run.AgentRun;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ObjectProvider;

/**
 * Meters of the steps of runs, and of their cost if the price of a step is known. They
 * are not part of the observation of a run, since queued runs have no observation. They
 * are not an interceptor, since runs are not intercepted if there are no interceptors.
 * They are not a listener, which would be called for each event. The publisher of events
 * and durable runs find this bean by its name.
 */
final class RunMeters implements MeterBinder, BiConsumer<RunContext, AgentRun> {

	/**
	 * Name of the bean that supplies the price of a step, or null if it is not known. It
	 * may block.
	 */
	static final String PRICE = "tinyFishStepPrice";

	private final ObjectProvider<Supplier<@Nullable BigDecimal>> pricePerStep;

	private volatile @Nullable MeterRegistry registry;

	RunMeters(ObjectProvider<Supplier<@Nullable BigDecimal>> pricePerStep) {
		this.pricePerStep = pricePerStep;
	}

	@Override
	public void bindTo(MeterRegistry registry) {
		this.registry = registry;
	}

	/**
	 * Record the outcome of a run, unless its number of steps is missing.
	 */
	@Override
	public void accept(RunContext context, AgentRun run) {
		MeterRegistry current = this.registry;
		Integer steps = run.numOfSteps();
		if (current == null || steps == null) {
			return;
		}
		summary("tinyfish.run.steps", context, run).description("Steps of runs that have ended")
			.baseUnit("steps")
			.register(current)
			.record(steps);
		Supplier<@Nullable BigDecimal> supplier = this.pricePerStep.getIfAvailable();
		BigDecimal price = (supplier != null) ? supplier.get() : null;
		if (price != null) {
			summary("tinyfish.run.cost", context, run).description("Cost of runs that have ended")
				.register(current)
				.record(price.multiply(BigDecimal.valueOf(steps)).doubleValue());
		}
	}

	private static DistributionSummary.Builder summary(String name, RunContext context, AgentRun run) {
		return DistributionSummary.builder(name)
			.tag("agent.interface", Objects.requireNonNullElse(context.agentInterface(), "none"))
			.tag("agent.method", Objects.requireNonNullElse(context.agentMethod(), "none"))
			.tag("status", run.status().name())
			.tags((context.goalVersion() != null) ? Tags.of("goal.version", context.goalVersion()) : Tags.empty());
	}

}
