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

package ai.tinyfish.spring.test;

import java.net.URI;
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
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

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

	private final Supplier<TinyFishClient> newClient;

	private @Nullable TinyFishClient client;

	private final Supplier<List<String>> secrets;

	private final ExecutorService executor = Executors.newCachedThreadPool((task) -> {
		Thread thread = new Thread(task, "tinyfish-cassette");
		thread.setDaemon(true);
		return thread;
	});

	private final Set<CompletableFuture<String>> pending = ConcurrentHashMap.newKeySet();

	/** Versions of goals, which are not sent, by URL and goal. */
	private final Map<String, String> goalVersions = new ConcurrentHashMap<>();

	CassetteRecording(CassetteFile file, CassetteFilter filter, Supplier<TinyFishClient> newClient,
			Supplier<List<String>> secrets) {
		this.file = file;
		this.filter = filter;
		this.newClient = newClient;
		this.secrets = secrets;
	}

	void goalVersion(RunContext run) {
		if (run.goalVersion() != null) {
			this.goalVersions.put(run.url() + " " + run.goal(), run.goalVersion());
		}
	}

	@Override
	public Recording record(String body, Map<String, Object> request) {
		CompletableFuture<String> accepted = new CompletableFuture<>();
		CompletableFuture<String> entry = new CompletableFuture<>();
		this.pending.add(entry);
		CompletableFuture<RunHandle> submitted = CompletableFuture
			.supplyAsync(() -> client().agent().start(forwarded(body)), this.executor);
		submitted.thenAccept((handle) -> handle.started().thenAccept(accepted::complete));
		submitted.thenCompose(RunHandle::result)
			.handleAsync((run, ex) -> (run != null) ? ended(run, body, request)
					: notEnded(Objects.requireNonNull(ex), accepted.isDone(), body, request), this.executor)
			.whenComplete((run, ex) -> {
				this.pending.remove(entry);
				if (run != null) {
					entry.complete(run);
				}
				else {
					entry.completeExceptionally(ex);
				}
			});
		return new Recording(accepted, entry,
				() -> submitted.thenAcceptAsync(RunHandle::cancel, this.executor).exceptionally((ex) -> {
					logger.warn("The run that is being recorded could not be cancelled", ex);
					return null;
				}));
	}

	/**
	 * Return the request that is sent. The simulator delivers the webhook.
	 */
	private static AgentRequest forwarded(String body) {
		Map<String, Object> fields = CassetteFile.JSON.readValue(body, FIELDS);
		fields.remove("webhook_url");
		return new AgentRequestJson(CassetteFile.JSON.writeValueAsString(Map.of("run", fields)), null).toAgentRequest();
	}

	private String ended(AgentRun run, String body, Map<String, Object> request) {
		Map<String, Object> fields = new LinkedHashMap<>();
		fields.put("status", run.statusText());
		Instant began = run.startedAt();
		if (began != null && run.finishedAt() != null) {
			fields.put("seconds", seconds(began, run.finishedAt()));
		}
		if (!run.result().isEmpty()) {
			fields.put("result", CassetteFile.JSON.readValue(run.result().json(), Object.class));
		}
		RunError error = run.error();
		if (error != null) {
			fields.put("error",
					fields("code", error.code(), "message", error.message(), "category", error.categoryText(),
							"retry_after", (error.retryAfter() != null) ? error.retryAfter().toSeconds() : null));
		}
		fields.put("steps", steps(run));
		return write(fields, run.runId(), body, request);
	}

	private List<Map<String, Object>> steps(AgentRun run) {
		Run record = client().runs().get(Objects.requireNonNull(run.runId()));
		List<Map<String, Object>> steps = new ArrayList<>();
		for (RunStep step : record.steps()) {
			steps.add(fields("seconds", seconds(record.startedAt(), step.timestamp()), "action", step.action()));
		}
		return steps;
	}

	private String notEnded(Throwable thrown, boolean accepted, String body, Map<String, Object> request) {
		Throwable ex = (thrown instanceof CompletionException && thrown.getCause() != null) ? thrown.getCause()
				: thrown;
		if (!accepted && ex instanceof TinyFishStatusException refusal && refusal.runId() == null
				&& refusal.status() < 500) {
			Map<String, Object> fields = fields("refusal", fields("status", refusal.status(), "code", refusal.code(),
					"message", refusal.response().message()));
			return PASSING.contains(refusal.status()) ? json(fields) : write(fields, null, body, request);
		}
		String runId = (ex instanceof TinyFishException tinyFish) ? tinyFish.runId() : null;
		logger.warn("Run {} is not recorded", runId, ex);
		return failed(accepted, "The run was not recorded: " + ex.getMessage());
	}

	/**
	 * Write what became of a run, and return it as the file has it.
	 */
	private String write(Map<String, Object> fields, @Nullable String runId, String body, Map<String, Object> request) {
		this.filter.filter(fields);
		Map<String, Object> submitted = CassetteFile.JSON.readValue(body, FIELDS);
		Map<String, Object> run = fields("request", request, "goal_version",
				this.goalVersions.get(submitted.get("url") + " " + submitted.get("goal")), "recorded_at",
				Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
		run.putAll(fields);
		try {
			List<String> secret = new ArrayList<>(this.secrets.get());
			addSecrets(submitted, secret);
			this.file.add(run, secret);
			logger.info("Recorded run {} in {}", runId, this.file.path());
			return json(run);
		}
		catch (RuntimeException ex) {
			String problem = "Run " + runId + " (goal \"" + submitted.get("goal") + "\") is not recorded in "
					+ this.file.path().getFileName() + ": " + ex.getMessage();
			logger.error("A run is not recorded. {}", problem);
			return failed(runId != null, problem);
		}
	}

	private static void addSecrets(Map<String, Object> request, List<String> secrets) {
		if (request.get("webhook_url") instanceof String webhook) {
			secrets.add(webhook);
			secrets.add(webhook.substring(Math.max(webhook.lastIndexOf('/'), webhook.lastIndexOf('=')) + 1));
		}
		URI url = URI.create(String.valueOf(request.get("url")));
		for (String userInfo : new @Nullable String[] { url.getUserInfo(), url.getRawUserInfo() }) {
			if (userInfo != null) {
				secrets.addAll(List.of(userInfo.split(":", 2)));
			}
		}
		if (request.get("proxy_config") instanceof Map<?, ?> proxy) {
			for (String field : List.of("url", "username", "password")) {
				if (proxy.get(field) instanceof String secret) {
					secrets.add(secret);
				}
			}
		}
		if (request.get("credential_item_ids") instanceof List<?> items) {
			items.forEach((item) -> secrets.add(String.valueOf(item)));
		}
	}

	private static String failed(boolean accepted, String message) {
		return json(
				accepted ? fields("status", "FAILED", "error", fields("code", "RECORDING_FAILED", "message", message))
						: fields("refusal", fields("status", 422, "code", "RECORDING_FAILED", "message", message)));
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

	private static String json(Map<String, Object> fields) {
		return CassetteFile.JSON.writeValueAsString(fields);
	}

	/**
	 * Wait until the runs have ended, which are paid for: they would not be recorded if
	 * the last test ended before.
	 */
	void await() {
		CompletableFuture<?>[] open = this.pending.toArray(CompletableFuture[]::new);
		if (open.length > 0) {
			logger.info("Waiting for the end of {} run(s), to record them", open.length);
			CompletableFuture.allOf(open).exceptionally((ex) -> null).join();
		}
	}

	/**
	 * Return the client, which is built for the first run.
	 */
	private synchronized TinyFishClient client() {
		if (this.client == null) {
			this.client = this.newClient.get();
		}
		return this.client;
	}

	@Override
	public synchronized void close() {
		if (this.client != null) {
			this.client.close();
		}
		this.executor.shutdown();
	}

}
