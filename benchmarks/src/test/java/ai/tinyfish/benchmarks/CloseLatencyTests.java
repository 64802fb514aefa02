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
 * The server sees that each stream is closed.
 */
class CloseLatencyTests {

	private final Printed printed = new Printed();

	@Test
	void closeLatencySeesEachStreamClosed() throws Exception {
		Map<String, Samples> results = CloseLatency.run(List.of("streams=3"), this.printed.out());

		assertThat(results).hasSize(4);
		assertThat(results.values()).allSatisfy((samples) -> assertThat(samples.count()).isEqualTo(3));
		assertThat(this.printed.text()).contains("| AgentStream.close() | 3 |");
	}

}
