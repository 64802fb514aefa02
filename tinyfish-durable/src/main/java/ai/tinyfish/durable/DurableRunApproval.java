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

import ai.tinyfish.agent.RunSubmission;

/**
 * Strategy that decides which durable runs wait for a person before they are sent.
 * <p>
 * If a bean of this type exists, it is asked once for each new run, after the
 * interceptors and the check of allowed hosts: a person approves the request that is
 * sent. It is not asked for a submission whose key already has a run, nor when a run is
 * resubmitted.
 *
 * @since 0.1.0
 * @see DurableRuns#approve(String)
 * @see DurableRuns#refuse(String, String)
 */
@FunctionalInterface
public interface DurableRunApproval {

	/**
	 * Decide about a run that is about to be stored. An exception reaches the caller of
	 * {@code submit}, and nothing is stored.
	 * @param submission the submission, with the request that interceptors returned, its
	 * account, and the durable id
	 * @return the decision
	 */
	Decision decide(RunSubmission submission);

	/**
	 * Decision about a run.
	 */
	enum Decision {

		/**
		 * The run is sent.
		 */
		RUN,

		/**
		 * The run is stored as {@link DurableRunState#HELD}, and sent when a person
		 * approves it.
		 */
		ASK,

		/**
		 * The run is refused: {@code submit} throws an {@link IllegalStateException}, and
		 * nothing is stored.
		 */
		REFUSE

	}

}
