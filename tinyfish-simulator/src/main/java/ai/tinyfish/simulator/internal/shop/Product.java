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

package ai.tinyfish.simulator.internal.shop;

import java.math.BigDecimal;

import org.jspecify.annotations.Nullable;

/**
 * Product of a shop, or the shop itself, which has no offer.
 *
 * @param name the title
 * @param url the address of its page
 * @param description one sentence
 * @param currency the ISO code of the currency of its price
 * @param author the author, or {@code null} for the shop
 * @param category the category, or {@code null} for the shop
 * @param rating the average number of stars, or {@code null} for the shop
 * @param offer the offer, or {@code null} for the shop
 */
public record Product(String name, String url, String description, String currency, @Nullable String author,
		@Nullable String category, @Nullable BigDecimal rating, @Nullable Offer offer) {

	/**
	 * Offer of a product.
	 *
	 * @param price the price
	 * @param inStock whether it can be bought
	 * @param stock the number of copies
	 * @param availability the availability, as the page says it
	 */
	public record Offer(BigDecimal price, boolean inStock, int stock, String availability) {
	}

}
