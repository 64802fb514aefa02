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
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

/**
 * Difference of two candidates: the second one minus the first one.
 *
 * @param of the names
 * @param pairs the number of calls with a known outcome that were compared case by case;
 * null if they were not
 * @param graded whether it is one of scores
 * @param share the difference of the shares or scores of calls with a known outcome
 * @param withUnknown the same if an unknown outcome counts as a miss
 * @param steps the difference of the mean steps
 * @param cost the difference of the mean costs
 * @param result the conclusion
 */
record Difference(String of, @Nullable Integer pairs, boolean graded, Estimate share, Estimate withUnknown,
		Estimate steps, Estimate cost, String result) {

	static Difference of(String firstName, EvaluatedCandidate first, String secondName, EvaluatedCandidate second,
			boolean paired, BigDecimal pricePerStep) {
		boolean graded = second.graded();
		Estimate share = minus(first, second, graded, paired, EvaluatedCall::knownScore);
		Estimate withUnknown = minus(first, second, graded, paired, EvaluatedCall::score);
		String better = better(firstName, share, secondName);
		String result = "no difference shown";
		if (better != null && better.equals(better(firstName, withUnknown, secondName))) {
			result = better + " is better";
		}
		else if (better != null || withUnknown.above(0) || withUnknown.below(0)) {
			result += ": that depends on the calls whose outcome is unknown";
		}
		else if (share.interval() == null) {
			result += ": too few calls with a known outcome";
		}
		else if (!graded && !paired && !Double.valueOf(0).equals(share.value())) {
			result += ". To show one of this size, each needs about "
					+ first.rate().callsToShowDifferenceTo(second.rate()) + " calls (an estimate)";
		}
		int pairs = Sample.of(first.calls(), graded, EvaluatedCall::knownScore)
			.common(Sample.of(second.calls(), graded, EvaluatedCall::knownScore))
			.values()
			.size();
		return new Difference(secondName + " - " + firstName, paired ? pairs : null, graded, share, withUnknown,
				minus(first, second, true, paired, EvaluatedCall::steps),
				minus(first, second, true, paired, (call) -> call.cost(pricePerStep)), result);
	}

	private static Estimate minus(EvaluatedCandidate first, EvaluatedCandidate second, boolean graded, boolean paired,
			Function<EvaluatedCall, ? extends @Nullable Number> value) {
		return Sample.of(second.calls(), graded, value).minus(Sample.of(first.calls(), graded, value), paired);
	}

	private static @Nullable String better(String firstName, Estimate difference, String secondName) {
		return difference.above(0) ? secondName : difference.below(0) ? firstName : null;
	}

	@Override
	public String toString() {
		String share = text(this.share);
		String withUnknown = text(this.withUnknown);
		return "%n%s%s: %s%n%s  steps    %s%n  cost     %s%nResult: %s%n".formatted(this.of,
				(this.pairs != null) ? ", case by case (%d pairs)".formatted(this.pairs) : "", share,
				withUnknown.equals(share) ? "" : "  if unknown counts as a miss: %s%n".formatted(withUnknown),
				this.steps.text("%+.1f", 1, ""), this.cost.text("%+.3f", 1, ""), this.result);
	}

	private String text(Estimate estimate) {
		return this.graded ? estimate.text("%+.2f", 1, "") : estimate.text("%+.0f", 100, " points");
	}

}
