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

package ai.tinyfish.spring.test.evaluation;

import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

import ai.tinyfish.ReactiveTinyFishClient;
import ai.tinyfish.TinyFishClient;
import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.run.GoalEvaluator;
import ai.tinyfish.run.TypedRun;
import ai.tinyfish.simulator.Fault;
import ai.tinyfish.simulator.FaultPoint;
import ai.tinyfish.simulator.Scenario;
import ai.tinyfish.simulator.SimulatedRun;
import ai.tinyfish.simulator.TinyFishSimulator;
import ai.tinyfish.spring.test.AutoConfigureTinyFishSimulator;
import ai.tinyfish.spring.webagent.ImportWebAgents;
import ai.tinyfish.webagent.Goal;
import ai.tinyfish.webagent.WebAgent;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static ai.tinyfish.spring.test.TinyFishAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

/**
 * Evaluations with the simulator.
 */
@SpringBootTest(webEnvironment = WebEnvironment.NONE,
		properties = { "tinyfish.budget.steps-per-run=10", "tinyfish.budget.price-per-step=0.02" })
@AutoConfigureTinyFishSimulator(apiKeys = EvaluationTests.KEY)
class EvaluationTests {

	static final String KEY = "sk-of-the-evaluation";

	private static final Scenario TWO_BOOKS = Scenario.completed(List.of(book("Tea"), book("Salt")));

	@Autowired
	Shop shop;

	@Autowired
	TinyFishClient client;

	@Autowired
	ReactiveTinyFishClient reactive;

	@Autowired
	TinyFishSimulator simulator;

	@Test
	void successNeedsAReachedGoalACompleteValueAndThePassedCheck() {
		this.simulator.given("Short", TWO_BOOKS, Scenario.failed("SITE_BLOCKED", "Access denied"),
				Scenario.completed(Map.of("status", "failure", "reason", "A captcha")),
				Scenario.completed(List.of(Map.of("title", "Tea"))), Scenario.completed(List.of(book("Tea"))),
				Scenario.builder().cancelled().build(), TWO_BOOKS);
		EvaluationReport report = Evaluation.of("short", () -> this.shop.shortList(2))
			.check((books) -> assertThat(books).hasSize(2))
			.repetitions(7)
			.concurrency(1)
			.run();
		JsonNode candidate = json(report).at("/candidates/0");
		assertThat(candidate.at("/rate/successes").asInt()).isEqualTo(2);
		assertThat(candidate.at("/rate/known").asInt()).isEqualTo(7);
		assertThat(outcomes(candidate)).containsExactly("SUCCESS", "MISS", "MISS", "MISS", "MISS", "MISS", "SUCCESS");
		List<String> runs = this.simulator.journal().runs().stream().map(SimulatedRun::id).toList();
		assertThat(candidate.at("/calls")).extracting((call) -> call.at("/runs/0").asString())
			.containsExactlyElementsOf(runs);
		assertThat(report.toString()).contains("short: 2 of 7 successful (95 % interval: 8 to 64 %)", "Access denied",
				"A captcha", "does not match the output schema", "Expected size: 2 but was: 1", "The run was cancelled",
				runs.get(1));
		assertThat(runs).noneMatch((id) -> id.equals(runs.get(0)) && report.toString().contains(id));
	}

	@Test
	void candidatesAlternate() {
		Evaluation.of("A", () -> this.shop.shortList(1))
			.against("B", () -> this.shop.longList(1))
			.repetitions(3)
			.concurrency(1)
			.run();
		assertThat(this.simulator.journal().runs()).extracting((run) -> run.request().goal().contains("Short"))
			.containsExactly(true, false, true, false, true, false);
	}

	@Test
	void betterCandidateIsNamedAndTheOtherOneIsWorse() {
		this.simulator.given("Short", Scenario.failed("SITE_BLOCKED", "Access denied"));
		EvaluationReport report = Evaluation.of("A", () -> this.shop.shortList(1))
			.against("B", () -> this.shop.longList(1))
			.repetitions(8)
			.run();
		JsonNode json = json(report);
		assertThat(json.at("/difference/result").asString()).isEqualTo("B is better");
		assertThat(json.at("/difference/share/value").asDouble()).isEqualTo(1);
		assertThat(report.toString()).contains("B - A: +100 points", "Result: B is better");
		assertThat(report.requireNotWorse("A")).isSameAs(report);
		assertThatExceptionOfType(AssertionError.class).isThrownBy(() -> report.requireNotWorse("B"))
			.withMessageStartingWith("A is worse than B.");
		assertThatExceptionOfType(AssertionError.class).isThrownBy(() -> report.requireAtLeast(0.8))
			.withMessageStartingWith("A is below 0.8.");
		assertThat(report.requireAtLeast(0.2)).isSameAs(report);
	}

	@Test
	void fewCallsShowNoDifference() {
		this.simulator.given("Short", Scenario.failed("SITE_BLOCKED", "Access denied"), TWO_BOOKS);
		EvaluationReport report = Evaluation.of("A", () -> this.shop.shortList(1))
			.against("B", () -> this.shop.longList(1))
			.repetitions(3)
			.concurrency(1)
			.run();
		assertThat(report.toString()).contains("A: 2 of 3", "B: 3 of 3",
				"Result: no difference shown. To show one of this size, each needs about 25 calls (an estimate)");
		report.requireNotWorse("A").requireNotWorse("B").requireAtLeast(0.9);
	}

	@Test
	void stepsAndCostAreThoseOfTheRuns() {
		this.simulator.given("Short", Scenario.builder().steps("a").result(List.of(book("Tea"))).build(),
				Scenario.builder().steps("a", "b", "c", "d").result(List.of(book("Tea"))).build());
		EvaluationReport report = Evaluation.of("A", () -> this.shop.shortList(1)).repetitions(2).run();
		assertThat(report.toString()).contains("Used: 2 runs, 5 steps",
				"steps    mean 2.5 (too few calls for an interval), median 2.5, least 1, most 4",
				"cost     mean 0.050 (too few calls for an interval), median 0.05, least 0.02, most 0.08");
		assertThat(json(report).at("/candidates/0/cost/p95").isNull()).isTrue();
	}

	@Test
	void fromHundredCallsOnTheReportHasThe95thPercentile() {
		EvaluationReport report = Evaluation.of("A", () -> this.shop.shortList(1))
			.repetitions(100)
			.concurrency(8)
			.run();
		assertThat(json(report).at("/candidates/0/steps/p95").asDouble()).isEqualTo(4);
		assertThat(report.toString()).contains("most 4, 95 % at most 4");
	}

	@Test
	void runsThatAreMadeAtTheSameTimeBelongToTheirCalls() {
		this.simulator.given("Short",
				Scenario.builder().pace(Duration.ofMillis(20)).result(List.of(book("Tea"))).build());
		JsonNode calls = json(Evaluation.of("A", () -> {
			this.shop.shortList(1);
			return this.shop.longList(2);
		}).repetitions(12).concurrency(6).run()).at("/candidates/0/calls");
		List<String> ids = new ArrayList<>();
		calls.forEach((call) -> {
			assertThat(call.at("/runs")).hasSize(2);
			call.at("/runs").forEach((id) -> ids.add(id.asString()));
		});
		assertThat(ids).hasSize(24).doesNotHaveDuplicates();
	}

	@Test
	void eachOperationOfBothClientsIsEvaluated() {
		AgentRequest request = AgentRequest.of("https://shop.example/", "Find a book").withOutputType(Book.class);
		List<EvaluationReport> reports = List
			.of(Evaluation.of("run", () -> this.client.agent().run(request)).repetitions(2).run(),
					Evaluation.of("typed", () -> this.client.agent().run(request, Book.class)).repetitions(2).run(),
					Evaluation.of("start", () -> this.client.agent().start(request).await()).repetitions(2).run(),
					Evaluation.of("stream", () -> this.client.agent().stream(request).await()).repetitions(2).run(),
					Evaluation
						.of("queue",
								() -> this.client.runs()
									.await(this.client.agent().queue(request), Duration.ofSeconds(20)))
						.repetitions(2)
						.run(),
					Evaluation.of("reactive", () -> this.reactive.agent().run(request).block()).repetitions(2).run(),
					Evaluation.of("future", () -> this.shop.later().join()).repetitions(2).run());
		assertThat(reports).allSatisfy((report) -> assertThat(report.toString()).contains(": 2 of 2 successful"));
	}

	@Test
	void incompleteValueOfATypedRunIsAMiss() {
		this.simulator.given("book", Scenario.completed(Map.of("success", true, "title", "Tea")));
		AgentRequest request = AgentRequest.of("https://shop.example/", "Find a book");
		EvaluationReport report = Evaluation.of("A", () -> this.client.agent().run(request).typed(Book.class))
			.check((TypedRun<Book> run) -> assertThat(run.run().isCompleted()).isTrue())
			.repetitions(1)
			.run();
		assertThat(report.toString()).contains("A: 0 of 1", "miss", "ACHIEVED", "TinyFishResultMappingException");
	}

	@Test
	void checkThatThrowsAnyExceptionIsAMiss() {
		EvaluationReport report = Evaluation.of("A", () -> this.shop.shortList(1)).check((books) -> {
			throw new IllegalArgumentException("Not\nthis one");
		}).repetitions(1).run();
		assertThat(report.toString()).contains("A: 0 of 1", "IllegalArgumentException: Not this one");
	}

	@Test
	void unknownOutcomesAreCountedApart() {
		AgentRequest request = AgentRequest.of("https://shop.example/", "Find a book").withOutputType(Book.class);
		this.simulator.fault(FaultPoint.run(), Fault.disconnect(), 1);
		EvaluationReport report = Evaluation.of("A", () -> this.client.agent().run(request))
			.repetitions(2)
			.concurrency(1)
			.run();
		assertThat(report.toString()).contains("A: 1 of 1 successful", "1 unknown",
				"TinyFishRunOutcomeUnknownException");
		assertThat(json(report).at("/used/steps").asLong()).isEqualTo(10 + 4);
	}

	/**
	 * Of 30 calls of each, 21 of A are a success, and 18 of B, while 12 of B exceed their
	 * time.
	 */
	@Test
	void unknownOutcomesAreNotFree() {
		this.simulator.given("Short", Scenario.failed("SITE_BLOCKED", "Access denied"), repeated(30, 8));
		Scenario tooSlow = Scenario.builder().pace(Duration.ZERO).steps("a", "b", "c").neverEnds().build();
		this.simulator.given("Long", tooSlow,
				IntStream.range(0, 29).mapToObj((call) -> (call < 11) ? tooSlow : TWO_BOOKS).toArray(Scenario[]::new));
		AgentRequest request = AgentRequest.of("https://shop.example/", "Long list").withOutputType(Book[].class);
		try (TinyFishClient impatient = this.client.mutate().runTimeout(Duration.ofSeconds(1)).build()) {
			EvaluationReport report = Evaluation.<Object>of("A", () -> this.shop.shortList(1))
				.against("B", () -> impatient.agent().start(request).await())
				.repetitions(30)
				.concurrency(10)
				.run();
			// not the maximum of the runs that were cancelled
			assertThat(report.toString()).containsPattern("Used: 60 runs, [678]\\d steps")
				.contains("A: 21 of 30 successful (95 % interval: 52 to 83 %), 0 unknown",
						"B: 18 of 18 successful (95 % interval: 82 to 100 %), 12 unknown, 0 not run",
						"if unknown counts as a miss: 18 of 30 successful (95 % interval: 42 to 75 %)",
						"B - A: +30 points (95 % interval: +4 to +50)",
						"if unknown counts as a miss: -10 points (95 % interval: -34 to +16)",
						"Result: no difference shown: that depends on the calls whose outcome is unknown",
						"TinyFishRunTimeoutException", ", 12 times (runs ");
			JsonNode b = json(report).at("/candidates/1");
			assertThat(b.at("/misses")).hasSize(1);
			// of all 30, as far as they are known
			assertThat(b.at("/calls")).filteredOn((call) -> call.at("/outcome").asString().equals("UNKNOWN"))
				.hasSize(12)
				.allSatisfy((call) -> assertThat(call.at("/steps").asLong()).isBetween(1L, 3L));
			assertThat(b.at("/steps/least").asLong()).isBetween(1L, 3L);
			assertThatExceptionOfType(AssertionError.class).isThrownBy(() -> report.requireAtLeast(0.8))
				.withMessageStartingWith("B is below 0.8")
				.withMessageContaining("18 of 18");
			assertThat(report.requireAtLeast(0.75).requireNotWorse("A")).isSameAs(report);
		}
	}

	@Test
	void requirementFailsIfItFailsWithUnknownAsMisses() {
		this.simulator.fault(FaultPoint.run(), Fault.disconnect(), 9);
		AgentRequest request = AgentRequest.of("https://shop.example/", "Find a book").withOutputType(Book.class);
		EvaluationReport report = Evaluation.<Object>of("A", () -> this.shop.shortList(1))
			.against("B", () -> this.client.agent().run(request))
			.repetitions(10)
			.concurrency(1)
			.run();
		assertThat(report.toString()).contains("B: 1 of 1 successful", "9 unknown");
		assertThatExceptionOfType(AssertionError.class).isThrownBy(() -> report.requireAtLeast(0.5))
			.withMessageStartingWith("B is below 0.5");
		assertThatExceptionOfType(AssertionError.class).isThrownBy(() -> report.requireNotWorse("A"))
			.withMessageStartingWith("B is worse than A");
		assertThat(report.requireNotWorse("B")).isSameAs(report);
	}

	@Test
	void missesOfTheSameReasonAreOneLine() {
		this.simulator.given("Short", Scenario.failed("SITE_BLOCKED", "Access denied"));
		EvaluationReport report = Evaluation.of("A", () -> this.shop.shortList(1)).repetitions(3).run();
		assertThat(report.toString().lines().filter((line) -> line.startsWith("  miss"))).singleElement()
			.asString()
			.startsWith("  miss     MISSED: The run failed: Access denied, 3 times (runs ")
			.contains(this.simulator.journal().runs().stream().map(SimulatedRun::id).toList());
	}

	@Test
	void casesAreComparedOneByOne() {
		this.simulator.given("list of 2 books", Scenario.failed("SITE_BLOCKED", "Access denied"));
		EvaluationReport report = Evaluation.of("A", () -> this.shop)
			.cases(List.of(1, 2, 3), (shop, count) -> shop.shortList(count))
			.check((books) -> assertThat(books).isNotEmpty())
			.run();
		assertThat(report.toString()).contains("A: 2 of 3 successful", "Cases",
				"  1; A: 1 of 1 successful (95 % interval: 21 to 100 %), 0 unknown", "  2; A: 0 of 1",
				"  3; A: 1 of 1");
		this.simulator.reset();
		this.simulator.given("Short list of 2", Scenario.failed("SITE_BLOCKED", "Access denied"));
		this.simulator.given("Short list of 3", Scenario.failed("SITE_BLOCKED", "Access denied"));
		EvaluationReport both = Evaluation.<IntFunction<List<Book>>>of("A", () -> this.shop::shortList)
			.against("B", () -> this.shop::longList)
			.cases(List.of(1, 2, 3), (list, count) -> list.apply(count))
			.repetitions(8)
			.run();
		JsonNode difference = json(both).at("/difference");
		assertThat(difference.at("/pairs").asInt()).isEqualTo(24);
		assertThat(difference.at("/result").asString()).isEqualTo("B is better");
		assertThat(both.toString()).contains("B - A, case by case (24 pairs): +67 points", "  1; A: 8 of 8 successful",
				"  2; A: 0 of 8 successful (95 % interval: 0 to 32 %), 0 unknown; B: 8 of 8 successful");
		// which the same calls in another order would not show as clearly
		SuccessRate a = new SuccessRate(8, 24);
		SuccessRate b = new SuccessRate(24, 24);
		assertThat(difference.at("/share/interval/lower").asDouble())
			.isEqualTo(RateDifference.ofPairs(b, a, 8).lower());
	}

	@Test
	void casesComeAfterTheCandidatesAndBeforeTheCheck() {
		assertThatIllegalStateException()
			.isThrownBy(() -> Evaluation.of("A", () -> this.shop)
				.cases(List.of(1), (shop, count) -> shop.shortList(count))
				.against("B", List::of))
			.withMessageContaining("before the cases");
		assertThatIllegalStateException()
			.isThrownBy(() -> Evaluation.of("A", () -> this.shop)
				.check((shop) -> assertThat(shop).isNotNull())
				.cases(List.of(1), (shop, count) -> shop.shortList(count)))
			.withMessageContaining("before the check");
		assertThatIllegalArgumentException()
			.isThrownBy(() -> Evaluation.of("A", () -> this.shop).cases(List.<Integer>of(), (shop, count) -> count));
	}

	@Test
	void scoresAreComparedByTheirMeans() {
		this.simulator.given("Long", TWO_BOOKS);
		EvaluationReport report = Evaluation.of("A", () -> this.shop.shortList(1))
			.against("B", () -> this.shop.longList(1))
			.score((books) -> 1.0 / (1 + books.size()))
			.repetitions(12)
			.run();
		JsonNode json = json(report);
		assertThat(json.at("/candidates/1/graded").asBoolean()).isTrue();
		assertThat(json.at("/candidates/1/share/value").asDouble()).isCloseTo(1.0 / 3, within(1e-9));
		assertThat(json.at("/difference/result").asString()).endsWith(" is better");
		assertThat(report.toString()).contains("B: mean score 0.33 of 12 calls (95 % interval: 0.33 to 0.33)");
		assertThatExceptionOfType(AssertionError.class).isThrownBy(() -> report.requireAtLeast(0.9));
		assertThat(report.requireAtLeast(0.2)).isSameAs(report);
	}

	@Test
	void scoreOfAMissIs0AndFewScoresHaveNoInterval() {
		this.simulator.given("Short", Scenario.failed("SITE_BLOCKED", "Access denied"), TWO_BOOKS);
		EvaluationReport report = Evaluation.of("A", () -> this.shop.shortList(1))
			.against("B", () -> this.shop.longList(1))
			.score((books) -> 0.5)
			.repetitions(4)
			.concurrency(1)
			.run();
		assertThat(report.toString()).contains("A: mean score 0.38 of 4 calls (too few calls for an interval)",
				"Result: no difference shown: too few calls with a known outcome");
	}

	@ParameterizedTest
	@ValueSource(doubles = { 1.2, -0.1, Double.NaN })
	@ExtendWith(OutputCaptureExtension.class)
	void scoreOutsideOf0To1StopsTheEvaluation(double score, CapturedOutput output) {
		assertThatIllegalStateException()
			.isThrownBy(() -> Evaluation.of("A", () -> this.shop.shortList(1))
				.score((books) -> score)
				.repetitions(5)
				.concurrency(1)
				.run())
			.withMessageContaining("from 0 to 1, not " + score);
		assertThat(this.simulator).hasStartedRuns(1);
		assertThat(output).contains("A: mean score 0.00 of 1 calls");
	}

	@Test
	@ExtendWith(OutputCaptureExtension.class)
	void differenceToAnEarlierFileIsPrinted(CapturedOutput output, @TempDir Path directory) throws Exception {
		this.simulator.given("Short", Scenario.failed("SITE_BLOCKED", "Access denied"));
		EvaluationReport before = Evaluation.of("A", () -> this.shop.shortList(1)).repetitions(10).run();
		Path file = Files.copy(before.write().toPath(), directory.resolve("before.json"));
		this.simulator.reset();
		EvaluationReport now = Evaluation.of("A", () -> this.shop.shortList(1)).repetitions(10).run();
		assertThat(now.compareWith(file)).isSameAs(now);
		assertThat(output).containsPattern("A now - A of 20.*Z: \\+100 points \\(95 % interval: \\+51 to \\+100\\)")
			.contains("Result: A now is better", "Caution: the site and the service may have changed since then, too");
		Evaluation.of("A", () -> this.shop.shortList(1))
			.against("C", () -> this.shop.longList(1))
			.repetitions(1)
			.run()
			.compareWith(file);
		assertThat(output).contains("%n%nC: not in the earlier file, or only one of both has scores%n".formatted());
		assertThatIllegalArgumentException().isThrownBy(() -> now.compareWith(directory.resolve("none.json")))
			.withMessageContaining("There is no file");
		EvaluationReport other = Evaluation.of("B", () -> this.shop.shortList(1)).repetitions(1).run();
		assertThatIllegalArgumentException().isThrownBy(() -> other.compareWith(file))
			.withMessageContaining("has the same name");
		EvaluationReport graded = Evaluation.of("A", () -> this.shop.shortList(1))
			.score((books) -> 0.5)
			.repetitions(1)
			.run();
		assertThatIllegalArgumentException().isThrownBy(() -> graded.compareWith(file))
			.withMessageContaining("has the same name");
		EvaluationReport cases = Evaluation.of("A", () -> this.shop)
			.cases(List.of(1), (shop, count) -> shop.shortList(count))
			.run();
		assertThatIllegalArgumentException().isThrownBy(() -> cases.compareWith(file))
			.withMessageContaining("other cases");
		Files.writeString(file, Files.readString(file).replaceFirst("\"simulated\" ?: true", "\"simulated\":false"));
		assertThatIllegalArgumentException().isThrownBy(() -> now.compareWith(file))
			.withMessageContaining("One of the evaluations was simulated");
	}

	@Test
	void differenceWithoutDataIsNotANumber() {
		this.simulator.given("Long", Scenario.builder().steps().neverEnds().build());
		AgentRequest request = AgentRequest.of("https://shop.example/", "Long list").withOutputType(Book[].class);
		TinyFishClient.Builder impatience = this.client.mutate().runTimeout(Duration.ofMillis(300));
		// the steps of cancelled runs stay unknown
		try (TinyFishClient impatient = impatience.readOutcome(false).build()) {
			EvaluationReport report = Evaluation.<Object>of("A", () -> this.shop.shortList(1))
				.against("B", () -> impatient.agent().start(request).await())
				.repetitions(2)
				.run();
			assertThat(report.toString()).contains("B: 0 of 0 successful", "B - A: no data",
					"  steps    no data%n  cost     no data%n".formatted(), "too few calls with a known outcome");
			JsonNode b = json(report).at("/candidates/1");
			assertThat(b.at("/share/value").isNull()).isTrue();
			// not 0, although no step was reported
			assertThat(b.at("/steps").isNull()).isTrue();
			assertThat(b.at("/calls/0/steps").isNull()).isTrue();
		}
	}

	@Test
	void pairsWithAnUnknownOutcomeAreNotCompared() {
		this.simulator.fault(FaultPoint.run(), Fault.disconnect(), 1);
		AgentRequest request = AgentRequest.of("https://shop.example/", "Find a book").withOutputType(Book.class);
		EvaluationReport report = Evaluation.<IntFunction<Object>>of("A", () -> this.shop::shortList)
			.against("B", () -> (count) -> this.client.agent().run(request))
			.cases(List.of(1, 2), (list, count) -> list.apply(count))
			.repetitions(3)
			.concurrency(1)
			.run();
		assertThat(report.toString()).contains("B - A, case by case (5 pairs): +0 points");
	}

	@Test
	void pageHasTheContentAndNothingFromElsewhere() throws Exception {
		this.simulator.given("Short", Scenario.failed("SITE_BLOCKED", "</script><img src=x onerror=alert(1)>"));
		EvaluationReport report = Evaluation.of("A", () -> this.shop.shortList(1)).repetitions(1).run();
		Path json = report.write().toPath();
		String page = Files.readString(Path.of(json.toString().replace(".json", ".html")));
		assertThat(page).doesNotContain("<img", "http://", "src=\"", "href=", KEY).contains("default-src 'none'");
		String content = page.substring(page.indexOf("id=\"content\">") + 13, page.indexOf("</script>"));
		assertThat(JsonMapper.shared().readTree(content))
			.isEqualTo(JsonMapper.shared().readTree(Files.readString(json)));
	}

	@Test
	void withoutAKnownOutcomeNoRequirementIsMet() {
		EvaluationReport report = Evaluation.of("A", () -> this.shop.shortList(1))
			.against("B", () -> this.shop.longList(1))
			.repetitions(1)
			.concurrency(1)
			.maxSteps(4)
			.run();
		assertThat(report.toString()).contains("A: 0 of 0 successful (95 % interval: 0 to 100 %)");
		assertThatExceptionOfType(AssertionError.class).isThrownBy(() -> report.requireAtLeast(0))
			.withMessageStartingWith("No outcome of a candidate is known");
		assertThatExceptionOfType(AssertionError.class).isThrownBy(() -> report.requireNotWorse("A"));
	}

	@Test
	void callThatDoesNotWaitHasAnUnknownOutcome() {
		this.simulator.given("book", Scenario.builder().neverEnds().build());
		EvaluationReport report = Evaluation
			.of("A", () -> this.client.agent().queue(AgentRequest.of("https://shop.example/", "Find a book")))
			.repetitions(1)
			.run();
		assertThat(report.toString()).contains("A: 0 of 0", "1 unknown");
	}

	@Test
	@ExtendWith(OutputCaptureExtension.class)
	void evaluatorThatFailsDoesNotLoseTheCall(CapturedOutput output) {
		this.simulator.given("Short", Scenario.completed(List.of(book("Not judged"))), TWO_BOOKS);
		EvaluationReport report = Evaluation.of("A", () -> this.shop.shortList(1)).repetitions(2).concurrency(1).run();
		assertThat(report.toString()).contains("A: 1 of 1", "1 unknown, 0 not run", "unknown  UNKNOWN (run ");
		assertThat(output).contains("The GoalEvaluator failed on run", "java.lang.IllegalArgumentException: No rule");
	}

	@Test
	void fileHasTheRequestTheVersionOfTheGoalAndNoKey() throws Exception {
		this.simulator.given("Short", Scenario.failed("SITE_BLOCKED", "Not for " + KEY));
		EvaluationReport report = Evaluation.of("A", () -> this.shop.shortList(3)).repetitions(1).run();
		byte[] bytes = Files.readAllBytes(report.write().toPath());
		assertThat(new String(bytes)).doesNotContain(KEY).contains("Not for ");
		assertThat(report.toString()).doesNotContain(KEY);
		JsonNode json = JsonMapper.shared().readTree(bytes);
		assertThat(json.at("/evaluation").asString())
			.isEqualTo("EvaluationTests.fileHasTheRequestTheVersionOfTheGoalAndNoKey");
		assertThat(json.at("/date").asString()).startsWith("20");
		assertThat(json.at("/simulated").asBoolean()).isTrue();
		assertThat(json.at("/candidates/0/goalVersion").asString()).isEqualTo("3");
		assertThat(json.at("/candidates/0/request/run/goal").asString()).contains("Short list of 3");
		assertThat(json.at("/candidates/0/request/run/agent_config/max_steps").asInt()).isEqualTo(10);
		assertThat(json.at("/candidates/0/calls/0/verdicts/0/outcome").asString()).isEqualTo("MISSED");
	}

	private static Scenario[] repeated(int calls, int misses) {
		return IntStream.range(1, calls)
			.mapToObj((call) -> (call <= misses) ? Scenario.failed("SITE_BLOCKED", "Access denied") : TWO_BOOKS)
			.toArray(Scenario[]::new);
	}

	private static List<String> outcomes(JsonNode candidate) {
		List<String> outcomes = new ArrayList<>();
		candidate.at("/calls").forEach((call) -> outcomes.add(call.at("/outcome").asString()));
		return outcomes;
	}

	private static JsonNode json(EvaluationReport report) {
		return JsonMapper.shared().readTree(report.write());
	}

	static Map<String, Object> book(String title) {
		return Map.of("title", title, "price", 4);
	}

	@WebAgent(url = "https://shop.example/books", maxSteps = "10")
	interface Shop {

		@Goal(value = "Short list of {count} books", version = "3")
		List<Book> shortList(int count);

		@Goal("Long list of {count} books")
		List<Book> longList(int count);

		@Goal("Find a book")
		CompletableFuture<Book> later();

	}

	record Book(String title, BigDecimal price) {

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@ImportWebAgents(Shop.class)
	static class Application {

		@Bean
		GoalEvaluator evaluator() {
			return (run) -> {
				if (run.result().json().contains("Not judged")) {
					throw new IllegalArgumentException("No rule");
				}
				return GoalEvaluator.defaults().evaluate(run);
			};
		}

	}

}
