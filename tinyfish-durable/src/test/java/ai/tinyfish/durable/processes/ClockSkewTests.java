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

import ai.tinyfish.durable.processes.Processes.InstanceProcess;
import ai.tinyfish.durable.processes.SharedDatabase.Lock;
import ai.tinyfish.durable.testing.DatabaseKind;
import ai.tinyfish.durable.testing.Instance;
import ai.tinyfish.simulator.TinyFishSimulator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Instances whose clocks are 30 seconds apart.
 */
@Tag("processes")
class ClockSkewTests {

	@RegisterExtension
	final Processes processes = new Processes();

	/**
	 * The instance that is behind waits in the middle of its work until the other one has
	 * recognized a third one as dead, whose clock was right.
	 */
	@Test
	void anInstanceIsNotTakenForDeadBecauseItsClockIsBehind() {
		try (TinyFishSimulator simulator = TinyFishSimulator.builder().pace(Duration.ZERO).start();
				SharedDatabase database = new SharedDatabase(DatabaseKind.POSTGRESQL)) {
			List<String> properties = Instance.properties(database.properties(), simulator);
			Lock sending = database.hold("post:sends");
			Lock listening = database.hold("listener:listens");
			// both threads are busy, so that the request that is to die is sent by
			// another
			InstanceProcess behind = this.processes.start("clock-behind",
					Instance.properties(database.properties(), simulator, "tinyfish.durable.threads=2"),
					SkewedClock.option(Duration.ofSeconds(-15)));
			behind.send("submit", "sends", "sends");
			behind.send("submit", "", "listens");
			sending.awaitWaiting();
			listening.awaitWaiting();
			String sent = database.id("sends");
			String sender = database.pickedBy("tinyfish-send", sent);
			assertThat(sender).isNotEmpty();
			Lock dying = database.hold("post:dies");
			InstanceProcess dead = this.processes.start("clock-right", properties);
			dead.send("submit", "dies", "dies");
			dying.awaitWaiting();
			dead.kill();
			dying.release();
			this.processes.start("clock-ahead", properties, SkewedClock.option(Duration.ofSeconds(15)));
			String died = database.id("dies");
			await().atMost(SharedDatabase.SOON)
				.until(() -> database.count("tinyfish_task where task_name = 'tinyfish-settle' and task_instance = ?",
						died) == 1);
			assertThat(database.pickedBy("tinyfish-send", sent)).isEqualTo(sender);
			assertThat(database.count("tinyfish_task where task_name = 'tinyfish-settle' and task_instance = ?", sent))
				.isZero();
			sending.release();
			listening.release();
			database.awaitState("sends", "DONE");
			database.awaitState("listens", "DONE");
			assertThat(simulator.journal().runsByGoal()).containsOnlyKeys("sends", "listens")
				.allSatisfy((goal, runs) -> assertThat(runs).hasSize(1));
			assertThat(database.count("outcome")).isEqualTo(2);
			assertThat(database.count("listener_call where listener = 'listener'")).isEqualTo(2);
			assertThat(database.count("notice")).isZero();
		}
	}

}
