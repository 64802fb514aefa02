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
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;

import ai.tinyfish.simulator.internal.api.ApiException;
import ai.tinyfish.simulator.internal.api.Endpoint;
import ai.tinyfish.simulator.internal.api.HttpAnswer;
import ai.tinyfish.simulator.internal.api.RunState;
import ai.tinyfish.simulator.internal.fault.FaultEffect.Termination;
import ai.tinyfish.simulator.internal.fault.FaultEffect.Unfinished;
import ai.tinyfish.simulator.internal.fault.FaultPlan;
import ai.tinyfish.simulator.internal.fault.PlannedFault;
import ai.tinyfish.simulator.internal.injection.Faults;
import ai.tinyfish.simulator.internal.injection.FaultyFrames;
import ai.tinyfish.simulator.internal.run.ChosenScript;
import ai.tinyfish.simulator.internal.run.EventStream;
import ai.tinyfish.simulator.internal.run.LiveRun;
import ai.tinyfish.simulator.internal.run.Run;
import ai.tinyfish.simulator.internal.run.RunDocuments;
import ai.tinyfish.simulator.internal.run.RunEngine;
import ai.tinyfish.simulator.internal.run.RunFailure;
import ai.tinyfish.simulator.internal.run.RunScript;
import ai.tinyfish.simulator.internal.run.ScriptSource;
import ai.tinyfish.simulator.internal.run.Submission;
import ai.tinyfish.simulator.internal.webhook.WebhookHosts;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Signal;

/**
 * Handlers of the endpoints that start runs.
 */
final class SubmissionHandlers {

	private final ServerSettings settings;

	private final Simulation simulation;

	private final RunEngine engine;

	private final Faults faults;

	private final ScriptSource scripts;

	private final SubmissionReader reader;

	SubmissionHandlers(ServerSettings settings, Simulation simulation, ScriptSource scripts) {
		this.settings = settings;
		this.simulation = simulation;
		this.engine = simulation.engine();
		this.faults = simulation.faults();
		this.scripts = scripts;
		this.reader = new SubmissionReader(new WebhookHosts(settings.webhooks().hosts()));
	}

	Mono<HttpAnswer> submit(Endpoint endpoint, byte[] body, ReceivedCall call) {
		boolean batch = endpoint == Endpoint.RUN_BATCH;
		List<Submission> submissions = batch ? this.reader.readBatch(body) : List.of(this.reader.read(endpoint, body));
		List<ChosenScript> chosen = scriptsFor(submissions, batch, body, call);
		List<FaultPlan> plans = chosen.stream().map((script) -> new FaultPlan(script.script().faults())).toList();
		PlannedFault fault = this.faults.forSubmission(endpoint, plans);
		if (Faults.refuses(fault)) {
			chosen.forEach((script) -> script.giveBack().run());
			return Mono.just(this.faults.instead(null, fault));
		}
		EventStream stream = (endpoint == Endpoint.RUN_SSE)
				? new EventStream(this.engine, this.settings.heartbeat(), this.simulation.traffic()) : null;
		return begin(chosen)
			.map((begun) -> IntStream.range(0, begun.size())
				.mapToObj((i) -> this.engine.submit(submissions.get(i), scriptOf(chosen.get(i), begun.get(i)),
						plans.get(i), stream, begun.get(i).get()))
				.toList())
			.flatMap((runs) -> batch ? queued(runs, fault) : submitted(endpoint, runs.get(0), call, stream, fault))
			.onErrorResume(ApiException.class,
					(refusal) -> Mono.just(this.faults.answer(null, fault, HttpAnswer.error(refusal))));
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
	 * Wait until the runs have begun elsewhere whose scripts come from there. The call is
	 * refused only if all of them are: its caller may repeat a call that is refused.
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
		return new RunScript(List.of(), null, new RunFailure(code, String.valueOf(refusal.getMessage())),
				Duration.ZERO);
	}

	private Mono<HttpAnswer> queued(List<Run> runs, @Nullable PlannedFault fault) {
		HttpAnswer right = HttpAnswer.ok(RunDocuments.queuedBatch(runs.stream().map(Run::snapshot).toList()));
		return this.engine.settled().thenReturn(this.faults.answer(null, fault, right));
	}

	private Mono<HttpAnswer> submitted(Endpoint endpoint, Run run, ReceivedCall call, @Nullable EventStream stream,
			@Nullable PlannedFault fault) {
		call.run(run.snapshot().id());
		if (stream != null) {
			return this.engine.settled().thenReturn(stream(run, stream, fault));
		}
		if (Faults.replaces(fault)) {
			return this.engine.settled().thenReturn(this.faults.instead(run, fault));
		}
		Mono<HttpAnswer> answer = (endpoint == Endpoint.RUN) ? ended(run, fault)
				: this.engine.settled().thenReturn(HttpAnswer.ok(RunDocuments.queued(run.snapshot())));
		return answer.map((right) -> this.faults.answer(run, fault, right));
	}

	private Mono<HttpAnswer> ended(Run run, @Nullable PlannedFault fault) {
		if (fault != null && fault.effect() instanceof Unfinished) {
			return Mono.just(HttpAnswer.ok(RunDocuments.runBody(Faults.shown(run.record(this.engine.now()), fault))));
		}
		// without propagating a cancellation: a disconnected caller must not affect the
		// run
		return Mono.fromFuture(run.outcome(), true).map((ended) -> {
			int status = (ended.state() == RunState.FAILED) ? this.settings.failedRunStatus() : 200;
			return HttpAnswer.json(status, RunDocuments.runBody(ended));
		});
	}

	private HttpAnswer stream(Run run, EventStream stream, @Nullable PlannedFault planned) {
		PlannedFault fault = planned;
		List<PlannedFault> inStream = new ArrayList<>();
		if (!Faults.replaces(fault)) {
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
			return (response) -> this.simulation.traffic().silentStream(this.engine::isClosed);
		}
		return this.faults.answer(run, fault, frames(run, stream, inStream));
	}

	private HttpAnswer frames(Run run, EventStream stream, List<PlannedFault> inStream) {
		if (inStream.isEmpty()) {
			return HttpAnswer.stream(stream.content((frames) -> frames.map((frame) -> {
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

}
