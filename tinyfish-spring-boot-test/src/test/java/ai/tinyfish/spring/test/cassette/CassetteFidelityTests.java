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

import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.StreamSupport;

import ai.tinyfish.TinyFishClient;
import ai.tinyfish.WebAgents;
import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.agent.AgentStream;
import ai.tinyfish.agent.RunContext;
import ai.tinyfish.agent.TinyFishRunListener;
import ai.tinyfish.agent.event.CompleteEvent;
import ai.tinyfish.agent.event.ProgressEvent;
import ai.tinyfish.run.AgentRun;
import ai.tinyfish.run.GoalEvaluator;
import ai.tinyfish.run.GoalVerdict;
import ai.tinyfish.simulator.TinyFishSimulator;
import ai.tinyfish.webagent.Goal;
import ai.tinyfish.webagent.WebAgent;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Runs of each kind: live, while they are recorded, and replayed. The service says of
 * them what no simulator would derive from their steps.
 */
@Timeout(120)
class CassetteFidelityTests {

	private static final List<String> GOALS = List.of("completed", "mismatch", "missed", "failed", "cancelled",
			"empty");

	/** Fields that differ from run to run, or are never written. */
	private static final Set<String> OF_ONE_RUN = Set.of("run_id", "id", "timestamp", "started_at", "finished_at",
			"created_at", "duration", "help_url", "streaming_url", "video_url", "screenshot", "screenshot_url");

	private static final String POLLS = "tinyfish.run.poll-interval=20ms";

	@TempDir
	private Path directory;

	@AutoClose
	private TinyFishSimulator service;

	@Test
	void liveRecordedAndReplayedRunsAreEqual() throws Exception {
		Files.writeString(this.directory.resolve("service.json"),
				"""
						{"version": 1, "runs": [
						{"request": {"goal": "completed"}, "status": "COMPLETED", "num_of_steps": 17, "profile_id": "prof_1",
							"result": {"product": "Phone", "price": 6.80, "note": null},
							"schema_validation": {"valid": true, "re_prompt_attempts": 1, "errors": []},
							"events": [{"type": "PROGRESS", "purpose": "Look", "tinyfish_api": "search"},
								{"type": "TF_API_RESULT", "tinyfish_api": "search", "result": {"a": 1}},
								{"type": "LATER", "of": "service"}, {"type": "PROGRESS", "purpose": "Read <b>it</b>"}],
							"steps": [{"status": "COMPLETED", "action": "Open"}, {"status": "COMPLETED", "action": "Click", "by": 1}]},
						{"request": {"goal": "mismatch"}, "status": "COMPLETED", "num_of_steps": 3,
							"result": {"product": "Phone", "price": 1},
							"schema_validation": {"valid": false, "re_prompt_attempts": 2, "errors": [
								{"path": "price", "expected": "string", "received": "number", "message": "No text"}]},
							"events": [], "steps": []},
						{"request": {"goal": "missed"}, "status": "COMPLETED", "num_of_steps": 2,
							"result": {"status": "failure", "reason": "A captcha"},
							"events": [{"type": "PROGRESS", "purpose": "Look"}], "steps": [{"status": "COMPLETED", "action": "Look"}]},
						{"request": {"goal": "failed"}, "status": "FAILED", "num_of_steps": 5,
							"error": {"code": "SITE_BLOCKED", "message": "Access denied", "category": "AGENT_FAILURE",
								"retry_after": 7, "help_message": "Try the stealth profile"},
							"events": [{"type": "PROGRESS", "purpose": "Look"}], "steps": [{"status": "FAILED", "action": "Look"}]},
						{"request": {"goal": "cancelled"}, "status": "CANCELLED", "num_of_steps": 4,
							"events": [{"type": "PROGRESS", "purpose": "Look"}], "steps": []},
						{"request": {"goal": "empty"}, "status": "COMPLETED", "events": [], "steps": []}]}""");
		this.service = TinyFishSimulator.builder()
			.apiKey(CassetteContext.KEY)
			.pace(Duration.ofMillis(2))
			.cassette(this.directory.resolve("service.json"), (fields) -> fields.keySet().retainAll(Set.of("goal")),
					null)
			.start();
		Map<String, Object> live;
		try (TinyFishClient client = TinyFishClient.builder()
			.baseUrl(this.service.baseUrl())
			.apiKey(CassetteContext.KEY)
			.pollInterval(Duration.ofMillis(20))
			.build()) {
			live = observe(client);
		}
		assertThat(live.toString()).contains("17", "LATER", "Read <b>it</b>", "No text", "Try the stealth profile");
		Path file = this.directory.resolve("prices.json");
		long created = this.service.journal().runsCreated();
		Map<String, Object> recorded;
		try (CassetteContext context = CassetteContext.recording(file, this.service, POLLS)) {
			recorded = observe(context.client());
		}
		assertThat(this.service.journal().runsCreated()).isEqualTo(2 * created);
		this.service.close();
		Map<String, Object> replayed;
		try (CassetteContext context = CassetteContext.replaying(file, POLLS)) {
			replayed = observe(context.client());
		}
		for (String kind : live.keySet()) {
			assertThat(recorded.get(kind)).as("recorded: " + kind).isEqualTo(live.get(kind));
			assertThat(replayed.get(kind)).as("replayed: " + kind).isEqualTo(live.get(kind));
		}
	}

	private static Map<String, Object> observe(TinyFishClient client) {
		Map<String, Object> seen = new LinkedHashMap<>();
		for (String goal : GOALS) {
			AgentRequest request = AgentRequest.of("https://shop.example/", goal).withOutputType(Offer.class);
			seen.put("run " + goal, outcome(client.agent().run(request)));
			try (AgentStream stream = client.agent().stream(request)) {
				seen.put("stream " + goal,
						StreamSupport.stream(stream.spliterator(), false).map(CassetteFidelityTests::seen).toList());
			}
			List<Object> events = Collections.synchronizedList(new ArrayList<>());
			AgentRun started = client.agent().start(request, new TinyFishRunListener() {
				@Override
				public void progress(RunContext context, ProgressEvent event) {
					events.add(seen(event));
				}

				@Override
				public void finished(RunContext context, CompleteEvent event) {
					events.add(seen(event));
				}
			}).await();
			org.awaitility.Awaitility.await().until(() -> events.toString().contains("COMPLETE\""));
			seen.put("start " + goal, List.of(outcome(started), List.copyOf(events)));
			AgentRun queued = client.runs().await(client.agent().queue(request), Duration.ofSeconds(30));
			seen.put("queue and await " + goal, outcome(queued));
			seen.put("record " + goal, seen(client.runs().get(queued.runId())));
			Shop shop = WebAgents.create(Shop.class, client);
			seen.put("agent " + goal, result(() -> shop.offer(goal)));
		}
		List<AgentRequest> batch = GOALS.stream()
			.map((goal) -> AgentRequest.of("https://shop.example/batch", goal))
			.toList();
		seen.put("batch",
				client.agent()
					.queueAll(batch)
					.accepted()
					.stream()
					.map((run) -> outcome(client.runs().await(run.runId(), Duration.ofSeconds(30))))
					.toList());
		return seen;
	}

	private static Object outcome(AgentRun run) {
		GoalVerdict verdict = GoalVerdict.of(GoalEvaluator.defaults(), run);
		return List.of(seen(run), verdict.outcome(), String.valueOf(verdict.reason()),
				result(() -> run.typed(Offer.class).value()));
	}

	private static Object result(Supplier<Object> value) {
		try {
			return value.get();
		}
		catch (RuntimeException ex) {
			return ex.getClass().getSimpleName() + " " + ex.getMessage().replaceAll("[0-9a-f-]{36}", "*");
		}
	}

	private static JsonNode seen(Object document) {
		return withoutFieldsOfOneRun(CassetteFile.JSON.readTree(CassetteFile.JSON.writeValueAsBytes(document)));
	}

	private static JsonNode withoutFieldsOfOneRun(JsonNode node) {
		if (node instanceof ObjectNode object) {
			object.remove(OF_ONE_RUN);
			if (object.path("json").isString()) {
				object.set("json", withoutFieldsOfOneRun(CassetteFile.JSON.readTree(object.path("json").asString())));
			}
			// absent is null
			object.removeNulls();
		}
		node.forEach(CassetteFidelityTests::withoutFieldsOfOneRun);
		return node;
	}

	record Offer(String product, BigDecimal price) {
	}

	@WebAgent(url = "https://shop.example/")
	interface Shop {

		@Goal("{goal}")
		Offer offer(String goal);

	}

}
