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

package ai.tinyfish.sample.page;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.ToIntBiFunction;
import java.util.stream.Collectors;

import ai.tinyfish.durable.DurableRun;
import ai.tinyfish.durable.DurableRunQuery;
import ai.tinyfish.durable.DurableRunState;
import ai.tinyfish.durable.DurableRuns;
import ai.tinyfish.sample.page.DurableCounts.Count;
import org.jspecify.annotations.Nullable;

import static ai.tinyfish.durable.DurableRunState.ACCEPTED;
import static ai.tinyfish.durable.DurableRunState.HELD;
import static ai.tinyfish.durable.DurableRunState.LOST;
import static ai.tinyfish.durable.DurableRunState.PARKED;
import static ai.tinyfish.durable.DurableRunState.RUNNING;
import static ai.tinyfish.durable.DurableRunState.SENDING;
import static ai.tinyfish.durable.DurableRunState.UNCERTAIN;

/**
 * Decisions of a person about durable runs, with the texts for them.
 */
enum Decision {

	APPROVE("Approve", "request", "Sends %s to the service. Runs are billed.", "%s approved.", false, null,
			(runs, id, why) -> decided(runs.approve(id)), HELD),

	REFUSE("Refuse", "request", "Refuses %s. Nothing is sent.", "%s refused.", false, null,
			(runs, id, why) -> decided(runs.refuse(id, why)), HELD),

	RESUBMIT("Resubmit", "request",
			"Sends %s again. Each may be paid a second time: it may have started a run already.", "%s sent again.",
			false, DurableRuns::resubmitAll, (runs, id, why) -> decided(runs.resubmit(id)), UNCERTAIN),

	REDELIVER("Redeliver", "outcome", "Hands over %s again to the listeners of this application. Nothing is sent.",
			"%s handed over again.", true, DurableRuns::redeliverAll, (runs, id, why) -> decided(runs.redeliver(id)),
			PARKED),

	ABANDON("Abandon", "run", "Gives up %s. No event is published, and nothing is cancelled at the service.",
			"%s abandoned.", true, DurableRuns::abandonAll, (runs, id, why) -> decided(runs.abandon(id)), UNCERTAIN,
			LOST, PARKED),

	CANCEL("Cancel", "run",
			"Cancels %s: requests that were not sent are dropped, and started runs are cancelled at the service.",
			"%s cancelled.", false, DurableRuns::cancelAll,
			(runs, id, why) -> runs.cancel(id).cancelRequested() ? 1 : 0, HELD, ACCEPTED, SENDING, RUNNING, UNCERTAIN);

	private final String label;

	private final String noun;

	private final String consequence;

	private final String report;

	private final boolean afterCancel;

	private final @Nullable ToIntBiFunction<DurableRuns, DurableRunQuery> all;

	private final One one;

	private final Set<DurableRunState> states;

	/**
	 * Create a new decision.
	 * @param label the label of its button
	 * @param noun the name of its objects
	 * @param consequence the text to confirm
	 * @param report the text after it
	 * @param afterCancel whether it is possible for runs that are to be cancelled
	 * @param all the call for many runs, or null if each is decided on its own
	 * @param one the call for a run
	 * @param states the states in which it is possible
	 */
	Decision(String label, String noun, String consequence, String report, boolean afterCancel,
			@Nullable ToIntBiFunction<DurableRuns, DurableRunQuery> all, One one, DurableRunState... states) {
		this.label = label;
		this.noun = noun;
		this.consequence = consequence;
		this.report = report;
		this.afterCancel = afterCancel;
		this.all = all;
		this.one = one;
		this.states = Set.of(states);
	}

	/**
	 * Return the decisions that are possible for at least one run in a state.
	 */
	static List<Decision> of(DurableRunState state, Count count) {
		return Arrays.stream(values())
			.filter((decision) -> decision.states.contains(state) && decision.possible(count) > 0)
			.toList();
	}

	static List<Decision> of(DurableRun run) {
		return of(run.state(), new Count(1, run.cancelRequested() ? 0 : 1));
	}

	/**
	 * Return for how many of the runs in a state this is possible.
	 */
	long possible(Count count) {
		return this.afterCancel ? count.runs() : count.notCancelled();
	}

	/**
	 * Return whether this is possible for many runs at once.
	 */
	public boolean isForMany() {
		return this.all != null;
	}

	/**
	 * Return whether this needs a reason.
	 */
	public boolean needsReason() {
		return this == REFUSE;
	}

	/**
	 * Check that this is possible in a state.
	 * @throws IllegalStateException if it is not
	 */
	void require(DurableRunState state) {
		if (!this.states.contains(state)) {
			String possible = this.states.stream().sorted().map(Enum::name).collect(Collectors.joining(", "));
			throw new IllegalStateException(
					"%s is not possible for %s runs. It is possible for %s.".formatted(this.label, state, possible));
		}
	}

	int decideAll(DurableRuns runs, DurableRunQuery query) {
		if (this.all == null) {
			throw new IllegalStateException(this.label + " is possible for one run at a time.");
		}
		return this.all.applyAsInt(runs, query);
	}

	int decide(DurableRuns runs, String id, String why) {
		return this.one.decide(runs, id, why);
	}

	private static int decided(DurableRun run) {
		return 1;
	}

	public String label() {
		return this.label;
	}

	public String consequence(long number) {
		return this.consequence.formatted(counted(number));
	}

	public String report(long number) {
		return this.report.formatted(counted(number));
	}

	private String counted(long number) {
		return number + " " + this.noun + ((number != 1) ? "s" : "");
	}

	/**
	 * The call for a run.
	 */
	private interface One {

		int decide(DurableRuns runs, String id, String why);

	}

}
