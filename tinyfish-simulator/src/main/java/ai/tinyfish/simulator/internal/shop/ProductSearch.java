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
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import ai.tinyfish.simulator.internal.shop.Product.Offer;

/**
 * Selection of products by the words of a goal.
 */
public final class ProductSearch {

	/** Marks and addresses, which are not words of the goal. */
	private static final Pattern IGNORED = Pattern.compile("\\[[^\\[\\]]{0,100}]|https?://\\S+");

	private static final Pattern CHEAPEST = Pattern.compile("\\b(cheapest|least expensive|lowest[- ]priced?)\\b");

	private static final Pattern DEAREST = Pattern.compile("\\b(dearest|most expensive|highest[- ]priced?)\\b");

	/** A number that is not a part of another word or of a decimal. */
	private static final Pattern DIGITS = Pattern.compile("(?<![\\p{L}\\p{N}.,])\\d{1,4}(?![\\p{L}\\p{N}]|[.,]\\d)");

	private static final List<String> NUMBERS = List.of("one", "two", "three", "four", "five", "six", "seven", "eight",
			"nine", "ten");

	private static final Pattern NUMBER_WORDS = Pattern.compile("\\b(" + String.join("|", NUMBERS) + ")\\b");

	private static final int SHORTEST_WORD = 4;

	private ProductSearch() {
	}

	/**
	 * Find the products that a goal asks for: those whose name, author or category has a
	 * word of the goal, or else all; by price if the cheapest or most expensive are asked
	 * for; as many as the goal says.
	 * @param products all products
	 * @param goal the goal
	 * @return the products, at least one
	 */
	public static List<Product> find(List<Product> products, String goal) {
		String text = IGNORED.matcher(goal).replaceAll(" ").toLowerCase(Locale.ROOT);
		Set<String> words = words(text).collect(Collectors.toSet());
		List<Product> found = products.stream().filter((product) -> isNamed(product, words)).toList();
		return (found.isEmpty() ? products : found).stream().sorted(order(text)).limit(limit(text)).toList();
	}

	private static boolean isNamed(Product product, Set<String> words) {
		return Stream.of(product.name(), product.author(), product.category())
			.flatMap((text) -> words(String.valueOf(text).toLowerCase(Locale.ROOT)))
			.anyMatch(words::contains);
	}

	/**
	 * Return the words of a text in the singular, without short ones.
	 */
	private static Stream<String> words(String text) {
		return Arrays.stream(text.split("[^\\p{L}\\p{N}]+"))
			.filter((word) -> word.length() >= SHORTEST_WORD)
			.map((word) -> word.replaceFirst("ies$", "y").replaceFirst("s$", ""));
	}

	private static Comparator<Product> order(String goal) {
		Comparator<Product> byPrice = Comparator.comparing(ProductSearch::price);
		if (CHEAPEST.matcher(goal).find()) {
			return byPrice;
		}
		return DEAREST.matcher(goal).find() ? byPrice.reversed() : (one, other) -> 0;
	}

	private static BigDecimal price(Product product) {
		Offer offer = product.offer();
		return (offer != null) ? offer.price() : BigDecimal.ZERO;
	}

	private static int limit(String goal) {
		int digits = first(DIGITS, goal, Integer::parseInt);
		// digits first, as "one" is often no number
		int limit = (digits > 0) ? digits : first(NUMBER_WORDS, goal, (word) -> NUMBERS.indexOf(word) + 1);
		return (limit > 0) ? limit : Integer.MAX_VALUE;
	}

	private static int first(Pattern pattern, String goal, Function<String, Integer> value) {
		Matcher matcher = pattern.matcher(goal);
		return matcher.find() ? value.apply(matcher.group()) : 0;
	}

}
