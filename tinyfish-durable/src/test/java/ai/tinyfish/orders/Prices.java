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

import java.time.Duration;
import java.util.Map;

import ai.tinyfish.TinyFishClient;
import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.durable.DurableRunFinishedEvent;
import ai.tinyfish.durable.DurableRuns;
import ai.tinyfish.run.AgentRun;
import ai.tinyfish.run.GoalEvaluator;

import org.springframework.context.event.EventListener;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

@Component
class Prices {

	private final DurableRuns runs;

	private final TinyFishClient tinyFish;

	private final JdbcClient jdbc;

	Prices(DurableRuns runs, TinyFishClient tinyFish, JdbcClient jdbc) {
		this.runs = runs;
		this.tinyFish = tinyFish;
		this.jdbc = jdbc;
	}

	@Transactional
	public void find(String order, AgentRequest request) {
		// before: tinyFish.agent().queue(request), and storing the id of the run
		this.runs.submit(request.withTag(order));
	}

	@EventListener
	public void on(DurableRunFinishedEvent event) {
		// before: the code after tinyFish.runs().await(id, timeout)
		store(event.getTag(), event.getRun());
	}

	void finishQueued(Map<String, String> ordersByRunId) {
		// once: the runs that were queued before
		ordersByRunId.forEach((id, order) -> store(order, this.tinyFish.runs().await(id, Duration.ofMinutes(30))));
	}

	private void store(String order, AgentRun run) {
		if (GoalEvaluator.defaults().evaluate(run).isMissed()) {
			return;
		}
		this.jdbc.sql("update orders set price = ? where id = ?")
			.params(run.result().toMap().get("price"), order)
			.update();
	}

}
