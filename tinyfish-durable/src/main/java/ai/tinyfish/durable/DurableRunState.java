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

package ai.tinyfish.durable;

/**
 * State of a {@link DurableRun}.
 *
 * @since 0.1.0
 */
public enum DurableRunState {

	/**
	 * Stored, and sent when a person approves it, with {@link DurableRuns#approve}. The
	 * {@link DurableRunApproval} has asked for that.
	 */
	HELD,

	/**
	 * Stored, and to be sent by any instance. Nothing has been sent, or the service has
	 * refused the request and certainly started nothing. With
	 * {@code tinyfish.durable.max-running}, the run may have to wait for others.
	 */
	ACCEPTED,

	/**
	 * Being sent: the request may have reached the service. Also if the answer was lost
	 * or the sender has stopped, while the run may still be found by its goal.
	 */
	SENDING,

	/**
	 * Accepted by the service, which has assigned a run id. The run is followed until it
	 * ends.
	 */
	RUNNING,

	/**
	 * Sent, but it is not known whether the service has started a run. Nothing is sent
	 * again: a person decides, with {@link DurableRuns#settle},
	 * {@link DurableRuns#resubmit} or {@link DurableRuns#abandon}. The run is
	 * {@link #RUNNING} again if a webhook brings the token of the submission.
	 */
	UNCERTAIN,

	/**
	 * Ended, but a listener failed on the outcome. It is handed over again.
	 */
	UNDELIVERED,

	/**
	 * Ended, but listeners failed on the outcome too often. It is stored, and is handed
	 * over again with {@link DurableRuns#redeliver}.
	 */
	PARKED,

	/**
	 * Started, but the service no longer knows the run, the run cannot be read, or it has
	 * exceeded its timeout and was left running. It is followed again with
	 * {@link DurableRuns#settle}.
	 */
	LOST,

	/**
	 * Ended, and the outcome was handed over: completed, failed or cancelled.
	 */
	DONE,

	/**
	 * Refused by the service, by the instance that was to send it, which does not allow
	 * its host, or by a person: there is no run.
	 */
	REFUSED,

	/**
	 * Given up by a person, or by {@code tinyfish.durable.uncertain.then}.
	 */
	ABANDONED;

	/**
	 * Return whether this state is final.
	 * @return true for {@link #DONE}, {@link #REFUSED} and {@link #ABANDONED}
	 */
	public boolean isFinal() {
		return this == DONE || this == REFUSED || this == ABANDONED;
	}

}
