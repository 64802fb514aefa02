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

package ai.tinyfish.simulator.internal.run;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.function.IntFunction;

import ai.tinyfish.simulator.internal.api.Json;
import ai.tinyfish.simulator.internal.api.RunState;
import ai.tinyfish.simulator.internal.schema.SchemaReport;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.util.RawValue;

/**
 * JSON documents of a run.
 */
public final class RunDocuments {

	/** Fields of a recording that are not those of the documents of a run. */
	private static final List<String> NO_DOCUMENT = List.of("events", "steps", "times");

	private RunDocuments() {
	}

	/** Create the answer of the endpoint that waits. */
	public static ObjectNode runBody(RunSnapshot run) {
		ObjectNode body = Json.object().put("run_id", run.id()).put("status", run.state().name());
		body.put("started_at", text(run.startedAt())).put("finished_at", text(run.finishedAt()));
		body.put("num_of_steps", run.numOfSteps());
		putResult(body, run);
		putSchemaReport(body, run.schemaReport());
		putError(body, run.failure());
		return putRecorded(body, run);
	}

	static ObjectNode summary(RunSnapshot run) {
		ObjectNode body = Json.object().put("run_id", run.id()).put("status", run.state().name());
		body.put("goal", run.submission().goal()).put("created_at", text(run.createdAt()));
		body.put("started_at", text(run.startedAt())).put("finished_at", text(run.finishedAt()));
		body.put("num_of_steps", run.numOfSteps());
		putResult(body, run);
		putSchemaReport(body, run.schemaReport());
		putError(body, run.failure());
		body.put("streaming_url", run.streamingUrl());
		putBrowserConfig(body, run.submission());
		return putRecorded(body, run);
	}

	static ObjectNode detail(RunSnapshot run) {
		return detail(run, (number) -> PagePicture.SHOP, "none", "");
	}

	/**
	 * Create the document of the whole run.
	 * @param pictures the pictures by the number of the step
	 * @param screenshots {@code none}, {@code base64} for screenshots in it, or
	 * {@code url} for their addresses
	 * @param baseUrl the base of the addresses
	 */
	public static ObjectNode detail(RunSnapshot run, IntFunction<PagePicture> pictures, String screenshots,
			String baseUrl) {
		ObjectNode body = summary(run);
		String schema = run.submission().outputSchema();
		if (schema != null) {
			body.putRawValue("output_schema", new RawValue(schema));
		}
		body.put("video_url", run.videoUrl());
		ArrayNode steps = body.putArray("steps");
		if (run.recorded() != null) {
			run.recorded()
				.path("steps")
				.forEach((step) -> steps.addObject()
					.put("id", "evt_" + run.number() + "_" + steps.size())
					.put("timestamp", text(run.startedAt()))
					.setAll((ObjectNode) step));
			return body;
		}
		int number = 0;
		for (RunSnapshot.Step step : run.steps()) {
			number++;
			ObjectNode node = steps.addObject().put("id", step.id()).put("timestamp", text(step.timestamp()));
			node.put("status", step.state().name()).put("action", step.action());
			node.put("screenshot", "base64".equals(screenshots) ? pictures.apply(number).dataUri() : null);
			node.put("duration", step.duration());
			if ("url".equals(screenshots)) {
				node.put("screenshot_url", baseUrl + "/screenshots/" + run.id() + "_" + number);
			}
		}
		return body;
	}

	public static ObjectNode webhook(RunSnapshot run) {
		ObjectNode body = Json.object().put("event", "run." + run.state().name().toLowerCase(Locale.ROOT));
		body.put("run_id", run.id()).put("status", run.state().name());
		body.set("data", detail(run));
		return body;
	}

	public static ObjectNode batch(List<RunSnapshot> runs, List<String> notFound) {
		ObjectNode body = Json.object();
		ArrayNode data = body.putArray("data");
		runs.forEach((run) -> data.add(detail(run)));
		return putNotFound(body, notFound);
	}

	public static ObjectNode cancellations(List<ObjectNode> results, List<String> notFound) {
		ObjectNode body = Json.object();
		body.putArray("results").addAll(results);
		return putNotFound(body, notFound);
	}

	public static ObjectNode queuedBatch(List<RunSnapshot> runs) {
		ObjectNode body = Json.object();
		ArrayNode ids = body.putArray("run_ids");
		runs.forEach((run) -> ids.add(run.id()));
		return body.putNull("error");
	}

	private static ObjectNode putNotFound(ObjectNode body, List<String> notFound) {
		if (notFound.isEmpty()) {
			return body.putNull("not_found");
		}
		ArrayNode missing = body.putArray("not_found");
		notFound.forEach(missing::add);
		return body;
	}

	public static ObjectNode page(RunPage page) {
		ObjectNode body = Json.object();
		ArrayNode data = body.putArray("data");
		page.runs().forEach((run) -> data.add(summary(run)));
		body.putObject("pagination")
			.put("total", page.total())
			.put("next_cursor", page.nextCursor())
			.put("has_more", page.nextCursor() != null);
		return body;
	}

	public static ObjectNode cancellation(RunSnapshot run, @Nullable String message) {
		ObjectNode body = Json.object().put("run_id", run.id()).put("status", run.state().name());
		body.put("cancelled_at", (run.state() == RunState.CANCELLED) ? text(run.finishedAt()) : null);
		return body.put("message", message);
	}

	public static ObjectNode queued(RunSnapshot run) {
		return Json.object().put("run_id", run.id()).putNull("error");
	}

	static ObjectNode started(RunSnapshot run, Instant now) {
		return event("STARTED", now).put("run_id", run.id());
	}

	static ObjectNode streamingUrl(RunSnapshot run, Instant now) {
		return event("STREAMING_URL", now).put("run_id", run.id()).put("streaming_url", run.streamingUrl());
	}

	/**
	 * Create the event of the last step.
	 * @param recorded the words of the service about the run, or {@code null}
	 */
	static ObjectNode progress(RunSnapshot run, String purpose, @Nullable ObjectNode recorded, Instant now) {
		ObjectNode event = event("PROGRESS", now).put("run_id", run.id());
		return (recorded != null && recorded.path("events").get(run.steps().size() - 1) instanceof ObjectNode said)
				? event.setAll(said) : event.put("purpose", purpose);
	}

	static ObjectNode heartbeat(Instant now) {
		return event("HEARTBEAT", now);
	}

	public static ObjectNode complete(RunSnapshot run, Instant now) {
		ObjectNode event = event("COMPLETE", now).put("run_id", run.id()).put("status", run.state().name());
		putResult(event, run);
		RunFailure failure = run.failure();
		if (failure != null) {
			event.put("error", failure.message());
			if (run.recorded() == null) {
				event.put("help_url", RunFailure.HELP_URL).put("help_message", RunFailure.HELP_MESSAGE);
			}
		}
		return event;
	}

	/**
	 * Add what the service said of a recorded run.
	 */
	private static ObjectNode putRecorded(ObjectNode body, RunSnapshot run) {
		return (run.recorded() != null) ? body.setAll(run.recorded().deepCopy().without(NO_DOCUMENT)) : body;
	}

	private static ObjectNode event(String type, Instant now) {
		return Json.object().put("type", type).put("timestamp", text(now));
	}

	private static void putResult(ObjectNode body, RunSnapshot run) {
		String result = run.resultJson();
		if (result != null) {
			body.putRawValue("result", new RawValue(result));
		}
		else {
			body.putNull("result");
		}
	}

	private static void putSchemaReport(ObjectNode body, @Nullable SchemaReport report) {
		if (report == null) {
			body.putNull("schema_validation");
			return;
		}
		ObjectNode node = body.putObject("schema_validation").put("valid", report.valid());
		ArrayNode errors = node.put("re_prompt_attempts", report.rePromptAttempts()).putArray("errors");
		for (SchemaReport.Mismatch mismatch : report.mismatches()) {
			errors.addObject()
				.put("path", mismatch.path())
				.put("expected", mismatch.expected())
				.put("received", mismatch.received())
				.put("message", mismatch.message());
		}
	}

	private static void putError(ObjectNode body, @Nullable RunFailure failure) {
		if (failure == null) {
			body.putNull("error");
			return;
		}
		ObjectNode error = body.putObject("error").put("code", failure.code()).put("message", failure.message());
		error.put("category", failure.category()).put("retry_after", failure.retryAfterSeconds());
		error.put("help_url", RunFailure.HELP_URL).put("help_message", RunFailure.HELP_MESSAGE);
	}

	private static void putBrowserConfig(ObjectNode body, Submission submission) {
		if (submission.proxyEnabled() == null) {
			body.putNull("browser_config");
			return;
		}
		body.putObject("browser_config")
			.put("proxy_enabled", submission.proxyEnabled())
			.put("proxy_country_code", submission.proxyCountryCode());
	}

	private static @Nullable String text(@Nullable Instant instant) {
		return (instant != null) ? instant.toString() : null;
	}

	/**
	 * Page of runs.
	 *
	 * @param runs the runs
	 * @param total how many match on all pages
	 * @param nextCursor the cursor of the next page, or {@code null} at the end
	 */
	public record RunPage(List<RunSnapshot> runs, int total, @Nullable String nextCursor) {
	}

}
