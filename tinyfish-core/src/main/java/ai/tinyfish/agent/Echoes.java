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

package ai.tinyfish.agent;

import ai.tinyfish.internal.redaction.Secrets;
import ai.tinyfish.run.AgentRun;
import ai.tinyfish.run.QueuedRun;
import ai.tinyfish.run.RunEndings;
import ai.tinyfish.run.RunError;
import org.jspecify.annotations.Nullable;

/**
 * Takes what is secret in a request out of what the service says of its run's failure,
 * which it may repeat: it ends in exceptions, events and logs. What a run found is left
 * as it is.
 */
final class Echoes {

	private Echoes() {
	}

	/**
	 * The same, remembering the secrets of the request for whoever reads the run later.
	 */
	static AgentRun remember(AgentRun run, Secrets secrets) {
		secrets.remember(run.runId());
		return takeOut(run, secrets);
	}

	/**
	 * The same, remembering the secrets of the request for whoever reads the run later.
	 */
	static QueuedRun remember(QueuedRun run, Secrets secrets) {
		secrets.remember(run.runId());
		return takeOut(run, secrets);
	}

	static AgentRun takeOut(AgentRun run, Secrets secrets) {
		return (run.error() != null) ? new AgentRun(run.runId(), run.statusText(), run.startedAt(), run.finishedAt(),
				run.numOfSteps(), run.result(), run.schemaValidation(), takeOut(run.error(), secrets)) : run;
	}

	private static QueuedRun takeOut(QueuedRun run, Secrets secrets) {
		return (run.error() != null)
				? new QueuedRun(run.runId(), takeOut(run.error(), secrets), run.tag(), run.url(), run.goal()) : run;
	}

	static @Nullable RunError takeOut(@Nullable RunError error, Secrets secrets) {
		return RunEndings.withoutSecrets(error, secrets);
	}

}
