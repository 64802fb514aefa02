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

import java.time.Duration;
import java.util.Collection;
import java.util.stream.Stream;

import ai.tinyfish.error.TinyFishApiException;
import ai.tinyfish.error.TinyFishConnectionException;
import ai.tinyfish.error.TinyFishNotFoundException;

/**
 * Operations that read, await and cancel runs. Every operation may be repeated, so that
 * failures are retried.
 *
 * @since 0.1.0
 */
public interface RunOperations {

	/**
	 * Read a run ({@code GET /v1/runs/{id}}).
	 * @param runId the run's id
	 * @return the run
	 * @throws IllegalArgumentException if the id is blank or has other characters than
	 * letters, digits, {@code _} and {@code -}
	 * @throws TinyFishNotFoundException if there is no such run
	 * @throws TinyFishApiException if there is no usable response
	 */
	Run get(String runId);

	/**
	 * Read a run with the screenshots of its steps ({@code GET /v1/runs/{id}}).
	 * @param runId the run's id
	 * @param screenshots the form of the screenshots
	 * @return the run
	 * @throws IllegalArgumentException if the id is blank or has other characters than
	 * letters, digits, {@code _} and {@code -}
	 * @throws TinyFishNotFoundException if there is no such run
	 * @throws TinyFishApiException if there is no usable response
	 */
	Run get(String runId, ScreenshotMode screenshots);

	/**
	 * Read all of the account's runs that meet the conditions, page by page as they are
	 * iterated. Read it without delay: runs that are created in the meantime may shift
	 * the pages.
	 * @param query the conditions; its limit is the size of the pages, its cursor where
	 * to begin
	 * @return the runs. Iterating throws {@link TinyFishApiException} if there is no
	 * usable response, or, after the runs of the last page that was read, if that page
	 * leads back to an earlier one or announces another without its cursor
	 */
	Stream<Run> stream(RunQuery query);

	/**
	 * Read one page of the account's runs, newest first ({@code GET /v1/runs}).
	 * @return the first page
	 * @throws TinyFishApiException if there is no usable response
	 */
	default RunPage list() {
		return list(RunQuery.all());
	}

	/**
	 * Read one page of the account's runs ({@code GET /v1/runs}). For the next page, use
	 * the same conditions and {@link Pagination#nextCursor()}, which may be missing
	 * although {@link Pagination#hasMore() there are more}.
	 * @param query the conditions
	 * @return the page
	 * @throws TinyFishApiException if there is no usable response
	 */
	RunPage list(RunQuery query);

	/**
	 * Read runs by their ids, 100 with each call ({@code POST /v1/runs/batch}).
	 * @param runIds the runs' ids; if empty, the batch is empty and nothing is sent
	 * @return the runs that were found, and the ids of those that were not
	 * @throws IllegalArgumentException if an id is blank or has other characters than
	 * letters, digits, {@code _} and {@code -}
	 * @throws TinyFishApiException if there is no usable response
	 */
	RunBatch getAll(Collection<String> runIds);

	/**
	 * Wait for a run to end, wherever it was submitted. The client polls all awaited runs
	 * together; the first poll is sent after a fraction of a second. The outcome is
	 * published to the client's listeners, once for each run and account. Nothing is
	 * published if the service refuses to return the run (401, 403 or 404).
	 * @param runId the run's id
	 * @param timeout the longest wait, a positive duration
	 * @return the outcome of the run: completed, failed or cancelled
	 * @throws IllegalArgumentException if the id is blank or has other characters than
	 * letters, digits, {@code _} and {@code -}, or if the timeout is not positive
	 * @throws IllegalStateException if the client is closed, or on a thread that must not
	 * block
	 * @throws TinyFishConnectionException if the thread's interrupt flag is set before
	 * @throws TinyFishRunTimeoutException if the run has not ended by then; it continues
	 * @throws TinyFishRunOutcomeUnknownException if its outcome cannot be read, if the
	 * client is closed, or if the thread is interrupted, whose flag stays set; the run
	 * continues
	 */
	default AgentRun await(String runId, Duration timeout) {
		return await(QueuedRun.of(runId), timeout);
	}

	/**
	 * Wait for a run that was queued to end.
	 * @param run the run
	 * @param timeout the longest wait, a positive duration
	 * @return the outcome of the run: completed, failed or cancelled
	 * @throws IllegalArgumentException if the run was not accepted, so that it has no id,
	 * or if the timeout is not positive
	 * @throws IllegalStateException if the client is closed, or on a thread that must not
	 * block
	 * @throws TinyFishConnectionException if the thread's interrupt flag is set before
	 * @throws TinyFishRunTimeoutException if the run has not ended by then; it continues
	 * @throws TinyFishRunOutcomeUnknownException if its outcome cannot be read, if the
	 * client is closed, or if the thread is interrupted, whose flag stays set; the run
	 * continues
	 */
	AgentRun await(QueuedRun run, Duration timeout);

	/**
	 * Wait for runs to end.
	 * @param runs the runs
	 * @param timeout the longest wait for all of them, a positive duration
	 * @return the outcomes in the order in which they are read; iterating waits for the
	 * next one. If one cannot be read or is late, the others come first, and then the
	 * iteration throws the same exceptions as {@link #await}. To be closed if it is not
	 * read to its end
	 * @throws IllegalArgumentException if one of the runs was not accepted, or if the
	 * timeout is not positive
	 * @throws IllegalStateException if the client is closed, or on a thread that must not
	 * block
	 * @throws TinyFishConnectionException if the thread's interrupt flag is set before
	 */
	Stream<AgentRun> awaitAll(Collection<QueuedRun> runs, Duration timeout);

	/**
	 * Cancel a run that was queued, streamed or started; a run of {@code agent().run}
	 * cannot be cancelled ({@code POST /v1/runs/{id}/cancel}). May be called repeatedly:
	 * for a run that has ended, the response has its outcome.
	 * <p>
	 * Unlike other operations, it is also sent if the interrupt flag of the thread is
	 * set, and sent again if the thread is interrupted while it waits. The thread then
	 * waits for 10 seconds at most, and its flag is set afterwards.
	 * @param runId the run's id
	 * @return the result of the cancel
	 * @throws IllegalArgumentException if the id is blank or has other characters than
	 * letters, digits, {@code _} and {@code -}
	 * @throws TinyFishNotFoundException if there is no such run
	 * @throws TinyFishApiException if there is no usable response
	 */
	CancelledRun cancel(String runId);

	/**
	 * Cancel runs, 100 with each call ({@code POST /v1/runs/batch/cancel}). May be called
	 * repeatedly: for a run that has ended, the response has its outcome.
	 * @param runIds the runs' ids; if empty, the result is empty and nothing is sent
	 * @return the results for the runs that were found, and the ids of the others
	 * @throws IllegalArgumentException if an id is blank or has other characters than
	 * letters, digits, {@code _} and {@code -}
	 * @throws TinyFishApiException if there is no usable response; some of the runs may
	 * still be cancelled
	 */
	CancelledRuns cancelAll(Collection<String> runIds);

}
