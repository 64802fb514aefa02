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

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import ai.tinyfish.simulator.internal.api.ApiException;
import ai.tinyfish.simulator.internal.api.Endpoint;
import ai.tinyfish.simulator.internal.api.HttpAnswer;
import ai.tinyfish.simulator.internal.fault.PlannedFault;
import ai.tinyfish.simulator.internal.injection.Faults;
import ai.tinyfish.simulator.internal.live.LiveViews;
import ai.tinyfish.simulator.internal.run.Run;
import ai.tinyfish.simulator.internal.run.RunDocuments;
import ai.tinyfish.simulator.internal.run.RunEngine;
import ai.tinyfish.simulator.internal.run.RunEngine.Cancellation;
import ai.tinyfish.simulator.internal.run.RunQuery;
import ai.tinyfish.simulator.internal.run.RunSnapshot;
import ai.tinyfish.simulator.internal.run.RunStore;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.databind.node.ObjectNode;

/**
 * Handlers of the endpoints about runs that have been started.
 */
final class RunHandlers {

	private static final Set<String> SCREENSHOTS = Set.of("none", "base64", "url");

	private static final Pattern STEP = Pattern.compile("(.+)_([0-9]{1,3})");

	private final boolean batchGet;

	private final RunStore store;

	private final RunEngine engine;

	private final Faults faults;

	private final Supplier<String> baseUrl;

	private final LiveViews liveViews;

	RunHandlers(boolean batchGet, Simulation simulation, Supplier<String> baseUrl) {
		this.batchGet = batchGet;
		this.store = simulation.runs();
		this.engine = simulation.engine();
		this.faults = simulation.faults();
		this.baseUrl = baseUrl;
		this.liveViews = new LiveViews(this.engine);
	}

	HttpAnswer list(Map<String, List<String>> query) {
		HttpAnswer right = HttpAnswer.ok(RunDocuments.page(this.store.list(RunQuery.parse(query))));
		return this.faults.answer(null, this.faults.forAnswer(Endpoint.LIST_RUNS, List.of()), right);
	}

	HttpAnswer batch(byte[] body) {
		if (!this.batchGet) {
			throw ApiException.nothingHere();
		}
		Set<String> ids = BatchReader.read(body);
		List<Run> runs = find(ids);
		PlannedFault fault = this.faults.forPoll(Endpoint.BATCH_GET, runs);
		if (Faults.replaces(fault)) {
			return this.faults.instead((runs.size() == 1) ? runs.get(0) : null, fault);
		}
		List<Run> found = runs.stream().filter(Run::poll).toList();
		List<RunSnapshot> shown = found.stream().map((run) -> shown(run, fault)).toList();
		return this.faults.answer(null, fault, HttpAnswer.ok(RunDocuments.batch(shown, missing(ids, found))));
	}

	HttpAnswer get(String id, Map<String, List<String>> query) {
		String screenshots = query.getOrDefault("screenshots", List.of("none")).get(0);
		if (!SCREENSHOTS.contains(screenshots)) {
			throw ApiException.invalidInput("Query parameter \"screenshots\" must be none, base64 or url");
		}
		Run run = this.store.find(id);
		PlannedFault fault = this.faults.forPoll(Endpoint.GET_RUN, listOf(run));
		if (Faults.replaces(fault)) {
			return this.faults.instead(run, fault);
		}
		if (run == null || !run.poll()) {
			throw ApiException.runNotFound();
		}
		return this.faults.answer(run, fault,
				HttpAnswer.ok(RunDocuments.detail(shown(run, fault), run::picture, screenshots, this.baseUrl.get())));
	}

	HttpAnswer liveView(String id) {
		Run run = this.store.find(id);
		PlannedFault fault = this.faults.forAnswer(Endpoint.LIVE_VIEW, listOf(run));
		if (Faults.replaces(fault)) {
			return this.faults.instead(run, fault);
		}
		if (run == null) {
			throw ApiException.runNotFound();
		}
		return this.faults.answer(run, fault, this.liveViews.of(run));
	}

	/**
	 * Return the screenshot that an address names: run id and number of the step.
	 */
	HttpAnswer screenshot(String id) {
		Matcher step = STEP.matcher(id);
		Run run = step.matches() ? this.store.find(step.group(1)) : null;
		int number = (run != null) ? Integer.parseInt(step.group(2)) : 0;
		if (run == null || number < 1 || number > run.snapshot().steps().size()) {
			throw new ApiException(404, "NOT_FOUND", "There is no such screenshot");
		}
		return HttpAnswer.bytes("image/png", run.picture(number).png());
	}

	Mono<HttpAnswer> cancel(String id) {
		Run run = this.store.find(id);
		PlannedFault fault = this.faults.forAnswer(Endpoint.CANCEL_RUN, listOf(run));
		if (Faults.replaces(fault)) {
			return Mono.just(this.faults.instead(run, fault));
		}
		if (run == null) {
			throw ApiException.runNotFound();
		}
		if (!isCancellable(run)) {
			throw new ApiException(404, "NOT_FOUND", "Runs of POST /v1/automation/run cannot be cancelled");
		}
		return Mono.fromFuture(this.engine.cancel(run), true)
			.map((done) -> this.faults.answer(run, fault, HttpAnswer.ok(cancelled(done, fault))));
	}

	Mono<HttpAnswer> cancelBatch(byte[] body) {
		Set<String> ids = BatchReader.read(body);
		List<Run> runs = find(ids);
		PlannedFault fault = this.faults.forAnswer(Endpoint.BATCH_CANCEL, runs);
		if (Faults.replaces(fault)) {
			return Mono.just(this.faults.instead(null, fault));
		}
		List<Run> found = runs.stream().filter(RunHandlers::isCancellable).toList();
		return Flux.fromIterable(found)
			.concatMap((run) -> Mono.fromFuture(this.engine.cancel(run), true))
			.map((done) -> cancelled(done, fault))
			.collectList()
			.map((results) -> this.faults.answer(null, fault,
					HttpAnswer.ok(RunDocuments.cancellations(results, missing(ids, found)))));
	}

	private List<Run> find(Set<String> ids) {
		return ids.stream().map(this.store::find).filter(Objects::nonNull).toList();
	}

	private static List<String> missing(Set<String> ids, List<Run> found) {
		Set<String> missing = new LinkedHashSet<>(ids);
		found.forEach((run) -> missing.remove(run.snapshot().id()));
		return List.copyOf(missing);
	}

	private static List<Run> listOf(@Nullable Run run) {
		return (run != null) ? List.of(run) : List.of();
	}

	private static boolean isCancellable(Run run) {
		return run.snapshot().submission().cancellable() || run.snapshot().state().ended();
	}

	private RunSnapshot shown(Run run, @Nullable PlannedFault fault) {
		return Faults.shown(run.record(this.engine.now()), fault);
	}

	private static ObjectNode cancelled(Cancellation cancellation, @Nullable PlannedFault fault) {
		String message = switch (cancellation.before().state()) {
			case PENDING, RUNNING -> null;
			case CANCELLED -> "Run already cancelled";
			case COMPLETED, FAILED -> "Run already finished";
		};
		return RunDocuments.cancellation(Faults.shown(cancellation.after(), fault), message);
	}

}
