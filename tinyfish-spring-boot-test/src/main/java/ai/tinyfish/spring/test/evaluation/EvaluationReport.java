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

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import ai.tinyfish.spring.boot.budget.BudgetLedger.Amount;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.core.io.ClassPathResource;
import org.springframework.util.Assert;

/**
 * Report of an {@link Evaluation}.
 *
 * @since 0.1.0
 */
public final class EvaluationReport {

	private final Content content;

	EvaluationReport(String evaluation, boolean simulated, BigDecimal pricePerStep, Amount used, List<String> cases,
			List<EvaluatedCandidate> candidates) {
		this.content = new Content(evaluation, Instant.now().toString(), simulated, pricePerStep, used, cases,
				candidates, (candidates.size() == 2) ? Difference.of(candidates.get(0).name(), candidates.get(0),
						candidates.get(1).name(), candidates.get(1), !cases.isEmpty(), pricePerStep) : null);
	}

	/**
	 * Require a share of successes, or a mean score, of each candidate. This fails only
	 * if the upper end of the 95 % interval is below the share, or if it is so if an
	 * unknown outcome counts as a miss.
	 * @param share the share, from 0 to 1
	 * @return this report
	 * @throws AssertionError if a candidate is below the share, or none of its outcomes
	 * is known
	 */
	public EvaluationReport requireAtLeast(double share) {
		Assert.isTrue(share >= 0 && share <= 1, () -> "share must be from 0 to 1, not " + share);
		this.content.candidates()
			.forEach((each) -> require(!each.share().below(share) && !each.withUnknown().below(share),
					each.name() + " is below " + share));
		return this;
	}

	/**
	 * Require that the other candidate is not worse than the named one. This fails only
	 * if the upper end of the 95 % interval of the difference is below 0, or if it is so
	 * if an unknown outcome counts as a miss.
	 * @param than the name of the candidate to compare with
	 * @return this report
	 * @throws IllegalArgumentException if this candidate was not compared with another
	 * one
	 * @throws AssertionError if the other candidate is worse, or none of the outcomes of
	 * a candidate is known
	 */
	public EvaluationReport requireNotWorse(String than) {
		List<EvaluatedCandidate> candidates = this.content.candidates();
		int named = candidates.stream().map(EvaluatedCandidate::name).toList().indexOf(than);
		Assert.isTrue(named >= 0 && candidates.size() == 2, () -> "No candidate was compared with " + than);
		Difference difference = this.content.difference();
		require(difference != null && Stream.of(difference.share(), difference.withUnknown())
			.noneMatch((each) -> (named == 0) ? each.below(0) : each.above(0)),
				candidates.get(1 - named).name() + " is worse than " + than);
		return this;
	}

	private void require(boolean condition, String problem) {
		boolean known = this.content.candidates().stream().allMatch((candidate) -> candidate.rate().known() > 0);
		if (!known || !condition) {
			throw new AssertionError((known ? problem : "No outcome of a candidate is known") + ".\n" + this);
		}
	}

	/**
	 * Print the difference of each candidate to that of the same name in an earlier file,
	 * case by case if there are cases, or that the file has none to compare with.
	 * @param earlier a JSON file that an evaluation has written
	 * @return this report
	 * @throws IllegalArgumentException if there is no such file, if it has no candidate
	 * of the same name, or other cases, or if only one of the evaluations has scores or
	 * was simulated
	 */
	public EvaluationReport compareWith(Path earlier) {
		Assert.isTrue(Files.isRegularFile(earlier), () -> "There is no file " + earlier);
		Content before = JsonMapper.shared().readValue(earlier.toFile(), Content.class);
		Assert.isTrue(before.simulated() == this.content.simulated(), "One of the evaluations was simulated");
		Assert.isTrue(before.cases().equals(this.content.cases()), () -> earlier + " has other cases");
		Map<String, EvaluatedCandidate> then = before.candidates()
			.stream()
			.filter((candidate) -> this.content.candidates()
				.stream()
				.anyMatch((now) -> now.name().equals(candidate.name()) && now.graded() == candidate.graded()))
			.collect(Collectors.toMap(EvaluatedCandidate::name, Function.identity()));
		Assert.isTrue(!then.isEmpty(),
				() -> "No candidate of " + earlier + " has the same name, and scores if this one has");
		for (EvaluatedCandidate now : this.content.candidates()) {
			EvaluatedCandidate earlierOne = then.get(now.name());
			System.out.print((earlierOne != null)
					? Difference.of(now.name() + " of " + before.date(), earlierOne, now.name() + " now", now,
							!before.cases().isEmpty(), this.content.pricePerStep())
					: "%n%s: not in the earlier file, or only one of both has scores%n".formatted(now.name()));
		}
		System.out.printf("Caution: the site and the service may have changed since then, too%n%n");
		return this;
	}

	/**
	 * Write the report as JSON, and as a page that shows it.
	 * @return the JSON file
	 */
	File write() {
		File file = new File("target/tinyfish/evaluations",
				(this.content.evaluation() + "-" + this.content.date()).replaceAll("[^\\w.-]", "_") + ".json");
		String json = JsonMapper.shared().writerWithDefaultPrettyPrinter().writeValueAsString(this.content);
		try {
			Files.createDirectories(file.toPath().getParent());
			Files.writeString(file.toPath(), json);
			// in the page, no text of a run ends the script
			Files.writeString(Path.of(file.getPath().replace(".json", ".html")),
					new ClassPathResource("evaluation.html", getClass()).getContentAsString(StandardCharsets.UTF_8)
						.replace("{content}", json.replace("<", "\\u003c")));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		return file;
	}

	/**
	 * Return the report as it is printed.
	 */
	@Override
	public String toString() {
		return "Evaluation %s, %s%s%nUsed: %d runs, %d steps%n".formatted(this.content.evaluation(),
				this.content.date(), this.content.simulated() ? ", simulated" : "", this.content.used().runs(),
				this.content.used().steps())
				+ this.content.candidates().stream().map(String::valueOf).collect(Collectors.joining()) + caseRows()
				+ Objects.toString(this.content.difference(), "");
	}

	private String caseRows() {
		List<String> cases = this.content.cases();
		return IntStream.range(0, cases.size())
			.mapToObj((index) -> ((index == 0) ? "%nCases%n  " : "  ").formatted() + cases.get(index) + this.content
				.candidates()
				.stream()
				.map((candidate) -> "; " + candidate.outcomes(
						candidate.calls().stream().filter((call) -> call.number() % cases.size() == index).toList()))
				.collect(Collectors.joining("", "", System.lineSeparator())))
			.collect(Collectors.joining());
	}

	/**
	 * Content of the report.
	 *
	 * @param evaluation the class and the method of the test
	 * @param date when it ended
	 * @param simulated whether the runs were those of the simulator
	 * @param pricePerStep the price of a step, 0 if it is not known
	 * @param used the runs, steps and cost, with the maximum of runs whose steps are not
	 * known
	 * @param cases the cases, empty without any
	 * @param candidates the candidates
	 * @param difference their difference, or null unless there are two
	 */
	record Content(String evaluation, String date, boolean simulated, BigDecimal pricePerStep, Amount used,
			List<String> cases, List<EvaluatedCandidate> candidates, @Nullable Difference difference) {

	}

}
