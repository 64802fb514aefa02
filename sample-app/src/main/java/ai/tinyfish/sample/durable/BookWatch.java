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
package ai.tinyfish.sample.durable;

import java.util.List;

import ai.tinyfish.durable.watch.Change;
import ai.tinyfish.durable.watch.WatchChangedEvent;
import ai.tinyfish.durable.watch.WatchDriftedEvent;
import ai.tinyfish.durable.watch.Watched;
import ai.tinyfish.sample.Shop.Product;
import ai.tinyfish.webagent.Goal;
import ai.tinyfish.spring.webagent.ImportWebAgents;
import ai.tinyfish.webagent.WebAgent;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.context.annotation.Profile;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/**
 * Listener for the changes of the watched books.
 */
@Component
@Profile("durable")
@ImportWebAgents(BookWatch.CheapBooks.class)
public class BookWatch {

	/** The goal of the watch of all books. */
	public static final String ALL = "List the 5 cheapest books";

	/** The goal of the watch of poetry. */
	public static final String POETRY = "List the 3 cheapest books of poetry";

	private static final Logger log = LoggerFactory.getLogger(BookWatch.class);

	@EventListener
	void on(WatchChangedEvent event) {
		for (Change<Product> change : event.changed(Product.class)) {
			log.info("Price of {}: {} -> {}", change.after().name(), change.before().price(), change.after().price());
		}
	}

	@EventListener
	void on(WatchDriftedEvent event) {
		log.warn("Watch {}: {} ({})", event.watchId(), event.over() ? "over" : "drifted", event.reason());
	}

	/**
	 * Agent whose goals are watched. Without a schedule of yours they run on demand,
	 * since runs are billed.
	 */
	@WebAgent(url = "https://books.toscrape.com")
	interface CheapBooks {

		@Goal(ALL)
		@Watched(id = "books", cron = "${sample.watch.cron:-}", key = "name")
		List<Product> books();

		@Goal(POETRY)
		@Watched(id = "poetry", cron = "${sample.watch.cron:-}", key = "name")
		List<Product> poetry();

	}

}
