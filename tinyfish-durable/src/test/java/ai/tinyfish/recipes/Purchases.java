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

package ai.tinyfish.recipes;

import java.util.List;

import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.durable.DurableRun;
import ai.tinyfish.durable.DurableRunApproval;
import ai.tinyfish.durable.DurableRunApproval.Decision;
import ai.tinyfish.durable.DurableRunErrorEvent;
import ai.tinyfish.durable.DurableRunFinishedEvent;
import ai.tinyfish.durable.DurableRunQuery;
import ai.tinyfish.durable.DurableRunState;
import ai.tinyfish.durable.DurableRuns;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.context.annotation.Bean;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Service;

@Service
class Purchases {

	private static final Logger logger = LoggerFactory.getLogger(Purchases.class);

	private final DurableRuns runs;

	Purchases(DurableRuns runs) {
		this.runs = runs;
	}

	String request(String goal, String person) {
		return this.runs.submit(AgentRequest.of("https://shop.example/", goal).withTag(person)).id();
	}

	List<DurableRun> waiting() {
		return this.runs.list(DurableRunQuery.builder().state(DurableRunState.HELD).build()).data();
	}

	void approve(String id, String person) {
		decision(id, person).approve(id);
	}

	void refuse(String id, String person, String why) {
		decision(id, person).refuse(id, why);
	}

	private DurableRuns decision(String id, String person) {
		if (person.equals(this.runs.find(id).tag())) {
			throw new IllegalStateException("Another person decides");
		}
		return this.runs.decidedBy(person);
	}

	@EventListener
	void on(DurableRunErrorEvent event) {
		logger.info("A purchase of {} is {}: {}", event.getTag(), event.getState(), event.getMessage());
	}

	@EventListener
	void on(DurableRunFinishedEvent event) {
		logger.info("A purchase of {} is {}", event.getTag(), event.getRun().status());
	}

	@Bean
	static DurableRunApproval approval() {
		return (submission) -> {
			String goal = submission.request().goal();
			if (goal.contains("gift card")) {
				return Decision.REFUSE;
			}
			return goal.startsWith("Buy") ? Decision.ASK : Decision.RUN;
		};
	}

}
