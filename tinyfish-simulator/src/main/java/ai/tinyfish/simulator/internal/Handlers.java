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

package ai.tinyfish.simulator.internal;

import java.util.List;
import java.util.Map;
import java.util.Set;

import ai.tinyfish.simulator.internal.RunEngine.Cancellation;
import reactor.core.publisher.Mono;
import reactor.netty.http.server.HttpServerRequest;

/**
 * What each endpoint does, once the key has been checked.
 */
final class Handlers {

	private static final Set<String> SCREENSHOTS = Set.of("none", "base64", "url");

	private final ServerSettings settings;

	private final RunStore store;

	private final RunEngine engine;

	private final ScriptSource scripts;

	private final Traffic traffic;

	Handlers(ServerSettings settings, RunStore store, RunEngine engine, ScriptSource scripts, Traffic traffic) {
		this.settings = settings;
		this.store = store;
		this.engine = engine;
		this.scripts = scripts;
		this.traffic = traffic;
	}

	Mono<Answer> handle(Endpoint.Route route, Map<String, List<String>> query, HttpServerRequest request) {
		return switch (route.endpoint()) {
			case RUN -> submission(route.endpoint(), request).flatMap(this::run);
			case RUN_ASYNC -> submission(route.endpoint(), request).map(this::runAsync);
			case RUN_SSE -> submission(route.endpoint(), request).map(this::runSse);
			case LIST_RUNS -> Mono.just(Answer.ok(RunDocuments.page(this.store.list(RunQuery.parse(query)))));
			case GET_RUN -> Mono.just(get(route.runId(), query));
			case CANCEL_RUN -> cancel(route.runId());
		};
	}

	private Mono<Submission> submission(Endpoint endpoint, HttpServerRequest request) {
		return RequestBody.read(request).map((body) -> SubmissionReader.read(endpoint, body));
	}

	private Mono<Answer> run(Submission submission) {
		Run run = this.engine.submit(submission, this.scripts.scriptFor(submission), null);
		// without passing on a cancel, as the run must not notice that its caller has
		// gone
		return Mono.fromFuture(run.ending(), true).map((ended) -> {
			int status = (ended.state() == RunState.FAILED) ? this.settings.failedRunStatus() : 200;
			return Answer.json(status, RunDocuments.runBody(ended));
		});
	}

	private Answer runAsync(Submission submission) {
		Run run = this.engine.submit(submission, this.scripts.scriptFor(submission), null);
		return Answer.ok(RunDocuments.queued(run.snapshot()));
	}

	private Answer runSse(Submission submission) {
		EventStream stream = new EventStream(this.engine, this.settings.heartbeat(), this.traffic);
		this.engine.submit(submission, this.scripts.scriptFor(submission), stream);
		return Answer.stream(stream);
	}

	private Answer get(String id, Map<String, List<String>> query) {
		String screenshots = query.getOrDefault("screenshots", List.of("none")).get(0);
		if (!SCREENSHOTS.contains(screenshots)) {
			throw ApiException.invalidInput("Query parameter \"screenshots\" must be none, base64 or url");
		}
		return Answer.ok(RunDocuments.detail(existing(id).snapshot(), screenshots));
	}

	private Mono<Answer> cancel(String id) {
		Run run = existing(id);
		RunSnapshot now = run.snapshot();
		if (!now.submission().cancellable() && !now.state().ended()) {
			throw new ApiException(404, "NOT_FOUND", "Runs of POST /v1/automation/run cannot be cancelled");
		}
		return Mono.fromFuture(this.engine.cancel(run), true).map(Handlers::cancelled);
	}

	private static Answer cancelled(Cancellation cancellation) {
		String message = switch (cancellation.before().state()) {
			case PENDING, RUNNING -> null;
			case CANCELLED -> "Run already cancelled";
			case COMPLETED, FAILED -> "Run already finished";
		};
		return Answer.ok(RunDocuments.cancellation(cancellation.after(), message));
	}

	private Run existing(String id) {
		Run run = this.store.find(id);
		if (run == null) {
			throw new ApiException(404, "NOT_FOUND", "Run not found");
		}
		return run;
	}

}
