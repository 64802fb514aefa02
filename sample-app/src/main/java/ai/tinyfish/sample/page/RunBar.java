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
package ai.tinyfish.sample.page;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

/**
 * A run as a bar: how long it waited, how long it ran, and its steps. Positions are
 * tenths of a percent of the width.
 *
 * @param start the position at which the run started
 * @param length the length of the time that it ran
 * @param steps the positions of the steps whose time is known
 */
record RunBar(long start, long length, List<Long> steps) {

	private static final long WIDTH = 1000;

	/**
	 * Draw a run.
	 * @param scale the time that the whole width is, or null for that of the run
	 */
	static RunBar of(CardTimes times, List<Step> steps, @Nullable Duration scale) {
		Duration waited = times.getWaited();
		Duration ran = Objects.requireNonNullElse(times.getRan(), Duration.ZERO);
		double width = Math.max(1, ((scale != null) ? scale : waited.plus(ran)).toMillis());
		long start = position(waited, width);
		long end = position(waited.plus(ran), width);
		List<Long> marks = steps.stream()
			.map(Step::at)
			.filter(Objects::nonNull)
			.map((at) -> Math.min(end, position(waited.plus(at), width)))
			.toList();
		return new RunBar(start, end - start, marks);
	}

	private static long position(Duration time, double width) {
		return Math.round(WIDTH * Math.min(1, time.toMillis() / width));
	}

	/**
	 * Return the steps as the path of an SVG that is 1000 wide.
	 */
	public String ticks() {
		return this.steps.stream().map((step) -> "M" + step + " 0v16").collect(Collectors.joining());
	}

	/**
	 * Return a position as a part of the width.
	 */
	public String percent(long position) {
		return position / 10 + "." + position % 10 + "%";
	}

}
