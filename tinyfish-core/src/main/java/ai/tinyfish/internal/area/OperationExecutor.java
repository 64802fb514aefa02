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

package ai.tinyfish.internal.area;

import java.util.List;
import java.util.function.Supplier;

import ai.tinyfish.error.TinyFishHostNotAllowedException;
import ai.tinyfish.internal.call.ApiCall;
import ai.tinyfish.internal.call.BlockingExecutor;
import ai.tinyfish.settings.AllowedHosts;

/**
 * Executes the calls of operations on the calling thread, with the key of each operation.
 *
 * @param calls executes a call with a given key
 * @param apiKey supplies the key of an operation
 * @param bodies the bodies of requests
 * @param allowedHosts the hosts of the URLs that the service may open
 */
public record OperationExecutor(BlockingExecutor calls, Supplier<String> apiKey, RequestBodies bodies,
		AllowedHosts allowedHosts) {

	/**
	 * Execute the call of an operation.
	 * @param <T> the type of the value
	 * @param call the call
	 * @return the value of the call
	 * @throws TinyFishHostNotAllowedException if a host is not allowed; nothing was sent
	 */
	<T> T execute(ApiCall<T> call) {
		String key = this.apiKey.get();
		call.requireAllowed(this.allowedHosts);
		return this.calls.execute(call, key);
	}

	/**
	 * Execute the calls of one operation, one after the other.
	 * @param <T> the type of the values
	 * @param all the calls
	 * @return the values of the calls
	 * @throws TinyFishHostNotAllowedException if a host is not allowed; nothing was sent
	 */
	<T> List<T> executeAll(List<ApiCall<T>> all) {
		String key = this.apiKey.get();
		all.forEach((call) -> call.requireAllowed(this.allowedHosts));
		return all.stream().map((call) -> this.calls.execute(call, key)).toList();
	}

}
