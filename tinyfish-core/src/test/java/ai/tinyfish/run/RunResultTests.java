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
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import com.fasterxml.jackson.annotation.JsonValue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.core.ParameterizedTypeReference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for {@link RunResult}.
 */
class RunResultTests {

	private static final String ITEMS = """
			{"items":[{"name":"Lamp","price":19.90,"colour":"red"},{"name":"Desk","price":249}],"unasked":true}""";

	@Test
	void convertsToARecordAndIgnoresWhatItDoesNotHave() {
		assertThat(completed(ITEMS).to(Basket.class)).isEqualTo(new Basket(
				List.of(new Item("Lamp", new BigDecimal("19.90")), new Item("Desk", new BigDecimal("249")))));
	}

	@Test
	void convertsToAGenericType() {
		Map<String, List<Item>> map = completed("{\"a\":[{\"name\":\"Lamp\"}]}")
			.to(new ParameterizedTypeReference<Map<String, List<Item>>>() {
			});
		assertThat(map.get("a")).containsExactly(new Item("Lamp", null));
	}

	@Test
	void convertsAnArrayToAList() {
		assertThat(completed("[{\"name\":\"Lamp\"},null]").toList(Item.class)).containsExactly(new Item("Lamp", null),
				null);
	}

	@Test
	void convertsAnObjectToAMapInItsOrderAndWithAllDigits() {
		Map<String, Object> map = completed("{\"z\":0.10000000000000000000000001,\"a\":[1,\"x\"]}").toMap();
		assertThat(map).containsExactly(Map.entry("z", new BigDecimal("0.10000000000000000000000001")),
				Map.entry("a", List.of(1, "x")));
	}

	@ParameterizedTest
	@ValueSource(strings = { "5", "\"5\"" })
	void convertsScalars(String json) {
		assertThat(completed(json).to(Integer.class)).isEqualTo(5);
		assertThat(completed(json).to(String.class)).isEqualTo("5");
	}

	@Test
	void keepsAnyShapeOfJson() {
		for (String json : List.of("[]", "[1,2]", "\"text\"", "1.50", "true", "{}", "1e400", "0.10", "-0.0",
				"1e99999999999")) {
			assertThat(completed(json).json()).isEqualTo(json);
			assertThat(completed(json).isEmpty()).isFalse();
		}
	}

	@Test
	void unwrapsADocumentInsideAString() {
		String wrapped = "\"{\\\"name\\\":\\\"Lamp\\\",\\\"price\\\":1}\"";
		assertThat(completed(wrapped).to(Item.class)).isEqualTo(new Item("Lamp", BigDecimal.ONE));
		assertThat(completed(wrapped).toMap()).containsEntry("name", "Lamp");
		assertThat(completed("\" [1, 2] \"").toList(Integer.class)).containsExactly(1, 2);
	}

	@Test
	void doesNotUnwrapWhereTextIsAskedFor() {
		assertThat(completed("\"{\\\"a\\\":1}\"").to(String.class)).isEqualTo("{\"a\":1}");
		assertThat(completed("\"[1]\"").to(CharSequence.class).toString()).isEqualTo("[1]");
	}

	@ParameterizedTest
	@ValueSource(strings = { "[sic] as they say", "{oops", "[1] see [2]" })
	void leavesATextThatOnlyBeginsLikeADocument(String text) {
		String json = "\"" + text + "\"";
		assertThat(completed(json).to(Object.class)).isEqualTo(text);
		assertThat(completed(json).to(char[].class)).containsExactly(text.toCharArray());
		assertThat(completed("\"[1, 2]\"").to(Object.class)).isEqualTo(List.of(1, 2));
	}

	@Test
	void takesAMarkdownBlockOffADocument() {
		assertThat(completed("\"```json\\n{\\\"name\\\":\\\"Lamp\\\"}\\n```\"").to(Item.class))
			.isEqualTo(new Item("Lamp", null));
		assertThat(completed("\"```\\n[1, 2]\\n```\\n\"").toList(Integer.class)).containsExactly(1, 2);
		assertThat(completed("\"```json\\n[1]\\n```\"").to(String.class)).startsWith("```");
	}

	@ParameterizedTest
	@ValueSource(strings = { "{\"products\":[1,2]}", "{\"result\":\"[1,2]\"}", "\"{\\\"items\\\":[1,2]}\"",
			"{\"data\":\"```json\\n[1, 2]\\n```\"}" })
	void takesAListOutOfAnObjectWithNothingElse(String json) {
		assertThat(completed(json).toList(Integer.class)).containsExactly(1, 2);
		assertThat(completed(json).to(int[].class)).containsExactly(1, 2);
	}

	@Test
	void takesASingleValueOutOfAnObjectWithNothingElse() {
		assertThat(completed("{\"value\":42}").to(Integer.class)).isEqualTo(42);
		assertThat(completed("{\"title\":\"Lamp\"}").to(String.class)).isEqualTo("Lamp");
	}

	@Test
	void leavesAnObjectThatTheTargetCanTake() {
		assertThat(completed("{\"items\":[]}").toMap()).containsOnlyKeys("items");
		assertThat(completed("{\"items\":[]}").to(Basket.class)).isEqualTo(new Basket(List.of()));
		for (String json : List.of("{\"items\":[1],\"more\":true}", "{}", "{\"items\":{\"a\":1}}")) {
			assertThatExceptionOfType(TinyFishResultMappingException.class)
				.isThrownBy(() -> completed(json).toList(Integer.class))
				.satisfies((ex) -> assertThat(ex.path()).isEqualTo("$"));
		}
	}

	@Test
	void saysWhereInsideAnObjectItDoesNotFit() {
		assertThatExceptionOfType(TinyFishResultMappingException.class)
			.isThrownBy(() -> completed("{\"the items\":[{\"price\":1},{\"price\":\"$7\"}]}").toList(Item.class))
			.satisfies((ex) -> assertThat(ex.path()).isEqualTo("$['the items'][1].price"));
	}

	@Test
	void saysWhereItDoesNotFit() {
		assertThatExceptionOfType(TinyFishResultMappingException.class)
			.isThrownBy(
					() -> completed("{\"items\":[{\"price\":1},{\"price\":2},{\"price\":\"$799\"}]}").to(Basket.class))
			.satisfies((ex) -> {
				assertThat(ex.path()).isEqualTo("$.items[2].price");
				assertThat(ex.expectedType()).isEqualTo(Basket.class);
				assertThat(ex.rawText()).contains("$799");
				assertThat(ex.runId()).isEqualTo("run_1");
				assertThat(ex.getMessage()).contains("run_1", "$.items[2].price", Basket.class.getName());
				assertThat(ex.getCause()).isNotNull();
			});
	}

	@Test
	void quotesUnusualNamesInThePath() {
		assertThatExceptionOfType(TinyFishResultMappingException.class)
			.isThrownBy(() -> completed("{\"a b's\":\"x\"}").to(new ParameterizedTypeReference<Map<String, Integer>>() {
			}))
			.satisfies((ex) -> assertThat(ex.path()).isEqualTo("$['a b\\'s']"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "{}", "{\"count\":null}", "{\"count\":1.5}", "{\"count\":\"many\"}", "[]", "\"text\"",
			"\"{broken\"" })
	void refusesWhatDoesNotFitRatherThanGuess(String json) {
		assertThatExceptionOfType(TinyFishResultMappingException.class)
			.isThrownBy(() -> completed(json).to(Counter.class))
			.satisfies((ex) -> assertThat(ex.rawText()).isEqualTo(json));
	}

	@ParameterizedTest
	@ValueSource(strings = { "{\"success\":false,\"reason\":\"captcha\"}", "{}", "{\"result\":{\"name\":\"Lamp\"}}",
			"\"```json\\n{\\\"title\\\":1}\\n```\"" })
	void refusesAnObjectThatHasNothingOfTheTarget(String json) {
		assertThatExceptionOfType(TinyFishResultMappingException.class).isThrownBy(() -> completed(json).to(Item.class))
			.withMessageContaining("none of name, price")
			.satisfies((ex) -> {
				assertThat(ex.path()).isEqualTo("$");
				assertThat(ex.rawText()).isEqualTo(json);
				assertThat(ex.violations()).isEmpty();
			});
		assertThat(completed(json).json()).isEqualTo(json);
	}

	@Test
	void namesTheOtherPropertiesUpToABound() {
		String json = "{\"success\":false,\"reason\":\"captcha\"," + IntStream.range(0, 100)
			.mapToObj((i) -> "\"" + "x".repeat(1000) + i + "\":1")
			.collect(Collectors.joining(",")) + "}";
		assertThatExceptionOfType(TinyFishResultMappingException.class).isThrownBy(() -> completed(json).to(Item.class))
			.withMessageContaining("but success, reason, xxx")
			.satisfies((ex) -> assertThat(ex.getMessage()).hasSizeLessThan(1000));
	}

	@Test
	void refusesAListOfWhichNoElementHasAnythingOfTheTarget() {
		assertThatExceptionOfType(TinyFishResultMappingException.class)
			.isThrownBy(() -> completed("{\"items\":[{\"error\":1},null,{\"error\":2}]}").toList(Item.class))
			.withMessageContaining("none of name, price, but error")
			.satisfies((ex) -> assertThat(ex.path()).isEqualTo("$.items"));
		assertThat(completed("[{\"error\":1},{\"name\":\"Lamp\"}]").toList(Item.class)).hasSize(2);
		assertThat(completed("[null]").toList(Item.class)).hasSize(1);
		assertThat(completed("[]").toList(Item.class)).isEmpty();
	}

	@Test
	void readsTheGivenPropertiesOfTheTarget() {
		assertThat(completed("{\"success\":false,\"price\":null}").to(Item.class)).isEqualTo(new Item(null, null));
		assertThat(completed("{\"items\":[{\"error\":1}]}").to(Basket.class).items())
			.containsExactly(new Item(null, null));
		assertThat(completed("{}").to(Choice.class)).isEqualTo(new Choice(Optional.empty()));
		assertThat(completed("{\"error\":1}").to(Object.class)).isEqualTo(Map.of("error", 1));
		assertThat(completed("{\"error\":1}").toMap()).containsOnlyKeys("error");
		assertThatExceptionOfType(TinyFishResultMappingException.class)
			.isThrownBy(() -> completed("{\"error\":1}").to(Choice.class));
	}

	static Stream<Arguments> guesses() {
		return Stream.of(Arguments.of("1", RunStatus.class), Arguments.of("\"1\"", RunStatus.class),
				Arguments.of("2026", LocalDate.class), Arguments.of("1e400", Double.class),
				Arguments.of("1e400", double.class), Arguments.of("-1e400", Float.class),
				Arguments.of("\"1e400\"", Double.class), Arguments.of("\"NaN\"", double.class),
				Arguments.of("1" + "0".repeat(400), Double.class), Arguments.of("1.5", Integer.class),
				Arguments.of("99999999999", Integer.class), Arguments.of("1e5", Long.class));
	}

	@ParameterizedTest
	@MethodSource("guesses")
	void refusesAValueThatTheTypeCannotHoldOrDoesNotMean(String json, Class<?> type) {
		assertThatExceptionOfType(TinyFishResultMappingException.class)
			.isThrownBy(() -> completed("{\"value\":" + json + "}").to(type))
			.satisfies((ex) -> assertThat(ex.path()).isEqualTo("$.value"));
	}

	@Test
	void readsWhatTheTypeMeans() {
		assertThat(completed("2").to(Level.class)).isEqualTo(Level.HIGH);
		assertThat(completed("\"COMPLETED\"").to(RunStatus.class)).isEqualTo(RunStatus.COMPLETED);
		assertThat(completed("\"2026-01-15\"").to(LocalDate.class)).isEqualTo("2026-01-15");
		assertThat(completed("1.5e300").to(double.class)).isEqualTo(1.5e300);
		assertThat(completed("[1.5,null]").toList(Double.class)).containsExactly(1.5, null);
		assertThat(completed("{\"value\":null}").to(new ParameterizedTypeReference<Map<String, Float>>() {
		})).containsEntry("value", null);
	}

	@Test
	void capsThePathInTheMessage() {
		assertThatExceptionOfType(TinyFishResultMappingException.class)
			.isThrownBy(() -> completed("{\"" + "x".repeat(10_000) + "\":\"y\"}")
				.to(new ParameterizedTypeReference<Map<String, Integer>>() {
				}))
			.satisfies((ex) -> assertThat(ex.getMessage()).hasSizeLessThan(1000));
	}

	@Test
	void refusesAnObjectWhereAListIsAskedForAndAnArrayWhereAMapIs() {
		assertThatExceptionOfType(TinyFishResultMappingException.class)
			.isThrownBy(() -> completed("{}").toList(Item.class))
			.satisfies((ex) -> {
				assertThat(ex.path()).isEqualTo("$");
				assertThat(ex.expectedType().getTypeName()).contains("List<" + Item.class.getName());
			});
		assertThatExceptionOfType(TinyFishResultMappingException.class).isThrownBy(() -> completed("[1]").toMap());
	}

	@Test
	void refusesToConvertANumberThatNothingCanHold() {
		assertThatExceptionOfType(TinyFishResultMappingException.class)
			.isThrownBy(() -> completed("{\"n\":1e99999999999}").toMap());
	}

	@Test
	void wrapsWhatTheTargetTypeThrows() {
		assertThatExceptionOfType(TinyFishResultMappingException.class)
			.isThrownBy(() -> completed("{\"value\":-1}").to(Picky.class))
			.withRootCauseInstanceOf(IllegalArgumentException.class);
	}

	@Test
	void capsTheRawTextAndTheMessage() {
		assertThatExceptionOfType(TinyFishResultMappingException.class)
			.isThrownBy(() -> completed("{\"count\":[\"" + "x".repeat(100_000) + "\"]}").to(Counter.class))
			.satisfies((ex) -> {
				assertThat(ex.rawText()).hasSize(8192);
				assertThat(ex.getMessage()).hasSizeLessThan(600);
			});
	}

	@Test
	void refusesToConvertNothing() {
		assertThatExceptionOfType(TinyFishResultMappingException.class)
			.isThrownBy(() -> completed("null").to(Item.class))
			.satisfies((ex) -> {
				assertThat(ex.path()).isEqualTo("$");
				assertThat(ex.rawText()).isEqualTo("null");
				assertThat(ex.expectedType()).isEqualTo(Item.class);
			});
		assertThatExceptionOfType(TinyFishResultMappingException.class)
			.isThrownBy(() -> RunResult.empty().toList(Item.class));
		assertThatExceptionOfType(TinyFishResultMappingException.class).isThrownBy(() -> RunResult.empty().toMap());
	}

	@ParameterizedTest
	@EnumSource(value = RunStatus.class, names = { "FAILED", "CANCELLED" })
	void refusesTheResultOfARunThatDidNotEndWellEvenIfThereIsAPart(RunStatus status) {
		RunError error = RunError.of("SITE_BLOCKED", "Blocked");
		RunResult result = AgentRun.builder()
			.runId("run_1")
			.statusText(status.name())
			.result(RunResult.ofJson(ITEMS))
			.error(error)
			.build()
			.result();
		assertThatExceptionOfType(TinyFishRunFailedException.class).isThrownBy(() -> result.to(Basket.class))
			.withMessage("Run run_1 ended " + status + " (SITE_BLOCKED): Blocked")
			.satisfies((ex) -> {
				assertThat(ex.runId()).isEqualTo("run_1");
				assertThat(ex.status()).isEqualTo(status);
				assertThat(ex.error()).isEqualTo(error);
			});
		assertThatExceptionOfType(TinyFishRunFailedException.class).isThrownBy(result::toMap);
		assertThatExceptionOfType(TinyFishRunFailedException.class).isThrownBy(() -> result.toList(Item.class));
		assertThat(result.json()).contains("Lamp");
		assertThat(result.isEmpty()).isFalse();
	}

	@Test
	void saysInOneShortLineWhyARunFailed() {
		String words = "Blocked\r\n2026-03-01 INFO all is well\u0000 " + "x".repeat(100_000);
		RunError error = RunError.of("SITE\nBLOCKED", words);
		RunResult result = AgentRun.builder().runId("run_1").statusText("FAILED").error(error).build().result();
		assertThatExceptionOfType(TinyFishRunFailedException.class).isThrownBy(result::toMap).satisfies((ex) -> {
			assertThat(ex).hasMessageStartingWith(
					"Run run_1 ended FAILED (SITE BLOCKED): Blocked 2026-03-01 INFO all is well  xxx");
			assertThat(ex.getMessage()).hasSizeLessThan(1100);
			assertThat(ex.error()).isEqualTo(error);
		});
	}

	@ParameterizedTest
	@ValueSource(strings = { "PENDING", "RUNNING", "UNKNOWN", "PAUSED" })
	void refusesTheResultOfARunThatHasNotEnded(String status) {
		RunResult result = AgentRun.builder().runId("run_1").statusText(status).build().result();
		assertThatIllegalStateException().isThrownBy(() -> result.to(Basket.class)).withMessageContaining("run_1");
		assertThatIllegalStateException().isThrownBy(result::toMap);
	}

	@Test
	void convertsAResultThatBelongsToNoRun() {
		assertThat(RunResult.ofJson("{\"count\":3}").to(Counter.class)).isEqualTo(new Counter(3));
	}

	@Test
	void isEmptyWhereTheJsonIsNull() {
		assertThat(RunResult.empty().isEmpty()).isTrue();
		assertThat(RunResult.empty().json()).isEqualTo("null");
		assertThat(RunResult.ofJson(" null ")).isEqualTo(RunResult.empty());
	}

	@ParameterizedTest
	@ValueSource(strings = { "", " ", "{", "{} {}", "nonsense" })
	void isNotMadeOfInvalidJson(String json) {
		assertThatIllegalArgumentException().isThrownBy(() -> RunResult.ofJson(json)).withMessageContaining("json");
	}

	@Test
	void isEqualByItsJsonForAnySpaceAndRun() {
		RunResult result = RunResult.ofJson("{ \"a\" : 1 }");
		assertThat(result).isEqualTo(completed("{\"a\":1}")).hasSameHashCodeAs(completed("{\"a\":1}"));
		assertThat(result).isNotEqualTo(completed("{\"a\":2}")).isNotEqualTo("{\"a\":1}");
	}

	@Test
	void describesItselfShortly() {
		assertThat(RunResult.ofJson("[1]")).hasToString("RunResult[[1]]");
		assertThat(RunResult.ofJson("\"" + "x".repeat(5000) + "\"").toString()).hasSizeLessThan(120);
		assertThat(AgentRun.completed("r", RunResult.ofJson("\"" + "x".repeat(5000) + "\"")).toString())
			.hasSizeLessThan(400);
	}

	@Test
	void failsOfARunWithoutIdOrErrorReadWell() {
		assertThat(new TinyFishRunFailedException(null, RunStatus.CANCELLED, null))
			.hasMessage("The run ended CANCELLED");
		assertThat(new TinyFishRunFailedException("r", RunStatus.FAILED, RunError.of("C", null)))
			.hasMessage("Run r ended FAILED: C");
	}

	@Test
	void exceptionsAboutEndingsKnowTheirRun() {
		IllegalStateException cause = new IllegalStateException("cause");
		assertThat(new TinyFishRunTimeoutException("Too long", cause, "r").runId()).isEqualTo("r");
		assertThat(new TinyFishRunTimeoutException("Too long", cause, "r")).hasMessage("Too long").hasCause(cause);
		assertThat(new TinyFishRunOutcomeUnknownException("Lost", cause, null).runId()).isNull();
		assertThat(new TinyFishRunOutcomeUnknownException("Lost", cause, null)).hasMessage("Lost").hasCause(cause);
	}

	private static RunResult completed(String json) {
		return AgentRun.completed("run_1", RunResult.ofJson(json)).result();
	}

	record Item(String name, BigDecimal price) {

	}

	record Basket(List<Item> items) {

	}

	enum Level {

		LOW(1), HIGH(2);

		private final int code;

		Level(int code) {
			this.code = code;
		}

		@JsonValue
		int code() {
			return this.code;
		}

	}

	record Choice(Optional<String> chosen) {

	}

	record Counter(int count) {

	}

	record Picky(int value) {

		Picky {
			if (value < 0) {
				throw new IllegalArgumentException("negative");
			}
		}

	}

}
