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
 * Each slot is submitted once, and each change is published once.
 */
class WatchLoadTests {

	private final Printed printed = new Printed();

	@Test
	@Tag("processes")
	void watchLoadPublishesEachChangeOnceAlthoughInstancesAreKilledAndTheDatabaseStops() throws Exception {
		WatchLoadFigures figures = WatchLoad.run(
				List.of("watches=120", "instances=2", "spread=60", "seconds=180", "kill=50", "outages=1"),
				this.printed.out());
		assertThat(figures.defects()).isEmpty();
		assertThat(figures.changes()).isPositive();
		assertThat(figures.slots()).isGreaterThan(200);
		assertThat(this.printed.text()).contains("| submitted twice | 0 | 0 |");
	}

}
