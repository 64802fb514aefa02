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

import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import ai.tinyfish.simulator.Fault;
import ai.tinyfish.simulator.FaultPoint;
import ai.tinyfish.simulator.ReceivedRequest;
import ai.tinyfish.simulator.TinyFishSimulator;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The page with a key, where runs are billed, and the records of its runs.
 */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
@ExtendWith(OutputCaptureExtension.class)
@DirtiesContext
class LivePageTests extends PageHttp {

	@AutoClose
	private static final TinyFishSimulator service = TinyFishSimulator.builder().pace(Duration.ZERO).start();

	@Autowired
	private Money money;

	@DynamicPropertySource
	static void connection(DynamicPropertyRegistry properties) {
		properties.add("tinyfish.base-url", service::baseUrl);
		properties.add("tinyfish.api-key", service::apiKey);
	}

	@BeforeEach
	void reset() {
		service.reset();
	}

	@Test
	void nothingIsStartedWithoutARequest(CapturedOutput output) throws Exception {
		HttpResponse<String> page = send(HttpRequest.newBuilder(uri("/")));
		assertThat(page.body()).contains("Live: each run is billed", "Typed products", "Record a video")
			.doesNotContain("Simulated:", "Made up", "Five shops", "about-MISSED", "about-DEADLINE", service.apiKey());
		assertThat(page.headers().firstValue("Content-Security-Policy"))
			.hasValueSatisfying((policy) -> assertThat(policy).contains("frame-src https:;"));
		assertThat(output).contains("Runs are real, and billed").doesNotContain(service.apiKey());
		assertThat(cards()).doesNotContain(Preset.PRODUCTS.goal());
		assertThat(service.journal().runsCreated()).isZero();

		askForProducts();
		assertThat(service.journal().runsCreated()).isOne();
		Pattern cost = Pattern.compile("took <b>\\d+ steps?</b>\\.\\s+The cost is not known");
		// on a busy machine, the steps of a run may not be known in time
		await().atMost(Duration.ofSeconds(60))
			.pollDelay(Duration.ofSeconds(2))
			.pollInterval(Duration.ofSeconds(2))
			.until(() -> {
				String body = get("/").body();
				assertThat(body).doesNotContain("USD", "0.016");
				boolean shown = cost.matcher(body).find();
				if (!shown) {
					askForProducts();
				}
				return shown;
			});
	}

	@Test
	void runWhoseOutcomeIsUnknownCountsAsSuchAndARefusedOneDoesNot() throws Exception {
		this.money.refresh();
		int before = unknownRuns();
		service.fault(FaultPoint.beforeHeaders(), Fault.refusal(403, "FORBIDDEN", "Not yours"), 1);
		post("/board/runs", "url=https%3A%2F%2Fbooks.example&goal=Refused");
		await().atMost(SOON).until(() -> card("Refused").contains("Not yours"));
		service.fault(FaultPoint.beforeHeaders(), Fault.disconnect(), 1);
		post("/board/runs", "url=https%3A%2F%2Fbooks.example&goal=Lost");
		await().atMost(SOON).until(() -> card("Lost").contains("No outcome"));
		await().atMost(SOON).until(() -> unknownRuns() > before);
		assertThat(unknownRuns()).isEqualTo(before + 1);
	}

	private void askForProducts() throws Exception {
		HttpResponse<String> products = send(HttpRequest.newBuilder(uri("/products"))
			.header("Content-Type", "application/json")
			.POST(HttpRequest.BodyPublishers.ofString("{\"count\": 2}")));
		assertThat(products.statusCode()).isEqualTo(200);
	}

	@Test
	void cardHasAllStepsAndPicturesOfARunWhoseStreamWasCut() throws Exception {
		assertThat(post("/board/runs", "url=https%3A%2F%2Fbooks.example&goal=Cut+the+film+%5Bcut%5D").statusCode())
			.isEqualTo(204);
		String card = await().atMost(SOON)
			.until(() -> card("Cut the film [cut]"),
					(run) -> run.contains("Stream recovered") && run.contains("pictures/4"));
		assertThat(card).contains("Stream recovered", "alt=\"Picture of step 2: Reading the page\"");
		assertThat(card.split("<span class=\"since\">\\d+\\.\\d s</span>")).hasSize(5);
		List<String> pictures = Stream.of(card.split("src=\"")).skip(1).map((part) -> part.split("\"")[0]).toList();
		assertThat(pictures).hasSize(4).allMatch((address) -> address.contains("/pictures/"));
		HttpResponse<String> picture = send(HttpRequest.newBuilder(uri(pictures.get(1))));
		assertThat(picture.statusCode()).isEqualTo(200);
		assertThat(picture.body()).contains("PNG");
		assertThat(picture.headers().map()).containsEntry("Content-Type", List.of("image/png"))
			.containsEntry("X-Content-Type-Options", List.of("nosniff"))
			.containsEntry("Cross-Origin-Resource-Policy", List.of("same-origin"));
	}

	@Test
	void runIsStartedAgainFromItsPageWithItsSchema() throws Exception {
		post("/board/runs", "url=https%3A%2F%2Fbooks.example%2Fa%3Fb&goal=Once+more&typed=true");
		String card = await().atMost(SOON).until(() -> card("Once more"), (run) -> run.contains("Run details"));
		String runId = card.replaceFirst("(?s).*href=\"/runs/([^\"#]+)\".*", "$1");
		HttpResponse<String> page = send(HttpRequest.newBuilder(uri("/runs/" + runId)).header("Accept", "text/html"));
		assertThat(page.headers().firstValue("Content-Type")).hasValue("text/html;charset=UTF-8");
		assertThat(page.body()).contains("action=\"/board/runs/" + runId + "/again\"",
				"value=\"https://books.example/a?b\"", "Goal achieved", ".outputSchema(", "This run is billed");
		HttpResponse<String> json = send(HttpRequest.newBuilder(uri("/runs/" + runId)));
		assertThat(json.headers().firstValue("Content-Type")).hasValue("application/json");
		HttpResponse<String> again = post("/board/runs/" + runId + "/again", "url=https%3A%2F%2Felsewhere.example");
		assertThat(again.statusCode()).isEqualTo(302);
		assertThat(again.headers().firstValue("Location"))
			.hasValueSatisfying((location) -> assertThat(location).contains("/?run=page-"));
		List<ReceivedRequest> sent = await().atMost(SOON)
			.until(() -> service.journal().submissions("Once more"), (requests) -> requests.size() == 2);
		assertThat(sent.get(0).body()).contains("\"output_schema\"");
		assertThat(sent.get(1).body())
			.isEqualTo(sent.get(0).body().replace("https://books.example/a?b", "https://elsewhere.example"));
		assertThat(post("/board/runs/" + runId + "/again", "url=ftp%3A%2F%2Felsewhere.example").statusCode())
			.isEqualTo(400);
		assertThat(post("/board/runs/no-such/again", "url=https%3A%2F%2Felsewhere.example").statusCode())
			.isEqualTo(404);
		assertThat(service.journal().submissions("Once more")).hasSize(2);
	}

	private static HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
		return HttpClient.newHttpClient().send(request.timeout(SOON).build(), HttpResponse.BodyHandlers.ofString());
	}

}
