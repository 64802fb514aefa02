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

import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;

import ai.tinyfish.simulator.Scenario;
import ai.tinyfish.simulator.SimulatedRun;
import ai.tinyfish.simulator.TinyFishSimulator;
import ai.tinyfish.simulator.TinyFishSimulatorBuilder;
import ai.tinyfish.simulator.testing.Api;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

class ReadRunsTests {

	private static final Duration NEVER = Duration.ofHours(1);

	@AutoClose
	private TinyFishSimulator simulator;

	private Api api;

	@Test
	void pendingRunHasNoTimesYet() {
		start(TinyFishSimulator.builder().queueDelay(NEVER));
		Api.Reply reply = this.api.get("/v1/runs/" + this.api.queue("Look"));
		assertThat(reply.body()).containsOnlyKeys("run_id", "status", "goal", "created_at", "started_at", "finished_at",
				"num_of_steps", "result", "schema_validation", "error", "streaming_url", "browser_config", "video_url",
				"steps");
		assertThat(reply.body()).containsEntry("status", "PENDING")
			.containsEntry("goal", "Look")
			.containsEntry("started_at", null)
			.containsEntry("num_of_steps", null)
			.containsEntry("browser_config", null)
			.containsEntry("steps", List.of());
	}

	@Test
	void runningRunHasALiveViewAndAnOpenStep() {
		start(TinyFishSimulator.builder().pace(Duration.ofMillis(50)));
		String id = this.api.queue("[steps:150]");
		await().until(() -> run(id).stepsTaken() >= 2);
		Api.Reply reply = this.api.get("/v1/runs/" + id);
		assertThat(reply.body()).containsEntry("status", "RUNNING").containsEntry("num_of_steps", null);
		assertThat(reply.text("streaming_url")).startsWith(this.simulator.baseUrl());
		List<Map<String, Object>> steps = reply.list("steps");
		assertThat(steps.get(0)).containsEntry("status", "COMPLETED").containsEntry("action", "Step 1 of 150");
		assertThat((String) steps.get(0).get("duration")).matches("\\d+\\.\\ds");
		assertThat(steps.get(steps.size() - 1)).containsEntry("status", "RUNNING").containsEntry("duration", null);
	}

	@Test
	void endedRunHasResultStepsAndProxy() {
		start(TinyFishSimulator.builder().pace(Duration.ZERO));
		String id = this.api.post("/v1/automation/run-async", """
				{"url": "https://shop.example", "goal": "Look", "proxy_config": {"enabled": true, "country_code": "FR",
				 "username": "me", "password": "hidden-word"}}""").text("run_id");
		await().until(() -> run(id).finishedAt() != null);
		Api.Reply reply = this.api.get("/v1/runs/" + id);
		assertThat(reply.body()).containsEntry("status", "COMPLETED")
			.containsEntry("num_of_steps", 4)
			.containsEntry("streaming_url", null);
		assertThat(reply.object("browser_config")).containsEntry("proxy_enabled", true)
			.containsEntry("proxy_country_code", "FR");
		assertThat(reply.list("steps")).hasSize(4)
			.allSatisfy((step) -> assertThat(step).containsEntry("status", "COMPLETED")
				.containsEntry("screenshot", null)
				.containsKeys("id", "timestamp", "action", "duration"));
		assertThat(reply.raw()).doesNotContain("hidden-word");
	}

	@ParameterizedTest
	@CsvSource({ "Look, shop shop product product", "[steps:1], shop", "[captcha], captcha captcha captcha captcha",
			"[block], blocked blocked blocked blocked", "[fail:SITE_BLOCKED] [steps:1], blocked",
			"Read the news [steps:2], news news", "Find jobs in Oslo [fail] [steps:1], jobs",
			"Jobless books [steps:1], shop", "[fail] [steps:1], nothing", "[empty] [steps:1], shop", "given, captcha" })
	void screenshotsFitTheScenario(String goal, String pictures) throws IOException {
		start(TinyFishSimulator.builder().pace(Duration.ZERO));
		this.simulator.given("given",
				Scenario.completed(Map.of("status", "failure", "reason", "There was a Captcha", "tries", 3)));
		String id = this.api.queue(goal);
		await().until(() -> run(id).finishedAt() != null);
		List<String> expected = new ArrayList<>();
		for (String name : pictures.split(" ")) {
			byte[] png = Run.class.getResourceAsStream(name + ".png").readAllBytes();
			expected.add("data:image/png;base64," + Base64.getEncoder().encodeToString(png));
		}
		assertThat(screenshots(id)).isEqualTo(expected);
	}

	@Test
	void screenshotsAreKnownBeforeTheRunEnds() {
		start(TinyFishSimulator.builder());
		this.simulator.given("stay",
				Scenario.failed("SITE_BLOCKED", "No").toBuilder().pace(Duration.ZERO).endsAfter(NEVER).build());
		String id = this.api.queue("stay");
		await().until(() -> run(id).stepsTaken() == 1);
		assertThat(screenshots(id)).singleElement().asString().startsWith("data:image/png;base64,");
		assertThat(this.api.get("/v1/runs/" + id + "?screenshots=none").list("steps"))
			.allSatisfy((step) -> assertThat(step).containsEntry("screenshot", null));
		assertThat(this.api.get("/v1/runs/" + id + "?screenshots=gif").status()).isEqualTo(400);
	}

	private List<String> screenshots(String id) {
		return this.api.get("/v1/runs/" + id + "?screenshots=base64")
			.list("steps")
			.stream()
			.map((step) -> (String) step.get("screenshot"))
			.toList();
	}

	@Test
	void screenshotsComeAsAddressesThatNeedNoKey() {
		start(TinyFishSimulator.builder().pace(Duration.ZERO));
		String id = this.api.queue("Look");
		await().until(() -> run(id).finishedAt() != null);
		List<Map<String, Object>> steps = this.api.get("/v1/runs/" + id + "?screenshots=url").list("steps");
		assertThat(steps).hasSize(4).allSatisfy((step) -> {
			assertThat(step).containsEntry("screenshot", null);
			String url = (String) step.get("screenshot_url");
			assertThat(url).startsWith(this.simulator.baseUrl());
			Api.Reply image = this.api.send(this.api.withoutKey(url.substring(this.simulator.baseUrl().length())));
			assertThat(image.status()).isEqualTo(200);
			assertThat(image.headers().firstValue("content-type")).hasValue("image/png");
			assertThat(image.raw()).contains("PNG");
		});
		for (String none : List.of(id + "_0", id + "_5", id + "_1000", id, "x_1")) {
			assertThat(this.api.send(this.api.withoutKey("/screenshots/" + none)).status()).as(none).isEqualTo(404);
		}
		assertThat(this.api.get("/v1/runs/" + id + "?screenshots=base64").list("steps"))
			.allSatisfy((step) -> assertThat(step).doesNotContainKey("screenshot_url"));
	}

	@Test
	void recordingHasAnAddressOnceTheRunHasEnded() {
		start(TinyFishSimulator.builder());
		this.simulator.given("stay", Scenario.builder().pace(NEVER).build());
		this.simulator.given("quick", Scenario.completed("done").toBuilder().pace(Duration.ZERO).build());
		String stays = recorded("stay");
		String quick = recorded("quick");
		String plain = this.api.queue("quick");
		await().until(() -> run(quick).finishedAt() != null && run(plain).finishedAt() != null);
		assertThat(this.api.get("/v1/runs/" + stays).body()).containsEntry("video_url", null);
		assertThat(this.api.get("/v1/runs/" + plain).body()).containsEntry("video_url", null);
		assertThat(this.api.get("/v1/runs/" + quick).text("video_url")).startsWith(this.simulator.baseUrl())
			.contains(quick);
	}

	private String recorded(String goal) {
		return this.api
			.post("/v1/automation/run-async",
					"""
							{"url": "https://shop.example", "goal": "%s", "capture_config": {"recording": true}}"""
						.formatted(goal))
			.text("run_id");
	}

	@Test
	void unknownRunIsNotFound() {
		start(TinyFishSimulator.builder());
		Api.Reply reply = this.api.get("/v1/runs/unknown");
		assertThat(reply.status()).isEqualTo(404);
		assertThat(reply.errorCode()).isEqualTo("NOT_FOUND");
	}

	@Test
	void listIsNewestFirstAndEmptyAtFirst() {
		start(TinyFishSimulator.builder().queueDelay(NEVER));
		Api.Reply empty = this.api.get("/v1/runs");
		assertThat(empty.list("data")).isEmpty();
		assertThat(empty.object("pagination")).containsEntry("total", 0)
			.containsEntry("next_cursor", null)
			.containsEntry("has_more", false);
		queue(3);
		assertThat(goals(this.api.get("/v1/runs"))).containsExactly("Goal 3", "Goal 2", "Goal 1");
		assertThat(goals(this.api.get("/v1/runs?sort_direction=asc"))).containsExactly("Goal 1", "Goal 2", "Goal 3");
		assertThat(this.api.get("/v1/runs").list("data"))
			.allSatisfy((run) -> assertThat(run).doesNotContainKey("steps"));
	}

	@Test
	void listFiltersByStatusAndGoal() {
		start(TinyFishSimulator.builder().pace(Duration.ZERO));
		List.of("Find APPLES", "find pears [fail]", "apples again").forEach(this.api::queue);
		await().until(() -> this.simulator.journal().runs(SimulatedRun.Status.COMPLETED).size() == 2
				&& this.simulator.journal().runs(SimulatedRun.Status.FAILED).size() == 1);
		assertThat(goals(this.api.get("/v1/runs?status=FAILED"))).containsExactly("find pears [fail]");
		assertThat(goals(this.api.get("/v1/runs?goal=aPPles"))).containsExactly("apples again", "Find APPLES");
		assertThat(goals(this.api.get("/v1/runs?goal=find&status=COMPLETED"))).containsExactly("Find APPLES");
		assertThat(goals(this.api.get("/v1/runs?status=CANCELLED"))).isEmpty();
	}

	@Test
	void listFiltersByTimeOfCreation() {
		start(TinyFishSimulator.builder().queueDelay(NEVER));
		String first = this.api.queue("first");
		await().pollInterval(Duration.ofMillis(5)).until(() -> {
			String id = this.api.queue("later");
			return run(id).createdAt().isAfter(run(first).createdAt());
		});
		String time = run(first).createdAt().toString();
		assertThat(goals(this.api.get("/v1/runs?created_after=" + time))).isNotEmpty().containsOnly("later");
		assertThat(goals(this.api.get("/v1/runs?created_before=" + time))).isEmpty();
		assertThat(goals(this.api.get("/v1/runs?created_before=2999-01-01T00:00:00%2B01:00"))).contains("first",
				"later");
	}

	@ParameterizedTest
	@ValueSource(strings = { "asc", "desc" })
	void pagesHoldEachRunOnceWhileNewOnesCome(String direction) {
		start(TinyFishSimulator.builder().queueDelay(NEVER));
		queue(7);
		List<String> seen = new ArrayList<>();
		Api.Reply page = this.api.get("/v1/runs?limit=3&sort_direction=" + direction);
		seen.addAll(goals(page));
		assertThat(page.object("pagination")).containsEntry("total", 7).containsEntry("has_more", true);
		int pages = 1;
		while (page.object("pagination").get("next_cursor") != null) {
			this.api.queue("New " + pages);
			String cursor = encode((String) page.object("pagination").get("next_cursor"));
			page = this.api.get("/v1/runs?limit=3&sort_direction=" + direction + "&cursor=" + cursor);
			seen.addAll(goals(page));
			pages++;
		}
		assertThat(page.object("pagination")).containsEntry("has_more", false);
		assertThat(seen).doesNotHaveDuplicates()
			.contains("Goal 1", "Goal 2", "Goal 3", "Goal 4", "Goal 5", "Goal 6", "Goal 7");
	}

	@Test
	void fullLastPageSaysThatThereIsNoMore() {
		start(TinyFishSimulator.builder().queueDelay(NEVER));
		queue(2);
		assertThat(this.api.get("/v1/runs?limit=2").object("pagination")).containsEntry("has_more", false)
			.containsEntry("next_cursor", null);
	}

	@Test
	void pageHasTwentyRunsByDefault() {
		start(TinyFishSimulator.builder().queueDelay(NEVER));
		queue(21);
		assertThat(this.api.get("/v1/runs").list("data")).hasSize(20);
		assertThat(this.api.get("/v1/runs?limit=100").list("data")).hasSize(21);
	}

	@Test
	void cursorIsBoundToItsFilters() {
		start(TinyFishSimulator.builder().queueDelay(NEVER));
		queue(3);
		String raw = (String) this.api.get("/v1/runs?limit=1&goal=goal").object("pagination").get("next_cursor");
		assertThat(raw).endsWith("=");
		String cursor = encode(raw);
		assertThat(this.api.get("/v1/runs?limit=2&goal=goal&cursor=" + cursor).status()).isEqualTo(200);
		for (String other : List.of("", "goal=other&", "goal=goal&status=PENDING&", "goal=goal&sort_direction=asc&",
				"goal=goal&created_after=2020-01-01T00:00:00Z&")) {
			Api.Reply reply = this.api.get("/v1/runs?" + other + "cursor=" + cursor);
			assertThat(reply.status()).as(other).isEqualTo(400);
			assertThat(reply.errorCode()).isEqualTo("INVALID_INPUT");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "status=DONE", "status=completed", "limit=0", "limit=101", "limit=ten", "limit=-1",
			"sort_direction=up", "cursor=abc", "cursor=%21%21", "cursor=", "created_after=yesterday",
			"created_before=2026-01-01", "created_after=2026-01-01T00:00:00+01:00", "goal=%zz" })
	void wrongQueryIsRefused(String query) {
		start(TinyFishSimulator.builder());
		Api.Reply reply = this.api.get("/v1/runs?" + query.replace("%zz", "%25".repeat(501)));
		assertThat(reply.status()).isEqualTo(400);
		assertThat(reply.errorCode()).isEqualTo("INVALID_INPUT");
	}

	@Test
	void unknownQueryParametersAreIgnored() {
		start(TinyFishSimulator.builder());
		assertThat(this.api.get("/v1/runs?page=3").status()).isEqualTo(200);
	}

	@Test
	void runsThatEndedFirstMakeRoom() {
		start(TinyFishSimulator.builder().maxRuns(3).pace(Duration.ZERO));
		this.simulator.given("stay", Scenario.builder().pace(NEVER).build());
		String stays = this.api.queue("stay");
		for (int i = 1; i <= 5; i++) {
			String id = this.api.queue("Goal " + i);
			await().until(() -> this.simulator.journal().run(id).finishedAt() != null);
		}
		assertThat(goals(this.api.get("/v1/runs"))).containsExactly("Goal 5", "Goal 4", "stay");
		assertThat(this.simulator.journal().runsCreated()).isEqualTo(6);
		assertThat(this.api.get("/v1/runs/" + stays).status()).isEqualTo(200);
	}

	@Test
	void endedRunMakesRoomForOneThatGoesOn() {
		start(TinyFishSimulator.builder().maxRuns(1).pace(Duration.ZERO));
		this.simulator.given("stay", Scenario.builder().pace(NEVER).build());
		String ended = this.api.queue("Look");
		await().until(() -> run(ended).finishedAt() != null);
		this.api.queue("stay");
		assertThat(goals(this.api.get("/v1/runs"))).containsExactly("stay");
		assertThat(this.api.get("/v1/runs/" + ended).status()).isEqualTo(404);
	}

	private void start(TinyFishSimulatorBuilder builder) {
		this.simulator = builder.start();
		this.api = new Api(this.simulator);
	}

	private void queue(int count) {
		for (int i = 1; i <= count; i++) {
			this.api.queue("Goal " + i);
		}
	}

	private SimulatedRun run(String id) {
		return this.simulator.journal().run(id);
	}

	private static List<String> goals(Api.Reply reply) {
		assertThat(reply.status()).isEqualTo(200);
		return reply.list("data").stream().map((Map<String, Object> run) -> (String) run.get("goal")).toList();
	}

	private static String encode(String text) {
		return URLEncoder.encode(text, StandardCharsets.UTF_8);
	}

}
