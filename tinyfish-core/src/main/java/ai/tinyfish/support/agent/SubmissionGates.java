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

package ai.tinyfish.support.agent;

import ai.tinyfish.agent.AgentOperations;

/**
 * Client with callbacks before and after each request that starts runs is sent.
 *
 * @since 0.1.0
 */
public interface SubmissionGates {

	/**
	 * Return the same operations with callbacks before and after they send a request that
	 * starts runs.
	 * @param opening called on the thread of the caller when the request is ready, and,
	 * unless the client has customizers, when there is a connection for it. If it throws,
	 * the request is not sent. An interceptor that repeats a request may do so if nothing
	 * was sent, and this is called again
	 * @param written called on any thread when the request has been written; for a client
	 * with customizers, at once
	 * @return operations with the same settings and connections as those of this client
	 */
	AgentOperations agent(Runnable opening, Runnable written);

}
