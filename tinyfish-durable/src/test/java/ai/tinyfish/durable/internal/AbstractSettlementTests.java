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
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.Semaphore;

import ai.tinyfish.agent.AgentOperations;
import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.durable.DurableRunState;
import ai.tinyfish.durable.internal.store.Claim;
import ai.tinyfish.settings.AbandonPolicy;
import ai.tinyfish.simulator.Fault;
import ai.tinyfish.simulator.FaultPoint;
import org.junit.jupiter.api.AfterEach;

import org.springframework.jdbc.core.simple.JdbcClient;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Requests whose sender died, or whose answer is lost.
 */
abstract class AbstractSettlementTests {

	static final String URL = "https://shop.example/";

	static final Duration GRACE = Duration.ofSeconds(120);

	static final String TOKEN = "token";

	final VirtualTime time = new VirtualTime(AbandonPolicy.LEAVE);

	@AfterEach
	void close() {
		this.time.close();
	}

	/**
	 * Submit a request, and claim it as a process that dies then.
	 */
	String dead(String goal) {
		String id = this.time.runs.submit(AgentRequest.of(URL, goal)).id();
		claim(id, TOKEN);
		return id;
	}

	void claim(String id, String token) {
		this.time.engine.table.claim(List.of(this.time.engine.table.find(id).orElseThrow()), token, "dead");
	}

	AgentOperations sender() {
		return this.time.engine.service.sender("",
				new Claim(new Semaphore(1), this.time.engine.clock, GRACE, () -> true));
	}

	/**
	 * Send a request as the process has done before it died.
	 */
	String post(String goal) {
		return sender().queue(AgentRequest.of(URL, goal)).runId();
	}

	/**
	 * Submit a request whose answer is lost, and that nothing shows.
	 */
	String uncertainAnswer(String goal) {
		this.time.simulator.fault(FaultPoint.listRuns(), Fault.refusal(403, "FORBIDDEN", "Not for this key"));
		this.time.simulator.fault(FaultPoint.runAsync(), Fault.disconnect(), 1);
		String id = this.time.runs.submit(AgentRequest.of(URL, goal)).id();
		this.time.run();
		// the clock of the service does not follow that of the test
		this.time.engine.database.inTransaction(() -> {
			JdbcClient jdbc = this.time.engine.database.jdbc();
			jdbc.sql("update tinyfish_run set sending_at = sending_at - interval '121' second where id = ?")
				.param(id)
				.update();
			return jdbc.sql("update tinyfish_task set execution_time = ? where task_instance = ?")
				.params(this.time.engine.clock.now().atOffset(ZoneOffset.UTC), id)
				.update();
		});
		this.time.run();
		assertThat(this.time.find(id).state()).isEqualTo(DurableRunState.UNCERTAIN);
		this.time.simulator.clearFaults();
		return id;
	}

	String token(String id) {
		return this.time.engine.table.find(id).orElseThrow().sendToken();
	}

}
