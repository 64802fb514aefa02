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
import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonManagedReference;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.annotation.Nulls;
import com.fasterxml.jackson.annotation.OptBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.annotation.JsonDeserialize;
import tools.jackson.databind.annotation.JsonPOJOBuilder;

import org.springframework.core.ParameterizedTypeReference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class OutputSchemasTests {

	/** Limits of the service. */
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
	void resultOfTheSchemaCanBeRead() {
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

	record Deep(List<List<List<List<List<List<List<List<List<String>>>>>>>>> nested) {
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

	record Pair(Point from, Point to) {
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

}
