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

import ai.tinyfish.benchmarks.OpenStreams.Side;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * All streams of both sides complete.
 */
class OpenStreamsTests {

	private final Printed printed = new Printed();

	@Test
	void openStreamsCompletesAllStreamsOfEachSide() {
		Map<Side, Map<String, Samples>> results = OpenStreams.run(List.of("streams=5,30", "events=2", "rounds=1"),
				this.printed.out());

		assertThat(results).containsOnlyKeys(Side.values());
		assertThat(results.values()).allSatisfy((figures) -> {
			assertThat(figures).containsOnlyKeys("completed", "direct.5", "direct.30", "heap.5", "heap.30", "threads.5",
					"threads.30");
			assertThat(figures.get("completed").median()).isEqualTo(30);
			assertThat(figures.get("threads.30").median()).isPositive();
		});
		assertThat(this.printed.text()).contains("| 30 | the client |");
	}

}
