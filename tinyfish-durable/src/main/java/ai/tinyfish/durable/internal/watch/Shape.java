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

import java.util.Collection;
import java.util.List;
import java.util.Map;

import ai.tinyfish.durable.internal.store.Json;
import ai.tinyfish.durable.internal.store.WatchRow.Definition;
import ai.tinyfish.run.AgentRun;
import tools.jackson.databind.JsonNode;

import org.springframework.util.Assert;

/**
 * Form of the results of a watch.
 *
 * @param list whether a result is a list of records, or one record
 * @param record the schema of a record
 * @param key the properties that identify a record of a list
 * @param ignore the properties that are not compared
 */
record Shape(boolean list, JsonNode record, List<String> key, List<String> ignore) {

	/**
	 * Return the form that an output schema describes. A list is the only property of an
	 * object there, and so is a single value, which is compared as that object.
	 */
	static Shape of(Definition definition) {
		JsonNode schema = Json.read(definition.request()).path("run").path("output_schema");
		JsonNode properties = schema.path("properties");
		JsonNode only = (properties.size() == 1) ? properties.iterator().next() : properties;
		boolean list = only.path("type").asString("").equals("array");
		return new Shape(list, list ? only.path("items") : schema, definition.key(), definition.ignore());
	}

	private static boolean isObject(JsonNode schema) {
		return schema.path("type").asString("").equals("object");
	}

	/**
	 * Check that key and ignored properties fit the results.
	 * @throws IllegalArgumentException naming the one that does not
	 */
	void check() {
		boolean keyed = this.list && isObject(this.record);
		Assert.isTrue(!this.record.isMissingNode(), "request must have an output type, whose properties are compared");
		Assert.isTrue(!keyed || !this.key.isEmpty(), "key must name a property that identifies a record of the list");
		Assert.isTrue(keyed || this.key.isEmpty(), "key has no effect, since the result is not a list of objects");
		Collection<String> known = this.record.path("properties").propertyNames();
		String names = ", which the result does not have. It has " + String.join(", ", known);
		// a map has any
		this.key.forEach((name) -> Assert.isTrue(known.isEmpty() || known.contains(name), "key names " + name + names));
		this.ignore
			.forEach((name) -> Assert.isTrue(known.isEmpty() || known.contains(name), "ignore names " + name + names));
	}

	/**
	 * Read a result, which agents sometimes wrap.
	 * @return a list or a record, with everything that the schema requires
	 * @throws ai.tinyfish.error.TinyFishException if the result does not fit
	 * @throws IllegalArgumentException if the result does not fit
	 */
	JsonNode read(AgentRun run) {
		JsonNode result = Json.tree(run.typed(Object.class).value());
		JsonNode properties = this.record.path("properties");
		if (this.list && result.isObject() && result.size() == 1) {
			result = result.iterator().next();
		}
		else if (!this.list && result.isValueNode() && properties.size() == 1) {
			result = Json.tree(Map.of(properties.propertyNames().iterator().next(), result));
		}
		Assert.isTrue(this.list ? result.isArray() : result.isObject(),
				"The result is not " + (this.list ? "a list" : "an object"));
		for (JsonNode each : this.list ? result : List.of(result)) {
			for (JsonNode required : this.record.path("required")) {
				String name = required.asString();
				boolean nullable = properties.path(name).path("nullable").asBoolean(false);
				Assert.isTrue(nullable || each.hasNonNull(name), "The result lacks " + name);
			}
		}
		return result;
	}

}
