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

package ai.tinyfish.internal.session;

import java.time.Instant;
import java.util.Objects;

import ai.tinyfish.agent.event.AgentEvent;
import ai.tinyfish.agent.event.CompleteEvent;
import ai.tinyfish.error.TinyFishException;
import ai.tinyfish.internal.listener.RunCounters;
import ai.tinyfish.run.AgentRun;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Outcome of a session: the outcome of its run, or the reason why it is unknown.
 *
 * @param run the outcome of the run, or null if it is unknown
 * @param exception the reason why it is unknown, or null
 * @param timestamp when the stream reported the outcome, or null
 * @param recovered whether the outcome was read after the stream broke
 */
record SessionOutcome(@Nullable AgentRun run, @Nullable TinyFishException exception, @Nullable Instant timestamp,
		boolean recovered) {

	/** The status of a run, and the outcome of its wait, as long as it goes on. */
	static final String PENDING = "PENDING";

	/** The status of a run that was not accepted. */
	static final String REJECTED = "REJECTED";

	/** The outcome of a wait that its caller gave up. */
	static final String CANCELLED = "CANCELLED";

	/** The status of a run whose outcome is not known. */
	private static final String UNKNOWN = "UNKNOWN";

	static SessionOutcome of(AgentRun run) {
		return new SessionOutcome(run, null, null, false);
	}

	static SessionOutcome reported(AgentRun run, @Nullable Instant timestamp) {
		return new SessionOutcome(run, null, timestamp, false);
	}

	static SessionOutcome recovered(AgentRun run) {
		return new SessionOutcome(run, null, null, true);
	}

	static SessionOutcome unknown(TinyFishException exception) {
		return new SessionOutcome(null, exception, null, false);
	}

	/**
	 * Return the id of the run, or null if it is not known.
	 */
	@Nullable String runId() {
		return (this.run != null) ? this.run.runId() : failure().runId();
	}

	/**
	 * Count recovered and unknown outcomes.
	 */
	void countIn(RunCounters counters) {
		if (this.recovered) {
			counters.recovered().increment();
		}
		else if (this.exception != null && this.exception.mayHaveStartedRun()) {
			counters.unknown().increment();
		}
	}

	/**
	 * Return the status for observations.
	 */
	String status() {
		if (this.run != null) {
			return this.run.status().name();
		}
		return failure().mayHaveStartedRun() ? UNKNOWN : REJECTED;
	}

	/**
	 * Return why the outcome of the run is unknown, if it is.
	 */
	TinyFishException failure() {
		return Objects.requireNonNull(this.exception);
	}

	/**
	 * Return the outcome of the run.
	 * @throws TinyFishException if it is unknown
	 */
	AgentRun get() {
		if (this.run == null) {
			throw failure();
		}
		return this.run;
	}

	/**
	 * Return the last event of the run, or null if its outcome is unknown.
	 */
	@Nullable CompleteEvent event() {
		return (this.run != null) ? new CompleteEvent(this.run, this.timestamp, this.recovered) : null;
	}

	Mono<AgentEvent> toEvent() {
		CompleteEvent event = event();
		return (event != null) ? Mono.just(event) : Mono.error(failure());
	}

}
