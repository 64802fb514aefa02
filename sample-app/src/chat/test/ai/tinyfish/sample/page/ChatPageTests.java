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

package ai.tinyfish.sample.page;

import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

import ai.tinyfish.simulator.Scenario;
import ai.tinyfish.simulator.SimulatedRun;
import ai.tinyfish.simulator.TinyFishSimulator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The page with the chat over HTTP.
 */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT,
		properties = { "tinyfish.simulator.enabled=true", "tinyfish.simulator.pace=5ms" })
class ChatPageTests {

	private final HttpClient http = HttpClient.newHttpClient();

	@LocalServerPort
	private int port;

	@Autowired
	private TinyFishSimulator simulator;

	@BeforeEach
	void beginAnew() throws Exception {
		assertThat(send(request("/chat").DELETE()).statusCode()).isEqualTo(204);
	}

	@Test
	void equalCallsPayForOneRun() throws Exception {
		String turn = ask("What are the 2 cheapest books?");
		SimulatedRun run = runs(2).get(0);
		assertThat(turn).containsSubsequence("<article", "What are the 2 cheapest books?",
				"shop_cheapest({&quot;count&quot;: 2})", "Run started", "/runs/" + run.id(), "goal", "achieved",
				"content", "shop_cheapest({&quot;count&quot;: 2})", "Same run, not paid again", "/runs/" + run.id(),
				"The cheapest first: ", "2 calls of tools started 1 run with ");
		assertThat(turn).doesNotContain("with 0 steps");
		assertThat(runs(2)).hasSize(1);
		assertThat(ask("And the 2 cheapest again?")).contains("2 calls of tools started 0 runs with 0 steps",
				"has started 1 of at most 3 runs");
		assertThat(runs(2)).hasSize(1);
		assertThat(send(request("/chat")).body()).containsSubsequence("And the 2 cheapest again?",
				"What are the 2 cheapest books?");
	}

	@Test
	void fourthGoalOfAConversationIsRefused() throws Exception {
		for (int count : List.of(4, 5, 6)) {
			assertThat(ask("The " + count + " cheapest?")).contains("2 calls of tools started 1 run");
		}
		assertThat(ask("The 7 cheapest?")).contains(
				"Refused, nothing was sent: this conversation has started 3 of 3 runs", "I have no answer",
				"1 call of tools started 0 runs", "has started 3 of at most 3 runs");
		assertThat(runs(7)).isEmpty();
		beginAnew();
		assertThat(send(request("/chat")).body()).doesNotContain("The 7 cheapest?");
		assertThat(ask("The 7 cheapest?")).contains("2 calls of tools started 1 run");
	}

	@Test
	void failedRunIsCounted() throws Exception {
		this.simulator.given("List the 8 cheapest books",
				Scenario.builder().fails("SITE_BLOCKED", "<Blocked>").build());
		assertThat(ask("The 8 cheapest?")).contains("failed: &quot;SITE_BLOCKED: &lt;Blocked&gt;",
				"1 call of tools started 1 run");
	}

	@Test
	void questionThatTheChatFailsOnIsAnsweredWithThat() throws Exception {
		assertThat(ask(" ")).contains("The chat failed: the log has the reason").doesNotContain("of tools started");
	}

	@Test
	void pageSaysHowToUseARealModel() throws Exception {
		assertThat(send(request("/")).body()).contains("<a href=\"/chat\">", "<title>TinyFish for Spring Boot</title>");
		assertThat(send(request("/chat")).body()).contains("<title>Chat with an agent</title>", "/page.css",
				"Simulated: no key, no cost", "spring-ai-starter-model-openai", "spring-ai-starter-model-anthropic",
				"spring.ai.openai.api-key", "spring.ai.openai.chat.model");
	}

	@Test
	void formOfAnotherSiteAsksNothing() throws Exception {
		HttpRequest form = HttpRequest.newBuilder(uri("/chat"))
			.header("Content-Type", "application/x-www-form-urlencoded")
			.POST(BodyPublishers.ofString("question=9"))
			.build();
		assertThat(this.http.send(form, HttpResponse.BodyHandlers.discarding()).statusCode()).isBetween(400, 499);
		assertThat(runs(9)).isEmpty();
	}

	private List<SimulatedRun> runs(int count) {
		return this.simulator.journal().runsByGoal().getOrDefault("List the " + count + " cheapest books", List.of());
	}

	private String ask(String question) throws Exception {
		HttpResponse<String> turn = send(request("/chat").header("Content-Type", "application/x-www-form-urlencoded")
			.POST(BodyPublishers.ofString("question=" + URLEncoder.encode(question, StandardCharsets.UTF_8))));
		assertThat(turn.statusCode()).as(turn.body()).isEqualTo(200);
		return turn.body();
	}

	private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
		return this.http.send(request.build(), HttpResponse.BodyHandlers.ofString());
	}

	private HttpRequest.Builder request(String path) {
		return HttpRequest.newBuilder(uri(path)).header("HX-Request", "true").timeout(Duration.ofSeconds(60));
	}

	private URI uri(String path) {
		return URI.create("http://127.0.0.1:" + this.port + path);
	}

}
