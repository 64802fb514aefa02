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

package ai.tinyfish.spring.test.cassette;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;

import ai.tinyfish.TinyFishClient;
import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.agent.AgentStream;
import ai.tinyfish.agent.event.AgentEvent;
import ai.tinyfish.agent.event.ApiResultEvent;
import ai.tinyfish.agent.event.CompleteEvent;
import ai.tinyfish.agent.event.ProgressEvent;
import ai.tinyfish.agent.event.UnknownEvent;
import ai.tinyfish.error.TinyFishException;
import ai.tinyfish.error.TinyFishStatusException;
import ai.tinyfish.run.AgentRun;
import ai.tinyfish.run.Run;
import ai.tinyfish.simulator.CassetteFilter;
import ai.tinyfish.simulator.CassetteRecorder;
import ai.tinyfish.support.RunLog;
import ai.tinyfish.support.agent.AgentRequestJson;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.core.task.SimpleAsyncTaskExecutor;

/**
 * Recorder that submits the runs that a cassette lacks to the service, once each, and
 * writes them when they have ended.
 */
final class CassetteRecording implements CassetteRecorder, AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(CassetteRecording.class);

	/** Statuses of refusals that say nothing about the request. */
	private static final List<Integer> PASSING = List.of(401, 408, 429);

	/** Fields that differ from run to run, and screenshots. */
	private static final Set<String> OF_ONE_RUN = Set.of("run_id", "id", "timestamp", "started_at", "finished_at",
			"duration", "screenshot");

	/** The longest time for which the record of a run that has ended is behind. */
	private static final Duration RECORD_DELAY = Duration.ofSeconds(30);

	private final CassetteFile file;

	private final CassetteFilter filter;

	private final RecordingClients clients;

	private final Map<String, String> secrets;

	private final SimpleAsyncTaskExecutor executor = new SimpleAsyncTaskExecutor("tinyfish-cassette-");

	private final Set<CompletableFuture<String>> pending = ConcurrentHashMap.newKeySet();

	/**
	 * Create a recorder.
	 * @param secrets the secrets of the application, with their names
	 */
	CassetteRecording(CassetteFile file, CassetteFilter filter, RecordingClients clients, Map<String, String> secrets) {
		this.file = file;
		this.filter = filter;
		this.clients = clients;
		this.secrets = secrets;
		this.executor.setDaemon(true);
	}

	@Override
	public Recording record(String apiKey, byte[] body, Map<String, Object> request) {
		CompletableFuture<String> accepted = new CompletableFuture<>();
		Map<String, Object> fields = CassetteFile.JSON.readValue(body, CassetteFile.FIELDS);
		Map<String, String> secret = new LinkedHashMap<>(this.secrets);
		RequestSecrets.addTo(secret, apiKey, fields);
		Submission submission = new Submission(fields, request, secret, Instant.now(), new AtomicBoolean());
		CompletableFuture<String> entry = CompletableFuture
			.supplyAsync(() -> run(apiKey, submission, accepted), this.executor)
			.exceptionally((ex) -> failed(submission, idOf(accepted), ex));
		this.pending.add(entry);
		entry.whenComplete((run, ex) -> this.pending.remove(entry));
		return new Recording(accepted, entry,
				() -> accepted
					.thenAcceptAsync((runId) -> this.clients.clientFor(apiKey).runs().cancel(runId), this.executor)
					.exceptionally((ex) -> {
						RunLog.about(idOf(accepted), null, null,
								() -> logger.warn("The run that is being recorded could not be cancelled", ex));
						return null;
					}));
	}

	/**
	 * Submit a run, unless it is known before that it could not be written, and write it
	 * when it has ended or was refused.
	 * @param accepted is given the id of the run
	 * @return the run as the file has it
	 */
	private String run(String apiKey, Submission submission, CompletableFuture<String> accepted) {
		TinyFishClient client = this.clients.clientFor(apiKey);
		this.file.check(submission.request(), submission.secrets());
		Map<String, Object> body = new LinkedHashMap<>(submission.body());
		// the simulator delivers it
		body.remove("webhook_url");
		AgentRequest request = new AgentRequestJson(CassetteFile.JSON.writeValueAsString(Map.of("run", body)), null)
			.toAgentRequest();
		Map<String, Object> fields = new LinkedHashMap<>();
		Map<String, Object> times = fields("recorded_at", submission.at().truncatedTo(ChronoUnit.MILLIS).toString());
		List<Map<String, Object>> events = new ArrayList<>();
		try (AgentStream stream = client.agent().stream(request)) {
			submission.opened().set(true);
			for (AgentEvent event : stream) {
				if (event.runId() != null) {
					accepted.complete(event.runId());
				}
				if (event instanceof CompleteEvent complete) {
					putOutcome(fields, times, complete.run(), client);
				}
				else if (event instanceof ProgressEvent || event instanceof ApiResultEvent
						|| event instanceof UnknownEvent) {
					events.add(said((event instanceof UnknownEvent unknown) ? unknown.json() : event));
				}
			}
			fields.put("events", events);
		}
		catch (TinyFishStatusException refusal) {
			if (refusal.mayHaveStartedRun() || !refusal.isFromService() || refusal.status() >= 500) {
				throw refusal;
			}
			fields.put("refusal", fields("status", refusal.status(), "code", refusal.code(), "message",
					refusal.response().message()));
			if (PASSING.contains(refusal.status())) {
				return CassetteFile.JSON.writeValueAsString(fields);
			}
		}
		this.filter.filter(fields);
		Map<String, Object> all = fields("request", submission.request());
		all.putAll(fields);
		all.put("times", times);
		this.file.add(all, submission.secrets());
		RunLog.about(idOf(accepted), null, null, () -> logger.info("Recorded a run in {}", this.file.path()));
		return CassetteFile.JSON.writeValueAsString(all);
	}

	private static @Nullable String idOf(CompletableFuture<String> accepted) {
		return accepted.isCompletedExceptionally() ? null : accepted.getNow(null);
	}

	/**
	 * Put what the service said of a run that has ended: in its outcome, and in its
	 * record, which may be behind. Not what it adds to the record later.
	 */
	private static void putOutcome(Map<String, Object> fields, Map<String, Object> times, AgentRun run,
			TinyFishClient client) {
		fields.putAll(said(run));
		if (run.startedAt() != null && run.finishedAt() != null) {
			times.put("seconds", Duration.between(run.startedAt(), run.finishedAt()).toMillis() / 1000.0);
		}
		String runId = run.runId();
		if (runId == null) {
			return;
		}
		try {
			Run record = client.runs().get(runId);
			if (!record.status().isTerminal()) {
				client.runs().await(runId, RECORD_DELAY);
				record = client.runs().get(runId);
			}
			said(record.toAgentRun()).forEach(fields::putIfAbsent);
			fields.put("steps", record.steps().stream().map(CassetteRecording::said).toList());
		}
		catch (TinyFishException ex) {
			RunLog.about(runId, null, null,
					() -> logger.warn("The steps of run {} could not be read, and are not recorded", runId, ex));
		}
	}

	/**
	 * Return the fields of a document that are the same in each run: no ids, times, URLs
	 * or pictures.
	 */
	private static Map<String, Object> said(Object document) {
		String json = (document instanceof String text) ? text : CassetteFile.JSON.writeValueAsString(document);
		Map<String, Object> fields = CassetteFile.JSON.readValue(json, CassetteFile.FIELDS);
		fields.entrySet()
			.removeIf((field) -> field.getValue() == null || OF_ONE_RUN.contains(field.getKey())
					|| field.getKey().endsWith("_url"));
		if (fields.get("error") instanceof Map<?, ?> error) {
			fields.put("error", said(error));
		}
		return fields;
	}

	/**
	 * Return what the file would have of a run that is not recorded.
	 * @param runId the run, or null if none has begun
	 */
	private String failed(Submission submission, @Nullable String runId, Throwable thrown) {
		Throwable problem = Objects.requireNonNullElse(thrown.getCause(), thrown);
		String why = Objects.requireNonNullElseGet(problem.getMessage(), problem::toString) + ". Its goal: "
				+ submission.body().get("goal");
		String message = ((runId != null) ? "Run " + runId : "A run") + " is not recorded in "
				+ this.file.path().getFileName() + ": " + ((WrittenSecrets.find(why, submission.secrets()) != null)
						? "its goal, or why, contains a secret" : why);
		RunLog.about(runId, null, null, () -> logger.error("A run is not recorded. {}", message));
		// after the code of a run, no client takes this for a refusal and submits again
		boolean lost = runId == null && (submission.opened().get()
				|| (problem instanceof TinyFishException failure && failure.mayHaveStartedRun()));
		Map<String, Object> error = fields("code", lost ? "TASK_FAILED" : "RECORDING_FAILED", "message", message);
		if (runId == null) {
			error.put("status", 422);
			return CassetteFile.JSON.writeValueAsString(Map.of("refusal", error));
		}
		return CassetteFile.JSON.writeValueAsString(Map.of("status", "FAILED", "error", error));
	}

	/**
	 * Return names and values as a map, without those that are null.
	 */
	private static Map<String, Object> fields(@Nullable Object... namesAndValues) {
		Map<String, Object> fields = new LinkedHashMap<>();
		for (int i = 0; i < namesAndValues.length; i += 2) {
			Object value = namesAndValues[i + 1];
			if (value != null) {
				fields.put(String.valueOf(namesAndValues[i]), value);
			}
		}
		return fields;
	}

	/**
	 * Wait until the runs have ended, which are paid for: they would not be recorded if
	 * the last test ended before.
	 * @throws IllegalStateException if the thread is interrupted
	 */
	void await() {
		CompletableFuture<?>[] open = this.pending.toArray(CompletableFuture[]::new);
		if (open.length > 0) {
			logger.info("Waiting for the end of {} run(s), to record them", open.length);
			try {
				CompletableFuture.allOf(open).get();
			}
			catch (ExecutionException ex) {
				logger.error("A run could not be recorded", ex);
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
				throw new IllegalStateException("Interrupted before the end of runs that are being recorded", ex);
			}
		}
	}

	/**
	 * Wait for the runs that began after the last test, such as those of a scheduler.
	 */
	@Override
	public void close() {
		await();
		this.executor.close();
	}

	/**
	 * Request of a run.
	 *
	 * @param body its fields, with its secrets
	 * @param request the request as the file is to have it
	 * @param secrets the values that must not be in the file, with their names
	 * @param at the time at which it was received
	 * @param opened whether the service has begun to answer with events
	 */
	private record Submission(Map<String, Object> body, Map<String, Object> request, Map<String, String> secrets,
			Instant at, AtomicBoolean opened) {
	}

}
