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

package ai.tinyfish.durable.processes;

import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;

import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.durable.DurableRun;
import ai.tinyfish.durable.testing.Instance;

/**
 * Submits a run for each row of a table of the application, alone or several at once, and
 * notes it there in the same transaction. Rows that a dying instance has not committed
 * are left to the others.
 */
final class Load {

	private static final int MAX_BATCH = 20;

	private static final Duration MAX_PAUSE = Duration.ofMillis(500);

	private final Instance instance;

	private final SplittableRandom random;

	Load(Instance instance, long seed) {
		this.instance = instance;
		this.random = new SplittableRandom(seed);
	}

	void run() {
		while (next()) {
			// an instance that submitted all at once could not be killed meanwhile
			LockSupport.parkNanos(this.random.nextLong(MAX_PAUSE.toNanos()));
		}
	}

	private boolean next() {
		int size = (this.random.nextInt(3) == 0) ? this.random.nextInt(2, MAX_BATCH + 1) : 1;
		return Boolean.TRUE.equals(this.instance.transaction().execute((status) -> {
			List<Integer> numbers = this.instance.jdbc()
				.sql("select number from work where durable_id is null order by number limit ? for update skip locked")
				.param(size)
				.query(Integer.class)
				.list();
			List<AgentRequest> requests = numbers.stream()
				.map((number) -> AgentRequest.of(InstanceMain.URL, goal(number)).withTag(goal(number)))
				.toList();
			List<DurableRun> runs = (requests.size() == 1) ? List.of(this.instance.runs().submit(requests.get(0)))
					: this.instance.runs().submitAll(requests);
			for (int i = 0; i < runs.size(); i++) {
				this.instance.jdbc()
					.sql("update work set durable_id = ? where number = ?")
					.params(runs.get(i).id(), numbers.get(i))
					.update();
			}
			return !numbers.isEmpty();
		}));
	}

	static String goal(int number) {
		return "Find product " + number + " of the soak";
	}

}
