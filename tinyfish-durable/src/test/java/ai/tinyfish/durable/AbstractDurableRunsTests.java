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
import java.util.UUID;
import java.util.stream.Collectors;

import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.agent.ProxyConfig;
import ai.tinyfish.durable.testing.DatabaseKind;
import ai.tinyfish.durable.testing.Instance;
import ai.tinyfish.durable.testing.Listeners;
import ai.tinyfish.simulator.TinyFishSimulator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

import static org.awaitility.Awaitility.await;

/**
 * One instance with each database, and the simulator.
 */
@ParameterizedClass(name = "{0}")
@MethodSource(DatabaseKind.TESTED)
abstract class AbstractDurableRunsTests {

	static final String URL = "https://shop.example/";

	static final String SECRET = "hunter2-hunter2";

	private static final String LATE_SWEEP = "task_name = 'tinyfish-plan'"
			+ " and execution_time > current_timestamp + interval '1' minute";

	static TinyFishSimulator simulator;

	static Instance instance;

	static Listeners listeners;

	@Parameter
	DatabaseKind kind;

	@BeforeParameterizedClassInvocation
	static void start(DatabaseKind kind) {
		simulator = TinyFishSimulator.builder().pace(Duration.ZERO).maxRuns(100_000).start();
		instance = Instance.start(kind.newDatabase(), simulator, List.of(Listeners.class),
				"tinyfish.durable.max-handovers=2");
		listeners = instance.bean(Listeners.class);
	}

	@AfterParameterizedClassInvocation
	static void stop() {
		instance.close();
		simulator.close();
	}

	@AfterEach
	void clear() {
		simulator.clearFaults();
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

	static DurableRuns runs() {
		return instance.runs();
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

	static AgentRequest withSecrets(String goal) {
		return AgentRequest.builder()
			.url(URL)
			.goal(goal)
			.proxy(ProxyConfig.builder().url("http://proxy.example").username("user").password(SECRET).build())
			.build();
	}

	/**
	 * Return a goal that no other test has.
	 */
	static String goal() {
		return "Find the price " + UUID.randomUUID();
	}

}
