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

package ai.tinyfish.simulator.internal.run;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import ai.tinyfish.simulator.SimulatedRun;
import ai.tinyfish.simulator.TinyFishSimulator;
import ai.tinyfish.simulator.testing.Api;
import ai.tinyfish.simulator.testing.RawStream;
import ai.tinyfish.simulator.testing.Wiretap;
import ai.tinyfish.simulator.testing.Wiretap.End;
import ai.tinyfish.simulator.testing.Wiretap.Recording;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The marks {@code [cut]} and {@code [never]}, alone and beside others.
 */
class StreamMarkTests {

	@AutoClose
	private final TinyFishSimulator simulator = TinyFishSimulator.builder().pace(Duration.ofMillis(50)).start();

	private final Api api = new Api(this.simulator);

	@ParameterizedTest
	@CsvSource({ "Look [cut], COMPLETED", "Look [CUT] [steps:7], COMPLETED", "[cut][fail:SITE_BLOCKED], FAILED",
			"[cut] [captcha], COMPLETED" })
	void streamIsResetAfterItsThirdEventAndTheRunGoesOn(String goal, SimulatedRun.Status outcome) throws IOException {
		try (Wiretap wire = Wiretap.stream(this.simulator, goal)) {
			Recording recording = wire.toTheEnd();
			assertThat(recording.end()).isEqualTo(End.RESET);
			assertThat(recording.events()).containsExactly("STARTED", "STREAMING_URL", "PROGRESS");
		}
		String id = this.simulator.journal().runs().get(0).id();
		assertThat(this.simulator.journal().faults(id)).hasSize(1);
		await().until(() -> this.simulator.journal().outcome(id) == outcome);
		assertThat(this.api.get("/v1/runs/" + id).body()).containsEntry("status", outcome.name());
	}

	@Test
	void cutRunHasItsTypedResult() throws IOException {
		String body = """
				{"url": "https://a.example", "goal": "The 2 cheapest books [cut]", "output_schema": {"properties":
				 {"titles": {"type": "array", "items": {"type": "string"}}}}}""";
		try (Wiretap wire = Wiretap.send(this.simulator, "POST", "/v1/automation/run-sse", body)) {
			assertThat(wire.toTheEnd().end()).isEqualTo(End.RESET);
		}
		String id = this.simulator.journal().runs().get(0).id();
		await().until(() -> this.simulator.journal().outcome(id) != null);
		assertThat(this.api.get("/v1/runs/" + id).object("result"))
			.containsExactly(Map.entry("titles", List.of("Winters of Moss", "The Lamplighter's Ledger")));
	}

	@Test
	void cutChangesNothingForThoseWhoReadNoStream() {
		assertThat(this.api.post("/v1/automation/run", Api.submission("[cut]")).body()).containsEntry("status",
				"COMPLETED");
	}

	@ParameterizedTest
	@CsvSource({ "[never], 4", "[never] [steps:2], 2", "[fail] [NEVER] [steps:1], 1" })
	void runGoesOnAfterItsStepsUntilItIsCancelled(String goal, int steps) throws IOException {
		try (RawStream stream = RawStream.open(this.simulator, goal)) {
			String id = (String) stream.next("STARTED").get("run_id");
			for (int i = 0; i < steps; i++) {
				stream.next("PROGRESS");
			}
			// a run of the same pace ends in between
			this.api.post("/v1/automation/run", Api.submission("[steps:4]"));
			assertThat(this.api.get("/v1/runs/" + id).body()).containsEntry("status", "RUNNING");
			this.api.post("/v1/runs/" + id + "/cancel");
			assertThat(stream.next("COMPLETE")).containsEntry("status", "CANCELLED");
		}
	}

	@Test
	void bothMarksTogether() throws IOException {
		try (Wiretap wire = Wiretap.stream(this.simulator, "[cut] [never] [steps:2]")) {
			assertThat(wire.toTheEnd().end()).isEqualTo(End.RESET);
		}
		String id = this.simulator.journal().runs().get(0).id();
		await().until(() -> this.simulator.journal().runs().get(0).stepsTaken() == 2);
		assertThat(this.api.get("/v1/runs/" + id).body()).containsEntry("status", "RUNNING");
	}

}
