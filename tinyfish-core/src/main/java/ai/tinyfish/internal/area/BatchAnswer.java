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

package ai.tinyfish.internal.area;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.internal.call.Started;
import ai.tinyfish.internal.json.Json;
import ai.tinyfish.run.QueuedRun;
import ai.tinyfish.run.RunError;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The answer to requests that were queued together: an id for each, or an error.
 * According to TinyFish's page about errors, single runs may have an error. Its place is
 * not documented, so it is searched.
 *
 * @param runIds the ids, or null
 * @param error the reason if no run was created, or null
 */
@JsonIgnoreProperties(ignoreUnknown = true)
record BatchAnswer(@JsonProperty("run_ids") @Nullable List<@Nullable String> runIds,
		@JsonProperty("error") @Nullable RunError error) {

	private static final String ERROR = "error";

	private static final String ERRORS = "errors";

	/**
	 * Read an answer.
	 * @return a run for each request, or a single one that was not accepted if no run was
	 * created
	 * @throws IllegalArgumentException if it has neither ids nor an error
	 */
	static List<QueuedRun> read(byte[] body, List<AgentRequest> requests) {
		BatchAnswer answer = Json.read(body, BatchAnswer.class);
		List<String> ids = answer.runIds();
		if (ids == null || ids.size() != requests.size() || ids.stream().anyMatch((id) -> id == null || id.isBlank())
				|| Set.copyOf(ids).size() != ids.size()) {
			return List.of(answer.refusal(Json.mapper().readTree(body), requests.size()));
		}
		List<QueuedRun> queued = new ArrayList<>();
		for (int i = 0; i < ids.size(); i++) {
			AgentRequest request = requests.get(i);
			queued.add(new QueuedRun(ids.get(i), null, request.tag(), request.url(), request.goal()));
		}
		return queued;
	}

	private QueuedRun refusal(JsonNode document, int count) {
		List<String> errors = errorsOfRuns(document);
		boolean none = (this.runIds == null || this.runIds.isEmpty()) && Started.RUNS.ids(document).isEmpty();
		if (none && this.error != null) {
			return refused(this.error);
		}
		// a request without an id may have a run, whose id is in another place
		if (none && errors.size() >= count) {
			return refused(RunError.of(null, "Errors of single runs: " + String.join(", ", errors)));
		}
		String problem = (this.runIds == null && none) ? "it has neither run_ids nor error"
				: "it does not have one id for each of " + count + " runs";
		String reported = !errors.isEmpty() ? String.join(", ", errors)
				: (this.error != null) ? document.path(ERROR).toString() : null;
		throw new IllegalArgumentException((reported != null) ? problem + ", but the error " + reported : problem);
	}

	private static QueuedRun refused(RunError reason) {
		return new QueuedRun(null, reason, null, null, null);
	}

	/**
	 * Return the errors of single runs, unchanged: those in a list of errors, or in the
	 * items of any other list.
	 */
	private static List<String> errorsOfRuns(JsonNode document) {
		List<String> errors = new ArrayList<>();
		document.forEachEntry((name, value) -> {
			if (isError(name, value)) {
				value.forEach((error) -> errors.add(error.toString()));
			}
			else if (value.isArray()) {
				value.forEach((item) -> {
					if (item.isObject() && (isPresent(item.get(ERROR)) || isPresent(item.get(ERRORS)))) {
						errors.add(item.toString());
					}
				});
			}
		});
		return errors;
	}

	private static boolean isError(String name, JsonNode value) {
		return (name.equals(ERRORS) && value.isContainer()) || (name.equals(ERROR) && value.isArray());
	}

	private static boolean isPresent(@Nullable JsonNode value) {
		return value != null && !value.isNull() && !(value.isContainer() && value.isEmpty());
	}

}
