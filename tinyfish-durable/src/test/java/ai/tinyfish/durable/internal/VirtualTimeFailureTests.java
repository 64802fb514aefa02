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

package ai.tinyfish.durable.internal;

import java.time.Duration;
import java.util.Collections;
import java.util.List;

import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.durable.DurableRunState;
import ai.tinyfish.durable.DurableSubmission;
import ai.tinyfish.durable.internal.store.RunRow;
import ai.tinyfish.durable.internal.store.Transition;
import ai.tinyfish.settings.AbandonPolicy;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What fails, or happens, between two steps.
 */
class VirtualTimeFailureTests {

	private static final String URL = "https://shop.example/";

	private final VirtualTime time = new VirtualTime(AbandonPolicy.LEAVE);

	@AfterEach
	void close() {
		this.time.close();
	}

	@Test
	void whatIsReturnedWhileABatchIsPreparedIsNotClaimedWithIt() {
		List<DurableSubmission> submissions = Collections.nCopies(2,
				DurableSubmission.of(AgentRequest.of(URL, "ends")).withAccount("tenant"));
		List<RunRow> rows = this.time.runs.submitAll(submissions)
			.stream()
			.map((run) -> this.time.engine.table.find(run.id()).orElseThrow())
			.toList();
		RunRow first = rows.get(0);
		this.time.engine.table.claim(first, "token", "other");
		this.time.onKey = () -> this.time.engine.table.change(Transition.RETURN, first.id(), "batch", first.batch(),
				"error", null, "next", null, "token", "token");
		this.time.run();
		assertThat(this.time.find(first.id()).state()).isEqualTo(DurableRunState.ACCEPTED);
		this.time.onKey = () -> {
		};
		this.time.pass(Duration.ofMinutes(3));
		assertThat(rows).extracting((row) -> this.time.find(row.id()).state()).containsOnly(DurableRunState.DONE);
		assertThat(this.time.simulator.journal().runsCreated()).isEqualTo(2);
	}

}
