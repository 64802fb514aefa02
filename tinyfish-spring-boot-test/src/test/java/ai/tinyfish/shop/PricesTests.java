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

package ai.tinyfish.shop;

import ai.tinyfish.agent.RunContext;
import ai.tinyfish.run.AgentRun;
import ai.tinyfish.run.RunResult;
import ai.tinyfish.spring.event.TinyFishRunFinishedEvent;
import org.junit.jupiter.api.Test;

import org.springframework.context.event.EventListener;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The test of the page that creates an event by hand.
 */
class PricesTests {

	@Test
	void thePriceIsRead() {
		RunContext context = RunContext.builder().runId("run-1").tag("order-42").build();
		AgentRun run = AgentRun.completed("run-1", RunResult.ofJson("{\"price\": 42}"));
		TinyFishRunFinishedEvent event = new TinyFishRunFinishedEvent(this, context, run);
		assertThat(new PriceReader().on(event)).isEqualTo(42);
	}

	static class PriceReader {

		@EventListener(condition = "#event.verdict.achieved")
		Object on(TinyFishRunFinishedEvent event) {
			return event.getRun().result().toMap().get("price");
		}

	}

}
