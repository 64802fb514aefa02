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

package ai.tinyfish.sample.page;

import java.util.regex.Pattern;

import ai.tinyfish.simulator.Scenario;
import ai.tinyfish.simulator.SimulatorRequest;
import ai.tinyfish.simulator.TinyFishSimulatorBuilder;
import ai.tinyfish.spring.boot.TinyFishSimulatorBuilderCustomizer;
import org.jspecify.annotations.Nullable;

import org.springframework.stereotype.Component;

/**
 * Gives the simulator the scenarios of the presets, and an honest answer to goals that
 * its bookshop cannot answer.
 */
@Component
class SimulatedShops implements TinyFishSimulatorBuilderCustomizer {

	/** Words for data of the shop. A goal with a mark defines its run. */
	private static final Pattern ANSWERED = Pattern
		.compile("(?i)\\b(books?|novels?|authors?|titles?|products?)\\b|\\[[a-z]+(:\\w+)?]");

	private static final Scenario ONLY_BOOKS = Scenario.builder()
		.steps("Looking for books in the goal")
		.fails("ONLY_BOOKS", "The simulator only knows books. Ask for some, or set TINYFISH_API_KEY to ask TinyFish")
		.build();

	private final ShopClock clock;

	SimulatedShops(ShopClock clock) {
		this.clock = clock;
	}

	@Override
	public void customize(TinyFishSimulatorBuilder builder) {
		builder.given(this::scenario);
	}

	private @Nullable Scenario scenario(SimulatorRequest request) {
		Scenario watched = this.clock.scenario(request);
		Scenario scenario = (watched != null) ? watched : Preset.scenarioOf(request.url());
		if (scenario != null || request.outputSchema() == null) {
			return scenario;
		}
		return ANSWERED.matcher(request.goal()).find() ? null : ONLY_BOOKS;
	}

}
