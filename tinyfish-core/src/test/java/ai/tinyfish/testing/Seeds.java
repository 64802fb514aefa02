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

package ai.tinyfish.testing;

import java.util.SplittableRandom;
import java.util.stream.LongStream;

/**
 * Seeds of random tests.
 */
public final class Seeds {

	/** The source of the seeds of a parameterized test. */
	public static final String ALL = "ai.tinyfish.testing.Seeds#all";

	private static final String GIVEN = "tinyfish.test.seed";

	private Seeds() {
	}

	/**
	 * Return one seed, which is new each time, as many as {@code -Dtinyfish.test.seeds}
	 * says, or the one that {@code -Dtinyfish.test.seed} repeats.
	 */
	public static LongStream all() {
		Long given = Long.getLong(GIVEN);
		return (given != null) ? LongStream.of(given)
				: new SplittableRandom().longs(Integer.getInteger("tinyfish.test.seeds", 1));
	}

	/**
	 * Describe what failed.
	 */
	public static String describe(long seed) {
		return "seed %d (again with -D%s=%d)".formatted(seed, GIVEN, seed);
	}

}
