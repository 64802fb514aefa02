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
import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Collectors;

import ai.tinyfish.spring.boot.budget.BudgetLedger.Amount;
import ai.tinyfish.spring.test.evaluation.SuccessRate.Interval;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.util.Assert;

/**
 * Report of an {@link Evaluation}.
 */
public final class EvaluationReport {

	private final Content content;

	EvaluationReport(Content content) {
		this.content = content;
	}

	/**
	 * Require a share of successes of each candidate. This fails only if the upper end of
	 * the 95 % interval is below the share: a candidate that may have the share passes.
	 * @param share the share, from 0 to 1
	 * @return this report
	 * @throws AssertionError if a candidate is below the share, or none of its outcomes
	 * is known
	 */
	public EvaluationReport requireAtLeast(double share) {
		Assert.isTrue(share >= 0 && share <= 1, () -> "share must be from 0 to 1, not " + share);
		this.content.candidates()
			.forEach((each) -> require(each.interval().upper() >= share, each.name() + " is below " + share));
		return this;
	}

	/**
	 * Require that the other candidate is not worse than the named one. This fails only
	 * if the upper end of the 95 % interval of the difference is below 0: a candidate
	 * that may be as good passes.
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
		EvaluatedCandidate other = candidates.get(1 - named);
		require(other.rate().intervalMinus(candidates.get(named).rate()).upper() >= 0,
				other.name() + " is worse than " + than);
		return this;
	}

	private void require(boolean condition, String problem) {
		boolean known = this.content.candidates().stream().allMatch((candidate) -> candidate.rate().known() > 0);
		if (!known || !condition) {
			throw new AssertionError((known ? problem : "No outcome of a candidate is known") + ".\n" + this);
		}
	}

	/**
	 * Write the report as JSON.
	 * @return the file
	 */
	File write() {
		File file = new File("target/tinyfish/evaluations",
				(this.content.evaluation() + "-" + this.content.date() + ".json").replaceAll("[^\\w.-]", "_"));
		file.getParentFile().mkdirs();
		JsonMapper.shared().writerWithDefaultPrettyPrinter().writeValue(file, this.content);
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
				+ this.content.candidates().stream().map(String::valueOf).collect(Collectors.joining())
				+ Objects.toString(this.content.difference(), "");
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
	 * @param candidates the candidates
	 * @param difference their difference, or null unless both rates are known
	 */
	record Content(String evaluation, String date, boolean simulated, BigDecimal pricePerStep, Amount used,
			List<EvaluatedCandidate> candidates, @Nullable Difference difference) {

	}

	/**
	 * Difference of two candidates.
	 *
	 * @param of the names
	 * @param value the difference of the shares
	 * @param interval the 95 % interval
	 * @param result the conclusion
	 */
	record Difference(String of, double value, Interval interval, String result) {

		static @Nullable Difference of(EvaluatedCandidate first, EvaluatedCandidate second) {
			Interval interval = second.rate().intervalMinus(first.rate());
			long runs = first.rate().runsToShowDifferenceTo(second.rate());
			String none = "no difference shown" + ((first.rate().share() != second.rate().share())
					? ". To show one of this size, each needs about " + runs + " calls (an estimate)" : "");
			return (first.rate().known() == 0 || second.rate().known() == 0) ? null
					: new Difference(second.name() + " - " + first.name(), second.rate().share() - first.rate().share(),
							interval, (interval.lower() > 0) ? second.name() + " is better"
									: (interval.upper() < 0) ? first.name() + " is better" : none);
		}

		@Override
		public String toString() {
			return String.format(Locale.ROOT, "%n%s: %+.0f points (95 %% interval: %+.0f to %+.0f)%nResult: %s%n",
					this.of, 100 * this.value, 100 * this.interval.lower(), 100 * this.interval.upper(), this.result);
		}

	}

}
