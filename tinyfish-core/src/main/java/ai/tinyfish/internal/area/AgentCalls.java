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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import ai.tinyfish.agent.AgentConfig;
import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.internal.area.RequestBodies.RequestSecrets;
import ai.tinyfish.internal.call.ApiCall;
import ai.tinyfish.internal.call.Started;
import ai.tinyfish.internal.json.Json;
import ai.tinyfish.internal.poll.RunRedaction;
import ai.tinyfish.internal.request.Checks;
import ai.tinyfish.internal.session.OutcomeExceptions;
import ai.tinyfish.internal.session.SessionKind;
import ai.tinyfish.run.AgentRun;
import ai.tinyfish.run.QueuedRun;
import ai.tinyfish.run.RunStatus;
import org.jspecify.annotations.Nullable;

/**
 * The calls that start runs, described once.
 */
final class AgentCalls {

	private static final String STREAMS = "/v1/automation/run-sse";

	private static final String OUTPUT_SCHEMA = "output_schema";

	private static final String LIMITS = "The request sets max_steps or max_duration_seconds: if the account does not"
			+ " have this feature, remove the setting (AgentConfig, @WebAgent, @Goal, tinyfish.run.max-steps,"
			+ " tinyfish.run.max-duration)";

	private AgentCalls() {
	}

	static ApiCall<AgentRun> run(AgentRequest request, RequestBodies bodies) {
		return outcome(SessionKind.RUN, "/v1/automation/run", request, bodies);
	}

	static ApiCall<QueuedRun> queue(AgentRequest request, RequestBodies bodies) {
		return call(SessionKind.QUEUE.operation(), "/v1/automation/run-async", (body) -> readQueued(body, request),
				request, bodies)
			.submission(Started.RUN, OutcomeExceptions::lostSubmission, (body) -> findQueued(body, request))
			.censored(RunRedaction::redact)
			.build();
	}

	static ApiCall<List<QueuedRun>> queueAll(List<AgentRequest> requests, RequestBodies bodies) {
		ApiCall.Builder<List<QueuedRun>> call = ApiCall.post(SessionKind.QUEUE_ALL.operation(),
				"/v1/automation/run-batch", (body) -> BatchAnswer.read(body, requests));
		Map<String, Object> batch = new LinkedHashMap<>();
		List<Map<String, Object>> runs = new ArrayList<>();
		for (AgentRequest request : requests) {
			Map<String, Object> run = bodies.of(request);
			RequestSecrets.of(run).forEach(call::secret);
			explainLimits(call, request);
			// the runs have no separate output schemas: one applies to all
			Object schema = run.remove(OUTPUT_SCHEMA);
			if (schema != null) {
				batch.put(OUTPUT_SCHEMA, schema);
			}
			runs.add(run);
		}
		batch.put("runs", runs);
		return call.body(Json.write(batch))
			.submission(Started.RUNS, OutcomeExceptions::lostSubmission, (body) -> findBatch(body, requests))
			.censored((queued, secrets) -> queued.stream().map((run) -> RunRedaction.redact(run, secrets)).toList())
			.build();
	}

	static ApiCall<AgentRun> stream(AgentRequest request, RequestBodies bodies) {
		return outcome(SessionKind.STREAM, STREAMS, request, bodies);
	}

	static ApiCall<AgentRun> start(AgentRequest request, RequestBodies bodies) {
		return outcome(SessionKind.START, STREAMS, request, bodies);
	}

	private static ApiCall<AgentRun> outcome(SessionKind kind, String uriTemplate, AgentRequest request,
			RequestBodies bodies) {
		return call(kind.operation(), uriTemplate, AgentCalls::readRun, request, bodies)
			.submission(Started.RUN, OutcomeExceptions::lostSubmission, AgentCalls::findRun)
			.censored(RunRedaction::redact)
			.build();
	}

	private static <T> ApiCall.Builder<T> call(String operation, String uriTemplate, ApiCall.ResponseDecoder<T> decoder,
			AgentRequest request, RequestBodies bodies) {
		ApiCall.Builder<T> call = bodies.write(ApiCall.post(operation, uriTemplate, decoder), request);
		explainLimits(call, request);
		return call;
	}

	/**
	 * Add the possible reason to a refusal: the service responds with 403 to settings
	 * that the account does not have, as to accounts without a subscription.
	 */
	private static void explainLimits(ApiCall.Builder<?> call, AgentRequest request) {
		AgentConfig config = request.agentConfig();
		if (config != null && (config.maxSteps() != null || config.maxDuration() != null)) {
			call.whenAnswered(403, LIMITS);
		}
	}

	private static @Nullable List<QueuedRun> findBatch(byte[] body, List<AgentRequest> requests) {
		List<QueuedRun> runs = BatchAnswer.read(body, requests);
		return runs.stream().allMatch(QueuedRun::isAccepted) ? runs : null;
	}

	private static AgentRun readRun(byte[] body) {
		String status = Json.topLevel(body).get("status");
		Checks.that(status != null && !status.isEmpty(), "it has no status");
		RunStatus known = RunStatus.of(status);
		Checks.that(known != RunStatus.RUNNING && known != RunStatus.PENDING, "the run is still " + known);
		return Json.read(body, AgentRun.class);
	}

	/**
	 * Return the run in an answer, or null. A failed run has HTTP status 500, others may
	 * have another. An answer is a run if it has a final status of a run, and a run id,
	 * which is null if no run was created.
	 */
	private static @Nullable AgentRun findRun(byte[] body) {
		Map<String, @Nullable String> fields = Json.topLevel(body);
		boolean run = RunStatus.of(fields.get("status")).isTerminal()
				&& (fields.containsKey("run_id") || fields.containsKey("runId"));
		return run ? Json.read(body, AgentRun.class) : null;
	}

	private static QueuedRun readQueued(byte[] body, AgentRequest request) {
		QueuedRun queued = Json.read(body, QueuedRun.class);
		Checks.that(queued.isAccepted() || queued.error() != null, "it has neither run_id nor error");
		return new QueuedRun(queued.runId(), queued.error(), request.tag(), request.url(), request.goal());
	}

	private static @Nullable QueuedRun findQueued(byte[] body, AgentRequest request) {
		QueuedRun queued = readQueued(body, request);
		return queued.isAccepted() ? queued : null;
	}

}
