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

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import javax.sql.DataSource;

import ai.tinyfish.durable.processes.SharedDatabase.Lock;
import ai.tinyfish.durable.testing.DatabaseKind;
import ai.tinyfish.durable.testing.Instance;
import ai.tinyfish.simulator.TinyFishSimulator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * An application that takes all connections of its pool. Its instance lives and goes on,
 * but cannot say so, and another one takes it for dead.
 */
@Tag("processes")
class ExhaustedPoolTests {

	private static final int POOL_SIZE = 5;

	/** Takeover after 31 seconds, then the decision about runs that were being sent. */
	private static final Duration DECIDED = Duration.ofMinutes(3);

	@Test
	void anInstanceThatIsTakenForDeadSendsAndHandsOverNothingTwice() throws Exception {
		try (TinyFishSimulator simulator = TinyFishSimulator.builder().pace(Duration.ZERO).start();
				SharedDatabase database = new SharedDatabase(DatabaseKind.POSTGRESQL)) {
			Lock early = database.hold("post:early");
			Lock late = database.hold("post:late");
			Lock listening = database.hold("listener:listens");
			List<String> properties = Instance.properties(database.properties(), simulator,
					"spring.datasource.hikari.maximum-pool-size=" + POOL_SIZE,
					"spring.datasource.hikari.connection-timeout=2000", "tinyfish.durable.send-timeout=5s");
			try (Instance exhausted = Instance.start(properties, List.of(ProcessApplication.class))) {
				InstanceMain.submit(exhausted, null, "early");
				InstanceMain.submit(exhausted, null, "late");
				InstanceMain.submit(exhausted, null, "listens");
				early.awaitWaiting();
				late.awaitWaiting();
				listening.awaitWaiting();
				// the listener has the fifth one
				List<Connection> connections = take(exhausted.bean(DataSource.class), POOL_SIZE - 1);
				List<String> normal = Instance.properties(database.properties(), simulator,
						"tinyfish.durable.send-timeout=5s");
				try (Instance other = Instance.start(normal, List.of(ProcessApplication.class))) {
					for (String tag : List.of("early", "late")) {
						String id = database.id(tag);
						await().atMost(DECIDED).until(() -> settles(other, id) == 1);
					}
					// it has an answer, and no connection to store it
					early.release();
					await().atMost(DECIDED).until(() -> simulator.journal().submissions("\"early\"").size() == 1);
					// the other instance finds its run by its goal
					await().atMost(DECIDED).until(() -> database.state("early").equals("DONE"));
					assertThat(database.state("listens")).isEqualTo("RUNNING");
				}
				for (Connection connection : connections) {
					connection.close();
				}
				late.release();
				listening.release();
				// the other instance has decided meanwhile, and its answer decides again
				await().atMost(DECIDED).until(() -> database.state("late").equals("DONE"));
				database.awaitState("listens", "DONE");
				assertThat(simulator.journal().runsByGoal()).containsOnlyKeys("early", "late", "listens")
					.allSatisfy((goal, runs) -> assertThat(runs).hasSize(1));
				assertThat(exhausted.count("outcome")).isEqualTo(3);
				assertThat(exhausted.count("listener_call where listener = 'listener'")).isEqualTo(3);
			}
		}
	}

	private static long settles(Instance instance, String id) {
		return instance.count("tinyfish_task where task_name = 'tinyfish-settle' and task_instance = '" + id + "'");
	}

	private static List<Connection> take(DataSource pool, int number) {
		List<Connection> connections = new ArrayList<>();
		// the instance itself has some of them now and then
		await().atMost(SharedDatabase.SOON).ignoreException(SQLException.class).until(() -> {
			connections.add(pool.getConnection());
			return connections.size() == number;
		});
		return connections;
	}

}
