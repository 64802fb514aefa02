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

import java.util.Map;
import java.util.Objects;

import ai.tinyfish.internal.http.ApiCall;
import ai.tinyfish.internal.json.Json;
import ai.tinyfish.run.AgentRun;
import ai.tinyfish.run.QueuedRun;
import ai.tinyfish.run.RunStatus;
import org.jspecify.annotations.Nullable;

/**
 * The calls that start runs, described once.
 */
final class AgentCalls {

	private AgentCalls() {
	}

	static ApiCall<AgentRun> run(AgentRequest request, @Nullable String integration) {
		return ApiCall.post("agent.run", "/v1/automation/run", AgentCalls::readRun)
			.body(body(request, integration))
			.submission(Outcomes::lostSubmission, AgentCalls::findRun)
			.build();
	}

	static ApiCall<QueuedRun> queue(AgentRequest request, @Nullable String integration) {
		return ApiCall.post("agent.queue", "/v1/automation/run-async", (body) -> readQueued(body, request))
			.body(body(request, integration))
			.submission(Outcomes::lostSubmission, (body) -> findQueued(body, request))
			.build();
	}

	static ApiCall<AgentRun> stream(AgentRequest request, @Nullable String integration) {
		return ApiCall.post("agent.stream", "/v1/automation/run-sse", AgentCalls::readRun)
			.body(body(request, integration))
			.submission(Outcomes::lostSubmission, AgentCalls::findRun)
			.build();
	}

	private static byte[] body(AgentRequest request, @Nullable String integration) {
		Objects.requireNonNull(request, "request must not be null");
		return Json.write(request.toBody(integration));
	}

	private static AgentRun readRun(byte[] body) {
		String status = Json.topLevel(body).get("status");
		if (status == null || status.isEmpty()) {
			throw new IllegalArgumentException("it has no status");
		}
		return Json.read(body, AgentRun.class);
	}

	/**
	 * A failed run comes with status 500, others may with another: what makes an answer a
	 * run is a status that ends a run, and a run id, which is null where no run was
	 * created (contract section 2.2).
	 */
	private static @Nullable AgentRun findRun(byte[] body) {
		Map<String, @Nullable String> fields = Json.topLevel(body);
		boolean run = RunStatus.of(fields.get("status")).isTerminal()
				&& (fields.containsKey("run_id") || fields.containsKey("runId"));
		return run ? Json.read(body, AgentRun.class) : null;
	}

	private static QueuedRun readQueued(byte[] body, AgentRequest request) {
		QueuedRun queued = Json.read(body, QueuedRun.class);
		if (!queued.isAccepted() && queued.error() == null) {
			throw new IllegalArgumentException("it has neither run_id nor error");
		}
		return withRequest(queued, request);
	}

	private static @Nullable QueuedRun findQueued(byte[] body, AgentRequest request) {
		QueuedRun queued = Json.read(body, QueuedRun.class);
		return queued.isAccepted() ? withRequest(queued, request) : null;
	}

	private static QueuedRun withRequest(QueuedRun queued, AgentRequest request) {
		return new QueuedRun(queued.runId(), queued.error(), request.tag(), request.url(), request.goal());
	}

}
