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

import java.math.BigDecimal;
import java.util.List;

import ai.tinyfish.durable.watch.Change;
import ai.tinyfish.durable.watch.WatchChangedEvent;
import ai.tinyfish.durable.watch.WatchDriftedEvent;
import ai.tinyfish.durable.watch.Watched;
import ai.tinyfish.webagent.Goal;
import ai.tinyfish.webagent.WebAgent;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

@Component
class PriceMonitor {

	private static final Logger logger = LoggerFactory.getLogger(PriceMonitor.class);

	@EventListener
	void on(WatchChangedEvent event) {
		for (Change<Product> change : event.changed(Product.class)) {
			logger.info("{} cost {}, and now {}", change.after().sku(), change.before().price(),
					change.after().price());
		}
	}

	@EventListener
	void on(WatchDriftedEvent event) {
		logger.warn("Watch {} {}: {}", event.watchId(), event.over() ? "has recovered from" : "has drifted",
				event.reason());
	}

	@WebAgent(url = "https://shop.example")
	interface Shop {

		@Goal("List all teas with SKU and price, without shipping")
		@Watched(id = "teas", cron = "${monitor.cron:0 0 * * * *}", key = "sku")
		List<Product> teas();

	}

	record Product(String sku, BigDecimal price) {

	}

}
