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

package ai.tinyfish.durable;

import java.time.Instant;

import ai.tinyfish.run.AgentRun;
import ai.tinyfish.run.GoalOutcome;
import ai.tinyfish.run.GoalVerdict;
import ai.tinyfish.run.RunResult;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link DurableRunEvent}s.
 */
class DurableRunEventTests {

	private static final JsonMapper MAPPER = new JsonMapper();

	@Test
	void aFinishedEventIsReadAsItWasWritten() {
		AgentRun run = AgentRun.builder()
			.runId("run-1")
			.statusText("COMPLETED")
			.startedAt(Instant.EPOCH)
			.finishedAt(Instant.EPOCH.plusSeconds(1))
			.numOfSteps(3)
			.result(RunResult.ofJson("{\"price\":9.90}"))
			.build();
		DurableRunFinishedEvent event = new DurableRunFinishedEvent("id-1", run, GoalVerdict.achieved("It has a price"))
			.withTag("tag-1")
			.withAccount("tenant");
		String json = MAPPER.writeValueAsString(event);
		DurableRunFinishedEvent read = MAPPER.readValue(json, DurableRunFinishedEvent.class);
		assertThat(read.getDurableId()).isEqualTo("id-1");
		assertThat(read.getTag()).isEqualTo("tag-1");
		assertThat(read.getAccount()).isEqualTo("tenant");
		assertThat(read.getRun()).isEqualTo(run);
		assertThat(read.isCompleted()).isTrue();
		assertThat(read.getVerdict()).isEqualTo(GoalVerdict.achieved("It has a price"));
		assertThat(MAPPER.writeValueAsString(read)).isEqualTo(json);
		assertThat(json).startsWith("{\"durableId\":\"id-1\"").doesNotContain("source", "timestamp", "completed");
	}

	@Test
	void anEventWithoutAVerdictIsJudgedByTheDefaultRules() {
		AgentRun run = AgentRun.completed("run-1", RunResult.ofJson("{\"success\":false}"));
		assertThat(new DurableRunFinishedEvent("id-1", run).getVerdict().outcome()).isEqualTo(GoalOutcome.MISSED);
	}

	@Test
	void anErrorEventIsReadAsItWasWritten() {
		DurableRunErrorEvent event = new DurableRunErrorEvent("id-1", DurableRunState.LOST).withRunId("run-1")
			.withMessage("gone\nforged line")
			.withTag("tag-1")
			.withAccount("tenant");
		String json = MAPPER.writeValueAsString(event);
		DurableRunErrorEvent read = MAPPER.readValue(json, DurableRunErrorEvent.class);
		assertThat(read.getDurableId()).isEqualTo("id-1");
		assertThat(read.getTag()).isEqualTo("tag-1");
		assertThat(read.getAccount()).isEqualTo("tenant");
		assertThat(read.getState()).isEqualTo(DurableRunState.LOST);
		assertThat(read.getRunId()).isEqualTo("run-1");
		assertThat(read.getMessage()).isEqualTo("gone\nforged line");
		assertThat(MAPPER.writeValueAsString(read)).isEqualTo(json);
		assertThat(event.toString()).doesNotContain("\n").contains("durableId=id-1", "state=LOST");
	}

}
