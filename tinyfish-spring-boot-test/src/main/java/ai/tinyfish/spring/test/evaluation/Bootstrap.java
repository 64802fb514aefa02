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

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

/**
 * Intervals of means by resampling, for values that are not only 0 and 1: expanded
 * percentiles (Hesterberg), which allow for the small number of values. The seed is
 * fixed, so that the same values have the same interval.
 */
final class Bootstrap {

	/** Fewer values have no interval. */
	static final int LEAST_VALUES = 10;

	private static final int RESAMPLES = 2_000;

	private static final long SEED = 2015;

	private Bootstrap() {
	}

	/**
	 * Return the interval of the mean of a sample, or of the mean of the first sample
	 * minus that of the second one; null for too few values.
	 */
	static @Nullable Interval of(double[]... samples) {
		int values = Stream.of(samples).mapToInt((sample) -> sample.length).min().orElse(0);
		if (values < LEAST_VALUES) {
			return null;
		}
		// not in the order of calls, which differs from one evaluation to the next
		double[][] sorted = Stream.of(samples)
			.map((sample) -> DoubleStream.of(sample).sorted().toArray())
			.toArray(double[][]::new);
		SplittableRandom random = new SplittableRandom(SEED);
		double[] means = new double[RESAMPLES];
		for (int i = 0; i < RESAMPLES; i++) {
			double subtracted = (sorted.length > 1) ? resampledMean(sorted[1], random) : 0;
			means[i] = resampledMean(sorted[0], random) - subtracted;
		}
		Arrays.sort(means);
		int outside = (int) (RESAMPLES * tail(values));
		return new Interval(means[outside], means[RESAMPLES - 1 - outside]);
	}

	private static double resampledMean(double[] values, SplittableRandom random) {
		double sum = 0;
		for (int i = 0; i < values.length; i++) {
			sum += values[(int) (random.nextDouble() * values.length)];
		}
		return sum / values.length;
	}

	/**
	 * Return the share of resamples on each side of the interval: less than 2.5 %, as
	 * means of resamples vary less than those of samples, by a factor of (n-1)/n, and as
	 * their variance is estimated (distribution of Student, by the series 26.7.5 of
	 * Abramowitz and Stegun).
	 */
	static double tail(int values) {
		double z = SuccessRate.Z;
		double freedom = values - 1;
		double t = z + (Math.pow(z, 3) + z) / (4 * freedom)
				+ (5 * Math.pow(z, 5) + 16 * Math.pow(z, 3) + 3 * z) / (96 * freedom * freedom)
				+ (3 * Math.pow(z, 7) + 19 * Math.pow(z, 5) + 17 * Math.pow(z, 3) - 15 * z)
						/ (384 * Math.pow(freedom, 3));
		return normalTail(t * Math.sqrt(values / freedom));
	}

	/**
	 * Return the share of a normal distribution above a positive number (26.2.17 of
	 * Abramowitz and Stegun).
	 */
	private static double normalTail(double x) {
		double k = 1 / (1 + 0.2316419 * x);
		double sum = k * (0.319381530 + k * (-0.356563782 + k * (1.781477937 + k * (-1.821255978 + k * 1.330274429))));
		return Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI) * sum;
	}

}
