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
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import ai.tinyfish.error.TinyFishException;
import ai.tinyfish.webagent.Goal;
import ai.tinyfish.webagent.WebAgent;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.context.ApplicationEventPublisher;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

@Component
class PriceMonitor {

	private static final Logger logger = LoggerFactory.getLogger(PriceMonitor.class);

	private static final List<String> PRODUCTS = List.of("tea", "coffee");

	private final Map<String, BigDecimal> prices = new ConcurrentHashMap<>();

	private final Shop shop;

	private final ApplicationEventPublisher events;

	PriceMonitor(Shop shop, ApplicationEventPublisher events) {
		this.shop = shop;
		this.events = events;
	}

	@Scheduled(cron = "${monitor.cron:0 0 * * * *}")
	void check() {
		for (String product : PRODUCTS) {
			try {
				BigDecimal price = this.shop.price(product);
				BigDecimal before = this.prices.put(product, price);
				if (before != null && before.compareTo(price) != 0) {
					this.events.publishEvent(new PriceChanged(product, before, price));
				}
			}
			catch (TinyFishException ex) {
				logger.warn("No price of {}: {}", product, ex.toString());
			}
		}
	}

	@WebAgent(url = "https://shop.example")
	interface Shop {

		@Goal("What does {product} cost, without shipping?")
		BigDecimal price(String product);

	}

	record PriceChanged(String product, BigDecimal before, BigDecimal now) {
	}

}
