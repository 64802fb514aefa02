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
package ai.tinyfish.durable.internal.watch;

import java.text.Normalizer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import ai.tinyfish.durable.internal.store.Json;
import ai.tinyfish.durable.internal.store.WatchRow.Pending;
import ai.tinyfish.durable.watch.Change;
import ai.tinyfish.durable.watch.WatchValue;
import ai.tinyfish.run.RunResult;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Records of a result, as the schema of their type reads them.
 *
 * @param records the records by their keys
 * @param problems why the result does not fit its type, with paths; empty if it fits
 */
record Snapshot(Map<String, JsonNode> records, List<String> problems) {

	/**
	 * Return the records of a result.
	 */
	static Snapshot of(Iterable<JsonNode> result, Shape shape) {
		Map<String, JsonNode> records = new LinkedHashMap<>();
		Map<String, String> paths = new HashMap<>();
		Map<String, Integer> occurrences = new HashMap<>();
		SchemaReader reader = new SchemaReader();
		int index = 0;
		for (JsonNode item : result) {
			String path = shape.list() ? "$[" + index++ + "]" : "$";
			JsonNode record = reader.read(item, shape.record(), true, path);
			if (record == null) {
				continue;
			}
			List<String> key = new ArrayList<>();
			for (String name : shape.key()) {
				String value = canonical(record.get(name));
				if (value.isEmpty() || value.equals("\"\"")) {
					reader.problems.add(path + "." + name + " is missing");
				}
				key.add(value);
			}
			if (shape.list() && shape.key().isEmpty()) {
				String value = canonical(record);
				key.add(value + " " + occurrences.merge(value, 1, Integer::sum));
			}
			String text = String.join(", ", key);
			String first = paths.putIfAbsent(text, path);
			if (first == null) {
				records.put(text, record);
			}
			else {
				reader.problems
					.add(path + "." + String.join(", ", shape.key()) + " occurs twice: " + first + " has it, too");
			}
		}
		return new Snapshot(records, reader.problems.stream().distinct().toList());
	}

	/**
	 * Return a text that is the same for equal values: numbers by value, texts trimmed
	 * and composed, properties and lists in any order, null like absent properties.
	 */
	static String canonical(@Nullable JsonNode value) {
		if (value == null || value.isNull()) {
			return "";
		}
		if (value.isNumber()) {
			return value.decimalValue().stripTrailingZeros().toString();
		}
		if (value.isString()) {
			return Json.write(Normalizer.normalize(value.asString(), Normalizer.Form.NFC).strip());
		}
		if (value.isArray()) {
			return value.valueStream().map(Snapshot::canonical).sorted().toList().toString();
		}
		Map<String, String> properties = new TreeMap<>();
		value.properties().forEach((each) -> properties.put(Json.write(each.getKey()), canonical(each.getValue())));
		properties.values().removeIf(String::isEmpty);
		return value.isObject() ? properties.toString() : value.toString();
	}

	/**
	 * Compare this baseline with a new result. A change of a record counts if as many
	 * results in a row agree on it as are required.
	 * @param pending the changes of results before
	 * @param confirm how many results have to agree
	 */
	Comparison compare(Snapshot result, Map<String, Pending> pending, Shape shape, int confirm) {
		Comparison comparison = new Comparison(new ArrayList<>(), new LinkedHashMap<>(), new ArrayList<>());
		Set<String> keys = new LinkedHashSet<>(this.records.keySet());
		keys.addAll(result.records.keySet());
		for (String key : keys) {
			JsonNode before = this.records.get(key);
			JsonNode after = result.records.get(key);
			Pending last = pending.get(key);
			boolean same = shape.isSame(before, after);
			int count = (last != null && shape.isSame(last.record(), after)) ? last.count() + 1 : 1;
			JsonNode kept = same ? shape.settled(before, after) : (count < confirm) ? before : after;
			if (kept != null) {
				comparison.baseline.add(kept);
			}
			if (!same && count < confirm) {
				comparison.pending.put(key, new Pending(count, after));
			}
			else if (!same) {
				// an absent record is null, an empty result
				comparison.changes.add(new Change<>(RunResult.ofJson(String.valueOf(before)),
						RunResult.ofJson(String.valueOf(after))));
			}
		}
		return comparison;
	}

	/**
	 * Return the values of a property, or none if the result does not fit.
	 */
	Stream<WatchValue> values(List<String> key, Instant time, String property) {
		return (this.problems.isEmpty() ? this.records.values() : List.<JsonNode>of()).stream()
			.map((record) -> new WatchValue(
					key.stream()
						.map((name) -> record.path(name).asString(record.path(name).toString()))
						.collect(Collectors.joining(", ")),
					time, RunResult.ofJson(String.valueOf(record.get(property)))));
	}

	/**
	 * Return the properties that all records of this baseline have, and no record of a
	 * list, if nothing else has changed: otherwise they are a part of the change. One
	 * record says nothing: its property may be gone.
	 */
	List<String> vanished(Snapshot result, Shape shape) {
		Collection<String> names = shape.record().path("properties").propertyNames();
		List<String> vanished = names.stream()
			.filter((name) -> !shape.ignore().contains(name) && !this.records.isEmpty() && result.records.size() > 1
					&& this.records.values().stream().allMatch((each) -> each.hasNonNull(name))
					&& result.records.values().stream().noneMatch((each) -> each.hasNonNull(name)))
			.toList();
		boolean alone = compare(result, Map.of(), shape.ignoring(vanished), 1).changes().isEmpty();
		return alone ? vanished : List.of();
	}

	/**
	 * Result of a comparison.
	 *
	 * @param baseline the records of the baseline after it
	 * @param pending the changes that are not confirmed, by key
	 * @param changes the changes that are confirmed; a record that is absent is empty
	 */
	record Comparison(List<JsonNode> baseline, Map<String, Pending> pending, List<Change<RunResult>> changes) {

	}

}
