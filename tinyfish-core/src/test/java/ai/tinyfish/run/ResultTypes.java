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

package ai.tinyfish.run;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

import com.fasterxml.jackson.annotation.JsonAlias;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import com.fasterxml.jackson.annotation.JsonBackReference;
import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonEnumDefaultValue;
import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonIncludeProperties;
import com.fasterxml.jackson.annotation.JsonManagedReference;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.annotation.Nulls;
import com.fasterxml.jackson.annotation.OptBoolean;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.annotation.JsonDeserialize;
import tools.jackson.databind.annotation.JsonPOJOBuilder;

/**
 * Types that results are read as, and runs with results to read.
 */
final class ResultTypes {

	private ResultTypes() {
	}

	/**
	 * Create a run with a result.
	 * @param json the result, with single quotes
	 * @param validation the service's report on it
	 */
	static AgentRun run(String json, @Nullable SchemaValidation validation) {
		return AgentRun.builder()
			.runId("run-1")
			.statusText("COMPLETED")
			.result(RunResult.ofJson(quoted(json)))
			.schemaValidation(validation)
			.build();
	}

	/**
	 * Return JSON that is written with single quotes as the service writes it.
	 */
	static String quoted(String json) {
		return json.replace('\'', '"');
	}

	record Person(String name, Optional<Person> referrer) {
	}

	record Order(long id, Person buyer, List<Person> items) {
	}

	record Page<T>(List<T> entries, T first) {
	}

	record Filters(@Nullable String note, Optional<String> text, OptionalInt limit) {
	}

	enum Kind {

		BOOK

	}

	record Scalars(BigDecimal amount, LocalDate day, Kind kind, int count, Object any, JsonNode node,
			Optional<LocalDate> until) {
	}

	static class Bean {

		private String title = "untitled";

		private BigDecimal amount = BigDecimal.ZERO;

		public String getTitle() {
			return this.title;
		}

		public void setTitle(String title) {
			this.title = title;
		}

		public BigDecimal getAmount() {
			return this.amount;
		}

		public void setAmount(BigDecimal amount) {
			this.amount = amount;
		}

	}

	@JsonDeserialize(builder = Built.Builder.class)
	record Built(String title) {

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

	static final class Created {

		final String name;

		@JsonCreator
		Created(@JsonProperty("the-name") String name) {
			this.name = name;
		}

	}

	@JsonInclude(JsonInclude.Include.NON_NULL)
	record Named(@JsonProperty("grand total") @JsonAlias("sum") BigDecimal total,
			@JsonIgnore @Nullable String ignored) {
	}

	@JsonFormat(with = JsonFormat.Feature.ACCEPT_CASE_INSENSITIVE_PROPERTIES)
	record AnyCase(String name) {
	}

	record Tree(String name, List<Tree> children) {
	}

	record Single(@JsonFormat(with = JsonFormat.Feature.ACCEPT_SINGLE_VALUE_AS_ARRAY) List<Person> people, @JsonFormat(
			with = JsonFormat.Feature.ACCEPT_SINGLE_VALUE_AS_ARRAY) List<Map<String, List<Person>>> groups) {
	}

	record Point(int x, int y) {
	}

	record Specs(Map<String, String> texts, Map<String, BigDecimal> prices, EnumMap<Kind, String> kinds) {
	}

	record FlatRecord(String name, @JsonUnwrapped Point point) {
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

	record Extra(String name, @JsonAnySetter Map<String, String> more) {
	}

	record Lenient(String name, @JsonSetter(nulls = Nulls.AS_EMPTY) List<String> tags,
			@JsonSetter(nulls = Nulls.SKIP) String note, @JsonProperty(isRequired = OptBoolean.FALSE) String code,
			@JsonSetter(nulls = Nulls.AS_EMPTY, contentNulls = Nulls.SKIP) List<String> parts) {
	}

	static class LenientBean {

		private String currency = "EUR";

		public String getCurrency() {
			return this.currency;
		}

		@JsonSetter(nulls = Nulls.SKIP)
		public void setCurrency(String currency) {
			this.currency = currency;
		}

	}

	enum OtherKind {

		BOOK, @JsonEnumDefaultValue
		UNKNOWN

	}

	record Kinds(OtherKind kind) {
	}

	record Coded(String name, String code) {
	}

	@JsonIgnoreProperties("code")
	record Partial(String name, String code) {
	}

	@JsonIncludeProperties("name")
	record OnlyName(String name, String code) {
	}

	record Contexts(@JsonIgnoreProperties("code") Coded ignoring, @JsonIncludeProperties("name") Coded including,
			@JsonDeserialize(as = Renamed.class) Bean refined,
			@JsonDeserialize(contentAs = Renamed.class) List<Bean> all) {
	}

	static class Renamed extends Bean {

		@Override
		@JsonProperty("name")
		public void setTitle(String title) {
			super.setTitle(title);
		}

	}

	static class Flat {

		public String name = "";

		@JsonUnwrapped
		public Point point = new Point(0, 0);

	}

	static class Rest {

		@JsonAnySetter
		public Map<String, Object> all = new HashMap<>();

	}

	static final class Delegating {

		public String name = "";

		@JsonCreator(mode = JsonCreator.Mode.DELEGATING)
		static Delegating of(Map<String, String> values) {
			return new Delegating();
		}

	}

	record Elements(List<@Nullable String> names, List<List<@Nullable String>> lists, @Nullable String[] array,
			List<String> strict) {
	}

	@JsonDeserialize(using = OwnDeserializer.class)
	record Own(String text) {
	}

	record HasOwn(@JsonDeserialize(using = PersonDeserializer.class) Person person) {
	}

	static class OwnDeserializer extends ValueDeserializer<Own> {

		@Override
		public Own deserialize(JsonParser parser, DeserializationContext context) {
			parser.skipChildren();
			return new Own("own");
		}

	}

	static class PersonDeserializer extends ValueDeserializer<Person> {

		@Override
		public Person deserialize(JsonParser parser, DeserializationContext context) {
			parser.skipChildren();
			return new Person("own", Optional.empty());
		}

	}

	@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
	@JsonSubTypes(@JsonSubTypes.Type(value = Circle.class, name = "circle"))
	interface Shape {

	}

	record Circle(@Nullable Integer radius) implements Shape {
	}

}
