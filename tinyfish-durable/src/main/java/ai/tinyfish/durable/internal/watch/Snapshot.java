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

import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

import ai.tinyfish.durable.internal.store.Json;
import ai.tinyfish.durable.watch.Change;
import ai.tinyfish.run.RunResult;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

import org.springframework.util.Assert;
import org.springframework.util.DigestUtils;

/**
 * Records of a result.
 *
 * @param records the records by their keys
 */
record Snapshot(Map<String, JsonNode> records) {

	/**
	 * Return the records of a result.
	 * @throws IllegalArgumentException naming a key that is missing or occurs twice
	 */
	static Snapshot of(Iterable<JsonNode> result, Shape shape) {
		Map<String, JsonNode> records = new LinkedHashMap<>();
		Map<String, Integer> occurrences = new HashMap<>();
		for (JsonNode item : result) {
			List<String> key = new ArrayList<>();
			for (String name : shape.key()) {
				key.add(canonical(item.get(name), List.of()));
				Assert.isTrue(!key.contains("") && !key.contains("\"\""),
						"Record " + (records.size() + 1) + " has no " + name);
			}
			if (shape.list() && shape.key().isEmpty()) {
				String value = canonical(item, List.of());
				key.add(value + " " + occurrences.merge(value, 1, Integer::sum));
			}
			Assert.isTrue(records.put(String.join(", ", key), item) == null,
					"Two records have the same key " + shape.key() + ": " + key);
		}
		return new Snapshot(records);
	}

	/**
	 * Return a text that is the same for equal values: numbers by value, texts trimmed
	 * and composed, properties and lists in any order, null like absent properties.
	 */
	private static String canonical(@Nullable JsonNode value, List<String> ignore) {
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
			return value.values().stream().map((each) -> canonical(each, List.of())).sorted().toList().toString();
		}
		Map<String, String> properties = new TreeMap<>();
		value.properties()
			.forEach((each) -> properties.put(Json.write(each.getKey()),
					ignore.contains(each.getKey()) ? "" : canonical(each.getValue(), List.of())));
		properties.values().removeIf(String::isEmpty);
		return value.isObject() ? properties.toString() : value.toString();
	}

	/**
	 * Compare this baseline with a new result. A change of a record counts if as many
	 * results in a row agree on it as are required.
	 * @param agreed the changes that results before have agreed on
	 * @param confirm how many results have to agree
	 */
	Comparison compare(Snapshot result, Map<String, String> agreed, Shape shape, int confirm) {
		Comparison comparison = new Comparison(new ArrayList<>(), new LinkedHashMap<>(), new ArrayList<>());
		Set<String> keys = new LinkedHashSet<>(this.records.keySet());
		keys.addAll(result.records.keySet());
		for (String key : keys) {
			JsonNode before = this.records.get(key);
			JsonNode after = result.records.get(key);
			String expected = canonical(after, shape.ignore());
			boolean same = before != null && after != null && canonical(before, shape.ignore()).equals(expected);
			String digest = ":" + DigestUtils.md5DigestAsHex(expected.getBytes(StandardCharsets.UTF_8));
			String last = agreed.getOrDefault(key, "");
			int count = last.endsWith(digest) ? Integer.parseInt(last.substring(0, last.indexOf(':'))) + 1 : 1;
			JsonNode kept = (same || count >= confirm) ? after : before;
			if (kept != null) {
				comparison.baseline.add(kept);
			}
			if (!same && count < confirm) {
				comparison.agreed.put(key, count + digest);
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
	 * Return the properties that all records of this baseline have, and no record of a
	 * list. One record says nothing: its property may be gone.
	 */
	List<String> vanished(Snapshot result, Shape shape) {
		Collection<String> names = shape.record().path("properties").propertyNames();
		return names.stream()
			.filter((name) -> !shape.ignore().contains(name) && !this.records.isEmpty() && result.records.size() > 1
					&& this.records.values().stream().allMatch((each) -> each.hasNonNull(name))
					&& result.records.values().stream().noneMatch((each) -> each.hasNonNull(name)))
			.toList();
	}

	/**
	 * Result of a comparison.
	 *
	 * @param baseline the records of the baseline after it
	 * @param agreed the changes that are not confirmed: how many results agree, and the
	 * digest of the record, by key
	 * @param changes the changes that are confirmed; a record that is absent is empty
	 */
	record Comparison(List<JsonNode> baseline, Map<String, String> agreed, List<Change<RunResult>> changes) {

	}

}
