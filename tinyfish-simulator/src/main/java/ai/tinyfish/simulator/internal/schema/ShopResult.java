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

package ai.tinyfish.simulator.internal.schema;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import ai.tinyfish.simulator.internal.api.Json;
import ai.tinyfish.simulator.internal.shop.Attribute;
import ai.tinyfish.simulator.internal.shop.Product;
import ai.tinyfish.simulator.internal.shop.ProductSearch;
import ai.tinyfish.simulator.internal.shop.Shop;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Results that fit a schema, from the products of the bundled shop that a goal asks for.
 * Values that the shop does not have are those of {@link SchemaSample}.
 */
public final class ShopResult {

	private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

	private static final Set<String> SCALARS = Set.of("string", "number", "integer", "boolean");

	private static final Pattern COUNTED = Pattern.compile("(?i)\\b(how many|number of)\\b");

	/** Words for products, which do not name an attribute. */
	private static final Pattern THINGS = Pattern.compile("(?i)(product|book)s?");

	private static final Pattern IN_STOCK = Pattern.compile("(?i)\\b(in stock|available)\\b");

	private static final Set<String> YES = Set.of("available", "yes", "true");

	private static final Set<String> NO = Set.of("unavailable", "soldout", "no", "false");

	private final String goal;

	private final Product shop;

	private final List<Product> found;

	private ShopResult(Shop shop, String goal) {
		this.goal = goal;
		this.shop = shop.itself();
		this.found = ProductSearch.find(shop.products(), goal);
	}

	/**
	 * Create a result that fits. The same schema and goal always give the same result.
	 * @param schemaJson the schema, which passed {@link SchemaRules}
	 * @param goal the goal
	 * @return the result as JSON
	 */
	public static String fitting(String schemaJson, String goal) {
		JsonNode schema = SchemaSample.parse(schemaJson);
		ShopResult answer = new ShopResult(Shop.bundled(), goal);
		JsonNode result = answer.wrapped(schema);
		if (result == null) {
			result = answer.object(schema, answer.everything());
		}
		return (result != null && SchemaCheck.fits(schema, result)) ? Json.write(result)
				: SchemaSample.fitting(schemaJson);
	}

	private Scope everything() {
		return new Scope(this.shop, true, 0, null);
	}

	/**
	 * Return the result for a list of single values, or for one of them. The property has
	 * no meaningful name, but the goal may name the attribute.
	 */
	private @Nullable JsonNode wrapped(JsonNode schema) {
		Map.Entry<String, JsonNode> only = ResultForm.wrapper(schema);
		if (only == null) {
			return null;
		}
		boolean list = ResultForm.isList(only);
		String type = type(list ? only.getValue().path("items") : only.getValue());
		JsonNode value = madeUp(only.getValue(), type);
		Attribute asked = asked(type);
		if (value != null) {
			return NODES.objectNode().set(only.getKey(), value);
		}
		if (!list && asked == null) {
			value = ("integer".equals(type) || "number".equals(type)) ? count(only.getValue()) : null;
		}
		else if (asked != null) {
			Scope scope = list ? new Scope(this.shop, true, 0, asked) : new Scope(this.found.get(0), false, 0, asked);
			value = value("value", only.getValue(), scope);
		}
		return (value != null) ? NODES.objectNode().set(only.getKey(), value) : null;
	}

	/**
	 * Return the value if the goal asks for a text that the shop does not have, such as
	 * an id or a time.
	 */
	private @Nullable JsonNode madeUp(JsonNode schema, String type) {
		List<String> words = List.of(this.goal.split("[^\\p{L}]+"));
		boolean asksTheShop = words.stream()
			.anyMatch((word) -> !THINGS.matcher(word).matches() && Attribute.of(word) != null);
		if (!"string".equals(type) || asksTheShop) {
			return null;
		}
		return words.stream()
			.filter(MadeUpText::isAskedFor)
			.findFirst()
			.map((word) -> SchemaSample.value(schema, word, 0))
			.orElse(null);
	}

	/**
	 * Return the attribute that the goal asks for, if a value of the type can have it.
	 * @param type the type
	 * @return the attribute, or {@code null} for the number of products or other types
	 */
	private @Nullable Attribute asked(String type) {
		boolean number = "integer".equals(type) || "number".equals(type);
		if (!SCALARS.contains(type) || (number && COUNTED.matcher(this.goal).find())) {
			return null;
		}
		Attribute usual = switch (type) {
			case "string" -> Attribute.NAME;
			case "number" -> Attribute.PRICE;
			case "boolean" -> Attribute.AVAILABILITY;
			default -> null;
		};
		JsonNode schema = NODES.objectNode().put("type", type);
		for (String word : this.goal.split("[^\\p{L}]+")) {
			Attribute attribute = THINGS.matcher(word).matches() ? null : Attribute.of(word);
			boolean possible = attribute != null && scalar(attribute, this.found.get(0), schema) != null;
			if (possible && !(number && attribute == Attribute.AVAILABILITY)) {
				return attribute;
			}
		}
		return usual;
	}

	private JsonNode count(JsonNode schema) {
		boolean inStock = IN_STOCK.matcher(this.goal).find();
		long count = this.found.stream()
			.filter((product) -> !inStock || Boolean.TRUE.equals(Attribute.AVAILABILITY.flag(product)))
			.count();
		return SchemaSample.bounded(BigDecimal.valueOf(count), schema);
	}

	/**
	 * Return the value of a property.
	 * @return the value, or {@code null} if the shop has no such value
	 */
	private @Nullable JsonNode value(String name, JsonNode schema, Scope scope) {
		Stream<JsonNode> choices = schema.has("anyOf") && !schema.has("type") ? schema.get("anyOf").valueStream()
				: Stream.of(schema);
		return choices.map((choice) -> ofType(name, choice, scope))
			.filter((value) -> value != null && SchemaCheck.fits(schema, value))
			.findFirst()
			.orElse(null);
	}

	private @Nullable JsonNode ofType(String name, JsonNode schema, Scope scope) {
		Attribute attribute = scope.attribute(name);
		return switch (type(schema)) {
			case "object" -> object(schema, new Scope(scope.product(), scope.many(), scope.number(), attribute));
			case "array" -> array(name, schema, scope);
			default -> (attribute != null) ? scalar(attribute, scope.product(), schema) : null;
		};
	}

	/**
	 * Return an object, which is one product unless it has a list of products.
	 */
	private @Nullable ObjectNode object(JsonNode schema, Scope outer) {
		Scope scope = (outer.many() && !hasList(schema, schema))
				? new Scope(this.found.get(0), false, 0, outer.within()) : outer;
		ObjectNode object = NODES.objectNode();
		boolean matched = false;
		for (Map.Entry<String, JsonNode> property : schema.path("properties").properties()) {
			JsonNode value = value(property.getKey(), property.getValue(), scope);
			matched |= value != null;
			object.set(property.getKey(), (value != null) ? value
					: SchemaSample.value(property.getValue(), property.getKey(), scope.number()));
		}
		if (!matched) {
			return null;
		}
		for (JsonNode name : schema.path("required")) {
			if (!object.has(name.stringValue())) {
				object.set(name.stringValue(), undescribed(name.stringValue(), scope));
			}
		}
		return object;
	}

	private JsonNode undescribed(String name, Scope scope) {
		JsonNode value = value(name, NODES.objectNode(), scope);
		return (value != null) ? value
				: SchemaSample.value(NODES.objectNode().put("type", "string"), name, scope.number());
	}

	/**
	 * Return whether an object has a list, itself or in objects within it, that is about
	 * several products instead of details of one.
	 */
	private boolean hasList(JsonNode schema, JsonNode owner) {
		if (has(owner, Attribute.PRICE)) {
			return false;
		}
		return schema.path("properties")
			.properties()
			.stream()
			.anyMatch((property) -> switch (type(property.getValue())) {
				case "object" -> hasList(property.getValue(), owner);
				case "array" -> (!has(owner, Attribute.NAME) || has(property.getValue().path("items"), Attribute.NAME))
						&& array(property.getKey(), property.getValue(), everything()) != null;
				default -> false;
			});
	}

	private static boolean has(JsonNode schema, Attribute attribute) {
		return schema.path("properties")
			.properties()
			.stream()
			.anyMatch((property) -> Attribute.of(property.getKey()) == attribute
					&& !"array".equals(type(property.getValue())));
	}

	private @Nullable ArrayNode array(String name, JsonNode schema, Scope scope) {
		List<Product> products = scope.many() ? this.found : List.of(scope.product());
		List<JsonNode> values = new ArrayList<>();
		for (Product product : products) {
			// the same number in each selection
			int number = scope.many() ? Shop.bundled().products().indexOf(product) + 1 : scope.number();
			JsonNode value = value(name, schema.path("items"), new Scope(product, false, number, scope.within()));
			if (value == null) {
				return null;
			}
			values.add(value);
		}
		ArrayNode array = NODES.arrayNode();
		int count = SchemaSample.count(values.size(), schema);
		for (int i = 0; i < count; i++) {
			array.add(values.get(i % values.size()));
		}
		return array;
	}

	private static @Nullable JsonNode scalar(Attribute attribute, Product product, JsonNode schema) {
		String text = attribute.text(product);
		BigDecimal number = attribute.number(product);
		Boolean flag = attribute.flag(product);
		return switch (type(schema)) {
			case "string" -> (text != null && !schema.has("format")) ? text(text, flag, schema.path("enum")) : null;
			case "number", "integer" -> (number != null) ? SchemaSample.bounded(number, schema) : null;
			case "boolean" -> (flag != null) ? NODES.booleanNode(flag) : null;
			default -> (text != null) ? NODES.stringNode(text) : null;
		};
	}

	/**
	 * Return the text, or the constant that means the same.
	 */
	private static @Nullable JsonNode text(String text, @Nullable Boolean flag, JsonNode constants) {
		if (constants.isMissingNode()) {
			return NODES.stringNode(text);
		}
		Set<String> others = (flag == null) ? Set.of() : flag ? YES : NO;
		return constants.valueStream()
			.filter((constant) -> letters(constant.stringValue()).equals(letters(text))
					|| others.contains(letters(constant.stringValue())))
			.findFirst()
			.orElse(null);
	}

	private static String letters(String text) {
		return text.toLowerCase(Locale.ROOT).replaceAll("[^\\p{L}\\p{N}]", "");
	}

	/**
	 * Return the type of a schema, or the empty string if it allows any.
	 */
	private static String type(JsonNode schema) {
		return schema.path("type").asString(schema.has("properties") ? "object" : "");
	}

	/**
	 * The products that a part of a result is about.
	 *
	 * @param product the product
	 * @param many whether a list at this place is about all products that were found
	 * @param number the number of the product in a list, or 0 outside of lists
	 * @param within the attribute whose object the part is, or {@code null}
	 */
	private record Scope(Product product, boolean many, int number, @Nullable Attribute within) {

		/**
		 * Return the attribute that a property stands for: a name in an object for the
		 * author is the author's.
		 */
		private @Nullable Attribute attribute(String property) {
			Attribute named = Attribute.of(property);
			boolean neutral = "value".equals(property) || "text".equals(property);
			boolean ofAuthor = this.within == Attribute.AUTHOR && named == Attribute.NAME;
			return (neutral || ofAuthor) ? this.within : named;
		}

	}

}
