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

package ai.tinyfish.orders;

import java.time.Instant;
import java.util.List;

import ai.tinyfish.TinyFishClient;
import ai.tinyfish.durable.DurableRun;
import ai.tinyfish.durable.DurableRunQuery;
import ai.tinyfish.durable.DurableRunState;
import ai.tinyfish.durable.DurableRuns;
import ai.tinyfish.run.Run;
import ai.tinyfish.run.RunQuery;

import org.springframework.stereotype.Component;

@Component
class Decisions {

	private final DurableRuns runs;

	private final TinyFishClient tinyFish;

	Decisions(DurableRuns runs, TinyFishClient tinyFish) {
		this.runs = runs;
		this.tinyFish = tinyFish;
	}

	List<DurableRun> open() {
		return this.runs.list(DurableRunQuery.builder().state(DurableRunState.UNCERTAIN).build()).data();
	}

	List<Run> candidates(DurableRun run) {
		return this.tinyFish.runs().list(RunQuery.builder().goal(run.goal()).build()).data();
	}

	void itIs(DurableRun run, Run candidate, String person) {
		this.runs.decidedBy(person).settle(run, candidate);
	}

	int abandonSubmittedBefore(Instant time, String person) {
		DurableRunQuery query = DurableRunQuery.builder().state(DurableRunState.UNCERTAIN).acceptedBefore(time).build();
		return this.runs.decidedBy(person).abandonAll(query);
	}

}
