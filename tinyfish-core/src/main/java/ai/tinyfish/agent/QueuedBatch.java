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

package ai.tinyfish.agent;

import java.util.List;

import ai.tinyfish.error.TinyFishException;
import ai.tinyfish.internal.request.Descriptions;
import ai.tinyfish.run.QueuedRun;
import org.jspecify.annotations.Nullable;

/**
 * Result of queueing several requests. The service accepts up to 100 of them at once, all
 * or none of these; where it does not accept some, or that is not known, those after them
 * are not sent.
 *
 * @param runs the queued runs, each with its id, in the order of their requests
 * @param failed the requests that the service did not take, or may not have taken; empty
 * where all went well
 * @param failure why, or null where all went well; a
 * {@link ai.tinyfish.run.TinyFishRunOutcomeUnknownException} says that these requests may
 * have been queued all the same, and has the ids of the runs that the service named, if
 * only of some
 * @param unsent the requests that were not sent
 */
public record QueuedBatch(List<QueuedRun> runs, List<AgentRequest> failed, @Nullable TinyFishException failure,
		List<AgentRequest> unsent) {

	/**
	 * Create a new result.
	 * @param runs the queued runs
	 * @param failed the requests that the service did not take, or may not have taken
	 * @param failure why, or null
	 * @param unsent the requests that were not sent
	 */
	public QueuedBatch {
		runs = List.copyOf(runs);
		failed = List.copyOf(failed);
		unsent = List.copyOf(unsent);
	}

	/**
	 * Return whether all requests were queued.
	 * @return true if there is no failure
	 */
	public boolean isComplete() {
		return this.failure == null;
	}

	@Override
	public String toString() {
		return Descriptions.of(this);
	}

}
