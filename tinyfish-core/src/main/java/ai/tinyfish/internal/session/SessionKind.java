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

import ai.tinyfish.internal.session.RunState.Phase;

/**
 * Kinds of sessions, by the operation that submits or awaits the run. The kind decides on
 * the resources and events of a session.
 */
public enum SessionKind {

	/** A call that is answered with the outcome. */
	RUN("agent.run"),

	/** A run whose stream the caller reads. */
	STREAM("agent.stream"),

	/** A run in the background. */
	START("agent.start"),

	/** A run that ends elsewhere: only a failure to queue it is published. */
	QUEUE("agent.queue"),

	/** The same for a run that is queued together with others. */
	QUEUE_ALL("agent.queueAll"),

	/** A wait for a run that was queued before. */
	AWAIT("runs.await");

	private final String operation;

	SessionKind(String operation) {
		this.operation = operation;
	}

	/**
	 * Return the name of the operation, for interceptors, calls, observations and
	 * operators.
	 */
	public String operation() {
		return this.operation;
	}

	/**
	 * Return whether the run is observed and takes a place among the runs in flight.
	 */
	boolean takesPlace() {
		return this == RUN || isStreamed();
	}

	/**
	 * Return the first phase of a session.
	 */
	Phase begin() {
		if (takesPlace()) {
			return Phase.WAITING;
		}
		return isSent() ? Phase.ANSWER : Phase.POLL;
	}

	boolean isStreamed() {
		return this == STREAM || this == START;
	}

	/**
	 * Return whether the session sends a request that starts a run.
	 */
	boolean isSent() {
		return this != AWAIT;
	}

}
