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

package ai.tinyfish.internal.schema;

import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Currency;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Stream;

import ai.tinyfish.internal.json.Json;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import com.fasterxml.jackson.annotation.JsonBackReference;
import com.fasterxml.jackson.annotation.JsonClassDescription;
import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonManagedReference;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.annotation.Nulls;
import com.fasterxml.jackson.annotation.OptBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.annotation.JsonDeserialize;
import tools.jackson.databind.annotation.JsonPOJOBuilder;

import org.springframework.core.ParameterizedTypeReference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class OutputSchemasTests {

	/** What the service accepts. */
	private static final Set<String> KEYWORDS = Set.of("type", "properties", "required", "items", "enum", "format",
			"nullable");

	static Stream<Arguments> schemas() {
		return Stream.of(row(Price.class, """
				{"type": "object", "properties": {
				"amount": {"type": "number"},
				"currency": {"type": "string"}},
				"required": ["amount", "currency"]}"""), row(Product.class, """
				{"type": "object", "properties": {"available": {"type": "boolean"},
				"id": {"type": "string"}, "kind": {"type": "string", "enum": ["book", "OTHER"]},
				"name": {"type": "string"}, "note": {"type": "string", "nullable": true},
				"prices": {"type": "array", "items": {"type": "object", "properties": {
				"amount": {"type": "number"},
				"currency": {"type": "string"}},
				"required": ["amount", "currency"]}}, "rating": {"type": "integer"},
				"since": {"type": "string", "format": "date"},
				"stock": {"type": "integer", "nullable": true}},
				"required": ["available", "id", "kind", "name", "prices", "since"]}"""), row(Bean.class, """
				{"type": "object", "properties": {"active": {"type": "boolean"}, "title": {"type": "string"}},
				"required": ["active", "title"]}"""), row(Strange.class, """
				{"type": "object", "properties": {"anything": {}, "getX": {"type": "integer"},
				"isOpen": {"type": "boolean"}, "map": {"type": "object"}, "odd name": {"type": "string"},
				"raw": {"type": "array", "items": {}}},
				"required": ["anything", "getX", "isOpen", "map", "odd name", "raw"]}"""),
				row(new ParameterizedTypeReference<Page<Size>>() {
				}.getType(), """
						{"type": "object", "properties": {
						"entries": {"type": "array", "items": {"type": "number"}},
						"first": {"type": "number"}}, "required": ["entries", "first"]}"""),
				row(new ParameterizedTypeReference<List<Point>>() {
				}.getType(), """
						{"type": "object", "properties": {"items": {"type": "array", "items": {"type": "object",
						"properties": {"x": {"type": "integer"}, "y": {"type": "integer"}}, "required": ["x", "y"]}}},
						"required": ["items"]}"""), row(Point[].class, """
						{"type": "object", "properties": {"items": {"type": "array", "items": {"type": "object",
						"properties": {"x": {"type": "integer"}, "y": {"type": "integer"}}, "required": ["x", "y"]}}},
						"required": ["items"]}"""), row(Instant.class, """
						{"type": "object", "properties": {"value": {"type": "string",
						"format": "date-time"}}, "required": ["value"]}"""), row(Built.class, """
						{"type": "object", "properties": {"title": {"type": "string"}}, "required": ["title"]}"""),
				row(Dated.class, """
						{"type": "object", "properties": {"day": {"type": "string"},
						"until": {"type": "string", "format": "date", "nullable": true}}, "required": ["day"]}"""),
				row(Holes.class,
						"""
								{"type": "object", "properties": {
								"names": {"type": "array", "items": {"type": "string", "nullable": true}},
								"rows": {"type": "array", "items": {"type": "array", "items": {"type": "number", "nullable": true}}},
								"texts": {"type": "array", "items": {"type": "string", "nullable": true}, "nullable": true}},
								"required": ["names", "rows"]}"""),
				row(Lenient.class, """
						{"type": "object", "properties": {"code": {"type": "string", "nullable": true},
						"note": {"type": "string", "nullable": true},
						"tags": {"type": "array", "items": {"type": "string"}, "nullable": true},
						"parts": {"type": "array", "items": {"type": "string", "nullable": true}}},
						"required": ["parts"]}"""), row(Extra.class, """
						{"type": "object", "properties": {"name": {"type": "string"}}, "required": ["name"]}"""),
				row(Family.class, """
						{"type": "object", "properties": {"children": {"type": "array", "items": {"type": "object",
						"properties": {"name": {"type": "string"}}, "required": ["name"]}}},
						"required": ["children"]}"""), row(Map.class, "{\"type\": \"object\"}"),
				row(Object.class, "{}"), row(JsonNode.class, "{}"));
	}

	@ParameterizedTest
	@MethodSource("schemas")
	void typesAreDescribed(Type type, String expected) {
		Map<String, Object> schema = OutputSchemas.of(type);
		JsonNode tree = Json.resultMapper().valueToTree(schema);
		assertThat(sorted(tree)).isEqualTo(sorted(Json.resultMapper().readTree(expected)));
		assertOnlyKeywords(tree);
	}

	static Stream<Arguments> refused() {
		return Stream.of(Arguments.of(Node.class, "Node", "contains itself"),
				Arguments.of(Ping.class, "Ping", "itself"), Arguments.of(Shape.class, "Shape", "abstract"),
				Arguments.of(Comparable.class, "Comparable", "abstract"),
				Arguments.of(HasShape.class, "Shape", "abstract"), Arguments.of(Own.class, "Own", "deserializer"),
				Arguments.of(Typed.class, "Typed", "type information"),
				Arguments.of(Empty.class, "Empty", "no properties"),
				Arguments.of(Growing.class, "Growing", "nested deeper"),
				Arguments.of(Nodes.class, "Nodes", "contains itself"), Arguments.of(Enum.class, "Enum", "abstract"),
				Arguments.of(Inner.class, "Inner", "constructor"), Arguments.of(Final.class, "Final", "constructor"),
				Arguments.of(ReadOnly.class, "ReadOnly", "no properties"),
				Arguments.of(Delegating.class, "Delegating", "property by property"),
				Arguments.of(Unwrapped.class, "Unwrapped", "unwrapped"),
				Arguments.of(UnwrappedRecord.class, "UnwrappedRecord", "its property point is unwrapped"),
				Arguments.of(Described.class, "Described", "not written as texts"),
				Arguments.of(HasDescribed.class, "Described", "not written as texts"),
				Arguments.of(Nothing.class, "Nothing", "not written as texts"),
				Arguments.of(Tuple.class, "Tuple", "as an array"),
				Arguments.of(HasTuple.class, "HasTuple", "point is written as an array"),
				Arguments.of(TooDeep.class, "TooDeep", "nested deeper"), Arguments.of(Thread.class, "Thread", "JSON"));
	}

	@ParameterizedTest
	@MethodSource("refused")
	void whatCannotBeDescribedIsNamed(Class<?> type, String name, String why) {
		assertThatIllegalArgumentException().isThrownBy(() -> OutputSchemas.of(type))
			.withMessageContaining(name)
			.withMessageContaining(why)
			.withMessageContaining("outputSchema(Map)");
	}

	@Test
	void asDeepAsTheServiceAcceptsIsDescribed() {
		assertThat(OutputSchemas.of(Deep.class)).isNotEmpty();
		Type wrapped = new ParameterizedTypeReference<List<Deep>>() {
		}.getType();
		assertThatIllegalArgumentException().isThrownBy(() -> OutputSchemas.of(wrapped))
			.withMessageContaining("Deep")
			.withMessageContaining("nested deeper");
	}

	@Test
	void aTypeMayOccurMoreThanOnce() {
		assertThat(OutputSchemas.of(Pair.class)).isNotEmpty();
	}

	@Test
	void whatTheSchemaAsksForCanBeRead() {
		Product product = Json.resultMapper()
			.readValue(
					"""
							{"id": "6b1d3c1e-0d0c-4c55-8c53-9b8a4ef0f5a1", "name": "Pen", "kind": "book", "available": true,
							"since": "2026-01-31", "prices": [{"amount": 1.50, "currency": "EUR"}], "note": null, "stock": null}""",
					Product.class);
		assertThat(product.kind()).isEqualTo(Kind.BOOK);
		assertThat(product.since()).isEqualTo(LocalDate.of(2026, 1, 31));
		assertThat(product.prices().get(0).amount()).isEqualByComparingTo("1.5");
		assertThat(product.stock()).isEmpty();
		assertThat(product.rating()).isEmpty();
		assertThat(Json.resultMapper().readValue("{\"title\": \"Pen\"}", Built.class).title).isEqualTo("Pen");
		assertThat(Json.resultMapper().readValue("{\"day\": \"31.01.2026\"}", Dated.class).day())
			.isEqualTo(LocalDate.of(2026, 1, 31));
	}

	private static void assertOnlyKeywords(JsonNode schema) {
		assertThat(KEYWORDS).containsAll(schema.propertyNames());
		schema.path("properties").forEach(OutputSchemasTests::assertOnlyKeywords);
		if (schema.has("items")) {
			assertOnlyKeywords(schema.get("items"));
		}
		assertThat(schema.path("type").isArray()).isFalse();
	}

	/**
	 * The order of names says nothing.
	 */
	private static String sorted(JsonNode node) {
		if (node.isObject()) {
			StringBuilder text = new StringBuilder("{");
			new TreeSet<>(node.propertyNames())
				.forEach((name) -> text.append(name).append('=').append(sorted(node.get(name))).append(';'));
			return text.append('}').toString();
		}
		if (node.isArray()) {
			TreeSet<String> items = new TreeSet<>();
			node.forEach((item) -> items.add(sorted(item)));
			return items.toString();
		}
		return node.toString();
	}

	private static Arguments row(Type type, String schema) {
		return Arguments.of(type, schema);
	}

	@JsonClassDescription("A price")
	record Price(@JsonPropertyDescription("The service accepts no descriptions") BigDecimal amount, Currency currency) {
	}

	enum Kind {

		@JsonProperty("book")
		BOOK,

		OTHER

	}

	enum Size {

		SMALL(1), LARGE(2);

		private final int code;

		Size(int code) {
			this.code = code;
		}

		@JsonValue
		int code() {
			return this.code;
		}

	}

	@JsonFormat(shape = JsonFormat.Shape.OBJECT)
	enum Described {

		FINE;

		public String getLabel() {
			return "Fine";
		}

	}

	record HasDescribed(List<Described> all) {
	}

	enum Nothing {

	}

	@JsonFormat(shape = JsonFormat.Shape.ARRAY)
	record Tuple(int x, int y) {
	}

	record HasTuple(@JsonFormat(shape = JsonFormat.Shape.ARRAY) Point point) {
	}

	record Deep(List<List<List<List<List<List<List<List<List<String>>>>>>>>> nested) {
	}

	record TooDeep(List<List<List<List<List<List<List<List<List<List<String>>>>>>>>>> nested) {
	}

	record Product(UUID id, String name, Kind kind, boolean available, LocalDate since, List<Price> prices,
			@Nullable String note, Optional<Integer> stock, OptionalInt rating, @JsonIgnore @Nullable Locale locale) {
	}

	static class Bean {

		private boolean isActive;

		private String title = "";

		public boolean isActive() {
			return this.isActive;
		}

		public void setActive(boolean active) {
			this.isActive = active;
		}

		public String getTitle() {
			return this.title;
		}

		public void setTitle(String title) {
			this.title = title;
		}

	}

	@SuppressWarnings("rawtypes")
	record Strange(boolean isOpen, int getX, @JsonProperty("odd name") String oddName, Object anything,
			Map<String, Integer> map, List raw) {
	}

	record Page<T>(List<T> entries, T first) {
	}

	record Point(int x, int y) {
	}

	record Pair(Point from, Point to) {
	}

	record UnwrappedRecord(String name, @JsonUnwrapped Point point) {
	}

	record Lenient(@JsonSetter(nulls = Nulls.AS_EMPTY) List<String> tags, @JsonSetter(nulls = Nulls.SKIP) String note,
			@JsonProperty(isRequired = OptBoolean.FALSE) String code,
			@JsonSetter(contentNulls = Nulls.SKIP) List<String> parts) {
	}

	@JsonIgnoreProperties("ignored")
	record Extra(String name, String ignored, @JsonAnySetter Map<String, String> more) {
	}

	static class Family {

		@JsonManagedReference
		public List<Child> children = List.of();

	}

	static class Child {

		public String name = "";

		@JsonBackReference
		public Family family = new Family();

	}

	record Node(String name, List<Node> children) {
	}

	record Ping(Optional<Pong> pong) {
	}

	record Pong(Map<String, String> names, Ping[] pings) {
	}

	interface Shape {

		int corners();

	}

	record HasShape(Shape shape) {
	}

	record Empty() {
	}

	@JsonDeserialize(using = OwnDeserializer.class)
	record Own(String text) {
	}

	static class OwnDeserializer extends ValueDeserializer<Own> {

		@Override
		public Own deserialize(JsonParser parser, DeserializationContext context) {
			return new Own(parser.getString());
		}

	}

	@JsonDeserialize(builder = Built.Builder.class)
	static final class Built {

		private final String title;

		private Built(String title) {
			this.title = title;
		}

		@JsonPOJOBuilder(withPrefix = "")
		static final class Builder {

			private String title = "";

			public Builder title(String title) {
				this.title = title;
				return this;
			}

			public Built build() {
				return new Built(this.title);
			}

		}

	}

	record Dated(@JsonFormat(pattern = "dd.MM.yyyy") LocalDate day, Optional<LocalDate> until) {
	}

	record Holes(List<@Nullable String> names, List<List<@Nullable BigDecimal>> rows,
			@Nullable String @Nullable [] texts) {
	}

	record Growing<T>(T value, Growing<List<T>> next) {
	}

	static class Nodes extends ArrayList<Nodes> {

	}

	class Inner {

		public String name = "";

	}

	static final class Final {

		private final String name;

		Final(String name, int length) {
			this.name = name.substring(0, length);
		}

		Final(String name) {
			this.name = name;
		}

		public String getName() {
			return this.name;
		}

	}

	static class ReadOnly {

		public String getName() {
			return "";
		}

	}

	static final class Delegating {

		public String name = "";

		@JsonCreator(mode = JsonCreator.Mode.DELEGATING)
		static Delegating of(Map<String, String> values) {
			return new Delegating();
		}

	}

	@JsonTypeInfo(use = JsonTypeInfo.Id.NAME)
	record Typed(String text) {
	}

	static class Unwrapped {

		@JsonUnwrapped
		public Point point = new Point(0, 0);

	}

}
