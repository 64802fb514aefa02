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

package ai.tinyfish.simulator.internal.api;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

import ai.tinyfish.simulator.internal.api.ApiException.Issue;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Search for texts with unpaired UTF-16 surrogates. JSON has an escape for them, UTF-8
 * has no bytes: an answer that repeats such a text cannot be written.
 */
final class UnpairedSurrogates {

	private final List<Object> path = new ArrayList<>();

	private UnpairedSurrogates() {
	}

	/**
	 * Return the first problem of a document, or {@code null}.
	 */
	static @Nullable Issue firstIn(JsonNode root) {
		return new UnpairedSurrogates().search(root);
	}

	private @Nullable Issue search(JsonNode node) {
		if (node.isString() && isUnpairedIn(node.stringValue())) {
			String field = this.path.stream().map(String::valueOf).collect(Collectors.joining("."));
			return new Issue("invalid_format", List.copyOf(this.path),
					"Field \"" + field + "\" has an unpaired UTF-16 surrogate");
		}
		for (int i = 0; node.isArray() && i < node.size(); i++) {
			Issue issue = search(i, node.get(i));
			if (issue != null) {
				return issue;
			}
		}
		for (Map.Entry<String, JsonNode> property : node.properties()) {
			// the parser refuses them in names
			Issue issue = search(property.getKey(), property.getValue());
			if (issue != null) {
				return issue;
			}
		}
		return null;
	}

	private @Nullable Issue search(Object element, JsonNode node) {
		this.path.add(element);
		Issue issue = search(node);
		this.path.remove(this.path.size() - 1);
		return issue;
	}

	private static boolean isUnpairedIn(String text) {
		return text.codePoints()
			.anyMatch((point) -> point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE);
	}

}
