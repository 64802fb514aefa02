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

import ai.tinyfish.benchmarks.CpuPerEvent.Subject;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Each subject receives all events.
 */
class CpuPerEventTests {

	private final Printed printed = new Printed();

	@Test
	void cpuPerEventReceivesAllEventsWithEachSubject() {
		Map<Integer, Map<Subject, Samples>> results = CpuPerEvent
			.run(List.of("events=1300", "per-chunk=7", "rounds=1", "warm-up=0"), this.printed.out());

		assertThat(results).containsOnlyKeys(7);
		assertThat(results.values()).allSatisfy((figures) -> assertThat(figures)
			.containsOnlyKeys(Subject.TINYFISH, Subject.WEBCLIENT, Subject.RECEIVING, Subject.JSON)
			.allSatisfy((subject, samples) -> assertThat(samples.count()).isEqualTo(1)));
		assertThat(this.printed.text()).contains("| the client |");
	}

	@Test
	void publishingReachesEachListener() {
		Map<Integer, Map<Subject, Samples>> results = CpuPerEvent.runPublishing(
				List.of("events=120", "runs=10", "per-chunk=7", "rounds=1", "warm-up=0"), this.printed.out());

		assertThat(results).containsOnlyKeys(7);
		assertThat(results.values()).allSatisfy((figures) -> assertThat(figures)
			.containsOnlyKeys(Subject.TINYFISH, Subject.LISTENER, Subject.EVENT_LISTENER, Subject.CONDITIONAL)
			.allSatisfy((subject, samples) -> assertThat(samples.count()).isEqualTo(1)));
		assertThat(this.printed.text()).contains("| an `@EventListener` |");
	}

	@Test
	void blockingStreamReceivesAllEvents() {
		Map<Integer, Map<Subject, Samples>> results = CpuPerEvent
			.runBlocking(List.of("events=1300", "per-chunk=7", "rounds=1", "warm-up=0"), this.printed.out());

		assertThat(results).containsOnlyKeys(7);
		assertThat(results.values())
			.allSatisfy((figures) -> assertThat(figures).containsOnlyKeys(Subject.TINYFISH, Subject.BLOCKING)
				.allSatisfy((subject, samples) -> assertThat(samples.count()).isEqualTo(1)));
		assertThat(this.printed.text()).contains("| the client's `AgentStream` |");
	}

}
