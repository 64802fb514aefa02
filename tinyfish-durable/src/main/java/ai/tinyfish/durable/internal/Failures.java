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

package ai.tinyfish.durable.internal;

import java.util.List;
import java.util.regex.Pattern;

import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.agent.AgentRequestJson;
import ai.tinyfish.durable.DurableRunSecretsCodec;
import ai.tinyfish.durable.internal.store.Ending;
import ai.tinyfish.durable.internal.store.RunRow;
import ai.tinyfish.error.TinyFishConnectionException;
import ai.tinyfish.error.TinyFishException;
import ai.tinyfish.error.TinyFishStatusException;
import ai.tinyfish.run.RunError;
import ai.tinyfish.run.TinyFishRunFailedException;
import ai.tinyfish.run.TinyFishRunOutcomeUnknownException;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * Meaning of what a submission fails with.
 */
final class Submission {

	/** As in addresses of runs: an id that is not like this cannot be polled. */
	private static final Pattern RUN_ID = Pattern.compile("[A-Za-z0-9_-]{1,128}");

	private static final JsonMapper MAPPER = new JsonMapper();

	private static final int REQUEST_TIMEOUT = 408;

	private static final int TOO_MANY_REQUESTS = 429;

	private Submission() {
	}

	/**
	 * Return the request of a run with its secrets.
	 * @throws RuntimeException if the codec fails: nothing was sent
	 */
	static Readable request(RunRow row, DurableRunSecretsCodec codec) {
		String secrets = (row.secrets() != null) ? codec.decode(row.secrets()) : null;
		return new Readable(new AgentRequestJson(row.request(), secrets).toAgentRequest(),
				secrets != null && MAPPER.readTree(secrets).has("webhook_url"));
	}

	static boolean isRunId(@Nullable String runId) {
		return runId != null && RUN_ID.matcher(runId).matches();
	}

	/**
	 * Return whether nothing was started, so that the request may be sent again.
	 */
	static boolean mayBeRepeated(RuntimeException failure) {
		if (failure instanceof TinyFishStatusException answer) {
			return answer.status() == REQUEST_TIMEOUT || answer.status() == TOO_MANY_REQUESTS || answer.status() >= 500;
		}
		// the client is closed, takes no more runs, or has no key
		return failure instanceof TinyFishConnectionException || failure instanceof IllegalStateException;
	}

	/**
	 * Return whether the service has refused the request for good.
	 */
	static boolean isRefused(RuntimeException failure) {
		return failure instanceof TinyFishRunFailedException || failure instanceof IllegalArgumentException
				|| (failure instanceof TinyFishStatusException answer && answer.status() >= 400
						&& !mayBeRepeated(answer));
	}

	/**
	 * Return the id of the run that may have been started.
	 * @return the id, or null where the answer does not name one
	 */
	static @Nullable String startedRun(RuntimeException failure) {
		if (failure instanceof TinyFishRunOutcomeUnknownException unknown) {
			List<String> ids = unknown.runIds();
			return (ids.size() == 1) ? ids.get(0) : unknown.runId();
		}
		return (failure instanceof TinyFishException exception) ? exception.runId() : null;
	}

	static String message(RuntimeException failure) {
		return Ending.storable(failure.getClass().getSimpleName() + ": " + failure.getMessage());
	}

	static String message(@Nullable RunError error) {
		if (error == null) {
			return "The service has given no reason";
		}
		return Ending
			.storable((error.code() != null) ? error.code() + ": " + error.message() : String.valueOf(error.message()));
	}

	/**
	 * A request with its secrets.
	 *
	 * @param request the request
	 * @param hasWebhook whether it has a webhook URL of its own
	 */
	record Readable(AgentRequest request, boolean hasWebhook) {

		AgentRequest withWebhook(@Nullable String webhookUrl) {
			return (webhookUrl != null && !this.hasWebhook) ? this.request.toBuilder().webhookUrl(webhookUrl).build()
					: this.request;
		}

		@Override
		public String toString() {
			return "Readable[" + this.request + "]";
		}

	}

}
