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

import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.agent.TinyFishRunInterceptor;
import ai.tinyfish.error.TinyFishHostNotAllowedException;
import org.jspecify.annotations.Nullable;

/**
 * Client that returns its interceptors and checks its allowed hosts.
 *
 * @since 0.1.0
 */
public interface RunInterceptorSource {

	/**
	 * Return the interceptors as one, for runs that the client does not submit itself. It
	 * calls {@code beforeRun} on the calling thread, and the other methods on the event
	 * executor, where exceptions are logged and counted.
	 * @param unchanged whether each of them receives the request as it was submitted, and
	 * returned requests are ignored
	 * @return the interceptor, or null if there are no interceptors and all hosts are
	 * allowed
	 */
	@Nullable TinyFishRunInterceptor runInterceptor(boolean unchanged);

	/**
	 * Check the host of a run that the client does not submit itself.
	 * @param request the request as it is to be sent
	 * @throws TinyFishHostNotAllowedException if the client does not allow the host
	 */
	void requireAllowed(AgentRequest request);

}
