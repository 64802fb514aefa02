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

import java.math.BigDecimal;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

import ai.tinyfish.durable.internal.store.Json;
import ai.tinyfish.durable.internal.store.WatchRow.Definition;
import ai.tinyfish.durable.watch.Tolerance;
import ai.tinyfish.run.AgentRun;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

import org.springframework.util.Assert;

/**
 * Form of the results of a watch, and the equality of their records.
 *
 * @param list whether a result is a list of records, or one record
 * @param record the schema of a record
 * @param key the properties that identify a record of a list
 * @param ignore the properties that are not compared
 * @param tolerance the differences that do not count, by property
 */
record Shape(boolean list, JsonNode record, List<String> key, List<String> ignore, Map<String, Tolerance> tolerance) {

	/** Name of the list in the schema of a type that is a list. */
	private static final String ITEMS = "items";

	/**
	 * Return the form that an output schema describes. A list is the only property of an
	 * object there, and so is a single value, which is compared as that object.
	 */
	static Shape of(Definition definition) {
		JsonNode schema = Json.read(definition.request()).path("run").path("output_schema");
		JsonNode properties = schema.path("properties");
		boolean list = properties.size() == 1 && isOf("array", properties.path(ITEMS));
		return new Shape(list, list ? properties.path(ITEMS).path(ITEMS) : schema, definition.key(),
				definition.ignore(), definition.tolerance());
	}

	private static boolean isOf(String type, JsonNode schema) {
		return schema.path("type").asString("").equals(type);
	}

	/**
	 * Return the same form, for which further properties are not compared.
	 */
	Shape ignoring(Collection<String> names) {
		return new Shape(this.list, this.record, this.key, Stream.concat(this.ignore.stream(), names.stream()).toList(),
				this.tolerance);
	}

	/**
	 * Check that key, ignored properties and tolerances fit the results.
	 * @throws IllegalArgumentException naming the one that does not
	 */
	void check() {
		boolean keyed = this.list && isOf("object", this.record);
		Assert.isTrue(!this.record.isMissingNode(), "request must have an output type, whose properties are compared");
		Assert.isTrue(!keyed || !this.key.isEmpty(), "key must name a property that identifies a record of the list");
		Assert.isTrue(keyed || this.key.isEmpty(), "key has no effect, since the result is not a list of objects");
		checkNames("key", this.key);
		checkNames("ignore", this.ignore);
		checkNames("tolerance", this.tolerance.keySet());
		this.key.forEach(
				(name) -> Assert.isTrue(!this.ignore.contains(name), "ignore names " + name + ", which is in the key"));
		this.tolerance.keySet().forEach((name) -> {
			JsonNode schema = this.record.path("properties").path(name);
			Assert.isTrue(!this.key.contains(name) && !this.ignore.contains(name),
					"tolerance names " + name + ", which is in the key or ignored");
			Assert.isTrue(schema.isMissingNode() || isOf("number", schema) || isOf("integer", schema),
					"tolerance names " + name + ", which is not a number");
		});
		Collection<String> known = this.record.path("properties").propertyNames();
		Assert.isTrue(known.isEmpty() || !this.ignore.containsAll(known),
				"ignore names all properties: nothing is compared");
	}

	void checkNames(String option, Collection<String> names) {
		Collection<String> known = this.record.path("properties").propertyNames();
		Assert.isTrue(new HashSet<>(names).size() == names.size(), () -> option + " names a property twice: " + names);
		// a map has any
		names.forEach((name) -> Assert.isTrue(known.isEmpty() || known.contains(name), () -> option + " names " + name
				+ ", which the result does not have. It has " + String.join(", ", known)));
	}

	/**
	 * Return the records of the result of a run, which agents sometimes wrap.
	 * @return the records as they were received
	 * @throws ai.tinyfish.error.TinyFishException if the run failed, or has no result
	 * @throws IllegalArgumentException if the result is not a list or not an object
	 */
	Iterable<JsonNode> records(AgentRun run) {
		JsonNode result = Json.tree(run.result().to(Object.class));
		JsonNode properties = this.record.path("properties");
		if (this.list && result.isObject() && (result.has(ITEMS) || result.size() == 1)) {
			result = result.has(ITEMS) ? result.get(ITEMS) : result.iterator().next();
		}
		else if (!this.list && result.isValueNode() && properties.size() == 1) {
			result = Json.tree(Map.of(properties.propertyNames().iterator().next(), result));
		}
		Assert.isTrue(this.list ? result.isArray() : result.isObject(),
				"$ is not " + (this.list ? "a list" : "an object"));
		return this.list ? result : List.of(result);
	}

	/**
	 * Return whether a record of a result does not differ from an earlier one, or both
	 * are absent.
	 */
	boolean isSame(@Nullable JsonNode before, @Nullable JsonNode after) {
		return canonical(before).equals(canonical(settled(before, after)));
	}

	/**
	 * Return a record of a result with the earlier values of properties whose differences
	 * do not count: six times one percent is six percent.
	 */
	@Nullable JsonNode settled(@Nullable JsonNode before, @Nullable JsonNode after) {
		if (before == null || this.tolerance.isEmpty() || !(after instanceof ObjectNode)) {
			return after;
		}
		ObjectNode settled = ((ObjectNode) after).deepCopy();
		this.tolerance.forEach((name, allowed) -> {
			JsonNode old = before.path(name);
			JsonNode value = after.path(name);
			if (old.isNumber() && value.isNumber() && isTolerated(old.decimalValue(), value.decimalValue(), allowed)) {
				settled.set(name, old);
			}
		});
		return settled;
	}

	private static boolean isTolerated(BigDecimal before, BigDecimal after, Tolerance allowed) {
		BigDecimal limit = allowed.percent() ? before.abs().multiply(allowed.value()).movePointLeft(2)
				: allowed.value();
		return before.signum() != 0 && after.subtract(before).abs().compareTo(limit) < 0;
	}

	private String canonical(@Nullable JsonNode record) {
		return Snapshot
			.canonical((record instanceof ObjectNode object) ? object.deepCopy().remove(this.ignore) : record);
	}

}
