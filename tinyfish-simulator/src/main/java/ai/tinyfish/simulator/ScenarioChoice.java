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
import java.util.Locale;

import ai.tinyfish.simulator.internal.RunScript;
import ai.tinyfish.simulator.internal.Submission;

/**
 * Choice of the scenario of a run: the first selector that has one, then the marks in the
 * goal.
 */
final class ScenarioChoice {

	private final List<ScenarioSelector> built;

	private volatile List<ScenarioSelector> selectors;

	private final GoalScenarios goalScenarios;

	private final Duration pace;

	ScenarioChoice(List<ScenarioSelector> selectors, Duration pace) {
		this.built = List.copyOf(selectors);
		this.selectors = this.built;
		this.goalScenarios = new GoalScenarios(pace);
		this.pace = pace;
	}

	static ScenarioSelector goalContains(String goalPart, Scenario scenario) {
		String part = goalPart.toLowerCase(Locale.ROOT);
		return (request) -> request.goal().toLowerCase(Locale.ROOT).contains(part) ? scenario : null;
	}

	synchronized void addFirst(ScenarioSelector selector) {
		List<ScenarioSelector> selectors = new ArrayList<>(this.selectors);
		selectors.add(0, selector);
		this.selectors = List.copyOf(selectors);
	}

	/**
	 * Drops the selectors that were added.
	 */
	synchronized void reset() {
		this.selectors = this.built;
	}

	RunScript scriptFor(Submission submission) {
		SimulatorRequest request = Journals.view(submission);
		for (ScenarioSelector selector : this.selectors) {
			Scenario scenario = selector.select(request);
			if (scenario != null) {
				return scenario.toScript(this.pace);
			}
		}
		return this.goalScenarios.select(request).toScript(this.pace);
	}

}
