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

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Each outcome is handed over once.
 */
class DurableLoadTests {

	private final Printed printed = new Printed();

	@Test
	@Tag("processes")
	void durableLoadHandsOverEachOutcomeOnceAlthoughAnInstanceIsKilled() throws Exception {
		DurableLoadFigures figures = DurableLoad
			.run(List.of("runs=250", "instances=2", "interval=1", "rate=25", "hold=20", "kill=1"), this.printed.out());

		assertThat(figures.defects()).isEmpty();
		assertThat(figures.handedOver()).isEqualTo(250);
		assertThat(figures.created()).isEqualTo(250);
		assertThat(figures.delays().count() + figures.killDelays().count()).isEqualTo(250);
		assertThat(figures.calls().max()).isPositive();
		assertThat(this.printed.text()).contains("| ended and handed over | 250 | 250 |");
	}

}
