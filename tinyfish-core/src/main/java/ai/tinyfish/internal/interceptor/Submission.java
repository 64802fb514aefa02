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
package ai.tinyfish.internal.interceptor;

import java.util.function.Function;

import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.internal.call.ApiCall;

/**
 * A run as it is to be sent.
 *
 * @param <T> what the call is answered with
 * @param call the call
 * @param run the run
 * @param apiKey the key to send
 */
public record Submission<T>(ApiCall<T> call, InterceptedRun run, String apiKey) {

	/**
	 * Return a description without the key.
	 */
	@Override
	public String toString() {
		return "Submission[" + this.call + "]";
	}

	/**
	 * Create a submission, with a call of its own if an interceptor has changed the
	 * request.
	 */
	static <T> Submission<T> of(InterceptedRun run, AgentRequest request, ApiCall<T> call,
			Function<AgentRequest, ApiCall<T>> calls, String apiKey) {
		if (run.request() == request) {
			return new Submission<>(call, run, apiKey);
		}
		try {
			return new Submission<>(calls.apply(run.request()), run, apiKey);
		}
		catch (Throwable ex) {
			run.release();
			throw ex;
		}
	}

}
