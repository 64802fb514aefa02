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

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

import ai.tinyfish.simulator.internal.api.Answer;
import ai.tinyfish.simulator.internal.api.ApiException;
import ai.tinyfish.simulator.internal.api.Endpoint;
import ai.tinyfish.simulator.internal.api.RunState;
import ai.tinyfish.simulator.internal.api.Traffic;
import ai.tinyfish.simulator.internal.area.Services;
import ai.tinyfish.simulator.internal.fault.FaultEffect.Page;
import ai.tinyfish.simulator.internal.fault.FaultEffect.Termination;
import ai.tinyfish.simulator.internal.fault.FaultEffect.Unfinished;
import ai.tinyfish.simulator.internal.fault.FaultPlan;
import ai.tinyfish.simulator.internal.fault.PlannedFault;
import ai.tinyfish.simulator.internal.injection.Faults;
import ai.tinyfish.simulator.internal.injection.FaultyAnswer;
import ai.tinyfish.simulator.internal.injection.FaultyFrames;
import ai.tinyfish.simulator.internal.live.LiveViews;
import ai.tinyfish.simulator.internal.run.ChosenScript;
import ai.tinyfish.simulator.internal.run.EventStream;
import ai.tinyfish.simulator.internal.run.Failure;
import ai.tinyfish.simulator.internal.run.LiveRun;
import ai.tinyfish.simulator.internal.run.Run;
import ai.tinyfish.simulator.internal.run.RunDocuments;
import ai.tinyfish.simulator.internal.run.RunEngine;
import ai.tinyfish.simulator.internal.run.RunEngine.Cancellation;
import ai.tinyfish.simulator.internal.run.RunQuery;
import ai.tinyfish.simulator.internal.run.RunScript;
import ai.tinyfish.simulator.internal.run.RunSnapshot;
import ai.tinyfish.simulator.internal.run.RunStore;
import ai.tinyfish.simulator.internal.run.ScriptSource;
import ai.tinyfish.simulator.internal.run.Submission;
import ai.tinyfish.simulator.internal.webhook.WebhookHosts;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Signal;
import reactor.core.scheduler.Schedulers;
import reactor.netty.http.server.HttpServerRequest;
import tools.jackson.databind.node.ObjectNode;

/**
 * Handlers of the endpoints, called once the key has been checked.
 */
final class Handlers {

	private static final Set<String> SCREENSHOTS = Set.of("none", "base64", "url");

	private static final Pattern STEP = Pattern.compile("(.+)_([0-9]{1,3})");

	/** Placeholder for an answer that is not sent. */
	private static final Answer NO_ANSWER = (response) -> Mono.empty();

	private final ServerSettings settings;

	private final RunStore store;

	private final RunEngine engine;

	private final ScriptSource scripts;

	private final Traffic traffic;

	private final Faults faults;

	private final Supplier<Services> newServices;

	private volatile Services services;

	private final Supplier<String> baseUrl;

	private final SubmissionReader submissions;

	private final LiveViews liveViews;

	Handlers(ServerSettings settings, RunStore store, RunEngine engine, ScriptSource scripts, Traffic traffic,
			Faults faults, Supplier<Services> newServices, Supplier<String> baseUrl) {
		this.settings = settings;
		this.store = store;
		this.engine = engine;
		this.scripts = scripts;
		this.traffic = traffic;
		this.faults = faults;
		this.newServices = newServices;
		this.services = newServices.get();
		this.baseUrl = baseUrl;
		this.submissions = new SubmissionReader(new WebhookHosts(settings.webhooks().hosts()));
		this.liveViews = new LiveViews(engine);
	}

	/**
	 * Remove the data of the endpoints that are not about runs.
	 */
	void reset() {
		Services old = this.services;
		this.services = this.newServices.get();
		old.close();
	}

	List<String> openBrowsers() {
		return this.services.openBrowsers();
	}

	Mono<Answer> handle(Endpoint.Route route, Map<String, List<String>> query, HttpServerRequest request,
			ReceivedCall call) {
		return switch (route.endpoint()) {
			case RUN, RUN_ASYNC, RUN_SSE, RUN_BATCH ->
				body(request, call).flatMap((body) -> submit(route.endpoint(), body, call));
			case LIST_RUNS -> Mono.fromSupplier(() -> list(query));
			case BATCH_GET -> body(request, call).map(this::batch);
			case GET_RUN -> Mono.fromSupplier(() -> get(route.id(), query));
			case CANCEL_RUN -> cancel(route.id());
			case SCREENSHOT -> Mono.fromSupplier(() -> screenshot(route.id()));
			case LIVE_VIEW -> Mono.fromSupplier(() -> liveView(route.id()));
			case BATCH_CANCEL -> body(request, call).flatMap(this::cancelBatch);
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
	private Answer service(Endpoint.Route route, Map<String, List<String>> query, byte[] body,
			HttpServerRequest request) {
		PlannedFault fault = this.faults.forAnswer(route.endpoint(), List.of());
		if (fault != null && fault.effect() instanceof Page page && page.refusal()) {
			return faulty(null, fault, NO_ANSWER);
		}
		Answer right;
		try {
			right = this.services.handle(route, query, body, request.requestHeaders().get("X-TF-Request-Origin"));
		}
		catch (ApiException ex) {
			right = Answer.error(ex);
		}
		return faulty(null, fault, right);
	}

	private Mono<Answer> submit(Endpoint endpoint, byte[] body, ReceivedCall call) {
		boolean batch = endpoint == Endpoint.RUN_BATCH;
		List<Submission> submissions = batch ? this.submissions.readBatch(body)
				: List.of(this.submissions.read(endpoint, body));
		List<ChosenScript> chosen = scriptsFor(submissions, batch, body, call);
		List<FaultPlan> plans = chosen.stream().map((script) -> new FaultPlan(script.script().faults())).toList();
		PlannedFault fault = this.faults.forSubmission(endpoint, plans);
		if (fault != null && fault.effect() instanceof Page page && page.refusal()) {
			chosen.forEach((script) -> script.giveBack().run());
			return Mono.just(faulty(null, fault, NO_ANSWER));
		}
		EventStream stream = (endpoint == Endpoint.RUN_SSE)
				? new EventStream(this.engine, this.settings.heartbeat(), this.traffic) : null;
		return begin(chosen)
			.map((begun) -> IntStream.range(0, begun.size())
				.mapToObj((i) -> this.engine.submit(submissions.get(i), scriptOf(chosen.get(i), begun.get(i)),
						plans.get(i), stream, begun.get(i).get()))
				.toList())
			.flatMap((runs) -> batch ? queued(runs, fault) : submitted(endpoint, runs.get(0), call, stream, fault))
			.onErrorResume(ApiException.class, (refusal) -> Mono.just(faulty(null, fault, Answer.error(refusal))));
	}

	private List<ChosenScript> scriptsFor(List<Submission> submissions, boolean batch, byte[] body, ReceivedCall call) {
		List<ChosenScript> chosen = new ArrayList<>();
		try {
			IntStream.range(0, submissions.size())
				.forEach((i) -> chosen.add(this.scripts.scriptFor(submissions.get(i), call.apiKey(),
						() -> SubmissionReader.runOf(body, batch ? i : -1))));
			return chosen;
		}
		catch (ApiException ex) {
			chosen.forEach((script) -> script.giveBack().run());
			throw ex;
		}
	}

	/**
	 * Wait until the runs have begun elsewhere whose scripts come from there. The call
	 * is refused only if all of them are: its caller may repeat a call that is refused.
	 */
	private static Mono<List<Signal<LiveRun>>> begin(List<ChosenScript> chosen) {
		return Flux.fromIterable(chosen)
			.flatMapSequential((script) -> script.elsewhere().materialize(), chosen.size())
			.collectList()
			.flatMap((begun) -> begun.stream().allMatch(Signal::isOnError)
					? Mono.error(Objects.requireNonNull(begun.get(0).getThrowable())) : Mono.just(begun));
	}

	private static RunScript scriptOf(ChosenScript chosen, Signal<LiveRun> begun) {
		Throwable refusal = begun.getThrowable();
		if (refusal == null) {
			return chosen.script();
		}
		String code = (refusal instanceof ApiException error) ? error.code() : "INTERNAL_ERROR";
		return new RunScript(List.of(), null, new Failure(code, String.valueOf(refusal.getMessage())), Duration.ZERO);
	}

	private Mono<Answer> queued(List<Run> runs, @Nullable PlannedFault fault) {
		Answer right = Answer.ok(RunDocuments.queuedBatch(runs.stream().map(Run::snapshot).toList()));
		return this.engine.settled().thenReturn(faulty(null, fault, right));
	}

	private Mono<Answer> submitted(Endpoint endpoint, Run run, ReceivedCall call, @Nullable EventStream stream,
			@Nullable PlannedFault fault) {
		call.run(run.snapshot().id());
		if (stream != null) {
			return this.engine.settled().thenReturn(runSse(run, stream, fault));
		}
		if (fault != null && !fault.effect().keepsAnswer()) {
			return this.engine.settled().thenReturn(faulty(run, fault, NO_ANSWER));
		}
		Mono<Answer> answer = (endpoint == Endpoint.RUN) ? run(run, fault)
				: this.engine.settled().thenReturn(Answer.ok(RunDocuments.queued(run.snapshot())));
		return answer.map((right) -> faulty(run, fault, right));
	}

	private Mono<Answer> run(Run run, @Nullable PlannedFault fault) {
		if (fault != null && fault.effect() instanceof Unfinished) {
			return Mono.just(Answer.ok(RunDocuments.runBody(shown(run, fault))));
		}
		// without propagating a cancellation: a disconnected caller must not affect the
		// run
		return Mono.fromFuture(run.outcome(), true).map((ended) -> {
			int status = (ended.state() == RunState.FAILED) ? this.settings.failedRunStatus() : 200;
			return Answer.json(status, RunDocuments.runBody(ended));
		});
	}

	private Answer runSse(Run run, EventStream stream, @Nullable PlannedFault planned) {
		PlannedFault fault = planned;
		List<PlannedFault> inStream = new ArrayList<>();
		if (fault == null || fault.effect().keepsAnswer()) {
			inStream.addAll(this.faults.forStream(run));
		}
		PlannedFault chance = (fault == null && inStream.isEmpty()) ? this.faults.byChance(run) : null;
		if (chance != null && chance.place().isAnswerOf(Endpoint.RUN_SSE)) {
			fault = chance;
		}
		else if (chance != null) {
			inStream.add(chance);
		}
		if (fault != null && fault.effect() == Termination.SILENCE) {
			this.faults.injected(run.snapshot().id(), fault);
			return (response) -> this.traffic.silentStream(this.engine::isClosed);
		}
		return faulty(run, fault, stream(run, stream, inStream));
	}

	private Answer stream(Run run, EventStream stream, List<PlannedFault> inStream) {
		if (inStream.isEmpty()) {
			return Answer.stream(stream.content((frames) -> frames.map((frame) -> {
				if (!frame.isHeartbeat()) {
					run.sent(frame.type());
				}
				return frame.buffer();
			})));
		}
		FaultyFrames faulty = new FaultyFrames(inStream, this.engine, run,
				(fault) -> this.faults.injected(run.snapshot().id(), fault));
		return faulty.answer(stream);
	}

	private Answer list(Map<String, List<String>> query) {
		Answer right = Answer.ok(RunDocuments.page(this.store.list(RunQuery.parse(query))));
		return faulty(null, this.faults.forAnswer(Endpoint.LIST_RUNS, List.of()), right);
	}

	private Answer batch(byte[] body) {
		if (!this.settings.batchGet()) {
			throw ApiException.nothingHere();
		}
		Set<String> ids = BatchReader.read(body);
		List<Run> runs = ids.stream().map(this.store::find).filter(Objects::nonNull).toList();
		PlannedFault fault = this.faults.forPoll(Endpoint.BATCH_GET, runs);
		if (fault != null && !fault.effect().keepsAnswer()) {
			return faulty((runs.size() == 1) ? runs.get(0) : null, fault, NO_ANSWER);
		}
		List<Run> found = runs.stream().filter(Run::poll).toList();
		Set<String> missing = new LinkedHashSet<>(ids);
		found.forEach((run) -> missing.remove(run.snapshot().id()));
		return faulty(null, fault, Answer
			.ok(RunDocuments.batch(found.stream().map((run) -> shown(run, fault)).toList(), List.copyOf(missing))));
	}

	private Answer get(String id, Map<String, List<String>> query) {
		String screenshots = query.getOrDefault("screenshots", List.of("none")).get(0);
		if (!SCREENSHOTS.contains(screenshots)) {
			throw ApiException.invalidInput("Query parameter \"screenshots\" must be none, base64 or url");
		}
		Run run = this.store.find(id);
		PlannedFault fault = this.faults.forPoll(Endpoint.GET_RUN, (run != null) ? List.of(run) : List.of());
		if (fault != null && !fault.effect().keepsAnswer()) {
			return faulty(run, fault, NO_ANSWER);
		}
		if (run == null || !run.poll()) {
			throw ApiException.runNotFound();
		}
		return faulty(run, fault, Answer.ok(RunDocuments.detail(shown(run, fault), screenshots, this.baseUrl.get())));
	}

	private Answer liveView(String id) {
		Run run = this.store.find(id);
		PlannedFault fault = this.faults.forAnswer(Endpoint.LIVE_VIEW, (run != null) ? List.of(run) : List.of());
		if (fault != null && !fault.effect().keepsAnswer()) {
			return faulty(run, fault, NO_ANSWER);
		}
		if (run == null) {
			throw ApiException.runNotFound();
		}
		return faulty(run, fault, this.liveViews.of(run));
	}

	/**
	 * Return the screenshot that an address names: run id and number of the step.
	 */
	private Answer screenshot(String id) {
		Matcher step = STEP.matcher(id);
		Run run = step.matches() ? this.store.find(step.group(1)) : null;
		byte[] png = (run != null) ? RunDocuments.screenshot(run.snapshot(), Integer.parseInt(step.group(2))) : null;
		if (png == null) {
			throw new ApiException(404, "NOT_FOUND", "There is no such screenshot");
		}
		return Answer.bytes("image/png", png);
	}

	private Mono<Answer> cancel(String id) {
		Run run = this.store.find(id);
		PlannedFault fault = this.faults.forAnswer(Endpoint.CANCEL_RUN, (run != null) ? List.of(run) : List.of());
		if (fault != null && !fault.effect().keepsAnswer()) {
			return Mono.just(faulty(run, fault, NO_ANSWER));
		}
		if (run == null) {
			throw ApiException.runNotFound();
		}
		if (!isCancellable(run)) {
			throw new ApiException(404, "NOT_FOUND", "Runs of POST /v1/automation/run cannot be cancelled");
		}
		return Mono.fromFuture(this.engine.cancel(run), true)
			.map((done) -> faulty(run, fault, Answer.ok(cancelled(done, fault))));
	}

	private Mono<Answer> cancelBatch(byte[] body) {
		Set<String> ids = BatchReader.read(body);
		List<Run> runs = ids.stream().map(this.store::find).filter(Objects::nonNull).toList();
		PlannedFault fault = this.faults.forAnswer(Endpoint.BATCH_CANCEL, runs);
		if (fault != null && !fault.effect().keepsAnswer()) {
			return Mono.just(faulty(null, fault, NO_ANSWER));
		}
		List<Run> found = runs.stream().filter(Handlers::isCancellable).toList();
		Set<String> missing = new LinkedHashSet<>(ids);
		found.forEach((run) -> missing.remove(run.snapshot().id()));
		return Flux.fromIterable(found)
			.concatMap((run) -> Mono.fromFuture(this.engine.cancel(run), true))
			.map((done) -> cancelled(done, fault))
			.collectList()
			.map((results) -> faulty(null, fault,
					Answer.ok(RunDocuments.cancellations(results, List.copyOf(missing)))));
	}

	private static boolean isCancellable(Run run) {
		return run.snapshot().submission().cancellable() || run.snapshot().state().ended();
	}

	private Answer faulty(@Nullable Run run, @Nullable PlannedFault fault, Answer right) {
		if (fault == null) {
			return right;
		}
		this.faults.injected((run != null) ? run.snapshot().id() : null, fault);
		return new FaultyAnswer(fault.effect(), right);
	}

	/**
	 * Return the run that a document shows.
	 */
	private RunSnapshot shown(Run run, @Nullable PlannedFault fault) {
		RunSnapshot record = run.record(this.engine.now());
		return (fault != null) ? record.shownWith(fault.effect()) : record;
	}

	private static ObjectNode cancelled(Cancellation cancellation, @Nullable PlannedFault fault) {
		String message = switch (cancellation.before().state()) {
			case PENDING, RUNNING -> null;
			case CANCELLED -> "Run already cancelled";
			case COMPLETED, FAILED -> "Run already finished";
		};
		RunSnapshot after = cancellation.after();
		return RunDocuments.cancellation((fault != null) ? after.shownWith(fault.effect()) : after, message);
	}

}
