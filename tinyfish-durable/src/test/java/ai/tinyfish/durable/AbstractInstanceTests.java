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

import java.util.UUID;

import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.agent.ProxyConfig;
import ai.tinyfish.durable.testing.DatabaseKind;
import ai.tinyfish.durable.testing.Instance;
import ai.tinyfish.simulator.Fault;
import ai.tinyfish.simulator.FaultPoint;
import ai.tinyfish.simulator.TinyFishSimulator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * One instance with each database, and the simulator: each class starts those that it
 * needs.
 */
@ParameterizedClass(name = "{0}")
@MethodSource(DatabaseKind.TESTED)
abstract class AbstractInstanceTests {

	static final String URL = "https://shop.example/";

	static final String SECRET = "hunter2-hunter2";

	static TinyFishSimulator simulator;

	static Instance instance;

	@Parameter
	DatabaseKind kind;

	@AfterParameterizedClassInvocation
	static void stop() {
		instance.close();
		simulator.close();
	}

	@AfterEach
	void clearFaults() {
		simulator.clearFaults();
	}

	static DurableRuns runs() {
		return instance.runs();
	}

	/**
	 * Submit a request whose answer is lost, and whose run cannot be found by its goal.
	 */
	static String uncertain(AgentRequest request) {
		simulator.fault(FaultPoint.listRuns(), Fault.refusal(403, "FORBIDDEN", "Not for this key"));
		simulator.fault(FaultPoint.runAsync(), Fault.disconnect(), 1);
		String id = runs().submit(request).id();
		instance.awaitUncertain(id);
		return id;
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
