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
import java.util.List;

import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.durable.watch.Change;
import ai.tinyfish.durable.watch.Tolerance;
import ai.tinyfish.durable.watch.Watch;
import ai.tinyfish.durable.watch.WatchChangedEvent;
import ai.tinyfish.durable.watch.WatchDriftedEvent;
import ai.tinyfish.durable.watch.WatchPreview;
import ai.tinyfish.durable.watch.Watched;
import ai.tinyfish.durable.watch.Watches;
import ai.tinyfish.webagent.Goal;
import ai.tinyfish.webagent.WebAgent;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.context.event.EventListener;
import org.springframework.core.ParameterizedTypeReference;
import org.springframework.stereotype.Component;

/**
 * The watches of the page, as an application has them.
 */
final class Brands {

	private Brands() {
	}

}

@WebAgent(url = "https://shop.example/")
interface Shop {

	@Goal("List all teas with SKU and price")
	@Watched(id = "teas", cron = "0 0 9 * * *", zone = "Europe/Berlin", key = "sku", ignore = "rank",
			tolerance = "price: 5 %", confirmAfter = "PT10M")
	List<Product> teas();

}

record Product(String sku, BigDecimal price, int rank) {

}

@WebAgent(url = "https://shop.example/teas")
interface Teas {

	@Goal("List all teas with SKU and price")
	@Watched(id = "cheap-teas", cron = "0 0 * * * *", key = "sku", skipUnchanged = 23, selectors = "table.teas")
	List<Product> teas();

}

@Component
class Prices {

	private static final Logger logger = LoggerFactory.getLogger(Prices.class);

	@EventListener(condition = "#event.watchId == 'teas'")
	void on(WatchChangedEvent event) {
		for (Change<Product> change : event.changed(Product.class)) {
			logger.info("{}: {} -> {}", change.after().sku(), change.before().price(), change.after().price());
		}
		logger.info("New: {}, gone: {}", event.added(Product.class), event.removed(Product.class));
	}

	@EventListener
	void on(WatchDriftedEvent event) {
		logger.warn("Watch {}: {} ({})", event.watchId(), event.over() ? "over" : "drifted", event.reason());
	}

}

@Component
class Saved {

	private final Watches watches;

	Saved(Watches watches) {
		this.watches = watches;
	}

	void watch(String brand, String url, String tenant) {
		AgentRequest request = AgentRequest.of(url, "List all products with SKU and price")
			.withOutputType(new ParameterizedTypeReference<List<Product>>() {
			});
		this.watches
			.save(Watch.of(brand, request).cron("0 0 * * * *").key("sku").ignore("rank").confirm(3).account(tenant));
	}

	void stop(String brand) {
		this.watches.delete(brand);
	}

}

@Component
class Review {

	private final Watches watches;

	Review(Watches watches) {
		this.watches = watches;
	}

	List<String> ignore(String id, String property) {
		Watch changed = this.watches.get(id).ignore(property).tolerance("price", Tolerance.percent(5));
		WatchPreview preview = this.watches.preview(changed);
		if (preview.problems().isEmpty()) {
			this.watches.save(changed);
		}
		return preview.problems();
	}

}
