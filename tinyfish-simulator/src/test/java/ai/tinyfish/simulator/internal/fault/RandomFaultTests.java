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

package ai.tinyfish.simulator.internal.fault;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import ai.tinyfish.simulator.Fault;
import ai.tinyfish.simulator.FaultPoint;
import ai.tinyfish.simulator.Scenario;
import ai.tinyfish.simulator.SimulatedRun;
import ai.tinyfish.simulator.SimulatorJournal;
import ai.tinyfish.simulator.TinyFishSimulator;
import ai.tinyfish.simulator.TinyFishSimulatorBuilder;
import ai.tinyfish.simulator.testing.Api;
import ai.tinyfish.simulator.testing.Wiretap;
import ai.tinyfish.simulator.testing.Wiretap.End;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

class RandomFaultTests {

	@Test
	void sameSeedGivesTheSameFaults() throws IOException {
		List<String> first = streams(7, 25);
		assertThat(streams(7, 25)).isEqualTo(first);
		assertThat(streams(8, 25)).isNotEqualTo(first);
		assertThat(first).contains("none").hasSize(25);
		assertThat(first.stream().filter((fault) -> !"none".equals(fault)).distinct()).hasSizeGreaterThan(5);
	}

	@Test
	void rateIsKept() {
		try (TinyFishSimulator simulator = TinyFishSimulator.builder().randomFaults(3, 0, 0.3).start()) {
			Api api = new Api(simulator);
			simulator.given("look", Scenario.builder().unknownAtFirst(Integer.MAX_VALUE).build());
			String id = api.queue("look");
			int struck = 0;
			int calls = 0;
			while (calls < 300) {
				calls++;
				struck += answersProperly(simulator, id) ? 0 : 1;
			}
			assertThat(struck).isBetween(50, 130);
			assertThat(simulator.journal().faults(id)).hasSize(struck);
		}
	}

	@Test
	void rateOfZeroHarmsNothingAndRateOfOneHarmsAll() throws IOException {
		assertThat(streams(1, 0.0, 10)).containsOnly("none");
		assertThat(streams(1, 1.0, 10)).doesNotContain("none");
	}

	@Test
	void plannedFaultComesBeforeChance() throws IOException {
		try (TinyFishSimulator simulator = TinyFishSimulator.builder()
			.pace(Duration.ZERO)
			.randomFaults(1, 1, 1)
			.start()) {
			simulator.fault(FaultPoint.afterEvent(1), Fault.endOfStream());
			for (int i = 0; i < 10; i++) {
				try (Wiretap wire = Wiretap.stream(simulator, "look")) {
					assertThat(wire.toTheEnd().events()).containsExactly("STARTED");
				}
			}
			assertThat(simulator.journal().faults()).hasSize(10)
				.allMatch((struck) -> "end of stream".equals(struck.fault()));
		}
	}

	@Test
	void runEndsCorrectlyDespiteAnyFaults() throws IOException {
		try (TinyFishSimulator simulator = start(11, 1)) {
			for (int i = 0; i < 25; i++) {
				read(simulator, "look " + i);
			}
			await().until(() -> simulator.journal().runs(SimulatedRun.Status.COMPLETED).size() == 25);
			SimulatorJournal journal = simulator.journal();
			assertThat(journal.runsByGoal()).hasSize(25).allSatisfy((goal, runs) -> {
				assertThat(runs).hasSize(1);
				assertThat(journal.submissions("\"" + goal + "\"")).singleElement()
					.satisfies((request) -> assertThat(request.runId()).isEqualTo(runs.get(0).id()));
			});
		}
	}

	@Test
	void impossibleRatesAreRefused() {
		TinyFishSimulatorBuilder builder = TinyFishSimulator.builder();
		assertThatIllegalArgumentException().isThrownBy(() -> builder.randomFaults(1, 1.1));
		assertThatIllegalArgumentException().isThrownBy(() -> builder.randomFaults(1, -0.1));
		assertThatIllegalArgumentException().isThrownBy(() -> builder.randomFaults(1, 0, 2));
	}

	private static List<String> streams(long seed, int count) throws IOException {
		return streams(seed, 0.5, count);
	}

	private static List<String> streams(long seed, double rate, int count) throws IOException {
		try (TinyFishSimulator simulator = start(seed, rate)) {
			List<String> faults = new ArrayList<>();
			for (int i = 0; i < count; i++) {
				read(simulator, "look " + i);
			}
			await().until(() -> simulator.journal().runs(SimulatedRun.Status.COMPLETED).size() == count);
			SimulatorJournal journal = simulator.journal();
			for (SimulatedRun run : journal.runs()) {
				faults.add(journal.faults(run.id())
					.stream()
					.map((struck) -> struck.fault() + " " + struck.point())
					.findFirst()
					.orElse("none"));
			}
			return faults;
		}
	}

	private static TinyFishSimulator start(long seed, double rate) {
		return TinyFishSimulator.builder()
			.pace(Duration.ofMillis(1))
			.heartbeat(Duration.ofHours(1))
			.randomFaults(seed, rate)
			.start();
	}

	private static void read(TinyFishSimulator simulator, String goal) throws IOException {
		try (Wiretap wire = Wiretap.stream(simulator, goal)) {
			await().pollDelay(Duration.ZERO)
				.pollInterval(Duration.ofMillis(1))
				.until(() -> wire.untilSilent(20).end() != End.SILENT || isSilenced(simulator.journal(), goal));
		}
	}

	/**
	 * Whether nothing more can come although the connection stays.
	 */
	private static boolean isSilenced(SimulatorJournal journal, String goal) {
		return journal.runsByGoal()
			.getOrDefault(goal, List.of())
			.stream()
			.flatMap((run) -> journal.faults(run.id()).stream())
			.anyMatch((struck) -> "silence".equals(struck.fault())
					|| ("HTML 502".equals(struck.fault()) && "before the headers".equals(struck.point())));
	}

	private static boolean answersProperly(TinyFishSimulator simulator, String id) {
		int before = simulator.journal().faults().size();
		try (Wiretap wire = Wiretap.send(simulator, "GET", "/v1/runs/" + id, "")) {
			await().pollInterval(Duration.ofMillis(1)).until(() -> {
				SimulatorJournal journal = simulator.journal();
				return journal.faults().size() > before || wire.untilSilent(5).bytes().length > 0;
			});
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
		return simulator.journal().faults().size() == before;
	}

}
