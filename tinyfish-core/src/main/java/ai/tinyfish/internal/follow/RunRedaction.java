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

package ai.tinyfish.internal.follow;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import ai.tinyfish.internal.redaction.Secrets;
import ai.tinyfish.run.AgentRun;
import ai.tinyfish.run.QueuedRun;
import ai.tinyfish.run.Run;
import ai.tinyfish.run.RunError;
import org.jspecify.annotations.Nullable;

/**
 * Redaction of the secrets of a request in the failure and the additional properties of
 * its run, where the service may repeat them, and which end in exceptions, events and
 * logs. The result of a run is left as it is.
 */
public final class RunRedaction {

	/**
	 * Additional properties in which a short secret would be found that is none.
	 */
	private static final Set<String> NO_WORDS = Set.of("profile_id", "created_at", "started_at", "finished_at");

	private RunRedaction() {
	}

	/**
	 * Redact the answer to a submission, and remember the secrets for later reads of the
	 * run.
	 * @param run the run
	 * @param secrets the secrets of the request
	 * @return the run without them
	 */
	public static AgentRun remember(AgentRun run, Secrets secrets) {
		secrets.remember(run.runId());
		return redact(run, secrets);
	}

	/**
	 * Redact the answer to a submission, and remember the secrets for later reads of the
	 * run.
	 * @param run the run
	 * @param secrets the secrets of the request
	 * @return the run without them
	 */
	public static QueuedRun remember(QueuedRun run, Secrets secrets) {
		secrets.remember(run.runId());
		return (run.error() != null)
				? new QueuedRun(run.runId(), redact(run.error(), secrets), run.tag(), run.url(), run.goal()) : run;
	}

	/**
	 * Redact the outcome of a run.
	 * @param run the run
	 * @param secrets the secrets of its request
	 * @return the run without them
	 */
	public static AgentRun redact(AgentRun run, Secrets secrets) {
		if (run.error() == null && run.additionalProperties().isEmpty()) {
			return run;
		}
		return new AgentRun(run.runId(), run.statusText(), run.startedAt(), run.finishedAt(), run.numOfSteps(),
				run.result(), run.schemaValidation(), redact(run.error(), secrets),
				redact(run.additionalProperties(), secrets));
	}

	/**
	 * Redact the record of a run.
	 * @param run the record
	 * @param secrets the secrets of the call that reads it
	 * @return the record without these and those of its own request
	 */
	static Run redact(Run run, Secrets secrets) {
		if (run.error() == null && run.additionalProperties().isEmpty()) {
			return run;
		}
		Secrets all = secrets.andOf(run.runId());
		return new Run(run.runId(), run.statusText(), run.goal(), run.createdAt(), run.startedAt(), run.finishedAt(),
				run.numOfSteps(), run.result(), run.schemaValidation(), redact(run.error(), all), run.streamingUrl(),
				run.browserConfig(), run.outputSchema(), run.videoUrl(), run.steps(),
				redact(run.additionalProperties(), all));
	}

	/**
	 * Redact the error of a run.
	 * @param error the error, or null
	 * @param secrets the secrets
	 * @return the error without them, or null
	 */
	public static @Nullable RunError redact(@Nullable RunError error, Secrets secrets) {
		if (error == null) {
			return null;
		}
		return new RunError(secrets.redactIfPresent(error.code()), secrets.redact(error.message()),
				secrets.redactIfPresent(error.categoryText()), error.retryAfter(),
				secrets.redactIfPresent(error.helpUrl()), secrets.redactIfPresent(error.helpMessage()),
				redact(error.additionalProperties(), secrets));
	}

	/**
	 * Redact the additional properties of a run: each may be words that repeat the
	 * request.
	 */
	private static Map<String, @Nullable Object> redact(Map<String, @Nullable Object> properties, Secrets secrets) {
		Map<String, @Nullable Object> redacted = new LinkedHashMap<>();
		properties
			.forEach((name, value) -> redacted.put(name, NO_WORDS.contains(name) ? value : redactIn(value, secrets)));
		return redacted;
	}

	private static @Nullable Object redactIn(@Nullable Object value, Secrets secrets) {
		if (value instanceof String text) {
			return secrets.redact(text);
		}
		if (value instanceof Map<?, ?> map) {
			Map<Object, @Nullable Object> redacted = new LinkedHashMap<>();
			map.forEach((name, item) -> redacted.put(name, redactIn(item, secrets)));
			return Collections.unmodifiableMap(redacted);
		}
		if (value instanceof List<?> list) {
			List<@Nullable Object> redacted = new ArrayList<>();
			list.forEach((item) -> redacted.add(redactIn(item, secrets)));
			return Collections.unmodifiableList(redacted);
		}
		return value;
	}

}
