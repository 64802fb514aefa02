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

import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.agent.ProxyConfig;
import ai.tinyfish.durable.DurableRun;
import ai.tinyfish.durable.DurableRunFinishedEvent;
import ai.tinyfish.durable.DurableRunQuery;
import ai.tinyfish.durable.DurableRunState;
import ai.tinyfish.durable.DurableRuns;
import ai.tinyfish.simulator.Fault;
import ai.tinyfish.simulator.FaultPoint;
import ai.tinyfish.simulator.Scenario;
import ai.tinyfish.simulator.TinyFishSimulator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.event.EventListener;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.ActiveProfiles;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The table of durable runs over HTTP, and the decisions of an operator on it.
 */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT,
		properties = { "tinyfish.simulator.enabled=true", "tinyfish.simulator.pace=5ms",
				"tinyfish.durable.interval=200ms", "tinyfish.durable.max-handovers=1",
				"spring.datasource.url=jdbc:h2:mem:table" })
@ActiveProfiles("durable")
@DirtiesContext
class DurableTableTests {

	private static final Duration SOON = Duration.ofSeconds(60);

	private final HttpClient http = HttpClient.newBuilder().followRedirects(HttpClient.Redirect.NORMAL).build();

	@LocalServerPort
	private int port;

	@Autowired
	private DurableRuns runs;

	@Autowired
	private TinyFishSimulator simulator;

	@Autowired
	private JdbcClient jdbc;

	@Autowired
	private FailingListener listener;

	@AfterEach
	void clear() {
		this.listener.fails = false;
		this.simulator.reset();
		this.jdbc.sql("delete from tinyfish_run").update();
		this.jdbc.sql("delete from tinyfish_pause").update();
	}

	@Test
	void tableWithoutRunsSaysSo() throws Exception {
		assertThat(get("/").body()).contains("<a href=\"/durable\">Durable runs</a>");
		String page = get("/durable").body();
		assertThat(page).contains("0 UNCERTAIN runs", "No run here").doesNotContain("<table", " all …");
		assertThat(count(page, "UNCERTAIN")).isZero();
		assertThat(count(page, "DONE")).isZero();
	}

	@Test
	void fiftyDoubtsAreDecidedInTwoCalls() throws Exception {
		uncertain(30, "nightly");
		uncertain(20, "monthly");
		String page = get("/durable").body();
		assertThat(count(page, "UNCERTAIN")).isEqualTo(50);
		assertThat(page).contains("50 UNCERTAIN runs", "Resubmit all …", "Abandon all …", "Cancel all …")
			.doesNotContain("Redeliver");
		String confirm = get("/durable/decision?decision=RESUBMIT&state=UNCERTAIN&tag=nightly").body();
		assertThat(confirm).contains("Resubmit 30 UNCERTAIN runs with the tag nightly?",
				"Sends 30 requests again. Each may be paid a second time", "Resubmit 30 runs");
		this.simulator.reset();
		HttpResponse<String> decided = submit(confirm, "alice");
		assertThat(decided.uri().getPath()).isEqualTo("/durable");
		assertThat(decided.body()).containsPattern("role=\"status\">30 requests sent again\\.");
		assertThat(list("monthly")).hasSize(20).allMatch((run) -> run.state() == DurableRunState.UNCERTAIN);
		confirm = get("/durable/decision?decision=ABANDON&state=UNCERTAIN").body();
		assertThat(submit(confirm, "Bob <b>").body()).contains("20 runs abandoned.");
		assertThat(list("monthly")).allMatch((run) -> run.state() == DurableRunState.ABANDONED)
			.allMatch((run) -> "Bob <b>".equals(run.decidedBy()));
		await().atMost(SOON).until(() -> all("nightly", (run) -> run.state() == DurableRunState.DONE));
		assertThat(list("nightly")).hasSize(30).allMatch((run) -> "alice".equals(run.decidedBy()));
		// one submission of each that was sent again, since the journal was cleared
		assertThat(this.simulator.journal().runsByGoal().get("Find books")).hasSize(30);
		page = get("/durable?state=ABANDONED").body();
		assertThat(page).contains("Bob &lt;b&gt;").doesNotContain("Bob <b>", " all …");
		assertThat(count(page, "UNCERTAIN")).isZero();
		assertThat(count(page, "DONE")).isEqualTo(30);
		assertThat(count(get("/durable?tag=monthly").body(), "DONE")).isZero();
	}

	@Test
	void decisionThatNoRunNeedsIsNotOffered() throws Exception {
		HttpResponse<String> page = get("/durable/decision?decision=ABANDON&state=LOST");
		assertThat(page.statusCode()).isEqualTo(409);
		assertThat(page.body()).contains("role=\"alert\">No run is left for which this is possible.")
			.doesNotContain("<form");
	}

	@Test
	void decisionIsBoundedByTheNumberThatWasConfirmed() throws Exception {
		uncertain(2, "nightly");
		String confirm = get("/durable/decision?decision=ABANDON&state=UNCERTAIN&tag=nightly").body();
		uncertain(3, "nightly");
		assertThat(submit(confirm, "alice").body()).contains("2 runs abandoned.");
		assertThat(list("nightly")).extracting(DurableRun::state)
			.containsExactly(DurableRunState.ABANDONED, DurableRunState.ABANDONED, DurableRunState.UNCERTAIN,
					DurableRunState.UNCERTAIN, DurableRunState.UNCERTAIN);
	}

	@Test
	void parkedOutcomesAreHandedOverAgain() throws Exception {
		this.listener.fails = true;
		submitRuns(3, "nightly");
		submitRuns(1, "monthly");
		await().atMost(SOON).until(() -> all(null, (run) -> run.state() == DurableRunState.PARKED));
		this.listener.fails = false;
		String page = get("/durable").body();
		assertThat(page).contains("4 PARKED runs", "Redeliver all …", "Abandon all …")
			.doesNotContain("Resubmit", "Cancel all");
		String confirm = get("/durable/decision?decision=REDELIVER&state=PARKED&tag=nightly").body();
		assertThat(confirm).contains("Hands over 3 outcomes again");
		assertThat(submit(confirm, "alice").body()).contains("3 outcomes handed over again.");
		await().atMost(SOON).until(() -> all("nightly", (run) -> run.state() == DurableRunState.DONE));
		assertThat(list("nightly")).allMatch((run) -> "alice".equals(run.decidedBy()));
		assertThat(list("monthly")).allMatch((run) -> run.state() == DurableRunState.PARKED);
	}

	@Test
	void openRunsOfATagAreCancelled() throws Exception {
		this.simulator.given("books", Scenario.builder().neverEnds().build());
		submitRuns(3, "nightly");
		submitRuns(2, "monthly");
		await().atMost(SOON).until(() -> all(null, (run) -> run.state() == DurableRunState.RUNNING));
		assertThat(get("/durable").body()).contains("5 RUNNING runs", "Cancel all …").doesNotContain("Abandon all");
		String confirm = get("/durable/decision?decision=CANCEL&state=RUNNING&tag=nightly").body();
		assertThat(submit(confirm, "alice").body()).contains("3 runs cancelled.");
		await().atMost(SOON).until(() -> all("nightly", (run) -> run.state() == DurableRunState.DONE));
		assertThat(get("/durable?state=DONE").body()).contains(">CANCELLED<", "alice");
		assertThat(list("monthly")).allMatch((run) -> run.state() == DurableRunState.RUNNING)
			.noneMatch(DurableRun::cancelRequested);
	}

	@Test
	void oneRunIsDecidedFromItsRow() throws Exception {
		uncertain(2, "nightly");
		String confirm = get(link(get("/durable").body(), "Resubmit: nightly")).body();
		assertThat(confirm).contains("Resubmit run nightly?", "Sends 1 request again.", "Resubmit 1 run<");
		assertThat(submit(confirm, "alice").body()).contains("1 request sent again.");
		// the newest comes first
		assertThat(list("nightly")).extracting(DurableRun::decidedBy).containsExactly(null, "alice");
		// the other person has the page from before
		HttpResponse<String> late = submit(confirm, "bob");
		assertThat(late.statusCode()).isEqualTo(409);
		assertThat(late.body()).contains("role=\"alert\"", "Resubmit is not possible for");
		assertThat(list("nightly")).extracting(DurableRun::decidedBy).containsExactly(null, "alice");
	}

	/**
	 * Runs of other tests may still arrive.
	 */
	private long orders() {
		return this.simulator.journal()
			.runs()
			.stream()
			.filter((run) -> run.request().goal().contains("Order the cheapest book"))
			.count();
	}

	@Test
	void heldOrderIsSentWhenAPersonApproves() throws Exception {
		String page = post("/durable/orders", "").body();
		assertThat(page).contains("1 HELD run", "Order the cheapest book").doesNotContain("Approve all", "Refuse all");
		assertThat(count(page, "HELD")).isEqualTo(1);
		String confirm = get(link(page, "Approve: order")).body();
		assertThat(confirm).contains("Approve run order?", "Order the cheapest book", "Sends 1 request to the service.")
			.doesNotContain("Reason");
		assertThat(submit(confirm, "anna").body()).contains("1 request approved.");
		await().atMost(SOON).until(() -> all("order", (run) -> run.state() == DurableRunState.DONE));
		assertThat(list("order")).singleElement().satisfies((run) -> assertThat(run.decidedBy()).isEqualTo("anna"));
		assertThat(orders()).isEqualTo(1);
		// the other person has the page from before
		assertThat(submit(confirm, "ben").statusCode()).isEqualTo(409);
	}

	@Test
	void heldOrderIsRefusedWithAReason() throws Exception {
		String page = post("/durable/orders", "").body();
		String confirm = get(link(page, "Refuse: order")).body();
		assertThat(confirm).contains("Refuse run order?", "Nothing is sent.", ">Reason<");
		HttpResponse<String> without = submit(confirm, "ben");
		assertThat(without.statusCode()).isEqualTo(400);
		assertThat(without.body()).contains("why must not be empty");
		String form = confirm.replace("<form", "<form><input type=\"hidden\" name=\"why\" value=\"too dear\">");
		assertThat(submit(form, "ben").body()).contains("1 request refused.");
		await().atMost(SOON).until(() -> all("order", (run) -> run.state() == DurableRunState.REFUSED));
		assertThat(get("/durable?state=REFUSED").body()).contains("Refused by ben: too dear");
		assertThat(orders()).isZero();
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			textBlock = """
					decision=RESUBMIT&state=DONE&number=3&by=alice  | 409 | Resubmit is not possible for DONE runs. It is possible for UNCERTAIN.
					decision=ABANDON&state=RUNNING&number=3&by=alice | 409 | Abandon is not possible for RUNNING runs. It is possible for UNCERTAIN, PARKED, LOST.
					decision=REDELIVER&state=LOST&number=3&by=alice | 409 | Redeliver is not possible for LOST runs. It is possible for PARKED.
					decision=CANCEL&state=DONE&number=3&by=alice    | 409 | Cancel is not possible for DONE runs. It is possible for HELD, ACCEPTED, SENDING, RUNNING, UNCERTAIN.
					decision=APPROVE&state=HELD&number=3&by=alice   | 409 | Approve is possible for one run at a time.
					decision=ABANDON&state=LOST&id=no-such&number=1&by=alice | 404 | There is no such run.
					decision=ABANDON&state=LOST&number=3&by=+       | 400 | Enter your name: it is stored with each run.
					decision=ABANDON&state=LOST&number=3            | 400 | The field by is missing.
					decision=ABANDON&state=LOST&number=0&by=alice   | 400 | limit must be from 1 to 1000
					decision=ABANDON&state=LOST&number=1001&by=alice | 400 | limit must be from 1 to 1000
					decision=DELETE&state=LOST&number=1&by=alice    | 400 | The field decision has a value that this page does not know.
					""")
	void impossibleDecisionIsRefusedWithAMessage(String form, int status, String message) throws Exception {
		HttpResponse<String> refused = post(form);
		assertThat(refused.statusCode()).isEqualTo(status);
		assertThat(refused.body()).contains("role=\"alert\">" + message);
	}

	@ParameterizedTest
	@CsvSource({ "Sec-Fetch-Site, cross-site", "Sec-Fetch-Site, same-site", "Origin, https://shop.example",
			"Origin, null" })
	void formOfAnotherSiteDecidesNothing(String header, String value) throws Exception {
		submitRuns(1, "nightly");
		await().atMost(SOON).until(() -> all("nightly", (run) -> run.state() == DurableRunState.DONE));
		this.jdbc.sql("update tinyfish_run set state = 'LOST'").update();
		String form = "decision=ABANDON&state=LOST&number=1&by=alice";
		assertThat(send(form(form).header(header, value)).statusCode()).isEqualTo(403);
		assertThat(list("nightly")).allMatch((run) -> run.state() == DurableRunState.LOST);
		assertThat(send(form(form).header("Sec-Fetch-Site", "same-origin")).statusCode()).isEqualTo(200);
		assertThat(list("nightly")).allMatch((run) -> run.state() == DurableRunState.ABANDONED);
	}

	@Test
	void rowsHaveTheKnownValuesAndNoSecret() throws Exception {
		String secret = "hunter2-hunter2";
		String run = this.runs
			.submit(AgentRequest.builder()
				.url("https://user:" + secret + "@shop.example/books?page=2")
				.goal("Find the price [fail:SITE_BLOCKED] " + "of a very long list of books ".repeat(5))
				.proxy(ProxyConfig.builder().url("http://proxy.example").username("user").password(secret).build())
				.webhookUrl("https://app.example/hooks?token=" + secret)
				.tag("order <42>")
				.build())
			.id();
		await().atMost(SOON).until(() -> all(null, (each) -> each.state() == DurableRunState.DONE));
		String runId = this.runs.find(run).runId();
		String page = get("/durable?tag=order+%3C42%3E").body();
		assertThat(page)
			.contains("order &lt;42&gt;", run, runId, ">shop.example<", ">FAILED<", "SITE_BLOCKED", "Find the price",
					"goal missed", "submitted <time>")
			.doesNotContain(secret, "order <42>", "?page=2", "books ".repeat(2) + "of a very long list of books of a");
	}

	@Test
	void tableHasPagesWithTheNewestFirst() throws Exception {
		List<String> ids = submitRuns(30, "nightly");
		await().atMost(SOON).until(() -> all("nightly", (run) -> run.state() == DurableRunState.DONE));
		String first = get("/durable?state=DONE&tag=nightly").body();
		assertThat(first).contains(ids.get(29), ids.get(5)).doesNotContain(ids.get(4), "Newest runs");
		Matcher older = Pattern.compile("href=\"([^\"]+)\">Older runs").matcher(first);
		assertThat(older.find()).isTrue();
		String second = get(older.group(1).replace("&amp;", "&")).body();
		assertThat(second).contains(ids.get(4), ids.get(0), "Newest runs").doesNotContain(ids.get(5), "Older runs");
		assertThat(get("/durable?state=DONE&cursor=x").statusCode()).isEqualTo(400);
	}

	private List<String> submitRuns(int count, String tag) {
		AgentRequest request = AgentRequest.of("https://shop.example/", "Find books").withTag(tag);
		return this.runs.submitAll(IntStream.range(0, count).mapToObj((number) -> request).toList())
			.stream()
			.map(DurableRun::id)
			.toList();
	}

	/**
	 * Submit runs whose one answer is lost, and let the time pass in which they are
	 * looked for.
	 */
	private void uncertain(int count, String tag) {
		this.simulator.fault(FaultPoint.listRuns(), Fault.refusal(403, "FORBIDDEN", "Not for this key"));
		this.simulator.fault(FaultPoint.answerOf("POST /v1/automation/run-batch"), Fault.disconnect(), 1);
		submitRuns(count, tag);
		await().atMost(SOON).until(() -> {
			this.jdbc
				.sql("update tinyfish_run set sending_at = sending_at - interval '121' second"
						+ " where state = 'SENDING' and error is not null"
						+ " and sending_at > accepted_at - interval '100' second")
				.update();
			this.jdbc
				.sql("update tinyfish_task set execution_time = current_timestamp"
						+ " where task_name = 'tinyfish-settle' and not picked")
				.update();
			return all(tag, (run) -> run.state().isFinal() || run.state() == DurableRunState.UNCERTAIN);
		});
	}

	private List<DurableRun> list(String tag) {
		return this.runs.list(DurableRunQuery.builder().tag(tag).build()).data();
	}

	private boolean all(String tag, Predicate<DurableRun> condition) {
		return list(tag).stream().allMatch(condition);
	}

	/**
	 * Return the number that the page shows for a state.
	 */
	private static int count(String page, String state) {
		Matcher count = Pattern.compile("<strong>(\\d+)</strong> <span>" + state + "</span>").matcher(page);
		assertThat(count.find()).as(page).isTrue();
		return Integer.parseInt(count.group(1));
	}

	/**
	 * Send the form of a page as a browser does.
	 */
	private HttpResponse<String> submit(String page, String by) throws Exception {
		StringBuilder form = new StringBuilder("by=" + encode(by));
		Matcher hidden = Pattern.compile("type=\"hidden\" name=\"(\\w+)\"(?: value=\"([^\"]*)\")?").matcher(page);
		while (hidden.find()) {
			form.append('&').append(hidden.group(1)).append('=');
			form.append((hidden.group(2) != null) ? encode(hidden.group(2)) : "");
		}
		return post(form.toString());
	}

	private static String encode(String value) {
		return URLEncoder.encode(value, StandardCharsets.UTF_8);
	}

	/**
	 * Return the address of a link of a row.
	 */
	private static String link(String page, String label) {
		Matcher link = Pattern.compile("href=\"([^\"]+)\" aria-label=\"" + label + "\"").matcher(page);
		assertThat(link.find()).as(page).isTrue();
		return link.group(1).replace("&amp;", "&");
	}

	private HttpResponse<String> post(String form) throws Exception {
		return send(form(form));
	}

	private HttpResponse<String> post(String path, String form) throws Exception {
		return send(form(path, form));
	}

	private HttpRequest.Builder form(String form) {
		return form("/durable/decision", form);
	}

	private HttpRequest.Builder form(String path, String form) {
		return request(path).header("Content-Type", "application/x-www-form-urlencoded")
			.POST(HttpRequest.BodyPublishers.ofString(form));
	}

	private HttpResponse<String> get(String path) throws Exception {
		return send(request(path));
	}

	private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
		return this.http.send(request.build(), HttpResponse.BodyHandlers.ofString());
	}

	private HttpRequest.Builder request(String path) {
		return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + this.port + path)).timeout(SOON);
	}

	@TestConfiguration(proxyBeanMethods = false)
	static class FailingListener {

		private volatile boolean fails;

		@EventListener
		void on(DurableRunFinishedEvent event) {
			if (this.fails) {
				throw new IllegalStateException("The listener fails");
			}
		}

	}

}
