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

import java.math.BigDecimal;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

import ai.tinyfish.run.Run;
import org.jspecify.annotations.Nullable;

/**
 * Data of a run's record that its card shows.
 *
 * @param steps the steps
 * @param film the steps whose pictures are on the card
 * @param pictures the number of pictures on the page of the run
 * @param cost the cost of the steps in US dollars, or null if it is not known
 * @param recording whether there is a recording
 */
public record CardRecord(List<Step> steps, List<Step> film, int pictures, @Nullable BigDecimal cost,
		boolean recording) {

	static final CardRecord NONE = new CardRecord(List.of(), List.of(), 0, null, false);

	private static final int MAX_FILM = 12;

	/**
	 * Read a record.
	 * @param pictured the numbers of the steps that have a picture
	 * @param price the price of a step, or null if it is not known
	 */
	static CardRecord of(Run run, Set<Integer> pictured, @Nullable BigDecimal price) {
		List<Step> steps = Step.of(run);
		List<Step> seen = steps.stream().filter((step) -> pictured.contains(step.number())).toList();
		int count = Math.min(MAX_FILM, seen.size());
		// evenly spread, with the last one
		List<Step> film = IntStream.rangeClosed(1, count)
			.mapToObj((i) -> seen.get(i * seen.size() / count - 1))
			.toList();
		return new CardRecord(steps, film, seen.size(), RunPage.cost(run, price), run.videoUrl() != null);
	}

}
