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
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import ai.tinyfish.simulator.internal.run.RunScript;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class ScenarioTests {

	private static final Duration PACE = Duration.ofSeconds(1);

	@Test
	void laterChangesToArgumentsDoNotShow() {
		List<String> steps = new ArrayList<>(List.of("One"));
		Map<String, Object> result = new LinkedHashMap<>(Map.of("a", 1));
		Scenario scenario = Scenario.builder().steps(steps).result(result).build();
		steps.add("Two");
		result.put("b", 2);
		RunScript script = scenario.toScript(PACE);
		assertThat(script.steps()).containsExactly("One");
		assertThat(script.outcome().resultJson()).isEqualTo("{\"a\":1}");
	}

	@Test
	void derivedScenarioKeepsTheRest() {
		Scenario base = Scenario.builder().steps("One", "Two").result("x").pace(Duration.ZERO).build();
		RunScript derived = base.toBuilder().fails("SITE_BLOCKED", "No").build().toScript(PACE);
		assertThat(derived.steps()).containsExactly("One", "Two");
		assertThat(derived.pace()).isZero();
		assertThat(derived.outcome().failure()).isNotNull();
		assertThat(derived.outcome().resultJson()).isNull();
		assertThat(base.toScript(PACE).outcome().failure()).isNull();
	}

	@Test
	void paceOfTheSimulatorHoldsUnlessSet() {
		assertThat(Scenario.completed(null).toScript(PACE).pace()).isEqualTo(PACE);
	}

	@Test
	void impossibleScenariosAreRefused() {
		Scenario.Builder builder = Scenario.builder();
		assertThatIllegalArgumentException().isThrownBy(() -> builder.resultJson("{"));
		assertThatIllegalArgumentException().isThrownBy(() -> builder.resultJson(""));
		assertThatIllegalArgumentException().isThrownBy(() -> builder.resultJson("{} {}"));
		assertThatIllegalArgumentException().isThrownBy(() -> builder.pace(Duration.ofSeconds(-1)));
		assertThatIllegalArgumentException().isThrownBy(() -> builder.steps(Collections.nCopies(501, "Step")));
		Map<String, Object> endless = new LinkedHashMap<>();
		endless.put("self", endless);
		assertThatIllegalArgumentException().isThrownBy(() -> builder.result(endless));
	}

}
