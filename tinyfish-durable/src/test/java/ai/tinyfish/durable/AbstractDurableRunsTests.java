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

import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;

import ai.tinyfish.durable.testing.DatabaseKind;
import ai.tinyfish.durable.testing.Instance;
import ai.tinyfish.durable.testing.Listeners;
import ai.tinyfish.simulator.TinyFishSimulator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;

import static org.awaitility.Awaitility.await;

/**
 * One instance that hands over to listeners.
 */
abstract class AbstractDurableRunsTests extends AbstractInstanceTests {

	private static final String LATE_SWEEP = "task_name = 'tinyfish-plan'"
			+ " and execution_time > current_timestamp + interval '1' minute";

	static Listeners listeners;

	@BeforeParameterizedClassInvocation
	static void start(DatabaseKind kind) {
		simulator = TinyFishSimulator.builder().pace(Duration.ZERO).maxRuns(100_000).start();
		instance = Instance.start(kind.newDatabase(), simulator, List.of(Listeners.class),
				"tinyfish.durable.max-handovers=2");
		listeners = instance.bean(Listeners.class);
	}

	@AfterEach
	void clear() {
		listeners.onFinished((event) -> {
		});
		listeners.onError((event) -> {
		});
		instance.update("delete from tinyfish_pause");
		// the sweep waits for the gate, too, also one that has just looked at it
		await().atMost(Instance.SOON).until(() -> {
			instance.update("update tinyfish_task set execution_time = current_timestamp where " + LATE_SWEEP);
			return instance.count("tinyfish_task where task_name = 'tinyfish-plan' and picked or " + LATE_SWEEP) == 0;
		});
	}

	static void swallow() {
		try {
			instance.jdbc().sql("select * from no_such_table").query().listOfRows();
		}
		catch (RuntimeException ex) {
			// as an application may do
		}
	}

	static long count(DurableRunState state, String tag) {
		return runs().list(DurableRunQuery.builder().state(state).tag(tag).limit(1000).build()).data().size();
	}

	static String stored(String id) {
		return instance.jdbc()
			.sql("select * from tinyfish_run where id = ?")
			.param(id)
			.query()
			.singleRow()
			.values()
			.stream()
			.map(String::valueOf)
			.collect(Collectors.joining("\n"));
	}

}
