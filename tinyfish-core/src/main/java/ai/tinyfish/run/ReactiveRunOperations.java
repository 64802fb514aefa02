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

import ai.tinyfish.error.TinyFishApiException;
import ai.tinyfish.error.TinyFishNotFoundException;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Operations that read, await and cancel runs, without blocking. Nothing is sent before
 * there is a subscriber; cancelling closes the connection. Every operation may be
 * repeated, so that failures are retried.
 *
 * @since 0.1.0
 */
public interface ReactiveRunOperations {

	/**
	 * Read a run ({@code GET /v1/runs/{id}}).
	 * @param runId the run's id
	 * @return the run. Fails with {@link TinyFishNotFoundException} if there is no such
	 * run, and with {@link TinyFishApiException} if there is no usable response
	 * @throws IllegalArgumentException if the id is blank or has other characters than
	 * letters, digits, {@code _} and {@code -}
	 */
	Mono<Run> get(String runId);

	/**
	 * Read a run with the screenshots of its steps ({@code GET /v1/runs/{id}}).
	 * @param runId the run's id
	 * @param screenshots the form of the screenshots
	 * @return the run. Fails with {@link TinyFishNotFoundException} if there is no such
	 * run, and with {@link TinyFishApiException} if there is no usable response
	 * @throws IllegalArgumentException if the id is blank or has other characters than
	 * letters, digits, {@code _} and {@code -}
	 */
	Mono<Run> get(String runId, ScreenshotMode screenshots);

	/**
	 * Read all of the account's runs that meet the conditions, page by page on demand.
	 * Runs that are created in the meantime may shift the pages.
	 * @param query the conditions; its limit is the size of the pages, its cursor where
	 * to begin
	 * @return the runs. Fails with {@link TinyFishApiException} if there is no usable
	 * response, or, after the runs of the last page that was read, if that page leads
	 * back to an earlier one or announces another without its cursor
	 */
	Flux<Run> stream(RunQuery query);

	/**
	 * Read one page of the account's runs, newest first ({@code GET /v1/runs}).
	 * @return the first page. Fails with {@link TinyFishApiException} if there is no
	 * usable response
	 */
	default Mono<RunPage> list() {
		return list(RunQuery.all());
	}

	/**
	 * Read one page of the account's runs ({@code GET /v1/runs}). For the next page, use
	 * the same conditions and {@link Pagination#nextCursor()}, which may be missing
	 * although {@link Pagination#hasMore() there are more}.
	 * @param query the conditions
	 * @return the page. Fails with {@link TinyFishApiException} if there is no usable
	 * response
	 */
	Mono<RunPage> list(RunQuery query);

	/**
	 * Read runs by their ids, 100 with each call ({@code POST /v1/runs/batch}).
	 * @param runIds the runs' ids; if empty, the batch is empty and nothing is sent
	 * @return the runs that were found, and the ids of those that were not. Fails with
	 * {@link TinyFishApiException} if there is no usable response
	 * @throws IllegalArgumentException if an id is blank or has other characters than
	 * letters, digits, {@code _} and {@code -}
	 */
	Mono<RunBatch> getAll(Collection<String> runIds);

	/**
	 * Wait for a run to end, wherever it was submitted. The client polls all awaited runs
	 * together; the first poll is sent after a fraction of a second. The outcome is
	 * published to the client's listeners, once for each run and account. Nothing is
	 * published if the service refuses to return the run (401, 403 or 404).
	 * @param runId the run's id
	 * @param timeout the longest wait, a positive duration
	 * @return the outcome of the run: completed, failed or cancelled. Fails with
	 * {@link TinyFishRunTimeoutException} if it has not ended by then, and with
	 * {@link TinyFishRunOutcomeUnknownException} if its outcome cannot be read or the
	 * client is closed; the run continues. Fails with {@link IllegalStateException} if
	 * the client is closed before
	 * @throws IllegalArgumentException if the id is blank or has other characters than
	 * letters, digits, {@code _} and {@code -}, or if the timeout is not positive
	 */
	default Mono<AgentRun> await(String runId, Duration timeout) {
		return await(QueuedRun.of(runId), timeout);
	}

	/**
	 * Wait for a run that was queued to end.
	 * @param run the run
	 * @param timeout the longest wait, a positive duration
	 * @return the outcome of the run, failing as {@link #await(String, Duration)} does
	 * @throws IllegalArgumentException if the run was not accepted, so that it has no id,
	 * or if the timeout is not positive
	 */
	Mono<AgentRun> await(QueuedRun run, Duration timeout);

	/**
	 * Wait for runs to end.
	 * @param runs the runs
	 * @param timeout the longest wait for all of them, a positive duration
	 * @return the outcomes in the order in which they are read. If one cannot be read or
	 * is late, the others are emitted first, and then the failure
	 * @throws IllegalArgumentException if one of the runs was not accepted, or if the
	 * timeout is not positive
	 */
	Flux<AgentRun> awaitAll(Collection<QueuedRun> runs, Duration timeout);

	/**
	 * Cancel a run that was queued, streamed or started; a run of {@code agent().run}
	 * cannot be cancelled ({@code POST /v1/runs/{id}/cancel}). May be called repeatedly:
	 * for a run that has ended, the response has its outcome. {@link Mono#block()} on an
	 * interrupted thread cancels the subscription at once, and the request with it; to
	 * subscribe there sends the request.
	 * @param runId the run's id
	 * @return the result of the cancel. Fails with {@link TinyFishNotFoundException} if
	 * there is no such run, and with {@link TinyFishApiException} if there is no usable
	 * response
	 * @throws IllegalArgumentException if the id is blank or has other characters than
	 * letters, digits, {@code _} and {@code -}
	 */
	Mono<CancelledRun> cancel(String runId);

	/**
	 * Cancel runs, 100 with each call ({@code POST /v1/runs/batch/cancel}). May be called
	 * repeatedly: for a run that has ended, the response has its outcome.
	 * @param runIds the runs' ids; if empty, the result is empty and nothing is sent
	 * @return the results for the runs that were found, and the ids of the others. Fails
	 * with {@link TinyFishApiException} if there is no usable response; some of the runs
	 * may still be cancelled
	 * @throws IllegalArgumentException if an id is blank or has other characters than
	 * letters, digits, {@code _} and {@code -}
	 */
	Mono<CancelledRuns> cancelAll(Collection<String> runIds);

}
