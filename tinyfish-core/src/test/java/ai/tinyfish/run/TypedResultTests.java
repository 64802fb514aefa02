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

import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

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
import org.springframework.core.ResolvableType;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

/**
 * Tests for {@link TypedRun}: values are complete, or none.
 */
class TypedResultTests {

	static Stream<Arguments> incomplete() {
		return Stream.of(Arguments.of(Order.class, "{'id':1,'buyer':{'name':'A'}}", "$.items"),
				Arguments.of(Order.class, "{'id':1,'buyer':{},'items':[]}", "$.buyer.name"),
				Arguments.of(Order.class, "{'id':1,'buyer':{'name':'A'},'items':[{'name':'x'},{'name':null}]}",
						"$.items[1].name"),
				Arguments.of(Order.class, "{'id':1,'buyer':{'name':'A'},'items':[{'name':'x'},null]}", "$.items[1]"),
				Arguments.of(Order.class, "{'id':1,'buyer':{'name':'A','referrer':{}},'items':[]}",
						"$.buyer.referrer.name"),
				Arguments.of(Order.class, "{'id':1,'id':null,'buyer':{'name':'A'},'items':[]}", "$.id"),
				Arguments.of(list(Person.class), "[{'name':'A'},{'name':'B'},{'nome':'C'}]", "$[2].name"),
				Arguments.of(list(Person.class), "{'people':[{'name':'A'},{}]}", "$.people[1].name"),
				Arguments.of(list(String.class), "['a',null]", "$[1]"),
				Arguments.of(list(LocalDate.class), "['2026-01-01','']", "$[1]"),
				Arguments.of(Person[].class, "[{}]", "$[0].name"),
				Arguments.of(type(new ParameterizedTypeReference<Set<List<Person>>>() {
				}), "[[{'name':'A'},{}]]", "$[0][1].name"),
				Arguments.of(type(new ParameterizedTypeReference<Map<String, Person>>() {
				}), "{'a b':{'name':'A'},'c d':{}}", "$['c d'].name"),
				Arguments.of(type(new ParameterizedTypeReference<Map<String, List<String>>>() {
				}), "{'a':null,'b':['c',null]}", "$.b[1]"),
				Arguments.of(type(new ParameterizedTypeReference<Page<Person>>() {
				}), "{'entries':[{'name':'A'}],'first':{}}", "$.first.name"),
				Arguments.of(type(new ParameterizedTypeReference<Optional<Person>>() {
				}), "{}", "$.name"),
				Arguments.of(Scalars.class, SCALARS.replace("'day':'2026-01-01'", "'day':''"), "$.day"),
				Arguments.of(Scalars.class, SCALARS.replace("'day':'2026-01-01'", "'day':[]"), "$.day"),
				Arguments.of(Scalars.class, SCALARS.replace("'amount':1", "'amount':' '"), "$.amount"),
				Arguments.of(Scalars.class, SCALARS.replace("'amount':1", "'amount':'null'"), "$.amount"),
				Arguments.of(Scalars.class, SCALARS.replace("'count':1", "'count':null"), "$.count"),
				Arguments.of(Scalars.class, SCALARS.replace("'kind':'BOOK'", "'kind':null"), "$.kind"),
				Arguments.of(Scalars.class, SCALARS.replace("'any':1", "'other':1"), "$.any"),
				Arguments.of(Scalars.class, SCALARS.replace("'node':null", "'other':1"), "$.node"),
				Arguments.of(Bean.class, "{'title':'A'}", "$.amount"),
				Arguments.of(Built.class, "{'titel':'A'}", "$.title"),
				Arguments.of(Created.class, "{'name':'A'}", "$['the-name']"),
				Arguments.of(Named.class, "{'total':1}", "$['grand total']"),
				Arguments.of(Named.class, "{'sum':null}", "$['grand total']"),
				Arguments.of(AnyCase.class, "{'NAME':null}", "$.name"),
				Arguments.of(Tree.class, "{'name':'A','children':[{'name':'B','children':[{'name':'C'}]}]}",
						"$.children[0].children[0].children"),
				Arguments.of(Flat.class, "{'x':1,'y':2}", "$.name"),
				Arguments.of(FlatRecord.class, "{'x':1,'y':2}", "$.name"),
				Arguments.of(Family.class, "{'children':[{'name':null}]}", "$.children[0].name"),
				Arguments.of(Extra.class, "{'more':'B'}", "$.name"),
				Arguments.of(Lenient.class, "{'tags':null,'note':null}", "$.name"),
				Arguments.of(Kinds.class, "{'kind':null}", "$.kind"),
				Arguments.of(Partial.class, "{'code':'A'}", "$.name"),
				Arguments.of(Elements.class, "{'names':[null],'lists':[],'array':[],'strict':[null]}", "$.strict[0]"));
	}

	private static final String SCALARS = "{'amount':1,'day':'2026-01-01','kind':'BOOK','count':1,'any':1,'node':null}";

	@ParameterizedTest
	@MethodSource("incomplete")
	void whatTheTypeRequiresAndTheResultLacksIsNamed(Type type, String json, String path) {
		assertThatExceptionOfType(TinyFishResultMappingException.class).isThrownBy(() -> value(json, type))
			.satisfies((ex) -> {
				assertThat(ex.path()).isEqualTo(path);
				assertThat(ex.violations()).isNotEmpty();
				assertThat(ex.violations().get(0).path()).isEqualTo(path);
				assertThat(ex.expectedType()).isEqualTo(type);
				assertThat(ex.rawText()).isEqualTo(quoted(json));
				assertThat(ex).hasMessageContaining(path);
			});
	}

	static Stream<Arguments> complete() {
		return Stream.of(Arguments.of(Order.class, "{'id':1,'buyer':{'name':'A','referrer':null},'items':[]}"),
				Arguments.of(Order.class, "{'id':1,'buyer':{'name':null,'name':'A'},'items':[],'x':1e99999999999}"),
				Arguments.of(Person.class, "{'name':''}"), Arguments.of(Person.class, "{'name':'null'}"),
				Arguments.of(Filters.class, "{}"), Arguments.of(Filters.class, "{'note':null}"),
				Arguments.of(Scalars.class, SCALARS), Arguments.of(Named.class, "{'sum':1}"),
				Arguments.of(Named.class, "{'grand total':1}"), Arguments.of(AnyCase.class, "{'NAME':'A'}"),
				Arguments.of(Created.class, "{'the-name':'A'}"), Arguments.of(Built.class, "{'title':'A'}"),
				Arguments.of(Bean.class, "{'title':'A','amount':1}"), Arguments.of(Own.class, "{'whatever':1}"),
				Arguments.of(HasOwn.class, "{'person':{}}"), Arguments.of(Shape.class, "{'kind':'circle'}"),
				Arguments.of(Flat.class, "{'name':'A','x':1,'y':2}"), Arguments.of(Rest.class, "{'anything':1}"),
				Arguments.of(Delegating.class, "{'a':'b'}"),
				Arguments.of(Elements.class, "{'names':[null],'lists':[[null]],'array':[null],'strict':['a']}"),
				Arguments.of(Tree.class, "{'name':'A','children':[]}"),
				Arguments.of(Tree.class, "{'name':'A','children':[".repeat(200) + "]}".repeat(200)),
				Arguments.of(list(Object.class), "[null,1]"),
				Arguments.of(type(new ParameterizedTypeReference<List<Optional<String>>>() {
				}), "[null,'a']"), Arguments.of(list(JsonNode.class), "[null]"), Arguments.of(Map.class, "{'a':null}"),
				Arguments.of(Object.class, "{'a':null}"), Arguments.of(JsonNode.class, "{'a':[null]}"),
				Arguments.of(String.class, "{'value':'A'}"), Arguments.of(int[].class, "{'items':[1]}"),
				Arguments.of(List.class, "[null]"), Arguments.of(list(Person.class), "[]"),
				Arguments.of(Specs.class, "{'texts':{'a':null},'prices':{'a':null,'b':''},'kinds':{'BOOK':null}}"),
				Arguments.of(type(new ParameterizedTypeReference<Map<String, Map<String, String>>>() {
				}), "{'a':null,'b':{'c':null}}"), Arguments.of(Scalars.class, SCALARS.replace("'any':1", "'any':null")),
				Arguments.of(FlatRecord.class, "{'name':'A','x':1,'y':2}"),
				Arguments.of(Family.class, "{'children':[{'name':'A'}]}"),
				Arguments.of(Extra.class, "{'name':'A','more':null}"), Arguments.of(Extra.class, "{'name':'A'}"),
				Arguments.of(Lenient.class, "{'name':'A','tags':null,'note':null,'code':null,'parts':['a',null]}"),
				Arguments.of(Lenient.class, "{'name':'A'}"), Arguments.of(LenientBean.class, "{'currency':null}"),
				Arguments.of(LenientBean.class, "{}"), Arguments.of(Kinds.class, "{'kind':'GAME'}"),
				Arguments.of(Kinds.class, "{'kind':''}"), Arguments.of(Partial.class, "{'name':'A'}"),
				Arguments.of(OnlyName.class, "{'name':'A'}"),
				Arguments.of(Contexts.class, "{'ignoring':{'name':'A'},'including':{'name':'A'},"
						+ "'refined':{'name':'A','amount':1},'all':[{'name':'A','amount':1}]}"));
	}

	@ParameterizedTest
	@MethodSource("complete")
	void aValueIsNullOnlyWhereTheTypeSaysSo(Type type, String json) {
		assertThatNoException().isThrownBy(() -> value(json, type));
	}

	@Test
	void allThatIsLackingIsNamedUpToABound() {
		String json = "[" + "{},".repeat(100_000) + "{}]";
		assertThatExceptionOfType(TinyFishResultMappingException.class).isThrownBy(() -> value(json, list(Order.class)))
			.satisfies((ex) -> {
				assertThat(ex.violations()).hasSize(10)
					.extracting(SchemaViolation::path)
					.startsWith("$[0].id", "$[0].buyer", "$[0].items", "$[1].id");
				assertThat(ex.getMessage()).hasSizeLessThan(1000);
			});
	}

	@Test
	void aLongListIsReadInFull() {
		String json = IntStream.range(0, 100_000)
			.mapToObj((i) -> "{\"name\":\"" + i + "\"}")
			.collect(Collectors.joining(",", "[", "]"));
		assertThat((List<?>) value(json, list(Person.class))).hasSize(100_000);
	}

	@Test
	void whatSaysThatTheGoalWasNotReachedIsNotTakenForTheValue() {
		for (String json : List.of("{'error':'A captcha'}", "{'success':false}", "{'status':'failed'}")) {
			assertThatExceptionOfType(TinyFishResultMappingException.class).isThrownBy(() -> value(json, String.class));
		}
		assertThatExceptionOfType(TinyFishResultMappingException.class)
			.isThrownBy(() -> value("{'errors':['A captcha']}", list(String.class)));
		assertThat(value("{'title':'A'}", String.class)).isEqualTo("A");
		assertThat(value("{'error':'none'}", String.class)).isEqualTo("none");
	}

	static Stream<Arguments> reports() {
		SchemaViolation violation = new SchemaViolation("people.1.name", "string", "null", "Expected string");
		return Stream.of(Arguments.of(new SchemaValidation(false, 1, List.of(violation)), "$.people[1].name", 1),
				Arguments.of(new SchemaValidation(null, null, List.of(violation)), "$.people[1].name", 1),
				Arguments.of(
						new SchemaValidation(false, 1, List.of(new SchemaViolation("/people/1", null, null, null))),
						"$", 1),
				Arguments.of(new SchemaValidation(false, 1, List.of(new SchemaViolation("$.name", null, null, null))),
						"$.name", 1),
				Arguments.of(new SchemaValidation(false, 1, List.of(new SchemaViolation(null, null, null, null))), "$",
						1),
				Arguments.of(new SchemaValidation(false, null, List.of()), "$", 0));
	}

	@ParameterizedTest
	@MethodSource("reports")
	void aResultThatTheServiceFoundNotToMatchIsNoValue(SchemaValidation report, String path, int violations) {
		AgentRun run = run("{'name':'A'}", report);
		assertThatExceptionOfType(TinyFishResultMappingException.class)
			.isThrownBy(() -> run.typed(Person.class).value())
			.satisfies((ex) -> {
				assertThat(ex.path()).isEqualTo(path);
				assertThat(ex.violations()).hasSize(violations).isEqualTo(report.errors());
				assertThat(ex.getCause()).isNull();
			});
		assertThat(GoalEvaluator.defaults().evaluate(run).outcome()).isEqualTo(GoalOutcome.NOT_ACHIEVED);
		assertThat(run.result().to(Person.class).name()).isEqualTo("A");
	}

	@Test
	void aReportThatFindsNothingWrongChangesNothing() {
		for (SchemaValidation report : List.of(new SchemaValidation(true, 0, List.of()),
				new SchemaValidation(null, null, List.of()))) {
			assertThat(run("{'name':'A'}", report).typed(Person.class).value().name()).isEqualTo("A");
			assertThatExceptionOfType(TinyFishResultMappingException.class)
				.isThrownBy(() -> run("{'nome':'A'}", report).typed(Person.class).value())
				.satisfies((ex) -> assertThat(ex.path()).isEqualTo("$.name"));
		}
	}

	@Test
	void theServicesViolationsComeWithAnEmptyResult() {
		SchemaViolation violation = new SchemaViolation("", "object", "null", "Expected object, received null");
		assertThatExceptionOfType(TinyFishResultMappingException.class)
			.isThrownBy(
					() -> run("null", new SchemaValidation(false, 2, List.of(violation))).typed(Person.class).value())
			.satisfies((ex) -> assertThat(ex.violations()).containsExactly(violation));
	}

	private static Object value(String json, Type type) {
		return run(json, null).typed(ParameterizedTypeReference.forType(type)).value();
	}

	private static AgentRun run(String json, @Nullable SchemaValidation validation) {
		return new AgentRun("run-1", "COMPLETED", null, null, null, RunResult.ofJson(quoted(json)), validation, null);
	}

	private static String quoted(String json) {
		return json.replace('\'', '"');
	}

	private static Type list(Class<?> element) {
		return ResolvableType.forClassWithGenerics(List.class, element).getType();
	}

	private static Type type(ParameterizedTypeReference<?> reference) {
		return reference.getType();
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
