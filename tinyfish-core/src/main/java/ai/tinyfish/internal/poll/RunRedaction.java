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

package ai.tinyfish.internal.poll;

import ai.tinyfish.internal.json.JsonFields;
import ai.tinyfish.internal.redaction.Secrets;
import ai.tinyfish.run.AgentRun;
import ai.tinyfish.run.QueuedRun;
import ai.tinyfish.run.Run;
import ai.tinyfish.run.RunError;
import org.jspecify.annotations.Nullable;

/**
 * Redaction of the errors of runs, whose texts may repeat the request.
 */
public final class RunRedaction {

	private RunRedaction() {
	}

	/**
	 * Redact the response to a submission.
	 * @param run the run
	 * @param secrets the secrets of the request
	 * @return the run without them
	 */
	public static QueuedRun redact(QueuedRun run, Secrets secrets) {
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
		return (run.error() != null) ? run.toBuilder().error(redact(run.error(), secrets)).build() : run;
	}

	/**
	 * Redact the record of a run.
	 * @param run the record
	 * @param secrets the secrets of the call that reads it
	 * @return the record without them
	 */
	static Run redact(Run run, Secrets secrets) {
		return (run.error() != null) ? run.toBuilder().error(redact(run.error(), secrets)).build() : run;
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
		RunError.Builder redacted = error.toBuilder();
		JsonFields.of(redacted).mapTexts(secrets::redact);
		return redacted.build();
	}

}
