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

package ai.tinyfish.simulator.internal.live;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import ai.tinyfish.simulator.Fault;
import ai.tinyfish.simulator.FaultPoint;
import ai.tinyfish.simulator.Scenario;
import ai.tinyfish.simulator.SimulatedRun;
import ai.tinyfish.simulator.SimulatorJournal;
import ai.tinyfish.simulator.TinyFishSimulator;
import ai.tinyfish.simulator.testing.Api;
import ai.tinyfish.simulator.testing.Pages;
import ai.tinyfish.simulator.testing.RawStream;
import ai.tinyfish.simulator.testing.Threads;
import ai.tinyfish.simulator.testing.Wiretap;
import ai.tinyfish.simulator.testing.Wiretap.End;
import ai.tinyfish.simulator.testing.Wiretap.Recording;
import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import org.jsoup.nodes.Document;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

class LiveViewTests {

	private final TinyFishSimulator simulator = TinyFishSimulator.builder()
		.pace(Duration.ZERO)
		.given("endless", Scenario.builder().steps("Open it", "Read it").neverEnds().build())
		.start();

	private final Api api = new Api(this.simulator);

	@AfterEach
	void close() {
		this.simulator.close();
	}

	@Test
	void pageGrowsWithTheStepsAndEndsWithTheRun() throws Exception {
		this.simulator.given("slow", Scenario.builder().steps("One", "Two").pace(Duration.ofMillis(300)).build());
		String id = this.api.queue("slow");
		try (Viewer viewer = new Viewer(this.simulator, id)) {
			assertThat(viewer.until("One")).contains("<div class=\"address\">" + Api.URL + "</div>",
					"<p class=\"state running\">Running</p>", "<h1 itemprop=\"name\">The Paper Harbour</h1>",
					"<li>One</li>");
			assertThat(viewer.until("</html>")).startsWith("<li>Two</li>\n</ol>\n")
				.endsWith("<p class=\"ending\">The run completed after 2 steps</p>\n"
						+ "<p class=\"state completed\">Completed</p>\n</main>\n</body>\n</html>\n");
			assertThat(viewer.line()).isNull();
		}
		assertThat(this.simulator.journal().received()).last()
			.satisfies((request) -> assertThat(request.endpoint()).isEqualTo("GET /live/{id}"))
			.satisfies((request) -> assertThat(request.runId()).isEqualTo(id));
	}

	@Test
	void addressIsThatOfTheStreamAndItsPageNeedsNoKey() throws Exception {
		try (RawStream stream = RawStream.open(this.simulator, "endless")) {
			String url = (String) stream.next("STREAMING_URL").get("streaming_url");
			String id = this.simulator.journal().runs().get(0).id();
			assertThat(url).isEqualTo(this.simulator.baseUrl() + "/live/" + id);
			this.api.post("/v1/runs/" + id + "/cancel");
			assertThat(this.api.send(HttpRequest.newBuilder(URI.create(url))).status()).isEqualTo(200);
		}
	}

	@Test
	void lateVisitorGetsTheStepsSoFarAtOnce() throws Exception {
		String id = this.api.queue("endless");
		try (Viewer first = new Viewer(this.simulator, id); Viewer second = new Viewer(this.simulator, id)) {
			first.until("Read it");
			assertThat(second.until("Read it")).contains("<li>Open it</li>\n<li>Read it</li>\n");
			assertThat(this.simulator.journal().outcome(id)).isNull();
			this.api.post("/v1/runs/" + id + "/cancel");
			for (Viewer viewer : List.of(first, second)) {
				assertThat(viewer.until("</html>")).contains("The run was cancelled after 2 steps",
						"<p class=\"state cancelled\">Cancelled</p>");
				assertThat(viewer.line()).isNull();
			}
		}
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			textBlock = """
					[steps:1]          |         | Completed | The run completed after 1 step
					[fail:SITE_BLOCKED]| blocked | Failed    | The run failed after 4 steps: The run failed, as the goal asked for (SITE_BLOCKED)
					[captcha]          | captcha | Completed | The run completed after 4 steps
					cancelled          |         | Cancelled | The run was cancelled after 1 step
					""")
	void endedRunIsShownAsItEnded(String goal, String picture, String state, String ending) throws Exception {
		this.simulator.given("cancelled", Scenario.builder().cancelled().build());
		String id = this.api.queue(goal);
		for (int i = 0; i < 2; i++) {
			Document page = Pages.check(this.api.send(this.api.withoutKey("/live/" + id)));
			assertThat(page.select(".state").last().text()).isEqualTo(state);
			assertThat(page.select("ol.steps > li")).hasSize(this.simulator.journal().runs().get(0).stepsTaken());
			assertThat(page.expectFirst(".ending").text()).isEqualTo(ending);
			assertThat(page.select("article")).hasSize((picture != null) ? 0 : 10);
			assertThat(page.select(".page img").eachAttr("alt"))
				.isEqualTo((picture != null) ? List.of("Picture: " + picture) : List.of());
			assertThat(page.select("a[href]")).isEmpty();
		}
	}

	@Test
	void queuedRunHasNoPageYet() throws Exception {
		try (TinyFishSimulator queueing = TinyFishSimulator.builder().queueDelay(Duration.ofHours(1)).start()) {
			Api queueingApi = new Api(queueing);
			String id = queueingApi.queue("Look");
			try (Viewer viewer = new Viewer(queueing, id)) {
				assertThat(viewer.until("Queued")).doesNotContain("Running", "Paper Harbour");
				queueingApi.post("/v1/runs/" + id + "/cancel");
				assertThat(viewer.until("</html>")).contains("The run was cancelled before it began")
					.doesNotContain("Running", "Paper Harbour", "</ol>");
			}
		}
	}

	@Test
	void runsOfEachKindHaveOne() throws Exception {
		this.api.postAsync("/v1/automation/run", Api.submission("endless"));
		this.api.post("/v1/automation/run-batch", "{\"runs\": [" + Api.submission("endless") + "]}");
		await().until(() -> this.simulator.journal().runs().size() == 2);
		for (SimulatedRun run : this.simulator.journal().runs()) {
			try (Viewer viewer = new Viewer(this.simulator, run.id())) {
				assertThat(viewer.until("Read it")).contains("Running");
			}
		}
	}

	@Test
	void textsOfRequestsAreEscaped() throws Exception {
		String evil = "</li><script>alert(1)</script><b onclick='x()' title=\"&amp;\">";
		this.simulator.given("alert",
				Scenario.builder().steps(evil, "\u0000\u2028").fails("<i>", "No: " + evil).build());
		String url = "https://user:s3cret@shop.example/?a='%22&lt;onload=x()&b='@";
		Api.Reply queued = this.api.post("/v1/automation/run-async",
				JsonMapper.shared().writeValueAsString(Map.of("url", url, "goal", evil)));
		Api.Reply reply = this.api.get("/live/" + queued.text("run_id"));
		Document page = Pages.check(reply);
		// like a browser, without user and password
		assertThat(page.expectFirst(".address").text()).isEqualTo(url.replace("user:s3cret@", ""));
		assertThat(reply.raw()).doesNotContain("s3cret");
		assertThat(page.expectFirst(".goal").text()).isEqualTo("Goal: " + evil);
		assertThat(page.expectFirst(".steps li").text()).isEqualTo(evil);
		assertThat(page.expectFirst(".ending").text())
			.isEqualTo("The run failed after 2 steps: No: " + evil + " (<i>)");
		assertThat(page.select("main > *").eachAttr("class")).containsExactly("bar", "note", "goal", "page", "steps",
				"ending", "state failed");
		assertThat(page.select(".steps > *")).hasSize(2);
		assertThat(page.select("b, i")).isEmpty();
	}

	@Test
	void longTextsAreCut() {
		String id = this.api.queue("x".repeat(100_000));
		assertThat(this.api.get("/live/" + id).raw()).contains("x\u2026").hasSizeLessThan(30_000);
	}

	@Test
	void unknownAndForgottenRunsAreNotFound() {
		try (TinyFishSimulator small = TinyFishSimulator.builder().maxRuns(1).pace(Duration.ZERO).start()) {
			Api smallApi = new Api(small);
			String id = smallApi.queue("one");
			assertThat(smallApi.get("/live/" + id).status()).isEqualTo(200);
			smallApi.queue("two");
			for (String unknown : List.of(id, "unknown")) {
				Api.Reply reply = smallApi.get("/live/" + unknown);
				assertThat(reply.status()).isEqualTo(404);
				assertThat(reply.errorCode()).isEqualTo("NOT_FOUND");
			}
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "HEAD", "POST", "DELETE" })
	void otherMethodsAreRefused(String method) {
		String id = this.api.queue("Look");
		Api.Reply reply = this.api.send(this.api.withoutKey("/live/" + id).method(method, BodyPublishers.noBody()));
		assertThat(reply.status()).isEqualTo(405);
		assertThat(reply.headers().firstValue("allow")).hasValue("GET");
	}

	@ParameterizedTest
	@ValueSource(strings = { "/shop", "/live/" })
	void requestForAnotherHostIsRefused(String path) throws IOException {
		String id = path.endsWith("/") ? this.api.queue("Look") : "";
		try (Wiretap wire = Wiretap.sendWith(this.simulator, "Host: attacker.example\r\nConnection: close\r\n", "GET",
				path + id, "")) {
			assertThat(wire.toTheEnd().latin1()).startsWith("HTTP/1.1 421").doesNotContain("attacker", "Paper");
		}
	}

	@Test
	void viewerThatLeavesEndsItsAnswerAndNothingElse() throws Exception {
		String id = this.api.queue("endless");
		ListAppender<ILoggingEvent> answers = new ListAppender<>();
		answers.start();
		Logger logger = (Logger) LoggerFactory.getLogger("ai.tinyfish.simulator.requests");
		logger.setLevel(Level.DEBUG);
		logger.addAppender(answers);
		try (Viewer stays = new Viewer(this.simulator, id)) {
			for (int i = 0; i < 5; i++) {
				try (Viewer leaves = new Viewer(this.simulator, id)) {
					leaves.until("Read it");
				}
			}
			// an answer is logged when it ends
			await().until(() -> List.copyOf(answers.list)
				.stream()
				.filter((event) -> event.getFormattedMessage().startsWith("GET /live/" + id + " -> 200 in "))
				.count() == 5);
			assertThat(this.simulator.journal().outcome(id)).isNull();
			this.api.post("/v1/runs/" + id + "/cancel");
			assertThat(stays.until("</html>")).contains("Cancelled");
		}
		finally {
			logger.detachAppender(answers);
			logger.setLevel(null);
		}
		SimulatorJournal journal = this.simulator.journal();
		assertThat(journal.outcome(id)).isEqualTo(SimulatedRun.Status.CANCELLED);
		// viewers are not readers of event streams
		assertThat(journal.openStreams()).isZero();
		assertThat(journal.droppedStreams()).isZero();
	}

	@Test
	void resetEndsOpenPages() throws Exception {
		String id = this.api.queue("endless");
		try (Wiretap wire = Wiretap.send(this.simulator, "GET", "/live/" + id, "")) {
			wire.upTo(1);

			this.simulator.reset();

			Recording recording = wire.untilSilent(1000);
			// on a machine that stands still, it is cut off instead
			assertThat(recording.hasLastChunk() || recording.end() != End.SILENT).isTrue();
		}
		assertThat(this.api.get("/live/" + id).status()).isEqualTo(404);
	}

	@Test
	void closeEndsOpenPages() throws Exception {
		String id = this.api.queue("endless");
		try (Wiretap wire = Wiretap.send(this.simulator, "GET", "/live/" + id, "")) {
			wire.upTo(1);
			long began = System.nanoTime();
			this.simulator.close();
			assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(10));
			assertThat(wire.toTheEnd().hasLastChunk()).isFalse();
		}
		await().untilAsserted(() -> assertThat(Threads.ofSimulators()).isEmpty());
	}

	@Test
	void faultsAffectThePage() {
		String id = this.api.queue("Look");
		FaultPoint page = FaultPoint.answerOf("GET /live/{id}");
		this.simulator.fault(page, Fault.contentType("text/plain"), 1);
		this.simulator.fault(page, Fault.badGateway(), 1);
		assertThat(this.api.get("/live/" + id).status()).isEqualTo(502);
		assertThat(this.api.get("/live/" + id).headers().firstValue("content-type")).hasValue("text/plain");
		assertThat(this.api.get("/live/" + id).headers().firstValue("content-type"))
			.hasValue("text/html; charset=utf-8");
		assertThat(this.simulator.journal().faults(id)).hasSize(2);
	}

	/**
	 * A browser that shows the lines of a page as they come.
	 */
	private static final class Viewer implements AutoCloseable {

		private static final HttpClient CLIENT = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

		private final InputStream body;

		private final BufferedReader reader;

		private Viewer(TinyFishSimulator simulator, String id) throws IOException, InterruptedException {
			HttpRequest request = HttpRequest.newBuilder(URI.create(simulator.baseUrl() + "/live/" + id)).build();
			HttpResponse<InputStream> response = CLIENT.send(request, BodyHandlers.ofInputStream());
			assertThat(response.statusCode()).isEqualTo(200);
			this.body = response.body();
			this.reader = new BufferedReader(new InputStreamReader(this.body, StandardCharsets.UTF_8));
		}

		private String line() throws IOException {
			return this.reader.readLine();
		}

		/**
		 * Returns the lines up to one that contains a text.
		 */
		private String until(String part) throws IOException {
			List<String> lines = new ArrayList<>();
			String line = line();
			while (line != null) {
				lines.add(line);
				if (line.contains(part)) {
					return String.join("\n", lines) + "\n";
				}
				line = line();
			}
			throw new AssertionError("The page ended without " + part + " after " + lines);
		}

		@Override
		public void close() throws IOException {
			this.body.close();
		}

	}

}
