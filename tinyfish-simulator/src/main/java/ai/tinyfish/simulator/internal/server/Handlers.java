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

package ai.tinyfish.simulator.internal.server;

import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

import ai.tinyfish.simulator.internal.api.ApiException;
import ai.tinyfish.simulator.internal.api.Endpoint;
import ai.tinyfish.simulator.internal.api.HttpAnswer;
import ai.tinyfish.simulator.internal.fault.PlannedFault;
import ai.tinyfish.simulator.internal.injection.Faults;
import ai.tinyfish.simulator.internal.run.ScriptSource;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.netty.http.server.HttpServerRequest;

/**
 * Handlers of the endpoints, called once the key has been checked.
 */
final class Handlers {

	private final Simulation simulation;

	private final ScriptSource scripts;

	private final SubmissionHandlers submissions;

	private final RunHandlers runs;

	Handlers(ServerSettings settings, Simulation simulation, ScriptSource scripts, Supplier<String> baseUrl) {
		this.simulation = simulation;
		this.scripts = scripts;
		this.submissions = new SubmissionHandlers(settings, simulation, scripts);
		this.runs = new RunHandlers(settings.batchGet(), simulation, baseUrl);
	}

	Mono<HttpAnswer> handle(Endpoint.Route route, Map<String, List<String>> query, HttpServerRequest request,
			ReceivedCall call) {
		return switch (route.endpoint()) {
			case RUN, RUN_ASYNC, RUN_SSE, RUN_BATCH ->
				body(request, call).flatMap((body) -> this.submissions.submit(route.endpoint(), body, call));
			case LIST_RUNS -> Mono.fromSupplier(() -> this.runs.list(query));
			case BATCH_GET -> body(request, call).map(this.runs::batch);
			case GET_RUN -> Mono.fromSupplier(() -> this.runs.get(route.id(), query));
			case CANCEL_RUN -> this.runs.cancel(route.id());
			case SCREENSHOT -> Mono.fromSupplier(() -> this.runs.screenshot(route.id()));
			case LIVE_VIEW -> Mono.fromSupplier(() -> this.runs.liveView(route.id()));
			case BATCH_CANCEL -> body(request, call).flatMap(this.runs::cancelBatch);
			// a body that is read would be in the way of the other protocol
			case BROWSER_CDP -> Mono.fromSupplier(() -> service(route, query, new byte[0], request))
				.subscribeOn(Schedulers.boundedElastic());
			case CONNECT_VAULT -> RequestBody.read(request)
				.doOnNext((body) -> call.body(Secrets.hidden(body)))
				.map((body) -> service(route, query, body, request));
			default -> body(request, call).map((body) -> service(route, query, body, request));
		};
	}

	private static Mono<byte[]> body(HttpServerRequest request, ReceivedCall call) {
		return RequestBody.read(request).doOnNext(call::body);
	}

	/**
	 * Execute the request even if its answer is lost, unless the fault refuses it.
	 */
	private HttpAnswer service(Endpoint.Route route, Map<String, List<String>> query, byte[] body,
			HttpServerRequest request) {
		Faults faults = this.simulation.faults();
		PlannedFault fault = faults.forAnswer(route.endpoint(), List.of());
		if (Faults.refuses(fault)) {
			return faults.instead(null, fault);
		}
		HttpAnswer right;
		try {
			this.scripts.check(route.endpoint());
			right = this.simulation.services()
				.handle(route, query, body, request.requestHeaders().get("X-TF-Request-Origin"));
		}
		catch (ApiException ex) {
			right = HttpAnswer.error(ex);
		}
		return faults.answer(null, fault, right);
	}

}
