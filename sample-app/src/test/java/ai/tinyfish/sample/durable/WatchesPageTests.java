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
package ai.tinyfish.sample.durable;

import java.math.BigDecimal;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import ai.tinyfish.durable.watch.WatchOutcome;
import ai.tinyfish.durable.watch.WatchResult;
import ai.tinyfish.durable.watch.WatchState;
import ai.tinyfish.durable.watch.Watches;
import ai.tinyfish.simulator.Scenario;
import ai.tinyfish.simulator.TinyFishSimulator;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.ActiveProfiles;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The page of the watches over HTTP, as a browser without scripts uses it.
 */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT,
		properties = { "tinyfish.simulator.enabled=true", "tinyfish.durable.interval=25ms",
				"spring.datasource.url=jdbc:h2:mem:watches" })
@ActiveProfiles("durable")
@DirtiesContext
@TestMethodOrder(OrderAnnotation.class)
class WatchesPageTests {

	private static final Duration SOON = Duration.ofSeconds(120);

	private final HttpClient http = HttpClient.newBuilder().followRedirects(HttpClient.Redirect.NORMAL).build();

	@LocalServerPort
	private int port;

	@Autowired
	private Watches watches;

	@Autowired
	private TinyFishSimulator simulator;

	@Test
	@Order(1)
	void aDayOfTheMadeUpShopIsPlotted() throws Exception {
		assertThat(get("/")).contains("href=\"/watches\"");
		assertThat(get("/watches")).contains("day 1, 08:00", "No slot so far", "No schedule");
		assertThat(post("/watches/hours", "number=24&watch=books")).contains("hours to go");
		soon().until(() -> this.watches.history("books").size() == 24 && atRest());
		List<WatchOutcome> outcomes = this.watches.history("books").stream().map(WatchResult::outcome).toList();
		assertThat(outcomes).contains(WatchOutcome.BASELINE, WatchOutcome.UNCHANGED, WatchOutcome.UNCONFIRMED,
				WatchOutcome.CHANGED);
		assertThat(outcomes).filteredOn(WatchOutcome.MISSED::equals).hasSize(4);
		String page = get("/watches?watch=books");
		assertThat(page).contains("day 2, 08:00", "<td>price</td>", "<td>gone</td>", "<td>new</td>");
		assertThat(page.split("class=\"series ")).hasSize(6);
		assertThat(page.split("<text class=\"mark ")).hasSize(25);
		assertThat(page.split("<td>The run failed: The shop blocks the agent")).hasSize(4);
		assertThat(get("/watches?watch=poetry").split("class=\"series ")).hasSize(4);
	}

	@Test
	@Order(2)
	void threeMissesAreADriftUntilAResultIsGood() throws Exception {
		post("/watches/hours", "number=12&watch=books");
		soon().until(() -> get("/watches?watch=books").contains("<strong>Drifted:</strong>"));
		post("/watches/hours", "number=2&watch=books");
		soon().until(() -> atRest() && !get("/watches?watch=books").contains("Drifted"));
	}

	@Test
	@Order(3)
	void pausedWatchRunsOnDemandAndNotWithTheClock() throws Exception {
		assertThat(post("/watches/poetry/PAUSE", "")).contains("Paused", "Resume: poetry");
		int before = this.watches.history("poetry").size();
		int books = this.watches.history("books").size();
		post("/watches/hours", "number=1&watch=poetry");
		soon().until(() -> this.watches.history("books").size() > books && atRest());
		assertThat(this.watches.history("poetry")).hasSize(before);
		this.simulator.given(BookWatch.POETRY, Scenario.completed(
				List.of(Map.of("name", "Dune", "price", new BigDecimal("9.99"), "currency", "GBP", "inStock", true))));
		assertThat(post("/watches/poetry/RUN", "")).contains("Prices of the watch poetry");
		soon().until(() -> get("/watches?watch=poetry").contains("9.99  Dune"));
		assertThat(post("/watches/poetry/RESUME", "")).contains("Pause: poetry");
		assertThat(this.watches.find("poetry").state()).isEqualTo(WatchState.ACTIVE);
	}

	@Test
	void unknownWatchAndFormOfAnotherSiteAreRefused() throws Exception {
		assertThat(get("/watches?watch=%3Cb%3E")).contains("There is no such watch.").doesNotContain("<b>");
		assertThat(post("/watches/none/RUN", "")).contains("role=\"alert\"");
		assertThat(post("/watches/hours", "number=25&watch=books")).contains("At most 24 hours");
		HttpRequest foreign = request("/watches/books/RUN").header("Sec-Fetch-Site", "cross-site")
			.POST(HttpRequest.BodyPublishers.noBody())
			.build();
		assertThat(this.http.send(foreign, HttpResponse.BodyHandlers.ofString()).statusCode()).isEqualTo(403);
	}

	/**
	 * Looks less often than other tests, as each look has the page written.
	 */
	private static ConditionFactory soon() {
		return await().atMost(SOON).pollInterval(Duration.ofMillis(100));
	}

	private boolean atRest() throws Exception {
		return get("/watches").contains("Prices move by the hour")
				&& this.watches.list().stream().allMatch((watch) -> watch.openRun() == null);
	}

	private String get(String path) throws Exception {
		return this.http.send(request(path).build(), HttpResponse.BodyHandlers.ofString()).body();
	}

	private String post(String path, String form) throws Exception {
		return this.http
			.send(request(path).header("Sec-Fetch-Site", "same-origin")
				.header("Content-Type", "application/x-www-form-urlencoded")
				.POST(HttpRequest.BodyPublishers.ofString(form))
				.build(), HttpResponse.BodyHandlers.ofString())
			.body();
	}

	private HttpRequest.Builder request(String path) {
		return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + this.port + path)).timeout(SOON);
	}

}
