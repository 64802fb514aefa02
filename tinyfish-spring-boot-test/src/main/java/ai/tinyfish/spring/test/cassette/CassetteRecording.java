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
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

import ai.tinyfish.TinyFishClient;
import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.agent.RunContext;
import ai.tinyfish.agent.RunHandle;
import ai.tinyfish.error.TinyFishException;
import ai.tinyfish.error.TinyFishStatusException;
import ai.tinyfish.run.AgentRun;
import ai.tinyfish.run.Run;
import ai.tinyfish.run.RunError;
import ai.tinyfish.run.RunStep;
import ai.tinyfish.simulator.CassetteFilter;
import ai.tinyfish.simulator.CassetteRecorder;
import ai.tinyfish.support.agent.AgentRequestJson;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.type.TypeReference;

/**
 * Recorder that submits the runs that a cassette lacks to the service, once each, and
 * writes them when they have ended.
 */
final class CassetteRecording implements CassetteRecorder, AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(CassetteRecording.class);

	private static final TypeReference<Map<String, Object>> FIELDS = new TypeReference<>() {
	};

	/** Statuses of refusals that say nothing about the request. */
	private static final List<Integer> PASSING = List.of(401, 408, 429);

	private final CassetteFile file;

	private final CassetteFilter filter;

	private final RecordingClients clients;

	private final Map<String, String> secrets;

	private final ExecutorService executor = Executors.newCachedThreadPool((task) -> {
		Thread thread = new Thread(task, "tinyfish-cassette");
		thread.setDaemon(true);
		return thread;
	});

	private final Set<CompletableFuture<String>> pending = ConcurrentHashMap.newKeySet();

	/** Versions of goals, which are not sent, by URL and goal. */
	private final Map<String, String> goalVersions = new ConcurrentHashMap<>();

	/**
	 * Create a recorder.
	 * @param secrets the secrets of the application, with their names
	 */
	CassetteRecording(CassetteFile file, CassetteFilter filter, RecordingClients clients, Map<String, String> secrets) {
		this.file = file;
		this.filter = filter;
		this.clients = clients;
		this.secrets = secrets;
	}

	void goalVersion(RunContext run) {
		if (run.goalVersion() != null) {
			this.goalVersions.put(run.url() + " " + run.goal(), run.goalVersion());
		}
	}

	@Override
	public Recording record(String apiKey, byte[] body, Map<String, Object> request) {
		CompletableFuture<String> accepted = new CompletableFuture<>();
		Map<String, Object> fields = CassetteFile.JSON.readValue(body, FIELDS);
		Map<String, String> secret = new LinkedHashMap<>(this.secrets);
		RequestSecrets.addTo(secret, apiKey, fields);
		Submission submission = new Submission(fields, request, secret, Instant.now());
		CompletableFuture<Submitted> submitted = CompletableFuture.supplyAsync(() -> submit(apiKey, submission),
				this.executor);
		submitted.thenAccept((run) -> run.handle().started().thenAccept(accepted::complete));
		CompletableFuture<String> entry = submitted
			.thenCompose((run) -> run.handle()
				.result()
				.handleAsync((ended, ex) -> write(submission, run, ended, ex), this.executor))
			.handle((written, ex) -> (written != null) ? written : failed(submission, accepted.getNow(null), ex));
		this.pending.add(entry);
		entry.whenComplete((run, ex) -> this.pending.remove(entry));
		return new Recording(accepted, entry,
				() -> submitted.thenAcceptAsync((run) -> run.handle().cancel(), this.executor).exceptionally((ex) -> {
					logger.warn("The run that is being recorded could not be cancelled", ex);
					return null;
				}));
	}

	/**
	 * Submit a run, unless it is known before that it could not be written.
	 */
	private Submitted submit(String apiKey, Submission submission) {
		TinyFishClient client = this.clients.of(this.clients.keyFor(apiKey));
		this.file.check(submission.request(), submission.secrets());
		Map<String, Object> fields = new LinkedHashMap<>(submission.body());
		// the simulator delivers it
		fields.remove("webhook_url");
		AgentRequest request = new AgentRequestJson(CassetteFile.JSON.writeValueAsString(Map.of("run", fields)), null)
			.toAgentRequest();
		return new Submitted(client, client.agent().start(request));
	}

	/**
	 * Write a run that has ended or was refused, and return it as the file has it.
	 */
	private String write(Submission submission, Submitted run, @Nullable AgentRun ended, @Nullable Throwable thrown) {
		Map<String, Object> fields;
		if (ended != null) {
			fields = ended(ended, run.client());
		}
		else if (cause(thrown) instanceof TinyFishStatusException refusal && !refusal.mayHaveStartedRun()
				&& refusal.isFromService() && refusal.status() < 500) {
			fields = fields("refusal", fields("status", refusal.status(), "code", refusal.code(), "message",
					refusal.response().message()));
			if (PASSING.contains(refusal.status())) {
				return CassetteFile.JSON.writeValueAsString(fields);
			}
		}
		else {
			throw new CompletionException(thrown);
		}
		this.filter.filter(fields);
		Map<String, Object> all = fields("request", submission.request(), "goal_version",
				this.goalVersions.get(submission.body().get("url") + " " + submission.body().get("goal")),
				"recorded_at", submission.at().truncatedTo(ChronoUnit.MILLIS).toString());
		all.putAll(fields);
		this.file.add(all, submission.secrets());
		logger.info("Recorded a run in {}", this.file.path());
		return CassetteFile.JSON.writeValueAsString(all);
	}

	private static Map<String, Object> ended(AgentRun run, TinyFishClient client) {
		Map<String, Object> fields = fields("status", run.statusText(), "seconds",
				seconds(run.startedAt(), run.finishedAt()));
		if (!run.result().isEmpty()) {
			fields.put("result", CassetteFile.JSON.readValue(run.result().json(), Object.class));
		}
		RunError error = run.error();
		if (error != null) {
			fields.put("error",
					fields("code", error.code(), "message", error.message(), "category", error.categoryText(),
							"retry_after", (error.retryAfter() != null) ? error.retryAfter().toSeconds() : null));
		}
		fields.put("steps", steps(run, client));
		return fields;
	}

	private static List<Map<String, Object>> steps(AgentRun run, TinyFishClient client) {
		List<Map<String, Object>> steps = new ArrayList<>();
		try {
			Run record = client.runs().get(Objects.requireNonNull(run.runId()));
			for (RunStep step : record.steps()) {
				steps.add(fields("seconds", seconds(record.startedAt(), step.timestamp()), "action", step.action()));
			}
		}
		catch (TinyFishException ex) {
			logger.warn("The steps of run {} could not be read, and are not recorded", run.runId(), ex);
		}
		return steps;
	}

	/**
	 * Return what the file would have of a run that is not recorded.
	 * @param runId the run, or null if none has begun
	 */
	private String failed(Submission submission, @Nullable String runId, Throwable thrown) {
		Throwable problem = Objects.requireNonNullElse(cause(thrown), thrown);
		String message = ((runId != null) ? "Run " + runId : "A run") + " (goal \"" + submission.body().get("goal")
				+ "\") is not recorded in " + this.file.path().getFileName() + ": "
				+ Objects.requireNonNullElseGet(problem.getMessage(), problem::toString);
		for (String secret : submission.secrets().keySet()) {
			message = message.replace(secret, "***");
		}
		logger.error("A run is not recorded. {}", message);
		// after the code of a run, no client takes this for a refusal and submits again
		boolean lost = runId == null && problem instanceof TinyFishException failure && failure.mayHaveStartedRun();
		Map<String, Object> error = fields("code", lost ? "TASK_FAILED" : "RECORDING_FAILED", "message", message);
		if (runId == null) {
			error.put("status", 422);
			return CassetteFile.JSON.writeValueAsString(Map.of("refusal", error));
		}
		return CassetteFile.JSON.writeValueAsString(Map.of("status", "FAILED", "error", error));
	}

	private static @Nullable Throwable cause(@Nullable Throwable thrown) {
		return (thrown instanceof CompletionException) ? cause(thrown.getCause()) : thrown;
	}

	private static @Nullable Object seconds(@Nullable Instant from, @Nullable Instant to) {
		return (from != null && to != null) ? Duration.between(from, to).toMillis() / 1000.0 : null;
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
		try {
			await();
		}
		finally {
			this.clients.close();
			this.executor.shutdown();
		}
	}

	/**
	 * Request of a run.
	 *
	 * @param body its fields, with its secrets
	 * @param request the request as the file is to have it
	 * @param secrets the values that must not be in the file, with their names
	 * @param at the time at which it was received
	 */
	private record Submission(Map<String, Object> body, Map<String, Object> request, Map<String, String> secrets,
			Instant at) {
	}

	/**
	 * Run that was submitted.
	 *
	 * @param client the client that submitted it
	 * @param handle its handle
	 */
	private record Submitted(TinyFishClient client, RunHandle handle) {
	}

}
