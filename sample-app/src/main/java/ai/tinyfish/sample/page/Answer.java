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

package ai.tinyfish.sample.page;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.error.TinyFishException;
import ai.tinyfish.run.AgentRun;
import ai.tinyfish.sample.Shop.Product;
import org.jspecify.annotations.Nullable;

import org.springframework.core.ParameterizedTypeReference;

/**
 * Record types for the results of runs of the page.
 */
public enum Answer {

	PRODUCTS("Products", "List<Product>"), HEADLINES("Headlines", "List<Headline>"), JOBS("Jobs", "List<Job>"),
	FIELDS("Fields that you type", "List<Map<String, Object>>");

	private static final ParameterizedTypeReference<List<Product>> PRODUCT_LIST = new ParameterizedTypeReference<>() {
	};

	private static final ParameterizedTypeReference<List<Headline>> HEADLINE_LIST = new ParameterizedTypeReference<>() {
	};

	private static final ParameterizedTypeReference<List<Job>> JOB_LIST = new ParameterizedTypeReference<>() {
	};

	private static final int MAX_FIELDS = 8;

	/**
	 * More digits would not be a price, and would take very long to write without an
	 * exponent.
	 */
	private static final int MAX_DIGITS = 20;

	private final String title;

	private final String type;

	Answer(String title, String type) {
		this.title = title;
		this.type = type;
	}

	public String getTitle() {
		return this.title;
	}

	public String getType() {
		return this.type;
	}

	/**
	 * Add the output schema to a request.
	 * @param fields the names of the fields, separated by commas, for {@link #FIELDS}
	 * @throws IllegalArgumentException if the fields are not names
	 */
	AgentRequest.Builder addTo(AgentRequest.Builder request, String fields) {
		return switch (this) {
			case PRODUCTS -> request.outputType(PRODUCT_LIST);
			case HEADLINES -> request.outputType(HEADLINE_LIST);
			case JOBS -> request.outputType(JOB_LIST);
			case FIELDS -> request.outputSchema(schema(fields));
		};
	}

	private static Map<String, Object> schema(String fields) {
		List<String> names = Stream.of(fields.split(",")).map(String::strip).distinct().toList();
		if (names.isEmpty() || names.size() > MAX_FIELDS
				|| !names.stream().allMatch((name) -> name.matches("\\p{L}[\\p{L}\\p{N}_]{0,39}"))) {
			throw new IllegalArgumentException("The fields must be 1 to " + MAX_FIELDS
					+ " names of letters and digits, with commas in between, such as: title, author, price");
		}
		Map<String, Object> properties = new LinkedHashMap<>();
		names.forEach((name) -> properties.put(name, Map.of("type", "string")));
		Map<String, Object> item = Map.of("type", "object", "properties", properties, "required", names);
		return Map.of("type", "object", "properties", Map.of("items", Map.of("type", "array", "items", item)),
				"required", List.of("items"));
	}

	/**
	 * Read a result as the rows of a table.
	 * @throws TinyFishException if the result does not fit
	 */
	List<? extends Map<String, ?>> rows(AgentRun run) {
		return switch (this) {
			case PRODUCTS -> run.typed(PRODUCT_LIST).value().stream().map(Answer::row).toList();
			case HEADLINES -> texts(run, HEADLINE_LIST);
			case JOBS -> texts(run, JOB_LIST);
			case FIELDS -> texts(run, null);
		};
	}

	private static List<Map<String, String>> texts(AgentRun run, @Nullable ParameterizedTypeReference<?> type) {
		if (type != null) {
			run.typed(type).value();
		}
		ResultTable table = ResultTable.of(run.result());
		return (table != null) ? table.texts() : List.of();
	}

	private static Map<String, Object> row(Product product) {
		Map<String, Object> row = new LinkedHashMap<>();
		row.put("name", product.name());
		row.put("price", price(product.price()));
		row.put("currency", product.currency());
		row.put("inStock", product.inStock());
		return row;
	}

	/**
	 * Return a price with two decimals.
	 */
	static String price(BigDecimal price) {
		boolean usual = Math.abs(price.scale()) <= MAX_DIGITS && price.precision() <= MAX_DIGITS;
		return usual ? price.setScale(2, RoundingMode.HALF_UP).toPlainString()
				: Card.shortened(price.toString(), MAX_DIGITS);
	}

	/**
	 * Headline of a news site.
	 *
	 * @param title the headline
	 * @param section the section, such as science
	 * @param minutesAgo how many minutes ago it was published
	 */
	record Headline(String title, String section, int minutesAgo) {

	}

	/**
	 * Position that a company offers.
	 *
	 * @param title the position
	 * @param company the company
	 * @param city the place of work
	 * @param salary the salary of a year
	 */
	record Job(String title, String company, String city, int salary) {

	}

}
