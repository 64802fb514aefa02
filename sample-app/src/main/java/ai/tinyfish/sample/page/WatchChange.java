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

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

import ai.tinyfish.durable.watch.Change;
import ai.tinyfish.durable.watch.WatchResult;
import ai.tinyfish.run.RunResult;
import org.jspecify.annotations.Nullable;

/**
 * Row of a published change.
 *
 * @param slot when the run was due that confirmed it
 * @param name the name of the record
 * @param property the property that differs, or null if the record is new or gone
 * @param before its value before, or null if the record is new
 * @param after its value since, or null if the record is gone
 */
record WatchChange(Instant slot, String name, @Nullable String property, @Nullable String before,
		@Nullable String after) {

	private static final int MAX_TEXT = 100;

	/**
	 * Return the changes of a history, the newest first.
	 */
	static List<WatchChange> of(List<WatchResult> history) {
		return history.stream()
			.flatMap((result) -> result.changes().stream().flatMap((change) -> of(result.slot(), change)))
			.toList();
	}

	private static Stream<WatchChange> of(Instant slot, Change<RunResult> change) {
		Map<String, Object> before = change.before().isEmpty() ? Map.of() : change.before().toMap();
		Map<String, Object> after = change.after().isEmpty() ? Map.of() : change.after().toMap();
		String name = text((after.isEmpty() ? before : after).get("name"));
		if (before.isEmpty() || after.isEmpty()) {
			return Stream.of(new WatchChange(slot, name, null, before.isEmpty() ? null : text(before.get("price")),
					after.isEmpty() ? null : text(after.get("price"))));
		}
		return after.keySet()
			.stream()
			.filter((property) -> !Objects.equals(before.get(property), after.get(property)))
			.map((property) -> new WatchChange(slot, name, property, text(before.get(property)),
					text(after.get(property))));
	}

	private static String text(@Nullable Object value) {
		return Card.shortened(String.valueOf(value), MAX_TEXT);
	}

}
