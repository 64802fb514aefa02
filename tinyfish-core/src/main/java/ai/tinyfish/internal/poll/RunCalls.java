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

package ai.tinyfish.internal.poll;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;

import ai.tinyfish.internal.call.ApiCall;
import ai.tinyfish.internal.json.Json;
import ai.tinyfish.internal.json.JsonFields;
import ai.tinyfish.internal.redaction.Secrets;
import ai.tinyfish.internal.request.Checks;
import ai.tinyfish.internal.request.RunIds;
import ai.tinyfish.internal.request.WireForm;
import ai.tinyfish.run.CancelledRun;
import ai.tinyfish.run.CancelledRuns;
import ai.tinyfish.run.Pagination;
import ai.tinyfish.run.Run;
import ai.tinyfish.run.RunBatch;
import ai.tinyfish.run.RunPage;
import ai.tinyfish.run.RunQuery;
import ai.tinyfish.run.ScreenshotMode;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.ObjectReader;

/**
 * The calls about runs, described once.
 */
public final class RunCalls {

	/** Maximum number of runs in a call. */
	static final int BATCH_SIZE = 100;

	private static final ObjectReader RUNS = Json.mapper().readerFor(RunBatch.class);

	/** Steps, which may have megabytes of screenshots, are not a part of outcomes. */
	private static final ObjectReader OUTCOMES = RUNS.withAttribute(JsonFields.SKIPPED, "steps");

	private RunCalls() {
	}

	public static ApiCall<Run> get(String runId) {
		return record(runId).build();
	}

	public static ApiCall<Run> get(String runId, ScreenshotMode screenshots) {
		Objects.requireNonNull(screenshots, "screenshots must not be null");
		return record(runId).query(Map.of("screenshots", screenshots.toString())).build();
	}

	private static ApiCall.Builder<Run> record(String runId) {
		return ApiCall.get("runs.get", "/v1/runs/{id}", (body) -> readRun(body, runId))
			.variable("id", RunIds.require(runId))
			.runId(runId)
			.censored(RunRedaction::redact);
	}

	public static ApiCall<RunPage> list(RunQuery query) {
		Objects.requireNonNull(query, "query must not be null");
		return ApiCall.get("runs.list", "/v1/runs", RunCalls::readPage)
			.query(WireForm.ofQuery(query))
			.censored((page, secrets) -> new RunPage(withoutSecrets(page.data(), secrets), page.pagination()))
			.build();
	}

	public static ApiCall<CancelledRun> cancel(String runId) {
		return ApiCall.post("runs.cancel", "/v1/runs/{id}/cancel", (body) -> readCancelled(body, runId))
			.variable("id", RunIds.require(runId))
			.runId(runId)
			.build();
	}

	/**
	 * Read some runs at once.
	 * @param runIds 1 to 100 ids
	 */
	public static ApiCall<RunBatch> getAll(List<String> runIds) {
		return getAll(runIds, RUNS);
	}

	/**
	 * Read some runs at once, without their steps.
	 * @param runIds 1 to 100 ids
	 */
	static ApiCall<RunBatch> outcomes(List<String> runIds) {
		return getAll(runIds, OUTCOMES);
	}

	private static ApiCall<RunBatch> getAll(List<String> runIds, ObjectReader reader) {
		runIds.forEach(RunIds::require);
		return ApiCall.post("runs.getAll", "/v1/runs/batch", (body) -> readBatch(body, reader, Set.copyOf(runIds)))
			.body(Json.write(Map.of("run_ids", runIds)))
			.censored((batch, secrets) -> new RunBatch(withoutSecrets(batch.data(), secrets), batch.notFound()))
			.build();
	}

	/**
	 * Read any number of runs.
	 * @return the calls that are needed
	 */
	public static List<ApiCall<RunBatch>> getAllInBatches(Collection<String> runIds) {
		return inBatches(runIds, RunCalls::getAll);
	}

	/**
	 * Cancel some runs at once.
	 * @param runIds 1 to 100 ids
	 */
	public static ApiCall<CancelledRuns> cancelAll(List<String> runIds) {
		return ApiCall.post("runs.cancelAll", "/v1/runs/batch/cancel", (body) -> readCancelledRuns(body, runIds))
			.body(Json.write(Map.of("run_ids", runIds)))
			.build();
	}

	/**
	 * Cancel any number of runs.
	 * @return the calls that are needed
	 */
	public static List<ApiCall<CancelledRuns>> cancelAllInBatches(Collection<String> runIds) {
		return inBatches(runIds, RunCalls::cancelAll);
	}

	private static <T> List<ApiCall<T>> inBatches(Collection<String> runIds,
			Function<List<String>, ApiCall<T>> describe) {
		Objects.requireNonNull(runIds, "runIds must not be null");
		List<String> ids = runIds.stream().map(RunIds::require).distinct().toList();
		List<ApiCall<T>> calls = new ArrayList<>();
		for (int from = 0; from < ids.size(); from += BATCH_SIZE) {
			calls.add(describe.apply(ids.subList(from, Math.min(ids.size(), from + BATCH_SIZE))));
		}
		return calls;
	}

	private static List<Run> withoutSecrets(List<Run> runs, Secrets secrets) {
		return runs.stream().map((run) -> RunRedaction.redact(run, secrets)).toList();
	}

	/**
	 * Merge the answers to several batches.
	 * @param batches the answers
	 * @return all of their runs
	 */
	public static RunBatch mergeRuns(List<RunBatch> batches) {
		return new RunBatch(batches.stream().flatMap((batch) -> batch.data().stream()).toList(),
				batches.stream().flatMap((batch) -> batch.notFound().stream()).toList());
	}

	/**
	 * Merge the answers to several batches.
	 * @param batches the answers
	 * @return all of their runs
	 */
	public static CancelledRuns mergeCancelled(List<CancelledRuns> batches) {
		return new CancelledRuns(batches.stream().flatMap((batch) -> batch.results().stream()).toList(),
				batches.stream().flatMap((batch) -> batch.notFound().stream()).toList());
	}

	private static Run readRun(byte[] body, String runId) {
		Run run = read(body, Run.class);
		if (run.runId().isBlank()) {
			// an absent id does not count as a different one
			return run.toBuilder().runId(runId).build();
		}
		requireSame(run.runId(), runId);
		return run;
	}

	private static RunPage readPage(byte[] body) {
		return Json.readList(body, Page.class, "data").toRunPage();
	}

	private static RunBatch readBatch(byte[] body, ObjectReader reader, Set<String> runIds) {
		@Nullable RunBatch batch = reader.readValue(body);
		if (batch == null || batch.data().isEmpty()) {
			// fails if there is no list
			batch = Json.readList(body, RunBatch.class, "data");
		}
		return new RunBatch(batch.data().stream().filter((run) -> isAskedFor(run.runId(), runIds)).toList(),
				batch.notFound().stream().filter(runIds::contains).toList());
	}

	private static CancelledRuns readCancelledRuns(byte[] body, List<String> runIds) {
		CancelledRuns cancelled = Json.readList(body, CancelledRuns.class, "results");
		return new CancelledRuns(cancelled.results().stream().filter((run) -> isAskedFor(run.runId(), runIds)).toList(),
				cancelled.notFound().stream().filter(runIds::contains).toList());
	}

	/**
	 * Return whether a part of an answer is about one of the runs. A part without an id
	 * counts as well.
	 */
	private static boolean isAskedFor(String named, Collection<String> runIds) {
		return named.isEmpty() || runIds.contains(named);
	}

	private static void requireSame(String named, String runId) {
		Checks.that(isAskedFor(named, List.of(runId)), "it is about another run");
	}

	private static CancelledRun readCancelled(byte[] body, String runId) {
		CancelledRun cancelled = read(body, CancelledRun.class);
		requireSame(cancelled.runId(), runId);
		return cancelled;
	}

	private static <T> T read(byte[] body, Class<T> type) {
		if (Json.topLevel(body).get("status") == null) {
			throw new IllegalArgumentException("it has no status");
		}
		return Json.read(body, type);
	}

	/**
	 * A page as it is sent. A page that does not say whether there is another is refused:
	 * it would count as the last, and the runs after it would be lost. A page that
	 * announces another without its cursor is accepted, since it does not count as the
	 * last.
	 */
	@JsonIgnoreProperties(ignoreUnknown = true)
	private record Page(@JsonProperty("data") List<@Nullable Run> data,
			@JsonProperty("pagination") @Nullable Place pagination) {

		RunPage toRunPage() {
			Boolean more = (this.pagination != null) ? this.pagination.hasMore() : null;
			if (this.pagination == null || more == null) {
				throw new IllegalArgumentException("its pagination does not say whether there are more runs");
			}
			String cursor = this.pagination.nextCursor();
			// an item that is not a run is read as one without an id
			List<Run> runs = this.data.stream().map((run) -> (run != null) ? run : Run.builder().build()).toList();
			return new RunPage(runs, new Pagination(this.pagination.total(),
					(cursor != null && !cursor.isBlank()) ? cursor : null, more));
		}

		@JsonIgnoreProperties(ignoreUnknown = true)
		private record Place(@JsonProperty("total") @Nullable Long total,
				@JsonProperty("next_cursor") @Nullable String nextCursor,
				@JsonProperty("has_more") @Nullable Boolean hasMore) {

		}

	}

}
