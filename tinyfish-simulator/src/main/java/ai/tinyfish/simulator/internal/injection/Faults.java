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

package ai.tinyfish.simulator.internal.injection;

import java.time.Clock;
import java.util.ArrayList;
import java.util.List;

import ai.tinyfish.simulator.internal.api.BoundedLog;
import ai.tinyfish.simulator.internal.api.Endpoint;
import ai.tinyfish.simulator.internal.api.HttpAnswer;
import ai.tinyfish.simulator.internal.fault.FaultEffect.Page;
import ai.tinyfish.simulator.internal.fault.FaultPlan;
import ai.tinyfish.simulator.internal.fault.PlannedFault;
import ai.tinyfish.simulator.internal.fault.RandomFaults;
import ai.tinyfish.simulator.internal.run.Run;
import ai.tinyfish.simulator.internal.run.RunSnapshot;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Selection and record of injected faults. A run's own planned faults take precedence
 * over those planned for all, and random ones come last.
 */
public final class Faults {

	private final FaultPlan forAll = new FaultPlan(List.of());

	private final RandomFaults random;

	private final BoundedLog<FaultRecord> log;

	private final Clock clock;

	public Faults(RandomFaults random, int maxKept, Clock clock) {
		this.random = random;
		this.log = new BoundedLog<>(maxKept);
		this.clock = clock;
	}

	public void plan(PlannedFault fault) {
		this.forAll.addFirst(fault);
	}

	public void clear() {
		this.forAll.clear();
	}

	/**
	 * Drop planned faults and the record of injected ones.
	 */
	public void reset() {
		this.forAll.clear();
		this.log.clear();
	}

	/**
	 * Take the fault for the answer to the submission of one or several runs.
	 */
	public @Nullable PlannedFault forSubmission(Endpoint endpoint, List<FaultPlan> ofRuns) {
		for (FaultPlan plan : ofRuns) {
			PlannedFault fault = plan.takeForAnswer(endpoint);
			if (fault != null) {
				return fault;
			}
		}
		return this.forAll.takeForAnswer(endpoint);
	}

	/**
	 * Take the fault for the answer to a request about existing runs.
	 */
	public @Nullable PlannedFault forAnswer(Endpoint endpoint, List<Run> runs) {
		return forSubmission(endpoint, runs.stream().map(Run::faults).toList());
	}

	/**
	 * Take the fault like {@link #forAnswer}, or else a random one.
	 */
	public @Nullable PlannedFault forPoll(Endpoint endpoint, List<Run> runs) {
		PlannedFault fault = forAnswer(endpoint, runs);
		if (fault != null || runs.isEmpty()) {
			return fault;
		}
		Run first = runs.get(0);
		return this.random.forPoll(first.snapshot().number(), first.nextPoll());
	}

	/**
	 * Take the faults for the stream of a run.
	 */
	public List<PlannedFault> forStream(Run run) {
		List<PlannedFault> faults = new ArrayList<>(run.faults().takeForStream());
		faults.addAll(this.forAll.takeForStream());
		return faults;
	}

	/**
	 * Draw a random fault for the stream of a run.
	 */
	public @Nullable PlannedFault byChance(Run run) {
		return this.random.forStream(run.snapshot().number());
	}

	/**
	 * Return whether a fault replaces the right answer.
	 */
	public static boolean replaces(@Nullable PlannedFault fault) {
		return fault != null && !fault.effect().keepsAnswer();
	}

	/**
	 * Return whether a fault refuses the request, which then has no effect.
	 */
	public static boolean refuses(@Nullable PlannedFault fault) {
		return fault != null && fault.effect() instanceof Page page && page.refusal();
	}

	/**
	 * Return the run that a document with a fault shows.
	 */
	public static RunSnapshot shown(RunSnapshot run, @Nullable PlannedFault fault) {
		return (fault != null) ? run.shownWith(fault.effect()) : run;
	}

	/**
	 * Return the answer to a request, with its fault if there is one.
	 * @param run the run that the request is about, or {@code null}
	 */
	public HttpAnswer answer(@Nullable Run run, @Nullable PlannedFault fault, HttpAnswer right) {
		if (fault == null) {
			return right;
		}
		injected((run != null) ? run.snapshot().id() : null, fault);
		return new FaultyAnswer(fault.effect(), right);
	}

	/**
	 * Return the answer of a fault that replaces the right one.
	 */
	public HttpAnswer instead(@Nullable Run run, @Nullable PlannedFault fault) {
		return answer(run, fault, (response) -> Mono.empty());
	}

	public void injected(@Nullable String runId, PlannedFault fault) {
		this.log.add(new FaultRecord(this.clock.instant(), runId, fault.place().name(), fault.effect().label()));
	}

	public List<FaultRecord> injected() {
		return this.log.entries();
	}

}
