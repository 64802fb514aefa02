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
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import ai.tinyfish.run.ResultTypes.AnyCase;
import ai.tinyfish.run.ResultTypes.Bean;
import ai.tinyfish.run.ResultTypes.Built;
import ai.tinyfish.run.ResultTypes.Contexts;
import ai.tinyfish.run.ResultTypes.Created;
import ai.tinyfish.run.ResultTypes.Delegating;
import ai.tinyfish.run.ResultTypes.Elements;
import ai.tinyfish.run.ResultTypes.Extra;
import ai.tinyfish.run.ResultTypes.Family;
import ai.tinyfish.run.ResultTypes.Filters;
import ai.tinyfish.run.ResultTypes.Flat;
import ai.tinyfish.run.ResultTypes.FlatRecord;
import ai.tinyfish.run.ResultTypes.HasOwn;
import ai.tinyfish.run.ResultTypes.Kinds;
import ai.tinyfish.run.ResultTypes.Lenient;
import ai.tinyfish.run.ResultTypes.LenientBean;
import ai.tinyfish.run.ResultTypes.Named;
import ai.tinyfish.run.ResultTypes.OnlyName;
import ai.tinyfish.run.ResultTypes.Order;
import ai.tinyfish.run.ResultTypes.Own;
import ai.tinyfish.run.ResultTypes.Page;
import ai.tinyfish.run.ResultTypes.Partial;
import ai.tinyfish.run.ResultTypes.Person;
import ai.tinyfish.run.ResultTypes.Rest;
import ai.tinyfish.run.ResultTypes.Scalars;
import ai.tinyfish.run.ResultTypes.Shape;
import ai.tinyfish.run.ResultTypes.Single;
import ai.tinyfish.run.ResultTypes.Specs;
import ai.tinyfish.run.ResultTypes.Tree;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

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
				Arguments.of(Scalars.class, SCALARS.replace("'amount':1", "'amount':' null'"), "$.amount"),
				Arguments.of(Scalars.class, SCALARS.replace("'amount':1", "'amount':'null '"), "$.amount"),
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
				Arguments.of(Elements.class, "{'names':[null],'lists':[],'array':[],'strict':[null]}", "$.strict[0]"),
				Arguments.of(Single.class, "{'people':{},'groups':[]}", "$.people.name"),
				Arguments.of(Single.class, "{'people':[{'name':'A'},{}],'groups':[]}", "$.people[1].name"),
				Arguments.of(Single.class, "{'people':[],'groups':[{'a':{}}]}", "$.groups[0].a.name"));
	}

	private static final String SCALARS = "{'amount':1,'day':'2026-01-01','kind':'BOOK','count':1,'any':1,'node':null}";

	@ParameterizedTest
	@MethodSource("incomplete")
	void requiredPropertyThatTheResultLacksIsNamed(Type type, String json, String path) {
		assertThatExceptionOfType(TinyFishResultMappingException.class).isThrownBy(() -> value(json, type))
			.satisfies((ex) -> {
				assertThat(ex.path()).isEqualTo(path);
				assertThat(ex.violations()).isNotEmpty();
				assertThat(ex.violations().get(0).path()).isEqualTo(path);
				assertThat(ex.expectedType()).isEqualTo(type);
				assertThat(ex.rawText()).isEqualTo(ResultTypes.quoted(json));
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
				Arguments.of(Bean.class, "{'title':'A','amount':1}"), Arguments.of(Own.class, "{'other':1}"),
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
				Arguments.of(Single.class, "{'people':{'name':'A'},'groups':{'a':{'name':'B'}}}"),
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
					.extracting(SchemaValidation.Violation::path)
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
	void resultThatSaysThatTheGoalWasNotReachedIsNotTakenForTheValue() {
		for (String json : List.of("{'error':'A captcha'}", "{'success':false}", "{'status':'failed'}")) {
			assertThatExceptionOfType(TinyFishResultMappingException.class).isThrownBy(() -> value(json, String.class));
		}
		assertThatExceptionOfType(TinyFishResultMappingException.class)
			.isThrownBy(() -> value("{'errors':['A captcha']}", list(String.class)));
		assertThat(value("{'title':'A'}", String.class)).isEqualTo("A");
		assertThat(value("{'error':'none'}", String.class)).isEqualTo("none");
	}

	private static Object value(String json, Type type) {
		return ResultTypes.run(json, null).typed(ParameterizedTypeReference.forType(type)).value();
	}

	private static Type list(Class<?> element) {
		return ResolvableType.forClassWithGenerics(List.class, element).getType();
	}

	private static Type type(ParameterizedTypeReference<?> reference) {
		return reference.getType();
	}

}
