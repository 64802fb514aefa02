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

import java.lang.reflect.Method;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import ai.tinyfish.internal.json.Json;
import com.fasterxml.jackson.annotation.JsonAutoDetect.Visibility;
import com.fasterxml.jackson.annotation.JsonInclude.Include;
import com.fasterxml.jackson.annotation.JsonProperty;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.cfg.DateTimeFeature;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.util.ClassUtils;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * The records go to JSON and back with mappers that are not ours.
 */
class RunRoundTripTests {

	private static final RunError ERROR = RunError.builder()
		.code("SITE_BLOCKED")
		.message("Blocked")
		.categoryText("AGENT_FAILURE")
		.retryAfter(Duration.ofMillis(1500))
		.helpUrl("https://help.example")
		.helpMessage("Read on")
		.build();

	private static final SchemaValidation VALIDATION = new SchemaValidation(false, 1,
			List.of(new SchemaValidation.Violation("a.b", "string", "number", "no")));

	private static final RunResult RESULT = RunResult.ofJson("""
			{"b":1.10,"a":[1e400,null,"x",{"deep":0.1234567890123456789012345}],"text":"\\u00e4\\n"}""");

	private static final Run RUN = Run.builder()
		.runId("run_1")
		.statusText("COMPLETED")
		.goal("Look")
		.createdAt(Instant.parse("2026-03-02T08:00:00Z"))
		.startedAt(Instant.parse("2026-03-02T08:00:01.123Z"))
		.finishedAt(Instant.parse("2026-03-02T08:00:02Z"))
		.numOfSteps(3)
		.result(RESULT)
		.schemaValidation(VALIDATION)
		.error(ERROR)
		.streamingUrl("https://w.example")
		.browserConfig(new Run.BrowserConfig(true, "US"))
		.outputSchema(Map.of("type", "object"))
		.videoUrl("https://v.example")
		.steps(List.of(RunStep.builder()
			.id("s")
			.timestamp(Instant.parse("2026-03-02T08:00:01Z"))
			.statusText("COMPLETED")
			.action("Click")
			.screenshot("data:x")
			.screenshotUrl("https://x")
			.durationText("1s")
			.build()))
		.build();

	private static final Map<String, Object> ADDITIONAL = additional();

	/**
	 * A run of which the service says more than this version knows.
	 */
	private static final Run RUN_WITH_MORE = Run.builder()
		.runId("run_1")
		.statusText("FAILED")
		.goal("Look")
		.finishedAt(Instant.parse("2026-03-02T08:00:02Z"))
		.numOfSteps(3)
		.result(RESULT)
		.error(RunError.builder().code("C").message("m").additionalProperties(Map.of("details", List.of("d"))).build())
		.steps(List.of(RunStep.builder()
			.id("s")
			.statusText("COMPLETED")
			.additionalProperties(Map.of("timestamp", "yesterday", "html_url", "https://h.example"))
			.build()))
		.additionalProperties(ADDITIONAL)
		.build();

	private static Map<String, Object> additional() {
		Map<String, Object> properties = new LinkedHashMap<>();
		properties.put("profile_id", "prof_1");
		properties.put("profile_attached", false);
		properties.put("profile_hint", Map.of("reason", "auth_wall", "setup_url", "https://p.example"));
		properties.put("created_at", "yesterday");
		properties.put("started_at", List.of(1, "x"));
		properties.put("nothing", null);
		properties.put("numbers", List.of(1, 5_000_000_000L, new BigInteger("99999999999999999999"),
				new BigDecimal("1.10"), new BigDecimal("1E+400")));
		return properties;
	}

	static Stream<JsonMapper> mappers() {
		return Stream.of(JsonMapper.shared(), Json.mapper(), Json.resultMapper(),
				strict().propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE).build(),
				strict().propertyNamingStrategy(PropertyNamingStrategies.UPPER_CAMEL_CASE).build(),
				strict().propertyNamingStrategy(PropertyNamingStrategies.UPPER_SNAKE_CASE).build(),
				strict().changeDefaultPropertyInclusion((inclusion) -> inclusion.withValueInclusion(Include.NON_EMPTY))
					.disable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
					.build(),
				strict()
					.enable(DateTimeFeature.WRITE_DATES_AS_TIMESTAMPS, DateTimeFeature.WRITE_DURATIONS_AS_TIMESTAMPS)
					.build(),
				strict().enable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
					.disable(MapperFeature.DETECT_PARAMETER_NAMES)
					.enable(SerializationFeature.INDENT_OUTPUT)
					.build());
	}

	private static JsonMapper.Builder strict() {
		return JsonMapper.builder()
			.enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES,
					DeserializationFeature.FAIL_ON_IGNORED_PROPERTIES);
	}

	@ParameterizedTest
	@MethodSource("mappers")
	void everyRecordComesBackEqual(JsonMapper mapper) {
		for (Object value : List.of(RUN, RUN.toAgentRun(), ERROR, VALIDATION, RESULT, RunResult.empty(), RUN_WITH_MORE,
				RUN_WITH_MORE.toAgentRun(), AgentRun.completed("r", RunResult.empty()), AgentRun.failed("r", ERROR),
				new RunPage(List.of(RUN), new Pagination(5L, "MQ==", true)),
				new RunPage(List.of(), new Pagination(null, null, false)),
				new QueuedRun("r", ERROR, "t", "https://u", "g"), new QueuedRun(null, null, null, null, null),
				new CancelledRun("r", "CANCELLED", Instant.parse("2026-03-02T08:00:00Z"), "m"))) {
			String json = mapper.writeValueAsString(value);
			assertThat(mapper.readValue(json, value.getClass())).as(json).isEqualTo(value);
		}
	}

	@ParameterizedTest
	@MethodSource("mappers")
	void recordsSurviveConversionsWithoutText(JsonMapper mapper) {
		AgentRun run = AgentRun.builder()
			.runId("r")
			.statusText("COMPLETED")
			.numOfSteps(1)
			.result(RunResult.ofJson("{\"a\":[1,\"x\",null,true]}"))
			.build();
		assertThat(mapper.treeToValue(mapper.valueToTree(run), AgentRun.class)).isEqualTo(run);
		Map<?, ?> map = mapper.convertValue(run, Map.class);
		assertThat(map.get("run_id")).isEqualTo("r");
	}

	@Test
	void namesAreThoseOfTheWireWithAnyNamingStrategy() {
		String json = strict().propertyNamingStrategy(PropertyNamingStrategies.UPPER_CAMEL_CASE)
			.build()
			.writeValueAsString(AgentRun.completed("r", RunResult.ofJson("[1]")));
		assertThat(json).isEqualTo("""
				{"run_id":"r","status":"COMPLETED","num_of_steps":null,"result":[1],"schema_validation":null,\
				"error":null}""");
	}

	@Test
	void aMapperThatSeesFieldsOfObjectsChangesNothing() {
		JsonMapper mapper = JsonMapper.builder()
			.changeDefaultVisibility((visibility) -> visibility.withFieldVisibility(Visibility.ANY))
			.build();
		Run run = RUN_WITH_MORE.toBuilder().additionalProperties(Map.of("fields", 1, "values", "x")).build();
		for (Object value : List.of(RUN, RUN.toAgentRun(), RUN_WITH_MORE, run, ERROR, RUN.steps().get(0))) {
			String json = mapper.writeValueAsString(value);
			assertThat(json).isEqualTo(JsonMapper.shared().writeValueAsString(value));
			assertThat(mapper.readValue(json, value.getClass())).as(json).isEqualTo(value);
		}
	}

	@ParameterizedTest
	@MethodSource("mappers")
	void noPropertyIsWrittenTwice(JsonMapper mapper) {
		JsonMapper strict = JsonMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();
		Map<String, Object> known = new LinkedHashMap<>(ADDITIONAL);
		known.putAll(Map.of("run_id", "other", "runId", "other", "status", "other", "finished_at", "soon"));
		AgentRun run = AgentRun.builder()
			.runId("r")
			.statusText("FAILED")
			.finishedAt(Instant.parse("2026-03-02T08:00:02Z"))
			.numOfSteps(3)
			.result(RESULT)
			.error(ERROR)
			.additionalProperties(known)
			.build();
		assertThat(run.additionalProperties()).isEqualTo(ADDITIONAL);
		for (Object value : List.of(RUN_WITH_MORE, run)) {
			String json = mapper.writeValueAsString(value);
			assertThat(strict.readTree(json).get("created_at").asString()).isEqualTo("yesterday");
		}
	}

	@Test
	void everyFieldOfADocumentIsSetByItsBuilderAndComesBack() {
		for (RunDocument document : List.of(RUN, RUN.toAgentRun(), ERROR, RUN.steps().get(0))) {
			JsonNode json = JsonMapper.shared().valueToTree(document);
			for (Method accessor : document.getClass().getMethods()) {
				JsonProperty property = accessor.getAnnotation(JsonProperty.class);
				if (property != null) {
					assertThat(json.path(property.value()).isNull()).as(accessor.toString()).isFalse();
					assertThat(document.getClass().getDeclaredClasses()).anyMatch(
							(builder) -> ClassUtils.hasMethod(builder, accessor.getName(), accessor.getReturnType()));
				}
			}
		}
	}

	@Test
	void aBuilderKeepsTheFieldsThatNothingIsKnownOf() {
		for (RunDocument document : List.of(RUN_WITH_MORE, RUN_WITH_MORE.toAgentRun(), RUN_WITH_MORE.error(),
				RUN_WITH_MORE.steps().get(0))) {
			assertThat(document.additionalProperties()).isNotEmpty();
		}
		assertThat(RUN_WITH_MORE.toBuilder().build()).isEqualTo(RUN_WITH_MORE);
		assertThat(RUN_WITH_MORE.toBuilder().goal("Other").build()).isNotEqualTo(RUN_WITH_MORE)
			.extracting(Run::additionalProperties)
			.isEqualTo(RUN_WITH_MORE.additionalProperties());
		assertThat(RUN_WITH_MORE.toBuilder().additionalProperties(Map.of("a", 1)).build().additionalProperties())
			.isEqualTo(Map.of("a", 1));
		assertThat(RUN.toBuilder().additionalProperties(Map.of("started_at", "soon")).build()).isEqualTo(RUN);
		assertThat(RUN_WITH_MORE.toBuilder().startedAt(Instant.EPOCH).build().additionalProperties())
			.doesNotContainKey("started_at");
	}

	@Test
	void aResultThatWasReadBackStillKnowsItsRun() {
		AgentRun failed = AgentRun.failed("run_5", ERROR);
		JsonMapper mapper = JsonMapper.shared();
		AgentRun readBack = mapper.readValue(mapper.writeValueAsString(failed), AgentRun.class);
		assertThatExceptionOfType(TinyFishRunFailedException.class).isThrownBy(() -> readBack.result().toMap())
			.satisfies((ex) -> assertThat(ex.runId()).isEqualTo("run_5"));
	}

}
