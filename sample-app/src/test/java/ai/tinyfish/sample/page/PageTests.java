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

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.net.Socket;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.ToDoubleFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.simulator.TinyFishSimulator;
import ai.tinyfish.spring.test.TestRun;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.test.annotation.DirtiesContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The page over HTTP. Its look in a browser is tested in the module browser-tests.
 */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT,
		properties = { "tinyfish.simulator.enabled=true", "tinyfish.simulator.pace=20ms" })
@DirtiesContext
class PageTests extends PageHttp {

	@Autowired
	private TinyFishSimulator simulator;

	@Autowired
	private Board board;

	@Autowired
	private MeterRegistry meters;

	/**
	 * The first browser starts the first run, which would come between others later.
	 */
	@BeforeEach
	void connect() throws Exception {
		cards();
		await().atMost(SOON).until(() -> this.simulator.journal().runsByGoal().containsKey(Preset.PRODUCTS.goal()));
	}

	@Test
	void pageHasTheFormThePresetsAndTheCode() throws Exception {
		HttpResponse<String> page = get("/");
		assertThat(page.statusCode()).isEqualTo(200);
		assertThat(page.body()).contains("Simulated: no key, no cost", "value=\"https://books.toscrape.com\"",
				"List the 3 cheapest books", "Five shops", "Site blocked", "Deadline");
		assertThat(page.body().replaceAll("<[^>]+>", "")).contains("public interface Shop {", "class RunLog {",
				"class ShopController {", "max-in-flight: 2");
		assertThat(page.body())
			.contains("<code><span class=\"annotation\">@WebAgent</span>",
					"<code><span class=\"annotation\">@Component</span>")
			.doesNotContain("Record a video");
		assertThat(page.body()).doesNotContain("Licensed under", "import ai.tinyfish", "Durable runs");
		assertThat(get("/durable-runs").statusCode()).isEqualTo(404);
	}

	@Test
	void everythingThatThePageLoadsIsServedHere() throws Exception {
		String page = get("/").body();
		List<String> loaded = Stream.of(page.split("</head>")[0].split("(?:src|href)=\""))
			.skip(1)
			.map((part) -> part.split("\"")[0])
			.filter((address) -> address.startsWith("/"))
			.toList();
		assertThat(loaded).hasSize(5);
		for (String address : loaded) {
			assertThat(get(address).statusCode()).as(address).isEqualTo(200);
		}
		assertThat(page).doesNotContain("src=\"http", "href=\"http");
	}

	@ParameterizedTest
	@ValueSource(strings = { "/", "/page.css", "/runs" })
	void nothingElseMayBeLoadedOrFramed(String path) throws Exception {
		assertThat(get(path).headers().firstValue("Content-Security-Policy")).hasValueSatisfying(
				(policy) -> assertThat(policy).startsWith("default-src 'none'; script-src 'self'; style-src 'self';")
					.contains("frame-src http://127.0.0.1:*;", "frame-ancestors 'none'"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "/board/runs", "/board/presets/SHOPS", "/board/cards/page-1/cancel" })
	void formOfAnotherSiteStartsNothing(String path) throws Exception {
		long before = this.simulator.journal().runsCreated();
		HttpRequest form = HttpRequest.newBuilder(uri(path))
			.header("Content-Type", "application/x-www-form-urlencoded")
			.POST(HttpRequest.BodyPublishers.ofString("url=https%3A%2F%2Fbooks.example&goal=Read"))
			.build();
		assertThat(this.http.send(form, HttpResponse.BodyHandlers.discarding()).statusCode()).isBetween(400, 499);
		assertThat(this.simulator.journal().runsCreated()).isEqualTo(before);
	}

	@ParameterizedTest
	@CsvSource({ "Sec-Fetch-Site, cross-site", "Sec-Fetch-Site, same-site", "Origin, https://shop.example",
			"Origin, null" })
	void requestThatABrowserSendsForAnotherSiteIsRefused(String header, String value) throws Exception {
		HttpRequest request = HttpRequest.newBuilder(uri("/board/runs"))
			.header("HX-Request", "true")
			.header("Content-Type", "application/x-www-form-urlencoded")
			.header(header, value)
			.POST(HttpRequest.BodyPublishers.ofString("url=https%3A%2F%2Fbooks.example&goal=Read+elsewhere"))
			.build();
		assertThat(this.http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode()).isEqualTo(403);
		assertThat(this.simulator.journal().submissions("Read elsewhere")).isEmpty();
	}

	@Test
	void formOfABrowserWithoutScriptsLeadsToTheCardOfItsRun() throws Exception {
		HttpResponse<String> sent = submit("/board/runs",
				"url=https%3A%2F%2Fbooks.example&goal=No+scripts+%5Bnever%5D");
		assertThat(sent.statusCode()).isEqualTo(303);
		String place = sent.headers().firstValue("Location").orElseThrow();
		String id = place.replaceFirst("/\\?run=", "");
		assertThat(get(place).body()).contains("id=\"run-" + id + "\"", "data-id=\"" + id + "\"",
				"Started by: <b>Run</b>", ">No scripts [never]</h2>");
		HttpResponse<String> cancelled = submit("/board/cards/" + id + "/cancel", "");
		assertThat(cancelled.headers().firstValue("Location")).hasValue(place);
		awaitNoRunInFlight();
		HttpResponse<String> refused = submit("/board/runs", "url=ftp%3A%2F%2F%3Cb%3E&goal=%3Cb%3E");
		assertThat(refused.statusCode()).isEqualTo(400);
		assertThat(refused.body()).contains("<p id=\"message\" role=\"alert\">", "value=\"ftp://&lt;b&gt;\"")
			.doesNotContain("<b>\"");
		assertThat(submit("/board/presets/NO_SUCH", "").body()).contains("a value that this page does not know",
				"value=\"List the 3 cheapest books\"");
	}

	@ParameterizedTest
	@CsvSource({ "PRODUCTS, List the 2 cheapest books, <td>Winters of Moss</td><td class=\"number\">6.80</td>",
			"HEADLINES, List the top 2 headlines, <td>Harbour bridge opens</td><td>City</td><td>12</td>",
			"JOBS, Find 3 jobs for developers, <td>Java Developer</td><td>Lantern &amp; Sons</td><td>Varn</td><td>68000</td>",
			"FIELDS, Which stories are in the news?, <td>Harbour bridge opens</td><td class=\"number\">A simulated price</td>",
			"FIELDS, Who wrote the 2 cheapest books?, <td>Winters of Moss</td><td class=\"number\">6.80 GBP</td>" })
	void answerIsTheRecordOfTheForm(Answer answer, String goal, String shown) throws Exception {
		post("/board/runs", "url=https%3A%2F%2Fbooks.example&fields=title,price&answer=" + answer + "&goal="
				+ URLEncoder.encode(goal, StandardCharsets.UTF_8));
		await().atMost(SOON).untilAsserted(() -> assertThat(card(goal)).contains(shown, "Made up", ".outputSchema("));
	}

	@Test
	void goalThatIsNotSimulatedIsRefusedAndCostsNothing() throws Exception {
		assertThat(get("/").body()).contains("goals about <b>books</b>, <b>news</b> and <b>jobs</b>",
				"No page is visited");
		long before = this.simulator.journal().runsCreated();
		HttpResponse<String> refused = post("/board/runs",
				"url=https%3A%2F%2Fbooks.example&goal=Find+flights+from+Oslo+to+Rome");
		assertThat(refused.statusCode()).isEqualTo(400);
		assertThat(refused.body()).contains("not simulated, and nothing was started");
		assertThat(this.simulator.journal().runsCreated()).isEqualTo(before);
		assertThat(cards()).doesNotContain("Find flights");
	}

	@ParameterizedTest
	@EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "DEADLINE")
	void cardNamesTheButtonThatStartedItsRun(Preset preset) throws Exception {
		String place = post("/board/presets/" + preset, "").headers().firstValue("Location").orElseThrow();
		assertThat(get(place).body()).contains("Started by: <b>" + preset.title() + "</b>");
		awaitNoRunInFlight();
	}

	@Test
	void secondClickOfADoubleClickStartsNothing() {
		AtomicInteger pair = new AtomicInteger();
		// on a busy machine, two clicks may be too far apart to be one
		await().atMost(SOON).until(() -> {
			String form = "url=https%3A%2F%2Fbooks.example&goal=Read+books+twice+" + pair.incrementAndGet();
			long before = this.simulator.journal().runsCreated();
			String first = post("/board/runs", form).headers().firstValue("Location").orElseThrow();
			String second = post("/board/runs", form).headers().firstValue("Location").orElseThrow();
			awaitNoRunInFlight();
			long created = this.simulator.journal().runsCreated() - before;
			assertThat(created).isEqualTo(first.equals(second) ? 1 : 2);
			return created == 1;
		});
	}

	@ParameterizedTest
	@CsvSource({ "/board/runs, url=https%3A%2F%2Fbooks.example&goal=Read+books+again", "/board/presets/PRODUCTS, ''" })
	void clickThatHasWaitedIsNotADoubleClick(String path, String form) throws Exception {
		Set<String> cards = new HashSet<>();
		for (String waited : List.of("", "&waited=true", "&waited=true")) {
			cards.add(post(path, form + waited).headers().firstValue("Location").orElseThrow());
		}
		assertThat(cards).hasSize(3);
		awaitNoRunInFlight();
	}

	@Test
	void runThatIsCancelledAtItsDeadlineHasTheCostOfItsSteps() throws Exception {
		int unknown = unknownRuns();
		double cancelled = recorded("CANCELLED", DistributionSummary::count);
		double steps = recorded("CANCELLED", DistributionSummary::totalAmount);
		String place = post("/board/presets/DEADLINE", "").headers().firstValue("Location").orElseThrow();
		assertThat(get(place).body()).contains("Started by: <b>" + Preset.DEADLINE.title() + "</b>");
		await().atMost(SOON).until(() -> recorded("CANCELLED", DistributionSummary::count) > cancelled);
		awaitNoRunInFlight();
		assertThat(recorded("CANCELLED", DistributionSummary::count)).isEqualTo(cancelled + 1);
		assertThat(recorded("CANCELLED", DistributionSummary::totalAmount)).isGreaterThan(steps);
		await().atMost(SOON)
			.untilAsserted(() -> assertThat(get("/").body()).contains(
					"<b>%.0f runs</b> took <b>%.0f steps</b>".formatted(recorded(".*", DistributionSummary::count),
							recorded(".*", DistributionSummary::totalAmount))));
		assertThat(unknownRuns()).isEqualTo(unknown);
	}

	private double recorded(String status, ToDoubleFunction<DistributionSummary> value) {
		return this.meters.find("tinyfish.run.steps")
			.summaries()
			.stream()
			.filter((summary) -> String.valueOf(summary.getId().getTag("status")).matches(status))
			.mapToDouble(value)
			.sum();
	}

	@Test
	void costIsThatOfTheMeters() throws Exception {
		post("/board/presets/PRODUCTS", "");
		Pattern money = Pattern.compile("<b>\\d+ runs?</b> took <b>(\\d+) steps?</b>, which would have cost "
				+ "<b>([0-9.]+) USD</b> at 0.016 USD for each step");
		await().atMost(SOON).until(() -> money.matcher(get("/").body()).find());
		Matcher shown = money.matcher(get("/").body());
		assertThat(shown.find()).isTrue();
		assertThat(new BigDecimal(shown.group(2))).isEqualTo(
				new BigDecimal(shown.group(1)).multiply(new BigDecimal("0.016")).setScale(2, RoundingMode.HALF_UP));
		awaitNoRunInFlight();
	}

	@Test
	void anotherHostIsRefused() throws IOException {
		try (Socket socket = new Socket("127.0.0.1", uri("/").getPort())) {
			socket.setSoTimeout((int) SOON.toMillis());
			OutputStream output = socket.getOutputStream();
			output.write("GET / HTTP/1.1\r\nHost: rebound.example\r\nConnection: close\r\n\r\n"
				.getBytes(StandardCharsets.US_ASCII));
			output.flush();
			BufferedReader answer = new BufferedReader(new InputStreamReader(socket.getInputStream()));
			assertThat(answer.readLine()).startsWith("HTTP/1.1 421");
		}
	}

	@Test
	void eventStreamBeginsWithTheCardsAndHasEachChange() throws Exception {
		try (Stream<String> lines = events()) {
			assertThat(post("/board/runs",
					"url=https%3A%2F%2Fbooks.example&goal=Read+books+%3Cb%3Eit%3C%2Fb%3E+%5Bslow%5D")
				.statusCode()).isEqualTo(204);
			List<String> all = new ArrayList<>();
			lines.peek(all::add).takeWhile((line) -> !line.matches(".*id=\"news\".*Completed: Read books .*")).count();
			assertThat(all.stream().filter((line) -> line.startsWith("event:")).distinct()).startsWith("event:board")
				.contains("event:change");
			assertThat(String.join("\n", all).replaceAll("-page-\\d+", "")).contains("hx-swap-oob=\"afterbegin:#rows\"",
					"id=\"rest\" hx-swap-oob=\"outerHTML\"",
					"<p id=\"news\" hx-swap-oob=\"innerHTML\">Completed: Read books &lt;b&gt;it&lt;/b&gt; [slow]</p>");
		}
		// a later browser gets the rows with their steps
		assertThat(row("Read books &lt;b&gt;it&lt;/b&gt;")).containsPattern("path d=\"(M\\d+ 0v16){4}\"");
		assertThat(card("Read books &lt;b&gt;it&lt;/b&gt;")).contains("Reading the page").doesNotContain("<b>it");
	}

	@Test
	void refusalIsShownAndLeavesNoCard() throws Exception {
		HttpResponse<String> refused = post("/board/runs", "url=ftp%3A%2F%2Fbooks.example&goal=Leave+no+card+of+books");
		assertThat(refused.statusCode()).isEqualTo(400);
		assertThat(refused.body()).contains("url");
		try (Stream<String> lines = events()) {
			assertThat(String.join("\n", lines.takeWhile((line) -> !line.isEmpty()).toList()))
				.doesNotContain("Leave no card");
		}
		assertThat(post("/board/cards/no-such/cancel", "").statusCode()).isEqualTo(204);
	}

	@ParameterizedTest
	@CsvSource({ "/board/presets/%3Cb%3ENO_SUCH, '', preset", "/board/runs, url=https%3A%2F%2Fa.example, goal",
			"/board/runs, goal=Read, url", "/board/runs, url=ftp%3A%2F%2F%3Cb%3E&goal=Read+books, url",
			"/board/runs, url=https%3A%2F%2Fa.example&goal=+, goal",
			"/board/runs, url=https%3A%2F%2Fa.example&goal=Read&answer=%3Cb%3E, answer",
			"/board/runs, url=https%3A%2F%2Fa.example&goal=Read+books&answer=FIELDS&fields=a+b, fields",
			"/board/runs, url=https%3A%2F%2Fa.example&goal=Read+books&answer=FIELDS, fields" })
	void refusalIsAShortTextThatNamesTheField(String path, String form, String field) throws Exception {
		HttpResponse<String> refused = post(path, form);
		assertThat(refused.statusCode()).isEqualTo(400);
		assertThat(refused.headers().firstValue("Content-Type")).hasValue("text/plain;charset=UTF-8");
		assertThat(refused.body()).contains(field).doesNotContain("<", "java.", "ai.tinyfish", "Exception", "{");
		assertThat(refused.body().length()).isBetween(1, 200);
	}

	@Test
	void runThatThePageDidNotStartHasItsCode() throws Exception {
		await().atMost(SOON)
			.untilAsserted(() -> assertThat(card("Not this page").replaceAll("<[^>]+>", ""))
				.contains("AgentRequest request", ".url(&quot;" + Preset.PRODUCTS.url(), ".outputSchema("));
	}

	@Test
	void runInFlightHasItsFirstPicture() throws Exception {
		post("/board/runs", "url=https%3A%2F%2Fbooks.example&goal=First+picture+%5Bnever%5D");
		String card = await().atMost(SOON).until(() -> card("First picture [never]"), (run) -> run.contains("<img "));
		assertThat(card).contains("badge running", "/pictures/1\"");
		assertThat(cancel("First picture [never]")).isEqualTo(204);
		awaitNoRunInFlight();
	}

	@Test
	void runInLineThatIsCancelledIsShownAsCancelled() throws Exception {
		for (String goal : List.of("One+%5Bnever%5D", "Two+%5Bnever%5D")) {
			post("/board/runs", "url=https%3A%2F%2Fbooks.example&goal=" + goal);
		}
		await().atMost(SOON).until(() -> this.simulator.journal().runsByGoal().containsKey("Two [never]"));
		post("/board/runs", "url=https%3A%2F%2Fbooks.example&goal=Three+%5Bnever%5D");
		assertThat(cancel("Three [never]")).isEqualTo(204);
		await().atMost(SOON)
			.untilAsserted(() -> assertThat(card("Three [never]")).contains("Cancelled", "nothing was sent")
				.doesNotContain("No outcome"));
		assertThat(this.simulator.journal().runsByGoal()).doesNotContainKey("Three [never]");
		assertThat(cancel("One [never]")).isEqualTo(204);
		assertThat(cancel("Two [never]")).isEqualTo(204);
		awaitNoRunInFlight();
	}

	@Test
	void oldCardsMakeRoomAndThoseOfRunsInFlightStay() throws Exception {
		Card stays = add("Stays", 1).get(0);
		List<Card> old = new ArrayList<>();
		for (int i = 0; i < Board.MAX_CARDS + 5; i++) {
			Card card = add("Old books " + i, 1).get(0);
			this.board.on(TestRun.completed(Map.of("price", 7)).tag(card.getId()).finishedEvent());
			old.add(card);
		}
		String board = cards();
		assertThat(board).contains("Stays<", "Old books 504<").doesNotContain(">Old books 1<");
		assertThat(board.split("class=\"row\" ")).hasSize(Board.MAX_CARDS + 1);
		this.board.remove(stays);
		old.forEach(this.board::remove);
	}

	@Test
	void runIsRefusedWhileAllCardsAreThoseOfRunsInFlight() throws Exception {
		awaitNoRunInFlight();
		List<Card> open = add("Is open", Board.MAX_CARDS - 1);
		long before = this.simulator.journal().runsCreated();
		String form = "url=https%3A%2F%2Fbooks.example&goal=The+last+%5Bnever%5D";
		assertThat(post("/board/runs", form).statusCode()).isEqualTo(204);
		HttpResponse<String> refused = post("/board/runs", form + "+again");
		assertThat(refused.statusCode()).isEqualTo(429);
		assertThat(refused.body()).contains("500 of at most 500", "Nothing was started");
		assertThat(post("/board/presets/SHOPS", "").statusCode()).isEqualTo(429);
		// one that is not started here has no card
		this.board.on(TestRun.completed(Map.of("price", 7)).goal("Elsewhere").startedEvent());
		assertThat(cards()).doesNotContain("Elsewhere");
		assertThat(cards().split("class=\"row\" ")).hasSize(Board.MAX_CARDS + 1);
		await().atMost(SOON).until(() -> this.simulator.journal().runsByGoal().containsKey("The last [never]"));
		assertThat(cancel("The last [never]")).isEqualTo(204);
		open.forEach(this.board::remove);
		awaitNoRunInFlight();
		assertThat(this.simulator.journal().runsCreated()).isEqualTo(before + 1);
		assertThat(post("/board/presets/SHOPS", "").statusCode()).isEqualTo(204);
		awaitNoRunInFlight();
	}

	/**
	 * Add cards whose runs are not sent: hundreds would take their time.
	 */
	private List<Card> add(String goal, int count) {
		return this.board.add(Collections.nCopies(count, AgentRequest.of("https://books.example", goal)), null, "Test");
	}

	@Test
	void browserThatDoesNotReadIsForgotten() throws Exception {
		await().atMost(SOON).until(() -> !cards().contains("badge running") && !cards().contains("badge waiting"));
		// those of other tests are gone, which is noticed when they are written to
		await().atMost(SOON).until(() -> {
			this.board.tick();
			return this.board.browsers() == 0;
		});
		AtomicInteger received = new AtomicInteger();
		CompletableFuture<Void> end = new CompletableFuture<>();
		BaseSubscriber<Object> browser = new BaseSubscriber<>() {

			@Override
			protected void hookOnSubscribe(Subscription subscription) {
				request(1);
			}

			@Override
			protected void hookOnNext(Object event) {
				received.incrementAndGet();
			}

			@Override
			protected void hookOnComplete() {
				end.complete(null);
			}

			@Override
			protected void hookOnError(Throwable ex) {
				end.completeExceptionally(ex);
			}

		};
		this.board.events().subscribe(browser);
		assertThat(this.board.browsers()).isOne();
		for (int i = 0; i <= Board.MAX_WAITING; i++) {
			this.board.tick();
		}
		assertThat(this.board.browsers()).isZero();
		assertThat(received).hasValue(1);
		// it reads on, and the stream ends, so that it connects again
		browser.request(Long.MAX_VALUE);
		end.get(60, TimeUnit.SECONDS);
		assertThat(received.get()).isBetween(2, Board.MAX_WAITING + 1);
	}

	@Test
	void longTextsAreShortened() throws Exception {
		String goal = "books " + "x".repeat(493) + "\ud83d\udca9".repeat(1000);
		post("/board/runs", "url=https%3A%2F%2Fbooks.example&goal=" + URLEncoder.encode(goal, StandardCharsets.UTF_8));
		await().atMost(SOON).until(() -> this.simulator.journal().runsByGoal().containsKey(goal));
		assertThat(cards()).contains("x".repeat(493) + "\u2026");
		awaitNoRunInFlight();
	}

	private int cancel(String goal) throws Exception {
		return post("/board/cards/" + id(row(goal)) + "/cancel", "").statusCode();
	}

	private void awaitNoRunInFlight() {
		await().atMost(SOON).until(() -> !cards().contains("badge running") && !cards().contains("badge waiting"));
	}

}
