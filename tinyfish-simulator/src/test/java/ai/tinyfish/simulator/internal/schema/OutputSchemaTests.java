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

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import ai.tinyfish.simulator.Scenario;
import ai.tinyfish.simulator.TinyFishSimulator;
import ai.tinyfish.simulator.internal.api.Json;
import ai.tinyfish.simulator.testing.Api;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Accepted schemas, and the comparison of results with them.
 */
class OutputSchemaTests {

	private static final String PRODUCT = """
			{"type": "object", "required": ["name", "price", "tags"], "properties": {
			 "name": {"type": "string"},
			 "price": {"type": "number", "minimum": 20, "maximum": 30},
			 "count": {"type": "integer", "nullable": true},
			 "sold": {"type": "boolean"},
			 "size": {"type": "string", "enum": ["S", "M"]},
			 "day": {"type": "string", "format": "date"},
			 "tags": {"type": "array", "minItems": 1, "items": {"type": "object", "required": ["id"],
			  "properties": {"id": {"type": "integer"}}}},
			 "code": {"anyOf": [{"type": "string"}, {"type": "integer"}]}}}""";

	@AutoClose
	private static final TinyFishSimulator simulator = TinyFishSimulator.builder().pace(Duration.ZERO).start();

	private static final Api api = new Api(simulator);

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			{"$schema": "http://json-schema.org/draft-07/schema#"}  | .$schema
			{"additionalProperties": false}                         | .additionalProperties
			{"description": "x"}                                    | .description
			{"title": "x"}                                          | .title
			{"oneOf": []}                                           | .oneOf
			{"allOf": []}                                           | .allOf
			{"$ref": "#/definitions/x"}                             | .$ref
			{"definitions": {}}                                     | .definitions
			{"anyOf": [{"type": "object"}]}                         | ''
			{"type": "string"}                                      | ''
			{P: {"type": ["string", "null"]}}}                      | .properties.p.type
			{P: {"type": "null"}}}                                  | .properties.p.type
			{P: {"type": "date"}}}                                  | .properties.p.type
			{P: true}}                                              | .properties.p
			{P: "string"}}                                          | .properties.p
			{P: {"type": "string", "pattern": "a+"}}}               | .properties.p.pattern
			{P: {"type": "string", "minLength": 1}}}                | .properties.p.minLength
			{P: {"type": "string", "const": "a"}}}                  | .properties.p.const
			{P: {"type": "string", "default": "a"}}}                | .properties.p.default
			{P: {"type": "string", "enum": []}}}                    | .properties.p.enum
			{P: {"type": "string", "enum": ["a", 1]}}}              | .properties.p.enum
			{P: {"type": "integer", "enum": [1]}}}                  | .properties.p.enum
			{P: {"enum": ["a"]}}}                                   | .properties.p.enum
			{P: {"type": "string", "format": "uri"}}}               | .properties.p.format
			{P: {"type": "number", "format": "date"}}}              | .properties.p.format
			{P: {"type": "string", "minimum": 1}}}                  | .properties.p.minimum
			{P: {"type": "number", "minimum": "1"}}}                | .properties.p.minimum
			{P: {"type": "number", "minimum": 1e400}}}              | .properties.p.minimum
			{P: {"type": "integer", "maximum": -1e999999999}}}      | .properties.p.maximum
			{P: {"type": "number", "exclusiveMinimum": 1}}}         | .properties.p.exclusiveMinimum
			{P: {"type": "object", "items": {"type": "string"}}}}   | .properties.p.items
			{P: {"type": "array", "items": [{"type": "string"}]}}}  | .properties.p.items
			{P: {"type": "array", "items": true}}}                  | .properties.p.items
			{P: {"type": "array", "minItems": -1}}}                 | .properties.p.minItems
			{P: {"type": "array", "maxItems": 1.5}}}                | .properties.p.maxItems
			{P: {"type": "array", "uniqueItems": true}}}            | .properties.p.uniqueItems
			{P: {"type": "array", "items": {"type": "x"}}}}         | .properties.p.items.type
			{P: {"type": "string", "properties": {}}}}              | .properties.p.properties
			{P: {"type": "string", "nullable": "yes"}}}             | .properties.p.nullable
			{P: {"anyOf": []}}}                                     | .properties.p.anyOf
			{P: {"anyOf": [{"type": "string"}, {"const": 1}]}}}     | .properties.p.anyOf.1.const
			{"properties": []}                                      | .properties
			{"required": "p"}                                       | .required
			{"required": [1]}                                       | .required
			{"propertyOrdering": [1]}                               | .propertyOrdering
			""")
	void keywordThatTheApiDoesNotKnowIsRefused(String schema, String path) {
		Api.Reply reply = post("x", schema.replace("{P", "{\"properties\": {\"p\""));
		assertThat(reply.status()).isEqualTo(400);
		assertThat(reply.errorCode()).isEqualTo("INVALID_INPUT");
		assertThat(reply.wrongFields()).containsExactly("output_schema" + path);
	}

	@Test
	void schemaOfNestedLargeArraysIsRefused() {
		Api.Reply reply = post("List all books", properties(nested(9, "minItems")));
		assertThat(reply.status()).isEqualTo(400);
		assertThat(reply.wrongFields()).containsExactly("output_schema");
		assertThat(reply.raw()).contains("50000 values");
	}

	@Test
	void schemasOfTheMostWorkAreAnswered() {
		String choices = "{\"type\": \"string\"}";
		for (int i = 0; i < 9; i++) {
			choices = "{\"type\": \"boolean\", \"anyOf\": [%s]}".formatted(choices);
		}
		String wide = IntStream.range(0, 2000)
			.mapToObj((number) -> "\"price%d\": {\"type\": \"number\"}".formatted(number))
			.collect(Collectors.joining(", ", "{\"type\": \"object\", \"properties\": {", "}}"));
		for (String property : List.of(nested(2, "minItems"), nested(9, "maxItems"), choices, wide,
				"{\"type\": \"array\", \"items\": %s}".formatted(wide), "{\"type\": \"number\", \"minimum\": 1.7e308}",
				"{\"type\": \"integer\", \"maximum\": -1.7e308}", "{\"type\": \"array\", \"minItems\": 2000000000}",
				"{\"type\": \"array\", \"minItems\": 5, \"maxItems\": 1, \"items\": {\"anyOf\": [{}]}}")) {
			for (String goal : List.of("List all books", "How many books? " + "price ".repeat(20_000))) {
				Api.Reply reply = post(goal, properties(property));
				assertThat(reply.status()).as(property).isEqualTo(200);
				assertThat(reply.body()).containsEntry("status", "COMPLETED");
			}
		}
	}

	private static String properties(String property) {
		return "{\"properties\": {\"items\": %s}}".formatted(property);
	}

	private static String nested(int depth, String bound) {
		String schema = "{\"type\": \"string\"}";
		for (int i = 0; i < depth; i++) {
			schema = "{\"type\": \"array\", \"%s\": 100, \"items\": %s}".formatted(bound, schema);
		}
		return schema;
	}

	@ParameterizedTest
	@ValueSource(strings = { "{}", "true", "false", "{\"type\": \"object\"}", PRODUCT,
			"{\"properties\": {\"a\": {\"type\": \"object\", \"nullable\": true}}, \"propertyOrdering\": [\"a\"]}",
			"{\"properties\": {\"description\": {\"type\": \"string\"}, \"type\": {\"type\": \"string\"}}}" })
	void keywordThatTheApiKnowsIsAccepted(String schema) {
		assertThat(post("x", schema).status()).isEqualTo(200);
	}

	@Test
	void depthAndLengthAreBounded() {
		assertThat(post("x", nested(10)).status()).isEqualTo(200);
		assertThat(post("x", nested(11)).status()).isEqualTo(400);
		assertThat(post("x", long64k(63)).status()).isEqualTo(200);
		assertThat(post("x", long64k(65)).wrongFields()).containsExactly("output_schema");
	}

	@Test
	void withoutASchemaThereIsNoReport() {
		Api.Reply reply = api.post("/v1/automation/run", Api.submission("Look"));
		assertThat(reply.body()).containsEntry("schema_validation", null);
	}

	@Test
	void resultWithoutAScenarioFollowsTheSchema() {
		Api.Reply reply = post("Look", PRODUCT);
		assertThat(reply.object("schema_validation")).containsEntry("valid", true)
			.containsEntry("re_prompt_attempts", 0)
			.containsEntry("errors", List.of());
		assertThat(reply.object("result")).containsEntry("price", 20)
			.containsEntry("count", 3)
			.containsEntry("sold", true)
			.containsEntry("size", "S")
			.containsEntry("day", "2026-01-15")
			.containsKeys("name", "tags", "code");
		assertThat(post("Look", PRODUCT).body().get("result")).isEqualTo(reply.body().get("result"));
	}

	@Test
	void misfitIsVisibleEverywhere() {
		Api.Reply reply = post("Look [misfit]", PRODUCT);
		assertThat(reply.status()).isEqualTo(200);
		assertThat(reply.body()).containsEntry("status", "COMPLETED");
		Map<String, Object> report = reply.object("schema_validation");
		assertThat(report).containsEntry("valid", false).containsEntry("re_prompt_attempts", 2);
		String id = reply.text("run_id");
		assertThat(api.get("/v1/runs/" + id).object("schema_validation")).isEqualTo(report);
		assertThat(api.get("/v1/runs?limit=1").list("data").get(0)).containsEntry("schema_validation", report);
		assertThat(api.post("/v1/runs/batch", Api.batch(id)).list("data").get(0)).containsEntry("schema_validation",
				report);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			null                                                     |            | object                | null
			{"name": 5, "price": 25, "tags": [{"id": 1}]}            | name       | string                | number
			{"name": null, "price": 25, "tags": [{"id": 1}]}         | name       | string                | null
			{"price": 25, "tags": [{"id": 1}]}                       | name       | string                | undefined
			{"name": "a", "price": "25", "tags": [{"id": 1}]}        | price      | number                | string
			{"name": "a", "price": 19.5, "tags": [{"id": 1}]}        | price      | at least 20           | number
			{"name": "a", "price": 30.1, "tags": [{"id": 1}]}        | price      | at most 30            | number
			{"name": "a", "price": 25, "tags": []}                   | tags       | at least 1 items      | array
			{"name": "a", "price": 25, "tags": [{"id": 1}, {}]}      | tags.1.id  | integer               | undefined
			{"name": "a", "price": 25, "tags": [{"id": 1.5}]}        | tags.0.id  | integer               | number
			{"name": "a", "price": 25, "tags": ["x"]}                | tags.0     | object                | string
			{G, "size": "XL"}                                        | size       | one of S, M           | string
			{G, "sold": "yes"}                                       | sold       | boolean               | string
			{G, "code": true}                                        | code       | one of anyOf          | boolean
			""")
	void misfitIsNamed(String result, String path, String expected, String received) {
		given(result);
		Map<String, Object> report = post("chosen", PRODUCT).object("schema_validation");
		assertThat(report).containsEntry("valid", false)
			.containsEntry("errors", List.of(Map.of("path", (path != null) ? path : "", "expected", expected,
					"received", received, "message", "Expected " + expected + ", received " + received)));
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			[{"id": 1}]         | {"items": {"type": "array"}}                          | {"items":[{"id":1}]}
			[]                  | {"items": {"type": "array", "nullable": true}}        | {"items":[]}
			640                 | {"value": {"type": "number"}}                         | {"value":640}
			"a"                 | {"value": {"type": "string"}}                         | {"value":"a"}
			{"items": [1]}      | {"items": {"type": "array"}}                          | {"items":[1]}
			{"value": 640}      | {"value": {"type": "number"}}                         | {"value":640}
			[1]                 | {"value": {"type": "number"}}                         | [1]
			640                 | {"items": {"type": "array"}}                          | 640
			null                | {"items": {"type": "array"}}                          | null
			[1]                 | {"items": {"type": "array"}, "n": {"type": "number"}} | [1]
			[1]                 | {"offers": {"type": "array"}}                         | [1]
			[1]                 | {}                                                    | [1]
			""")
	void listsAndSingleValuesAreWrappedIfTheSchemaHasNothingElse(String result, String properties, String expected) {
		given(result);
		Api.Reply reply = post("chosen", "{\"type\": \"object\", \"properties\": " + properties + "}");
		assertThat(Json.write(reply.body().get("result"))).isEqualTo(expected);
		assertThat(reply.object("schema_validation")).containsEntry("valid", expected.startsWith("{"));
		assertThat(Json.write(api.get("/v1/runs/" + reply.text("run_id")).body().get("result"))).isEqualTo(expected);
	}

	@Test
	void listWithoutASchemaIsAList() {
		given("[1]");
		assertThat(api.post("/v1/automation/run", Api.submission("chosen")).body()).containsEntry("result", List.of(1));
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			{"offers": []}  | LIST | {"items": [{"id": integer, "tags": [string], "more": object}]}
			"a"             | LIST | {"items": [{"id": integer, "tags": [string], "more": object}]}
			[1]             | ONE  | {"value": number}
			[1]             | OPEN | {"code": string or integer, "any": value, "list": [value]}
			""")
	void resultOfAnotherFormNamesTheFormThatFits(String result, String schema, String form) {
		given(result);
		Map<String, String> schemas = Map.of("LIST", """
				{"type": "object", "required": ["items"], "properties": {"items": {"type": "array", "minItems": 1,
				 "items": {"type": "object", "properties": {"id": {"type": "integer"},
				 "tags": {"type": "array", "items": {"type": "string"}}, "more": {"type": "object"}}}}}}""", "ONE", """
				{"type": "object", "required": ["value"], "properties": {"value": {"type": "number"}}}""", "OPEN", """
				{"type": "object", "properties": {"code": {"anyOf": [{"type": "string"}, {"type": "integer"}]},
				 "any": {}, "list": {"type": "array"}}}""");
		assertThat(post("chosen", schemas.get(schema)).object("schema_validation").toString())
			.contains("This form fits: " + form);
	}

	@Test
	void formIsShort() {
		given("[]");
		assertThat(post("chosen", nested(10)).object("schema_validation").toString())
			.contains("received array. This form fits: {\"p\": {\"p\": {\"p\": ")
			.hasSizeLessThan(600);
	}

	@ParameterizedTest
	@ValueSource(strings = { "{G}", "{G, \"count\": null, \"more\": [1]}", "{G, \"count\": 2.0}", "{G, \"code\": 7}",
			"{G, \"code\": \"7\", \"size\": \"M\"}" })
	void resultThatFitsIsAccepted(String result) {
		given(result);
		assertThat(post("chosen", PRODUCT).object("schema_validation")).containsEntry("valid", true);
	}

	@Test
	void runThatFailedHasNoReport() {
		assertThat(post("[fail]", PRODUCT).body()).containsEntry("schema_validation", null);
	}

	@Test
	void selectorSeesTheSchema() {
		simulator.given((request) -> (request.outputSchema() != null && request.goal().equals("by schema"))
				? Scenario.completed(Map.of("seen", request.outputSchema())) : null);
		assertThat(post("by schema", "{\"type\": \"object\"}").object("result")).containsEntry("seen",
				"{\"type\":\"object\"}");
	}

	private static void given(String result) {
		String json = result.replace("{G", "{\"name\": \"a\", \"price\": 25, \"tags\": [{\"id\": 1}]");
		simulator.given("chosen", Scenario.builder().steps().pace(Duration.ZERO).resultJson(json).build());
	}

	private static Api.Reply post(String goal, String schema) {
		return api.post("/v1/automation/run",
				"{\"url\": \"https://a.example\", \"goal\": \"%s\", \"output_schema\": %s}".formatted(goal, schema));
	}

	private static String nested(int depth) {
		String schema = "{\"type\": \"string\"}";
		for (int i = 0; i < depth; i++) {
			schema = "{\"type\": \"object\", \"properties\": {\"p\": " + schema + "}}";
		}
		return schema;
	}

	private static String long64k(int kilobytes) {
		return "{\"propertyOrdering\":[\"" + "x".repeat(kilobytes * 1024) + "\"]}";
	}

}
