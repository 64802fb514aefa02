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

import ai.tinyfish.run.Run;
import org.jspecify.annotations.Nullable;

/**
 * Data of a run's record that its card shows.
 *
 * @param steps the steps
 * @param pictured the numbers of the steps that have a picture
 * @param numOfSteps the number of steps, or null if it is not known
 * @param cost the cost of the steps in US dollars, or null if it is not known
 * @param recording whether there is a recording
 */
public record CardRecord(List<Step> steps, Set<Integer> pictured, @Nullable Integer numOfSteps,
		@Nullable BigDecimal cost, boolean recording) {

	static final CardRecord NONE = new CardRecord(List.of(), Set.of(), null, null, false);

	/**
	 * Read a record.
	 * @param pictured the numbers of the steps that have a picture
	 * @param price the price of a step, or null if it is not known
	 */
	static CardRecord of(Run run, Set<Integer> pictured, @Nullable BigDecimal price) {
		Integer steps = run.status().isTerminal() ? run.numOfSteps() : null;
		return new CardRecord(Step.of(run), Set.copyOf(pictured), steps, RunPage.cost(run, price),
				run.videoUrl() != null);
	}

}
