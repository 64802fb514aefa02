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

package ai.tinyfish.run;

import java.util.function.Supplier;

import ai.tinyfish.error.TinyFishApiException;
import ai.tinyfish.error.TinyFishNotFoundException;
import ai.tinyfish.internal.http.BlockingExecutor;

/**
 * Reads and ends runs. Every operation may be repeated, so that failures are retried.
 */
public interface RunOperations {

	/**
	 * Create the operations of a client. Not for applications: take them from the client.
	 * @param executor executes calls
	 * @param apiKey gives the key of an operation
	 * @return the operations
	 */
	static RunOperations create(BlockingExecutor executor, Supplier<String> apiKey) {
		return new DefaultRunOperations(executor, apiKey);
	}

	/**
	 * Read a run (contract section 2.7).
	 * @param runId the run's id
	 * @return the run
	 * @throws IllegalArgumentException if the id is blank or has other characters than
	 * letters, digits, {@code _} and {@code -}
	 * @throws TinyFishNotFoundException if there is no such run
	 * @throws TinyFishApiException if there is no usable answer
	 */
	Run get(String runId);

	/**
	 * Read one page of the account's runs, newest first (contract section 2.6).
	 * @return the first page
	 * @throws TinyFishApiException if there is no usable answer
	 */
	default RunPage list() {
		return list(RunQuery.all());
	}

	/**
	 * Read one page of the account's runs (contract section 2.6). For the next page, ask
	 * with the same conditions and {@link Pagination#nextCursor()}.
	 * @param query the conditions
	 * @return the page
	 * @throws TinyFishApiException if there is no usable answer
	 */
	RunPage list(RunQuery query);

	/**
	 * Cancel a run that was queued, streamed or started; one that was run with
	 * {@code agent().run} cannot be cancelled (contract section 2.8). May be called more
	 * than once: of a run that has ended, the answer says how.
	 * @param runId the run's id
	 * @return what has become of the run
	 * @throws IllegalArgumentException if the id is blank or has other characters than
	 * letters, digits, {@code _} and {@code -}
	 * @throws TinyFishNotFoundException if there is no such run
	 * @throws TinyFishApiException if there is no usable answer
	 */
	CancelledRun cancel(String runId);

}
