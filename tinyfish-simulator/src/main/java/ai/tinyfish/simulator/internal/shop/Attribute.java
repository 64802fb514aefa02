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
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

import ai.tinyfish.simulator.internal.shop.Product.Offer;
import org.jspecify.annotations.Nullable;

/**
 * Attributes of products, and the names that a schema usually has for them.
 */
public enum Attribute {

	/** Name of the product. */
	NAME("name", "title", "product", "book"),

	/** Price, as a text together with its currency. */
	PRICE("price", "amount", "cost"),

	/** Currency of the price. */
	CURRENCY("currency", "currencycode", "pricecurrency"),

	/** Whether it can be bought; as a number, how many copies there are. */
	AVAILABILITY("available", "availability", "instock", "stock"),

	/** Author of the book. */
	AUTHOR("author", "brand", "seller", "manufacturer"),

	/** Average number of stars. */
	RATING("rating", "ratingvalue", "stars"),

	/** Address of its page. */
	URL("url", "link"),

	/** Description. */
	DESCRIPTION("description", "summary"),

	/** Category. */
	CATEGORY("category", "genre");

	private static final Map<String, Attribute> BY_NAME = new HashMap<>();

	static {
		for (Attribute attribute : values()) {
			attribute.names.forEach((name) -> BY_NAME.put(name, attribute));
		}
	}

	private final List<String> names;

	Attribute(String... names) {
		this.names = List.of(names);
	}

	/**
	 * Find the attribute that a property of a schema stands for.
	 * @param property the name of the property, such as {@code bookTitle},
	 * {@code in_stock} or {@code prices}
	 * @return the attribute, or {@code null}
	 */
	public static @Nullable Attribute of(String property) {
		String name = property.toLowerCase(Locale.ROOT).replaceAll("[^a-z]", "");
		String bare = name.replaceFirst("^(product|book|item|unit|current|is)(?=.)", "")
			.replaceFirst("(?<=.)name$", "");
		return Stream.of(name, bare, singular(name), singular(bare))
			.filter(BY_NAME::containsKey)
			.findFirst()
			.map(BY_NAME::get)
			.orElse(null);
	}

	private static String singular(String name) {
		return name.replaceFirst("s$", "");
	}

	/**
	 * Return the attribute of a product as text.
	 * @param product the product
	 * @return the text, or {@code null}
	 */
	public @Nullable String text(Product product) {
		Offer offer = product.offer();
		BigDecimal rating = product.rating();
		return switch (this) {
			case NAME -> product.name();
			case PRICE -> (offer != null) ? offer.price().toPlainString() + " " + product.currency() : null;
			case CURRENCY -> product.currency();
			case AVAILABILITY -> (offer != null) ? offer.availability() : null;
			case AUTHOR -> product.author();
			case RATING -> (rating != null) ? rating.toPlainString() : null;
			case URL -> product.url();
			case DESCRIPTION -> product.description();
			case CATEGORY -> product.category();
		};
	}

	/**
	 * Return the attribute of a product as a number.
	 * @param product the product
	 * @return the number, or {@code null}
	 */
	public @Nullable BigDecimal number(Product product) {
		Offer offer = product.offer();
		return switch (this) {
			case PRICE -> (offer != null) ? offer.price() : null;
			case AVAILABILITY -> (offer != null) ? BigDecimal.valueOf(offer.stock()) : null;
			case RATING -> product.rating();
			default -> null;
		};
	}

	/**
	 * Return the attribute of a product as a boolean.
	 * @param product the product
	 * @return the boolean, or {@code null}
	 */
	public @Nullable Boolean flag(Product product) {
		Offer offer = product.offer();
		return (this == AVAILABILITY && offer != null) ? (Boolean) offer.inStock() : null;
	}

}
