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
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;

import ai.tinyfish.run.Run;
import ai.tinyfish.run.RunStep;
import org.jspecify.annotations.Nullable;

/**
 * Step of a run.
 *
 * @param number its number, from 1
 * @param at the time since the start of the run, or null
 * @param text the action
 * @param took its duration, as the service writes it, or null
 */
public record Step(int number, @Nullable Duration at, String text, @Nullable String took) {

	/**
	 * Return the steps of a record.
	 */
	static List<Step> of(Run run) {
		Instant start = run.startedAt();
		return IntStream.range(0, Math.min(Card.MAX_STEPS, run.steps().size())).mapToObj((i) -> {
			RunStep step = run.steps().get(i);
			Instant at = step.timestamp();
			return new Step(i + 1, (start != null && at != null) ? CardTimes.between(start, at) : null,
					Card.shortened(Objects.requireNonNullElse(step.action(), "No description"), Card.MAX_TEXT),
					step.durationText());
		}).toList();
	}

	/**
	 * Return the time since the start in words.
	 */
	public @Nullable String time() {
		return (this.at != null) ? CardTimes.seconds(this.at) : null;
	}

}
