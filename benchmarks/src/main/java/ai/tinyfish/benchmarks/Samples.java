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

package ai.tinyfish.benchmarks;

import java.util.Arrays;
import java.util.Collection;

/**
 * One figure, measured several times.
 */
final class Samples {

	private final double[] sorted;

	Samples(Collection<Double> values) {
		this.sorted = values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
	}

	double median() {
		int middle = this.sorted.length / 2;
		return (this.sorted.length % 2 == 1) ? this.sorted[middle]
				: (this.sorted[middle - 1] + this.sorted[middle]) / 2;
	}

	double min() {
		return this.sorted[0];
	}

	double max() {
		return this.sorted[this.sorted.length - 1];
	}

	/**
	 * Return the smallest value that so many percent of the values do not exceed.
	 */
	double percentile(int percent) {
		return this.sorted[(int) Math.ceil(this.sorted.length * percent / 100.0) - 1];
	}

	int count() {
		return this.sorted.length;
	}

	@Override
	public String toString() {
		return Arrays.toString(this.sorted);
	}

}
