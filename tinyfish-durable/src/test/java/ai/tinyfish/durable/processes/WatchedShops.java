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

import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.durable.testing.Instance;
import ai.tinyfish.durable.watch.Change;
import ai.tinyfish.durable.watch.Watch;
import ai.tinyfish.durable.watch.WatchChangedEvent;
import ai.tinyfish.durable.watch.Watches;

import org.springframework.context.event.EventListener;
import org.springframework.core.ParameterizedTypeReference;
import org.springframework.core.annotation.Order;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Watches of shops, and their listeners: one writes each change into a table of its own
 * in the transaction of the event, and another one fails now and then.
 */
class WatchedShops {

	static final String ID = "shop-";

	static final String GOAL = "List the teas of shop ";

	/** One of so many calls of the second listener fails. */
	private static final int FAILS_OF = 4;

	private final JdbcClient jdbc;

	WatchedShops(JdbcClient jdbc) {
		this.jdbc = jdbc;
	}

	/**
	 * Save watches whose slots are spread over a period.
	 * @param period in seconds, a divisor of a minute
	 * @param skipUnchanged how many slots are skipped while a page is the same
	 */
	static void save(Instance instance, int number, int period, int skipUnchanged) {
		Watches watches = instance.bean(Watches.class);
		instance.transaction().executeWithoutResult((status) -> {
			for (int i = 0; i < number; i++) {
				AgentRequest request = AgentRequest.of(InstanceMain.URL + i, GOAL + i)
					.withOutputType(new ParameterizedTypeReference<List<Tea>>() {
					});
				watches.save(Watch.of(ID + i, request)
					.cron((i % period) + "/" + period + " * * * * *")
					.key("sku")
					.confirm(1)
					.skipUnchanged(skipUnchanged));
			}
		});
	}

	@EventListener
	@Order(0)
	void on(WatchChangedEvent event) {
		for (Change<Tea> change : event.changed(Tea.class)) {
			this.jdbc.sql("insert into watch_change (watch, before_price, after_price) values (?, ?, ?)")
				.params(event.watchId(), change.before().price(), change.after().price())
				.update();
		}
	}

	@EventListener
	@Order(1)
	void failNowAndThen(WatchChangedEvent event) {
		if (ThreadLocalRandom.current().nextInt(FAILS_OF) == 0) {
			throw new IllegalStateException("thrown on purpose");
		}
	}

	record Tea(String sku, int price) {

	}

}
