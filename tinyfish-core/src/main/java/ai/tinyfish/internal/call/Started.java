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

package ai.tinyfish.internal.call;

import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The kinds of objects that a submission starts, with the properties by which an answer
 * names them.
 */
public enum Started {

	/** A run. */
	RUN("run_id", "runId"),

	/** Several runs at once. */
	RUNS("run_ids", "runIds", "run_id", "runId"),

	/** A browser session. */
	SESSION("session_id", "sessionId"),

	/** A profile. */
	PROFILE("profile_id", "profileId"),

	/** A set-up session of a profile, whose id and URLs are secret. */
	SETUP_SESSION("session_id", "sessionId", "cdp_url", "base_url", "viewer_url");

	private final List<String> properties;

	Started(String... properties) {
		this.properties = List.of(properties);
	}

	/**
	 * Return the ids (and secret URLs) in an answer: at its top level or in its error,
	 * for several runs anywhere. The details of the error are left out, since they may be
	 * about another run.
	 * @param document the answer
	 * @return the ids, each once
	 */
	public List<String> ids(JsonNode document) {
		List<String> ids = new ArrayList<>();
		if (this == RUNS) {
			addAllIds(document, ids);
		}
		else {
			addIds(document, ids);
			addIds(document.path("error"), ids);
		}
		return ids;
	}

	/**
	 * Describe the objects that an answer names, for messages.
	 * @param ids the ids in the answer
	 * @return the description, or null if exceptions have a field for the id
	 */
	@Nullable String describe(List<String> ids) {
		return switch (this) {
			case RUN -> null;
			case RUNS, SESSION -> "the response names " + String.join(", ", ids) + ", which may be billed";
			case PROFILE -> "the response names " + String.join(", ", ids) + ", which may exist";
			case SETUP_SESSION -> "the response names a session, which may be open";
		};
	}

	private void addAllIds(JsonNode node, List<String> ids) {
		addIds(node, ids);
		if (node.isArray()) {
			node.forEach((item) -> addAllIds(item, ids));
		}
		else {
			node.forEachEntry((name, value) -> {
				if (!name.equals("details")) {
					addAllIds(value, ids);
				}
			});
		}
	}

	private void addIds(JsonNode node, List<String> ids) {
		for (String property : this.properties) {
			JsonNode value = node.path(property);
			(value.isArray() ? value.values() : List.of(value)).stream()
				.filter((id) -> id.isString() || id.isNumber())
				.map(JsonNode::asString)
				.filter((id) -> !id.isBlank() && !ids.contains(id))
				.forEach(ids::add);
		}
	}

}
