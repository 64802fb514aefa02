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
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.LongStream;

import ai.tinyfish.simulator.TinyFishSimulator;
import ai.tinyfish.simulator.testing.Api;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Results of runs with a schema and no scenario fit any schema.
 * {@code -Dtinyfish.test.seed=<seed>} repeats a failure.
 */
class SchemaFitTests {

	private static final List<String> NAMES = List.of("name", "title", "price", "amount", "currency", "inStock",
			"stock", "author", "rating", "url", "description", "category", "items", "value", "products", "offers",
			"isbn", "more", "text");

	private static final List<String> GOALS = List.of("List all", "The 3 cheapest books", "How many books are there?",
			"The price of Bread at Daybreak", "Is one in stock?", "Two mysteries, most expensive first");

	@AutoClose
	private static final TinyFishSimulator simulator = TinyFishSimulator.builder().pace(Duration.ZERO).start();

	private static final Api api = new Api(simulator);

	@ParameterizedTest
	@ValueSource(strings = { "{}", "{\"type\": \"object\"}", "{\"required\": [\"price\", \"price\"]}",
			"{\"properties\": {}}", "{\"properties\": {\"\": {}, \"price\": {}}}",
			"{\"properties\": {\"price\": {\"type\": \"number\", \"anyOf\": [{\"type\": \"number\", \"minimum\": 99}]}}}",
			"{\"properties\": {\"name\": {\"type\": \"string\", \"anyOf\": [{\"type\": \"string\", \"enum\": [\"A\"]}]}}}",
			"{\"properties\": {\"pages\": {\"type\": \"number\", \"anyOf\": [{\"type\": \"number\", \"minimum\": 99}]}}}",
			"{\"properties\": {\"price\": {\"nullable\": true, \"anyOf\": [{\"type\": \"boolean\"}]}}}",
			"{\"properties\": {\"stock\": {\"type\": \"integer\", \"minimum\": 7.5, \"maximum\": 8.5}}}",
			"{\"properties\": {\"a\": {\"type\": \"integer\", \"maximum\": 2.5}, \"price\": {\"type\": \"integer\", \"maximum\": -3}}}",
			"{\"properties\": {\"price\": {\"type\": \"number\", \"minimum\": 1e300}}}",
			"{\"properties\": {\"items\": {\"type\": \"array\"}}}",
			"{\"properties\": {\"items\": {\"type\": \"array\", \"items\": {}}}}",
			"{\"properties\": {\"items\": {\"type\": \"array\", \"items\": {\"type\": \"array\", \"items\": {\"properties\": {\"price\": {}}}}}}}",
			"{\"properties\": {\"titles\": {\"type\": \"array\", \"minItems\": 40, \"items\": {\"type\": \"string\"}}}}",
			"{\"properties\": {\"value\": {\"properties\": {\"value\": {\"type\": \"number\"}}}}}",
			"{\"properties\": {\"value\": {\"type\": \"string\"}}, \"required\": [\"value\", \"price\"]}" })
	void oddSchemaIsFitted(String schema) {
		for (String goal : GOALS) {
			assertFits("", goal, schema);
		}
	}

	static LongStream seeds() {
		Long given = Long.getLong("tinyfish.test.seed");
		return (given != null) ? LongStream.of(given)
				: new SplittableRandom().longs(Integer.getInteger("tinyfish.test.seeds", 1));
	}

	@ParameterizedTest(name = "seed {0}")
	@MethodSource("seeds")
	void madeUpSchemaIsFitted(long seed) {
		SplittableRandom random = new SplittableRandom(seed);
		for (int i = 0; i < 300; i++) {
			String schema = JsonMapper.shared().writeValueAsString(object(random, 0));
			assertFits("Seed " + seed + ": ", GOALS.get(random.nextInt(GOALS.size())), schema);
		}
	}

	private static void assertFits(String prefix, String goal, String schema) {
		String body = "{\"url\": \"https://a.example\", \"goal\": \"%s\", \"output_schema\": %s}".formatted(goal,
				schema);
		Api.Reply reply = api.post("/v1/automation/run", body);
		assertThat(reply.status()).as(prefix + body).isEqualTo(200);
		assertThat(reply.object("schema_validation")).as(prefix + body + " -> " + reply.raw())
			.containsEntry("valid", true);
	}

	private static Map<String, Object> object(SplittableRandom random, int depth) {
		Map<String, Object> properties = new LinkedHashMap<>();
		int count = random.nextInt(1, 5);
		for (int i = 0; i < count; i++) {
			properties.put(name(random), schema(random, depth + 1));
		}
		Map<String, Object> object = new LinkedHashMap<>(Map.of("type", "object", "properties", properties));
		if (random.nextBoolean()) {
			List<String> required = new ArrayList<>(properties.keySet());
			required.add(name(random));
			object.put("required", required);
		}
		return object;
	}

	private static String name(SplittableRandom random) {
		return NAMES.get(random.nextInt(NAMES.size()));
	}

	private static Map<String, Object> schema(SplittableRandom random, int depth) {
		Map<String, Object> schema = switch (random.nextInt((depth < 4) ? 8 : 5)) {
			case 0 -> random.nextBoolean() ? Map.of("type", "string")
					: Map.of("type", "string", "enum", List.of("GBP", "YES", "in_stock"));
			case 1 -> Map.of("type", "string", "format",
					List.of("date", "date-time", "time", "duration").get(random.nextInt(4)));
			case 2 -> number(random, "number");
			case 3 -> number(random, "integer");
			case 4 -> Map.of("type", "boolean");
			case 5 -> object(random, depth);
			case 6 -> array(random, depth);
			default -> Map.of("anyOf", List.of(schema(random, depth + 1), schema(random, depth + 1)));
		};
		Map<String, Object> whole = new LinkedHashMap<>(schema);
		if (random.nextInt(4) == 0) {
			whole.put("nullable", true);
		}
		return whole;
	}

	private static Map<String, Object> number(SplittableRandom random, String type) {
		Map<String, Object> number = new LinkedHashMap<>(Map.of("type", type));
		double minimum = random.nextInt(-60, 60) / 2.0;
		if (random.nextBoolean()) {
			number.put("minimum", minimum);
		}
		if (random.nextBoolean()) {
			number.put("maximum", minimum + random.nextInt(1, 20));
		}
		return number;
	}

	private static Map<String, Object> array(SplittableRandom random, int depth) {
		Map<String, Object> array = new LinkedHashMap<>(Map.of("type", "array"));
		int minimum = random.nextInt(4);
		if (random.nextBoolean()) {
			array.put("minItems", minimum);
		}
		if (random.nextBoolean()) {
			array.put("maxItems", minimum + random.nextInt(14));
		}
		if (random.nextInt(5) > 0) {
			array.put("items", schema(random, depth + 1));
		}
		return array;
	}

}
