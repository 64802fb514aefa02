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

package ai.tinyfish.internal.json;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;

import ai.tinyfish.run.AgentRun;
import ai.tinyfish.run.Run;
import ai.tinyfish.run.RunPage;
import ai.tinyfish.run.RunStep;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.LIST;

/**
 * Tests for {@link PlainJson}, as runs read it.
 */
class PlainJsonTests {

	private static final int MAX_TEXT = 64 * 1024;

	private static final int MANY = 200_000;

	private static final JsonMapper PLAIN_NUMBERS = JsonMapper.builder()
		.enable(StreamWriteFeature.WRITE_BIGDECIMAL_AS_PLAIN)
		.build();

	@Test
	void emptyMapsAndListsTakeNoMemoryOfTheirOwn() {
		Map<String, ?> properties = read("\"a\":[],\"b\":{},\"c\":[[],{}]");
		assertThat(properties.get("a")).isSameAs(Collections.emptyList()).asInstanceOf(LIST).doesNotContainNull();
		assertThat(properties.get("b")).isSameAs(Collections.emptyMap());
		assertThat(properties.get("c")).isEqualTo(List.of(List.of(), Map.of()));
	}

	@ParameterizedTest
	@ValueSource(strings = { "[]", "{}", "\"\"", "0", "null", "[[]]", "{\"a\":true}" })
	void aPropertyOfTooManyValuesIsTheBeginningOfItsJson(String item) {
		String json = repeated(item);
		for (String property : List.of("[" + json + "]", "{\"list\":[" + json + "],\"last\":1}")) {
			Map<String, ?> properties = read("\"first\":[1],\"new\":" + property + ",\"profile_id\":\"prof_1\"");
			assertThat(properties.get("new")).isInstanceOfSatisfying(String.class,
					(text) -> assertThat(property).startsWith(text).hasSizeGreaterThan(text.length()));
			assertThat((String) properties.get("new")).hasSizeBetween(9_000, MAX_TEXT);
			assertThat(properties.get("first")).isEqualTo(List.of(1));
			assertThat(properties.get("profile_id")).isEqualTo("prof_1");
		}
	}

	@Test
	void aTextIsCutWhereverItStands() {
		String text = "x".repeat(3_000_000);
		Map<String, ?> properties = read("\"a\":\"%1$s\",\"b\":[\"%1$s\"],\"started_at\":\"%1$s\"".formatted(text));
		String beginning = text.substring(0, MAX_TEXT);
		assertThat(properties.get("a")).isEqualTo(beginning);
		assertThat(properties.get("b")).isEqualTo(List.of(beginning));
		assertThat(properties.get("started_at")).isEqualTo(beginning);
	}

	@Test
	void aTextIsNotCutInsideACharacter() {
		String text = "x".repeat(MAX_TEXT - 1) + "\ud83d\udd11";
		assertThat(read("\"a\":\"" + text + "\"").get("a")).isEqualTo("x".repeat(MAX_TEXT - 1));
	}

	@Test
	void ofManyLongTextsAMillionCharactersAreKept() {
		List<String> texts = new ArrayList<>();
		for (int i = 0; i < 100; i++) {
			texts.add("\"n" + i + "\":" + ((i % 2 == 0) ? "\"%s\"" : "[\"%s\"]").formatted("x".repeat(MAX_TEXT)));
		}
		Map<String, ?> properties = read(String.join(",", texts));
		assertThat(properties).hasSizeBetween(16, 17).containsKeys("n0", "n1", "n15");
		assertThat(properties.toString()).hasSizeBetween(1024 * 1024 - 100, 1024 * 1024 + 500);
	}

	@ParameterizedTest
	@ValueSource(strings = { "null", "0", "\"\"", "[]" })
	void ofTooManyPropertiesTheFirstAreKept(String value) {
		StringBuilder json = new StringBuilder("\"n\":0");
		for (int i = 1; i < MANY; i++) {
			json.append(",\"n").append(i).append("\":").append(value);
		}
		assertThat(read(json.toString())).hasSize(10_000).containsKeys("n", "n9999");
	}

	@Test
	void ofManyLongNamesAMillionCharactersAreKept() {
		List<String> names = new ArrayList<>();
		for (int i = 10; i < 90; i++) {
			names.add("\"" + "n".repeat(40_000) + i + "\":1");
		}
		String json = String.join(",", names);
		assertThat(read(json)).hasSize(26);
		assertThat(read("\"a\":{" + json + "},\"b\":1"))
			.isEqualTo(Map.of("a", ("{" + json).substring(0, MAX_TEXT), "b", 1));
	}

	@Test
	void stepsAndTheErrorOfARunShareItsRoom() {
		String step = "{\"new\":[" + "0,".repeat(999) + "0],\"timestamp\":[[]]}";
		Run run = Json.read(
				("{\"run_id\":\"r\",\"status\":\"FAILED\",\"steps\":[" + String.join(",", Collections.nCopies(20, step))
						+ "],\"error\":{\"message\":\"m\",\"details\":[1]},\"profile_id\":\"prof_1\"}")
					.getBytes(StandardCharsets.UTF_8),
				Run.class);
		assertThat(run.steps()).hasSize(20);
		assertThat(run.steps().get(8).additionalProperties().get("new")).asInstanceOf(LIST).hasSize(1000);
		assertThat(run.steps().get(9).additionalProperties().get("new")).isInstanceOf(String.class);
		assertThat(run.steps().stream().map(RunStep::additionalProperties).mapToInt(PlainJsonTests::count).sum())
			.isLessThanOrEqualTo(10_000);
	}

	@Test
	void eachRunOfAPageHasRoomOfItsOwn() {
		String run = "{\"run_id\":\"r\",\"status\":\"COMPLETED\",\"new\":[" + "0,".repeat(8999) + "0]}";
		String json = "[" + String.join(",", run, run, run) + "]";
		for (JsonMapper mapper : List.of(Json.mapper(), JsonMapper.shared())) {
			assertThat(mapper.readValue(json, new TypeReference<List<AgentRun>>() {
			})).allSatisfy(
					(read) -> assertThat(read.additionalProperties().get("new")).asInstanceOf(LIST).hasSize(9000));
			assertThat(mapper.readValue("{\"data\":" + json + ",\"pagination\":{\"has_more\":false}}", RunPage.class)
				.data()).allSatisfy(
						(read) -> assertThat(read.additionalProperties().get("new")).asInstanceOf(LIST).hasSize(9000));
			assertThat(
					mapper.treeToValue(mapper.readTree(json).get(1), AgentRun.class).additionalProperties().get("new"))
				.asInstanceOf(LIST)
				.hasSize(9000);
		}
	}

	@ParameterizedTest
	@CsvSource({ "1e9999,true", "1e-9999,true", "1e10000,false", "1e-10000,false", "-1e10000,false", "1.5,true" })
	void aNumberThatMappersRefuseToWriteOutIsAText(String number, boolean kept) {
		AgentRun run = run("\"n\":" + number);
		assertThat(run.additionalProperties().get("n")).isEqualTo(kept ? new BigDecimal(number) : number);
		assertThat(PLAIN_NUMBERS.writeValueAsString(run))
			.contains("\"n\":" + (kept ? new BigDecimal(number).toPlainString() : "\"" + number + "\""));
	}

	private static int count(Object value) {
		if (value instanceof Map<?, ?> map) {
			return 1 + map.values().stream().mapToInt(PlainJsonTests::count).sum();
		}
		return (value instanceof List<?> list) ? 1 + list.stream().mapToInt(PlainJsonTests::count).sum() : 1;
	}

	private static String repeated(String item) {
		String[] items = new String[MANY];
		Arrays.fill(items, item);
		return String.join(",", items);
	}

	private static Map<String, ?> read(String properties) {
		return run(properties).additionalProperties();
	}

	private static AgentRun run(String properties) {
		String json = "{\"run_id\":\"r\",\"status\":\"COMPLETED\"," + properties + "}";
		return Json.read(json.getBytes(StandardCharsets.UTF_8), AgentRun.class);
	}

}
