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

package ai.tinyfish.durable.internal.store;

import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

import ai.tinyfish.durable.DurableRunState;

import static ai.tinyfish.durable.DurableRunState.ABANDONED;
import static ai.tinyfish.durable.DurableRunState.ACCEPTED;
import static ai.tinyfish.durable.DurableRunState.DONE;
import static ai.tinyfish.durable.DurableRunState.HELD;
import static ai.tinyfish.durable.DurableRunState.LOST;
import static ai.tinyfish.durable.DurableRunState.PARKED;
import static ai.tinyfish.durable.DurableRunState.REFUSED;
import static ai.tinyfish.durable.DurableRunState.RUNNING;
import static ai.tinyfish.durable.DurableRunState.SENDING;
import static ai.tinyfish.durable.DurableRunState.UNCERTAIN;
import static ai.tinyfish.durable.DurableRunState.UNDELIVERED;

/**
 * Changes of the state of a run. Each is one conditional update of {@link RunTable}, and
 * an arrow of the picture in {@code docs/durable.md}.
 */
public enum Transition {

	/** An instance is about to send the request. */
	CLAIM(SENDING, "claimed by an instance", """
			sender = :sender, sending_at = :now, attempts = attempts + 1, failures = 0, error = null, next_at = null""",
			"", ACCEPTED),

	/** The request is sent again later. */
	RETURN(ACCEPTED, "the service started nothing", "batch = :batch, error = :error, next_at = :next",
			"send_token = :token and not cancel_requested", SENDING),

	/**
	 * The run that the request started is known, also if the policy for doubt gave it up.
	 */
	LINK(RUNNING, "its run is known", "", "(state <> 'ABANDONED' or decided_by = '" + RunTable.POLICY + "')", SENDING,
			UNCERTAIN, ACCEPTED, ABANDONED),

	/** Nothing shows whether the request started a run. */
	DOUBT(UNCERTAIN, "its run is unknown", "error = :error", "send_token = :token", SENDING),

	/** The run can no longer be followed. */
	LOSE(LOST, "cannot be read, or left at its timeout", "error = :error", "", RUNNING),

	/** The outcome is stored and handed over. */
	END(DONE, "delivered", Transition.OUTCOME + ", verdict = :verdict, next_at = null, ended_at = :now", "", RUNNING,
			UNDELIVERED),

	/** The refusal is stored and handed over. */
	REFUSE(REFUSED, "delivered", END.set, "", UNDELIVERED),

	/** The outcome is stored, and is handed over later. */
	KEEP(UNDELIVERED, "a listener failed", Transition.OUTCOME + ", handover_attempts = :attempts, next_at = :next", "",
			RUNNING, UNDELIVERED),

	/** The request has not started a run, and never will. */
	REJECT(UNDELIVERED, "refused, or cancelled", KEEP.set, "send_token = :token", SENDING),

	/** The request will not be sent. */
	CANCEL(UNDELIVERED, "cancel", KEEP.set, "", ACCEPTED, HELD),

	/** A person allows the request to be sent. */
	APPROVE(ACCEPTED, "approve", Transition.DECISION, "", HELD),

	/** A person does not allow the request to be sent. */
	DENY(UNDELIVERED, "refuse", KEEP.set + ", " + Transition.DECISION, "", HELD),

	/** It was not decided in time. */
	LAPSE(UNDELIVERED, "not decided in time", KEEP.set, "", HELD),

	/** Listeners have failed too often. */
	PARK(PARKED, "listeners failed too often", "", "", UNDELIVERED),

	/** A person names the run. */
	SETTLE(RUNNING, "settle", "run_id = :runId, secrets = null, error = null, failures = 0, " + Transition.DECISION, "",
			UNCERTAIN, LOST),

	/** A person has the request sent again. */
	RESUBMIT(ACCEPTED, "resubmit",
			"batch = null, send_token = null, error = null, next_at = null, submission_id = :submission, "
					+ Transition.DECISION,
			"not cancel_requested", UNCERTAIN),

	/** A person gives up the run. */
	ABANDON(ABANDONED, "abandon", "secrets = null, ended_at = :now, " + Transition.DECISION, "", UNCERTAIN, LOST,
			PARKED),

	/** The policy for doubt gives up the run. */
	EXPIRE(ABANDONED, "uncertain for too long", ABANDON.set, "changed_at <= :before", UNCERTAIN),

	/** A person has the outcome handed over again. */
	REDELIVER(UNDELIVERED, "redeliver", "handover_attempts = 0, next_at = :now, " + Transition.DECISION, "", PARKED);

	/** The columns of a decision: person and time. */
	static final String DECISION = "decided_by = :by, decided_at = :now";

	private static final String OUTCOME = "status = :status, result = :result, error = :error, secrets = null";

	private final DurableRunState to;

	private final String description;

	private final String set;

	private final String condition;

	private final Set<DurableRunState> from;

	/**
	 * Create a new change.
	 * @param to the state after it
	 * @param description the label of the arrow
	 * @param set the columns that are stored with the state
	 * @param condition the condition in addition to the state
	 * @param from the states before it
	 */
	Transition(DurableRunState to, String description, String set, String condition, DurableRunState... from) {
		this.to = to;
		this.description = description;
		this.set = set;
		this.condition = condition;
		this.from = Collections.unmodifiableSet(EnumSet.copyOf(Arrays.asList(from)));
	}

	public DurableRunState to() {
		return this.to;
	}

	/**
	 * Return the beginning of the statement, up to its condition.
	 */
	String update() {
		return "update tinyfish_run set state = '" + this.to + "', changed_at = :now"
				+ (this.set.isEmpty() ? "" : ", " + this.set);
	}

	public Set<DurableRunState> from() {
		return this.from;
	}

	/**
	 * Return the arrows of this change, as they are written in a state diagram.
	 */
	public List<String> arrows() {
		return this.from.stream()
			.filter((state) -> state != this.to)
			.map((state) -> state + " --> " + this.to + ": " + this.description)
			.toList();
	}

	/**
	 * Return the condition for rows in which this change is possible.
	 */
	String condition() {
		return this.from.stream().map(Enum::name).collect(Collectors.joining("', '", "state in ('", "')"))
				+ (this.condition.isEmpty() ? "" : " and " + this.condition);
	}

}
