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
import ai.tinyfish.run.TinyFishRunOutcomeUnknownException;
import org.jspecify.annotations.Nullable;

/**
 * Result of queueing several requests. The service accepts up to 100 of them at once, all
 * or none. If it does not accept some, or if this is not known, the requests after them
 * are not sent. Each request is in one of the lists, which keep the order of the
 * requests.
 *
 * @param accepted the runs that the service has queued, each with its id
 * @param refused the requests that were not queued, for the reason in {@link #cause()}
 * @param uncertain the requests that may have been queued: the cause is a
 * {@link TinyFishRunOutcomeUnknownException} with the ids of the runs that the service
 * named, if only of some
 * @param unsent the requests that were not sent
 * @param cause the reason why requests were not queued, or may not have been; null if all
 * were queued
 * @since 0.1.0
 */
public record QueuedBatch(List<QueuedRun> accepted, List<AgentRequest> refused, List<AgentRequest> uncertain,
		List<AgentRequest> unsent, @Nullable TinyFishException cause) {

	/**
	 * Create a new result.
	 * @param accepted the queued runs
	 * @param refused the requests that were not queued
	 * @param uncertain the requests that may have been queued
	 * @param unsent the requests that were not sent
	 * @param cause the reason, or null
	 */
	public QueuedBatch {
		accepted = List.copyOf(accepted);
		refused = List.copyOf(refused);
		uncertain = List.copyOf(uncertain);
		unsent = List.copyOf(unsent);
	}

	/**
	 * Return whether all requests were queued.
	 * @return true if there is no cause
	 */
	public boolean isComplete() {
		return this.cause == null;
	}

	@Override
	public String toString() {
		return Descriptions.of(this);
	}

}
