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

import ai.tinyfish.internal.json.Instants;
import ai.tinyfish.internal.redaction.Secrets;
import ai.tinyfish.internal.request.RunIds;
import ai.tinyfish.run.AgentRun;
import ai.tinyfish.run.QueuedRun;
import ai.tinyfish.run.Run;
import ai.tinyfish.run.RunError;
import ai.tinyfish.run.RunStep;
import org.jspecify.annotations.Nullable;

/**
 * Redaction of the secrets of a request in the failure and the additional properties of
 * its run and of the steps of this, names included, where the service may repeat them,
 * and which end in exceptions, events and logs. The result of a run is left as it is.
 */
public final class RunRedaction {

	private static final Set<String> TIMES = Set.of("created_at", "started_at", "finished_at");

	/**
	 * Names that methods of a run read or that the service documents: they repeat
	 * nothing.
	 */
	private static final Set<String> NAMES = Set.of("profile_id", "profile_attached", "profile_hint", "message",
			"setup_url", "reason", "help_url", "help_message", "created_at", "started_at", "finished_at", "timestamp");

	private static final int MAX_ID_LENGTH = 64;

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
		return run.toBuilder()
			.error(redact(run.error(), secrets))
			.additionalProperties(redact(run.additionalProperties(), secrets))
			.build();
	}

	/**
	 * Redact the record of a run.
	 * @param run the record
	 * @param secrets the secrets of the call that reads it
	 * @return the record without these and those of its own request
	 */
	static Run redact(Run run, Secrets secrets) {
		if (run.error() == null && run.additionalProperties().isEmpty()
				&& run.steps().stream().allMatch((step) -> step.additionalProperties().isEmpty())) {
			return run;
		}
		Secrets all = secrets.andOf(run.runId());
		return run.toBuilder()
			.error(redact(run.error(), all))
			.steps(run.steps().stream().map((step) -> redact(step, all)).toList())
			.additionalProperties(redact(run.additionalProperties(), all))
			.build();
	}

	private static RunStep redact(RunStep step, Secrets secrets) {
		return step.additionalProperties().isEmpty() ? step
				: step.toBuilder().additionalProperties(redact(step.additionalProperties(), secrets)).build();
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
		return error.toBuilder()
			.code(secrets.redactIfPresent(error.code()))
			.message(secrets.redact(error.message()))
			.categoryText(secrets.redactIfPresent(error.categoryText()))
			.helpUrl(secrets.redactIfPresent(error.helpUrl()))
			.helpMessage(secrets.redactIfPresent(error.helpMessage()))
			.additionalProperties(redact(error.additionalProperties(), secrets))
			.build();
	}

	/**
	 * Redact additional properties: each may be words that repeat the request.
	 */
	private static Map<String, @Nullable Object> redact(Map<String, @Nullable Object> properties, Secrets secrets) {
		if (properties.isEmpty()) {
			return properties;
		}
		Map<String, @Nullable Object> redacted = new LinkedHashMap<>();
		properties.forEach((name, value) -> redacted.put(redactName(name, redacted, secrets),
				(value instanceof String text && isIdOrTime(name, text)) ? secrets.redactId(text)
						: redactIn(value, secrets)));
		return redacted;
	}

	private static @Nullable Object redactIn(@Nullable Object value, Secrets secrets) {
		if (value instanceof String text) {
			return secrets.redact(text);
		}
		if (value instanceof Number && Secrets.isLongEnough(value.toString())) {
			String redacted = secrets.redactId(value.toString());
			return redacted.equals(value.toString()) ? value : redacted;
		}
		if (value instanceof Map<?, ?> map) {
			Map<String, @Nullable Object> redacted = new LinkedHashMap<>();
			map.forEach((name, item) -> redacted.put(redactName(String.valueOf(name), redacted, secrets),
					redactIn(item, secrets)));
			return Collections.unmodifiableMap(redacted);
		}
		if (value instanceof List<?> list) {
			List<@Nullable Object> redacted = new ArrayList<>(list.size());
			list.forEach((item) -> redacted.add(redactIn(item, secrets)));
			return Collections.unmodifiableList(redacted);
		}
		return value;
	}

	/**
	 * Redact the name of a property. No two become the same.
	 */
	private static String redactName(String name, Map<String, ?> others, Secrets secrets) {
		if (NAMES.contains(name)) {
			return name;
		}
		String redacted = secrets.redactWhole(name);
		String unique = redacted;
		for (int i = others.size(); others.containsKey(unique); i++) {
			unique = redacted + "-" + i;
		}
		return unique;
	}

	private static boolean isIdOrTime(String name, String text) {
		return text.length() <= MAX_ID_LENGTH && (name.equals("profile_id") ? RunIds.isValid(text)
				: TIMES.contains(name) && Instants.parse(text) != null);
	}

}
