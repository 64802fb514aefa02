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

package ai.tinyfish.benchmarks;

import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The application starts with the starter and without it.
 */
class StartUpTests {

	private final Printed printed = new Printed();

	@Test
	void applicationStartsOnEachSide() {
		Map<StartUp.Side, Samples> results = StartUp.run(List.of("pairs=1", "others=0"), this.printed.out());

		assertThat(results).containsOnlyKeys(StartUp.Side.WITH_STARTER, StartUp.Side.WITHOUT);
		assertThat(results.values()).allSatisfy((samples) -> assertThat(samples.count()).isEqualTo(1))
			.allSatisfy((samples) -> assertThat(samples.median()).isPositive());
		assertThat(this.printed.text()).contains("| with the starter |", "| none of them |");
	}

}
