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

import java.math.BigDecimal;

import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.durable.DurableRunErrorEvent;
import ai.tinyfish.durable.DurableRunFinishedEvent;
import ai.tinyfish.durable.DurableRuns;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.context.event.EventListener;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

@Service
class Orders {

	private static final Logger logger = LoggerFactory.getLogger(Orders.class);

	private final DurableRuns runs;

	private final JdbcClient jdbc;

	Orders(DurableRuns runs, JdbcClient jdbc) {
		this.runs = runs;
		this.jdbc = jdbc;
	}

	@Transactional
	public void place(String order, String product) {
		this.jdbc.sql("insert into orders (id) values (?)").param(order).update();
		AgentRequest request = AgentRequest.of("https://shop.example/", "Find the price of " + product);
		this.runs.submit(request.withOutputType(Offer.class).withTag(order));
	}

	@EventListener
	public void on(DurableRunFinishedEvent event) {
		if (!event.getVerdict().isAchieved()) {
			logger.warn("No price: {}", event);
			return;
		}
		Offer offer = event.getRun().typed(Offer.class).value();
		this.jdbc.sql("update orders set price = ? where id = ?").params(offer.price(), event.getTag()).update();
	}

	@EventListener
	public void on(DurableRunErrorEvent event) {
		logger.warn("No price: {}", event);
	}

	record Offer(BigDecimal price) {

	}

}
